/* Scenarios that are only looked at: two maps side by side. */
import { places } from "./places.js";

const found = await places();
const { Drawing } = await import("./drawing.js"); // it needs the map's own scripts
for (const place of found) new Drawing(place).load().catch(() => undefined); // the map says why
