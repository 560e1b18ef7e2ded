/* 调四角: the four corners of a shot page, put right by mouse, finger or arrow keys where the paper's edge was not found. */
const corners = (() => {
  "use strict";
  const STEP = .004, LEAP = .03; // shares of the picture: an arrow key, and with Shift
  const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  let page = null, after = null;

  const place = () => document.querySelector("[data-corners]");
  const handles = () => [...place().querySelectorAll("[data-corner]")];

  function open(wanted, done) {
    page = wanted;
    after = done;
    place().hidden = false;
    const picture = place().querySelector("canvas"), scale = 960 / Math.max(page.raw.width, page.raw.height);
    picture.width = page.raw.width * scale;
    picture.height = page.raw.height * scale;
    draw();
    place().scrollIntoView({ block: "center" }); // all four in sight
    handles()[0].focus({ preventScroll: true });
  }
  function draw() {
    const picture = place().querySelector("canvas"), brush = picture.getContext("2d");
    brush.drawImage(page.raw, 0, 0, picture.width, picture.height);
    brush.beginPath();
    page.corners.forEach(([x, y], n) => brush[n ? "lineTo" : "moveTo"](x * picture.width, y * picture.height));
    brush.closePath();
    for (const [colour, width] of [["#fff", 7], ["#1f5fa8", 3]]) { brush.strokeStyle = colour; brush.lineWidth = width; brush.stroke(); }
    handles().forEach((handle, n) => {
      handle.style.left = `${page.corners[n][0] * 100}%`;
      handle.style.top = `${page.corners[n][1] * 100}%`;
    });
  }
  /* A corner stays on its own side of the picture: four corners that cross are no sheet. */
  function move(n, x, y) {
    const four = page.corners.map((corner) => [...corner]), gap = .05, [, b, c, d] = four, a = four[0];
    const least = [[0, 0], [a[0] + gap, 0], [d[0] + gap, b[1] + gap], [0, a[1] + gap]][n];
    const most = [[b[0] - gap, d[1] - gap], [1, c[1] - gap], [1, 1], [c[0] - gap, 1]][n];
    four[n] = [Math.min(most[0], Math.max(least[0], x)), Math.min(most[1], Math.max(least[1], y))];
    page.corners = four;
    draw();
  }
  function close() {
    if (!page) return;
    place().hidden = true;
    page = null;
    after();
  }

  document.addEventListener("keydown", (event) => {
    const handle = event.target.closest?.("[data-corner]");
    if (!page || !handle || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Enter" || event.key === "Escape") { event.preventDefault(); event.stopImmediatePropagation(); close(); return; }
    const way = MOVES[event.key], n = +handle.dataset.corner;
    if (event.key.length === 1) event.stopImmediatePropagation(); // a letter here shoots and deletes nothing
    if (!way) return;
    event.preventDefault();
    const far = event.shiftKey ? LEAP : STEP, [x, y] = page.corners[n];
    move(n, x + way[0] * far, y + way[1] * far);
  }, true);
  let held = null;
  document.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest?.("[data-corner]");
    if (!page || !handle) return;
    held = handle;
    handle.setPointerCapture(event.pointerId);
    event.preventDefault();
    handle.focus();
  });
  document.addEventListener("pointermove", (event) => {
    if (!held || !page) return;
    const box = place().querySelector("canvas").getBoundingClientRect();
    move(+held.dataset.corner, (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  });
  for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => { held = null; });
  document.addEventListener("click", (event) => { if (event.target.closest?.("[data-corners-done]")) close(); });

  return { open, close };
})();
