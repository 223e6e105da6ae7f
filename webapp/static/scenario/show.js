/* Scenarios that are only looked at: two maps side by side. */
import { Drawing } from "./drawing.js";

for (const place of window.gcrm.scenarioMaps || []) new Drawing(place).load().catch(() => undefined); // the map says why
