/* What plain HTML cannot do at a counter: keys, autosave, one send at a time, focus, rows of people.
   Every page works without this file. */
(() => {
  "use strict";
  const one = (what, where = document) => where.querySelector(what);
  const all = (what, where = document) => [...where.querySelectorAll(what)];
  const words = (chinese, english) => document.documentElement.lang === "en" ? english : chinese;

  /* ── the banner: text only, never markup ── */
  let ours = false;
  function say(words) {
    const banner = one("#banner");
    if (!banner) return;
    banner.setAttribute("role", "alert");
    banner.replaceChildren(Object.assign(document.createElement("p"), { textContent: words }));
    ours = true;
  }
  function beQuiet() {
    if (ours) one("#banner")?.replaceChildren();
    ours = false;
  }
  document.addEventListener("desk:say", (event) => say(event.detail.words));
  const LOST = words("网络断开了，页面上填写的内容还在。网络恢复后请再按一次。", "The network is down. What you typed is still here; press again when it is back.");

  /* ── htmx: a failed answer leaves the page alone and says why ── */
  document.addEventListener("htmx:sendError", () => say(LOST));
  document.addEventListener("htmx:timeout", () => say(LOST));
  document.addEventListener("htmx:responseError", (event) => {
    const page = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
    say(page.querySelector("#banner")?.textContent.trim() || words("系统暂时没有办成，页面上填写的内容还在。请稍后再试。", "Not done. What you typed is still here; please try again later."));
  });
  document.addEventListener("htmx:afterOnLoad", (event) => event.detail.successful && beQuiet());
  document.addEventListener("htmx:afterSettle", (event) => ready(event.detail.elt));

  /* ── one send at a time, for plain forms; htmx has hx-sync and hx-disabled-elt ── */
  const sent = new Set();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.target) return;
    if (sent.has(form)) return event.preventDefault();
    sent.add(form);
    // After this turn: a disabled button would not be sent along.
    setTimeout(() => all("button", form).forEach((button) => button.setAttribute("aria-busy", "true")));
  });
  addEventListener("pageshow", () => {
    sent.clear();
    all("button[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  });

  /* ── F8: to the printer without opening the sheet; a browser started for a counter asks nothing (README) ── */
  async function printAll(links) {
    if (!links.length) return;
    if (navigator.pdfViewerEnabled === false || matchMedia("(pointer: coarse) and (max-width: 48rem)").matches) { links[0].click(); return; }
    for (const link of links) await printOne(link.href);
  }
  function printOne(address) {
    return new Promise((done) => {
      one("iframe.printing")?.remove();
      const frame = Object.assign(document.createElement("iframe"), { className: "printing", src: address, title: words("打印", "Print") });
      frame.setAttribute("aria-hidden", "true");
      frame.tabIndex = -1;
      const late = setTimeout(() => { location.assign(address); }, 20000); // longer than the renderer may take: look at it instead
      frame.addEventListener("load", () => {
        clearTimeout(late);
        try {
          if (frame.contentDocument?.querySelector("#banner")) throw new Error("refused");
          frame.contentWindow.focus();
          frame.contentWindow.print();
          say(words("已送打印。", "Sent to the printer."));
        } catch { location.assign(address); }
        done();
      });
      document.body.append(frame);
    });
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-print-here]");
    if (!link || navigator.pdfViewerEnabled === false) return;
    event.preventDefault();
    printOne(link.href);
  });

  /* ── keys ── */
  const KEYS = {
    F2: () => one("[data-new]")?.click(),
    F4: () => { const box = one("#q"); box?.focus(); box?.select(); },
    F8: () => printAll(all("a[data-print]")),
    F9: () => one("[data-park]")?.click(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return; // the input method is still at it
    const bare = !(event.ctrlKey || event.altKey || event.metaKey || event.shiftKey);
    if (bare && KEYS[event.key] && document.documentElement.classList.contains("staff")) {
      event.preventDefault();
      KEYS[event.key]();
    } else if (event.key === "?" && one("a[data-keys]") && !event.target.matches("input, select, textarea")) {
      one("a[data-keys]").click();
    } else if (event.key === "Enter" && event.ctrlKey && !event.altKey && !event.metaKey) {
      const main = mainButton(event.target);
      if (main) { event.preventDefault(); main.click(); }
    } else if (bare && event.key === "Enter") {
      nextField(event);
    } else if (event.key === "Escape") {
      all("details.me[open]").forEach((menu) => { menu.open = false; });
    }
  });
  document.addEventListener("click", (event) => {
    all("details.me[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });

  /* Ctrl+Enter: the main button of the form one is in, or of the only form of the page. */
  function mainButton(here) {
    const forms = all("main form[method=post]").filter((form) => one(".btn-primary", form));
    const form = here.form && here.form.method === "post" ? here.form : forms.length === 1 ? forms[0] : one("main form[data-autosave]");
    return form && (one("[data-main]", form) || one(".act .btn-primary", form));
  }

  /* Enter goes on to the next field and never sends an intake. */
  function nextField(event) {
    const form = event.target.form;
    if (!form || form.dataset.enter !== "next" || !event.target.matches("input, select")) return;
    event.preventDefault();
    const fields = [...form.elements].filter((field) => field.matches("input:not([type=hidden]), select, textarea, button:not([type=button])")
      && !field.disabled && field.offsetParent !== null);
    const here = event.target;
    const next = fields.slice(fields.indexOf(here) + 1).find((field) => field.type !== "radio" || field.name !== here.name);
    const chosen = next?.type === "radio" ? fields.find((field) => field.name === next.name && field.checked) : null;
    (chosen || next)?.focus();
    if (next?.matches("input:not([type=radio], [type=checkbox], [type=file], [type=date])")) next.select();
  }

  /* ── autosave: what changed, 400 ms after the last key ── */
  const WAIT = 400, LONGEST = 15000;
  function autosave(form) {
    if (form.saving) return;
    const changed = new Set();
    let timer = 0, pause = WAIT, busy = false, again = false;
    const status = (words) => all("[data-autosave-status]").forEach((place) => { place.textContent = words; });
    form.saving = true;

    async function save(leaving = false) {
      clearTimeout(timer);
      if (!changed.size || !form.isConnected) return;
      if (busy && !leaving) { again = true; return; }
      const names = [...changed];
      const now = new FormData(form), body = new FormData();
      body.set("csrf_token", now.get("csrf_token") || "");
      for (const name of names) {
        const values = now.getAll(name).filter((value) => typeof value === "string");
        (values.length ? values : [""]).forEach((value) => body.append(name, value));
      }
      changed.clear();
      busy = true;
      try {
        const answer = await fetch(form.dataset.autosave, { method: "POST", body, keepalive: leaving, redirect: "manual", headers: { "X-Autosave": "1" } });
        if (answer.type === "opaqueredirect" || answer.status === 401) throw new Error(words("登录已经结束。内容还在本页，请在新窗口登录后继续。", "Your sign-in has ended. What you typed is still here; sign in in a new window and go on."));
        if (answer.status >= 400 && answer.status < 500) { status(words("这一项没有保存，请检查后再改一次。", "This was not saved. Please check it and change it again.")); return; }
        if (!answer.ok) throw new Error(words("暂时没有保存上，正在重试。", "Not saved yet, trying again."));
        pause = WAIT;
        status(words("已保存 ", "Saved ") + new Date().toTimeString().slice(0, 5));
      } catch (problem) {
        names.forEach((name) => changed.add(name));
        status(problem instanceof TypeError ? words("网络断开，内容还在本页，正在重试。", "The network is down; what you typed is still here. Trying again.") : problem.message);
        pause = Math.min(pause * 2, LONGEST);
        timer = setTimeout(save, pause);
      } finally {
        busy = false;
        if (again) { again = false; later(); }
      }
    }
    function later() { clearTimeout(timer); timer = setTimeout(save, Math.max(WAIT, pause)); }
    function note(event) {
      const field = event.target;
      if (!field.name || field.name === "csrf_token" || field.type === "file" || field.form !== form) return;
      changed.add(field.name);
      later();
    }
    document.addEventListener("input", note);
    document.addEventListener("change", note);
    form.addEventListener("focusout", () => save());
    form.addEventListener("submit", () => save(true)); // the door may stand between: what was typed last is kept first
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && save(true));
    addEventListener("online", () => { pause = WAIT; save(); });
  }

  /* ── rows of people ── */
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add-row]");
    if (!button) return;
    const rows = all("[data-row]", button.parentElement), count = rows.length;
    const row = rows[count - 1].cloneNode(true);
    const renumber = (text) => text.replace(/-\d+-(?=[a-z_]+$)/, `-${count}-`);
    all("input", row).forEach((field) => {
      field.value = "";
      field.removeAttribute("value");
      ["aria-invalid", "aria-describedby"].forEach((name) => field.removeAttribute(name));
      field.id = renumber(field.id);
      field.name = renumber(field.name);
    });
    all("label", row).forEach((label) => { label.htmlFor = renumber(label.htmlFor); });
    const nth = one(".nth", row);
    if (nth) nth.textContent = count + 1;
    rows[count - 1].after(row);
    one("input", row).focus();
    if (count + 1 >= 30) button.hidden = true;
  });

  /* ── whenever something new is on the page ── */
  function ready(where) {
    all("form[data-autosave]", where).forEach(autosave);
    if (where.matches?.("form[data-autosave]")) autosave(where);
    reachable(where);
    all("[data-add-row]", where).forEach((button) => { button.hidden = false; });
    const wrong = one('[aria-invalid="true"]', where);
    const alert = where.id === "banner" && where.getAttribute("role") === "alert" ? where : null;
    if (wrong) wrong.focus();
    else alert?.scrollIntoView({ block: "nearest" });
  }
  /* A table that is wider than the page can be pushed along by keyboard too. */
  function reachable(where) {
    all(".wide", where).forEach((place) => { if (place.scrollWidth > place.clientWidth || place.scrollHeight > place.clientHeight) place.tabIndex = 0; else place.removeAttribute("tabindex"); });
  }
  addEventListener("resize", () => reachable(document));
  addEventListener("load", () => reachable(document));
  ready(document);
})();
