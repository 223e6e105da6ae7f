/* Catchment: the table beside the map, from the answer that the map fetched; a typed address puts the origin there. */
(function () {
  "use strict";

  const { say, counted, locale } = window.gcrmSay;
  const box = document.getElementById("catchment-table");
  const empty = document.getElementById("catchment-empty");
  const finding = document.getElementById("catchment-finding");
  const body = box.querySelector("tbody");
  const whole = new Intl.NumberFormat(locale(), { maximumFractionDigits: 0 });
  const NOTHING = "\u2013";
  const told = (value) => (value === null || value === undefined ? NOTHING : whole.format(value));

  function row({ properties: p }) {
    const line = document.createElement("tr");
    line.dataset.mapKind = "minutes";
    line.dataset.mapId = p.minutes;
    const head = document.createElement("th");
    head.scope = "row";
    head.textContent = `${p.minutes} min`;
    line.append(head);
    const area = p.area_km2 < 10 ? p.area_km2.toFixed(1) : whole.format(p.area_km2);
    const customers = p.customers ?? p.accounts - p.prospects;
    for (const text of [`${area} km²`, told(customers), told(p.prospects), told(p.people ?? p.population), told(p.points_of_interest)]) {
      const cell = document.createElement("td");
      cell.className = "number";
      cell.textContent = text;
      line.append(cell);
    }
    return line;
  }

  const more_inside = document.getElementById("catchment-more-inside");
  const sources = document.getElementById("catchment-sources");

  /** What is inside that the first table has no room for: a row a measure, a column an area; only what is known. */
  function showMore(features, { sales_source: sales, workplaces_source: by, not_known: unknown = [], times_of_day: times }) {
    const unit = sales && sales.currency ? `, ${sales.currency}` : "";
    const measures = [
      ["sales", say("Sales{unit}", { unit })],
      ["competitors", say("Competitors")],
      ["workplaces", by === "regions" ? say("Workplaces") : say("Businesses")],
      ["households", say("Households")],
      ["income", say("Income, mean")],
    ].filter(([key]) => features.some(({ properties: p }) => p[key] !== null && p[key] !== undefined));
    const cell = (tag, text, attributes = {}) => Object.assign(document.createElement(tag), { textContent: text, ...attributes });
    const head = document.createElement("tr");
    head.append(cell("th", say("Inside"), { scope: "col" }), ...features.map(({ properties: p }) => cell("th", `${p.minutes} min`, { scope: "col", className: "number" })));
    more_inside.tHead.replaceChildren(head);
    more_inside.tBodies[0].replaceChildren(
      ...measures.map(([key, label]) => {
        const line = document.createElement("tr");
        line.append(cell("th", label, { scope: "row" }), ...features.map(({ properties: p }) => cell("td", told(p[key]), { className: "number" })));
        return line;
      }),
    );
    const period = sales ? [`Sales: ${sales.period}.`] : [];
    const plain = (text) => text.replaceAll("`", "");
    sources.replaceChildren(...[...period, ...unknown, times].filter(Boolean).map((text) => cell("li", plain(text))));
  }

  const prospects = document.getElementById("catchment-prospects");
  const more = document.getElementById("catchment-more");

  function prospectRow({ account, name, address, priority, minutes }) {
    const line = document.createElement("tr");
    const head = document.createElement("th");
    head.scope = "row";
    const link = document.createElement("a");
    link.className = "name";
    link.href = prospects.dataset.accountUrl.replace(/0$/, account);
    link.textContent = name;
    const where = document.createElement("div");
    where.className = "small soft name";
    where.textContent = address || say("No address");
    head.append(link, where);
    const rank = document.createElement("td");
    const mark = document.createElement("span");
    mark.className = `priority priority-${priority}`;
    mark.textContent = priority;
    rank.append(mark);
    const plan = document.createElement("td");
    const visit = document.createElement("a");
    visit.href = `${link.href}#plan-a-visit`;
    visit.textContent = say("Plan a visit");
    plan.append(visit);
    const within = document.createElement("td");
    within.className = "number";
    within.textContent = `${minutes} min`;
    line.append(head, rank, within, plan);
    return line;
  }

  function showProspects({ best_prospects: best = [], prospects: all, minutes }) {
    prospects.querySelector("tbody").replaceChildren(...best.map(prospectRow));
    prospects.hidden = best.length === 0;
    more.textContent = all > best.length ? say("The {best} most worth a visit of {all} within {minutes} minutes.", { best: best.length, all: whole.format(all), minutes }) : "";
  }

  document.addEventListener("gcrm:catchment", ({ detail }) => {
    const features = [...detail.features].sort((a, b) => a.properties.minutes - b.properties.minutes);
    body.replaceChildren(...features.map(row));
    box.hidden = features.length === 0;
    empty.hidden = features.length > 0;
    const widest = features.at(-1);
    if (!widest) return;
    const { minutes, customers, prospects: n, people } = widest.properties;
    const first = people === null ? [] : [counted(people, "person", "people")];
    const found = say("{others} and {prospects} are within {minutes} minutes.", { others: [...first, counted(customers, "customer", "customers")].join(", "), prospects: counted(n, "prospect", "prospects"), minutes });
    finding.textContent = [found, detail.remark].filter(Boolean).join(" ");
    showProspects(widest.properties);
    showMore(features, detail);
  });

  // Places that are gathered to be compared; their names go along in the address.
  const add = document.getElementById("compare-add");
  const go = document.getElementById("compare-go");
  const list = document.getElementById("compared");
  const gathered = [];
  let here = null;

  function showGathered() {
    list.replaceChildren(...gathered.map((text) => Object.assign(document.createElement("li"), { textContent: text.split(",").slice(2).join(",") || text })));
    const query = new URLSearchParams(gathered.map((text) => ["at", text]));
    go.href = `${document.getElementById("comparison").dataset.url}?${query}`;
    go.hidden = gathered.length < 2;
    add.disabled = !here || gathered.includes(here());
    const shares = document.getElementById("shares-of");
    if (here) shares.href = `${shares.href.split("?")[0]}?${new URLSearchParams({ at: here() })}`;
  }

  add.addEventListener("click", () => {
    gathered.push(here());
    showGathered();
  });
  const home = document.getElementById("home-of");
  if (home) {
    home.addEventListener("change", () => {
      if (!home.value) return;
      const [lon, lat] = home.value.split(",").map(Number);
      const label = home.selectedOptions[0].textContent;
      document.dispatchEvent(new CustomEvent("gcrm:origin", { detail: { lon, lat, label, source: "list" } }));
    });
  }
  let label = "";
  document.addEventListener("gcrm:origin", ({ detail }) => {
    label = detail.label || "";
  });
  document.addEventListener("gcrm:catchment", ({ detail: { origin } }) => {
    const at = `${origin.lon.toFixed(6)},${origin.lat.toFixed(6)}`;
    here = () => [at, label || address.textContent.replace(/^(Nearest address:|Around) |, [^,]* away\.$|\.$/g, "")].filter(Boolean).join(",");
    showGathered();
  });

  // A place that was clicked is told by its nearest address.
  const address = document.getElementById("origin-address");
  document.addEventListener("gcrm:origin", async ({ detail: { lon, lat, source } }) => {
    address.textContent = "";
    if (source !== "map") return;
    try {
      const answer = await fetch(`${address.dataset.atUrl}?${new URLSearchParams({ lon, lat })}`, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      const { label, away } = answer.ok ? await answer.json() : {};
      address.textContent = label ? say("Nearest address: {label}, {away}.", { label, away }) : "";
    } catch {
      /* the map says that there is no connection */
    }
  });

  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-origin-lon]");
    if (!button) return;
    const detail = { lon: Number(button.dataset.originLon), lat: Number(button.dataset.originLat), label: button.textContent, source: "list" };
    document.dispatchEvent(new CustomEvent("gcrm:origin", { detail }));
  });
})();
