/* A planned day that can be changed: drag a stop between others to try it there; the menu does the same for keyboards. */
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

  const list = document.querySelector(".timeline");
  const stops = list ? [...list.querySelectorAll(".stop[data-account]")] : [];
  if (!stops.length || !window.matchMedia("(hover: hover) and (pointer: fine)").matches) return;

  const minutes = (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
  const clock = (count) => `${String(Math.floor(count / 60)).padStart(2, "0")}:${String(count % 60).padStart(2, "0")}`;
  const mark = document.createElement("li");
  mark.className = "drop-mark";
  mark.setAttribute("aria-hidden", "true");
  const word = document.createElement("span");
  mark.append(word);
  let dragged = null;
  let start = null;

  /** Where a drop at this height would put the stop: before which other, and at what time. */
  function spotAt(y) {
    const others = stops.filter((stop) => stop !== dragged);
    const next = others.find((stop) => {
      const box = stop.getBoundingClientRect();
      return y < box.top + box.height / 2;
    });
    const last = others[others.length - 1];
    if (next) return { before: next, at: minutes(next.dataset.start) };
    return last ? { after: last, at: Math.ceil(minutes(last.dataset.leave) / 5) * 5 } : null;
  }

  for (const stop of stops) {
    const grip = document.createElement("span");
    grip.className = "grip";
    grip.textContent = "⠿";
    grip.title = "Drag to another time";
    grip.draggable = true;
    grip.setAttribute("aria-hidden", "true");
    stop.querySelector(".stop-time").append(grip);
    stop.classList.add("has-grip");
    grip.addEventListener("dragstart", (event) => {
      dragged = stop;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", stop.dataset.account);
      event.dataTransfer.setDragImage(stop, 16, 16);
      stop.classList.add("is-dragged");
    });
    grip.addEventListener("dragend", () => {
      stop.classList.remove("is-dragged");
      mark.remove();
      dragged = null;
    });
  }

  list.addEventListener("dragover", (event) => {
    if (!dragged) return;
    event.preventDefault();
    const spot = spotAt(event.clientY);
    if (!spot) return;
    start = clock(spot.at - (spot.at % 5));
    word.textContent = start;
    // Before a stop means before the drive that leads to it.
    const leg = spot.before && spot.before.previousElementSibling;
    if (spot.before) (leg && leg.classList.contains("leg") ? leg : spot.before).before(mark);
    else spot.after.after(mark);
  });
  list.addEventListener("drop", (event) => {
    if (!dragged || !start) return;
    event.preventDefault();
    const form = dragged.querySelector('.stop-more form.try input[name="start"]').form;
    form.elements.start.value = start;
    form.requestSubmit();
  });
})();
