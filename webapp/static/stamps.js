/* Very many symbols on one canvas: each is stamped into the picture's own pixels, which takes a tenth of drawing images. */

const SEEN = 100; // of 255: what is fainter at the edge of a symbol is left out, the rest is opaque

/** The pixels of a symbol that was drawn on a square canvas with an odd side: steps from its middle, and their colours. */
export function stampOf(canvas) {
  const box = canvas.width;
  const pixels = new Uint32Array(canvas.getContext("2d").getImageData(0, 0, box, box).data.buffer);
  const middle = (box - 1) / 2;
  const [dx, dy, ink] = [[], [], []];
  pixels.forEach((value, at) => {
    if (value >>> 24 < SEEN) return;
    dx.push((at % box) - middle);
    dy.push(Math.floor(at / box) - middle);
    ink.push((value | 0xff000000) >>> 0);
  });
  return { dx: Int16Array.from(dx), dy: Int16Array.from(dy), ink: Uint32Array.from(ink), room: Math.ceil(middle) + 1 };
}

/** Put n symbols on a canvas: at(i) says where in its pixels, or null; which(i) gives its stamp. Later ones lie on top. */
export function stampAll(canvas, n, place, which) {
  const { width: w, height: h } = canvas;
  const pen = canvas.getContext("2d");
  if (!w || !h) return;
  const image = pen.createImageData(w, h);
  const pixels = new Uint32Array(image.data.buffer);
  const spot = [0, 0];
  for (let i = 0; i < n; i++) {
    if (!place(i, spot)) continue;
    const px = Math.round(spot[0]);
    const py = Math.round(spot[1]);
    if (px < 0 || py < 0 || px >= w || py >= h) continue;
    const { dx, dy, ink, room } = which(i);
    if (px < room || py < room || px >= w - room || py >= h - room) continue;
    const at = py * w + px;
    for (let p = 0; p < ink.length; p++) pixels[at + dy[p] * w + dx[p]] = ink[p];
  }
  pen.putImageData(image, 0, 0);
}
