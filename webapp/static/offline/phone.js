/* The parts that work without a connection, put together once a page: import `outbox`, `sender` and the rest from here. */
import { Database } from "./database.js";
import { Session, deliver } from "./delivery.js";
import { Outbox, PageLocks } from "./outbox.js";
import { PhoneClock } from "./phone-clock.js";
import { Sender } from "./sender.js";

const page = document.body.dataset;
const token = document.querySelector('meta[name="csrf-token"]').content;

export const user = page.user || "";
/** When the server made this page, where it is a kept copy; else null. */
export const keptMs = page.kept === undefined ? null : Date.parse(page.kept) || 0;

export const database = new Database(window.indexedDB);
export const clock = new PhoneClock(window.localStorage);

function contact(made) {
  clock.contact(made);
  const known = clock.read();
  // The service worker asks for today too, and cannot read what a page keeps elsewhere.
  if (known) database.change("clock", (before) => (before && before.error_ms === known.error_ms ? before : { id: "clock", ...known })).catch(() => undefined);
  document.dispatchEvent(new CustomEvent("gcrm:contact"));
}

export const session = new Session({ user, token, fetch: (...all) => window.fetch(...all), hello: "/hello", onContact: contact });

export const outbox = new Outbox({
  database,
  user,
  deliver: (entry) => deliver(entry, session),
  locks: (window.isSecureContext && navigator.locks) || new PageLocks(),
  changed: () => document.dispatchEvent(new CustomEvent("gcrm:outbox")),
});

export const sender = new Sender({ outbox });

/** Keep an entry with the state of the clock at its making; resolves once the disk has it. */
export const keep = (entry) => outbox.keep({ ...entry, clock: clock.stamp() });

/** A number of our own for something made here, so that sending it twice adds it once. */
export const freshId = () =>
  window.crypto.randomUUID
    ? window.crypto.randomUUID()
    : [...window.crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** A page of now measures the clock by itself: what the server wrote into it, against when its first byte came. */
export function measure() {
  const [arrival] = performance.getEntriesByType("navigation");
  if (keptMs !== null || !page.now || !arrival || arrival.type === "back_forward") return;
  const at = (ms) => performance.timeOrigin + ms;
  contact({ server: page.now, before: at(arrival.requestStart), after: at(arrival.responseStart || performance.now()) });
}

/** What earlier versions kept in localStorage moves over; it goes from there only once it is here. */
export async function moveOver() {
  for (const [name, refused] of [["outbox", false], ["refused", true]]) {
    const key = `gcrm:${user}:${name}`;
    let old;
    try {
      old = JSON.parse(window.localStorage.getItem(key));
    } catch {
      old = null;
    }
    if (!Array.isArray(old)) continue;
    for (const { url, body, why } of old) {
      if (typeof url !== "string" || !body) continue;
      const account = (/\/check-in\/(\d+)/.exec(url) || [])[1] || "";
      const client_id = body.client_id || freshId();
      const kept = await outbox.keep({ url, client_id, body, what: "visit", account, name: account ? `account ${account}` : "" });
      if (refused) await database.change(kept.id, (entry) => ({ ...entry, state: "refused", why: { error: "", remedy: "", ...why } }));
    }
    window.localStorage.removeItem(key);
  }
}

/** Ask the browser not to throw away what waits here when space runs low. */
export function askToPersist() {
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => false);
}
