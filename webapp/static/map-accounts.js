/* Accounts as points: markers in clusters up to some thousands, one canvas beyond. 13 bytes a point, see maps/points.py. */
(function () {
  "use strict";

  const { say } = window.gcrmSay;

  const gcrm = window.gcrm;
  const PROSPECT = 1;
  const OVERDUE = 8;
  const APPROXIMATE = 16;
  const LETTERS = ["A", "B", "C"];
  const HIT_PX = 14;
  const rank = (flag) => (flag >> 1) & 3;
  const place = (points, i) => L.latLng(points.lat[i] / 1e7, points.lon[i] / 1e7);

  // --- One canvas for very many -----------------------------------------------------------------------------------

  const Canvas = L.Layer.extend({
    initialize(points) {
      this._points = points;
      this._x = new Float64Array(points.n);
      this._y = new Float64Array(points.n);
      for (let i = 0; i < points.n; i++) {
        const sin = Math.sin((points.lat[i] / 1e7) * (Math.PI / 180));
        this._x[i] = 256 * (points.lon[i] / 3.6e9 + 0.5);
        this._y[i] = 256 * (0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI));
      }
      // Those that matter less are drawn first, so that the others lie on top.
      const order = (flag) => (flag & OVERDUE ? 8 : 0) + (2 - rank(flag)) * 2 + (flag & PROSPECT ? 0 : 1);
      const buckets = new Map();
      for (let i = 0; i < points.n; i++) {
        const flag = points.flag[i];
        if (!buckets.has(flag)) buckets.set(flag, []);
        buckets.get(flag).push(i);
      }
      this._buckets = [...buckets].sort(([a], [b]) => order(a) - order(b)).map(([flag, rows]) => [flag, Uint32Array.from(rows)]);
    },
    onAdd(map) {
      this._canvas = gcrm.el("canvas", { class: "leaflet-zoom-animated", "aria-hidden": "true" });
      this.getPane().append(this._canvas);
      map.on("moveend resize", this._draw, this);
      map.on("zoomanim", this._zoom, this);
      this._draw();
    },
    onRemove(map) {
      map.off("moveend resize", this._draw, this);
      map.off("zoomanim", this._zoom, this);
      this._canvas.remove();
    },
    redraw() {
      this._draw();
    },
    _zoom(event) {
      const scale = this._map.getZoomScale(event.zoom, this._at.zoom);
      const offset = this._map._latLngToNewLayerPoint(this._at.corner, event.zoom, event.center);
      L.DomUtil.setTransform(this._canvas, offset, scale);
    },
    /** Pixels of the wrapped world nearest the view, so that points either side of the antimeridian meet. */
    _frame() {
      const map = this._map;
      const scale = 2 ** map.getZoom();
      const size = map.getSize();
      const pad = size.multiplyBy(0.15).round();
      const corner = map.containerPointToLayerPoint(pad.multiplyBy(-1));
      const origin = map.getPixelOrigin().add(corner);
      return { scale, size: size.add(pad.multiplyBy(2)), corner, origin, world: 256 * scale };
    },
    _sprite(flag, size, ratio) {
      const { diamond, fill, ink, line, letter, overdue } = gcrm.accountLook(this._map, flag);
      const box = Math.ceil(size + 8);
      const sprite = gcrm.el("canvas", { width: box * ratio, height: box * ratio });
      const pen = sprite.getContext("2d");
      pen.scale(ratio, ratio);
      pen.translate(box / 2, box / 2);
      const r = size / 2;
      pen.beginPath();
      if (diamond) {
        pen.moveTo(0, -r * 1.15);
        pen.lineTo(r * 1.15, 0);
        pen.lineTo(0, r * 1.15);
        pen.lineTo(-r * 1.15, 0);
        pen.closePath();
      } else pen.arc(0, 0, r, 0, 2 * Math.PI);
      pen.fillStyle = fill;
      pen.fill();
      pen.lineWidth = size > 9 ? 1.4 : 0.8;
      pen.strokeStyle = line;
      pen.stroke();
      if (size >= 16) {
        pen.fillStyle = ink;
        pen.font = `700 ${Math.round(size * 0.55)}px system-ui, sans-serif`;
        pen.textAlign = "center";
        pen.textBaseline = "middle";
        pen.fillText(letter, 0, 0.5);
      }
      if (overdue && size > 9) {
        pen.beginPath();
        pen.arc(r * 0.8, -r * 0.8, Math.max(2.6, size / 5), 0, 2 * Math.PI);
        pen.fillStyle = "#b3261e";
        pen.fill();
        pen.strokeStyle = "#ffffff";
        pen.lineWidth = 1;
        pen.stroke();
      }
      return { sprite, box };
    },
    _draw() {
      const map = this._map;
      const { scale, size, corner, origin, world } = this._frame();
      const ratio = Math.min(window.devicePixelRatio || 1, 2);
      const canvas = this._canvas;
      this._at = { zoom: map.getZoom(), corner: map.layerPointToLatLng(corner) };
      canvas.width = size.x * ratio;
      canvas.height = size.y * ratio;
      canvas.style.width = `${size.x}px`;
      canvas.style.height = `${size.y}px`;
      L.DomUtil.setTransform(canvas, corner, 1);
      const zoom = map.getZoom();
      const wide = zoom >= 17 ? 20 : zoom >= 15 ? 14 : zoom >= 13 ? 9 : zoom >= 11 ? 6 : 4.5;
      const pen = canvas.getContext("2d");
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      let seen = 0;
      for (const [flag, rows] of this._buckets) {
        const { sprite, box } = this._sprite(flag, wide + (2 - rank(flag)) * (wide > 9 ? 1 : 0.5), ratio);
        const half = box / 2;
        for (let k = 0; k < rows.length; k++) {
          const i = rows[k];
          let x = this._x[i] * scale - origin.x;
          x -= Math.floor((x + half) / world) * world;
          const y = this._y[i] * scale - origin.y;
          if (x > size.x + half || y < -half || y > size.y + half) continue;
          pen.drawImage(sprite, x - half, y - half, box, box);
          seen++;
        }
      }
      this.fire("drawn", { seen });
    },
    /** Row of the point nearest to a place on the container, within a thumb's width; -1 if none. */
    nearest(containerPoint) {
      const map = this._map;
      const scale = 2 ** map.getZoom();
      const world = 256 * scale;
      const at = map.containerPointToLayerPoint(containerPoint).add(map.getPixelOrigin());
      let best = -1;
      let least = HIT_PX * HIT_PX;
      for (let i = 0; i < this._points.n; i++) {
        const dy = this._y[i] * scale - at.y;
        if (dy > HIT_PX || dy < -HIT_PX) continue;
        let dx = this._x[i] * scale - at.x;
        dx -= Math.round(dx / world) * world;
        const square = dx * dx + dy * dy;
        if (square < least) {
          least = square;
          best = i;
        }
      }
      return best;
    },
  });

  // --- The layer --------------------------------------------------------------------------------------------------

  const Accounts = L.LayerGroup.extend({
    initialize(options) {
      L.LayerGroup.prototype.initialize.call(this, []);
      L.setOptions(this, options);
      this._cards = new Map();
      this._rows = new Map();
      this._markers = new Map();
      this._query = options.query || "";
      this._points = null;
    },

    onAdd(map) {
      L.LayerGroup.prototype.onAdd.call(this, map);
      this._load = gcrm.loader(map, say("Loading accounts"), (signal) => this._fetch(signal));
      map.gcrm.onTheme(() => this._draw());
      gcrm.on("filter", ({ query }) => this.filter(query || ""));
      gcrm.on("hover", (detail) => detail.kind === "account" && this._hovered(detail));
      gcrm.on("select", (detail) => detail.kind === "account" && detail.source !== "map" && this._chosen(detail.id));
      this._followForm();
      this._load();
    },

    /** Fetch the points of another query; the view stays. */
    filter(query) {
      if (query === this._query) return;
      this._query = query;
      this._load();
    },

    _followForm() {
      const form = this.options.form && document.querySelector(this.options.form);
      if (!form) return;
      const read = () => {
        const fields = [...new FormData(form)].filter(([name, value]) => value !== "" && name !== "csrf_token");
        return new URLSearchParams(fields).toString();
      };
      let pause = null;
      const changed = () => {
        clearTimeout(pause);
        pause = setTimeout(() => this.filter(read()), 250);
      };
      for (const name of ["input", "change", "reset"]) form.addEventListener(name, changed);
      this._query = read();
    },

    async _fetch(signal) {
      const join = this.options.url.includes("?") ? "&" : "?";
      const url = this._query ? this.options.url + join + this._query : this.options.url;
      this._points = gcrm.readPoints(await gcrm.fetch(url, { binary: true, signal }));
      this._rows.clear();
      for (let i = 0; i < this._points.n; i++) this._rows.set(this._points.id[i], i);
      const map = this._map;
      if (!map) return;
      if (this._points.n) map.gcrm.fit(this._bounds());
      this._draw();
      map.gcrm.announce(say("{accounts} on the map", { accounts: gcrm.counted(this._points.n, "account", "accounts") }));
      if (!this._points.n) setTimeout(() => map.gcrm.show(say("No account matches, or none is placed yet.")));
      const wanted = gcrm.selected("account") ?? this.options.select;
      if (wanted && this._rows.has(Number(wanted))) this._chosen(wanted, true);
    },

    /** What is shown first: the account that the page is about, else all. */
    _bounds() {
      const box = L.latLngBounds([]);
      const own = this._rows.get(this.options.select);
      if (own !== undefined) return box.extend(place(this._points, own));
      for (let i = 0; i < this._points.n; i++) box.extend(place(this._points, i));
      return box;
    },

    _draw() {
      if (!this._points || !this._map) return;
      const map = this._map;
      const focused = map.getContainer().contains(document.activeElement) && document.activeElement.classList.contains("map-marker");
      this.clearLayers();
      this._markers.clear();
      this._canvas = null;
      this._group = null;
      if (this._points.n > this.options.clusterUpTo) this._drawCanvas();
      else this._drawClusters();
      this._legend();
      if (focused) map.getContainer().focus({ preventScroll: true });
    },

    _drawClusters() {
      const map = this._map;
      const symbols = new Map();
      this._group = L.markerClusterGroup({
        maxClusterRadius: 46,
        disableClusteringAtZoom: 18,
        spiderfyOnMaxZoom: true,
        showCoverageOnHover: false,
        chunkedLoading: true,
        animate: !matchMedia("(prefers-reduced-motion: reduce)").matches,
        iconCreateFunction: (cluster) => {
          let prospects = 0;
          for (const marker of cluster.getAllChildMarkers()) prospects += marker.options.flag & PROSPECT;
          const n = cluster.getChildCount();
          const { symbol, size } = gcrm.clusterSymbol(n - prospects, prospects);
          return gcrm.icon(symbol, size, {
            label: say("{count} accounts: {customers}, {prospects}. Press Enter to zoom in", { count: n, customers: gcrm.counted(n - prospects, "customer", "customers"), prospects: gcrm.counted(prospects, "prospect", "prospects") }),
          });
        },
      });
      const markers = [];
      for (let i = 0; i < this._points.n; i++) {
        const flag = this._points.flag[i];
        if (!symbols.has(flag)) symbols.set(flag, gcrm.accountSymbol(map, flag, 24));
        const id = this._points.id[i];
        const marker = L.marker(place(this._points, i), {
          flag,
          icon: gcrm.icon(symbols.get(flag), 24, { label: gcrm.accountWords(flag) }),
          riseOnHover: true,
        });
        marker.on("mouseover focus", () => this._point(id));
        marker.on("mouseout blur", () => this._point(null));
        marker.on("click", () => this._pick(id));
        marker.on("keypress", (event) => event.originalEvent.key === "Enter" && this._pick(id));
        marker.on("add", () => marker.getElement().addEventListener("focus", () => this._point(id)));
        this._markers.set(id, marker);
        // The account that the page is about stands by itself, never inside a cluster.
        if (id === this.options.select) this.addLayer(marker.setZIndexOffset(1000));
        else markers.push(marker);
      }
      this._group.addLayers(markers);
      this._group.on("clusterkeypress", (event) => event.originalEvent.key === "Enter" && event.layer.zoomToBounds());
      this.addLayer(this._group);
    },

    _drawCanvas() {
      const map = this._map;
      this._canvas = new Canvas(this._points);
      this.addLayer(this._canvas);
      if (this._listening) return;
      this._listening = true;
      map.on("click", (event) => {
        const row = this._canvas ? this._canvas.nearest(event.containerPoint) : -1;
        if (row >= 0) this._pick(this._points.id[row]);
      });
      let frame = 0;
      map.on("mousemove", (event) => {
        cancelAnimationFrame(frame);
        frame = requestAnimationFrame(() => {
          const row = this._canvas ? this._canvas.nearest(event.containerPoint) : -1;
          map.getContainer().style.cursor = row >= 0 ? "pointer" : "";
          this._point(row >= 0 ? this._points.id[row] : null);
        });
      });
    },

    _legend() {
      const map = this._map;
      const counts = new Map();
      let overdue = 0;
      let approximate = 0;
      for (const flag of this._points.flag) {
        const plain = flag & ~(OVERDUE | APPROXIMATE);
        counts.set(plain, (counts.get(plain) || 0) + 1);
        if (flag & OVERDUE) overdue++;
        if (flag & APPROXIMATE) approximate++;
      }
      const order = [0, 2, 4, 1, 3, 5].filter((flag) => counts.has(flag));
      const rows = order.map((flag) => ({
        symbol: gcrm.accountSymbol(map, flag, 20),
        text: `${flag & PROSPECT ? say("Prospect") : say("Customer")}, ${LETTERS[rank(flag)]}`,
        count: gcrm.number(counts.get(flag)),
      }));
      const any = order[0] || 0;
      if (overdue) rows.push({ symbol: gcrm.accountSymbol(map, any | OVERDUE, 20), text: say("Visit overdue"), count: gcrm.number(overdue) });
      if (approximate && this._group) {
        rows.push({ symbol: gcrm.accountSymbol(map, any | APPROXIMATE, 20), text: say("Place not exact"), count: gcrm.number(approximate) });
      }
      if (this._group && this._points.n > 1) {
        rows.push({ symbol: gcrm.clusterSymbol(7, 3).symbol, text: say("Several; ring: customers, prospects") });
      }
      map.gcrm.legend.section("accounts", "", rows);
    },

    // Hover: a hint with the name, fetched once an account.
    _point(id) {
      if (id === this._over) return;
      this._over = id;
      clearTimeout(this._pause);
      if (this._hint) this._hint.remove();
      gcrm.emit("hover", { kind: "account", id, source: "map" });
      if (id === null) return;
      this._pause = setTimeout(async () => {
        const card = await this._card(id).catch(() => null);
        if (!card || this._over !== id || !this._map || !this._rows.has(id)) return;
        this._hint = L.tooltip({ direction: "top", offset: [0, -12], className: "map-hint" })
          .setLatLng(place(this._points, this._rows.get(id)))
          .setContent(gcrm.el("span", { text: card.name }))
          .addTo(this._map);
      }, 120);
    },

    _pick(id) {
      gcrm.emit("select", { kind: "account", id, source: "map" });
      this._open(id);
    },

    async _card(id) {
      if (!this._cards.has(id)) this._cards.set(id, gcrm.fetch(this.options.cardUrl.replace("{id}", id)));
      try {
        return await this._cards.get(id);
      } catch (fault) {
        this._cards.delete(id);
        throw fault;
      }
    },

    async _open(id) {
      const map = this._map;
      const row = this._rows.get(id);
      if (row === undefined) return;
      try {
        const account = await this._card(id);
        if (this._hint) this._hint.remove();
        const content = gcrm.accountCard(account);
        const popup = L.popup({ offset: [0, -8], maxWidth: 280, autoPanPadding: [24, 24] }).setLatLng(place(this._points, row)).setContent(content);
        popup.on("remove", () => this._halo && this._halo.remove());
        popup.openOn(map);
        map.gcrm.announce(`${account.name}. ${account.summary}`);
      } catch (fault) {
        map.gcrm.fail(fault.message, () => this._open(id));
      }
    },

    _mark(id) {
      if (this._halo) this._halo.remove();
      const row = id === null || id === undefined ? undefined : this._rows.get(Number(id));
      if (row === undefined) return;
      this._halo = L.circleMarker(place(this._points, row), {
        radius: 17, weight: 3, fill: false, color: gcrm.colour(this._map, "map-accent"), interactive: false, className: "map-ring",
      }).addTo(this._map);
    },

    _hovered(detail) {
      if (detail.source === "map") return;
      this._mark(detail.id ?? gcrm.selected("account"));
    },

    _chosen(id, quiet) {
      const row = this._rows.get(Number(id));
      if (row === undefined) {
        if (!quiet) this._map.gcrm.show(say("This account has no place on the map yet."));
        return;
      }
      const at = place(this._points, row);
      const show = () => {
        this._mark(id);
        if (!quiet) this._open(Number(id));
      };
      const marker = this._markers.get(Number(id));
      gcrm.reveal(this._map, at);
      if (marker && this._group && !quiet && this._map.getZoom() >= 18) this._group.zoomToShowLayer(marker, show);
      else show();
    },
  });

  gcrm.accounts = (options) => new Accounts(options);
})();
