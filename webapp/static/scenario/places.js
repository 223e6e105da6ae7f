/* The maps of a page are loaded after it: what draws on them waits for them. */

/** The places to draw in, in their order on the page, once every map of the page has one. */
export function places() {
  const wanted = [...document.querySelectorAll(".gcrm-map")].map(({ id }) => id);
  return new Promise((found) => {
    const look = () => {
      const known = (window.gcrm && window.gcrm.scenarioMaps) || [];
      if (known.length < wanted.length) return;
      document.removeEventListener("gcrm:scenario-map", look);
      found(wanted.map((id) => known.find(({ map }) => map.getContainer().id === id)));
    };
    document.addEventListener("gcrm:scenario-map", look);
    look();
  });
}
