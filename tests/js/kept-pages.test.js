import assert from "node:assert/strict";
import { test } from "node:test";

import { FRESH_MS, dayIn, isGood, keptPath, marked, toFetch } from "../../webapp/static/offline/kept-pages.js";

const LIST = { zone: "Europe/Vaduz", days: { "2026-11-24": "/day/ada/2026-11-24", "2026-11-26": "/day/ada/2026-11-26" }, pages: ["/me/", "/check-in/5", "/accounts/5"] };

test("only the server's own answers without a fault pass before a kept page", () => {
  assert.ok(isGood({ status: 200, ours: true }));
  assert.ok(isGood({ status: 404, ours: true }));
  for (const status of [500, 502, 503, 504, 429]) assert.ok(!isGood({ status, ours: true }));
  for (const status of [200, 302, 404, 511]) assert.ok(!isGood({ status, ours: false }));
});

test("the start and my day are today's page, else that of the next day that is kept", () => {
  assert.equal(keptPath("/", LIST, "2026-11-24"), "/day/ada/2026-11-24");
  assert.equal(keptPath("/day/", LIST, "2026-11-25"), "/day/ada/2026-11-26");
  assert.equal(keptPath("/day/", LIST, "2026-11-27"), null);
  assert.equal(keptPath("/day/", { ...LIST, pages: ["/day/"] }, "2026-11-27"), "/day/");
});

test("other addresses are kept or not; without a list nothing is", () => {
  assert.equal(keptPath("/check-in/5", LIST, "2026-11-24"), "/check-in/5");
  assert.equal(keptPath("/day/ada/2026-11-26", LIST, "2026-11-24"), "/day/ada/2026-11-26");
  assert.equal(keptPath("/accounts/6", LIST, "2026-11-24"), null);
  assert.equal(keptPath("/", null, "2026-11-24"), null);
});

test("a day is a day of the rep's zone", () => {
  const late = Date.parse("2026-11-24T23:30:00Z");
  assert.equal(dayIn("Europe/Vaduz", late), "2026-11-25");
  assert.equal(dayIn("America/Los_Angeles", late), "2026-11-24");
  assert.equal(dayIn("No/Where", late), "2026-11-24");
});

test("what is fresh is not fetched again, what lies ahead of the clock is", () => {
  const now = 10 * FRESH_MS;
  const keptAt = new Map([["/a", now - 1], ["/b", now - FRESH_MS - 1], ["/c", NaN], ["/d", now + FRESH_MS]]);
  assert.deepEqual(toFetch(["/a", "/b", "/c", "/d", "/e"], keptAt, now), ["/b", "/c", "/d", "/e"]);
});

test("a kept page says so of itself", () => {
  assert.equal(marked('<html><body data-user="7"><body of text', "2026-11-24T08:00:00Z", "silent"), '<html><body data-kept="2026-11-24T08:00:00Z" data-why="silent" data-user="7"><body of text');
});
