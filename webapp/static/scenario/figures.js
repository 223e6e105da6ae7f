/* The figures of a scenario, counted in the page from the accounts that the server sent once: as it counts them itself,
 * so that numbers follow a change at once. No page and no map is needed here. */
import { say } from "../say.js";

export const NOBODY = -1;
const MAGIC = 0x31534347; // "GCS1", little-endian
const TYPES = { f8: Float64Array, f4: Float32Array, i4: Int32Array, u1: Uint8Array };

/** What `webapp/scenarios/packed.py` wrote. Throws for anything else. */
export function unpack(buffer) {
  const view = new DataView(buffer);
  if (buffer.byteLength < 8 || view.getUint32(0, true) !== MAGIC) throw new Error(say("The accounts came in a form that this page does not read. Reload it."));
  const length = view.getUint32(4, true);
  const { arrays, count, currencies } = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  const start = 8 + length;
  const units = { count, revenue: {} };
  for (const [name, [type, at, size]] of Object.entries(arrays)) {
    const values = new TYPES[type](buffer, start + at, size);
    if (name.startsWith("revenue ")) units.revenue[currencies[Number(name.slice(8))]] = values;
    else units[name] = values;
  }
  return units;
}

function sums(positions, k, values) {
  const total = new Float64Array(k);
  for (let i = 0; i < positions.length; i++) if (positions[i] >= 0) total[positions[i]] += values ? values[i] : 1;
  return total;
}

/** Root of each account: those that a territory joins on the roads share one. Union by size, halving paths. */
function joined(units, positions) {
  const { edges, count } = units;
  const root = Int32Array.from({ length: count }, (_, i) => i);
  const size = new Int32Array(count).fill(1);
  const find = (i) => {
    while (root[i] !== i) {
      root[i] = root[root[i]];
      i = root[i];
    }
    return i;
  };
  for (let e = 0; e < edges.length; e += 2) {
    if (positions[edges[e]] !== positions[edges[e + 1]]) continue;
    let a = find(edges[e]);
    let b = find(edges[e + 1]);
    if (a === b) continue;
    if (size[a] < size[b]) [a, b] = [b, a];
    root[b] = a;
    size[a] += size[b];
  }
  for (let i = 0; i < count; i++) root[i] = find(i);
  return { root, size };
}

/** Pieces of each territory, and the accounts outside its largest piece. */
export function pieces(units, positions, k) {
  const { root, size } = joined(units, positions);
  const parts = new Int32Array(k);
  const largest = new Int32Array(k).fill(-1);
  for (let i = 0; i < units.count; i++) {
    const at = positions[i];
    if (root[i] !== i || at < 0) continue;
    parts[at] += 1;
    if (largest[at] < 0 || size[i] > size[largest[at]]) largest[at] = i;
  }
  const strays = Array.from({ length: k }, () => []);
  for (let i = 0; i < units.count; i++) {
    const at = positions[i];
    if (at >= 0 && parts[at] > 1 && root[i] !== largest[at]) strays[at].push(i);
  }
  return { parts, strays };
}

/** Polsby-Popper of each territory's ground, NaN for one without ground. */
export function roundness(units, positions, k) {
  const { pairs, border_m: border, outside_m: outside } = units;
  const area = sums(positions, k, units.area_m2);
  const around = sums(positions, k, outside);
  for (let b = 0; b < border.length; b++) {
    const one = positions[pairs[2 * b]];
    const other = positions[pairs[2 * b + 1]];
    if (one === other) continue;
    if (one >= 0) around[one] += border[b];
    if (other >= 0) around[other] += border[b];
  }
  return area.map((a, i) => (around[i] > 0 ? (4 * Math.PI * a) / around[i] ** 2 : NaN));
}

function minutes(units, positions, k) {
  const centre = units.centre_min;
  if (!centre || centre.length < k * units.count) return new Float64Array(k).fill(NaN);
  const total = new Float64Array(k);
  const spent = new Float64Array(k);
  for (let i = 0; i < units.count; i++) {
    const at = positions[i];
    if (at < 0) continue;
    const drive = centre[at * units.count + i];
    if (!Number.isFinite(drive)) continue;
    const weight = Math.max(units.visits[i], 1e-9);
    total[at] += weight;
    spent[at] += weight * drive;
  }
  return spent.map((s, i) => (total[i] > 0 ? s / total[i] : NaN));
}

function measured(units, measure) {
  if (measure === "accounts") return null;
  if (measure === "work") return units.visits_min.map((visits, i) => visits + units.travel_min[i]);
  if (measure === "potential") return units.potential || new Float64Array(units.count);
  const currency = measure.split(":")[1];
  return currency ? units.revenue[currency] : Object.values(units.revenue)[0];
}

