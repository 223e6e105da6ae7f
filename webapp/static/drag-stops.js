/* Drag a stop by its grip, with a mouse or a finger, to another time or another day; what that costs is shown before it
 * is kept. The menu of the stop does the same for keyboards. A column is a list of stops on one day: [data-drop-day]. */
(function () {
  "use strict";

  const { say } = window.gcrmSay;

  const EDGE_PX = 72; // so near to the top or the bottom the page scrolls along
  const STEP_PX = 12;
  const STEP_MINUTES = 5;
  const minutes = (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
  const clock = (count) => `${String(Math.floor(count / 60)).padStart(2, "0")}:${String(count % 60).padStart(2, "0")}`;
  const element = (tag, name) => Object.assign(document.createElement(tag), { className: name });

  const mark = element("li", "drop-mark");
  mark.setAttribute("aria-hidden", "true");
  const word = mark.appendChild(document.createElement("span"));
  const ghost = element("div", "drag-ghost");
  ghost.setAttribute("aria-hidden", "true");
  let drag = null;

  /** Where a drop at this height of a column would put the stop: before which other one, and at what time. */
  function spotIn(column, y) {
    const stops = [...column.querySelectorAll("[data-map-kind=stop]")];
    const others = stops.filter((stop) => stop !== drag.stop && stop.dataset.account);
    const head = column.querySelector("h2");
    if (!others.length || (head && y < head.getBoundingClientRect().bottom)) return { column, start: "" };
    const next = others.find((stop) => {
      const box = stop.getBoundingClientRect();
      return y < box.top + box.height / 2;
    });
    if (column.contains(drag.stop)) {
      const after = stops[stops.indexOf(drag.stop) + 1];
      if (next ? next === after : !after) return null; // where it is already
    }
    const last = others[others.length - 1];
    const at = next ? minutes(next.dataset.start) : minutes(last.dataset.leave) + STEP_MINUTES;
    return { column, next, last, start: clock(at - (at % STEP_MINUTES)) };
  }

  function show(spot) {
    for (const column of document.querySelectorAll(".is-drop")) column.classList.remove("is-drop");
    mark.remove();
    if (!spot) return;
    spot.column.classList.add("is-drop");
    word.textContent = spot.start || say("where it costs least");
    if (spot.next) {
      // Before a stop means before the drive that leads to it.
      const leg = spot.next.previousElementSibling;
      (leg && leg.classList.contains("leg") ? leg : spot.next).before(mark);
    } else if (spot.start) spot.last.after(mark);
    else if (spot.column.matches("ol")) spot.column.prepend(mark);
    else spot.column.append(mark);
  }

  function move() {
    if (!drag) return;
    ghost.style.left = `${drag.x + 12}px`;
    ghost.style.top = `${drag.y + 12}px`;
    const under = document.elementFromPoint(drag.x, drag.y);
    const column = under && under.closest("[data-drop-day]");
    drag.spot = column ? spotIn(column, drag.y) : null;
    show(drag.spot);
  }

  function scroll() {
    if (!drag) return;
    const by = drag.y < EDGE_PX ? -STEP_PX : drag.y > window.innerHeight - EDGE_PX ? STEP_PX : 0;
    if (by) {
      window.scrollBy(0, by);
      move();
    }
    requestAnimationFrame(scroll);
  }

  function end(drop) {
    if (!drag) return;
    const { stop, spot } = drag;
    stop.classList.remove("is-dragged");
    ghost.remove();
    show(null);
    drag = null;
    if (!drop || !spot) return;
    const menu = stop.querySelector(".stop-more");
    if (menu) menu.dispatchEvent(new CustomEvent("gcrm:unfold", { bubbles: true }));
    const form = stop.querySelector("form[data-drag-form]");
    form.elements.to.value = spot.column.dataset.dropDay;
    form.elements.start.value = spot.start;
    form.requestSubmit();
  }

  function grip(stop) {
    const handle = element("span", "grip");
    handle.textContent = "⠿";
    handle.title = say("Drag to another time or day");
    handle.setAttribute("aria-hidden", "true");
    stop.querySelector(".stop-time").append(handle);
    handle.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      event.preventDefault();
      handle.setPointerCapture(event.pointerId);
      drag = { stop, x: event.clientX, y: event.clientY, spot: null };
      ghost.textContent = stop.dataset.name;
      document.body.append(ghost);
      stop.classList.add("is-dragged");
      move();
      requestAnimationFrame(scroll);
    });
    handle.addEventListener("pointermove", (event) => {
      if (!drag) return;
      Object.assign(drag, { x: event.clientX, y: event.clientY });
      move();
    });
    handle.addEventListener("pointerup", () => end(true));
    handle.addEventListener("pointercancel", () => end(false));
    handle.addEventListener("click", (event) => event.stopPropagation());
  }

  document.addEventListener("keydown", (event) => event.key === "Escape" && end(false));
  for (const stop of document.querySelectorAll("[data-drop-day] [data-account]")) if (stop.querySelector("form[data-drag-form], .stop-more > template")) grip(stop);
})();
