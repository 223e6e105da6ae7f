/* Which answers a service worker passes on, which page it has kept instead, and which it fetches anew. No browser in here. */

/** A page that was fetched less than this ago is not fetched again for keeping. */
export const FRESH_MS = 10 * 60 * 1000;

/** Whether an answer is worth more than a page that was kept: the server's own, and no fault of its. */
export function isGood({ status, ours }) {
  return ours && status < 500 && status !== 429;
}

/** The kept page for an address, from the list {days: {day: path}, pages: [path]} and today's day; null where none is.
 *
 * The start and "my day" are the page of the rep's today, or of the next day that is kept; a query says only how one came. */
export function keptPath(path, list, today) {
  if (!list) return null;
  if (path === "/" || path === "/day/") {
    const days = Object.keys(list.days || {}).sort();
    const coming = days.find((day) => day >= today);
    if (coming) return list.days[coming];
    return (list.pages || []).includes("/day/") ? "/day/" : null;
  }
  return [...Object.values(list.days || {}), ...(list.pages || [])].includes(path) ? path : null;
}

/** Today as "2026-11-24" in a zone; UTC where the browser does not know it. */
export function dayIn(zone, ms) {
  const parts = { year: "numeric", month: "2-digit", day: "2-digit" };
  try {
    return new Intl.DateTimeFormat("en-CA", { ...parts, timeZone: zone }).format(new Date(ms));
  } catch {
    return new Date(ms).toISOString().slice(0, 10);
  }
}

/** Of the wanted addresses those to fetch now: what is not there, and what is older than FRESH_MS, in their order. */
export function toFetch(wanted, keptAt, now) {
  return wanted.filter((url) => !(keptAt.get(url) > now - FRESH_MS && keptAt.get(url) <= now));
}

/** A kept page that says of itself that it was kept, and why it is shown. */
export function marked(html, keptAt, why) {
  return html.replace("<body ", `<body data-kept="${keptAt}" data-why="${why}" `);
}
