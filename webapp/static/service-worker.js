/* Without a connection: the shell of the app, the rep's days with their accounts and check-in pages, and tiles seen before.
 * GCRM is written in front by the server: the version of the static files, the folder of their addresses, and these. */
import { Database } from "./static/offline/database.js";
import { OURS } from "./static/offline/delivery.js";
import { blankFor, dayIn, filledIn, isGood, isKeptPiece, isPocketed, keptPath, marked, toFetch, whyPiece } from "./static/offline/kept-pages.js";
import { speak } from "./static/say.js";

/* global GCRM */
/* Texts that the worker itself says are those of the page that it says them on. */
const languageOf = (html) => (/<html lang="([a-z]+)"/.exec(html) || [])[1] || "en";
const SHELL = `gcrm-shell-${GCRM.version}`;
const DAY = "gcrm-day";
const TILES = "gcrm-tiles";
const TILES_MOST = 1200;
const TILES_AT_ONCE = 6;
const PATIENCE_MS = 6000;
const LIST_FRESH_MS = 60000;
const LIST = "/offline/pages";
const POCKET = "/offline/pocket.json";
const POCKET_PAGE = "/offline/pocket";
const KEPT_AT = "X-GCRM-Kept";
const VERSIONED = /^\/static\/(?:[0-9a-f]{16}\/)?/;

