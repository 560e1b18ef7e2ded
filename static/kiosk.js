/* The machine by the door: after a minute without a touch it forgets and begins anew; no link leads out of it; a scan is the code. */
(() => {
  "use strict";
  const MINUTE = 60000, WARN = 10000, root = document.documentElement, home = root.dataset.home;
  const words = (chinese, english) => root.lang === "en" ? english : chinese;
  const INSIDE = /^\/(kiosk|status|guides|centres|verify)(\/|$)/;
  let end = 0, warned = 0;

  function again() {
    clearTimeout(end);
    clearTimeout(warned);
    end = setTimeout(() => location.replace(home), MINUTE);
    warned = setTimeout(() => document.dispatchEvent(new CustomEvent("desk:say", { detail: { words: words("十秒后回到首页。还要看的话，碰一下屏幕。", "Back to the start in ten seconds. Touch the screen to stay.") } })), MINUTE - WARN);
  }
  for (const sign of ["pointerdown", "keydown", "scroll", "input"]) addEventListener(sign, again, { capture: true, passive: true });
  addEventListener("pageshow", again);

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || link.matches("[data-print-here]")) return;
    const to = new URL(link.href);
    if (to.origin !== location.origin || !INSIDE.test(to.pathname)) { event.preventDefault(); return; }
    if (!to.searchParams.has("kiosk")) { event.preventDefault(); to.searchParams.set("kiosk", new URL(home, location.href).searchParams.get("kiosk") || "any"); to.searchParams.set("big", "1"); location.assign(to); }
  });
  for (const button of document.querySelectorAll("[data-print-page]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
  document.addEventListener("contextmenu", (event) => event.preventDefault());
  document.addEventListener("dragstart", (event) => event.preventDefault());
  // A receipt held under the reader anywhere leads to its case.
  document.addEventListener("desk:code", (event) => { const to = new URL(`/status/${encodeURIComponent(event.detail.value)}`, location.href); to.search = new URL(home, location.href).search; location.assign(to); });
})();
