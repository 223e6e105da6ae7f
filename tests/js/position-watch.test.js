import assert from "node:assert/strict";
import { test } from "node:test";

import { FRESH_MS, LIMIT_MS, PositionWatch } from "../../webapp/static/position-watch.js";
import { Clock, settle } from "./parts.js";

/** A device whose fixes are given by hand. */
class Device {
  constructor(clock) {
    this.clock = clock;
    this.open = new Map();
    this.opened = 0;
  }

  watchPosition(found, failed) {
    this.open.set((this.opened += 1), { found, failed });
    return this.opened;
  }

  clearWatch(number) {
    this.open.delete(number);
  }

  fix(accuracy, lon = 9.52, agoMs = 0) {
    for (const { found } of [...this.open.values()]) found({ coords: { longitude: lon, latitude: 47.16, accuracy }, timestamp: this.clock.ms - agoMs });
  }

  fail(code) {
    for (const { failed } of [...this.open.values()]) failed({ code });
  }
}

function begun() {
  const clock = new Clock();
  const device = new Device(clock);
  const watch = new PositionWatch({ geolocation: device, now: clock.now, setTimeout: clock.setTimeout, clearTimeout: clock.clearTimeout });
  let ended = false;
  watch.look().then(() => (ended = true));
  return { clock, device, watch, hasEnded: async () => (await settle(2), ended) };
}

test("a rough first fix is not taken for the last word; a good one ends the watch at once", async () => {
  const { clock, device, watch, hasEnded } = begun();
  device.fix(1500, 9.6);
  await clock.wind(3000);
  assert.equal(await hasEnded(), false);
  device.fix(12);
  assert.equal(await hasEnded(), true);
  assert.equal(watch.state, "good");
  assert.equal(device.open.size, 0); // nothing is watched beyond it
  assert.deepEqual(watch.told(clock.ms), { lon: 9.52, lat: 47.16, accuracy_m: 12, age_s: 0 });
});

test("when time is up the best of all fixes is taken, with its age", async () => {
  const { clock, device, watch, hasEnded } = begun();
  device.fix(60, 9.521);
  await clock.wind(5000);
  device.fix(400, 9.7);
  await clock.wind(LIMIT_MS);
  assert.equal(await hasEnded(), true);
  assert.equal(watch.state, "time is up");
  assert.equal(device.open.size, 0);
  assert.deepEqual(watch.told(clock.ms), { lon: 9.521, lat: 47.16, accuracy_m: 60, age_s: (LIMIT_MS + 5000) / 1000 });
});

test("a fix that has grown old gives way to a rougher one of now", async () => {
  const { clock, device, watch } = begun();
  device.fix(40, 9.521);
  await clock.wind(20000);
  device.fix(50, 9.522);
  assert.equal(watch.told(clock.ms).lon, 9.522);
});

test("a fix from the device's store that is old already is not good enough", async () => {
  const { device, hasEnded } = begun();
  device.fix(5, 9.52, FRESH_MS + 1);
  assert.equal(await hasEnded(), false);
});

test("refused is told as refused, whatever was known before", async () => {
  const { device, clock, watch, hasEnded } = begun();
  device.fail(1);
  assert.equal(await hasEnded(), true);
  assert.equal(watch.state, "refused");
  assert.deepEqual(watch.told(clock.ms), { no_position: "refused" });
});

test("a device that finds none now may find one yet; at the end it has none, and that is not refused", async () => {
  const { device, clock, watch, hasEnded } = begun();
  device.fail(2);
  device.fail(3);
  assert.equal(await hasEnded(), false);
  await clock.wind(LIMIT_MS);
  assert.equal(watch.state, "none");
  assert.deepEqual(watch.told(clock.ms), {});
});

test("looking again asks the device anew only where the last fix is not fresh", async () => {
  const { device, clock, watch } = begun();
  device.fix(10);
  await watch.look();
  assert.equal(device.opened, 1);
  await clock.wind(FRESH_MS + 1);
  const again = watch.look();
  assert.equal(device.opened, 2);
  device.fix(11, 9.53);
  await again;
  assert.equal(watch.told(clock.ms).lon, 9.53);
});

test("a page that gets no position says so at once", async () => {
  const watch = new PositionWatch({ geolocation: null });
  await watch.look();
  assert.equal(watch.state, "none");
});

test("a device that answers while it is asked leaves no watch behind", async () => {
  const clock = new Clock();
  const device = new Device(clock);
  const ask = device.watchPosition.bind(device);
  device.watchPosition = (found, failed) => {
    const number = ask(found, failed);
    device.fix(5);
    return number;
  };
  const watch = new PositionWatch({ geolocation: device, now: clock.now, setTimeout: clock.setTimeout, clearTimeout: clock.clearTimeout });
  await watch.look();
  assert.equal(watch.state, "good");
  assert.equal(device.open.size, 0);
});
