/* What `map_drawing.py` has the page do, on the page's own modules. */

const painted = async (work) => {
  const began = performance.now();
  work();
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - began;
};

export async function filter({ n, repeat }) {
  const { PointCanvas } = await import('/static/accounts/canvas.js');
  const { counts, shown } = await import('/static/accounts/points.js');
  const map = L.map('m', { zoomAnimation: false }).setView([47, 9.5], 9);
  const fill = (make, Kind) => Kind.from({ length: n }, make);
  const field = (key, values) => ({ key, values, codes: fill(() => Math.random() * values.length, Uint8Array) });
  const fields = [field('kind', ['Customer', 'Prospect']), field('segment', [...'abcdefghijk']), field('rep', [...'0123456789'])];
  const points = { n, fields, lon: fill(() => 9 + Math.random(), Float64Array), lat: fill(() => 46.6 + 0.8 * Math.random(), Float64Array) };
  let mask = new Uint8Array(n).fill(1);
  const colours = ['#88ccee', '#ddcc77', '#cc6677', '#44aa99', '#aa4499', '#999933', '#117733', '#882255', '#6699cc', '#bbb', '#ccc'];
  const layer = new PointCanvas(points, () => ({ colours, of: fields[1].codes, diamond: fields[0].codes, mask }));
  const first = await painted(() => layer.addTo(map));
  const spent = [];
  for (let turn = 0; turn < repeat; turn++) {
    spent.push(await painted(() => {
      mask = shown(points, { kind: ['Customer'], segment: [...'abcdefghijk'].slice(turn % 5) });
      for (const one of fields) counts(one, shown(points, { kind: ['Customer'] }));
      layer.draw();
    }));
  }
  map.remove();
  return { first, spent };
}

export async function drag({ n, k, repeat }) {
  const { Drawing } = await import('/static/scenario/drawing.js');
  const { figures } = await import('/static/scenario/figures.js');
  const map = L.map('m', { zoomAnimation: false }).setView([47.14, 9.56], 12);
  map.gcrm = { legend: { section() {} }, fail() {} };
  const wide = Math.ceil(Math.sqrt(n));
  const side = Math.ceil(Math.sqrt(k));
  const fill = (make) => Float64Array.from({ length: n }, make);
  const of = (i) => Math.min(k - 1, Math.floor((Math.floor(i / wide) * side) / wide) * side + Math.floor(((i % wide) * side) / wide));
  const pairs = [];
  for (let i = 0; i < n; i++) {
    if ((i + 1) % wide && i + 1 < n) pairs.push(i, i + 1);
    if (i + wide < n) pairs.push(i, i + wide);
  }
  const places = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) [places[2 * i], places[2 * i + 1]] = [9.5 + (0.12 * (i % wide)) / wide, 47.1 + (0.08 * Math.floor(i / wide)) / wide];
  const edges = Int32Array.from(pairs);
  const now = Int32Array.from({ length: n }, (_, i) => of(i));
  const units = {
    count: n, places, now, edges, pairs: edges, border_m: new Float64Array(edges.length / 2).fill(10), area_m2: fill(() => 1e4),
    outside_m: fill(() => 1), visits_min: fill(() => 30), travel_min: fill(() => 10), visits: fill(() => 0.25),
    customer: new Uint8Array(n), revenue: { EUR: fill(() => 5) }, centre_min: new Float32Array(k * n).fill(4),
  };
  const drawing = new Drawing({ map, options: { names: [] } });
  drawing.units = units;
  drawing.project();
  const square = (t) => { const [x, y] = [9.5 + (0.12 * (t % side)) / side, 47.1 + (0.08 * Math.floor(t / side)) / side]; return { type: 'Polygon', coordinates: [[[x, y], [x + 0.024, y], [x + 0.024, y + 0.016], [x, y + 0.016], [x, y]]] }; };
  drawing.take({ positions: Array.from(now), territories: Array.from({ length: k }, (_, t) => ({ position: t, name: `T${t}`, outline: square(t), figures: null })) });
  const given = { k, hours: new Array(k).fill(40), measures: ['work', 'revenue'], dues: new Array(k).fill(1 / k) };
  drawing.addPoints();
  const spent = [];
  for (let turn = 0; turn < repeat; turn++) {
    spent.push(await painted(() => {
      drawing.positions[(turn * 997) % n] = turn % k;
      figures(units, drawing.positions, given);
      drawing.label();
      drawing.redraw();
    }));
  }
  map.remove();
  return { spent };
}
