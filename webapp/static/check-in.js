/* Check-in: the phone's position and what the server says to it, then the outcome. Works without either. */
(function () {
  "use strict";
  const web = window.gcrmWeb;
  const page = document.getElementById("check-in");
  const form = document.getElementById("outcome");
  const words = document.getElementById("verdict");
  const detail = document.getElementById("verdict-detail");
  const button = document.getElementById("check-in-now");
  const problem = document.getElementById("outcome-problem");
  const { url, verdictUrl, account, back, begun, zone } = page.dataset;
  const stateKey = web.key(`visit:${account}`);
  const HALF_A_DAY_MS = 12 * 3600 * 1000;

  let state = web.kept.read(stateKey);
  if (!state || Date.now() - state.since > HALF_A_DAY_MS || (begun && state.client_id !== begun)) {
    state = { client_id: begun || web.freshId(), since: Date.now(), at: null };
  }
  form.elements.client_id.value = state.client_id;
  let best = null;

  // --- Position ---------------------------------------------------------------------------------------------------

  async function ask(position) {
    const query = new URLSearchParams(position);
    try {
      const answer = await fetch(`${verdictUrl}?${query}`, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (answer.ok && best === position && !state.at) words.textContent = (await answer.json()).words;
    } catch {
      if (!state.at) words.textContent = "Your position is known. There is no connection to compare it with the account.";
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
      const answer = await fetch(`${address.dataset.atUrl}?${new URLSearchParams({ lon, lat })}`, { headers: { Accept: "application/json" }, credentials: "same-origin" });
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
    if (!state.at && !begun) ask(best);
    tellAddress(best);
  }

  const without = "You can check in without it; the visit is marked so.";
  function missing(error) {
    if (best || state.at || begun) return;
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

  // --- Sending ----------------------------------------------------------------------------------------------------

  function told({ error, remedy }) {
    problem.replaceChildren();
    if (!error) return;
    const box = document.createElement("div");
    box.className = "problem";
    box.setAttribute("role", "alert");
    box.textContent = `${error} ${remedy || ""}`;
    problem.append(box);
  }

  /** Send, or keep for later where there is no connection. Answers what to say, or null where it was refused. */
  async function deliver(body) {
    const whole = { client_id: state.client_id, at: state.at, ...body };
    try {
      const answer = await web.send(url, whole);
      if (answer.ok) return answer.body;
      told({ error: "It was not kept.", remedy: "Try again.", ...answer.body });
      return null;
    } catch {
      if (web.queue(url, whole)) return { queued: true, words: "There is no connection: it is kept on this device and sent later." };
      told({ error: "There is no connection, and this browser keeps nothing.", remedy: "Leave the page open and try again." });
      return null;
    }
  }

  const where = () => best || {};

  button.addEventListener("click", async () => {
    button.disabled = true;
    state.at = state.at || new Date().toISOString();
    const answer = await deliver(where());
    button.disabled = false;
    if (!answer) {
      state.at = null;
      return;
    }
    web.kept.write(stateKey, state);
    const time = new Date(state.at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone });
    words.textContent = `Checked in at ${time}. ${answer.words}`;
    detail.textContent = "";
    button.hidden = true;
    form.querySelector('input[name="outcome"]').focus({ preventScroll: true });
    form.scrollIntoView({ block: "nearest", behavior: "smooth" });
  });

  if (state.at && !begun) {
    button.hidden = true;
    words.textContent = "Checked in. It is kept on this device until there is a connection.";
  }

  // --- Outcome ----------------------------------------------------------------------------------------------------

  form.addEventListener("change", (event) => {
    if (event.target.name !== "next_step") return;
    form.elements.next_date.value = event.target.dataset.date || "";
    form.dispatchEvent(new Event("input"));
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    told({});
    const fields = new FormData(form);
    const note = (fields.get("note") || "").trim();
    if (!fields.get("outcome") && !note) {
      told({ error: "Nothing is said yet.", remedy: "Tap what happened, or write a note." });
      return;
    }
    const save = form.querySelector('button[type="submit"]');
    save.disabled = true;
    const body = { outcome: fields.get("outcome") || "", note, next_step: fields.get("next_step") || "", next_date: fields.get("next_date") || "" };
    const began = state.at || begun;
    state.at = state.at || (begun ? null : new Date().toISOString());
    const answer = await deliver(began ? body : { ...where(), ...body });
    save.disabled = false;
    if (!answer) return;
    form.gcrmForget();
    web.kept.write(stateKey, null);
    // Without a connection the way back is open only where the service worker has kept the page.
    if (!answer.queued || (navigator.serviceWorker && navigator.serviceWorker.controller)) {
      window.location.assign(back);
      return;
    }
    words.textContent = answer.words;
    save.textContent = "Kept on this device";
    save.disabled = true;
    button.hidden = true;
  });
})();
