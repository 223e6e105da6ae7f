/* The basemap: vector tiles drawn by Leaflet.VectorGrid in the page's colours, with names laid on top so that none collide. */
(function () {
  "use strict";

  const gcrm = window.gcrm;

  // Width in pixels at zooms 10, 13, 15, 17 and 19, by class of street; smaller classes are drawn first.
  const STREETS = [
    { names: ["path", "footway", "cycleway", "steps", "bridleway", "track", "pedestrian"], from: 14, width: [0, 0, 0.8, 1.4, 2], fill: "map-path", dash: "3,3" },
    { names: ["service", "living_street"], from: 14, width: [0, 0.6, 1.6, 6, 14], fill: "map-street", casing: true },
    { names: ["residential", "unclassified", "road"], from: 12, width: [0.4, 1, 3.5, 9, 20], fill: "map-street", casing: true },
    { names: ["tertiary", "tertiary_link"], from: 10, width: [0.8, 2, 5.5, 11, 24], fill: "map-street", casing: true },
    { names: ["secondary", "secondary_link"], from: 8, width: [1.2, 3, 7, 13, 26], fill: "map-street-main", casing: true },
    { names: ["primary", "primary_link", "trunk", "trunk_link"], from: 6, width: [1.8, 4, 8, 14, 28], fill: "map-street-main", casing: true },
    { names: ["motorway", "motorway_link"], from: 5, width: [2.2, 5, 9, 16, 30], fill: "map-motorway", casing: true },
  ];
  const CLASS = new Map(STREETS.flatMap((street, rank) => street.names.map((name) => [name, rank])));
  const ZOOMS = [10, 13, 15, 17, 19];

  function width(street, zoom) {
    if (zoom <= ZOOMS[0]) return street.width[0];
    for (let i = 1; i < ZOOMS.length; i++) {
      if (zoom > ZOOMS[i]) continue;
      const share = (zoom - ZOOMS[i - 1]) / (ZOOMS[i] - ZOOMS[i - 1]);
      return street.width[i - 1] + share * (street.width[i] - street.width[i - 1]);
    }
    return street.width[4];
  }

  const GREEN = new Set(["forest", "wood", "grass", "meadow", "park", "garden", "orchard", "vineyard", "cemetery", "recreation_ground", "village_green", "scrub", "heath", "farmland", "nature_reserve", "golf_course", "pitch", "allotments"]);
  const PLACES = { city: 0, town: 1, village: 2, suburb: 3, quarter: 4, neighbourhood: 5, hamlet: 6, isolated_dwelling: 7, locality: 8 };
  const PLACE_FROM = [4, 7, 10, 12, 13, 14, 13, 15, 15];

  const kindOf = (properties) => properties.kind || properties.class || properties.highway || "";

  const Streets = L.VectorGrid.Protobuf.extend({
    initialize(options) {
      L.VectorGrid.Protobuf.prototype.initialize.call(this, options.url, {
        maxNativeZoom: options.maxNativeZoom,
        maxZoom: 19,
        rendererFactory: L.canvas.tile,
        interactive: false,
        fetchOptions: { credentials: "same-origin" },
        updateWhenZooming: false,
        keepBuffer: 1,
        vectorTileLayerStyles: {},
        names: options.names,
      });
      this._names = new Map();
    },

    onAdd(map) {
      this._paint(map);
      L.VectorGrid.Protobuf.prototype.onAdd.call(this, map);
      this._labels = gcrm.el("canvas", { class: "leaflet-zoom-animated", "aria-hidden": "true" });
      map.createPane("labels").append(this._labels);
      map.getPane("labels").style.zIndex = 350;
      map.getPane("labels").style.pointerEvents = "none";
      map.on("moveend zoomend resize", this._later, this);
      map.on("zoomanim", this._zoomLabels, this);
      this.on("tileload tileunload", this._later, this);
      this.on("tileunload", (event) => this._names.delete(this._tileCoordsToKey(event.coords)));
      map.gcrm.onTheme(() => {
        this._paint(map);
        this.redraw();
      });
    },

    onRemove(map) {
      map.off("moveend zoomend resize", this._later, this);
      map.off("zoomanim", this._zoomLabels, this);
      this._labels.remove();
      L.VectorGrid.Protobuf.prototype.onRemove.call(this, map);
    },

    // --- Areas and lines ------------------------------------------------------------------------------------------

    /** Styles by layer, in the colours that the theme has now. */
    _paint(map) {
      const colour = (name) => gcrm.colour(map, name);
      const area = (name) => ({ fill: true, fillColor: colour(name), fillOpacity: 1, stroke: false });
      const styles = {
        water: (properties, zoom) => [{ ...area("map-water"), stroke: true, color: colour("map-water"), weight: zoom < 14 ? 1 : 1.5, opacity: 1 }],
        waterway: () => [{ fill: false, color: colour("map-water"), weight: 1.6, opacity: 1 }],
        landuse: (properties) => [area(GREEN.has(kindOf(properties)) ? "map-green" : "map-built")],
        buildings: (properties, zoom) => (zoom < 14 ? [] : [area("map-building")]),
        boundary: () => [{ fill: false, color: colour("map-boundary"), weight: 1.2, opacity: 0.8, dashArray: "6,3" }],
        rail: () => [{ fill: false, color: colour("map-rail"), weight: 1, opacity: 1 }],
      };
      STREETS.forEach((street, rank) => {
        styles[`casing-${rank}`] = (properties, zoom) => [
          { fill: false, color: colour("map-casing"), weight: width(street, zoom) + 1.6, opacity: 1, lineCap: "round", lineJoin: "round" },
        ];
        styles[`street-${rank}`] = (properties, zoom) => [
          { fill: false, color: colour(street.fill), weight: width(street, zoom), opacity: 1, lineCap: "round", lineJoin: "round", dashArray: street.dash || null },
        ];
      });
      this.options.vectorTileLayerStyles = styles;
    },

    /** The tile's layers in the order in which they are drawn: all casings below all streets. */
    async _getVectorTilePromise(coords) {
      let tile;
      try {
        tile = await L.VectorGrid.Protobuf.prototype._getVectorTilePromise.call(this, coords);
      } catch {
        return { layers: {} };
      }
      const { streets, places, water, landuse, ...rest } = tile.layers;
      const layers = {};
      const put = (name, layer, features) => {
        if (layer && features.length) layers[name] = { features, extent: layer.extent };
      };
      const areas = (layer) => (layer ? layer.features.filter((feature) => feature.type === 3) : []);
      put("landuse", landuse, areas(landuse));
      put("water", water, areas(water));
      put("waterway", water, water ? water.features.filter((feature) => feature.type === 2) : []);
      put("buildings", rest.buildings, areas(rest.buildings));
      const ranks = STREETS.map(() => []);
      for (const feature of streets ? streets.features : []) {
        const rank = CLASS.get(kindOf(feature.properties));
        if (rank !== undefined && feature.type === 2 && coords.z >= STREETS[rank].from) ranks[rank].push(feature);
      }
      ranks.forEach((features, rank) => coords.z >= (rank >= 4 ? 9 : 12) && STREETS[rank].casing && put(`casing-${rank}`, streets, features));
      ranks.forEach((features, rank) => put(`street-${rank}`, streets, features));
      put("boundary", rest.boundary, rest.boundary ? rest.boundary.features.filter((feature) => feature.type !== 1) : []);
      if (this.options.names) this._names.set(this._tileCoordsToKey(coords), this._read(coords, { streets, places, water }));
      return { layers };
    },

    // --- Names ----------------------------------------------------------------------------------------------------

    /** The names in a tile, with places in pixels of the world at zoom 0. */
    _read(coords, { streets, places, water }) {
      const scale = 256 / 2 ** coords.z;
      const names = [];
      const at = (layer, point) => [(coords.x + point.x / layer.extent) * scale, (coords.y + point.y / layer.extent) * scale];
      for (const feature of places ? places.features : []) {
        const rank = PLACES[kindOf(feature.properties)];
        if (feature.type !== 1 || rank === undefined || !feature.properties.name) continue;
        names.push({ text: feature.properties.name, rank, from: PLACE_FROM[rank], at: at(places, feature.geometry[0][0]), style: "place" });
      }
      for (const feature of streets ? streets.features : []) {
        const rank = CLASS.get(kindOf(feature.properties));
        if (!feature.properties.name || rank === undefined || feature.type !== 2) continue;
        for (const line of feature.geometry) {
          names.push({ text: feature.properties.name, rank: 20 - rank, from: rank >= 4 ? 14 : rank >= 2 ? 15 : 16.5, line: line.map((point) => at(streets, point)), style: "street" });
        }
      }
      for (const feature of water ? water.features : []) {
        if (!feature.properties.name || feature.type !== 2) continue;
        for (const line of feature.geometry) names.push({ text: feature.properties.name, rank: 12, from: 12, line: line.map((point) => at(water, point)), style: "water" });
      }
      return names;
    },

    _later() {
      cancelAnimationFrame(this._frame);
      this._frame = requestAnimationFrame(() => this._map && this._drawLabels());
    },

    _zoomLabels(event) {
      if (!this._drawn) return;
      const scale = this._map.getZoomScale(event.zoom, this._drawn.zoom);
      L.DomUtil.setTransform(this._labels, this._map._latLngToNewLayerPoint(this._drawn.corner, event.zoom, event.center), scale);
    },

    _drawLabels() {
      const map = this._map;
      const zoom = map.getZoom();
      const scale = 2 ** zoom;
      const ratio = window.devicePixelRatio || 1;
      const size = map.getSize();
      const corner = map.containerPointToLayerPoint([0, 0]);
      const origin = map.getPixelOrigin().add(corner);
      const canvas = this._labels;
      this._drawn = { zoom, corner: map.layerPointToLatLng(corner) };
      canvas.width = size.x * ratio;
      canvas.height = size.y * ratio;
      canvas.style.width = `${size.x}px`;
      canvas.style.height = `${size.y}px`;
      L.DomUtil.setTransform(canvas, corner, 1);
      const pen = canvas.getContext("2d");
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      pen.textAlign = "center";
      pen.textBaseline = "middle";
      pen.lineJoin = "round";
      const ink = { place: gcrm.colour(map, "map-label"), street: gcrm.colour(map, "map-label-soft"), water: gcrm.colour(map, "map-water-label") };
      const halo = gcrm.colour(map, "map-halo");

      const all = [...this._names.values()].flat().filter((name) => zoom >= name.from).sort((a, b) => a.rank - b.rank);
      const taken = [];
      const said = new Map();
      const free = (box) => !taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1]);
      for (const name of all) {
        const big = name.style === "place" ? Math.max(11, 16 - name.rank * 1.5 + (zoom >= 14 ? 1 : 0)) : 11;
        pen.font = `${name.style === "water" ? "italic " : ""}${name.style === "place" && name.rank < 3 ? 600 : 400} ${big}px system-ui, sans-serif`;
        const long = pen.measureText(name.text).width;
        const spot = name.at ? { x: name.at[0] * scale - origin.x, y: name.at[1] * scale - origin.y, turn: 0 } : along(name.line, long, scale, origin);
        if (!spot) continue;
        const half = { x: (Math.abs(Math.cos(spot.turn)) * long) / 2 + 5, y: (Math.abs(Math.sin(spot.turn)) * long) / 2 + big / 2 + 2 };
        const box = [spot.x - half.x, spot.y - half.y, spot.x + half.x, spot.y + half.y];
        if (box[2] < 0 || box[3] < 0 || box[0] > size.x || box[1] > size.y) continue;
        const before = said.get(name.text) || [];
        if (before.some((other) => Math.hypot(other.x - spot.x, other.y - spot.y) < (name.at ? 400 : 260)) || !free(box)) continue;
        said.set(name.text, [...before, spot]);
        taken.push(box);
        pen.save();
        pen.translate(spot.x, spot.y);
        pen.rotate(spot.turn);
        pen.strokeStyle = halo;
        pen.lineWidth = 3.5;
        pen.strokeText(name.text, 0, 0);
        pen.fillStyle = ink[name.style];
        pen.fillText(name.text, 0, 0);
        pen.restore();
      }
    },
  });

  /** Where a name of `long` pixels lies along a line that is straight enough there, and how it is turned; or null. */
  function along(line, long, scale, origin) {
    let run = 0;
    let best = null;
    for (let i = 1; i < line.length; i++) {
      const ax = line[i - 1][0] * scale - origin.x;
      const ay = line[i - 1][1] * scale - origin.y;
      const bx = line[i][0] * scale - origin.x;
      const by = line[i][1] * scale - origin.y;
      const reach = Math.hypot(bx - ax, by - ay);
      if (!best || reach > best.reach) best = { reach, x: (ax + bx) / 2, y: (ay + by) / 2, turn: Math.atan2(by - ay, bx - ax) };
      run += reach;
    }
    if (!best || run < long * 1.1 || best.reach < long * 0.55) return null;
    if (best.turn > Math.PI / 2) best.turn -= Math.PI;
    if (best.turn < -Math.PI / 2) best.turn += Math.PI;
    return best;
  }

  gcrm.streets = (options) => new Streets(options);
})();
