/* The areas within so many minutes by car of a place that is clicked, nested, the farthest below. */
(function () {
  "use strict";

  const { say } = window.gcrmSay;

  const gcrm = window.gcrm;

  // Viridis, from near to far, with line styles so that colour is not alone.
  const STEPS = [
    { colour: "#440154", dash: null },
    { colour: "#31688e", dash: "10 5" },
    { colour: "#35b779", dash: "3 5" },
    { colour: "#b8a800", dash: "10 4 2 4" },
  ];
  const DARK = ["#c39bd3", "#7fb2dd", "#5fd79b", "#f0e442"];

  const Catchment = L.FeatureGroup.extend({
    initialize(options) {
      L.FeatureGroup.prototype.initialize.call(this, []);
      L.setOptions(this, options);
      this._minutes = new Set(options.minutes);
      this._origin = options.origin;
    },

    onAdd(map) {
      L.FeatureGroup.prototype.onAdd.call(this, map);
      this._ask = gcrm.loader(map, say("Driving every street"), (signal) => this._fetch(signal));
      this._choices();
      map.getContainer().style.cursor = "crosshair";
      map.on("click", (event) => this._from(event.latlng));
      map.getContainer().addEventListener("keydown", (event) => {
        if (event.key === "Enter" && event.target === map.getContainer()) this._from(map.getCenter());
      });
      gcrm.on("origin", ({ lon, lat, source }) => source !== "map" && this._from(L.latLng(lat, lon), true));
      gcrm.on("minutes", ({ minutes }) => this._show(minutes));
      gcrm.on("hover", (detail) => detail.kind === "minutes" && detail.source !== "map" && this._light(detail.id));
      map.gcrm.onTheme(() => this._draw());
      if (this._origin) this._from(L.latLng(this._origin[1], this._origin[0]), true);
      else map.gcrm.show(say("Click on the map to see what is within reach. With the keyboard: move the map, then press Enter."));
    },

    _look(minutes) {
      const rank = [...this.options.minutes].sort((a, b) => a - b).indexOf(minutes);
      const look = STEPS[Math.max(rank, 0) % STEPS.length];
      const dark = document.documentElement.dataset.bsTheme === "dark";
      return { ...look, colour: dark ? DARK[Math.max(rank, 0) % DARK.length] : look.colour };
    },

    _choices() {
      const row = gcrm.el("div", { role: "group", "aria-label": say("Minutes by car") });
      for (const minutes of this.options.minutes) {
        const button = gcrm.el("button", {
          type: "button", text: `${minutes} min`, "aria-pressed": "true", "data-minutes": minutes,
          onclick: () => {
            const chosen = new Set(this._minutes);
            if (!chosen.delete(minutes)) chosen.add(minutes);
            if (chosen.size) gcrm.emit("minutes", { minutes: [...chosen].sort((a, b) => a - b) });
          },
        });
        row.append(button, " ");
      }
      this._buttons = row;
      new gcrm.Choices(row, { position: "topleft" }).addTo(this._map);
    },

    _show(minutes) {
      this._minutes = new Set(minutes);
      for (const button of this._buttons.querySelectorAll("button")) button.setAttribute("aria-pressed", String(this._minutes.has(Number(button.dataset.minutes))));
      this._draw();
    },

    _from(latlng, quiet) {
      const at = latlng.wrap();
      this._origin = [Number(at.lng.toFixed(6)), Number(at.lat.toFixed(6))];
      this._answer = null;
      this._draw();
      if (!quiet) gcrm.emit("origin", { lon: this._origin[0], lat: this._origin[1], source: "map" });
      this._ask();
    },

    async _fetch(signal) {
      const [lon, lat] = this._origin;
      const query = new URLSearchParams({ lon, lat, minutes: this.options.minutes.join(",") });
      this._answer = await gcrm.fetch(`${this.options.url}?${query}`, { signal });
      this._draw();
      gcrm.emit("catchment", this._answer);
      const map = this._map;
      const first = !this._seen;
      this._seen = true;
      if (first && this._areas) map.fitBounds(this._areas.getBounds(), { paddingTopLeft: [28, map.gcrm.top()], paddingBottomRight: [28, 28] });
      map.gcrm.announce(this._answer.features.map(({ properties: p }) => say("{minutes} minutes: {accounts} accounts", { minutes: p.minutes, accounts: p.accounts })).join(". "));
    },

    _draw() {
      this.clearLayers();
      this._shapes = new Map();
      this._areas = null;
      const map = this._map;
      const rows = [];
      if (this._answer) {
        const shown = this._answer.features.filter(({ properties, geometry }) => this._minutes.has(properties.minutes) && geometry && geometry.coordinates.length);
        shown.sort((a, b) => b.properties.minutes - a.properties.minutes);
        this._areas = L.featureGroup();
        for (const feature of shown) {
          const { minutes, accounts, prospects } = feature.properties;
          const look = this._look(minutes);
          const shape = L.geoJSON(feature, { style: { color: look.colour, weight: 2.6, opacity: 1, dashArray: look.dash, fillColor: look.colour, fillOpacity: 0.14 }, bubblingMouseEvents: true });
          shape.on("mouseover", () => this._say(minutes));
          shape.on("mouseout", () => this._say(null));
          this._shapes.set(String(minutes), shape);
          this._areas.addLayer(shape);
          const top = highest(feature.geometry);
          const tag = gcrm.el("div", { class: "map-tag", "aria-hidden": "true" }, gcrm.el("span", { text: `${minutes} min` }));
          tag.style.color = look.colour;
          tag.style.transform = "translate(-50%, -50%)";
          tag.style.width = "max-content";
          this._areas.addLayer(L.marker([top[1], top[0]], { icon: L.divIcon({ className: "", html: tag, iconSize: [0, 0] }), interactive: false, keyboard: false }));
          rows.unshift({
            symbol: gcrm.svg("svg", { viewBox: "0 0 28 18", width: 28, height: 18 }, gcrm.svg("rect", { x: 1.5, y: 1.5, width: 25, height: 15, fill: look.colour, "fill-opacity": 0.2, stroke: look.colour, "stroke-width": 2.4, "stroke-dasharray": look.dash })),
            text: say("Within {minutes} min", { minutes }),
            count: `${gcrm.number(accounts)} / ${gcrm.number(prospects)}`,
          });
        }
        this.addLayer(this._areas);
        if (!shown.length) map.gcrm.show(say("No street is within reach of this place."));
      }
      const pin = () =>
        gcrm.svg(
          "svg",
          { viewBox: "0 0 26 26", width: 26, height: 26 },
          gcrm.svg("circle", { cx: 13, cy: 13, r: 8, fill: "#ffffff", stroke: "#1d2430", "stroke-width": 3 }),
          gcrm.svg("path", { d: "M13 0V9M13 17V26M0 13H9M17 13H26", stroke: "#1d2430", "stroke-width": 2.4 }),
        );
      if (this._origin) {
        const mark = L.marker([this._origin[1], this._origin[0]], { icon: gcrm.icon(pin(), 26, { label: say("Start; drag to move it") }), draggable: true, zIndexOffset: 1000 });
        mark.on("dragend", () => this._from(mark.getLatLng()));
        this.addLayer(mark);
        rows.unshift({ symbol: pin(), text: say("Start") });
      }
      map.gcrm.legend.section("catchment", rows.length > 1 ? say("By car: accounts / of them prospects") : "", rows);
    },

    _say(minutes) {
      gcrm.emit("hover", { kind: "minutes", id: minutes, source: "map" });
      this._light(minutes);
    },

    _light(minutes) {
      for (const [key, shape] of this._shapes || []) shape.setStyle({ fillOpacity: key === String(minutes) ? 0.34 : 0.14 });
    },
  });

  /** The northernmost point of an area, where its label stands. */
  function highest(geometry) {
    const rings = geometry.type === "Polygon" ? geometry.coordinates : geometry.coordinates.map((polygon) => polygon[0]);
    return rings.flat().reduce((best, point) => (point[1] > best[1] ? point : best));
  }

  gcrm.catchment = (options) => new Catchment(options);
})();
