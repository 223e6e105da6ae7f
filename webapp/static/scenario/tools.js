/* Choosing on the map: a click, a rectangle, a free shape, corners one by one, a drag; by mouse, pen or finger. */

const SAME_CORNER_PX = 12;

/**
 * Calls `onShape([[x, y], ...])` in pixels of the map's box, or `onClick(point)`. `tool()` says which is in use.
 * `onDrag(from)` says whether something can be dragged from there; `onDrop(from, to)` is called once it is let go.
 */
export function chooseOnMap(map, { tool, onClick, onShape, onDrag = () => false, onDrop = () => undefined }) {
  const box = map.getContainer();
  const canvas = document.createElement("canvas");
  canvas.className = "scenario-drawn";
  canvas.setAttribute("aria-hidden", "true");
  box.append(canvas);
  let shape = null;
  let next = null; // where the corner after the last one would be

  const at = (event) => {
    const { left, top } = box.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  };

  function draw() {
    canvas.width = box.clientWidth;
    canvas.height = box.clientHeight;
    if (!shape) return;
    const pen = canvas.getContext("2d");
    pen.beginPath();
    for (const [x, y] of outline()) pen.lineTo(x, y);
    if (tool() !== "drag") {
      pen.closePath();
      pen.fillStyle = "rgba(11, 92, 173, 0.15)";
      pen.fill();
    }
    pen.setLineDash([6, 4]);
    pen.lineWidth = 2;
    pen.strokeStyle = "#0b5cad";
    pen.stroke();
  }

  function outline() {
    if (tool() === "drag") return [shape[0], shape[shape.length - 1]];
    if (tool() === "polygon") return next ? [...shape, next] : shape;
    if (tool() !== "box") return shape;
    const [[ax, ay], [bx, by]] = [shape[0], shape[shape.length - 1]];
    return [[ax, ay], [bx, ay], [bx, by], [ax, by]];
  }

  function use() {
    [shape, next] = [null, null];
    draw();
    const drawing = tool() !== "click";
    map.dragging[drawing ? "disable" : "enable"]();
    if (map.boxZoom) map.boxZoom[drawing ? "disable" : "enable"]();
    box.classList.toggle("is-drawing", drawing);
  }

  const control = (target) => target instanceof Element && target.closest(".leaflet-control, .map-message");

  box.addEventListener("pointerdown", (event) => {
    if (tool() === "click" || event.button !== 0 || control(event.target)) return;
    if (tool() === "polygon") return corner(event);
    if (shape) return end(event, false); // a second finger
    if (tool() === "drag" && !onDrag({ x: at(event)[0], y: at(event)[1] })) return;
    event.preventDefault();
    box.setPointerCapture(event.pointerId);
    shape = [at(event)];
  });
  box.addEventListener("pointermove", (event) => {
    if (!shape) return;
    if (tool() === "polygon") next = at(event);
    else shape.push(at(event));
    draw();
  });

  /** One corner more; the first or the last one again closes the shape. */
  function corner(event) {
    event.preventDefault();
    box.focus({ preventScroll: true });
    const spot = at(event);
    const again = shape && [shape[0], shape[shape.length - 1]].some(([x, y]) => Math.hypot(x - spot[0], y - spot[1]) < SAME_CORNER_PX);
    if (shape && again) return close(event);
    shape = [...(shape || []), spot];
    next = null;
    draw();
  }

  function close(event) {
    if (!shape || tool() !== "polygon") return;
    const drawn = shape;
    [shape, next] = [null, null];
    draw();
    if (drawn.length > 2) onShape(drawn, event);
  }

  function end(event, take) {
    if (!shape || (take && tool() === "polygon")) return;
    const drawn = outline();
    next = null;
    const first = shape[0];
    const wide = Math.max(...shape.map(([x, y]) => Math.hypot(x - first[0], y - first[1])));
    shape = null;
    draw();
    if (!take) return;
    const last = drawn[drawn.length - 1];
    if (tool() === "drag" && wide >= 5) onDrop({ x: first[0], y: first[1] }, { x: last[0], y: last[1] });
    else if (wide < 5) onClick({ x: first[0], y: first[1] }, event);
    else onShape(drawn, event);
  }
  box.addEventListener("pointerup", (event) => end(event, true));
  box.addEventListener("pointercancel", (event) => end(event, false));
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") end(event, false);
    if (event.key === "Enter") close(event);
  });
  map.on("click", (event) => tool() === "click" && onClick(event.containerPoint, event.originalEvent));
  use();
  return { use };
}
