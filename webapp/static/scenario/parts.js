/* Whole regions or postcodes of a scenario: which one lies at a place on the map, and which accounts are in it. */
import { say } from "../say.js";
import { inside } from "./figures.js";

export class Parts {
  /** fetch(level) resolves to {names, which, shapes}: the part of each account, -1 for none, and the ground of each. */
  constructor(drawing, fetch) {
    Object.assign(this, { drawing, fetch, level: "", told: null, kept: new Map(), asked: 0 });
  }

  async load(level) {
    if (!this.kept.has(level)) this.kept.set(level, await this.fetch(level));
    return this.kept.get(level);
  }

  /** Take whole parts of a level from now on, "" for single accounts; their borders are drawn. */
  async use(level) {
    const asked = ++this.asked;
    const told = level ? await this.load(level) : null;
    if (asked !== this.asked) return; // another level was chosen meanwhile
    Object.assign(this, { level, told });
    this.draw();
  }

  draw() {
    const { gcrm } = window; // the map's own scripts may come after this one
    const { map } = this.drawing;
    if (this.layer) this.layer.remove();
    this.layer = null;
    const shapes = this.told ? this.told.shapes.flat() : [];
    const style = { fill: false, color: gcrm.colour(map, "map-text"), weight: 1.2, dashArray: "2 4" };
    if (shapes.length) this.layer = L.geoJSON(shapes, { interactive: false, style }).addTo(map);
    const line = gcrm.svg("svg", { viewBox: "0 0 26 16", width: 26, height: 16 }, gcrm.svg("line", { x1: 1, y1: 8, x2: 25, y2: 8, stroke: gcrm.colour(map, "map-text"), "stroke-width": 1.6, "stroke-dasharray": "2 4" }));
    map.gcrm.legend.section("parts", "", shapes.length ? [{ symbol: line, text: say("Borders of {level}", { level: this.level }) }] : []);
  }

  /** The part whose ground lies at a place on the box, else that of the account there; -1 for none. */
  at(point) {
    const { lng, lat } = this.drawing.map.containerPointToLatLng([point.x, point.y]);
    const found = this.told.shapes.findIndex((ground) => ground.some((shape) => holds(shape, lng, lat)));
    if (found >= 0) return found;
    const row = this.drawing.nearest(point);
    return row >= 0 ? this.told.which[row] : -1;
  }

  rows(part) {
    const rows = [];
    if (part >= 0) this.told.which.forEach((at, i) => at === part && rows.push(i));
    return rows;
  }

  /** The parts that some accounts are in. */
  touched(rows) {
    return [...new Set(rows.map((row) => this.told.which[row]).filter((part) => part >= 0))];
  }
}

function holds(shape, lng, lat) {
  const polygons = shape.type === "Polygon" ? [shape.coordinates] : shape.coordinates;
  return polygons.some((rings) => rings.filter((ring) => inside([lng], [lat], ring).length).length % 2);
}