/**
 * For each measure the largest relative difference of a territory from its due share. dues add up to one.
 * vacant: which are nobody's; without accounts, as after a merge, it has no due.
 */
export function deviations(units, positions, measures, dues, vacant = []) {
  const found = {};
  const counts = sums(positions, dues.length, null);
  const held = dues.map((due, i) => (vacant[i] && !counts[i] ? 0 : due));
  const all = held.reduce((sum, due) => sum + due, 0);
  if (all > 0) dues = held.map((due) => due / all);
  for (const measure of measures) {
    const values = measured(units, measure);
    const whole = values ? values.reduce((sum, value) => sum + value, 0) : units.count;
    const loads = sums(positions, dues.length, values);
    let most = 0;
    loads.forEach((sum, i) => {
      const due = dues[i] * whole;
      most = Math.max(most, Math.abs(sum - due) / (due > 0 ? due : 1));
    });
    found[measure] = most;
  }
  return found;
}

/** All figures. given: {k, hours: (k) h a week or null, measures, dues}. positions: Int32Array, -1 for nobody. */
export function figures(units, positions, { k, hours, measures, dues, vacant = [] }) {
  const accounts = sums(positions, k, null);
  const visits = sums(positions, k, units.visits_min);
  const travel = sums(positions, k, units.travel_min);
  const round = roundness(units, positions, k);
  const drive = minutes(units, positions, k);
  const { parts, strays } = pieces(units, positions, k);
  const money = Object.entries(units.revenue).map(([currency, values]) => [currency, sums(positions, k, values)]);
  const potential = units.potential ? sums(positions, k, units.potential) : null;
  const by = deviations(units, positions, measures, dues, vacant);
  let moved = 0;
  let unowned = 0;
  const movedRevenue = {};
  for (let i = 0; i < units.count; i++) {
    if (positions[i] < 0) unowned += 1;
    if (units.now[i] < 0 || positions[i] === units.now[i]) continue;
    moved += 1;
    for (const [currency, values] of Object.entries(units.revenue)) if (values[i]) movedRevenue[currency] = (movedRevenue[currency] || 0) + values[i];
  }
  const territories = Array.from({ length: k }, (_, i) => {
    const work = (visits[i] + travel[i]) / 60;
    const revenue = {};
    for (const [currency, total] of money) if (total.some((sum) => sum !== 0)) revenue[currency] = total[i];
    return {
      accounts: accounts[i],
      visits_h: visits[i] / 60,
      travel_h: travel[i] / 60,
      work_h: work,
      load: hours[i] ? work / hours[i] : null,
      minutes_to_centre: Number.isFinite(drive[i]) ? drive[i] : null,
      compactness: Number.isFinite(round[i]) ? round[i] : null,
      pieces: parts[i],
      revenue,
      potential: potential ? potential[i] : null,
      strays: strays[i],
    };
  });
  return { territories, deviations: by, deviation: Math.max(0, ...Object.values(by)), moved, movedRevenue, unowned };
}

/** A colour number for each territory out of `colours`, so that neighbours on the roads differ where that is possible. */
export function hues(units, positions, k, colours) {
  const beside = Array.from({ length: k }, () => new Set());
  for (let e = 0; e < units.edges.length; e += 2) {
    const one = positions[units.edges[e]];
    const other = positions[units.edges[e + 1]];
    if (one < 0 || other < 0 || one === other) continue;
    beside[one].add(other);
    beside[other].add(one);
  }
  const chosen = [];
  for (let i = 0; i < k; i++) {
    const taken = new Set([...beside[i]].map((other) => chosen[other]));
    let hue = i % colours;
    for (let tried = 0; tried < colours && taken.has(hue); tried++) hue = (hue + 1) % colours;
    chosen.push(hue);
  }
  return chosen;
}

/** Which of n points, x and y in pixels, lie inside a closed shape [[x, y], ...]; the even-odd rule. */
export function inside(x, y, shape) {
  const found = [];
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const [px, py] of shape) {
    left = Math.min(left, px);
    right = Math.max(right, px);
    top = Math.min(top, py);
    bottom = Math.max(bottom, py);
  }
  for (let i = 0; i < x.length; i++) {
    if (x[i] < left || x[i] > right || y[i] < top || y[i] > bottom) continue;
    let odd = false;
    for (let a = 0, b = shape.length - 1; a < shape.length; b = a++) {
      const [ax, ay] = shape[a];
      const [bx, by] = shape[b];
      if (ay > y[i] !== by > y[i] && x[i] < ((bx - ax) * (y[i] - ay)) / (by - ay) + ax) odd = !odd;
    }
    if (odd) found.push(i);
  }
  return found;
}
