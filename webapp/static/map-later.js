/* Draws the maps of a page once the page itself is painted: loads what they need, in order, and runs what draws them.
 * A patient map waits until the browser has nothing else to do and the map is near to what is seen; where a drawing stands
 * in its place, a phone waits until somebody taps it: drawing the map keeps a phone busy for seconds. */
(function () {
  "use strict";

  const { say } = window.gcrmSay;

  const NEAR = "300px"; // a map so far below what is seen is got ready

  const PHONE = "(max-width: 900px)";

  const SAID = ["filter", "measure", "minutes", "origin", "picked", "pin", "position", "reload", "select"];

  // A page with two maps has this script twice; whichever comes first takes all.
  const maps = (window.gcrmMaps || []).splice(0);
  if (!maps.length) return;

  const loading = new Map();

  // What the page says to a map that is not there yet, the latest of each kind; map.js tells it to the map.
  const missed = (window.gcrmMissed = {});
  const note = (event) => (missed[event.type.slice(5)] = event.detail);
  for (const name of SAID) document.addEventListener(`gcrm:${name}`, note);
  let waiting = maps.length;

  function drawn() {
    if (--waiting > 0) return;
    for (const name of SAID) document.removeEventListener(`gcrm:${name}`, note);
    delete window.gcrmMissed;
  }

  /** An element that loads a file, once a page. */
  function loaded(tag, attributes) {
    const url = attributes.src || attributes.href;
    if (!loading.has(url)) {
      const wait = new Promise((resolve, reject) => {
        const element = Object.assign(document.createElement(tag), attributes);
        element.addEventListener("load", resolve);
        element.addEventListener("error", () => {
          loading.delete(url);
          element.remove();
          reject(new Error(url));
        });
        document.head.append(element);
      });
      loading.set(url, wait);
    }
    return loading.get(url);
  }

  /** Say in the place of a map that it cannot be had, with a button to try again. */
  function failed(map) {
    const box = document.getElementById(map.box);
    const words = Object.assign(document.createElement("p"), { className: "map-absent", textContent: say("The map could not be loaded. ") });
    const again = Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: say("Try again") });
    again.addEventListener("click", () => {
      words.remove();
      show(map);
    });
    words.append(again);
    words.setAttribute("role", "status");
    box.append(words);
  }

  async function show(map) {
    try {
      // Scripts that are asked for together arrive together, and run in the order in which they were asked for.
      const styles = map.styles.map((href) => loaded("link", { rel: "stylesheet", href }));
      const scripts = map.scripts.map((src) => loaded("script", { src, async: false }));
      await Promise.all([...styles, ...scripts]);
    } catch {
      failed(map);
      return;
    }
    map.draw();
    for (const part of sketchOf(map)) part.remove();
    drawn();
  }

  /** What stands in the place of a map until it is drawn. */
  const sketchOf = (map) => document.getElementById(map.box).parentElement.querySelectorAll(":scope > [data-map-sketch]");

  /** Draw the map once the drawing in its place is tapped, or the page has something to say to it. */
  function showWhenAsked(map, sketch) {
    const open = () => {
      document.removeEventListener("gcrm:reload", open);
      const word = sketch.querySelector(".map-sketch-open");
      if (word) word.textContent = say("Opening …");
      const focused = document.activeElement === sketch;
      show(map).then(() => focused && document.getElementById(map.box).focus({ preventScroll: true }));
    };
    sketch.addEventListener("click", open, { once: true });
    document.addEventListener("gcrm:reload", open);
  }

  const idle = (work) => (window.requestIdleCallback ? window.requestIdleCallback(work, { timeout: 2000 }) : setTimeout(work, 200));

  function showPatiently(map) {
    const box = document.getElementById(map.box);
    const [sketch] = sketchOf(map);
    if (sketch && window.matchMedia(PHONE).matches) return showWhenAsked(map, sketch);
    const watch = new IntersectionObserver(
      (seen) => {
        if (!seen.some((one) => one.isIntersecting)) return;
        watch.disconnect();
        idle(() => show(map));
      },
      { rootMargin: NEAR },
    );
    return watch.observe(box);
  }

  function afterLoad(work) {
    if (document.readyState === "complete") work();
    else window.addEventListener("load", work, { once: true });
  }

  for (const map of maps) {
    if (map.patient) afterLoad(() => showPatiently(map));
    else show(map);
  }
})();
