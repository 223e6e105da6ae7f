/* Check-in: the phone's position and what the server says to it, then the outcome. Works without either. */
import { locale, say } from "./say.js";
import { REASONS, deliver } from "./offline/delivery.js";
import { clock, freshId, keep, keptMs, outbox, sender, session } from "./offline/phone.js";
import * as photos from "./photos.js";
import { PositionWatch } from "./position-watch.js";

const page = document.getElementById("check-in");
const form = document.getElementById("outcome");
const words = document.getElementById("verdict");
const detail = document.getElementById("verdict-detail");
const button = document.getElementById("check-in-now");
const leave = document.getElementById("check-out-now");
const problem = document.getElementById("outcome-problem");
const save = form.querySelector('button[type="submit"]');
const { url, verdictUrl, account, name, pass, back, begun, zone } = page.dataset;
const HALF_A_DAY_MS = 12 * 3600 * 1000;

/** The visit that goes on here: begun on the server, or kept on this device without an outcome; else a new one. */
const visit = { client_id: begun || freshId(), at: null, left: null };
const known = outbox
  .recent()
  .then((entries) => {
    const going = entries.filter((entry) => entry.url === url && entry.state !== "refused" && Date.now() - entry.made_ms < HALF_A_DAY_MS && !entry.body.outcome && !entry.body.note);
    const last = begun ? going.find((entry) => entry.client_id === begun) : going.filter((entry) => entry.state === "waiting" || keptMs !== null).at(-1);
    if (!last || visit.at) return;
    visit.client_id = last.client_id;
    visit.at = last.body.at;
    if (!begun) {
      visit.left = last.body.left_at || null;
      button.hidden = true;
      leave.hidden = Boolean(visit.left);
      const came = say("Checked in at {at}{left}.", { at: clockTime(visit.at), left: visit.left ? say(", out at {left}", { left: clockTime(visit.left) }) : "" });
      tell(last.state === "sent" ? came : say("{came} Kept on this device, not sent yet.", { came }));
    }
  })
  .catch(() => undefined); // a browser without a store of its own: each page begins anew

function clockTime(at) {
  const right = new Date(new Date(at).getTime() + clock.rightMs() - Date.now());
  return right.toLocaleTimeString(locale(), { hour: "2-digit", minute: "2-digit", timeZone: zone });
}

// --- Position -------------------------------------------------------------------------------------------------------

/** The one place that says how things stand: what stands large and what stands small never come from two moments. */
function tell(large, small = "") {
  words.textContent = large;
  detail.textContent = small;
}

const going = () => Boolean(visit.at || begun);

async function ask(fix) {
  const query = new URLSearchParams(watch.told(Date.now()));
  try {
    const answer = await fetch(`${verdictUrl}?${query}`, { headers: { Accept: "application/json" }, credentials: "same-origin", signal: AbortSignal.timeout(10000) });
    if (answer.ok && watch.best === fix && !going()) tell((await answer.json()).words, watch.state === "looking" ? say("Still looking for a better position …") : "");
  } catch {
    if (watch.best === fix && !going()) tell(say("Your position is known. You are offline to compare it with the account."));
  }
}

const address = document.getElementById("position-address");
let asked = null;

/** The nearest address to where the phone is, asked for anew once it has moved some metres. */
async function tellAddress({ lon, lat }) {
  const DEGREES = 0.0003;
  if (asked && Math.abs(asked.lon - lon) < DEGREES && Math.abs(asked.lat - lat) < DEGREES) return;
  asked = { lon, lat };
  try {
    const answer = await fetch(`${address.dataset.atUrl}?${new URLSearchParams({ lon, lat })}`, { headers: { Accept: "application/json" }, credentials: "same-origin", signal: AbortSignal.timeout(10000) });
    const { label, away } = answer.ok ? await answer.json() : {};
    if (asked.lon === lon && asked.lat === lat) address.textContent = label ? say("Nearest address to you: {label}, {away}.", { label, away }) : "";
  } catch {
    asked = null; // without a connection the verdict's own words are enough
  }
}

