/* Time that came free, filled on the phone: the stops to come in their order, or a better one, and accounts nearby between them.
 *
 * A small search on the minutes that were taken along; the planner checks it when there is a connection. Times are seconds
 * since the day's midnight, drives are whole minutes as the rows of the matrix give them. */

/** One order of stops as it would be driven: {stops: [{id, start_s, leave_s}], home_s, drive_min}, or null where it cannot be. */
export function timed(order, { places, rows, parking = 0 }, { at, now_s, home_by_s, windows, service_s }) {
  const row = new Map(places.map((id, index) => [id, index]));
  let here = row.get(at);
  if (here === undefined) return null;
  let clock = now_s;
  let drive_min = 0;
  const stops = [];
  for (const id of order) {
    const there = row.get(id);
    const minutes = there === undefined ? -1 : rows[here][there];
    if (minutes < 0) return null;
    drive_min += minutes;
    const arrive_s = clock + (minutes + (minutes ? parking : 0)) * 60;
    const needs = service_s[id];
    const open = (windows[id] || []).find(([opens, closes]) => Math.max(arrive_s, opens) + needs <= closes);
    if (!open) return null;
    const start_s = Math.max(arrive_s, open[0]);
    clock = start_s + needs;
    stops.push({ id, start_s, leave_s: clock });
    here = there;
  }
  const back = rows[here][row.get(0)];
  if (back < 0) return null;
  const home_s = clock + back * 60;
  return home_s <= home_by_s ? { stops, home_s, drive_min: drive_min + back } : null;
}

const inserted = (order, position, id) => [...order.slice(0, position), id, ...order.slice(position)];

/** The order with the least driving among those that move one stop elsewhere, again and again until none is better. */
export function shortened(order, matrix, day) {
  let best = { order, plan: timed(order, matrix, day) };
  for (let better = true; better; ) {
    better = false;
    for (let from = 0; from < best.order.length && !better; from += 1) {
      const without = [...best.order.slice(0, from), ...best.order.slice(from + 1)];
      for (let to = 0; to <= without.length && !better; to += 1) {
        const tried = inserted(without, to, best.order[from]);
        const plan = timed(tried, matrix, day);
        if (plan && (!best.plan || plan.drive_min < best.plan.drive_min)) {
          best = { order: tried, plan };
          better = true;
        }
      }
    }
  }
  return best;
}

/** The stops to come with accounts nearby put in: those first that are worth most for the minutes they cost.
 *
 * coming: account numbers in their planned order; nearby: [{id, worth}]. Answers {order, plan, added}: plan is null where even the
 * stops that are planned cannot all be made. No planned stop is ever left out. */
export function filled(coming, nearby, matrix, day, most = 4) {
  let best = { order: coming, plan: timed(coming, matrix, day) };
  if (!best.plan) best = shortened(coming, matrix, day);
  const added = [];
  while (best.plan && added.length < most) {
    let chosen = null;
    for (const { id, worth } of nearby) {
      if (best.order.includes(id)) continue;
      for (let position = 0; position <= best.order.length; position += 1) {
        const order = inserted(best.order, position, id);
        const plan = timed(order, matrix, day);
        if (!plan) continue;
        const cost_min = (plan.home_s - best.plan.home_s) / 60;
        const value = worth / Math.max(cost_min, 1);
        if (!chosen || value > chosen.value) chosen = { id, order, plan, value };
      }
    }
    if (!chosen) break;
    added.push(chosen.id);
    best = shortened(chosen.order, matrix, day);
  }
  return { ...best, added };
}

/** What a visit is worth here: who is overdue, and who matters. */
export const worthOf = ({ priority, overdue, kind }) => ({ A: 3, B: 2, C: 1 })[priority] * (overdue ? 3 : 1) * (kind === "prospect" ? 1 : 1.5);

/** An hour of the day as "14:05". */
export const clockOf = (seconds) => `${String(Math.floor(seconds / 3600)).padStart(2, "0")}:${String(Math.floor((seconds % 3600) / 60)).padStart(2, "0")}`;
