import assert from "node:assert/strict";
import { test } from "node:test";

import { progress } from "../../webapp/static/offline/day-progress.js";

const DAY = "2026-11-24";
const KEPT = Date.parse("2026-11-24T08:00:00Z");
const dayOf = (at) => at.slice(0, 10);
const stops = (...states) => states.map((state, index) => ({ account: index + 1, state }));
const visit = (account, body = {}, more = {}) => ({ what: "visit", account: String(account), state: "waiting", body: { at: `${DAY}T09:00:00Z`, ...body }, ...more });
const states = (given, entries, kept_ms = KEPT) => progress(given, entries, { kept_ms, day: DAY, dayOf }).map(({ state }) => state);

test("a visit that waits shows as visited and the next stop is the one after it", () => {
  assert.deepEqual(states(stops("next", "later", "later"), [visit(1, { outcome: "order" })]), ["done", "next", "later"]);
});

test("a check-in without an outcome is where the rep is", () => {
  assert.deepEqual(states(stops("next", "later"), [visit(1)]), ["here", "later"]);
  assert.deepEqual(states(stops("next", "later"), [visit(1), visit(1, { note: "Two sacks." })]), ["done", "next"]);
});

test("visits out of order leave the first open stop as the next", () => {
  assert.deepEqual(states(stops("next", "later", "later"), [visit(2, { outcome: "order" })]), ["next", "done", "later"]);
});

test("what was sent after a page was kept counts on it; what was sent before is the page's own to know", () => {
  const sent = (ms) => visit(1, { outcome: "order" }, { state: "sent", sent_ms: ms });
  assert.deepEqual(states(stops("next", "later"), [sent(KEPT + 1)]), ["done", "next"]);
  assert.deepEqual(states(stops("next", "later"), [sent(KEPT - 1)]), ["next", "later"]);
  assert.deepEqual(states(stops("next", "later"), [sent(KEPT + 1)], null), ["next", "later"]);
});

test("visits of another day, notes and other accounts change nothing", () => {
  const others = [visit(1, { at: "2026-11-23T09:00:00Z", outcome: "order" }), { ...visit(1), what: "note" }, visit(99, { outcome: "order" })];
  assert.deepEqual(states(stops("next", "later"), others), ["next", "later"]);
});

test("what the server says is done stays done", () => {
  assert.deepEqual(states(stops("done", "next"), [visit(1)]), ["done", "next"]);
});
