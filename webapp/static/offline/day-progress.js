/* How a day stands on a page that was kept: the server's states, with what this device has done since. */

/** stops: [{account, state}] in their order; entries: what the outbox knows, about any account; kept_ms: when the page was
 * made by the server, or null where it was made now; day: the page's day, as "2026-11-24"; dayOf: an instant to its day in
 * the rep's zone; cancelled: accounts that need not be visited. Answers the states: "done", "here", "next", "later" or "cancelled", with `waiting` where the visit is not sent yet. */
export function progress(stops, entries, { kept_ms, day, dayOf, cancelled = new Set() }) {
  const done = new Map();
  for (const entry of entries) {
    if (entry.what !== "visit") continue;
    // A page of now knows what was sent; a page that was kept does not know what was sent after it.
    if (entry.state === "sent" && (kept_ms === null || entry.sent_ms < kept_ms)) continue;
    if (entry.body.at && dayOf(entry.body.at) !== day) continue;
    const before = done.get(String(entry.account));
    done.set(String(entry.account), {
      outcome: entry.body.outcome || (before && before.outcome) || "",
      note: entry.body.note || (before && before.note) || "",
      at: entry.body.at || (before && before.at),
      waiting: entry.state !== "sent" || Boolean(before && before.waiting),
    });
  }
  let open = false;
  return stops.map(({ account, state }) => {
    const visit = done.get(String(account));
    let now = state;
    if (visit && state !== "done") now = visit.outcome || visit.note ? "done" : "here";
    if (cancelled.has(String(account)) && ["next", "later"].includes(now)) now = "cancelled";
    if (now === "next" || now === "later") now = open ? "later" : "next";
    open = open || now === "next" || now === "here";
    return { account, state: now, ...(visit ? { visit } : {}) };
  });
}
