/* What this app takes of the device, from when it is, and whether the browser may throw it away. */
import { counted, locale, say } from "../say.js";

/** Bytes as a person reads them. */
export function size(bytes) {
  if (!Number.isFinite(bytes)) return "";
  if (bytes < 950e3) return `${Math.max(1, Math.round(bytes / 1e3))} kB`;
  return bytes < 950e6 ? `${(bytes / 1e6).toFixed(bytes < 9.5e6 ? 1 : 0)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** Share of the room from which on a person is warned that there will be none. */
export const NEARLY_FULL = 0.9;

/** Sentences about what is kept. usage, quota: as navigator.storage.estimate says; persisted: its answer; tiles: a number;
 * kept: when the list of pages was kept, as text, "" for never. */
export function words({ usage, quota, persisted, tiles, kept }) {
  const said = [kept ? say("Saved for when you are offline: {kept}.", { kept }) : say("Nothing is saved for when you are offline yet. Open your day.")];
  if (tiles) said.push(say("{tiles} map tiles.", { tiles }));
  if (Number.isFinite(usage)) said.push(say("Uses {usage}{quota}.", { usage: size(usage), quota: Number.isFinite(quota) && quota ? say(" of the {quota} available to it", { quota: size(quota) }) : "" }));
  if (Number.isFinite(usage) && quota && usage > NEARLY_FULL * quota) said.push(say("Space is nearly used up: send what waits, and free space on this device."));
  if (persisted === false) said.push(say("The browser may clear it when the device runs out of space: send what waits soon, and add the app to your home screen."));
  if (persisted === true) said.push(say("The browser keeps it even when space runs short."));
  return said;
}

async function measured() {
  const { storage } = navigator;
  const { usage, quota } = storage && storage.estimate ? await storage.estimate() : {};
  const persisted = storage && storage.persisted ? await storage.persisted() : undefined;
  let tiles = 0;
  let kept = "";
  if (window.isSecureContext && window.caches) {
    if (await caches.has("gcrm-tiles")) tiles = (await (await caches.open("gcrm-tiles")).keys()).length;
    const list = (await caches.has("gcrm-day")) && (await (await caches.open("gcrm-day")).match("/offline/pages"));
    const at = list ? Date.parse(list.headers.get("X-GCRM-Kept")) : NaN;
    if (list && !Number.isNaN(at)) {
      const { days } = await list.json();
      const count = Object.keys(days || {}).length;
      kept = say("{days} with the accounts around, from {at}", { days: counted(count, "day", "days"), at: new Date(at).toLocaleString(locale(), { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }) });
    }
  }
  return { usage, quota, persisted, tiles, kept };
}

/** Fill the section of the user's own page. */
export async function show(place) {
  const said = words(await measured());
  place.replaceChildren(...said.map((text) => Object.assign(document.createElement("p"), { textContent: text })));
  place.closest("section").hidden = false;
}
