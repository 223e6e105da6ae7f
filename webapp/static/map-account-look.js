/* How accounts look on every map: reading the bytes of maps/points.py, symbols, and the card of one account. */
(function () {
  "use strict";

  const { say } = window.gcrmSay;

  const gcrm = window.gcrm;
  const PROSPECT = 1;
  const OVERDUE = 8;
  const APPROXIMATE = 16;
  const LETTERS = ["A", "B", "C"];

  // --- Reading ----------------------------------------------------------------------------------------------------

  /** {n, lon, lat, id, flag} from the bytes that maps/points.py packs. */
  gcrm.readPoints = function (buffer) {
    const head = new DataView(buffer);
    if (buffer.byteLength < 8 || head.getUint32(0, false) !== 0x47434131) {
      throw new Error(say("The points came in a form that this page does not know. Reload the page."));
    }
    const n = head.getUint32(4, true);
    return {
      n,
      lon: new Int32Array(buffer, 8, n),
      lat: new Int32Array(buffer, 8 + 4 * n, n),
      id: new Uint32Array(buffer, 8 + 8 * n, n),
      flag: new Uint8Array(buffer, 8 + 12 * n, n),
    };
  };

  const rank = (flag) => (flag >> 1) & 3;

  gcrm.accountWords = (flag) =>
    say("{kind}, priority {priority}", { kind: flag & PROSPECT ? say("Prospect") : say("Customer"), priority: LETTERS[rank(flag)] }) +
    `${flag & OVERDUE ? ", overdue" : ""}${flag & APPROXIMATE ? ", place not exact" : ""}`;

  // --- Looks ------------------------------------------------------------------------------------------------------

  gcrm.accountLook = function (map, flag) {
    const kind = flag & PROSPECT ? "prospect" : "customer";
    const step = "abc"[rank(flag)];
    return {
      diamond: Boolean(flag & PROSPECT),
      fill: gcrm.colour(map, `${kind}-${step}`),
      ink: step === "a" ? "#ffffff" : gcrm.colour(map, `${kind}-ink`),
      line: gcrm.colour(map, `${kind}-${step === "a" ? "ink" : "a"}`),
      letter: LETTERS[rank(flag)],
      overdue: Boolean(flag & OVERDUE),
      approximate: Boolean(flag & APPROXIMATE),
    };
  };

  /** The symbol of an account as SVG, `size` pixels wide. */
  gcrm.accountSymbol = function (map, flag, size = 24) {
    const { diamond, fill, ink, line, letter, overdue, approximate } = gcrm.accountLook(map, flag);
    const shape = diamond
      ? gcrm.svg("path", { d: "M12 0.8 23.2 12 12 23.2 0.8 12Z" })
      : gcrm.svg("circle", { cx: 12, cy: 12, r: 10.2 });
    shape.setAttribute("fill", fill);
    shape.setAttribute("stroke", line);
    shape.setAttribute("stroke-width", 1.8);
    if (approximate) shape.setAttribute("stroke-dasharray", "3.5 2.5");
    const text = gcrm.svg("text", {
      x: 12, y: 12.3, fill: ink, "text-anchor": "middle", "dominant-baseline": "central", "font-size": 12, "font-weight": 700,
      "font-family": "system-ui, sans-serif", text: letter,
    });
    const badge = overdue
      ? gcrm.svg(
          "g",
          {},
          gcrm.svg("circle", { cx: 20.5, cy: 3.5, r: 5.2, fill: "#b3261e", stroke: "#ffffff", "stroke-width": 1.4 }),
          gcrm.svg("path", { d: "M20.5 0.9V4.2M20.5 5.7V6.2", stroke: "#ffffff", "stroke-width": 1.6, "stroke-linecap": "round" }),
        )
      : null;
    return gcrm.svg("svg", { viewBox: "0 0 24 24", width: size, height: size, "aria-hidden": "true" }, shape, text, badge);
  };

  gcrm.clusterSymbol = function (customers, prospects) {
    const n = customers + prospects;
    const size = n < 10 ? 34 : n < 100 ? 40 : n < 1000 ? 46 : 54;
    const radius = size / 2 - 4;
    const around = 2 * Math.PI * radius;
    const arc = (name, from, share) =>
      share > 0
        ? gcrm.svg("circle", {
            class: name, cx: size / 2, cy: size / 2, r: radius, fill: "none", "stroke-width": 5,
            "stroke-dasharray": `${share * around} ${around}`, "stroke-dashoffset": -from * around,
            transform: `rotate(-90 ${size / 2} ${size / 2})`,
          })
        : null;
    const share = n ? customers / n : 0;
    return {
      size,
      symbol: gcrm.svg(
        "svg",
        { viewBox: `0 0 ${size} ${size}`, width: size, height: size, "aria-hidden": "true" },
        gcrm.svg("circle", { class: "map-cluster-body", cx: size / 2, cy: size / 2, r: size / 2 - 1 }),
        arc("map-cluster-customer", 0, share),
        arc("map-cluster-prospect", share, 1 - share),
        gcrm.svg("text", {
          class: "map-cluster-count", x: size / 2, y: size / 2 + 0.5, "text-anchor": "middle", "dominant-baseline": "central",
          text: n < 10000 ? String(n) : `${Math.round(n / 1000)}k`,
        }),
      ),
    };
  };

  // --- The card of one account ------------------------------------------------------------------------------------

  function link(address, words) {
    const href = address && gcrm.safeUrl(address);
    return href ? gcrm.el("a", { href, text: words }) : null;
  }

  /** An account as a card; every word of it goes in as text. */
  gcrm.accountCard = function (account) {
    return gcrm.el(
      "div",
      { class: "map-card" },
      gcrm.el("h3", { text: account.name }),
      gcrm.el("p", { class: "map-card-soft", text: account.summary }),
      account.due ? gcrm.el("p", { class: account.overdue ? "map-card-late" : "", text: account.due }) : null,
      account.address ? gcrm.el("p", { text: account.address }) : null,
      account.placed ? gcrm.el("p", { class: "map-card-soft", text: account.placed }) : null,
      gcrm.el(
        "nav",
        { "aria-label": say("This account") },
        link(account.url, say("Open")),
        link(account.phone_url, say("Call")),
        link(account.check_in_url, say("Check in")),
        link(account.navigate_url, say("Navigate")),
      ),
    );
  };
})();
