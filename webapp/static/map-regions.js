/* Regions coloured by one measure, or by who looks after them. The measure is switched without fetching again. */
(function () {
  "use strict";

  const { say } = window.gcrmSay;

  const gcrm = window.gcrm;

  const NO_DATA = "url(#gcrm-no-data)";

  /** A hatch for regions without a value, defined once in the map's own SVG. */
  function hatch(map) {
    const root = map.getPane("overlayPane").querySelector("svg");
    if (!root || root.querySelector("#gcrm-no-data")) return;
    const colour = gcrm.colour(map, "map-missing");
    root.prepend(
      gcrm.svg(
        "defs",
        {},
        gcrm.svg(
          "pattern",
          { id: "gcrm-no-data", width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
          gcrm.svg("line", { x1: 0, y1: 0, x2: 0, y2: 7, stroke: colour, "stroke-width": 2.5 }),
        ),
      ),
    );
  }

  function swatch(map, fill) {
    const lines =
      fill === NO_DATA
        ? [0, 7, 14, 21].map((x) => gcrm.svg("line", { x1: x, y1: 15, x2: x + 8, y2: 1, stroke: gcrm.colour(map, "map-missing"), "stroke-width": 2 }))
        : [gcrm.svg("rect", { width: 26, height: 16, fill })];
    return gcrm.svg(
      "svg",
      { viewBox: "0 0 26 16", width: 26, height: 16 },
      ...lines,
      gcrm.svg("rect", { x: 0.5, y: 0.5, width: 25, height: 15, fill: "none", stroke: gcrm.colour(map, "map-text-soft") }),
    );
  }

  /** The nine colours of two measures, the one across and the other upwards, with how many regions each has. */
  function grid(map, { colours, counts, across, up }) {
    const size = 26;
    const cells = colours.flatMap((row, y) =>
      row.flatMap((fill, x) => [
        gcrm.svg("rect", { x: 16 + x * size, y: (2 - y) * size, width: size, height: size, fill, stroke: gcrm.colour(map, "map-text-soft") }),
        gcrm.svg("text", { x: 16 + (x + 0.5) * size, y: (2.5 - y) * size + 4, "text-anchor": "middle", "font-size": 11, fill: x + y > 2 ? "#ffffff" : "#1d2430" }, String(counts[y][x] || "")),
      ]),
    );
    const words = { "font-size": 11, fill: gcrm.colour(map, "map-text") };
    return gcrm.svg(
      "svg",
      { viewBox: "0 0 100 96", width: 150, height: 144 },
      ...cells,
      gcrm.svg("text", { ...words, x: 16, y: 92 }, say("more {across} \u2192", { across })),
      gcrm.svg("text", { ...words, transform: "translate(11 78) rotate(-90)" }, say("more {up} \u2192", { up })),
    );
  }

  /** A warning triangle for an account without a rep, two rings for one with several. */
  function markSymbol(state) {
    const none = state === "unowned";
    return gcrm.svg(
      "svg",
      { viewBox: "0 0 20 20", width: 20, height: 20, "aria-hidden": "true" },
      ...(none
        ? [gcrm.svg("path", { d: "M10 1.5 19 18H1Z", fill: "#b3261e", stroke: "#ffffff", "stroke-width": 1.6, "stroke-linejoin": "round" }),
           gcrm.svg("path", { d: "M10 7.5V12.5M10 15V15.4", stroke: "#ffffff", "stroke-width": 2, "stroke-linecap": "round" })]
        : [7, 13].map((cx) => gcrm.svg("circle", { cx, cy: 10, r: 5.6, fill: "#ffffff", "fill-opacity": 0.75, stroke: "#b3261e", "stroke-width": 2.2 }))),
    );
  }

  /** A star for a place of one's own, a diamond for a competitor. */
  function placeSymbol(kind) {
    const star = kind === "yours";
    const d = star ? "M10 1 12.7 7.2 19.4 7.8 14.3 12.2 15.9 18.8 10 15.2 4.1 18.8 5.7 12.2 0.6 7.8 7.3 7.2Z" : "M10 3 17 10 10 17 3 10Z";
    return gcrm.svg(
      "svg",
      { viewBox: "0 0 20 20", width: 20, height: 20, "aria-hidden": "true" },
      gcrm.svg("path", { d, fill: star ? "#0b5cad" : "#ffffff", stroke: star ? "#ffffff" : "#1d2430", "stroke-width": 1.6, "stroke-linejoin": "round" }),
    );
  }

  const Regions = L.FeatureGroup.extend({
    initialize(options) {
      L.FeatureGroup.prototype.initialize.call(this, []);
      L.setOptions(this, options);
      this._measure = options.measure;
      this._layers = new Map();
      this._picked = new Set();
    },

    onAdd(map) {
      L.FeatureGroup.prototype.onAdd.call(this, map);
      this._select = gcrm.el("select", { "aria-label": say("Measure shown on the map"), onchange: () => gcrm.emit("measure", { measure: this._select.value }) });
      this._load = gcrm.loader(map, say("Loading regions"), (signal) => this._fetch(signal));
      gcrm.on("measure", ({ measure }) => this.show(measure));
      gcrm.on("hover", (detail) => detail.kind === "region" && detail.source !== "map" && this._light(detail.id));
      gcrm.on("select", (detail) => detail.kind === "region" && this._chosen(detail));
      gcrm.on("select", ({ kind, id, source }) => kind === "account" && source !== "map" && this._spot(id));
      gcrm.on("picked", ({ kind, ids }) => kind === "region" && this._pick(ids));
      gcrm.on("reload", () => this._load());
      map.gcrm.onTheme(() => this._answer && this.show(this._measure));
      map.on("zoomend", () => this._label());
      this._load();
    },

    async _fetch(signal) {
      this._answer = await gcrm.fetch(this.options.url, { signal });
      const { measures, regions } = this._answer;
      this.clearLayers();
      this._layers.clear();
      this._spots = new Map();
      if (!regions.features.length) {
        this._map.gcrm.show(say("No regions yet. Import some to see them here."));
        return;
      }
      if (!measures.some((measure) => measure.key === this._measure)) this._measure = measures[0].key;
      this._select.replaceChildren(...measures.map((measure) => gcrm.el("option", { value: measure.key, text: measure.label, selected: measure.key === this._measure })));
      if (!this._control && measures.length > 1) this._control = new gcrm.Choices(this._select).addTo(this._map);
      const shapes = L.geoJSON(regions, { onEachFeature: (feature, layer) => this._each(feature, layer) });
      this.addLayer(shapes);
      this._map.gcrm.fit(shapes.getBounds());
      this.show(this._measure);
      this._marks();
      this._places();
    },

    /** Accounts that stand out: in no territory, or in the regions of more than one. */
    _marks() {
      const marks = this._answer.marks || [];
      const states = new Map();
      for (const mark of marks) {
        states.set(mark.state, (states.get(mark.state) || 0) + 1);
        const marker = L.marker([mark.lat, mark.lon], { icon: gcrm.icon(markSymbol(mark.state), 20, { label: `${mark.name}, ${mark.state}` }), riseOnHover: true });
        marker.bindTooltip(() => gcrm.el("span", { text: `${mark.name}: ${mark.state}` }), { direction: "top", offset: [0, -8], className: "map-hint" });
        marker.on("mouseover", () => gcrm.emit("hover", { kind: "account", id: mark.id, source: "map" }));
        marker.on("mouseout", () => gcrm.emit("hover", { kind: "account", id: null, source: "map" }));
        marker.on("click", () => gcrm.emit("select", { kind: "account", id: mark.id, source: "map" }));
        this._spots.set(String(mark.id), marker);
        this.addLayer(marker);
      }
      const rows = [...states].map(([state, count]) => ({ symbol: markSymbol(state), text: say("Account, {state}", { state }), count: gcrm.number(count) }));
      this._map.gcrm.legend.section("marks", "", rows);
    },

    /** Places that regions are shared among: one's own and others, each with what it draws. */
    _places() {
      const places = this._answer.places || [];
      const counts = new Map();
      for (const place of places) {
        counts.set(place.kind, (counts.get(place.kind) || 0) + 1);
        const words = `${place.name}: ${place.words}`;
        const marker = L.marker([place.lat, place.lon], { icon: gcrm.icon(placeSymbol(place.kind), 20, { label: words }), riseOnHover: true, zIndexOffset: place.kind === "yours" ? 1000 : 0 });
        marker.bindTooltip(() => gcrm.el("span", { text: words }), { direction: "top", offset: [0, -8], className: "map-hint" });
        this.addLayer(marker);
      }
      const names = { yours: say("Your place"), rival: say("Competitor") };
      const rows = ["yours", "rival"].filter((kind) => counts.get(kind)).map((kind) => ({ symbol: placeSymbol(kind), text: names[kind], count: gcrm.number(counts.get(kind)) }));
      this._map.gcrm.legend.section("places", "", rows);
    },

    /** Outline the regions that are about to be changed. */
    _pick(ids) {
      this._picked = new Set(ids.map(String));
      this._light(null);
    },

    _each(feature, layer) {
      const { id, name } = feature.properties;
      this._layers.set(String(id), layer);
      layer.bindTooltip(() => gcrm.el("span", { text: `${name}: ${this._words(feature)}` }), { sticky: true, className: "map-hint" });
      layer.on("mouseover", () => this._say(id));
      layer.on("mouseout", () => this._say(null));
      layer.on("click", () => gcrm.emit("select", { kind: "region", id, source: "map" }));
      layer.on("add", () => {
        const element = layer.getElement();
        element.setAttribute("tabindex", "0");
        element.setAttribute("role", "button");
        element.addEventListener("focus", () => this._say(id));
        element.addEventListener("blur", () => this._say(null));
        element.addEventListener("keydown", (event) => {
          if (event.key !== "Enter" && event.key !== " ") return;
          event.preventDefault();
          gcrm.emit("select", { kind: "region", id, source: "map" });
        });
      });
    },

    _current() {
      return this._answer.measures.find((measure) => measure.key === this._measure);
    },

    _value(feature) {
      const value = feature.properties.values[this._measure];
      return value === undefined ? null : value;
    },

    _words(feature) {
      const measure = this._current();
      const value = this._value(feature);
      if (value === null) return measure.missing;
      return measure.kind === "category" ? String(value) : `${gcrm.number(value, measure.digits)}${measure.unit ? ` ${measure.unit}` : ""}`;
    },

    _fill(feature) {
      const measure = this._current();
      const value = this._value(feature);
      if (value === null) return NO_DATA;
      if (measure.kind === "category") return (measure.classes.find((one) => one.from === value) || {}).colour || NO_DATA;
      let chosen = measure.classes[0];
      for (const one of measure.classes) if (value >= one.from) chosen = one;
      return chosen.colour;
    },

    /** Colour the regions by another of the measures that were fetched. */
    show(measure) {
      this._measure = measure;
      if (!this._answer || !this._current()) return;
      this._select.value = measure;
      const line = gcrm.colour(this._map, "map-text-soft");
      for (const layer of this._layers.values()) {
        layer.setStyle({ fillColor: this._fill(layer.feature), fillOpacity: 0.78, color: line, weight: 1.2, opacity: 1 });
        const element = layer.getElement();
        if (element) element.setAttribute("aria-label", `${layer.feature.properties.name}: ${this._words(layer.feature)}`);
      }
      hatch(this._map);
      this._legend();
      this._label();
      this._light(gcrm.selected("region"));
      this._map.gcrm.announce(say("Regions by {label}", { label: window.gcrmSay.inSentence(this._current().label) }));
    },

    _legend() {
      const measure = this._current();
      const written = (value) => gcrm.number(value, measure.digits);
      const rows = measure.classes
        .filter((one) => one.count > 0)
        .map((one) => ({
          symbol: swatch(this._map, one.colour),
          text: measure.kind === "category" ? String(one.from) : one.from === one.to ? written(one.from) : say("{from} to {to}", { from: written(one.from), to: written(one.to) }),
          count: gcrm.counted(one.count, "region", "regions"),
        }));
      const missing = this._answer.regions.features.filter((feature) => this._value(feature) === null).length;
      if (missing) rows.push({ symbol: swatch(this._map, NO_DATA), text: measure.missing, count: gcrm.counted(missing, "region", "regions") });
      if (measure.grid) rows.splice(0, rows.length - (missing ? 1 : 0), { symbol: grid(this._map, measure.grid), text: "" });
      const note = measure.note ? ` (${measure.note})` : "";
      this._map.gcrm.legend.section("regions", `${measure.label}${measure.unit ? `, ${measure.unit}` : ""}${note}`, rows);
    },

    /** Name and value on every region that has room for them. */
    _label() {
      if (!this._answer || !this._current()) return;
      if (this._labels) this._labels.remove();
      this._labels = L.layerGroup();
      const taken = [];
      const largest = [...this._layers.values()].sort((a, b) => b.feature.properties.area_km2 - a.feature.properties.area_km2);
      for (const layer of largest) {
        const { name, at } = layer.feature.properties;
        const measure = this._current();
        const value = measure.grid ? "" : measure.kind === "category" ? this._value(layer.feature) || "" : this._value(layer.feature) === null ? "–" : gcrm.number(this._value(layer.feature), measure.digits);
        const spot = this._map.latLngToLayerPoint([at[1], at[0]]);
        const half = [Math.max(name.length, String(value).length) * 3.6 + 3, 16];
        const shape = layer.getElement() && layer.getElement().getBoundingClientRect();
        if (!shape || shape.width < half[0] * 1.3 || shape.height < half[1] * 1.4) continue;
        const box = [spot.x - half[0], spot.y - half[1], spot.x + half[0], spot.y + half[1]];
        if (taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])) continue;
        taken.push(box);
        const words = gcrm.el("div", { class: "map-label", "aria-hidden": "true", text: name }, gcrm.el("b", { text: value }));
        words.style.transform = "translate(-50%, -50%)";
        words.style.width = "max-content";
        this._labels.addLayer(L.marker([at[1], at[0]], { icon: L.divIcon({ className: "", html: words, iconSize: [0, 0] }), interactive: false, keyboard: false }));
      }
      this._labels.addTo(this._map);
    },

    _say(id) {
      gcrm.emit("hover", { kind: "region", id, source: "map" });
      this._light(id);
    },

    _light(id) {
      const chosen = gcrm.selected("region");
      const calm = gcrm.colour(this._map, "map-text-soft");
      const loud = gcrm.colour(this._map, "map-text");
      for (const [key, layer] of this._layers) {
        const picked = this._picked.has(key);
        const on = picked || key === String(id) || (!this._picked.size && key === String(chosen));
        layer.setStyle({ weight: on ? 3.5 : 1.2, color: on ? loud : calm, dashArray: picked ? "8 5" : null });
        if (on) layer.bringToFront();
      }
    },

    _spot(id) {
      const marker = this._spots && this._spots.get(String(id));
      if (!marker) return;
      gcrm.reveal(this._map, marker.getLatLng());
      marker.openTooltip();
    },

    _chosen({ id, source }) {
      const layer = this._layers.get(String(id));
      this._light(id);
      if (layer && source !== "map" && !this._map.getBounds().intersects(layer.getBounds())) this._map.fitBounds(layer.getBounds(), { padding: [28, 28] });
    },
  });

  gcrm.regions = (options) => new Regions(options);
})();
