/* Potential: a click on a region of the map opens its potential customers. */
(function () {
  "use strict";
  document.addEventListener("gcrm:select", ({ detail }) => {
    if (detail.kind !== "region" || detail.source !== "map") return;
    const link = document.querySelector(`tr[data-map-kind="region"][data-map-id="${CSS.escape(String(detail.id))}"] th a`);
    if (link) window.location.assign(link.href);
  });
})();
