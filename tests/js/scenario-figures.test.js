/* The figures of a scenario that the page counts are those that the server counts. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { deviations, figures, hues, inside, NOBODY, pieces, unpack } from "../../webapp/static/scenario/figures.js";
import { Saver } from "../../webapp/static/scenario/saver.js";
import { randoms } from "./parts.js";

/* Made by tests/fixtures/scenario_figures.py: 60 accounts in 4 territories, packed and counted by the server. */
const told = JSON.parse(readFileSync(new URL("../fixtures/scenario-figures.json", import.meta.url)));
const units = unpack(Uint8Array.from(Buffer.from(told.packed, "base64")).buffer);
const near = (mine, theirs, what) => assert.ok(Math.abs(mine - theirs) <= 6e-5 * Math.max(1, Math.abs(theirs)), `${what}: ${mine} is not ${theirs}`);

for (const [number, one] of told.cases.entries()) {
  test(`case ${number} agrees with the server`, () => {
    const k = one.figures.length;
    const found = figures(units, Int32Array.from(one.positions), { k, hours: one.hours, measures: one.measures, dues: one.dues });
    one.figures.forEach((theirs, i) => {
      const mine = found.territories[i];
      assert.equal(mine.accounts, theirs.accounts);
      assert.equal(mine.pieces, theirs.pieces);
      for (const name of ["visits_h", "travel_h", "work_h", "minutes_to_centre", "compactness", "load"]) {
        if (theirs[name] === null) assert.equal(mine[name], null, name);
        else near(mine[name], theirs[name], name);
      }
      assert.deepEqual(Object.keys(mine.revenue).sort(), Object.keys(theirs.revenue).sort());
      for (const [currency, sum] of Object.entries(theirs.revenue)) near(mine.revenue[currency], sum, currency);
    });
    for (const [measure, theirs] of Object.entries(one.deviations)) near(found.deviations[measure], theirs, measure);
    near(found.deviation, one.deviation, "deviation");
    assert.equal(found.moved, one.moved);
    assert.equal(found.unowned, one.positions.filter((at) => at === NOBODY).length);
  });
}

const line = (positions) => ({ count: positions.length, edges: Int32Array.from(positions.slice(1).flatMap((_, i) => [i, i + 1])), revenue: {} });

test("pieces name the accounts that lie apart from the largest one", () => {
  const positions = Int32Array.from([0, 0, 0, 1, 0, 1, 1, NOBODY, 1]);
  const { parts, strays } = pieces(line([...positions]), positions, 2);
  assert.deepEqual([...parts], [2, 3]);
  assert.deepEqual(strays, [[4], [3, 8]]);
});

test("a territory without accounts has no piece, and none is apart", () => {
  const { parts, strays } = pieces(line([0]), Int32Array.from([NOBODY]), 1);
  assert.deepEqual([[...parts], strays], [[0], [[]]]);
  assert.deepEqual(deviations({ ...line([0]), visits_min: new Float64Array(1), travel_min: new Float64Array(1) }, Int32Array.from([NOBODY]), ["work"], [1]), { work: 0 });
});

test("a territory of nobody without accounts has no due", () => {
  const units = { ...line([0, 0, 1, 1]), visits_min: new Float64Array(4).fill(1), travel_min: new Float64Array(4) };
  const positions = Int32Array.from([0, 0, 1, 1]);
  const thirds = [1 / 3, 1 / 3, 1 / 3];
  assert.equal(deviations(units, positions, ["work"], thirds, [false, false, true]).work, 0);
  assert.equal(deviations(units, positions, ["work"], thirds, [false, false, false]).work, 1);
});

test("neighbours have different colours where the colours are enough", () => {
  const positions = Int32Array.from({ length: 40 }, (_, i) => i % 20);
  const chosen = hues(line([...positions]), positions, 20, 9);
  for (let i = 1; i < 20; i++) assert.notEqual(chosen[i], chosen[i - 1]);
  assert.notEqual(chosen[19], chosen[0]);
});