self.addEventListener("install", (event) => {
  // Without the cookie: the page without a connection names nobody.
  const files = GCRM.shell.map((url) => new Request(url, { credentials: "omit", cache: "no-cache" }));
  const fill = async () => (await caches.open(SHELL)).addAll(files);
  event.waitUntil(fill().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("gcrm-shell-") && name !== SHELL;
  const clean = async () => Promise.all((await caches.keys()).filter(old).map((name) => caches.delete(name)));
  event.waitUntil(clean().then(() => self.clients.claim()));
});

/* A page asks to keep what its user will need without a connection; whoever signs out takes it all away. */
self.addEventListener("message", (event) => {
  if (event.data.type === "keep") event.waitUntil(keep(event.data.fresh, event.data.language));
  if (event.data.type === "forget") event.waitUntil(caches.delete(DAY));
});

const ours = (answer) => answer.type !== "opaqueredirect" && answer.headers.has(OURS);
const good = (answer) => answer.type !== "opaqueredirect" && isGood({ status: answer.status, ours: ours(answer) });
const here = (path) => new URL(path, self.location.origin).href;

async function store(cache, url, answer) {
  const headers = new Headers(answer.headers);
  headers.set(KEPT_AT, new Date().toISOString());
  await cache.put(url, new Response(await answer.blob(), { status: answer.status, headers }));
}

let keeping = null;

/** Fetch the list of what is to be kept, and each page of it that is not fresh. */
function keep(fresh, language) {
  keeping = (keeping || Promise.resolve()).then(() => keepAll(fresh, language)).catch(() => undefined);
  return keeping;
}

/** When an answer was kept, in milliseconds; NaN where there is none. */
const keptAtOf = (kept) => (kept ? Date.parse(kept.headers.get(KEPT_AT)) : NaN);

async function keepAll(fresh, language) {
  let cache = await caches.open(DAY);
  const before = await keptList(cache);
  if (before && language && before.language !== language) {
    // What was kept speaks another language than the page that is shown now.
    await caches.delete(DAY);
    cache = await caches.open(DAY);
  }
  const age = Date.now() - keptAtOf(await cache.match(here(LIST)));
  if (!fresh && age >= 0 && age < LIST_FRESH_MS) return;
  const said = await fetch(LIST, { credentials: "same-origin", headers: { Accept: "application/json" } });
  if (!good(said) || !said.ok || said.redirected) return; // what was kept before stays
  const list = await said.clone().json();
  await store(cache, here(LIST), said);
  const wanted = [...Object.values(list.days), ...list.pages, ...list.data];
  const keptAt = new Map();
  for (const request of await cache.keys()) {
    const path = new URL(request.url).pathname;
    keptAt.set(path, keptAtOf(await cache.match(request)));
    if (!wanted.includes(path) && path !== LIST) await cache.delete(request); // days that are over are not carried along
  }
  for (const path of toFetch([...new Set(wanted)], keptAt, Date.now())) {
    const answer = await fetch(path, { credentials: "same-origin" });
    if (good(answer) && answer.ok && !answer.redirected) await store(cache, here(path), answer);
    else if (!ours(answer)) return;
  }
  await keepTiles(list.tiles || []);
}

/** Fetch the streets of the kept days, a few at a time; those that nobody needs any more go first when room is short. */
async function keepTiles(wanted) {
  const cache = await caches.open(TILES);
  const there = new Set((await cache.keys()).map((request) => new URL(request.url).pathname));
  const missing = wanted.filter((path) => !there.has(path));
  for (let start = 0; start < missing.length; start += TILES_AT_ONCE) {
    const fetched = await Promise.all(missing.slice(start, start + TILES_AT_ONCE).map((path) => fetch(path, { credentials: "same-origin" }).then((answer) => [path, answer])));
    for (const [path, answer] of fetched) {
      if (!ours(answer)) return; // somebody else answers: the rest comes another time
      // A tile of nothing is an answer too, and a cache holds no 204.
      if (answer.status === 204) await cache.put(here(path), new Response("", { headers: answer.headers }));
      else if (answer.status === 200 && !answer.redirected) await cache.put(here(path), answer);
    }
  }
  await dropTiles(cache, new Set(wanted));
}

async function dropTiles(cache, needed = new Set()) {
  const all = await cache.keys();
  const free = all.filter((request) => !needed.has(new URL(request.url).pathname));
  for (const old of free.slice(0, Math.max(0, all.length - TILES_MOST))) await cache.delete(old);
}

/** The time as the server would say it, by the clock's error that was measured last. */
async function rightNow() {
  try {
    const clock = await new Database(self.indexedDB).get("clock");
    return Date.now() + (clock ? clock.error_ms : 0);
  } catch {
    return Date.now();
  }
}

async function keptList(cache) {
  const kept = await cache.match(here(LIST));
  return kept ? kept.json() : null;
}

/** The page that was kept for an address, saying so, or null. */
async function keptPage(path, why) {
  const cache = await caches.open(DAY);
  const list = await keptList(cache);
  const instead = keptPath(path, list, dayIn(list ? list.zone : "UTC", await rightNow()));
  const kept = instead && (await cache.match(here(instead)));
  if (kept) return copyOf(kept, why);
  const blank = blankFor(path);
  if (blank) return filledPage(cache, blank, why);
  const pocket = isPocketed(path) && (await cache.match(here(POCKET))) && (await cache.match(here(POCKET_PAGE)));
  return pocket ? copyOf(pocket, why) : null;
}

async function copyOf(kept, why, change = (html) => html) {
  const headers = new Headers(kept.headers);
  headers.delete("Content-Length");
  const html = await kept.text();
  speak(languageOf(html));
  return new Response(marked(change(html), kept.headers.get(KEPT_AT), why), { status: 200, headers });
}

/** The check-in page of an account that has none kept: one that the pocket holds, or a prospect that waits to be sent. */
async function filledPage(cache, { account, told, url }, why) {
  const page = await cache.match(here("/offline/check-in"));
  if (!page) return null;
  let found = null;
  if (told) {
    const entry = await new Database(self.indexedDB).told(told);
    found = entry && { id: 0, name: entry.body.name, address: "", pass: "" };
  } else {
    const pocket = await cache.match(here(POCKET));
    found = pocket && (await pocket.json()).accounts.find((one) => one.id === account);
  }
  return found ? copyOf(page, why, (html) => filledIn(html, found, url)) : null;
}

const patient = (work, ms = PATIENCE_MS) =>
  Promise.race([work, new Promise((_, reject) => setTimeout(() => reject(new Error("silent")), ms))]);

/** Where a redirect leads: our own log-in or page, or somebody else's. */
async function leadsHome(request) {
  const answer = await fetch(request.url, { credentials: "same-origin", headers: { Accept: "text/html" } });
  return ours(answer);
}

/** A page that is kept is kept anew as it passes. */
async function keepPassing(request, answer) {
  const url = new URL(request.url);
  if (answer.status !== 200 || url.search) return;
  const cache = await caches.open(DAY);
  const list = await keptList(cache);
  const path = list && keptPath(url.pathname, list, dayIn(list.zone, await rightNow()));
  if (path) await store(cache, here(path), answer.clone());
}

async function page(request) {
  const path = new URL(request.url).pathname;
  let answer = null;
  let why = "offline";
  // A request that nobody waits for any more gives its connection back: a browser has six of them.
  const gaveUp = new AbortController();
  const asked = fetch(request, { signal: gaveUp.signal }).then(async (one) => {
    if (one.type !== "opaqueredirect") return one;
    return (await leadsHome(request)) ? one : Response.error();
  });
  asked.catch(() => undefined);
  try {
    answer = await patient(asked);
    if (answer.type !== "opaqueredirect" && good(answer)) await keepPassing(request, answer);
    if (answer.type === "opaqueredirect" || good(answer)) return answer;
    why = answer.type === "error" ? "gateway" : answer.status >= 500 ? "failing" : "gateway";
  } catch (fault) {
    why = fault.message === "silent" ? "silent" : "offline";
  }
  const kept = await keptPage(path, why);
  if (kept) {
    gaveUp.abort();
    return kept;
  }
  if (why === "silent") {
    // Nothing is kept to show instead: whoever waits may wait on.
    try {
      answer = await asked;
      if (answer.type === "opaqueredirect" || good(answer)) return answer;
    } catch {
      answer = null;
    }
  }
  if (answer && answer.type !== "error" && ours(answer)) return answer;
  return instead("/offline", why);
}

async function instead(page, why) {
  const list = await keptList(await caches.open(DAY));
  const language = list ? list.language : GCRM.languages.find((one) => self.navigator.language.startsWith(one)) || "en";
  const path = `${page}?language=${language}`;
  const shown = await caches.match(here(path), { ignoreVary: true });
  if (!shown) return Response.error();
  const headers = new Headers(shown.headers);
  headers.delete("Content-Length");
  return new Response(marked(await shown.text(), "", why), { status: 503, headers });
}

/** A form that is sent as a page: where it does not arrive, the page says so and what was typed stays behind it. */
async function form(request) {
  try {
    const answer = await fetch(request);
    if (answer.type === "opaqueredirect" || ours(answer)) return answer;
    return instead("/offline/not-sent", "gateway");
  } catch {
    return instead("/offline/not-sent", "offline");
  }
}

/** A script, style or icon. A page that was kept asks for those of its own version: where that cannot be had any more, today's do. */
async function asset(request) {
  const shell = await caches.open(SHELL);
  const kept = await shell.match(request, { ignoreVary: true });
  if (kept) return kept;
  const today = await shell.match(here(new URL(request.url).pathname.replace(VERSIONED, GCRM.static)), { ignoreVary: true });
  if (!today) return fetch(request);
  try {
    const answer = await patient(fetch(request));
    return good(answer) && answer.ok ? answer : today;
  } catch {
    return today;
  }
}

async function tile(request) {
  const cache = await caches.open(TILES);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.status === 200 && !answer.redirected && ours(answer)) {
    await cache.put(request, answer.clone());
    await dropTiles(cache);
  }
  return answer;
}

