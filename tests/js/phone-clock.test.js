import assert from "node:assert/strict";
import { test } from "node:test";

import { PhoneClock, spoken } from "../../webapp/static/offline/phone-clock.js";

class Kept {
  constructor() {
    this.texts = new Map();
  }
  getItem(name) {
    return this.texts.get(name) ?? null;
  }
  setItem(name, text) {
    this.texts.set(name, text);
  }
}

const NOW = Date.parse("2026-11-24T09:00:00Z");
const clockAt = (ms) => new PhoneClock(new Kept(), () => ms);

test("a contact measures the error to the middle of the way there and back", () => {
  const clock = clockAt(NOW);
  clock.contact({ server: "2026-11-27T09:00:01.000Z", before: NOW, after: NOW + 2000 });
  assert.deepEqual(clock.stamp(), { clock_error_s: 3 * 86400, last_contact: "2026-11-27T09:00:01.000Z" });
  assert.equal(clock.rightMs(), NOW + 3 * 86400 * 1000);
  assert.match(clock.words(), /3 days slow/);
});

test("a clock that is right, or nearly, says nothing; a fast one is told so", () => {
  const clock = clockAt(NOW);
  assert.equal(clock.words(), "");
  clock.contact({ server: new Date(NOW + 90000).toISOString(), before: NOW, after: NOW });
  assert.equal(clock.words(), "");
  clock.contact({ server: new Date(NOW - 7200000).toISOString(), before: NOW, after: NOW });
  assert.match(clock.words(), /2 hours fast/);
});

test("a contact that took too long, ran backwards, or names no time measures nothing", () => {
  const clock = clockAt(NOW);
  clock.contact({ server: new Date(NOW).toISOString(), before: NOW, after: NOW + 30000 });
  clock.contact({ server: new Date(NOW).toISOString(), before: NOW, after: NOW - 5 });
  clock.contact({ server: "noon", before: NOW, after: NOW });
  assert.deepEqual(clock.stamp(), {});
});

test("a browser that keeps nothing, or something else there, does no harm", () => {
  const none = new PhoneClock({ getItem: () => "{", setItem: () => assert.fail });
  assert.deepEqual(none.stamp(), {});
  const full = new PhoneClock({
    getItem: () => null,
    setItem() {
      throw new Error("full");
    },
  });
  full.contact({ server: new Date(NOW).toISOString(), before: NOW, after: NOW });
});

test("lengths are said as a person says them", () => {
  assert.deepEqual([60e3, 5400e3 - 60e3, 7200e3, 86400e3 * 2, 86400e3 * 365].map(spoken), ["1 minute", "89 minutes", "2 hours", "2 days", "365 days"]);
});
