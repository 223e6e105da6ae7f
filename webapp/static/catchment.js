/* Catchment: the table beside the map, from the answer that the map fetched; a typed address puts the origin there. */
(function () {
  "use strict";
  const box = document.getElementById("catchment-table");
  const empty = document.getElementById("catchment-empty");
  const finding = document.getElementById("catchment-finding");
  const body = box.querySelector("tbody");
  const whole = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
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

  document.addEventListener("gcrm:catchment", ({ detail }) => {
    const features = [...detail.features].sort((a, b) => a.properties.minutes - b.properties.minutes);
    body.replaceChildren(...features.map(row));
    box.hidden = features.length === 0;
    empty.hidden = features.length > 0;
    const widest = features.at(-1);
    if (!widest) return;
    const { minutes, prospects, area_km2: area } = widest.properties;
    finding.textContent =
      area > 0
        ? `${whole.format(prospects)} ${prospects === 1 ? "prospect is" : "prospects are"} within ${minutes} minutes.`
        : "No road is near that place: choose one closer to a street.";
  });

  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-origin-lon]");
    if (!button) return;
    const detail = { lon: Number(button.dataset.originLon), lat: Number(button.dataset.originLat), source: "list" };
    document.dispatchEvent(new CustomEvent("gcrm:origin", { detail }));
  });
})();
