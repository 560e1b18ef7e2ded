/* What the document camera sees becomes a sheet: cut to the paper's edge, turned, small enough, several in one PDF.
   Works on canvases and bytes alone; camera.js holds the camera. */
const sheets = (() => {
  "use strict";
  const MOST = 300 * 1000; // bytes a page
  const LONGEST = 2200; // pixels: A4 at some 190 to the inch
  const LOOK = 320; // pixels across, to look for the edge

  function canvas(width, height) {
    return Object.assign(document.createElement("canvas"), { width: Math.max(1, Math.round(width)), height: Math.max(1, Math.round(height)) });
  }
  const paint = (place) => place.getContext("2d", { willReadFrequently: true });

  /** Where the sheet lies: what differs from the table around it. {x, y, width, height} as shares of 1; the whole picture when no edge is found. */
  function edges(source) {
    const scale = LOOK / source.width, small = canvas(LOOK, source.height * scale), { width, height } = small;
    paint(small).drawImage(source, 0, 0, width, height);
    const seen = paint(small).getImageData(0, 0, width, height).data;
    const light = (x, y) => { const at = 4 * (y * width + x); return .3 * seen[at] + .59 * seen[at + 1] + .11 * seen[at + 2]; };
    const rim = [];
    for (let x = 0; x < width; x += 2) rim.push(light(x, 0), light(x, 1), light(x, height - 2), light(x, height - 1));
    for (let y = 0; y < height; y += 2) rim.push(light(0, y), light(1, y), light(width - 2, y), light(width - 1, y));
    rim.sort((one, other) => one - other);
    const table = rim[rim.length >> 1];
    const rows = new Uint16Array(height), columns = new Uint16Array(width);
    for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) if (Math.abs(light(x, y) - table) > 40) { rows[y] += 1; columns[x] += 1; }
    const span = (counts, across) => {
      const fits = (count) => count > across * .12;
      const first = counts.findIndex(fits);
      return first < 0 ? null : [first, counts.length - [...counts].reverse().findIndex(fits)];
    };
    const down = span(rows, width), right = span(columns, height), whole = { x: 0, y: 0, width: 1, height: 1 };
    if (!down || !right) return whole;
    const found = { x: right[0] / width, y: down[0] / height, width: (right[1] - right[0]) / width, height: (down[1] - down[0]) / height };
    return found.width * found.height < .08 ? whole : found;
  }

  /** The picture, cut (or not) and turned by quarter turns, at most LONGEST pixels long. */
  function straight(source, turns, cut) {
    const { x, y, width, height } = cut ? edges(source) : { x: 0, y: 0, width: 1, height: 1 };
    const across = width * source.width, down = height * source.height, scale = Math.min(1, LONGEST / Math.max(across, down));
    const lies = turns % 2 === 1, made = canvas((lies ? down : across) * scale, (lies ? across : down) * scale), brush = paint(made);
    brush.translate(made.width / 2, made.height / 2);
    brush.rotate(turns * Math.PI / 2);
    brush.drawImage(source, x * source.width, y * source.height, across, down, -across * scale / 2, -down * scale / 2, across * scale, down * scale);
    return made;
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

  return { edges, straight, small, pdf, canvas, MOST };
})();
