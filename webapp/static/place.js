/* Fixing a place: what is chosen on the map or in a list goes into the form, with the nearest address in words. */
(function () {
  "use strict";

  const { say } = window.gcrmSay;
  const form = document.getElementById("pin-form");
  const words = document.getElementById("pin-words");
  const button = form.querySelector("button[type=submit]");
  let newest = 0;

  document.addEventListener("click", ({ target }) => {
    const chosen = target.closest("[data-pin-lon]");
    if (!chosen) return;
    const { pinLon, pinLat, pinLabel, pinLevel } = chosen.dataset;
    const detail = { lon: Number(pinLon), lat: Number(pinLat), label: pinLabel, level: pinLevel, source: "list" };
    document.dispatchEvent(new CustomEvent("gcrm:pin", { detail }));
  });

  async function nearest(lon, lat) {
    const mine = ++newest;
    try {
      const answer = await fetch(`${form.dataset.atUrl}?${new URLSearchParams({ lon, lat })}`, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (!answer.ok || mine !== newest) return;
      const { label, away, level } = await answer.json();
      words.textContent = label ? say("Nearest address: {label}, {away}.", { label, away }) : say("No address is known near there.");
      form.elements.label.value = level === "house" || !label ? label : `near ${label}`;
    } catch {
      /* without a connection the place itself is enough */
    }
  }

  document.addEventListener("gcrm:pin", ({ detail }) => {
    form.elements.lon.value = detail.lon;
    form.elements.lat.value = detail.lat;
    form.elements.level.value = detail.level || "house";
    form.elements.label.value = detail.label || "";
    button.disabled = false;
    // On a phone the map and the button stand above the list.
    if (detail.source === "list") form.scrollIntoView({ block: "nearest" });
    words.classList.remove("soft");
    for (const one of document.querySelectorAll("[data-pin-lon]")) {
      const same = Number(one.dataset.pinLon) === detail.lon && Number(one.dataset.pinLat) === detail.lat;
      one.classList.toggle("is-chosen", same);
    }
    if (detail.label) {
      newest += 1;
      words.textContent = detail.label;
    } else {
      words.textContent = `${detail.lat.toFixed(5)}, ${detail.lon.toFixed(5)}`;
      nearest(detail.lon, detail.lat);
    }
  });
})();