/** Data of a kept page: the server's own answer, or the kept one. */
async function data(request) {
  const kept = await (await caches.open(DAY)).match(request, { ignoreVary: true, ignoreSearch: true });
  if (!kept) return fetch(request);
  const gaveUp = new AbortController();
  try {
    const answer = await patient(fetch(request, { signal: gaveUp.signal }));
    return good(answer) ? answer : kept;
  } catch {
    gaveUp.abort();
    return kept;
  }
}

/** A piece of a page: the server's own, or what the pocket knows of it. */
async function piece(request) {
  const gaveUp = new AbortController();
  try {
    const answer = await patient(fetch(request, { signal: gaveUp.signal }));
    if (good(answer)) return answer;
  } catch {
    gaveUp.abort();
  }
  const cache = await caches.open(DAY);
  const pocket = await cache.match(here(POCKET));
  if (pocket) speak(((await keptList(cache)) || {}).language || "en");
  const known = pocket && whyPiece(new URL(request.url).pathname, await pocket.json());
  return known ? new Response(known, { status: 200, headers: { "Content-Type": "text/html; charset=utf-8", [OURS]: "1" } }) : Response.error();
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  // To the sign-in provider and back: each address may be asked for once, and leads to another host.
  if (url.pathname.startsWith("/log-in/provider")) return;
  if (request.mode === "navigate") event.respondWith(request.method === "GET" ? page(request) : form(request));
  else if (request.method !== "GET") return;
  else if (isKeptPiece(url.pathname)) event.respondWith(piece(request));
  else if (url.pathname.startsWith("/static/")) event.respondWith(asset(request));
  else if (url.pathname.startsWith("/map/tiles/") || url.pathname.startsWith("/map/streets/")) event.respondWith(tile(request));
  else if (url.pathname.startsWith("/map/day/") || url.pathname.startsWith("/map/accounts/") || url.pathname === "/map/points" || url.pathname === POCKET) event.respondWith(data(request));
});
