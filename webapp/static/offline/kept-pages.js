/* Which answers a service worker passes on, which page it has kept instead, and which it fetches anew. No browser in here. */
import { say } from "../say.js";

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

/** Whether a page can be drawn from what the phone took along as data (pocket.js). */
export function isPocketed(path) {
  return /^\/accounts\/(\d+(\/edit)?)?$/.test(path) || /^\/week\//.test(path) || path === "/offline/pocket";
}

/** Stands for the account on the page that is kept for those that have none; the server writes it (`webapp.offline.views`). */
const BLANK = { id: "909090909090909", name: "GCRM-NAME", address: "GCRM-ADDRESS", pass: "GCRM-PASS" };

/** Whose check-in page an address is: {account} or {told}, with the address that visits go to; null for other pages. */
export function blankFor(path) {
  const [, account] = /^\/check-in\/(\d+)$/.exec(path) || [];
  if (account) return { account: Number(account), told: "", url: path };
  const [, told] = /^\/prospects\/told\/([0-9A-Za-z-]+)\/visit$/.exec(path) || [];
  return told ? { account: 0, told, url: path } : null;
}

const escaped = (text) => String(text).replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

/** The page with an account put in where it stands for none; visits go to `url`. */
export function filledIn(html, account, url) {
  // By functions: a "$&" in a name is text.
  return html
    .replaceAll(`data-url="/check-in/${BLANK.id}"`, () => `data-url="${escaped(url)}"`)
    .replaceAll(BLANK.id, () => escaped(account.id))
    .replaceAll(BLANK.name, () => escaped(account.name))
    .replaceAll(BLANK.address, () => escaped(account.address || say("No address")))
    .replaceAll(BLANK.pass, () => escaped(account.pass || ""));
}

const WHY = /^\/plans\/[^/]+\/(\d{4}-\d\d-\d\d)\/why\/(\d+)/;

/** Whether a piece of a page can be answered from what the phone took along. */
export const isKeptPiece = (path) => WHY.test(path || "");

/** Why a stop is in a day, in short and as markup, from the pocket; null where the phone does not know. */
export function whyPiece(path, pocket) {
  const [, day, account] = WHY.exec(path) || [];
  const plan = day && pocket && pocket.days[day];
  const stop = plan && plan.stops.find((one) => one.account === Number(account));
  return stop ? `<p>${escaped(stop.why)}</p><p class="small soft">In short, as it was kept on this device. All reasons need a connection.</p>` : null;
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
