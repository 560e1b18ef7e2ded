/* What the document camera sees becomes a sheet: cut to the paper's edge, turned, small enough, several in one PDF.
   Works on canvases and bytes alone; camera.js holds the camera. */
const sheets = (() => {
  "use strict";
  const MOST = 300 * 1000; // bytes a page
  const LONGEST = 2200; // pixels: A4 at some 190 to the inch
  const LOOK = 480; // pixels across, to look for the edge

  function canvas(width, height) {
    return Object.assign(document.createElement("canvas"), { width: Math.max(1, Math.round(width)), height: Math.max(1, Math.round(height)) });
  }
  const paint = (place) => place.getContext("2d", { willReadFrequently: true });

  const WHOLE = [[0, 0], [1, 0], [1, 1], [0, 1]];

  /** The sheet's four corners, clockwise from the upper left, as shares of 1: what differs from the table around it. WHOLE when no edge is found. */
  function corners(source) {
    const scale = LOOK / source.width, small = canvas(LOOK, source.height * scale), { width, height } = small;
    paint(small).drawImage(source, 0, 0, width, height);
    const seen = paint(small).getImageData(0, 0, width, height).data;
    const light = (x, y) => { const at = 4 * (y * width + x); return .3 * seen[at] + .59 * seen[at + 1] + .11 * seen[at + 2]; };
    const rim = [];
    for (let x = 0; x < width; x += 2) rim.push(light(x, 0), light(x, 1), light(x, height - 2), light(x, height - 1));
    for (let y = 0; y < height; y += 2) rim.push(light(0, y), light(1, y), light(width - 2, y), light(width - 1, y));
    rim.sort((one, other) => one - other);
    const table = rim[rim.length >> 1], differs = (x, y) => Math.abs(light(x, y) - table) > 40;
    const rows = new Uint16Array(height), columns = new Uint16Array(width);
    for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) if (differs(x, y)) { rows[y] += 1; columns[x] += 1; }
    const span = (counts, across) => {
      const first = counts.findIndex((count) => count > across * .03);
      return first < 0 ? null : [first, counts.length - [...counts].reverse().findIndex((count) => count > across * .03)];
    };
    const down = span(rows, width), right = span(columns, height);
    if (!down || !right || (down[1] - down[0]) * (right[1] - right[0]) < .08 * width * height) return WHOLE;
    // The corner that lies farthest out along each diagonal; a speck alone is not the sheet.
    const most = [[-1, -1], [1, -1], [1, 1], [-1, 1]].map(([dx, dy]) => ({ dx, dy, far: -Infinity, at: null }));
    for (let y = down[0]; y < down[1]; y += 1) for (let x = right[0]; x < right[1]; x += 1) {
      for (const corner of most) {
        const far = corner.dx * x + corner.dy * y;
        if (far <= corner.far || !differs(x, y)) continue;
        const inner = (n) => differs(x - n * corner.dx, y) || differs(x, y - n * corner.dy);
        if (inner(1) && inner(2)) Object.assign(corner, { far, at: [(x + (corner.dx > 0)) / width, (y + (corner.dy > 0)) / height] });
      }
    }
    if (most.some(({ at }) => !at)) return WHOLE;
    const found = most.map(({ at }) => at);
    return area(found) < .08 ? WHOLE : upright(found, width, height);
  }
  const area = (four) => Math.abs(four.reduce((sum, [x, y], n) => { const [u, v] = four[(n + 1) % 4]; return sum + x * v - u * y; }, 0)) / 2;
  /* A sheet that lies straight is cut straight: two pixels of the small picture are no slant. */
  function upright(four, width, height) {
    const [a, b, c, d] = four, near = (one, other, size) => Math.abs(one - other) * size <= 2.5;
    if (!near(a[0], d[0], width) || !near(b[0], c[0], width) || !near(a[1], b[1], height) || !near(c[1], d[1], height)) return four;
    const left = Math.min(a[0], d[0]), right = Math.max(b[0], c[0]), top = Math.min(a[1], b[1]), bottom = Math.max(c[1], d[1]);
    return [[left, top], [right, top], [right, bottom], [left, bottom]];
  }

  /** The picture inside four corners, flattened, and turned by quarter turns, at most LONGEST pixels long. */
  function straight(source, turns, four = WHOLE) {
    const at = four.map(([x, y]) => [x * source.width, y * source.height]), [a, b, c, d] = at;
    const apart = (one, other) => Math.hypot(one[0] - other[0], one[1] - other[1]);
    const across = Math.max(apart(a, b), apart(d, c)), down = Math.max(apart(a, d), apart(b, c)), scale = Math.min(1, LONGEST / Math.max(across, down, 1));
    const level = a[1] === b[1] && c[1] === d[1] && a[0] === d[0] && b[0] === c[0];
    const flat = canvas(across * scale, down * scale);
    if (level) paint(flat).drawImage(source, a[0], a[1], across, down, 0, 0, flat.width, flat.height);
    else flatten(source, at, flat);
    if (turns % 4 === 0) return flat;
    const lies = turns % 2 === 1, made = lies ? canvas(flat.height, flat.width) : canvas(flat.width, flat.height), brush = paint(made);
    brush.translate(made.width / 2, made.height / 2);
    brush.rotate(turns * Math.PI / 2);
    brush.drawImage(flat, -flat.width / 2, -flat.height / 2);
    return made;
  }
  /* Each point of the flat sheet is looked up where the camera saw it: the projective map of a square onto four corners
     (P. Heckbert, Fundamentals of Texture Mapping, 1989, §2.2.3), between four neighbouring pixels. */
  function flatten(source, [[x0, y0], [x1, y1], [x2, y2], [x3, y3]], flat) {
    const dx1 = x1 - x2, dx2 = x3 - x2, sx = x0 - x1 + x2 - x3, dy1 = y1 - y2, dy2 = y3 - y2, sy = y0 - y1 + y2 - y3;
    const span = dx1 * dy2 - dx2 * dy1 || 1e-9, g = (sx * dy2 - dx2 * sy) / span, h = (dx1 * sy - sx * dy1) / span;
    const a = x1 - x0 + g * x1, b = x3 - x0 + h * x3, d = y1 - y0 + g * y1, e = y3 - y0 + h * y3;
    const from = paint(source).getImageData(0, 0, source.width, source.height), brush = paint(flat), made = brush.createImageData(flat.width, flat.height);
    const { data, width, height } = from, out = made.data;
    for (let row = 0, put = 0; row < flat.height; row += 1) {
      const v = (row + .5) / flat.height;
      for (let column = 0; column < flat.width; column += 1, put += 4) {
        const u = (column + .5) / flat.width, w = g * u + h * v + 1;
        const x = Math.min(width - 1.001, Math.max(0, (a * u + b * v + x0) / w - .5)), y = Math.min(height - 1.001, Math.max(0, (d * u + e * v + y0) / w - .5));
        const left = x | 0, top = y | 0, p = x - left, q = y - top, one = 4 * (top * width + left), under = one + 4 * width;
        for (let part = 0; part < 3; part += 1) {
          out[put + part] = (data[one + part] * (1 - p) + data[one + 4 + part] * p) * (1 - q) + (data[under + part] * (1 - p) + data[under + 4 + part] * p) * q;
        }
        out[put + 3] = 255;
      }
    }
    brush.putImageData(made, 0, 0);
  }

  /** A JPEG of at most MOST bytes: first less quality, then fewer pixels. */
  async function small(picture) {
    for (let size = 1; ; size *= .8) {
      const place = size === 1 ? picture : canvas(picture.width * size, picture.height * size);
      if (size !== 1) paint(place).drawImage(picture, 0, 0, place.width, place.height);
      for (const quality of [.82, .7, .58, .46]) {
        const made = await new Promise((done) => place.toBlob(done, "image/jpeg", quality));
        if (made.size <= MOST) return { bytes: new Uint8Array(await made.arrayBuffer()), width: place.width, height: place.height };
      }
    }
  }

  /** JPEGs, one a page, each fitted to an A4 sheet that lies as the picture does. */
  function pdf(pages) {
    const parts = [], starts = [], write = (part) => parts.push(typeof part === "string" ? new TextEncoder().encode(part) : part);
    const length = () => parts.reduce((sum, part) => sum + part.length, 0);
    const object = (text, stream) => {
      starts.push(length());
      write(`${starts.length} 0 obj\n`);
      if (stream) { write(text.replace(">>", `/Length ${stream.length}>>\nstream\n`)); write(stream); write("\nendstream"); } else write(text);
      write("\nendobj\n");
    };
    write("%PDF-1.4\n%\u00e2\u00e3\n");
    object("<</Type/Catalog/Pages 2 0 R>>");
    object(`<</Type/Pages/Count ${pages.length}/Kids[${pages.map((_page, n) => `${3 + 3 * n} 0 R`).join(" ")}]>>`);
    pages.forEach(({ bytes, width, height }, n) => {
      const [wide, high] = width > height ? [842, 595] : [595, 842], scale = Math.min(wide / width, high / height), at = 3 + 3 * n;
      const x = (wide - width * scale) / 2, y = (high - height * scale) / 2;
      object(`<</Type/Page/Parent 2 0 R/MediaBox[0 0 ${wide} ${high}]/Resources<</XObject<</S ${at + 1} 0 R>> >>/Contents ${at + 2} 0 R>>`);
      object(`<</Type/XObject/Subtype/Image/Width ${width}/Height ${height}/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode>>`, bytes);
      object("<<>>", new TextEncoder().encode(`q ${(width * scale).toFixed(2)} 0 0 ${(height * scale).toFixed(2)} ${x.toFixed(2)} ${y.toFixed(2)} cm /S Do Q`));
    });
    const table = length();
    write(`xref\n0 ${starts.length + 1}\n0000000000 65535 f \n${starts.map((start) => `${String(start).padStart(10, "0")} 00000 n \n`).join("")}`);
    write(`trailer\n<</Size ${starts.length + 1}/Root 1 0 R>>\nstartxref\n${table}\n%%EOF\n`);
    return new Blob(parts, { type: "application/pdf" });
  }

  return { corners, straight, small, pdf, canvas, MOST, WHOLE };
})();
