/* A prospect found next door: kept on this device with the position, then sent. */
import { say } from "./say.js";
import { REASONS } from "./offline/delivery.js";
import { freshId, keep, outbox, sender } from "./offline/phone.js";
import * as photos from "./photos.js";

const form = document.getElementById("new-prospect");
const where = document.getElementById("prospect-position");
const told = document.getElementById("prospect-told");
const NAMED = ["name", "contact", "phone", "opening_hours", "note"];
const client_id = freshId();
let best = null;

function tell(words, className = "notice", ...more) {
  const line = Object.assign(document.createElement("p"), { className });
  line.append(words, ...more);
  told.replaceChildren(line);
}

if ("geolocation" in navigator && window.isSecureContext) {
  navigator.geolocation.watchPosition(
    ({ coords }) => {
      if (best && best.accuracy_m < coords.accuracy) return;
      best = { lon: coords.longitude, lat: coords.latitude, accuracy_m: coords.accuracy };
      where.textContent = say("It is put where you are, give or take {accuracy_m} m.", { accuracy_m: Math.round(best.accuracy_m) });
    },
    ({ code }) => {
      if (!best) where.textContent = code === 1 ? say("This page may not see your position. Allow it in the browser's settings for this site.") : say("Your position is not found yet. Step outside, and wait a moment.");
    },
    { enableHighAccuracy: true, timeout: 20000, maximumAge: 10000 },
  );
} else where.textContent = say("This browser gives no position to a page that is not served over https.");

photos.begin(document.getElementById("photos"), async () => ({ about: client_id, account: `new-${client_id}`, name: form.elements.name.value.trim() || "a new prospect" }));

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const typed = Object.fromEntries(NAMED.map((field) => [field, form.elements[field].value.trim()]));
  if (!typed.name) return;
  if (!best) {
    tell(say("Your position is not known yet: the prospect would have no place. Wait until it is found, and save again."), "problem");
    return;
  }
  const save = form.querySelector('button[type="submit"]');
  save.disabled = true;
  let kept;
  try {
    kept = await keep({ url: form.dataset.url, client_id, what: "prospect", account: `new-${client_id}`, name: typed.name, body: { ...typed, ...best, at: new Date().toISOString() } });
  } catch {
    save.disabled = false;
    tell(say("This browser keeps nothing on the device. Try again when you are connected."), "problem");
    return;
  }
  form.gcrmForget();
  save.hidden = true;
  const visit = Object.assign(document.createElement("a"), { className: "button", href: `/prospects/told/${client_id}/visit`, textContent: say("Check in there") });
  tell(say("{name} is kept on this device; sending …", { name: typed.name }), "notice");
  const answer = await outbox.send(kept.id);
  if (answer && answer.verdict === "kept") {
    tell(`${answer.body.words} `, "notice", Object.assign(document.createElement("a"), { className: "button", href: `/accounts/${answer.body.account}`, textContent: say("Open it") }), " ", visit);
  } else if (answer && answer.verdict === "refused") {
    save.hidden = false;
    save.disabled = false;
    tell(say("{error} {remedy} It stays on this device: change it here and save again, or see Me.", { error: answer.why.error, remedy: answer.why.remedy }), "problem");
  } else {
    tell(say("Kept on this device, not sent yet. {silent} It is sent by itself. ", { silent: REASONS[answer && answer.reason] || REASONS.silent }), "notice", visit);
    sender.wake();
  }
});
