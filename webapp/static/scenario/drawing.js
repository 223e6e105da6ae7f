/* A scenario on the map: the ground of each territory in its hue with its name, and every account on one canvas. */
import { say } from "../say.js";
import { stampAll, stampOf } from "../stamps.js";
import { hues, inside, NOBODY, unpack } from "./figures.js";

const gcrm = window.gcrm;
/* Paul Tol's muted scheme for categories, safe for the colour-blind, as maps/classing.py has it; its grey is left out. */
export const HUES = ["#88ccee", "#ddcc77", "#cc6677", "#44aa99", "#aa4499", "#999933", "#117733", "#882255", "#6699cc"];
const HIT_PX = 16;

/** Canvas of n points by territory; those that change hands have a white bar across, nobody's are triangles. */
const Points = L.Layer.extend({
  initialize(owner) {
    this._owner = owner;
  },
  onAdd(map) {
    this._canvas = gcrm.el("canvas", { class: "leaflet-zoom-animated scenario-points", "aria-hidden": "true" });
    this.getPane("scenario-points").append(this._canvas);
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
    const { units, positions, hue, chosen } = this._owner;
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    const size = map.getSize();
    const pad = size.multiplyBy(0.1).round();
    const corner = map.containerPointToLayerPoint(pad.multiplyBy(-1));
    const whole = size.add(pad.multiplyBy(2));
    this._at = { zoom: map.getZoom(), corner: map.layerPointToLatLng(corner) };
    const canvas = this._canvas;
    canvas.width = Math.round(whole.x * ratio);
    canvas.height = Math.round(whole.y * ratio);
    canvas.style.width = `${whole.x}px`;
    canvas.style.height = `${whole.y}px`;
    L.DomUtil.setTransform(canvas, corner, 1);
    const { x, y } = this._owner.pixels();
    const zoom = map.getZoom();
    const wide = zoom >= 15 ? 13 : zoom >= 13 ? 10 : zoom >= 11 ? 7.5 : units.count > 2000 ? 4 : 6.5;
    const stamps = [];
    const which = (i) => {
      const at = positions[i];
      const changes = units.now[i] >= 0 && at !== units.now[i];
      const key = ((at === NOBODY ? HUES.length : hue[at]) * 2 + changes) * 2 + chosen.has(i);
      stamps[key] ||= stampOf(sprite(at === NOBODY ? null : HUES[hue[at]], wide, ratio, changes, chosen.has(i)).canvas);
      return stamps[key];
    };
    const place = (i, spot) => {
      spot[0] = (x[i] + pad.x) * ratio;
      spot[1] = (y[i] + pad.y) * ratio;
      return true;
    };
    stampAll(canvas, units.count, place, which);
  },
});

function shape(pen, colour, wide, changes, chosen) {
  const r = wide / 2;
  if (chosen) {
    pen.beginPath();
    pen.arc(0, 0, r + 3, 0, 2 * Math.PI);
    pen.fillStyle = "#ffffff";
    pen.fill();
    pen.lineWidth = 2.4;
    pen.strokeStyle = "#0b5cad";
    pen.stroke();
  }
  pen.beginPath();
  if (colour === null) {
    pen.moveTo(0, -r * 1.3);
    pen.lineTo(r * 1.25, r);
    pen.lineTo(-r * 1.25, r);
    pen.closePath();
    pen.fillStyle = "#b3261e";
  } else {
    if (changes) pen.rect(-r, -r, wide, wide);
    else pen.arc(0, 0, r, 0, 2 * Math.PI);
    pen.fillStyle = colour;
  }
  pen.fill();
  pen.lineWidth = changes ? 1.6 : wide > 6 ? 1.1 : 0.7;
  pen.strokeStyle = "#1d2430";
  pen.stroke();
  if (changes && colour !== null) {
    pen.beginPath();
    pen.moveTo(-r, r);
    pen.lineTo(r, -r);
    pen.lineWidth = Math.max(1.2, wide / 6);
    pen.stroke();
  }
}

function sprite(colour, wide, ratio, changes, chosen) {
  const side = Math.ceil((wide + 12) * ratio) | 1; // odd, so that it has a middle
  const box = side / ratio;
  const canvas = gcrm.el("canvas", { width: side, height: side });
  const pen = canvas.getContext("2d");
  pen.translate(side / 2, side / 2);
  pen.scale(ratio, ratio);
  shape(pen, colour, wide, changes, chosen);
  return { canvas, box };
}

function symbol(colour, changes, chosen) {
  const { canvas, box } = sprite(colour, 12, 2, changes, chosen);
  canvas.style.width = canvas.style.height = `${box}px`;
  return canvas;
}

export class Drawing {
  constructor({ map, options }) {
    Object.assign(this, { map, options, chosen: new Set(), grounds: [], names: [] });
  }

  /** Fetch and draw; resolves to what the server said. */
  async load() {
    const { map, options } = this;
    map.gcrm.busy(say("Loading the scenario"), true);
    try {
      const [bytes, told] = await Promise.all([gcrm.fetch(options.unitsUrl, { binary: true }), gcrm.fetch(options.drawingUrl)]);
      this.units = unpack(bytes);
      this.project();
      this.take(told);
      map.gcrm.busy("", false);
      const { places } = this.units;
      const box = L.latLngBounds([]);
      for (let i = 0; i < this.units.count; i++) box.extend([places[2 * i + 1], places[2 * i]]);
      map.gcrm.fit(box);
      this.addPoints();
      map.on("zoomend", () => this.label());
      map.gcrm.onTheme(() => this.redraw());
      return told;
    } catch (fault) {
      map.gcrm.busy("", false);
      map.gcrm.fail(fault.message, () => window.location.reload());
      throw fault;
    }
  }

