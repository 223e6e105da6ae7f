/* What needs a connection says so at once: pieces of pages, and forms that are sent as pages. */
import { say } from "../say.js";
import { OURS } from "./delivery.js";
import { isKeptPiece } from "./kept-pages.js";
import { session } from "./phone.js";

const NONE = say("This needs a connection, and there is none right now.");
const DEAD = say("This needs the server, and it does not answer.");
const WRONG = say("Something else answered in the server's place. Check the connection.");
/** After this long without an answer the server is asked whether it is there at all. */
const DOUBT_MS = 2500;
const ALIVE_MS = 5000;

/** Put words, and a button that tries again, where the piece would stand. */
function tell(request, words) {
  const place = request.target;
  if (!place) return;
  const said = document.createElement("div");
  said.className = "problem needs-connection";
  said.setAttribute("role", "alert");
  said.append(words);
  const again = document.createElement("button");
  again.type = "button";
  again.className = "button";
  again.textContent = say("Try again");
  again.addEventListener("click", () => {
    said.replaceChildren(say("Trying again …"));
    const { verb, path, parameters } = request;
    window.htmx.ajax(verb.toUpperCase(), path, { target: place, swap: request.swap, values: parameters, source: document.contains(request.source) ? request.source : place });
  });
  if (request.path) said.append(" ", again);
  // A piece that replaces its place whole would take the place along: what failed is said inside it.
  place.replaceChildren(said);
}

export function begin() {
  const doubts = new WeakMap();

  const about = (event) => {
    const { requestConfig = {}, target, elt } = event.detail;
    const specified = elt && elt.closest && elt.closest("[hx-swap]");
    return { target: target || requestConfig.target, verb: requestConfig.verb || "get", path: requestConfig.path, parameters: requestConfig.parameters, swap: specified ? specified.getAttribute("hx-swap") : "innerHTML", source: elt };
  };

  document.addEventListener("htmx:beforeRequest", (event) => {
    const request = about(event);
    // The service worker knows in short why a stop is in the day.
    if (isKeptPiece(request.path) && navigator.serviceWorker && navigator.serviceWorker.controller) return;
    if (navigator.onLine === false) {
      event.preventDefault();
      tell(request, NONE);
      return;
    }
    const xhr = event.detail.xhr;
    const doubt = setTimeout(async () => {
      try {
        const short = Object.assign(Object.create(Object.getPrototypeOf(session)), session, { tools: { ...session.tools, limitMs: ALIVE_MS }, onContact: () => undefined });
        if ((await short.greet()).ours) return; // it is there, and works on it
      } catch {
        // nobody answers
      }
      if (xhr.readyState === XMLHttpRequest.DONE) return;
      xhr.abort();
      tell(request, DEAD);
    }, DOUBT_MS);
    doubts.set(xhr, doubt);
  });

  const settle = (event) => clearTimeout(doubts.get(event.detail.xhr));
  document.addEventListener("htmx:beforeOnLoad", settle);
  document.addEventListener("htmx:sendError", (event) => {
    settle(event);
    tell(about(event), navigator.onLine === false ? NONE : DEAD);
  });
  document.addEventListener("htmx:timeout", (event) => tell(about(event), DEAD));
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.getResponseHeader(OURS)) return;
    event.detail.shouldSwap = false; // a gateway's page is no piece of ours
    tell(about(event), WRONG);
  });

  // A form that is sent as a page stays where it is, with all that was typed, while there is no connection.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || navigator.onLine !== false || form.method !== "post" || form.hasAttribute("hx-post")) return;
    event.preventDefault();
    let said = form.querySelector(".needs-connection");
    if (!said) {
      said = document.createElement("p");
      said.className = "problem needs-connection";
      said.setAttribute("role", "alert");
      form.append(said);
    }
    said.textContent = say("{none} What you typed stays here; send it once you are connected.", { none: NONE });
  });
}
