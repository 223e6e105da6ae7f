/* Check-in: the phone's position and what the server says to it, then the outcome. Works without either. */
import { REASONS, deliver } from "./offline/delivery.js";
import { clock, freshId, keep, keptMs, outbox, sender, session } from "./offline/phone.js";

const page = document.getElementById("check-in");
const form = document.getElementById("outcome");
const words = document.getElementById("verdict");
const detail = document.getElementById("verdict-detail");
const button = document.getElementById("check-in-now");
const problem = document.getElementById("outcome-problem");
const save = form.querySelector('button[type="submit"]');
const { url, verdictUrl, account, name, pass, back, begun, zone } = page.dataset;
const HALF_A_DAY_MS = 12 * 3600 * 1000;

/** The visit that goes on here: begun on the server, or kept on this device without an outcome; else a new one. */
const visit = { client_id: begun || freshId(), at: null };
const known = outbox
  .recent()
  .then((entries) => {
    const going = entries.filter((entry) => entry.url === url && entry.state !== "refused" && Date.now() - entry.made_ms < HALF_A_DAY_MS && !entry.body.outcome && !entry.body.note);
    const last = begun ? going.find((entry) => entry.client_id === begun) : going.filter((entry) => entry.state === "waiting" || keptMs !== null).at(-1);
    if (!last || visit.at) return;
    visit.client_id = last.client_id;
    visit.at = last.body.at;
    if (!begun) {
      button.hidden = true;
      words.textContent = last.state === "sent" ? `Checked in at ${clockTime(visit.at)}.` : `Checked in at ${clockTime(visit.at)}. Kept on this device, not sent yet.`;
    }
  })
  .catch(() => undefined); // a browser without a store of its own: each page begins anew

let best = null;

function clockTime(at) {
  const right = new Date(new Date(at).getTime() + clock.rightMs() - Date.now());
  return right.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone });
}

// --- Position -------------------------------------------------------------------------------------------------------

async function ask(position) {
  const query = new URLSearchParams(position);
  try {
    const answer = await fetch(`${verdictUrl}?${query}`, { headers: { Accept: "application/json" }, credentials: "same-origin", signal: AbortSignal.timeout(10000) });
    if (answer.ok && best === position && !visit.at) words.textContent = (await answer.json()).words;
  } catch {
    if (!visit.at) words.textContent = "Your position is known. You are offline to compare it with the account.";
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
    if (asked.lon === lon && asked.lat === lat) address.textContent = label ? `Nearest address to you: ${label}, ${away}.` : "";
  } catch {
    asked = null; // without a connection the verdict's own words are enough
  }
}

function found({ coords, timestamp }) {
  const fresh = { lon: coords.longitude, lat: coords.latitude, accuracy_m: coords.accuracy };
  if (best && best.accuracy_m < fresh.accuracy_m && timestamp - best.timestamp < 30000) return;
  best = fresh;
  Object.defineProperty(best, "timestamp", { value: timestamp, enumerable: false });
  document.dispatchEvent(new CustomEvent("gcrm:position", { detail: { ...fresh } }));
  detail.textContent = "";
  if (!visit.at && !begun) ask(best);
  tellAddress(best);
}

const without = "You can check in without it; the visit is marked so.";
function missing(error) {
  if (best || visit.at || begun) return;
  words.textContent = {
    1: "This page may not see your position.",
    2: "Your device finds no position here.",
    3: "Your device is still looking for its position.",
  }[error.code];
  detail.textContent = error.code === 1 ? `Allow it in the browser's settings for this site. ${without}` : without;
}

if (!("geolocation" in navigator) || !window.isSecureContext) {
  if (!begun) words.textContent = "This browser gives no position to a page that is not served over https.";
  detail.textContent = without;
} else {
  navigator.geolocation.watchPosition(found, missing, { enableHighAccuracy: true, timeout: 20000, maximumAge: 10000 });
}

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

const UNKEPT = { error: "It was not sent, and this browser keeps nothing on the device.", remedy: "Leave this page open and try again." };
const reason = (answer) => REASONS[answer.reason] || REASONS.silent;

button.addEventListener("click", async () => {
  button.disabled = true;
  await known;
  told({});
  visit.at = visit.at || new Date().toISOString();
  const time = clockTime(visit.at);
  words.textContent = `Checking in at ${time} …`;
  const answer = await keepAndSend(best || {}, () => {
    words.textContent = `Checked in at ${time}. Kept on this device; sending it …`;
    detail.textContent = "";
    button.hidden = true;
    form.querySelector('input[name="outcome"]').focus({ preventScroll: true });
    form.scrollIntoView({ block: "nearest", behavior: "smooth" });
  });
  button.disabled = false;
  if (answer.verdict === "kept") {
    button.hidden = true;
    words.textContent = `Checked in at ${time}. ${answer.body.words}`;
    detail.textContent = answer.body.clock || "";
  } else if (answer.verdict === "refused") {
    words.textContent = "The server refused the check-in.";
    told({ ...answer.why, remedy: `${answer.why.remedy} It stays on this device: see Me.` });
  } else if (answer.unkept) {
    visit.at = null;
    words.textContent = "You are not checked in.";
    told(UNKEPT);
  } else {
    words.textContent = `Checked in at ${time}. Kept on this device, not sent yet.`;
    detail.textContent = `${reason(answer)} It is sent by itself as soon as the server answers.`;
    sender.wake();
  }
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
    told({ error: "Nothing is said yet.", remedy: "Tap what happened, or write a note." });
    return;
  }
  save.disabled = true;
  const body = { outcome: fields.get("outcome") || "", note, next_step: fields.get("next_step") || "", next_date: fields.get("next_date") || "" };
  const first = !visit.at && !begun;
  visit.at = visit.at || new Date().toISOString();
  const answer = await keepAndSend(first ? { ...(best || {}), ...body } : body, () => {
    form.gcrmForget();
    save.textContent = "Kept on this device; sending …";
  });
  if (answer.unkept && answer.verdict === "later") {
    save.disabled = false;
    told(UNKEPT);
    return;
  }
  if (answer.verdict === "refused") {
    save.disabled = false;
    save.textContent = "Save outcome";
    told({ ...answer.why, remedy: `${answer.why.remedy} It stays on this device until it is right: change it here and save again, or see Me.` });
    return;
  }
  // Without a connection the way back is open only where the service worker has kept the page.
  if (answer.verdict === "kept" || (navigator.serviceWorker && navigator.serviceWorker.controller)) {
    await goOn(answer.verdict === "kept");
    return;
  }
  words.textContent = `Kept on this device, not sent yet. ${reason(answer)}`;
  save.textContent = "Kept on this device";
  button.hidden = true;
  sender.wake();
});
