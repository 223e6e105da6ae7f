/* Without a connection: the shell of the app, the rep's day with its accounts and check-in pages, and tiles seen before.
 * GCRM is written in front by the server: the version of the static files and their addresses. */
"use strict";

const SHELL = `gcrm-shell-${GCRM.version}`;
const DAY = "gcrm-day";
const TILES = "gcrm-tiles";
const TILES_MOST = 600;
const PATIENCE_MS = 6000;

self.addEventListener("install", (event) => {
  // Without the cookie: the page without a connection names nobody.
  const files = GCRM.shell.map((url) => new Request(url, { credentials: "omit" }));
  const fill = async () => (await caches.open(SHELL)).addAll(files);
  event.waitUntil(fill().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("gcrm-shell-") && name !== SHELL;
  const clean = async () => Promise.all((await caches.keys()).filter(old).map((name) => caches.delete(name)));
  event.waitUntil(clean().then(() => self.clients.claim()));
});

/* A page names what it will need without a connection; whoever signs out takes it all away. */
self.addEventListener("message", (event) => {
  if (event.data.type === "keep") event.waitUntil(keep(event.data.urls));
  if (event.data.type === "forget") event.waitUntil(caches.delete(DAY));
});

async function keep(urls) {
  const cache = await caches.open(DAY);
  for (const url of urls) {
    try {
      const answer = await fetch(url, { credentials: "same-origin" });
      if (answer.ok && !answer.redirected) await cache.put(url, answer);
    } catch {
      return; // no connection: what was kept before stays
    }
  }
  // Days that are over are not carried along.
  const wanted = new Set(urls.map((url) => new URL(url, self.location.origin).href));
  for (const request of await cache.keys()) if (!wanted.has(request.url)) await cache.delete(request);
}

/** The network's answer, or the kept one where the network is gone or slower than anybody waits. */
async function freshOrKept(request, options) {
  const kept = await (await caches.open(DAY)).match(request, options);
  if (!kept) return fetch(request);
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error("too slow")), PATIENCE_MS));
  try {
    return await Promise.race([fetch(request), late]);
  } catch {
    return kept;
  }
}

async function page(request) {
  try {
    return await freshOrKept(request, { ignoreSearch: true });
  } catch {
    return caches.match("/offline");
  }
}

async function asset(request) {
  return (await (await caches.open(SHELL)).match(request, { ignoreVary: true })) || fetch(request);
}

async function tile(request) {
  const cache = await caches.open(TILES);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.status === 200 && !answer.redirected) {
    await cache.put(request, answer.clone());
    const all = await cache.keys();
    for (const old of all.slice(0, Math.max(0, all.length - TILES_MOST))) await cache.delete(old);
  }
  return answer;
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith("/static/")) event.respondWith(asset(request));
  else if (url.pathname.startsWith("/map/tiles/")) event.respondWith(tile(request));
  else if (request.mode === "navigate") event.respondWith(page(request));
  else if (url.pathname.startsWith("/map/") || url.pathname.startsWith("/check-in/")) event.respondWith(freshOrKept(request));
});
