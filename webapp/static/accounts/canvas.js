/* Very many points on one canvas: each colour's dot is stamped into the picture's own pixels, which takes milliseconds. */

import { stampAll, stampOf } from "../stamps.js";

const gcrm = window.gcrm;
const HIT_PX = 14;

/** The pixels of a dot: steps from its middle, and the colour of each; a prospect is a diamond. */
function stamp(colour, wide, diamond, ratio) {
  const box = Math.ceil((wide + 4) * ratio) | 1;
  const canvas = gcrm.el("canvas", { width: box, height: box });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.translate(box / 2, box / 2);
  pen.scale(ratio, ratio);
  const r = wide / 2;
  pen.beginPath();
  if (diamond) for (const [x, y] of [[0, -r * 1.2], [r * 1.2, 0], [0, r * 1.2], [-r * 1.2, 0]]) pen.lineTo(x, y);
  else pen.arc(0, 0, r, 0, 2 * Math.PI);
  pen.closePath();
  pen.fillStyle = colour;
  pen.fill();
  pen.lineWidth = wide > 6 ? 1.2 : 0.7;
  pen.strokeStyle = "#1d2430";
  pen.stroke();
  return stampOf(canvas);
}

export function symbol(colour, diamond) {
  const canvas = gcrm.el("canvas", { width: 32, height: 32 });
  canvas.style.width = canvas.style.height = "16px";
  const dot = stamp(colour, 10, diamond, 2);
  stampAll(canvas, 1, (_, spot) => (spot[0] = spot[1] = 16), () => ({ ...dot, room: 0 }));
  return canvas;
}

export const PointCanvas = L.Layer.extend({
  /** look(): {colours: [css], of: (i) => which, diamond: (i) => bool, mask}; those in the mask are drawn. */
  initialize(points, look) {
    Object.assign(this, { _points: points, _look: look });
    this._x = new Float64Array(points.n);
    this._y = new Float64Array(points.n);
    for (let i = 0; i < points.n; i++) {
      const sin = Math.sin((points.lat[i] * Math.PI) / 180);
      this._x[i] = 256 * (points.lon[i] / 360 + 0.5);
      this._y[i] = 256 * (0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI));
    }
  },
  onAdd(map) {
    this._canvas = gcrm.el("canvas", { class: "leaflet-zoom-animated field-points", "aria-hidden": "true" });
    this.getPane().append(this._canvas);
    map.on("moveend resize", this.draw, this);
    map.on("zoomanim", this._zoom, this);
    this.draw();
  },
  onRemove(map) {
    map.off("moveend resize", this.draw, this);
    map.off("zoomanim", this._zoom, this);
    this._canvas.remove();
  },
  _zoom(event) {
    const scale = this._map.getZoomScale(event.zoom, this._at.zoom);
    L.DomUtil.setTransform(this._canvas, this._map._latLngToNewLayerPoint(this._at.corner, event.zoom, event.center), scale);
  },
  draw() {
    const map = this._map;
    if (!map) return;
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    const pad = map.getSize().multiplyBy(0.1).round();
    const size = map.getSize().add(pad.multiplyBy(2));
    const corner = map.containerPointToLayerPoint(pad.multiplyBy(-1));
    const origin = map.getPixelOrigin().add(corner);
    this._at = { zoom: map.getZoom(), corner: map.layerPointToLatLng(corner) };
    const [w, h] = [Math.round(size.x * ratio), Math.round(size.y * ratio)];
    const canvas = this._canvas;
    if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
    canvas.style.width = `${size.x}px`;
    canvas.style.height = `${size.y}px`;
    L.DomUtil.setTransform(canvas, corner, 1);
    const zoom = map.getZoom();
    const wide = zoom >= 17 ? 15 : zoom >= 15 ? 12 : zoom >= 13 ? 9 : zoom >= 11 ? 6.5 : 4.5;
    const { colours, of, diamond, mask } = this._look();
    const stamps = colours.flatMap((colour) => [stamp(colour, wide, false, ratio), stamp(colour, wide, true, ratio)]);
    const scale = 2 ** zoom;
    const world = 256 * scale;
    const place = (i, spot) => {
      if (!mask[i]) return false;
      const x = this._x[i] * scale - origin.x;
      spot[0] = (x - Math.floor(x / world) * world) * ratio; // either side of the antimeridian
      spot[1] = (this._y[i] * scale - origin.y) * ratio;
      return true;
    };
    stampAll(canvas, this._points.n, place, (i) => stamps[2 * of[i] + diamond[i]]);
    this.fire("drawn");
  },
  /** Row of the drawn point nearest to a place on the box, within a thumb's width; -1 if none. */
  nearest(point) {
    const scale = 2 ** this._map.getZoom();
    const at = this._map.containerPointToLayerPoint([point.x, point.y]).add(this._map.getPixelOrigin());
    const { mask } = this._look();
    let [best, least] = [-1, HIT_PX ** 2];
    for (let i = 0; i < this._points.n; i++) {
      if (!mask[i]) continue;
      let dx = this._x[i] * scale - at.x;
      dx -= Math.round(dx / (256 * scale)) * 256 * scale;
      const away = dx * dx + (this._y[i] * scale - at.y) ** 2;
      if (away < least) [best, least] = [i, away];
    }
    return best;
  },
});