  addPoints() {
    this.layer = new Points(this);
    const pane = this.map.createPane("scenario-points");
    pane.style.zIndex = 450;
    pane.style.pointerEvents = "none";
    this.layer.addTo(this.map);
  }

  take(told) {
    this.positions = Int32Array.from(told.positions);
    this.territories = told.territories;
    const { names } = this.options;
    const k = told.territories.length;
    if (names.length) this.hue = told.territories.map((one) => names.indexOf(one.name) % HUES.length);
    else if (!this.hue) this.hue = hues(this.units, this.positions, k, HUES.length);
    this.outlines(told.territories);
    this.legend();
  }

  /** Web Mercator of each account at zoom 0. */
  project() {
    const { places, count } = this.units;
    this.x0 = new Float64Array(count);
    this.y0 = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      const sin = Math.sin((places[2 * i + 1] * Math.PI) / 180);
      this.x0[i] = 256 * (places[2 * i] / 360 + 0.5);
      this.y0[i] = 256 * (0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI));
    }
  }

  /** Where each account is on the box of the map, in pixels. */
  pixels() {
    const scale = 2 ** this.map.getZoom();
    const origin = this.map.getPixelOrigin().subtract(this.map._getMapPanePos());
    return { x: this.x0.map((x) => x * scale - origin.x), y: this.y0.map((y) => y * scale - origin.y) };
  }

  /** Row of the account nearest to a place on the box, within a thumb's width; -1 if none. */
  nearest(point) {
    const { x, y } = this.pixels();
    let best = -1;
    let least = HIT_PX ** 2;
    for (let i = 0; i < x.length; i++) {
      const away = (x[i] - point.x) ** 2 + (y[i] - point.y) ** 2;
      if (away < least) [best, least] = [i, away];
    }
    return best;
  }

  /** The territory whose ground lies at a place on the box, or whose account is near it; null for none. */
  territoryAt(point) {
    const row = this.nearest(point);
    if (row >= 0) return this.positions[row];
    const { lng, lat } = this.map.containerPointToLatLng([point.x, point.y]);
    for (const one of this.territories) {
      if (!one.outline) continue;
      const parts = one.outline.type === "Polygon" ? [one.outline.coordinates] : one.outline.coordinates;
      if (parts.some((rings) => rings.filter((ring) => inside([lng], [lat], ring).length).length % 2)) return one.position;
    }
    return null;
  }

  outlines(territories) {
    for (const layer of this.grounds) layer.remove();
    this.grounds = territories
      .filter((one) => one.outline)
      .map((one) => {
        const layer = L.geoJSON(one.outline, {
          interactive: false,
          style: { fillColor: HUES[this.hue[one.position]], fillOpacity: 0.28, color: gcrm.colour(this.map, "map-text-soft"), weight: 1.8 },
        });
        layer.position = one.position;
        return layer.addTo(this.map);
      });
    this.label();
  }

  /** The name of each territory on its ground, where there is room. */
  label() {
    for (const name of this.names) name.remove();
    this.names = [];
    for (const layer of this.grounds) {
      const one = this.territories.find((each) => each.position === layer.position);
      const spot = middle(this.x0, this.y0, this.positions, layer.position);
      if (!spot || !one) continue;
      const at = L.CRS.EPSG3857.pointToLatLng(L.point(spot), 0);
      const load = one.figures && one.figures.load !== null && one.figures.load !== undefined ? `${Math.round(100 * one.figures.load)} %` : one.figures ? gcrm.counted(one.figures.accounts, "account", "accounts") : "";
      const words = gcrm.el("div", { class: "map-label", "aria-hidden": "true", text: one.name }, gcrm.el("b", { text: load }));
      words.style.transform = "translate(-50%, -50%)";
      words.style.width = "max-content";
      this.names.push(L.marker(at, { icon: L.divIcon({ className: "", html: words, iconSize: [0, 0] }), interactive: false, keyboard: false }).addTo(this.map));
    }
  }

  legend() {
    const counts = new Map();
    let changing = 0;
    for (let i = 0; i < this.units.count; i++) {
      counts.set(this.positions[i], (counts.get(this.positions[i]) || 0) + 1);
      if (this.units.now[i] >= 0 && this.units.now[i] !== this.positions[i]) changing += 1;
    }
    const rows = this.territories.map((one) => ({ symbol: symbol(HUES[this.hue[one.position]], false, false), text: one.name, count: gcrm.number(counts.get(one.position) || 0) }));
    if (changing) rows.push({ symbol: symbol("#ffffff", true, false), text: say("Changes hands"), count: gcrm.number(changing) });
    if (counts.get(NOBODY)) rows.push({ symbol: symbol(null, false, false), text: say("With nobody, or with a rep who is not here"), count: gcrm.number(counts.get(NOBODY)) });
    if (this.chosen.size) rows.push({ symbol: symbol("#ffffff", false, true), text: say("Chosen"), count: gcrm.number(this.chosen.size) });
    this.map.gcrm.legend.section("scenario", say("Territories"), rows);
  }

  redraw() {
    if (this.layer) this.layer.draw();
    this.legend();
  }
}

/** The account nearest to the mean of a territory's accounts, so that a label lies on its ground; null without any. */
function middle(x, y, positions, position) {
  let [n, mx, my] = [0, 0, 0];
  for (let i = 0; i < positions.length; i++) if (positions[i] === position) [n, mx, my] = [n + 1, mx + x[i], my + y[i]];
  if (!n) return null;
  let best = null;
  let least = Infinity;
  for (let i = 0; i < positions.length; i++) {
    if (positions[i] !== position) continue;
    const away = (x[i] - mx / n) ** 2 + (y[i] - my / n) ** 2;
    if (away < least) [best, least] = [[x[i], y[i]], away];
  }
  return best;
}
