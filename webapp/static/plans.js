/* Planned days that can be changed: a change that is tried is shown before it is kept. */
(function () {
  "use strict";

  // A change that was tried is read out and at hand; the menu that asked for it folds.
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id !== "tried") return;
    const panel = event.target.querySelector("[data-take-focus]");
    for (const menu of document.querySelectorAll(".stop-more[open]")) menu.open = false;
    if (panel) panel.focus({ preventScroll: true });
  });

  document.addEventListener("htmx:beforeRequest", (event) => {
    const place = event.detail.target;
    if (!place || place.id !== "tried" || !event.target.matches("form.try")) return;
    const waiting = document.createElement("p");
    waiting.className = "panel tried soft";
    waiting.textContent = "Working out what it costs …";
    place.replaceChildren(waiting);
  });
})();
