/* 高拍仪: sheets are shot by the browser's camera, one or several for a material line, and kept at once with the draft.
   A file that is chosen is kept at once too. Without this file a scan is uploaded with the form. */
(() => {
  "use strict";
  const one = (what, where = document) => where.querySelector(what);
  const all = (what, where = document) => [...where.querySelectorAll(what)];
  const words = (chinese, english) => document.documentElement.lang === "en" ? english : chinese;
  const can = Boolean(navigator.mediaDevices?.getUserMedia);
  let stream = null, field = "", cut = true;
  const pages = []; // {raw, turns, corners}
  const four = (page) => cut ? page.corners : sheets.WHOLE;

  const panel = () => one("#camera");
  const says = (text) => { one("[data-camera-says]", panel()).textContent = text; };

  async function open(name, lens) {
    shut();
    field = name;
    const place = panel();
    place.hidden = false;
    one("[data-camera-for]", place).textContent = one(`[name="${CSS.escape(name)}"]`).getAttribute("aria-label") || "";
    says(words("正在打开镜头…", "Opening the camera…"));
    draw();
    try {
      const wanted = { width: { ideal: 3264 }, height: { ideal: 2448 }, ...(lens ? { deviceId: { exact: lens } } : { facingMode: { ideal: "environment" } }) };
      stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
    } catch (problem) {
      says(problem.name === "NotAllowedError" ? words("浏览器没有允许使用镜头。请在地址栏旁允许，或用“上传”。", "The browser did not allow the camera. Allow it beside the address, or upload a file.")
        : words("没有找到可用的镜头，请接好高拍仪，或用“上传”。", "No camera was found. Connect it, or upload a file."));
      return;
    }
    const video = one("video", place);
    video.srcObject = stream;
    await video.play();
    await lenses(place);
    says(words("放平一页，按空格。", "Lay a sheet flat and press Space."));
    place.scrollIntoView({ block: "nearest" });
    one("[data-shoot]", place).focus();
  }
  async function lenses(place) {
    const found = (await navigator.mediaDevices.enumerateDevices()).filter((device) => device.kind === "videoinput");
    const used = stream.getVideoTracks()[0].getSettings().deviceId, list = one("[data-lens]", place);
    list.replaceChildren(...found.map((device, n) => new Option(device.label || `${n + 1}`, device.deviceId, false, device.deviceId === used)));
    list.parentElement.hidden = found.length < 2;
  }
  function shut() {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    corners.close();
    pages.length = 0;
    if (panel()) panel().hidden = true;
  }
  function shoot() {
    const video = one("video", panel());
    if (!stream || !video.videoWidth) return;
    const raw = sheets.canvas(video.videoWidth, video.videoHeight);
    raw.getContext("2d").drawImage(video, 0, 0);
    pages.push({ raw, turns: 0, corners: sheets.corners(raw) });
    draw();
    const found = pages.at(-1).corners !== sheets.WHOLE;
    says(found ? words(`已拍 ${pages.length} 页。`, `${pages.length} page(s).`) : words(`已拍 ${pages.length} 页，没有找到纸边：按 E 调四角。`, `${pages.length} page(s); no paper edge found: press E to set the corners.`));
  }
  function draw() {
    const shown = pages.map((page, n) => {
      const picture = sheets.straight(page.raw, page.turns, four(page)), item = document.createElement("li"), scale = 200 / Math.max(picture.width, picture.height);
      const thumb = sheets.canvas(picture.width * scale, picture.height * scale);
      thumb.getContext("2d").drawImage(picture, 0, 0, thumb.width, thumb.height);
      const button = Object.assign(document.createElement("button"), { type: "button" });
      button.dataset.page = n;
      button.setAttribute("aria-label", words(`第 ${n + 1} 页，调四角`, `Page ${n + 1}, set the corners`));
      button.append(thumb);
      item.append(button);
      return item;
    });
    one("[data-camera-pages]", panel()).replaceChildren(...shown);
  }
  async function done() {
    if (!pages.length) { says(words("还没有拍。", "Nothing shot yet.")); return; }
    says(words("正在压缩…", "Making it smaller…"));
    const ready = [];
    for (const page of pages) ready.push(await sheets.small(sheets.straight(page.raw, page.turns, four(page))));
    const name = one("[data-camera-for]", panel()).textContent, single = ready.length === 1;
    const file = single ? new File([ready[0].bytes], `${name}.jpg`, { type: "image/jpeg" }) : new File([sheets.pdf(ready)], `${name}（${ready.length}页）.pdf`, { type: "application/pdf" });
    const box = one(`[name="${CSS.escape(field)}"]`), given = new DataTransfer(), line = field;
    given.items.add(file);
    box.files = given.files;
    const kept = await keep(box);
    shut();
    if (!kept) box.dispatchEvent(new Event("change", { bubbles: true })); // it goes with the form
    one(`[data-camera="${CSS.escape(line)}"]`)?.focus();
  }

  /* The file is safe before the form is sent; when that fails it goes with the form. */
  async function keep(box) {
    const { form } = box, body = new FormData();
    body.set("csrf_token", one("[name=csrf_token]", form).value);
    body.set(box.name, box.files[0]);
    try {
      const answer = await fetch(form.dataset.scans, { method: "POST", body, headers: { "HX-Request": "true" } });
      if (!answer.ok) return false;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(`[data-line="${CSS.escape(box.name)}"]`);
      if (!fresh) return false;
      box.closest("td").replaceChildren(...[...fresh.childNodes].map((node) => document.importNode(node, true)));
      ready();
      const count = one(`[name="${CSS.escape(box.name.replace(/scan$/, "pages"))}"]`);
      if (count && pages.length && +count.value < pages.length) { count.value = pages.length; count.dispatchEvent(new Event("input", { bubbles: true })); }
      return true;
    } catch { return false; }
  }
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box.matches?.("#intake-form .file input[type=file]") && box.files.length && event.isTrusted) keep(box);
    if (box.matches?.("[data-lens]")) open(field, box.value);
  });

  /* One page large, its corners to be put right; then back to the lens. */
  function adjust(n) {
    if (!pages[n]) { says(words("还没有拍。", "Nothing shot yet.")); return; }
    cut = true;
    one("[data-crop]", panel()).setAttribute("aria-pressed", true);
    one("video", panel()).hidden = true;
    says(words(`第 ${n + 1} 页：方向键移动一个角，Tab 换角，Enter 好了。`, `Page ${n + 1}: arrow keys move a corner, Tab to the next, Enter when done.`));
    corners.open(pages[n], () => { one("video", panel()).hidden = false; draw(); one("[data-shoot]", panel()).focus(); });
  }

  const DOES = {
    shoot, done, away: shut,
    turn: () => { const last = pages.at(-1); if (last) last.turns = (last.turns + 1) % 4; draw(); },
    drop: () => { pages.pop(); draw(); },
    adjust: () => adjust(pages.length - 1),
    crop: () => { cut = !cut; one("[data-crop]", panel()).setAttribute("aria-pressed", cut); draw(); },
  };
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-camera]");
    if (opener) { open(opener.dataset.camera); return; }
    const button = event.target.closest("#camera button");
    if (button && "page" in button.dataset) { adjust(+button.dataset.page); return; }
    const what = button && Object.keys(DOES).find((name) => name in button.dataset);
    if (what) DOES[what]();
  });
  const KEYS = { " ": "shoot", r: "turn", c: "crop", e: "adjust", Delete: "drop", Enter: "done", Escape: "away" };
  document.addEventListener("keydown", (event) => {
    if (!event.target.closest?.("#camera") || event.target.matches("select") || event.ctrlKey || event.altKey || event.metaKey) return;
    const what = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    // Space and Enter belong to the button one stands on, except on the first, where Enter ends and Space shoots.
    if (!what || ([" ", "Enter"].includes(event.key) && !event.target.matches("[data-shoot]"))) return;
    event.preventDefault();
    const opener = one(`[data-camera="${CSS.escape(field)}"]`);
    DOES[what]();
    if (what === "away") opener?.focus();
  });
  function ready() {
    all("[data-camera]").forEach((button) => { button.hidden = !can; });
  }
  document.addEventListener("htmx:afterSettle", () => { if (!panel()?.hidden) shut(); ready(); });
  addEventListener("pagehide", shut);
  ready();
})();
