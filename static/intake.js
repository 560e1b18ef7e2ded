/* The intake page by keyboard: one key for 有 缺 免, everything there at once, who the number belongs to.
   The page works without this file. */
(() => {
  "use strict";
  const one = (what, where = document) => where.querySelector(what);
  const all = (what, where = document) => [...where.querySelectorAll(what)];
  const changed = (field) => field.dispatchEvent(new Event("change", { bubbles: true }));

  /* ── the list of items narrows while one types; Enter takes the first ── */
  function narrow(box) {
    const words = box.value.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    all("[data-words]").forEach((item) => {
      const text = item.dataset.words.toLowerCase(), [initials, spelled] = text.split(" ");
      item.hidden = !words.every((word) => text.includes(word) || initials.includes(word) || spelled.includes(word));
      if (!item.hidden) shown += 1;
    });
    all("ul.items").forEach((list) => {
      const empty = !one("[data-words]:not([hidden])", list);
      list.hidden = empty;
      list.previousElementSibling.hidden = empty;
    });
    return shown;
  }
  document.addEventListener("input", (event) => event.target.matches("[data-pick]") && narrow(event.target));
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || !event.target.matches("[data-pick]") || event.key !== "Enter") return;
    const first = event.target.value.trim() && narrow(event.target) ? one("[data-words]:not([hidden]) button") : null;
    if (first) { event.preventDefault(); first.click(); }
  });

  /* ── 有 缺 免: 1 2 3 (or 0 for 免) on a line, and on to the next line ── */
  const KEY = { 1: 0, 2: 1, 3: 2, y: 0, q: 1, m: 2 };
  document.addEventListener("keydown", (event) => {
    const group = event.target.closest?.(".ticks");
    if (!group || event.ctrlKey || event.altKey || event.metaKey || !(event.key in KEY)) return;
    event.preventDefault();
    const box = all("input", group)[KEY[event.key]];
    box.checked = true;
    changed(box);
    const groups = all(".ticks").filter((other) => other.offsetParent !== null);
    const next = groups[groups.indexOf(group) + 1];
    if (next) (one("input:checked", next) || one("input", next)).focus();
    else box.focus();
  });

  /* ── a question with a few answers: its number chooses, and on to what is still open ── */
  document.addEventListener("keydown", (event) => {
    const group = event.target.closest?.("#intake-form .picks");
    if (!group || event.ctrlKey || event.altKey || event.metaKey || !/^[1-9]$/.test(event.key)) return;
    const box = all("input", group)[event.key - 1];
    if (!box) return;
    event.preventDefault();
    box.checked = box.type === "radio" || !box.checked;
    changed(box);
    if (box.type === "radio") goOn(box.form);
  });
  /* What must still be filled in, from the top; when nothing is left, the button. */
  function goOn(form) {
    const open = [...form.elements].find((field) => field.offsetParent !== null && !field.disabled && (
      field.closest(".ticks") ? field.closest("tr") && !one("input:checked", field.closest(".ticks"))
        : field.type === "radio" ? field.required && ![...form.elements[field.name]].some?.((each) => each.checked)
          : field.type === "checkbox" ? field.name === "identity_checked" && !field.checked
            : (field.required || ["id_number", "applicant_name"].includes(field.name)) && !field.value));
    (open || one("[data-main]", form))?.focus();
  }

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-all-here]")) return;
    all(".ticks").filter((group) => group.offsetParent !== null && !one("input:checked", group)).forEach((group) => {
      const box = one("input", group), seen = one(".seen input", group.closest("tr"));
      box.checked = true;
      changed(box);
      if (seen && !seen.checked) { seen.checked = true; changed(seen); }
    });
    goOn(one("#intake-form"));
  });
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const button = event.code === "KeyA" ? one("[data-all-here]") : event.code === "KeyR" ? one("[data-recall]")
      : /^Digit\d$/.test(event.code) ? one(`#allowed [data-key="${event.code[5]}"], [data-usual="${event.code[5]}"]`) : null;
    if (button) { event.preventDefault(); button.click(); }
  });

  /* ── what the law allows now follows the ticks; the rules are the server's ── */
  let asking = 0;
  async function follow(form) {
    const mine = ++asking, body = new FormData(form);
    for (const [name, value] of [...body]) if (typeof value !== "string") body.delete(name);
    try {
      const answer = await fetch(form.dataset.allowed, { method: "POST", body, headers: { "HX-Request": "true" } });
      if (!answer.ok || mine !== asking) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("allowed");
      if (fresh && mine === asking) one("#allowed").replaceWith(document.importNode(fresh, true));
    } catch { /* the server asks again when the form is sent */ }
  }
  let soon = 0;
  document.addEventListener("change", (event) => {
    if (!event.target.matches(".ticks input, [name=has_agent], [name=has_guardian]") || !one("#allowed")) return;
    clearTimeout(soon);
    soon = setTimeout(follow, 120, event.target.form);
  });

  /* ── the number says sex, birth and age; and whether the same matter is open already ── */
  function derive(box) {
    const place = one("[data-derived]"), found = /^\d{6}(\d{4})(\d{2})(\d{2})\d{2}(\d)[\dX]$/i.exec(box.value.trim());
    if (!place) return;
    if (!found) { place.textContent = ""; return; }
    const [, year, month, day, order] = found, now = new Date();
    const past = now.getMonth() + 1 > +month || (now.getMonth() + 1 === +month && now.getDate() >= +day);
    place.textContent = `${+order % 2 ? "男" : "女"} · ${year}年${+month}月${+day}日生 · ${now.getFullYear() - year - (past ? 0 : 1)} 周岁`;
  }
  async function ask(box) {
    const form = box.form, body = new FormData();
    if (box.value.trim().length < 6 || box.value === box.dataset.asked) return;
    box.dataset.asked = box.value;
    body.set("csrf_token", one("[name=csrf_token]", form).value);
    body.set("id_number", box.value);
    body.set("duplicate_reason", form.elements.duplicate_reason?.value || "");
    try {
      const answer = await fetch(form.dataset.person, { method: "POST", body, headers: { "HX-Request": "true" } });
      if (!answer.ok) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("known");
      if (fresh) one("#known").replaceWith(document.importNode(fresh, true));
    } catch { /* the desk goes on without; the server asks again when the form is sent */ }
  }
  document.addEventListener("input", (event) => event.target.matches("[data-known]") && derive(event.target));
  document.addEventListener("change", (event) => event.target.matches("[data-known]") && ask(event.target));

  /* ── a file that was chosen says its name ── */
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field.type !== "file" || !field.closest(".file")) return;
    one("span", field.closest(".file")).textContent = field.files[0]?.name || "上传";
  });

  function ready() {
    all("[data-all-here]").forEach((button) => { button.hidden = false; });
    const box = one("[data-known]");
    if (!box) return;
    derive(box);
    if (/[?&]recalled=1/.test(location.search) && !one("[aria-invalid=true]")) goOn(box.form);
  }
  document.addEventListener("htmx:afterSettle", ready);
  ready();
})();