const without = say("You can check in without it; the visit is marked so, and it is not held against you.");
const isOpenToPosition = "geolocation" in navigator && window.isSecureContext;
let shown = null;

/** After each fix and each change of the watch. */
function moved() {
  const { best, state } = watch;
  if (best && best !== shown) {
    const { lon, lat, accuracy_m } = best;
    document.dispatchEvent(new CustomEvent("gcrm:position", { detail: { lon, lat, accuracy_m } }));
    tellAddress(best);
  }
  const isNews = best !== shown || (best && state !== "looking");
  shown = best;
  if (going()) return;
  if (best) {
    if (isNews) ask(best);
  } else if (state === "looking") tell(say("Finding your position …"));
  else if (state === "refused") tell(say("Your position is not shared with this page."), say("Allow it in the browser's settings for this site. {without}", { without }));
  else if (state === "none") tell(isOpenToPosition ? say("Your device finds no position here.") : say("This browser gives no position to a page that is not served over https."), without);
}

const watch = new PositionWatch({ geolocation: isOpenToPosition ? navigator.geolocation : null, changed: moved });
if (!begun) watch.look();

photos.begin(document.getElementById("photos"), async () => {
  await known;
  return { about: visit.client_id, account, name };
});

// --- Keeping and sending --------------------------------------------------------------------------------------------

function told({ error, remedy }) {
  problem.replaceChildren();
  if (!error) return;
  const box = document.createElement("div");
  box.className = "problem";
  box.setAttribute("role", "alert");
  box.textContent = `${error} ${remedy || ""}`.trim();
  problem.append(box);
}

/** Keep an entry on this device, say so, and send it. Answers what became of it as `deliver` does. */
async function keepAndSend(body, saidKept) {
  const entry = { url, client_id: visit.client_id, what: "visit", account, name, body: { at: visit.at, pass, ...body } };
  let kept;
  try {
    kept = await keep(entry);
  } catch {
    // The browser keeps nothing: all that can be done is to send at once and to tell the truth.
    return { ...(await deliver({ ...entry, clock: clock.stamp() }, session)), unkept: true };
  }
  saidKept();
  return (await outbox.send(kept.id)) || { verdict: "later", reason: "sending" };
}

const UNKEPT = { error: say("It was not sent, and this browser keeps nothing on the device."), remedy: say("Leave this page open and try again.") };
const reason = (answer) => REASONS[answer.reason] || REASONS.silent;

/** Send a position that was found only afterwards: the server takes it where it says more. */
async function follow(prefix, atMs, done) {
  await watch.look();
  const found = watch.told(atMs);
  if (!found.accuracy_m) return;
  const answer = await keepAndSend(Object.fromEntries(Object.entries(found).map(([name, value]) => [prefix + name, value])), () => undefined);
  if (answer.verdict === "kept") done(answer.body);
}

button.addEventListener("click", async () => {
  button.disabled = true;
  await known;
  told({});
  const now = Date.now();
  visit.at = visit.at || new Date(now).toISOString();
  const time = clockTime(visit.at);
  const wasGood = watch.isGood;
  tell(say("Checking in at {time} …", { time }));
  const answer = await keepAndSend(watch.told(now), () => {
    tell(say("Checked in at {time}. Kept on this device; sending it …", { time }));
    button.hidden = true;
    form.querySelector('input[name="outcome"]').focus({ preventScroll: true });
    form.scrollIntoView({ block: "nearest", behavior: "smooth" });
  });
  button.disabled = false;
  if (answer.verdict === "kept") {
    button.hidden = true;
    leave.hidden = false;
    tell(say("Checked in at {time}. {body}", { time, body: answer.body.words }), answer.body.clock || "");
  } else if (answer.verdict === "refused") {
    tell(say("The server refused the check-in."));
    told({ ...answer.why, remedy: say("{remedy} It stays on this device: see Me.", { remedy: answer.why.remedy }) });
    return;
  } else if (answer.unkept) {
    visit.at = null;
    tell(say("You are not checked in."));
    told(UNKEPT);
    return;
  } else {
    leave.hidden = false;
    tell(say("Checked in at {time}. Kept on this device, not sent yet.", { time }), say("{answer} It is sent by itself as soon as the server answers.", { answer: reason(answer) }));
    sender.wake();
  }
  // The check-in is safe; a position that was not good enough yet may follow it.
  if (wasGood || watch.state === "refused") watch.stop();
  else follow("", now, (body) => visit.left || tell(say("Checked in at {time}. {body}", { time, body: body.words }), body.clock || ""));
});

