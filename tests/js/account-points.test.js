/* Accounts by their fields: read, chosen by words, by an area, counted, and the address of what is shown. */
import assert from "node:assert/strict";
import test from "node:test";
import { besides, counts, fromQuery, inArea, shown, toQuery, unpack } from "../../webapp/static/accounts/points.js";

/** Bytes as `maps/field_points.py` packs them; a test in Python holds the two together. */
function packed() {
  const told = { n: 3, west: 9.5, south: 47, degree: 1e6, said: { Role: "Rolle", Prospect: "Interessent" }, fields: [{ key: "kind", label: "Role", values: ["Customer", "Prospect"], bytes: 1 }, { key: "city", label: "Town", values: ["a", "b"], bytes: 2 }] };
  const text = new TextEncoder().encode(JSON.stringify(told));
  const planes = (...values) => [0, 8, 16, 24].flatMap((shift) => values.map((value) => (value >> shift) & 255));
  const body = [...planes(5, 300, 70000), ...planes(0, 100000, 200000), ...planes(0, 50000, 100000), 0, 1, 0, 1, 0, 0, 0, 0, 0];
  const bytes = new Uint8Array(8 + text.length + body.length);
  bytes.set(new TextEncoder().encode("GCA2"));
  new DataView(bytes.buffer).setUint32(4, text.length, true);
  bytes.set(text, 8);
  bytes.set(body, 8 + text.length);
  return bytes.buffer;
}

test("what was packed is read, and nothing else", () => {
  const points = unpack(packed());
  assert.deepEqual([...points.ids], [5, 305, 70305]);
  assert.deepEqual([...points.lon].map((x) => x.toFixed(3)), ["9.500", "9.600", "9.700"]);
  assert.deepEqual(points.fields.map(({ codes }) => [...codes]), [[0, 1, 0], [1, 0, 0]]);
  assert.deepEqual(points.fields.map(({ label }) => label), ["Rolle", "Town"]);
  assert.deepEqual(points.fields[0].values.map(points.fields[0].inWords), ["Customer", "Interessent"]);
  assert.throws(() => unpack(new ArrayBuffer(8)), /Reload/);
});

test("several words of a field widen, several fields narrow, an area narrows", () => {
  const points = unpack(packed());
  assert.deepEqual([...shown(points, {})], [1, 1, 1]);
  assert.deepEqual([...shown(points, { kind: ["Customer", "Prospect"], city: ["a"] })], [0, 1, 1]);
  assert.deepEqual([...shown(points, { kind: ["nobody knows"] })], [0, 0, 0]);
  const area = inArea(points, [[9.55, 46], [9.8, 46], [9.8, 48], [9.55, 48]]);
  assert.deepEqual([...area], [0, 1, 1]);
  const mask = shown(points, { kind: ["Customer"] }, area);
  assert.deepEqual([...mask], [0, 0, 1]);
  assert.deepEqual([...counts(points.fields[0], mask)], [1, 0]);
});

test("each field counts what the others let through", () => {
  const points = unpack(packed());
  const wanted = { kind: ["Customer"], city: ["a"] };
  for (const field of points.fields) {
    const { [field.key]: _, ...others } = wanted;
    assert.deepEqual([...besides(points, wanted)(field.key)], [...shown(points, others)]);
    assert.deepEqual([...besides(points, wanted, [0, 1, 1])(field.key)], [...shown(points, others, [0, 1, 1])]);
  }
});

test("an address says all of it, whatever is in the words", () => {
  const state = { colour: "city", wanted: { city: ["a=b, c&d", "é"], kind: ["Customer"] }, area: [[9.5, 47], [9.6, 47], [9.6, 47.1]], view: [47.1, 9.5, 12] };
  assert.deepEqual(fromQuery(toQuery(state)), state);
  assert.deepEqual(fromQuery("area=x&view=1,2&f=&f=k&colour="), { colour: "", wanted: {}, area: null, view: null });
});
