/* Pages that are drawn on the phone from what it took along: accounts, one account, changing it, weeks. */
import { locale, say } from "./say.js";
import { REASONS } from "./offline/delivery.js";
import { freshId, keep, outbox, sender, user } from "./offline/phone.js";
import { found, foundHere, openPoints, pocket, withTold } from "./offline/pocket-data.js";

const place = document.getElementById("pocket");
const KINDS = { visit: say("Visit"), call: say("Call"), note: say("Note") };
const FACTS = { contact: say("Contact"), phone: say("Phone"), email: say("E-mail"), opening_hours: say("Opening hours"), note: say("About") };

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children.filter((child) => child !== null && child !== ""));
  return made;
}
const link = (href, text, className = "") => element("a", { href, textContent: text, className });
const small = (text, className = "small soft") => element("p", { className, textContent: text });

function dateTime(at, zone) {
  const parts = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };
  try {
    return new Date(at).toLocaleString(locale(), { ...parts, timeZone: zone });
  } catch {
    return new Date(at).toLocaleString(locale(), parts);
  }
}

function title(text) {
  document.title = `${text} · GCRM`;
  return element("h1", { textContent: text });
}

/** When the data is from; a page of now says nothing. */
function age(data) {
  return small(say("From {zone}: {accounts} accounts around your planned days.", { zone: dateTime(data.made_at, data.zone), accounts: data.accounts.length }));
}

function row(account) {
  const due = element("span", { className: account.overdue ? "late small" : "soft small", textContent: ` ${account.due}` });
  return element("li", {}, link(`/accounts/${account.id}`, account.name, "name"), due, small(account.address));
}

function list(data, entries) {
  const search = element("input", { className: "input", type: "search", ariaLabel: say("Search"), placeholder: say("Search"), autocomplete: "off" });
  const rows = element("ul", { className: "plain", id: "pocket-list" });
  const show = () => {
    const fresh = foundHere(entries).filter(({ name }) => found([{ name }], search.value).length);
    const waiting = fresh.map((one) => element("li", {}, element("strong", { textContent: one.name }), small(say("New, not sent yet.")), link(`/prospects/told/${one.client_id}/visit`, say("Check in"), "button")));
    const shown = found(data.accounts, search.value).map(row);
    rows.replaceChildren(...waiting, ...(shown.length || waiting.length ? shown : [element("li", { className: "soft", textContent: say("None of those on this device.") })]));
  };
  search.addEventListener("input", show);
  show();
  place.replaceChildren(title(say("Accounts")), age(data), element("p", {}, link("/prospects/new", say("New prospect"), "button")), search, rows);
}

async function tell(entry, told, done) {
  try {
    const kept = await keep({ client_id: freshId(), ...entry });
    told.textContent = say("Kept on this device; sending …");
    done();
    const answer = await outbox.send(kept.id);
    if (answer && answer.verdict === "kept") told.textContent = say("Sent.");
    else if (answer && answer.verdict === "refused") told.textContent = say("{error} {remedy} It stays on this device: see Me.", { error: answer.why.error, remedy: answer.why.remedy });
    else told.textContent = say("Kept on this device, not sent yet. {silent} It is sent by itself.", { silent: REASONS[answer && answer.reason] || REASONS.silent });
    sender.wake();
  } catch {
    told.textContent = say("This browser keeps nothing on the device. Try again when you are connected.");
  }
}

function noteForm(account) {
  const text = element("textarea", { className: "input", name: "note", rows: 2, maxLength: 10000, placeholder: say("Add a note"), ariaLabel: say("Note") });
  const told = element("p", { className: "note-told small" });
  told.setAttribute("role", "status");
  const buttons = [["note", say("Add note"), "button"], ["call", say("Add as a call"), "button quiet"]].map(([value, label, className]) => element("button", { type: "submit", name: "kind", value, textContent: label, className }));
  const form = element("form", { className: "stack note-form" }, text, element("div", { className: "flow" }, ...buttons), told);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const note = text.value.trim();
    const kind = event.submitter ? event.submitter.value : "note";
    if (note) tell({ url: `/accounts/${account.id}/notes`, what: kind, account: account.id, name: account.name, body: { kind, note, pass: account.pass, at: new Date().toISOString() } }, told, () => (text.value = ""));
  });
  return form;
}

function facts(account) {
  const known = Object.entries(FACTS).filter(([field]) => account[field]);
  const items = [["Address", account.address || "none", false], ...known.map(([field, label]) => [label, account[field], account.changed.includes(field)])];
  return element("dl", { className: "facts" }, ...items.flatMap(([label, value, changed]) => [element("dt", { textContent: label }), element("dd", { className: "pre", textContent: changed ? say("{value} (changed here, not sent yet)", { value }) : value })]));
}

