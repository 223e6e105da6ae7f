/* What waits and what was refused: the number in the head of each page, the list on the user's own page. */
import { counted, say, toSay } from "../say.js";
import { REASONS } from "./delivery.js";
import { asFile, details, title } from "./entry-words.js";
import { database, outbox, sender, session } from "./phone.js";

const OUTCOMES = ["", toSay("order"), toSay("interested"), toSay("follow-up"), toSay("nobody there"), toSay("not interested"), toSay("closed down")];

const PROSPECT = ["name", "contact", "phone", "opening_hours"];
const named = (name) => say(`${name[0].toUpperCase()}${name.slice(1).replace("_", " ")}`);

function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

const button = (text, act) => element("button", { type: "button", className: "button", textContent: text, onclick: act });

/** Hand a text to the person as a file. */
export function saveFile(name, text, type = "application/json") {
  const url = URL.createObjectURL(new Blob([text], { type }));
  element("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}

export async function saveUnsent(entries) {
  const [one, ...others] = entries || [];
  const day = new Date().toISOString().slice(0, 10);
  if (one && !others.length && one.photo) return saveFile(`photo-${day}-${one.client_id.slice(0, 8)}.jpg`, await database.photo(one.id), "image/jpeg");
  const all = entries || [...(await outbox.waiting()), ...(await outbox.refused())];
  for (const entry of all) if (entry.photo) entry.bytes = await database.photo(entry.id);
  return saveFile(`gcrm-unsent-${day}.json`, asFile(all));
}

function editor(entry, done) {
  const form = element("form", { className: "stack" });
  const field = (name, label, input) => {
    input.name = name;
    input.id = `${name}-${entry.client_id}`;
    form.append(element("div", { className: "field" }, element("label", { htmlFor: input.id, textContent: label }), input));
  };
  const body = entry.body;
  // What was changed at an account is edited field by field; whoever edits it has seen what another typed meanwhile.
  const typed = Object.keys(body.typed || {});
  for (const name of typed) field(name, named(name), element("input", { className: "input", value: body.typed[name] }));
  if (entry.what === "prospect") for (const name of PROSPECT) field(name, named(name), element("input", { className: "input", value: body[name] || "" }));
  if (entry.what === "visit") {
    const outcome = element("select", { className: "input" });
    for (const value of OUTCOMES) outcome.append(element("option", { value, textContent: value ? say(value) : say("none"), selected: value === (body.outcome || "") }));
    field("outcome", say("What happened?"), outcome);
    field("next_step", say("Next step"), element("input", { className: "input", value: body.next_step || "", maxLength: 200 }));
    field("next_date", say("On"), element("input", { className: "input short", type: "date", value: body.next_date || "" }));
  }
  if (!typed.length) field("note", say("Note"), element("textarea", { className: "input", value: body.note || "", rows: 3 }));
  form.append(element("div", { className: "flow" }, element("button", { type: "submit", className: "button primary", textContent: say("Save and send") }), button(say("Cancel"), done)));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(form));
    await outbox.edit(entry.id, typed.length ? { typed: given, anyway: entry.state === "refused" } : given);
    sender.wake();
  });
  return form;
}

function item(entry) {
  const refused = entry.state === "refused";
  const made = element("li", { className: "unsent" });
  const said = refused ? say("Refused: {error} {remedy}", { error: entry.why.error, remedy: entry.why.remedy }).trim() : say("Kept on this device. {reason}", { reason: REASONS[entry.reason] || "" }).trim();
  const actions = element("div", { className: "flow" });
  const told = element("p", { className: "small soft" });
  const edit = ["photo", "day"].includes(entry.what) ? [] : [
    button(say("Edit"), () => made.replaceChildren(element("strong", { textContent: title(entry) }), editor(entry, () => made.replaceWith(item(entry))))),
  ];
  actions.append(...edit, button(say("Save to a file"), () => saveUnsent([entry])));
  if (refused && ["visit", "note", "call"].includes(entry.what)) {
    actions.append(
      button(say("Send to a planner"), async () => {
        told.textContent = say("Sending …");
        try {
          const { what, account, name, url, client_id, body, why } = entry;
          const answer = await session.post("/check-in/handed-in", { what, account: String(account), name, url, client_id, body, why });
          const kept = answer.ours && answer.status === 200 && answer.body && answer.body.client_id === client_id;
          if (kept) await outbox.discard(entry.id);
          else told.textContent = (answer.body && answer.body.error) || say("It was not sent. Try again when you are connected.");
        } catch (fault) {
          told.textContent = say("{message} It was not sent, and stays here.", { message: fault.message });
        }
      }),
    );
  }
  actions.append(
    button(say("Discard"), () => {
      if (window.confirm(say("Discard this for good? {entry}", { entry: title(entry) }))) outbox.discard(entry.id);
    }),
  );
  made.append(element("strong", { textContent: title(entry) }), element("p", { className: "pre", textContent: details(entry) }), element("p", { className: refused ? "small late" : "small soft", textContent: said }), actions, told);
  return made;
}

/** Draw the number and the list anew. */
export async function show() {
  const [waiting, refused] = [await outbox.waiting(), await outbox.refused()];
  const box = document.getElementById("outbox");
  if (box) {
    box.hidden = !waiting.length && !refused.length;
    box.textContent = [waiting.length && say("{waiting} to be sent", { waiting: waiting.length }), refused.length && say("{refused} refused", { refused: refused.length })].filter(Boolean).join(", ");
  }
  const place = document.getElementById("outbox-list");
  if (!place || place.querySelector("form")) return; // what somebody is typing into is left alone
  place.replaceChildren(...[...refused, ...waiting].map(item));
  place.closest("section").hidden = !place.childElementCount;
  const send = document.getElementById("outbox-send");
  send.hidden = !waiting.length;
}

/** Tie the list's own buttons; the list follows the outbox from then on. */
export function begin() {
  document.addEventListener("gcrm:outbox", () => show().catch(() => undefined));
  const send = document.getElementById("outbox-send");
  if (send) {
    const told = document.getElementById("outbox-told");
    send.addEventListener("click", async () => {
      told.textContent = say("Sending …");
      const { left } = await sender.wake();
      told.textContent = left ? `${counted(left, "entry waits", "entries wait")}. ${REASONS[outbox.reason] || ""}` : say("Sent.");
    });
  }
  show().catch(() => undefined);
}
