/* A check-in: the account, and where the phone says it is, with the circle of its accuracy. */
(function () {
  "use strict";

  const { say } = window.gcrmSay;

  const gcrm = window.gcrm;

  const meSymbol = () =>
    gcrm.svg("svg", { viewBox: "0 0 20 20", width: 20, height: 20 }, gcrm.svg("circle", { cx: 10, cy: 10, r: 7, fill: "#0b5cad", stroke: "#ffffff", "stroke-width": 3 }));

  const CheckIn = L.FeatureGroup.extend({
    initialize(options) {
      L.FeatureGroup.prototype.initialize.call(this, []);
      L.setOptions(this, options);
    },

    onAdd(map) {
      L.FeatureGroup.prototype.onAdd.call(this, map);
      this._load = gcrm.loader(map, say("Loading the account"), async (signal) => {
        this._account = await gcrm.fetch(this.options.cardUrl, { signal });
        this._draw();
      });
      gcrm.on("position", (position) => {
        this._me = position;
        this._draw();
      });
      map.gcrm.onTheme(() => this._draw());
      this._load();
    },

    _draw() {
      const map = this._map;
      this.clearLayers();
      const rows = [];
      const account = this._account;
      const placed = account && account.lon !== null && account.lon !== undefined;
      const box = L.latLngBounds([]);
      if (placed) {
        const at = L.latLng(account.lat, account.lon);
        box.extend(at);
        this.addLayer(L.marker(at, { icon: gcrm.icon(gcrm.accountSymbol(map, account.flag, 30), 30, { label: account.name }), interactive: false, keyboard: false }));
        rows.push({ symbol: gcrm.accountSymbol(map, account.flag, 20), text: gcrm.accountWords(account.flag) });
      } else if (account) map.gcrm.show(say("This account has no place on the map yet."));
      if (this._me && this._me.lat !== undefined && this._me.lat !== null) {
        const { lat, lon, accuracy_m: accuracy } = this._me;
        const at = L.latLng(lat, lon);
        const circle = L.circle(at, { radius: Math.max(accuracy || 0, 3), color: gcrm.colour(map, "map-accent"), weight: 2, dashArray: "5 4", fillOpacity: 0.12, interactive: false });
        this.addLayer(circle);
        if (placed) {
          this.addLayer(L.polyline([at, [account.lat, account.lon]], { color: gcrm.colour(map, "map-text"), weight: 2, dashArray: "2 6", interactive: false }));
        }
        this.addLayer(L.marker(at, { icon: gcrm.icon(meSymbol(), 20, { label: say("My position") }), interactive: false, keyboard: false }));
        box.extend(circle.addTo(map).getBounds());
        rows.push({ symbol: meSymbol(), text: say("My position") });
        if (accuracy) {
          rows.push({
            symbol: gcrm.svg("svg", { viewBox: "0 0 22 22", width: 22, height: 22 }, gcrm.svg("circle", { cx: 11, cy: 11, r: 9, fill: "#0b5cad", "fill-opacity": 0.12, stroke: gcrm.colour(map, "map-accent"), "stroke-width": 2, "stroke-dasharray": "5 4" })),
            text: say("Accuracy, {accuracy}", { accuracy: gcrm.distance(accuracy) }),
          });
        }
        map.gcrm.announce(say("Position known within {accuracy}", { accuracy: gcrm.distance(accuracy || 0) }));
      }
      map.gcrm.fit(box, { maxZoom: 17 });
      map.gcrm.legend.section("check-in", "", rows);
    },
  });

  gcrm.checkIn = (options) => new CheckIn(options);
})();