function one(data, entries, account) {
  const told = withTold(account, entries);
  const actions = [link(`/check-in/${told.id}?back=${encodeURIComponent(`/accounts/${told.id}`)}`, say("Check in"), "button primary")];
  if (told.navigate) actions.push(link(told.navigate, say("Navigate"), "button"));
  if (told.call) actions.push(link(told.call, say("Call"), "button"));
  actions.push(link(`/accounts/${told.id}/edit`, say("Change"), "button"));
  const points = openPoints(told).map(({ next_step, next_date }) => element("li", {}, element("strong", { textContent: next_step }), next_date ? say(" by {next_date}", { next_date }) : ""));
  const history = told.history.map((entry) =>
    element("li", {}, element("strong", { textContent: [KINDS[entry.kind], entry.outcome && say(entry.outcome)].filter(Boolean).join(": ") }), element("span", { className: "small soft", textContent: ` ${dateTime(entry.at, data.zone)}${entry.waiting ? say(", not sent yet") : ""}` }), entry.note ? element("div", { className: "pre", textContent: entry.note }) : "", entry.next_step ? small(say("Next: {next_step}{next_date}", { next_step: entry.next_step, next_date: entry.next_date ? `, ${entry.next_date}` : "" }), "small") : ""),
  );
  place.replaceChildren(
    title(told.name),
    element("p", { className: told.overdue ? "standing late" : "standing", textContent: told.due }),
    element("div", { className: "flow actions" }, ...actions),
    element("section", { className: "panel" }, facts(told)),
    ...(points.length ? [element("section", { className: "panel" }, element("h2", { textContent: say("Next steps") }), element("ul", { className: "plain" }, ...points))] : []),
    element("section", { className: "panel" }, element("h2", { textContent: say("History") }), noteForm(told), element("ol", { className: "history" }, ...history), small(say("The last contacts, as of {zone}.", { zone: dateTime(data.made_at, data.zone) }))),
  );
}

function change(entries, account) {
  const now = withTold(account, entries);
  const form = element("form", { className: "panel stack" });
  for (const [field, label] of Object.entries(FACTS)) {
    const input = field === "note" ? element("textarea", { className: "input", rows: 3 }) : element("input", { className: "input" });
    Object.assign(input, { name: field, id: `fact-${field}`, value: now[field] || "" });
    form.append(element("div", { className: "field" }, element("label", { htmlFor: input.id, textContent: label }), input));
  }
  const told = element("p", { className: "small" });
  told.setAttribute("role", "status");
  form.append(element("div", { className: "flow" }, element("button", { type: "submit", className: "button primary", textContent: say("Save") }), link(`/accounts/${account.id}`, say("Back"), "button quiet")), told);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const fields = Object.keys(FACTS).filter((field) => form.elements[field].value.trim() !== (now[field] || ""));
    if (!fields.length) {
      told.textContent = say("No changes.");
      return;
    }
    const typed = Object.fromEntries(fields.map((field) => [field, form.elements[field].value.trim()]));
    const read = Object.fromEntries(fields.map((field) => [field, account[field] || ""]));
    tell({ url: `/prospects/facts/${account.id}`, what: "facts", account: account.id, name: account.name, body: { typed, read, pass: account.pass, at: new Date().toISOString() } }, told, () => undefined);
  });
  place.replaceChildren(title(say("Change {name}", { name: account.name })), small(say("The server checks it when there is a connection. Name, address and the rest need one.")), form);
}

function week(data) {
  const days = Object.entries(data.days).map(([day, { url, home, stops }]) =>
    element("section", { className: "panel" }, element("h2", {}, link(url, new Date(`${day}T12:00:00`).toLocaleDateString(locale(), { weekday: "short", day: "numeric", month: "short" }))), element("ol", { className: "plain" }, ...stops.map((stop) => element("li", {}, `${stop.time} `, link(`/accounts/${stop.account}`, stop.name, "name"), small(stop.why)))), small(say("{stops} visits, home {home}", { stops: stops.length, home }))),
  );
  place.replaceChildren(title(say("Planned days")), small(say("The days that are on this device, from {zone}. Other days need a connection.", { zone: dateTime(data.made_at, data.zone) })), ...days);
}

async function draw() {
  const data = user ? await pocket() : null;
  if (!data) {
    place.replaceChildren(title(say("Offline")), small(say("Nothing is on this device yet. It is taken along when you open your day with a connection."), ""), link("/day/", say("Open my day"), "button primary"));
    return;
  }
  const entries = await outbox.recent().catch(() => []);
  const path = window.location.pathname;
  const [, number, editing] = /^\/accounts\/(\d+)(\/edit)?$/.exec(path) || [];
  if (!number) {
    if (path.startsWith("/week/")) week(data);
    else list(data, entries);
    return;
  }
  const account = data.accounts.find(({ id }) => id === Number(number));
  if (!account) place.replaceChildren(title(say("Not on this device")), small(say("Of your accounts those around your planned days are on this device. This one needs a connection."), ""), link("/accounts/", say("Accounts on this device"), "button"));
  else if (editing) change(entries, account);
  else one(data, entries, account);
}

draw();
document.addEventListener("gcrm:outbox", () => !place.querySelector("form") && draw());
