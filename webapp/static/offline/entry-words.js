/* An entry of the outbox as a person reads it, and as a file. */
import { locale, say } from "../say.js";

const KINDS = { visit: say("Visit to"), note: say("Note on"), call: say("Call with"), photo: say("Photo at"), prospect: say("New prospect"), facts: say("Change of"), day: say("News of the day:") };

export function title(entry) {
  return `${KINDS[entry.what] || say("Entry for")} ${entry.name || say("an account")}`;
}

export function details({ body }) {
  const at = body.at ? new Date(body.at) : null;
  const when = at && !Number.isNaN(at.getTime()) ? at.toLocaleString(locale(), { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }) : "";
  const next = [body.next_step, body.next_date && say("by {next_date}", { next_date: body.next_date })].filter(Boolean).join(" ");
  const typed = Object.entries(body.typed || {}).map(([field, value]) => `${field.replace("_", " ")}: ${value || say("empty")}`);
  return [when, ...typed, body.contact, body.phone, body.outcome && say(body.outcome), next && say("next: {next}", { next }), body.note].filter(Boolean).join(" · ");
}

/** All of the entries, for a file: half a letter that no encoding knows is written as its number, and comes back. */
export function asFile(entries) {
  const told = entries.map(({ what, name, account, url, client_id, state, why, made_ms, body, bytes }) => ({ photo_base64: bytes ? base64(bytes) : undefined, what, account_name: name, account, address: url, client_id, state, refused_because: why || undefined, made_at: new Date(made_ms).toISOString(), ...body }));
  return `${JSON.stringify({ gcrm_unsent: 1, entries: told }, null, 2)}\n`;
}

/** Bytes as text. */
export function base64(bytes) {
  const PIECE = 8190; // a multiple of three, so that the pieces join without padding
  const all = new Uint8Array(bytes);
  let text = "";
  for (let start = 0; start < all.length; start += PIECE) text += btoa(String.fromCharCode(...all.subarray(start, start + PIECE)));
  return text;
}
