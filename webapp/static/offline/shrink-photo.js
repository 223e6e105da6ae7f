/* Photos made small enough for a thin signal, by the browser's own canvas. */
import { say } from "../say.js";

/** The longest edge in pixels: a shelf's labels can still be read. */
export const EDGE_PX = 1600;
const QUALITY = 0.8;
/** What the server takes of a photo that this browser cannot shrink. */
export const LARGEST_BYTES = 4000000;
const SHOWN_BY_ALL = ["image/jpeg", "image/png", "image/webp"];

/** Width and height within EDGE_PX, in the same proportion. */
export function within(width, height, edge = EDGE_PX) {
  const share = Math.min(1, edge / Math.max(width, height, 1));
  return { width: Math.max(1, Math.round(width * share)), height: Math.max(1, Math.round(height * share)) };
}

/** {bytes, picture}: the photo as a JPEG, or as it is where that is smaller or this browser cannot draw it. Raises Error. */
export async function shrink(file, { draw = drawn } = {}) {
  let small = null;
  try {
    small = await draw(file);
  } catch {
    small = null; // a kind of image that this browser does not know
  }
  const known = SHOWN_BY_ALL.includes(file.type);
  const picture = small && (!known || small.size < file.size) ? small : file;
  if (picture === file && !known) throw new Error(say("This browser cannot read it. Take it as a JPEG."));
  if (picture.size > LARGEST_BYTES) throw new Error(say("It is too large. Take a smaller one."));
  return { bytes: await picture.arrayBuffer(), picture };
}

async function drawn(file) {
  const image = await createImageBitmap(file, { imageOrientation: "from-image" });
  const { width, height } = within(image.width, image.height);
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  canvas.getContext("2d").drawImage(image, 0, 0, width, height);
  image.close();
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("not drawn"))), "image/jpeg", QUALITY));
}
