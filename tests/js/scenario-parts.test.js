/* Whole regions on the map of a scenario: which one is at a place, which accounts go with it. */
import assert from "node:assert/strict";
import test from "node:test";

globalThis.window = { gcrm: { colour: () => "#000", svg: () => ({}), el: () => ({}) } };
globalThis.L = { geoJSON: () => ({ addTo: () => ({ remove() {} }) }) };
const { Parts } = await import("../../webapp/static/scenario/parts.js");

const square = (west, east) => ({ type: "MultiPolygon", coordinates: [[[[west, 0], [east, 0], [east, 1], [west, 1], [west, 0]]]] });
const hole = { type: "Polygon", coordinates: [[[4, 0], [6, 0], [6, 2], [4, 2], [4, 0]], [[4.5, 0.5], [5.5, 0.5], [5.5, 1.5], [4.5, 1.5], [4.5, 0.5]]] };

function drawing(nearest = -1) {
  const map = { gcrm: { legend: { section() {} } }, containerPointToLatLng: ([x, y]) => ({ lng: x, lat: y }) };
  return { map, nearest: () => nearest };
}

const TOLD = { names: ["a", "b", "c"], which: [0, 0, 1, -1, 2], shapes: [[square(0, 1), square(2, 3)], [square(1, 2)], [hole]] };

test("the region below a click is found by its ground, islands and holes too", async () => {
  const parts = new Parts(drawing(), async () => TOLD);
  await parts.use("municipalities");
  assert.deepEqual([[0.5, 0.5], [1.5, 0.5], [2.5, 0.5], [4.2, 0.2], [5, 1], [9, 9]].map(([x, y]) => parts.at({ x, y })), [0, 1, 0, 2, -1, -1]);
  assert.deepEqual(parts.rows(0), [0, 1]);
  assert.deepEqual(parts.rows(-1), []);
  assert.deepEqual(parts.touched([1, 2, 3, 0]), [0, 1]);
});

test("a postcode without ground is that of the account there", async () => {
  const parts = new Parts(drawing(4), async () => ({ ...TOLD, shapes: [[], [], []] }));
  await parts.use("postcodes");
  assert.equal(parts.at({ x: 5, y: 5 }), 2);
});

test("the level that was chosen last holds, however late another answers", async () => {
  const waiting = {};
  const parts = new Parts(drawing(), (level) => new Promise((done) => (waiting[level] = done)));
  const slow = parts.use("slow");
  const quick = parts.use("quick");
  waiting.quick(TOLD);
  await quick;
  waiting.slow({ names: [], which: [], shapes: [] });
  await slow;
  assert.equal(parts.level, "quick");
  await parts.use("");
  assert.equal(parts.told, null);
});
