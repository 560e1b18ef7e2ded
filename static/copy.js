/* 抄录卡: Enter copies the field and goes on to the next; arrows move. Without this file the values stand in fields to be copied by hand. */
(() => {
  "use strict";
  const english = document.documentElement.lang === "en";
  const buttons = [...document.querySelectorAll("[data-copy]")];
  const told = document.querySelector("[data-copied]");

  async function put(text) {
    if (navigator.clipboard && isSecureContext) {
      try { return await navigator.clipboard.writeText(text); } catch { /* an older way below */ }
    }
    // A desk without TLS has no clipboard of its own: what is selected in a field is copied as by Ctrl+C.
    const field = Object.assign(document.createElement("textarea"), { value: text || " " });
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    if (!done) throw new Error("copy");
  }
  async function copy(button) {
    const place = buttons.indexOf(button), field = document.getElementById(button.dataset.copy);
    const label = field?.labels[0]?.textContent ?? "";
    try {
      await put(field ? field.value : "");
    } catch {
      field?.select();
      told.textContent = english ? `Not copied: ${label}. It is selected; press Ctrl+C.` : `没有复制上：${label}。已选中，请按 Ctrl+C。`;
      return;
    }
    if (!field) { told.textContent = english ? "The clipboard is empty." : "剪贴板已清空。"; return; }
    button.closest("li").classList.add("done");
    told.textContent = (english ? "Copied " : "已复制 ") + `${label}（${place + 1}/${buttons.length - 1}）`;
    buttons[place + 1]?.focus();
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
  });
  document.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key], place = buttons.indexOf(document.activeElement);
    if (!step || place < 0) return;
    event.preventDefault();
    buttons[place + step]?.focus();
  });
  buttons.forEach((button) => { button.hidden = false; });
  buttons[0]?.focus();
})();
