/* What this phone took along: days, accounts, minutes; and what this device has told since, laid over it. */

export const POCKET = "/offline/pocket.json";

/** The data, fresh where there is a connection, else as it was kept; null where nothing is. */
export async function pocket(fetch = window.fetch.bind(window)) {
  try {
    const answer = await fetch(POCKET, { credentials: "same-origin", headers: { Accept: "application/json" } });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

const plain = (text) => text.normalize("NFKD").replace(/\p{Diacritic}/gu, "").toLowerCase();

/** Accounts whose name, address or contact holds each word of a text, in their order. */
export function found(accounts, text) {
  const words = plain(text).split(/\s+/).filter(Boolean);
  return accounts.filter(({ name, address = "", contact = "" }) => words.every((word) => plain(`${name} ${address} ${contact}`).includes(word)));
}

/** An account as it is with what this device has told of it: facts that wait, contacts that wait, newest first. */
export function withTold(account, entries) {
  const mine = entries.filter((entry) => String(entry.account) === String(account.id) && entry.state !== "refused");
  const facts = Object.assign({}, ...mine.filter(({ what, state }) => what === "facts" && state === "waiting").map(({ body }) => body.typed));
  const known = new Set(account.history.map(({ at }) => at));
  const contacts = mine
    .filter(({ what, body }) => ["visit", "note", "call"].includes(what) && body.at && !known.has(body.at))
    .map(({ what, body, state }) => ({ kind: what, at: body.at, outcome: body.outcome || "", note: body.note || "", next_step: body.next_step || "", next_date: body.next_date || "", waiting: state === "waiting" }));
  const history = [...contacts, ...account.history].sort((a, b) => (a.at < b.at ? 1 : -1));
  return { ...account, ...facts, changed: Object.keys(facts), history };
}

/** Prospects that were found on this device and wait to be sent. */
export function foundHere(entries) {
  return entries.filter(({ what, state }) => what === "prospect" && state !== "sent").map(({ client_id, body, made_ms }) => ({ client_id, name: body.name, contact: body.contact || "", phone: body.phone || "", note: body.note || "", made_ms }));
}

/** Next steps that no later visit or call has closed. */
export function openPoints({ history }) {
  const latest = history.filter(({ kind, outcome }) => kind === "call" || (kind === "visit" && outcome !== "nobody there")).reduce((last, { at }) => (at > last ? at : last), "");
  return history.filter(({ next_step, at }) => next_step && at >= latest);
}
