/* Choosing on the map: a click, a rectangle, a free shape; by mouse, pen or finger. */

/** Calls `onShape([[x, y], ...])` in pixels of the map's box, or `onClick(point)`. `tool()` says which is in use. */
export function chooseOnMap(map, { tool, onClick, onShape }) {
  const box = map.getContainer();
  const canvas = document.createElement("canvas");
  canvas.className = "scenario-drawn";
  canvas.setAttribute("aria-hidden", "true");
  box.append(canvas);
  let shape = null;

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
    pen.closePath();
    pen.fillStyle = "rgba(11, 92, 173, 0.15)";
    pen.fill();
    pen.setLineDash([6, 4]);
    pen.lineWidth = 2;
    pen.strokeStyle = "#0b5cad";
    pen.stroke();
  }

  function outline() {
    if (tool() !== "box") return shape;
    const [[ax, ay], [bx, by]] = [shape[0], shape[shape.length - 1]];
    return [[ax, ay], [bx, ay], [bx, by], [ax, by]];
  }

  function use() {
    const drawing = tool() !== "click";
    map.dragging[drawing ? "disable" : "enable"]();
    if (map.boxZoom) map.boxZoom[drawing ? "disable" : "enable"]();
    box.classList.toggle("is-drawing", drawing);
  }

  const control = (target) => target instanceof Element && target.closest(".leaflet-control, .map-message");

  box.addEventListener("pointerdown", (event) => {
    if (tool() === "click" || event.button !== 0 || control(event.target)) return;
    if (shape) return end(event, false); // a second finger
    event.preventDefault();
    box.setPointerCapture(event.pointerId);
    shape = [at(event)];
  });
  box.addEventListener("pointermove", (event) => {
    if (!shape) return;
    shape.push(at(event));
    draw();
  });
  function end(event, take) {
    if (!shape) return;
    const drawn = outline();
    const first = shape[0];
    const wide = Math.max(...shape.map(([x, y]) => Math.hypot(x - first[0], y - first[1])));
    shape = null;
    draw();
    if (!take) return;
    if (wide < 5) onClick({ x: first[0], y: first[1] }, event);
    else onShape(drawn, event);
  }
  box.addEventListener("pointerup", (event) => end(event, true));
  box.addEventListener("pointercancel", (event) => end(event, false));
  box.addEventListener("keydown", (event) => event.key === "Escape" && end(event, false));
  map.on("click", (event) => tool() === "click" && onClick(event.containerPoint, event.originalEvent));
  use();
  return { use };
}
