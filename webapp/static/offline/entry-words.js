/* An entry of the outbox as a person reads it, and as a file. */

const KINDS = { visit: "Visit to", note: "Note on", call: "Call with", photo: "Photo at", prospect: "New prospect", facts: "Change of", day: "News of the day:" };

export function title(entry) {
  return `${KINDS[entry.what] || "Entry for"} ${entry.name || "an account"}`;
}

export function details({ body }) {
  const at = body.at ? new Date(body.at) : null;
  const when = at && !Number.isNaN(at.getTime()) ? at.toLocaleString("en-GB", { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }) : "";
  const next = [body.next_step, body.next_date && `by ${body.next_date}`].filter(Boolean).join(" ");
  const typed = Object.entries(body.typed || {}).map(([field, value]) => `${field.replace("_", " ")}: ${value || "empty"}`);
  return [when, ...typed, body.contact, body.phone, body.outcome, next && `next: ${next}`, body.note].filter(Boolean).join(" · ");
}

export const count = (number, one, many) => `${number} ${number === 1 ? one : many}`;

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
