/* News of a day that this device has told: what it means for the page while the server has not planned with it yet. */

/** entries: of the outbox; day: as "2026-11-24"; kept_ms: when the page was made by the server, null for now.
 *
 * Answers {cancelled: Set of account numbers as text, late_min, taken: [{accounts, names}], told: [{words, waiting}]}: what a page
 * of now has planned in already counts no more, but what became of it is told until the next day. */
export function newsOf(entries, { day, kept_ms }) {
  const news = { cancelled: new Set(), late_min: 0, taken: [], told: [] };
  for (const entry of entries) {
    if (entry.what !== "day" || entry.body.day !== day || entry.state === "refused") continue;
    const waiting = entry.state !== "sent";
    const words = waiting ? "" : (entry.answer && entry.answer.words) || "";
    news.told.push({ what: entry.body.what, name: entry.name, words, waiting });
    // The page knows what was sent before it was made; what the server did not plan with holds no more either.
    if (!waiting && (kept_ms === null || entry.sent_ms < kept_ms || !(entry.answer && entry.answer.applied))) continue;
    const { what, accounts = [], minutes = 0 } = entry.body;
    if (what === "cancelled") for (const id of accounts) news.cancelled.add(String(id));
    if (what === "late") news.late_min += minutes;
    if (what === "free" || what === "urgent") news.taken.push({ accounts, names: entry.body.names || [] });
  }
  return news;
}

/** A time of day as "08:30", moved by minutes. */
export function moved(time, minutes) {
  const [hours, rest] = time.split(":").map(Number);
  const all = (((hours * 60 + rest + minutes) % 1440) + 1440) % 1440;
  return `${String(Math.floor(all / 60)).padStart(2, "0")}:${String(all % 60).padStart(2, "0")}`;
}

/** What the search for free time needs, from what the phone took along and how the day stands; null where it is not enough.
 *
 * stops: [{account, state}] of the page; now_ms: the right time; news: as newsOf says. */
export function freeDay(data, stops, news, { day, now_ms }) {
  const table = data && data.minutes;
  const plan = data && data.days[day];
  if (!table || table.day !== day || !plan) return null;
  const midnight = Date.parse(table.midnight);
  const second = (at) => (Date.parse(at) - midnight) / 1000;
  const planned = new Map(plan.stops.map((stop) => [stop.account, stop]));
  const windows = {};
  const service_s = {};
  for (const { id, minutes, windows: open } of data.accounts) {
    const stop = planned.get(id);
    // What was planned stays possible, whatever the hours say.
    windows[id] = stop ? [...open, [second(stop.start), second(stop.leave)]] : open;
    service_s[id] = stop ? second(stop.leave) - second(stop.start) : 60 * minutes;
  }
  const open = stops.filter(({ account, state }) => ["next", "later"].includes(state) && !news.cancelled.has(String(account)));
  const behind = stops.filter(({ state }) => ["done", "here"].includes(state));
  const last = behind.at(-1);
  const leaving = last && last.state === "here" ? Math.max((now_ms - midnight) / 1000, second((planned.get(Number(last.account)) || { leave: table.leave_home }).leave)) : (now_ms - midnight) / 1000;
  const inside = new Set([...plan.stops.map(({ account }) => account), ...news.taken.flatMap(({ accounts }) => accounts)]);
  return {
    coming: [...open.map(({ account }) => Number(account)), ...news.taken.flatMap(({ accounts }) => accounts)],
    nearby: data.accounts.filter(({ id }) => !inside.has(id) && table.places.includes(id)),
    matrix: table,
    day: { at: last ? Number(last.account) : 0, now_s: last ? leaving : Math.max(leaving, second(table.leave_home)), home_by_s: Math.max(second(table.home_by), leaving), windows, service_s },
  };
}
