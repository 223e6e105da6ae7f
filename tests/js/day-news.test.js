import assert from "node:assert/strict";
import { test } from "node:test";

import { freeDay, moved, newsOf } from "../../webapp/static/offline/day-news.js";
import { progress } from "../../webapp/static/offline/day-progress.js";

const DAY = "2026-11-24";
const told = (body, more = {}) => ({ what: "day", name: "x", state: "waiting", body: { day: DAY, ...body }, ...more });

test("what waits holds on the page; what was refused, or is of another day, does not", () => {
  const entries = [
    told({ what: "cancelled", accounts: [5] }),
    told({ what: "late", minutes: 30 }),
    told({ what: "late", minutes: 15 }),
    told({ what: "free", accounts: [9], names: ["Deli"] }),
    told({ what: "cancelled", accounts: [6] }, { state: "refused" }),
    told({ what: "late", minutes: 60, day: "2026-11-25" }),
    { what: "visit", state: "waiting", body: {} },
  ];
  const news = newsOf(entries, { day: DAY, kept_ms: 1000 });
  assert.deepEqual([[...news.cancelled], news.late_min, news.taken[0].names, news.told.length], [["5"], 45, ["Deli"], 4]);
});

test("what the server has planned with holds on a page that was kept before, and is the plan's own on one of now", () => {
  const sent = told({ what: "late", minutes: 30 }, { state: "sent", sent_ms: 2000, answer: { applied: true, words: "Moved." } });
  assert.equal(newsOf([sent], { day: DAY, kept_ms: 1000 }).late_min, 30);
  assert.equal(newsOf([sent], { day: DAY, kept_ms: 3000 }).late_min, 0);
  assert.equal(newsOf([sent], { day: DAY, kept_ms: null }).late_min, 0);
  assert.equal(newsOf([sent], { day: DAY, kept_ms: null }).told[0].words, "Moved.");
  const unfit = { ...sent, answer: { applied: false, words: "It does not fit." } };
  assert.equal(newsOf([unfit], { day: DAY, kept_ms: 1000 }).late_min, 0);
});

test("a cancelled stop is not the next one, and a visit to it counts all the same", () => {
  const stops = [{ account: 5, state: "next" }, { account: 6, state: "later" }];
  const how = { kept_ms: 1, day: DAY, dayOf: () => DAY, cancelled: new Set(["5"]) };
  assert.deepEqual(progress(stops, [], how).map(({ state }) => state), ["cancelled", "next"]);
  const visit = { what: "visit", state: "waiting", account: 5, body: { at: "x", outcome: "order" } };
  assert.deepEqual(progress(stops, [visit], how).map(({ state }) => state), ["done", "next"]);
});

test("times move over noon, and over midnight", () => {
  assert.deepEqual([moved("11:45", 30), moved("23:50", 20), moved("08:05", 0)], ["12:15", "00:10", "08:05"]);
});

test("free time begins where the rep is, holds what is to come and no other stop, and what is planned stays possible", () => {
  const at = (time) => `2026-11-24T${time}:00Z`;
  const data = {
    days: { [DAY]: { stops: [{ account: 1, start: at("08:00"), leave: at("08:30") }, { account: 2, start: at("10:00"), leave: at("10:30") }, { account: 3, start: at("12:00"), leave: at("12:30") }] } },
    minutes: { day: DAY, midnight: at("00:00"), places: [0, 1, 2, 3, 7], rows: [], leave_home: at("07:40"), home_by: at("16:00") },
    accounts: [{ id: 1, minutes: 30, windows: [] }, { id: 2, minutes: 30, windows: [] }, { id: 3, minutes: 30, windows: [] }, { id: 7, minutes: 45, windows: [[0, 86400]] }, { id: 8, minutes: 30, windows: [] }],
  };
  const stops = [{ account: "1", state: "done" }, { account: "2", state: "next" }, { account: "3", state: "later" }];
  const asked = freeDay(data, stops, { cancelled: new Set(["3"]), taken: [] }, { day: DAY, now_ms: Date.parse(at("09:00")) });
  assert.deepEqual([asked.coming, asked.nearby.map(({ id }) => id)], [[2], [7]]);
  assert.deepEqual([asked.day.at, asked.day.now_s, asked.day.home_by_s], [1, 9 * 3600, 16 * 3600]);
  assert.deepEqual(asked.day.windows[2], [[10 * 3600, 10.5 * 3600]]);
  const early = freeDay(data, stops.map((stop) => ({ ...stop, state: "later" })), { cancelled: new Set(), taken: [] }, { day: DAY, now_ms: Date.parse(at("05:00")) });
  assert.deepEqual([early.day.at, early.day.now_s], [0, 7 * 3600 + 40 * 60]);
  assert.equal(freeDay({ ...data, minutes: null }, stops, { cancelled: new Set(), taken: [] }, { day: DAY, now_ms: 0 }), null);
});
