/* The place on the page where a scenario is drawn: the modules below scenario/ take it from here. */
(function () {
  "use strict";

  const gcrm = window.gcrm;

  const Place = L.Layer.extend({
    initialize(options) {
      L.setOptions(this, options);
    },
    onAdd(map) {
      gcrm.scenarioMaps = [...(gcrm.scenarioMaps || []), { map, options: this.options }];
      document.dispatchEvent(new CustomEvent("gcrm:scenario-map"));
    },
    onRemove() {},
  });

  gcrm.scenarioMap = (options) => new Place(options);
})();
