import assert from "node:assert/strict";
import { test } from "node:test";

import { clockOf, filled, shortened, timed, worthOf } from "../../webapp/static/offline/free-time.js";
import { randoms } from "./parts.js";

const HOUR = 3600;
// On a line: home at 0, accounts 1 to 5 ten minutes apart.
const places = [0, 1, 2, 3, 4, 5];
const rows = places.map((_, i) => places.map((_, j) => 10 * Math.abs(i - j)));
const matrix = { places, rows };
const all = (value) => Object.fromEntries(places.map((id) => [id, value]));
const day = { at: 0, now_s: 8 * HOUR, home_by_s: 17 * HOUR, windows: all([[8 * HOUR, 17 * HOUR]]), service_s: all(1800) };

test("an order is driven from place to place, within opening hours, and home", () => {
  const plan = timed([1, 3], matrix, { ...day, windows: { ...day.windows, 3: [[10 * HOUR, 12 * HOUR]] } });
  assert.deepEqual(plan.stops.map(({ start_s }) => clockOf(start_s)), ["08:10", "10:00"]);
  assert.equal(clockOf(plan.home_s), "11:00");
  assert.equal(plan.drive_min, 60);
});

test("what cannot be is said to be none: closed, too long, no way, a place that was not taken along", () => {
  assert.equal(timed([1], matrix, { ...day, windows: { 1: [] } }), null);
  assert.equal(timed([1], matrix, { ...day, windows: { 1: [[8 * HOUR, 8 * HOUR + 1800]] } }), null);
  assert.equal(timed([1, 2, 3], matrix, { ...day, home_by_s: 9 * HOUR }), null);
  assert.equal(timed([1], { places, rows: rows.map((row) => row.map(() => -1)) }, day), null);
  assert.equal(timed([99], matrix, day), null);
});

test("stops in a bad order are put into a better one", () => {
  assert.deepEqual(shortened([4, 1, 3, 2], matrix, day).plan.drive_min, 80);
});

test("free time goes to who is worth most for the minutes, and no planned stop is given up for it", () => {
  const nearby = [{ id: 2, worth: 1 }, { id: 5, worth: 9 }];
  const found = filled([1, 3], nearby, matrix, day);
  assert.deepEqual([...found.order].sort(), [1, 2, 3, 5]);
  const short = filled([1, 3], nearby, matrix, { ...day, home_by_s: 8 * HOUR + 3 * 1800 + 3600 });
  assert.deepEqual([...short.order].sort(), [1, 2, 3]);
  assert.deepEqual(short.added, [2]);
});

test("where the planned stops cannot be made in their order, another is tried; where in none, it is said", () => {
  const late = { ...day, windows: { ...day.windows, 3: [[8 * HOUR, 9 * HOUR + 600]] } };
  assert.ok(filled([1, 2, 3], [], matrix, late).plan);
  assert.equal(filled([1, 2, 3], [], matrix, { ...day, home_by_s: 8 * HOUR }).plan, null);
});

test("whatever the day, what is proposed keeps to the hours, loses no stop and doubles none", () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const random = randoms(seed);
    const n = 2 + Math.floor(random() * 9);
    const ids = Array.from({ length: n }, (_, index) => index);
    const table = { places: ids, rows: ids.map((i) => ids.map((j) => (i === j ? 0 : random() < 0.03 ? -1 : 1 + Math.floor(random() * 40)))), parking: 2 };
    const windows = Object.fromEntries(ids.map((id) => [id, [[(8 + random() * 4) * HOUR, (12 + random() * 5) * HOUR]]]));
    const one = { at: 0, now_s: 8 * HOUR, home_by_s: (12 + random() * 6) * HOUR, windows, service_s: Object.fromEntries(ids.map((id) => [id, 600 + random() * 3000])) };
    const cut = 1 + Math.floor(random() * (n - 1));
    const coming = ids.slice(1, cut);
    const found = filled(coming, ids.slice(cut).map((id) => ({ id, worth: 1 + random() })), table, one);
    if (!found.plan) continue;
    assert.equal(new Set(found.order).size, found.order.length);
    for (const id of coming) assert.ok(found.order.includes(id), `seed ${seed}: ${id} is lost`);
    assert.ok(found.plan.home_s <= one.home_by_s);
    for (const { id, start_s, leave_s } of found.plan.stops) assert.ok(windows[id].some(([opens, closes]) => start_s >= opens && leave_s <= closes));
  }
});

test("an overdue customer who matters comes before a prospect who does not", () => {
  assert.ok(worthOf({ priority: "A", overdue: true, kind: "customer" }) > worthOf({ priority: "C", overdue: false, kind: "prospect" }));
});
