/* How long the page takes for all figures of a scenario: node tests/benchmarks/scenario_figures.mjs [accounts] [territories]. */
import { figures } from "../../webapp/static/scenario/figures.js";

const [count, k] = [Number(process.argv[2] || 20000), Number(process.argv[3] || 25)];
const wide = Math.ceil(Math.sqrt(count));
const fill = (make) => Float64Array.from({ length: count }, make);
/* A grid of accounts, each beside its right and its lower neighbour, in square territories. */
const pairs = [];
for (let i = 0; i < count; i++) {
  if ((i + 1) % wide && i + 1 < count) pairs.push(i, i + 1);
  if (i + wide < count) pairs.push(i, i + wide);
}
const edges = Int32Array.from(pairs);
const side = Math.ceil(Math.sqrt(k));
const place = (i) => Math.min(k - 1, Math.floor((Math.floor(i / wide) * side) / wide) * side + Math.floor(((i % wide) * side) / wide));
const units = {
  count, edges, pairs: edges, border_m: new Float64Array(edges.length / 2).fill(10), area_m2: fill(() => 1e4), outside_m: fill(() => 1),
  visits_min: fill(() => 30), travel_min: fill(() => 10), visits: fill(() => 0.25), customer: new Uint8Array(count),
  now: Int32Array.from({ length: count }, (_, i) => place(i)), revenue: { EUR: fill(() => 5) }, centre_min: new Float32Array(k * count).fill(4),
};
const positions = Int32Array.from(units.now);
const given = { k, hours: new Array(k).fill(40), measures: ["work", "revenue"], dues: new Array(k).fill(1 / k) };
figures(units, positions, given);
const spent = [];
for (let turn = 0; turn < 20; turn++) {
  for (let i = 0; i < 50; i++) positions[(turn * 997 + i * 31) % count] = turn % k;
  const began = performance.now();
  figures(units, positions, given);
  spent.push(performance.now() - began);
}
spent.sort((a, b) => a - b);
console.log(JSON.stringify({ benchmark: "scenario figures", accounts: count, territories: k, median_ms: +spent[10].toFixed(1), worst_ms: +spent[19].toFixed(1) }));
