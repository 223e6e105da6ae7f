/* The place on the page where accounts are drawn by their fields: the modules below accounts/ take it from here. */
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

  gcrm.fieldsMap = (options) => new Place(options);
})();