leave.addEventListener("click", async () => {
  leave.disabled = true;
  await known;
  told({});
  const now = Date.now();
  visit.left = new Date(now).toISOString();
  const time = clockTime(visit.left);
  const place = watch.isGood ? Object.fromEntries(Object.entries(watch.told(now)).map(([name, value]) => [`left_${name}`, value])) : {};
  const answer = await keepAndSend({ left_at: visit.left, ...place }, () => {
    leave.hidden = true;
    tell(say("Checked out at {time}. Kept on this device; sending it …", { time }));
  });
  leave.disabled = false;
  const saidLeft = (body) => tell(say("Checked out at {time}{lasted}.", { time, lasted: body.lasted ? say(" after {lasted}", { lasted: body.lasted }) : "" }), body.clock || "");
  if (answer.verdict === "kept") saidLeft(answer.body);
  else if (answer.verdict === "refused") told({ ...answer.why, remedy: say("{remedy} It stays on this device: see Me.", { remedy: answer.why.remedy }) });
  else if (answer.unkept) {
    visit.left = null;
    leave.hidden = false;
    told(UNKEPT);
    return;
  } else {
    tell(say("Checked out at {time}. Kept on this device, not sent yet.", { time }), say("{answer} It is sent by itself as soon as the server answers.", { answer: reason(answer) }));
    sender.wake();
  }
  if (!place.left_accuracy_m) follow("left_", now, saidLeft);
});

// --- Outcome --------------------------------------------------------------------------------------------------------

form.addEventListener("change", (event) => {
  if (event.target.name !== "next_step") return;
  form.elements.next_date.value = event.target.dataset.date || "";
  form.dispatchEvent(new Event("input"));
});

/** Go where the rep came from; without a connection, to a page that is kept. */
async function goOn(connected) {
  if (connected) {
    window.location.assign(back);
    return;
  }
  const there = new URL(back, window.location.href).pathname;
  const isKept = ["/", "/day/"].includes(there) || (await caches.match(there, { ignoreSearch: true }));
  window.location.assign(isKept ? back : "/day/");
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  await known;
  told({});
  const fields = new FormData(form);
  const note = (fields.get("note") || "").trim();
  if (!fields.get("outcome") && !note) {
    told({ error: say("Nothing is said yet."), remedy: say("Tap what happened, or write a note.") });
    return;
  }
  save.disabled = true;
  const body = { outcome: fields.get("outcome") || "", note, next_step: fields.get("next_step") || "", next_date: fields.get("next_date") || "" };
  const first = !visit.at && !begun;
  const now = Date.now();
  visit.at = visit.at || new Date(now).toISOString();
  const answer = await keepAndSend(first ? { ...watch.told(now), ...body } : body, () => {
    form.gcrmForget();
    save.textContent = say("Kept on this device; sending …");
  });
  if (answer.unkept && answer.verdict === "later") {
    save.disabled = false;
    told(UNKEPT);
    return;
  }
  if (answer.verdict === "refused") {
    save.disabled = false;
    save.textContent = say("Save outcome");
    told({ ...answer.why, remedy: say("{remedy} It stays on this device until it is right: change it here and save again, or see Me.", { remedy: answer.why.remedy }) });
    return;
  }
  // Without a connection the way back is open only where the service worker has kept the page.
  if (answer.verdict === "kept" || (navigator.serviceWorker && navigator.serviceWorker.controller)) {
    await goOn(answer.verdict === "kept");
    return;
  }
  tell(say("Kept on this device, not sent yet."), reason(answer));
  save.textContent = say("Kept on this device");
  button.hidden = true;
  sender.wake();
});
