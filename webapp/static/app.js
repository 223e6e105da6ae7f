/* What every page does: the form token on requests, drafts, the outbox and its sending, kept pages. */
import { locale, say } from "./say.js";
import { keepDraft, kept, key } from "./offline/drafts.js";
import * as needsConnection from "./offline/needs-connection.js";
import { askToPersist, clock, keptMs, measure, moveOver, outbox, sender, session, user } from "./offline/phone.js";
import * as signOut from "./offline/sign-out.js";
import * as unsent from "./offline/unsent.js";
import * as habits from "./habits.js";
import * as search from "./search.js";

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = session.token;
});

// --- Drafts ---------------------------------------------------------------------------------------------------------

for (const form of document.querySelectorAll("form[data-draft]")) keepDraft(user, form);
// The server says that a form went through by naming its draft on the page that follows.
for (const done of document.querySelectorAll("[data-draft-done]")) kept.write(key(user, `draft:${done.dataset.draftDone}`), null);

// --- A kept page, a wrong clock: said at once -----------------------------------------------------------------------

const WHY = {
  offline: say("You are offline."),
  silent: say("The server does not answer."),
  failing: say("The server has a fault."),
  gateway: say("Something else answers in the server's place."),
};

function notice(id, words) {
  let line = document.getElementById(id);
  if (!line && words) {
    line = Object.assign(document.createElement("p"), { id, className: "notice" });
    line.setAttribute("role", "status");
    document.getElementById("main").prepend(line);
  }
  if (line) {
    line.textContent = words;
    line.hidden = !words;
  }
}

if (keptMs) {
  const at = new Date(keptMs).toLocaleString(locale(), { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  notice("kept-copy", say("{offline} This page was kept on this device {at}.", { offline: WHY[document.body.dataset.why] || WHY.offline, at }));
}
document.addEventListener("gcrm:contact", () => notice("clock-wrong", user ? clock.words() : ""));

// --- The outbox -----------------------------------------------------------------------------------------------------

const stores = { caches: window.isSecureContext ? window.caches : null, sessionStorage: window.sessionStorage, localStorage: window.localStorage };

if (user) {
  measure();
  notice("clock-wrong", clock.words());
  unsent.begin();
  const wake = () => sender.wake();
  moveOver().catch(() => undefined).then(wake);
  window.addEventListener("online", wake);
  window.addEventListener("focus", wake);
  window.addEventListener("pageshow", wake);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && wake());
  askToPersist();
  const device = document.getElementById("on-device");
  if (device) import("./offline/device.js").then(({ show }) => show(device)).catch(() => undefined);
  const form = document.getElementById("sign-out");
  if (form) signOut.begin(form, { user, outbox, sender, saveUnsent: unsent.saveUnsent, stores });
}
needsConnection.begin();
const searchOpen = document.getElementById("search-open");
if (searchOpen) search.begin(searchOpen);

// --- Pages kept on this device --------------------------------------------------------------------------------------

if ("serviceWorker" in navigator && window.isSecureContext) {
  const { serviceWorker } = navigator;
  serviceWorker.register("/service-worker.js", { type: "module" }).catch(() => undefined); // the app works without it
  const tell = (message) => serviceWorker.ready.then(({ active }) => active.postMessage(message));
  // Only the log-in says that nobody is signed in; the page without a connection names nobody either.
  if (document.querySelector("[data-signed-out]")) tell({ type: "forget" });
  else if (user && keptMs === null) (window.requestIdleCallback || setTimeout)(() => tell({ type: "keep", fresh: Boolean(document.querySelector(".timeline")), language: document.documentElement.lang }));
}
// Pieces of pages that htmx kept belong to whoever was signed in.
if (document.querySelector("[data-signed-out]")) window.sessionStorage.clear();

for (const [id, act] of [["go-back", () => window.history.back()], ["try-again", () => window.location.reload()]]) {
  const button = document.getElementById(id);
  if (button) button.addEventListener("click", act);
}

habits.themes();
habits.sortableTables();
habits.scrollableTables();
habits.forms();
