/* Days on the road: numbered stops, legs on the streets, home and break; a colour, a line style and a label for each rep. */
(function () {
  "use strict";

  const { say } = window.gcrmSay;

  const gcrm = window.gcrm;

  // Okabe and Ito's colours, safe for the colour-blind, without yellow and black; with the text colour that reads on them.
  const REPS = [
    { colour: "#0072b2", ink: "#ffffff", dash: null },
    { colour: "#d55e00", ink: "#ffffff", dash: "14 6" },
    { colour: "#007a5a", ink: "#ffffff", dash: "3 7" },
    { colour: "#b5508a", ink: "#ffffff", dash: "14 6 3 6" },
    { colour: "#56b4e9", ink: "#10151b", dash: "22 5" },
    { colour: "#e69f00", ink: "#10151b", dash: "8 5" },
    { colour: "#6a51a3", ink: "#ffffff", dash: "2 4 10 4" },
    { colour: "#5d5d5d", ink: "#ffffff", dash: "5 3" },
  ];
  gcrm.repLook = (index) => REPS[index % REPS.length];

  function stopSymbol(look, text, state, size = 28) {
    const done = state === "done";
    return gcrm.svg(
      "svg",
      { viewBox: "0 0 28 28", width: size, height: size, class: "map-stop", "aria-hidden": "true" },
      gcrm.svg("circle", { cx: 14, cy: 14, r: 12, fill: done ? "#ffffff" : look.colour, stroke: done ? look.colour : "#ffffff", "stroke-width": 2.4 }),
      gcrm.svg("text", {
        x: 14, y: 14.4, "text-anchor": "middle", "dominant-baseline": "central", "font-size": text.length > 2 ? 10 : 13,
        "font-family": "system-ui, sans-serif", fill: done ? look.colour : look.ink, text,
      }),
      done ? gcrm.svg("path", { d: "M19 3.5 22.5 7 28 0.5", fill: "none", stroke: look.colour, "stroke-width": 2.6 }) : null,
    );
  }
  gcrm.stopSymbol = stopSymbol;

  function square(look, ...drawing) {
    return gcrm.svg(
      "svg",
      { viewBox: "0 0 28 28", width: 28, height: 28, "aria-hidden": "true" },
      gcrm.svg("rect", { x: 2, y: 2, width: 24, height: 24, rx: 6, fill: "#ffffff", stroke: look.colour, "stroke-width": 2.4 }),
      ...drawing.map((d) => gcrm.svg("path", { d, fill: "none", stroke: look.colour, "stroke-width": 2, "stroke-linejoin": "round", "stroke-linecap": "round" })),
    );
  }
  const homeSymbol = (look) => square(look, "M7 14.5 14 8l7 6.5", "M9 13.5V20h10v-6.5");
  const breakSymbol = (look) => square(look, "M8 11h10v5a4 4 0 0 1-4 4h-2a4 4 0 0 1-4-4Z", "M18 12.5h1.5a2 2 0 0 1 0 4H18", "M11 8V6.5M15 8V6.5");

  function lineSymbol(look) {
    return gcrm.svg(
      "svg",
      { viewBox: "0 0 30 10", width: 30, height: 10 },
      gcrm.svg("line", { x1: 0, y1: 5, x2: 30, y2: 5, stroke: look.colour, "stroke-width": 4, "stroke-dasharray": look.dash }),
    );
  }

  function arrowSymbol(look, turn) {
    return gcrm.svg(
      "svg",
      { viewBox: "0 0 14 14", width: 14, height: 14 },
      gcrm.svg("path", { d: "M3 2 12 7 3 12Z", fill: "#ffffff", stroke: look.colour, "stroke-width": 1.6, "stroke-linejoin": "round", transform: `rotate(${turn} 7 7)` }),
    );
  }

  const latlng = ([lon, lat]) => L.latLng(lat, lon);

  /** The middle of a line and its direction there in degrees, clockwise from east. */
  function middle(map, line) {
    const points = line.map((pair) => map.project(latlng(pair), 16));
    let rest = points.slice(1).reduce((sum, point, i) => sum + point.distanceTo(points[i]), 0) / 2;
    for (let i = 1; i < points.length; i++) {
      const reach = points[i].distanceTo(points[i - 1]);
      if (reach >= rest && reach > 0) {
        const ahead = points[i].subtract(points[i - 1]);
        const spot = points[i - 1].add(ahead.multiplyBy(rest / reach));
        return { at: map.unproject(spot, 16), turn: (Math.atan2(ahead.y, ahead.x) * 180) / Math.PI, room: points };
      }
      rest -= reach;
    }
    return null;
  }

  const DayRoutes = L.FeatureGroup.extend({
    initialize(options) {
      L.FeatureGroup.prototype.initialize.call(this, []);
      L.setOptions(this, options);
      this._parts = new Map();
      this._reps = new Map();
    },

    onAdd(map) {
      L.FeatureGroup.prototype.onAdd.call(this, map);
      this._load = gcrm.loader(map, say("Loading the route"), (signal) => this._fetch(signal));
      gcrm.on("hover", (detail) => ["stop", "rep"].includes(detail.kind) && detail.source !== "map" && this._light(detail));
      gcrm.on("select", (detail) => this._chosen(detail));
      gcrm.on("reload", ({ url }) => {
        if (url) this.options.url = url;
        this._load();
      });
      map.gcrm.onTheme(() => this._answer && this._draw());
      this._load();
    },

    async _fetch(signal) {
      this._answer = await gcrm.fetch(this.options.url, { signal });
      this._draw();
    },

    _draw() {
      const map = this._map;
      const { reps } = this._answer;
      this.clearLayers();
      this._parts.clear();
      this._reps.clear();
      const team = reps.length > 1;
      const bounds = L.latLngBounds([]);
      reps.forEach((rep) => this._drawRep(rep, team, bounds));
      map.gcrm.fit(bounds, { maxZoom: 15 });
      this._legend(reps, team);
      const stops = reps.reduce((sum, rep) => sum + rep.stops.length, 0);
      map.gcrm.announce(say("{stops} on the map", { stops: gcrm.counted(stops, "stop", "stops") }));
      if (!stops) map.gcrm.show(this._answer.empty || say("Nothing is planned for this day yet."));
      const chosen = gcrm.selected("rep");
      if (chosen) this._alone(chosen);
    },

    _add(rep, key, ...layers) {
      if (!this._reps.has(rep.key)) this._reps.set(rep.key, []);
      for (const layer of layers) {
        this._reps.get(rep.key).push(layer);
        this.addLayer(layer);
      }
      if (key) this._parts.set(key, layers);
    },

    _drawRep(rep, team, bounds) {
      const map = this._map;
      const look = gcrm.repLook(rep.colour);
      rep.legs.forEach((leg, i) => {
        if (leg.line.length < 2) return;
        const line = leg.line.map(latlng);
        line.forEach((point) => bounds.extend(point));
        const under = L.polyline(line, { color: gcrm.colour(map, "map-panel"), weight: 8, opacity: 0.9, interactive: false });
        const style = { color: look.colour, weight: 4.5, opacity: 1, dashArray: team ? look.dash : leg.guessed ? "4 8" : null, lineCap: team && look.dash ? "butt" : "round" };
        const drawn = L.polyline(line, style);
        const id = `${rep.key}:${i + 1}`;
        drawn.bindTooltip(() => gcrm.el("span", { text: `${team ? `${rep.name}: ` : ""}${leg.to}: ${gcrm.duration(leg.seconds)}, ${gcrm.distance(leg.metres)}` }), { sticky: true, className: "map-hint" });
        drawn.on("mouseover", () => this._say({ kind: "stop", id }));
        drawn.on("mouseout", () => this._say({ kind: "stop", id: null }));
        drawn.on("click", () => gcrm.emit("select", team ? { kind: "rep", id: rep.key, source: "map" } : { kind: "stop", id, source: "map" }));
        this._add(rep, `leg ${id}`, under, drawn);
        const half = middle(map, leg.line);
        if (half && leg.metres > 350) this._add(rep, null, L.marker(half.at, { icon: gcrm.icon(arrowSymbol(look, half.turn), 14), interactive: false, keyboard: false }));
      });

      if (rep.home) {
        const at = L.latLng(rep.home.lat, rep.home.lon);
        bounds.extend(at);
        const home = L.marker(at, { icon: gcrm.icon(homeSymbol(look), 28, { label: say("Home of {name}", { name: rep.name }) }), zIndexOffset: 300 });
        home.bindTooltip(() => gcrm.el("span", { text: rep.home.label }), { direction: "top", offset: [0, -12], className: "map-hint" });
        this._add(rep, null, home);
        if (team && !rep.untagged) {
          const tag = gcrm.el("div", { class: "map-tag" }, gcrm.el("span", { text: rep.name }));
          tag.style.color = look.colour;
          tag.style.width = "max-content";
          const label = L.marker(at, { icon: L.divIcon({ className: "", html: tag, iconSize: [0, 0], iconAnchor: [-18, 10] }), interactive: false, keyboard: false, zIndexOffset: 200 });
          this._add(rep, null, label);
        }
      }
      if (rep.break && rep.break.lat !== undefined) {
        const pause = L.marker([rep.break.lat, rep.break.lon], { icon: gcrm.icon(breakSymbol(look), 28, { label: say("Break, {start} to {end}", { start: rep.break.start, end: rep.break.end }), iconAnchor: [-4, 32] }), zIndexOffset: 100 });
        pause.bindTooltip(() => gcrm.el("span", { text: say("Break {start} to {end}", { start: rep.break.start, end: rep.break.end }) }), { direction: "top", className: "map-hint" });
        this._add(rep, null, pause);
      }
      for (const stop of rep.stops) {
        const id = `${rep.key}:${stop.position}`;
        const at = L.latLng(stop.lat, stop.lon);
        bounds.extend(at);
        const marker = L.marker(at, {
          icon: gcrm.icon(stopSymbol(look, String(stop.position), stop.state), 28, { label: say("Stop {position}{team}, {arrive}, {name}", { position: stop.position, team: team ? say(" of {name}", { name: rep.name }) : "", arrive: stop.arrive, name: stop.name }) }),
          zIndexOffset: 500,
          riseOnHover: true,
        });
        marker.bindPopup(() => this._card(rep, stop, team), { maxWidth: 280 });
        marker.bindTooltip(() => gcrm.el("span", { text: `${stop.position}. ${stop.arrive} ${stop.name}` }), { direction: "top", offset: [0, -12], className: "map-hint" });
        marker.on("mouseover", () => this._say({ kind: "stop", id }));
        marker.on("mouseout", () => this._say({ kind: "stop", id: null }));
        marker.on("popupopen", () => {
          marker.closeTooltip();
          if (!this._quiet) gcrm.emit("select", { kind: "stop", id, source: "map" });
        });
        this._add(rep, `stop ${id}`, marker);
      }
    },

    _card(rep, stop, team) {
      const href = stop.url && gcrm.safeUrl(stop.url);
      const drive = stop.navigate_url && gcrm.safeUrl(stop.navigate_url);
      return gcrm.el(
        "div",
        { class: "map-card" },
        gcrm.el("h3", { text: `${stop.position}. ${stop.name}` }),
        gcrm.el("p", { text: say("{start} to {leave}{team}", { start: stop.start, leave: stop.leave, team: team ? `, ${rep.name}` : "" }) }),
        stop.arrive !== stop.start ? gcrm.el("p", { class: "map-card-soft", text: say("Arrives {arrive}", { arrive: stop.arrive }) }) : null,
        stop.why ? gcrm.el("p", { class: "map-card-soft", text: stop.why }) : null,
        gcrm.el("nav", { "aria-label": say("This stop") }, href ? gcrm.el("a", { href, text: say("Open") }) : null, drive ? gcrm.el("a", { href: drive, text: say("Navigate") }) : null),
      );
    },

    _say(detail) {
      gcrm.emit("hover", { ...detail, source: "map" });
      this._light(detail);
    },

    _light(detail) {
      for (const layers of this._parts.values()) for (const layer of layers) this._toggle(layer, "is-hovered", false);
      if (detail.kind !== "stop" || detail.id === null) return;
      for (const key of [`stop ${detail.id}`, `leg ${detail.id}`]) {
        for (const layer of this._parts.get(key) || []) this._toggle(layer, "is-hovered", true);
      }
    },

    _toggle(layer, name, on) {
      const element = layer.getElement && layer.getElement();
      if (element) element.classList.toggle(name, on);
    },

    _chosen(detail) {
      if (detail.kind === "rep") this._alone(detail.id);
      if (detail.kind !== "stop" || detail.source === "map" || detail.id === null) return;
      const [marker] = this._parts.get(`stop ${detail.id}`) || [];
      if (!marker) return;
      gcrm.reveal(this._map, marker.getLatLng());
      this._quiet = true;
      marker.openPopup();
      this._quiet = false;
    },

    /** Dim every rep but one; null shows all again. */
    _alone(key) {
      for (const [rep, layers] of this._reps) {
        for (const layer of layers) this._toggle(layer, "is-dimmed", key !== null && String(key) !== rep);
      }
      const own = this._reps.get(String(key));
      if (!own) return;
      const box = L.latLngBounds([]);
      for (const layer of own) box.extend(layer.getBounds ? layer.getBounds() : layer.getLatLng());
      if (!this._map.getBounds().contains(box)) this._map.fitBounds(box, { padding: [28, 28], maxZoom: 15 });
    },

    _legend(reps, team) {
      const rows = [];
      const some = (test) => reps.find(test);
      if (team) {
        for (const rep of reps) {
          if (!rep.stops.length && !rep.home) continue;
          rows.push({ symbol: lineSymbol(gcrm.repLook(rep.colour)), text: rep.name, count: gcrm.counted(rep.stops.length, "stop", "stops") });
          // The same line beside the rep's name in the page's own table.
          for (const spot of document.querySelectorAll(`[data-rep-line="${CSS.escape(rep.key)}"]`)) spot.replaceChildren(lineSymbol(gcrm.repLook(rep.colour)));
        }
      }
      const first = some((rep) => rep.stops.length) || reps[0];
      if (!first) return this._map.gcrm.legend.section("day", "", rows);
      const look = gcrm.repLook(first.colour);
      const small = (symbol) => {
        symbol.setAttribute("width", 22);
        symbol.setAttribute("height", 22);
        return symbol;
      };
      const states = new Set(reps.flatMap((rep) => rep.stops.map((stop) => stop.state || "planned")));
      if (states.has("planned")) rows.push({ symbol: small(stopSymbol(look, "1", "planned")), text: say("Stop, in order") });
      if (states.has("done")) rows.push({ symbol: small(stopSymbol(look, "1", "done")), text: say("Stop, visited") });
      if (!team && first.legs.some((leg) => leg.line.length > 1 && !leg.guessed)) rows.push({ symbol: lineSymbol({ ...look, dash: null }), text: say("Drive on streets") });
      if (some((rep) => rep.legs.some((leg) => leg.guessed))) rows.push({ symbol: lineSymbol({ ...look, dash: "4 6" }), text: say("Straight line: no route known") });
      if (some((rep) => rep.home)) rows.push({ symbol: small(homeSymbol(look)), text: say("Home") });
      if (some((rep) => rep.break && rep.break.lat !== undefined)) rows.push({ symbol: small(breakSymbol(look)), text: say("Break") });
      return this._map.gcrm.legend.section("day", "", rows);
    },
  });

  gcrm.dayRoutes = (options) => new DayRoutes(options);
})();
