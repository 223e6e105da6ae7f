/* A pin that is put where an account is: dragged, clicked to a place, or moved by a choice on the page. */
(function () {
  "use strict";

  const { say } = window.gcrmSay;

  const gcrm = window.gcrm;

  const pinSymbol = () =>
    gcrm.svg(
      "svg",
      { viewBox: "0 0 32 40", width: 32, height: 40 },
      gcrm.svg("path", { d: "M16 39C8 27 3 21 3 14a13 13 0 0 1 26 0c0 7-5 13-13 25z", fill: "#b3261e", stroke: "#ffffff", "stroke-width": 2 }),
      gcrm.svg("circle", { cx: 16, cy: 14, r: 5, fill: "#ffffff" }),
    );

  const numberSymbol = (text) =>
    gcrm.svg(
      "svg",
      { viewBox: "0 0 24 24", width: 24, height: 24 },
      gcrm.svg("circle", { cx: 12, cy: 12, r: 10.5, fill: "#ffffff", stroke: "#1d2430", "stroke-width": 2 }),
      gcrm.svg("text", { x: 12, y: 12.5, "text-anchor": "middle", "dominant-baseline": "central", "font-size": 13, "font-weight": 700, fill: "#1d2430", text }),
    );

  const Pin = L.FeatureGroup.extend({
    initialize(options) {
      L.FeatureGroup.prototype.initialize.call(this, []);
      L.setOptions(this, options);
    },

    onAdd(map) {
      L.FeatureGroup.prototype.onAdd.call(this, map);
      map.getContainer().style.cursor = "crosshair";
      map.on("click", (event) => this._put(event.latlng));
      map.getContainer().addEventListener("keydown", (event) => {
        if (event.key === "Enter" && event.target === map.getContainer()) this._put(map.getCenter());
      });
      gcrm.on("pin", ({ lon, lat, source }) => {
        if (source === "map") return;
        this._at = L.latLng(lat, lon);
        this._draw();
        gcrm.reveal(map, this._at);
      });
      map.gcrm.onTheme(() => this._draw());
      this._load = gcrm.loader(map, say("Loading the account"), async (signal) => {
        this._account = await gcrm.fetch(this.options.cardUrl, { signal });
        this._draw();
        this._view();
      });
      this._load();
    },

    _placed() {
      const account = this._account;
      return account && account.lon !== null && account.lon !== undefined ? L.latLng(account.lat, account.lon) : null;
    },

    _candidates() {
      return [...document.querySelectorAll("[data-pin-number]")].map(({ dataset }) => ({
        number: dataset.pinNumber, at: L.latLng(Number(dataset.pinLat), Number(dataset.pinLon)), label: dataset.pinLabel, level: dataset.pinLevel,
      }));
    },

    /** First all that may be meant; where there is nothing, the area with a word on what to do. */
    _view() {
      const box = L.latLngBounds(this._candidates().map(({ at }) => at));
      if (this._placed()) box.extend(this._placed());
      if (box.isValid()) this._map.gcrm.fit(box, { maxZoom: 17 });
      if (!this._placed()) this._map.gcrm.show(say("It has no place yet. Click where it is."));
    },

    _put(latlng) {
      this._at = latlng.wrap();
      this._map.gcrm.show("");
      this._draw();
      gcrm.emit("pin", { lon: Number(this._at.lng.toFixed(6)), lat: Number(this._at.lat.toFixed(6)), source: "map" });
    },

    _draw() {
      this.clearLayers();
      const map = this._map;
      const rows = [];
      const placed = this._placed();
      const here = this._at || placed;
      if (placed && this._at) {
        const symbol = () => gcrm.accountSymbol(map, this._account.flag, 24);
        this.addLayer(L.marker(placed, { icon: gcrm.icon(symbol(), 24, { label: say("Where it is now") }), interactive: false, keyboard: false }));
        this.addLayer(L.polyline([placed, this._at], { color: gcrm.colour(map, "map-text"), weight: 2, dashArray: "2 6", interactive: false }));
        rows.push({ symbol: symbol(), text: say("Where it is now") });
      }
      const candidates = this._candidates();
      for (const one of candidates) {
        const mark = L.marker(one.at, { icon: gcrm.icon(numberSymbol(one.number), 24, { label: say("Candidate {one}", { one: one.number }) }) });
        mark.on("click", () => gcrm.emit("pin", { lon: one.at.lng, lat: one.at.lat, label: one.label, level: one.level, source: "candidate" }));
        this.addLayer(mark);
      }
      if (candidates.length) rows.push({ symbol: numberSymbol("1"), text: say("Where its address may be") });
      if (here) {
        const icon = gcrm.icon(pinSymbol(), 32, { label: say("Pin; drag it to where the account is"), iconSize: [32, 40], iconAnchor: [16, 39] });
        const pin = L.marker(here, { icon, draggable: true, autoPan: true, zIndexOffset: 1000 });
        pin.on("dragend", () => this._put(pin.getLatLng()));
        this.addLayer(pin);
        rows.unshift({ symbol: pinSymbol(), text: say("Pin") });
      }
      map.gcrm.legend.section("pin", "", rows);
    },
  });

  gcrm.pin = (options) => new Pin(options);
})();
