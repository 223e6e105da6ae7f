/* Accounts with their fields, as the server packs them: read, chosen, counted. No page and no map is needed here. */
import { say } from "../say.js";

const MAGIC = 0x32414347; // "GCA2", little-endian

/** What `maps/field_points.py` wrote. Throws for anything else. */
export function unpack(buffer) {
  const view = new DataView(buffer);
  if (buffer.byteLength < 8 || view.getUint32(0, true) !== MAGIC) throw new Error(say("The accounts came in a form that this page does not read. Reload it."));
  const length = view.getUint32(4, true);
  const told = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  const { n, west, south, degree } = told;
  const bytes = new Uint8Array(buffer, 8 + length);
  let at = 0;
  const planes = (count, make) => {
    const out = make(n);
    for (let i = 0; i < n; i++) {
      let value = 0;
      for (let plane = count - 1; plane >= 0; plane--) value = value * 256 + bytes[at + plane * n + i];
      out[i] = value;
    }
    at += count * n;
    return out;
  };
  const ids = planes(4, (size) => new Float64Array(size));
  for (let i = 1; i < n; i++) ids[i] += ids[i - 1];
  const lon = planes(4, (size) => new Float64Array(size));
  const lat = planes(4, (size) => new Float64Array(size));
  for (let i = 0; i < n; i++) {
    lon[i] = west + lon[i] / degree;
    lat[i] = south + lat[i] / degree;
  }
  const said = new Map(Object.entries(told.said || {}));
  // Addresses hold values as they are kept, so that a view is the same in every language.
  const inWords = (word) => said.get(word) ?? word;
  const fields = told.fields.map(({ key, label, values, bytes: wide }) => ({ key, label: inWords(label), values, inWords, codes: planes(wide, (size) => (wide === 1 ? new Uint8Array(size) : new Uint16Array(size))) }));
  return { n, ids, lon, lat, fields };
}

/** One byte an account: 1 where every field has one of its wanted values, and the area holds it. wanted: key to words. */
export function shown(points, wanted, within = null) {
  const mask = new Uint8Array(points.n).fill(1);
  for (const field of points.fields) {
    const words = wanted[field.key];
    if (!words || !words.length) continue;
    const takes = Uint8Array.from(field.values, (value) => (words.includes(value) ? 1 : 0));
    for (let i = 0; i < points.n; i++) mask[i] &= takes[field.codes[i]];
  }
  if (within) for (let i = 0; i < points.n; i++) mask[i] &= within[i];
  return mask;
}

/** For each field the mask of what every other field and the area let through, as a function of its key. */
export function besides(points, wanted, within = null) {
  const failed = new Uint8Array(points.n); // by how many fields
  const which = new Uint8Array(points.n); // the last of them
  points.fields.forEach((field, number) => {
    const words = wanted[field.key];
    if (!words || !words.length) return;
    const takes = Uint8Array.from(field.values, (value) => (words.includes(value) ? 1 : 0));
    for (let i = 0; i < points.n; i++) {
      if (takes[field.codes[i]]) continue;
      failed[i] += 1;
      which[i] = number;
    }
  });
  return (key) => {
    const number = points.fields.findIndex((one) => one.key === key);
    const mask = new Uint8Array(points.n);
    for (let i = 0; i < points.n; i++) mask[i] = (within ? within[i] : 1) && (failed[i] === 0 || (failed[i] === 1 && which[i] === number)) ? 1 : 0;
    return mask;
  };
}

/** How many accounts of a mask have each value of a field. */
export function counts(field, mask) {
  const found = new Uint32Array(field.values.length);
  for (let i = 0; i < mask.length; i++) found[field.codes[i]] += mask[i];
  return found;
}

/** Which accounts lie in a closed shape [[lon, lat], ...]: one byte each; the even-odd rule. */
export function inArea({ n, lon, lat }, shape) {
  const mask = new Uint8Array(n);
  const [west, east] = [Math.min(...shape.map(([x]) => x)), Math.max(...shape.map(([x]) => x))];
  const [south, north] = [Math.min(...shape.map(([, y]) => y)), Math.max(...shape.map(([, y]) => y))];
  for (let i = 0; i < n; i++) {
    if (lon[i] < west || lon[i] > east || lat[i] < south || lat[i] > north) continue;
    let odd = false;
    for (let a = 0, b = shape.length - 1; a < shape.length; b = a++) {
      const [ax, ay] = shape[a];
      const [bx, by] = shape[b];
      if (ay > lat[i] !== by > lat[i] && lon[i] < ((bx - ax) * (lat[i] - ay)) / (by - ay) + ax) odd = !odd;
    }
    mask[i] = odd ? 1 : 0;
  }
  return mask;
}

/** Filters, colour, area and view as the query of an address, and back. */
export function toQuery({ colour, wanted, area, view }) {
  const query = new URLSearchParams();
  if (colour) query.set("colour", colour);
  for (const [key, words] of Object.entries(wanted)) for (const word of words) query.append("f", `${key}=${word}`);
  if (area) query.set("area", area.map(([x, y]) => `${x.toFixed(5)} ${y.toFixed(5)}`).join(","));
  if (view) query.set("view", view.map((one) => Number(one.toFixed(5))).join(","));
  return query.toString();
}

export function fromQuery(text) {
  const query = new URLSearchParams(text);
  const wanted = {};
  for (const one of query.getAll("f")) {
    const at = one.indexOf("=");
    if (at > 0) (wanted[one.slice(0, at)] ||= []).push(one.slice(at + 1));
  }
  const numbers = (some) => some.every(Number.isFinite);
  const area = (query.get("area") || "").split(",").map((pair) => pair.split(" ").map(Number));
  const view = (query.get("view") || "").split(",").map(Number);
  return {
    colour: query.get("colour") || "",
    wanted,
    area: area.length > 2 && area.every((pair) => pair.length === 2 && numbers(pair)) ? area : null,
    view: view.length === 3 && numbers(view) && Math.abs(view[0]) <= 90 && Math.abs(view[1]) <= 540 ? view : null,
  };
}
