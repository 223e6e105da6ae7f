/* Planned days that can be changed: a change that is tried is shown before it is kept. */
(function () {
  "use strict";

  const { say } = window.gcrmSay;

  // A change that was tried is read out and at hand; the menu that asked for it folds.
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id !== "tried") return;
    const panel = event.target.querySelector("[data-take-focus]");
    for (const menu of document.querySelectorAll(".stop-more[open]")) menu.open = false;
    if (panel) panel.focus({ preventScroll: true });
  });

  // The menu of a stop is made when it is wanted: a day has dozens of forms that nobody opens.
  function unfold(menu) {
    const folded = menu.querySelector(":scope > template");
    if (!folded) return;
    folded.replaceWith(folded.content);
    window.htmx.process(menu);
  }
  document.addEventListener("toggle", (event) => event.target.matches(".stop-more[open]") && unfold(event.target), true);
  document.addEventListener("gcrm:unfold", (event) => unfold(event.target));

  document.addEventListener("htmx:beforeRequest", (event) => {
    const place = event.detail.target;
    if (!place || place.id !== "tried" || !event.target.matches("form.try")) return;
    const waiting = document.createElement("p");
    waiting.className = "panel tried soft";
    waiting.textContent = say("Working out what it costs …");
    place.replaceChildren(waiting);
  });
})();