test("a lasso takes what is inside, also where it is hollow", () => {
  const hollow = [[0, 0], [10, 0], [10, 10], [5, 2], [0, 10]];
  assert.deepEqual(inside([1, 5, 9, 5, 20], [1, 1, 1, 8, 5], hollow), [0, 1, 2]);
  assert.deepEqual(inside([1], [1], [[0, 0]]), []);
});

test("something else than accounts is refused in words", () => {
  assert.throws(() => unpack(new TextEncoder().encode("<!doctype html>").buffer), /Reload/);
  assert.throws(() => unpack(new ArrayBuffer(2)), /Reload/);
});

// --- Saving -----------------------------------------------------------------------------------------------------------

function server(answers) {
  const told = { sent: [], saved: [], late: [], refused: [], states: [] };
  const saver = new Saver({
    version: "v0",
    send: async (path, body) => {
      told.sent.push([path, body]);
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    },
    onSaved: (state, last) => told.saved.push([state.version, last]),
    onLate: (body, waiting) => told.late.push([body.now.version, waiting.length]),
    onRefused: (body, waiting) => told.refused.push([body.error, waiting.length]),
    onState: ({ trouble }) => trouble && told.states.push(trouble),
    wait: async () => undefined,
  });
  return { saver, told };
}
const saved = (version) => ({ status: 200, body: { version } });
const turns = async () => { for (let i = 0; i < 50; i++) await new Promise((done) => setImmediate(done)); };

test("changes are sent in their order, each for the version before it", async () => {
  const { saver, told } = server([saved("v1"), saved("v2")]);
  saver.add("moves", { accounts: [1], to: 0 });
  saver.add("undo", {});
  await turns();
  assert.deepEqual(told.sent.map(([path, { version }]) => [path, version]), [["moves", "v0"], ["undo", "v1"]]);
  assert.deepEqual(told.saved, [["v1", false], ["v2", true]]);
});

test("what nobody answers is sent again until it is saved", async () => {
  const { saver, told } = server([new TypeError("offline"), { status: 503, body: null }, saved("v1")]);
  saver.add("moves", {});
  await turns();
  assert.equal(told.sent.length, 3);
  assert.deepEqual(told.saved, [["v1", true]]);
  assert.equal(told.states.length, 2);
});

test("somebody else's change stops the queue, and nothing is sent over it", async () => {
  const { saver, told } = server([{ status: 409, body: { now: { version: "theirs" } } }, saved("v9")]);
  saver.add("moves", {});
  saver.add("moves", {});
  await turns();
  saver.add("moves", {});
  await turns();
  assert.equal(told.sent.length, 1);
  assert.deepEqual(told.late, [["theirs", 2]]);
  saver.restart("theirs");
  saver.add("moves", {});
  await turns();
  assert.equal(told.sent[1][1].version, "theirs");
});

test("a refusal is told with what was not saved", async () => {
  const { saver, told } = server([{ status: 400, body: { error: "No." } }]);
  saver.add("moves", {});
  await turns();
  assert.deepEqual(told.refused, [["No.", 1]]);
});

test("numbers of 20,000 accounts in 25 territories are whole", () => {
  const random = randoms(7);
  const count = 20000;
  const fill = (make) => Float64Array.from({ length: count }, make);
  const edges = Int32Array.from({ length: 120000 }, () => Math.floor(random() * count));
  const many = {
    count, edges, pairs: edges, border_m: new Float64Array(60000).fill(10), area_m2: fill(() => 1e4), outside_m: fill(() => 1),
    visits_min: fill(() => 30), travel_min: fill(() => 10), visits: fill(() => 0.25), now: new Int32Array(count), revenue: { EUR: fill(() => 5) },
    centre_min: new Float32Array(25 * count).fill(4),
  };
  const positions = Int32Array.from({ length: count }, (_, i) => i % 25);
  const found = figures(many, positions, { k: 25, hours: new Array(25).fill(40), measures: ["work", "revenue"], dues: new Array(25).fill(1 / 25) });
  assert.equal(found.territories.reduce((sum, { accounts }) => sum + accounts, 0), count);
  near(found.deviation, 0, "deviation");
  assert.equal(found.moved, count - 800);
});
