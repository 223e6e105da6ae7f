/* What every map shares: the map itself, fetching, events with the page, legend, messages, theme.
 * Text of accounts only ever passes through textContent. */
(function () {
  "use strict";

  const { say, counted, number } = window.gcrmSay;

  const gcrm = (window.gcrm = window.gcrm || {});
  const SVG = "http://www.w3.org/2000/svg";

  // --- Elements ---------------------------------------------------------------------------------------------------

  function fill(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (name === "text") element.textContent = value;
      else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else element.setAttribute(name, value === true ? "" : value);
    }
    for (const child of children) if (child) element.append(child);
    return element;
  }

  gcrm.el = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
  gcrm.svg = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

  /** An address to link to, or null: only pages, telephone numbers, e-mail addresses and geo positions. */
  gcrm.safeUrl = function (address) {
    try {
      const url = new URL(address, document.baseURI);
      return ["http:", "https:", "tel:", "mailto:", "geo:"].includes(url.protocol) ? url.href : null;
    } catch {
      return null;
    }
  };

  // --- Events with the page ---------------------------------------------------------------------------------------

  gcrm.emit = (name, detail) => document.dispatchEvent(new CustomEvent(`gcrm:${name}`, { detail }));
  gcrm.on = function (name, listener) {
    document.addEventListener(`gcrm:${name}`, (event) => listener(event.detail || {}));
    // What was said before this map was there (map-later.js).
    const missed = window.gcrmMissed && window.gcrmMissed[name];
    if (missed) setTimeout(() => listener(missed));
  };

  const same = (a, b) => a && b && a.kind === b.kind && String(a.id) === String(b.id);
  const state = { hover: null, select: null };
  gcrm.selected = (kind) => (state.select && state.select.kind === kind ? state.select.id : null);

  function tied(node) {
    const element = node instanceof Element ? node.closest("[data-map-kind]") : null;
    return element && { kind: element.dataset.mapKind, id: element.dataset.mapId, source: "list" };
  }

  function mark(name, className, detail) {
    state[name] = detail.id === null ? null : detail;
    for (const element of document.querySelectorAll(`[data-map-kind].${className}`)) element.classList.remove(className);
    if (detail.id === null || detail.id === undefined) return;
    const query = `[data-map-kind="${CSS.escape(detail.kind)}"][data-map-id="${CSS.escape(String(detail.id))}"]`;
    for (const element of document.querySelectorAll(query)) {
      element.classList.add(className);
      if (name === "select" && detail.source === "map") element.scrollIntoView({ block: "nearest" });
    }
  }

  function hover(event) {
    const now = tied(event.target);
    if (now && !same(now, state.hover)) gcrm.emit("hover", now);
  }
  function leave(event) {
    const before = tied(event.target);
    const next = tied(event.relatedTarget);
    if (before && !same(before, next)) gcrm.emit("hover", { kind: before.kind, id: null, source: "list" });
  }
  document.addEventListener("mouseover", hover);
  document.addEventListener("focusin", hover);
  document.addEventListener("mouseout", leave);
  document.addEventListener("focusout", leave);
  document.addEventListener("click", (event) => {
    const chosen = tied(event.target);
    if (chosen && !event.target.closest("summary, button")) gcrm.emit("select", chosen);
  });
  gcrm.on("hover", (detail) => mark("hover", "is-hovered", detail));
  gcrm.on("select", (detail) => mark("select", "is-selected", detail));
  document.addEventListener("htmx:afterSettle", () => {
    if (state.select) mark("select", "is-selected", { ...state.select, source: "list" });
  });

  // --- Theme ------------------------------------------------------------------------------------------------------

  gcrm.colour = (map, name) => getComputedStyle(map.getContainer()).getPropertyValue(`--${name}`).trim();

  function themed(listener) {
    let before = document.documentElement.dataset.bsTheme;
    new MutationObserver(() => {
      const now = document.documentElement.dataset.bsTheme;
      if (now !== before) listener();
      before = now;
    }).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
  }

  // --- Fetching ---------------------------------------------------------------------------------------------------

  const REMEDIES = {
    401: say("You are logged out. Log in again and come back."),
    403: say("You may not see this. Ask an administrator for the role."),
    404: say("It no longer exists. Reload the page."),
  };

  /** Fetch as JSON or bytes; what goes wrong comes as an Error whose message names the remedy. */
  gcrm.fetch = async function (url, { binary = false, signal } = {}) {
    let response;
    try {
      response = await fetch(url, { credentials: "same-origin", headers: { Accept: binary ? "*/*" : "application/json" }, signal });
    } catch (fault) {
      if (fault.name === "AbortError") throw fault;
      throw new Error(say("The server does not answer. Check the connection."), { cause: fault });
    }
    if (response.redirected && /log-?in/.test(response.url)) throw new Error(REMEDIES[401]);
    if (!response.ok) {
      let said = null;
      try {
        said = await response.json();
      } catch {
        said = null;
      }
      const words = said && [said.error, said.remedy].filter(Boolean).join(" ");
      throw new Error(words || REMEDIES[response.status] || say("The server answered {status}. Try again.", { status: response.status }));
    }
    return binary ? response.arrayBuffer() : response.json();
  };

  /** `load` once at a time for a map: the newest call wins, failures show with a button to try again. */
  gcrm.loader = function (map, busy, load) {
    let abort = null;
    const run = async function (...given) {
      if (abort) abort.abort();
      const mine = (abort = new AbortController());
      map.gcrm.busy(busy, true);
      try {
        const answer = await load(mine.signal, ...given);
        if (abort === mine) map.gcrm.busy(busy, false);
        return answer;
      } catch (fault) {
        if (fault.name === "AbortError") return undefined;
        map.gcrm.busy(busy, false);
        map.gcrm.fail(fault.message, () => run(...given));
        return undefined;
      }
    };
    return run;
  };

  // --- Words ------------------------------------------------------------------------------------------------------

  gcrm.number = number;
  gcrm.duration = function (seconds) {
    const minutes = Math.round(seconds / 60);
    if (minutes < 60) return `${minutes} min`;
    return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")}`;
  };
  gcrm.distance = (metres) => (metres < 950 ? `${Math.round(metres / 10) * 10} m` : `${gcrm.number(metres / 1000, metres < 9500 ? 1 : 0)} km`);
  gcrm.counted = counted;

  // --- Icons that say what they are -------------------------------------------------------------------------------

  gcrm.Icon = L.DivIcon.extend({
    options: { className: "map-marker", label: "", drawing: null, html: false },
    createIcon(old) {
      const element = L.DivIcon.prototype.createIcon.call(this, old);
      if (this.options.drawing) element.replaceChildren(this.options.drawing.cloneNode(true));
      if (this.options.label) {
        element.setAttribute("aria-label", this.options.label);
        element.setAttribute("role", "img"); // Leaflet makes it a button where it can be pressed
      }
      else element.setAttribute("aria-hidden", "true");
      return element;
    },
  });
  /** An icon of `drawing`, which is copied, so that markers may share one. */
  gcrm.icon = (drawing, size, options) =>
    new gcrm.Icon({ drawing, iconSize: [size, size], iconAnchor: [size / 2, size / 2], popupAnchor: [0, -size / 2], ...options });

  // --- Legend -----------------------------------------------------------------------------------------------------

  const Legend = L.Control.extend({
    options: { position: "bottomleft" },
    onAdd(map) {
      this._sections = new Map();
      this._body = gcrm.el("div");
      this._box = gcrm.el("details", { class: "map-legend", hidden: true }, gcrm.el("summary", { text: say("Legend") }), this._body);
      const box = map.getContainer();
      this._box.open = box.clientWidth > 600 && box.clientHeight > 360;
      L.DomEvent.disableClickPropagation(this._box).disableScrollPropagation(this._box);
      return this._box;
    },
    width() {
      return this._box.hidden || !this._box.open ? 0 : this._box.offsetWidth;
    },
    /** Show the section `key` with rows of {symbol, text, count}; without rows it goes. */
    section(key, title, rows) {
      if (rows && rows.length) this._sections.set(key, { title, rows });
      else this._sections.delete(key);
      this._body.replaceChildren();
      for (const { title: heading, rows: lines } of this._sections.values()) {
        if (heading) this._body.append(gcrm.el("h3", { text: heading }));
        const list = gcrm.el("ul");
        for (const line of lines) {
          list.append(
            gcrm.el(
              "li",
              {},
              gcrm.el("span", { class: "map-legend-symbol", "aria-hidden": "true" }, line.symbol),
              gcrm.el("span", { text: line.text }),
              line.count === undefined ? null : gcrm.el("span", { class: "map-legend-count", text: line.count }),
            ),
          );
        }
        this._body.append(list);
      }
      this._box.hidden = this._sections.size === 0;
      this._map.gcrm.settle();
    },
  });

  /** A row of buttons or a select on the map. */
  gcrm.Choices = L.Control.extend({
    options: { position: "topleft" },
    initialize(element, options) {
      L.setOptions(this, options);
      this._element = element;
    },
    onAdd() {
      const box = gcrm.el("div", { class: "map-choices" }, this._element);
      L.DomEvent.disableClickPropagation(box).disableScrollPropagation(box);
      return box;
    },
  });

  // --- The map ----------------------------------------------------------------------------------------------------

  const ATTRIBUTION =
    say('© <a href="https://www.openstreetmap.org/copyright" rel="noopener">OpenStreetMap contributors</a>, ODbL');

  function readView(key) {
    try {
      return JSON.parse(sessionStorage.getItem(key));
    } catch {
      return null;
    }
  }

  function bounds([west, south, east, north]) {
    return L.latLngBounds([south, west], [north, east < west ? east + 360 : east]);
  }

  gcrm.map = function (id, settings) {
    const map = L.map(id, { minZoom: 3, maxZoom: 19, zoomSnap: 0.5, attributionControl: false, worldCopyJump: true });
    const box = map.getContainer();
    const key = settings.key && `gcrm-view:${settings.key}`;
    let kept = Boolean(key && readView(key));
    let wanted = settings.bbox ? bounds(settings.bbox) : null;
    let moved = false;
    let how = {};

    L.control.attribution({ position: "bottomright", prefix: false }).addAttribution(ATTRIBUTION).addTo(map);
    L.control.scale({ position: "bottomright", imperial: false }).addTo(map);
    const legend = new Legend().addTo(map);

    const status = gcrm.el("div", { class: "map-unseen", "aria-live": "polite" });
    const words = gcrm.el("span");
    const again = gcrm.el("button", { type: "button", text: say("Try again") });
    const message = gcrm.el("div", { class: "map-message", hidden: true, role: "status" }, words, again);
    box.append(status, message);
    L.DomEvent.disableClickPropagation(message);

    let waiting = null;
    map.gcrm = {
      settings,
      legend,
      /** Say it to those who do not see the map. */
      announce: (text) => (status.textContent = text),
      /** Show a sentence on the map until the next one; an empty text takes it away. */
      show(text) {
        clearTimeout(waiting);
        words.textContent = text;
        again.hidden = true;
        message.classList.remove("is-error");
        message.hidden = !text;
      },
      busy(text, on) {
        clearTimeout(waiting);
        if (on) waiting = setTimeout(() => map.gcrm.show(`${text} …`), 400);
        else map.gcrm.show("");
      },
      fail(text, retry) {
        map.gcrm.show(text);
        again.hidden = !retry;
        again.onclick = retry;
        message.classList.add("is-error");
      },
      /** First view of what was loaded; never moves a map that somebody has moved, or whose view was kept. */
      fit(box_, options) {
        if (kept || moved || !box_.isValid()) return;
        wanted = box_;
        map.gcrm.refit(options);
      },
      refit(options = how) {
        how = options;
        if (!wanted || !box.clientWidth) return;
        // The legend lies on the map: what is shown first lies beside it, where there is room for both.
        const beside = legend.width() + 16;
        const left = box.clientWidth - beside > 300 ? Math.max(beside, 28) : 28;
        map.fitBounds(wanted, { paddingTopLeft: [left, map.gcrm.top()], paddingBottomRight: [28, 28], maxZoom: 16, animate: false, ...options });
      },
      /** Pixels at the top that a control covers from side to side. */
      top: () => Math.max(28, box.querySelector(".leaflet-top.leaflet-left").offsetHeight + 16),
      /** Once more, after the legend has changed its size. */
      settle: () => wanted && !kept && !moved && map.gcrm.refit(),
      onTheme: (listener) => themed(listener),
    };

    if (kept) {
      const { lat, lng, zoom } = readView(key);
      map.setView([lat, lng], zoom, { animate: false });
    } else if (wanted) map.fitBounds(wanted, { animate: false });
    else map.setView([20, 0], 3);

    const touched = () => (moved = true);
    box.addEventListener("pointerdown", touched);
    box.addEventListener("wheel", touched, { passive: true });
    box.addEventListener("keydown", touched);
    map.on("moveend", () => {
      if (!key || !moved) return;
      const { lat, lng } = map.getCenter();
      sessionStorage.setItem(key, JSON.stringify({ lat, lng, zoom: map.getZoom() }));
    });

    let width = box.clientWidth;
    new ResizeObserver(() => {
      map.invalidateSize({ animate: false });
      if (!moved && !kept && Math.abs(box.clientWidth - width) > 40) map.gcrm.refit();
      width = box.clientWidth;
    }).observe(box);

    gcrm.maps = [...(gcrm.maps || []), map];
    return map;
  };

  /** Bring a place into view without changing the zoom, and only if it is out of view. */
  gcrm.reveal = function (map, latlng) {
    if (!map.getBounds().pad(-0.08).contains(latlng)) map.panTo(latlng);
  };
})();
