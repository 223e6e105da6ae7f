import assert from "node:assert/strict";
import { test } from "node:test";

import { PageLocks } from "../../webapp/static/offline/outbox.js";
import { Sender, LONGEST_MS } from "../../webapp/static/offline/sender.js";
import { IDBFactory } from "../../webapp/node_modules/fake-indexeddb/build/esm/index.js";
import { Clock, Phone, Server, html, json, randoms, settle } from "./parts.js";

function world(weather) {
  const clock = new Clock();
  const server = new Server(clock, weather);
  return { clock, server, phone: new Phone(server, clock) };
}

test("an entry is on the disk before anything is sent", async () => {
  const { server, phone } = world();
  await phone.visit("a", { note: "Two sacks." });
  assert.equal(server.requests, 0);
  const [entry] = await phone.restart().outbox.waiting();
  assert.equal(entry.body.note, "Two sacks.");
  assert.equal(entry.name, "Alpen Bakery");
});

test("what is added to an entry keeps its first instant, and is sent as one", async () => {
  const { clock, server, phone } = world();
  const { id } = await phone.visit("a");
  const first = new Date(clock.ms).toISOString();
  await clock.wind(60000);
  await phone.visit("a", { outcome: "order" });
  await phone.outbox.send(id);
  assert.deepEqual(server.kept.get("a"), { at: first, outcome: "order", note: "", times: 1 });
});

test("an outcome that is given while the check-in is on its way is sent as well", async () => {
  let release;
  const gate = new Promise((resolve) => (release = resolve));
  const { server, phone } = world(({ body }) => (body.outcome ? undefined : gate.then(() => undefined)));
  const { id } = await phone.visit("a");
  const sending = phone.outbox.send(id);
  await settle();
  await phone.visit("a", { outcome: "order" });
  release();
  await sending;
  assert.equal((await phone.outbox.waiting()).length, 1);
  await phone.outbox.flush();
  assert.equal(server.kept.get("a").outcome, "order");
  assert.equal((await phone.outbox.waiting()).length, 0);
});

const WEATHERS = {
  "no connection": () => {
    throw new TypeError("Failed to fetch");
  },
  "a gateway's 502": () => html("<h1>502 Bad Gateway</h1>", 502),
  "a gateway's 503 that says JSON": () => new Response("{}", { status: 503, headers: { "Content-Type": "application/json" } }),
  "the server's own 500": () => json({ error: "Something failed.", retry: false }, 500),
  "busy: 409 for now": () => json({ error: "The database is busy.", retry: true }, 409),
  "a 409 that says nothing of retrying": () => json({ error: "Busy." }, 409),
  "too many: 429": () => json({ error: "Too many.", retry: true }, 429),
  "signed out: 401": () => json({ error: "Nobody is signed in.", retry: true }, 401),
  "a redirect to the log-in": () => ({ type: "opaqueredirect", status: 0, headers: new Headers() }),
  "a captive portal's 200": () => html("<h1>Welcome to the hotel</h1>"),
  "a captive portal's 200 in JSON": () => new Response('{"ok":true}', { status: 200, headers: { "Content-Type": "application/json" } }),
  "a captive portal's 404": () => html("Not here", 404),
  "a captive portal's 403 in JSON": () => new Response('{"error":"no","retry":false}', { status: 403, headers: { "Content-Type": "application/json" } }),
  "another number's answer": () => json({ client_id: "other" }),
  "an answer cut short": () => new Response('{"client_id":"a', { headers: { "Content-Type": "application/json", "X-GCRM": "1" } }),
  "an answer that is lost": () => ({ lose: true }),
};
for (const [name, weather] of Object.entries(WEATHERS)) {
  test(`${name} means later, never no, and is sent once it is over`, async () => {
    let bad = true;
    const { server, phone } = world((request) => (bad ? weather(request) : undefined));
    await phone.visit("a", { note: "Kept." });
    const { left } = await phone.outbox.flush();
    assert.equal(left, 1);
    assert.equal((await phone.outbox.refused()).length, 0);
    bad = false;
    assert.equal((await phone.outbox.flush()).left, 0);
    assert.equal(server.kept.get("a").note, "Kept.");
  });
}

test("a black hole ends at the time limit, and so does an answer that dribbles for ever", async () => {
  for (const swallow of [() => new Promise(() => undefined), () => new Response(new ReadableStream({ start: () => undefined }), { headers: { "Content-Type": "application/json", "X-GCRM": "1" } })]) {
    const { clock, phone } = world(swallow);
    const { id } = await phone.visit("a");
    const sending = phone.outbox.send(id);
    await clock.wind(12000);
    assert.deepEqual(await sending, { verdict: "later", reason: "silent", unanswered: true });
  }
});

test("one entry that always fails never holds up the others", async () => {
  for (const bad of [() => json({ error: "Fault." }, 500), () => new Promise(() => undefined)]) {
    const { clock, server, phone } = world(({ body }) => (body.note === "poison" ? bad() : undefined));
    for (const name of ["a", "b", "c", "d"]) {
      await phone.visit(name, { note: ["a", "b", "c"].includes(name) ? "poison" : "fine" });
      await clock.wind(1000);
    }
    for (let round = 0; round < 3; round += 1) {
      const flushing = phone.outbox.flush();
      await clock.wind(60000);
      await flushing;
    }
    assert.equal(server.kept.get("d").note, "fine");
    assert.equal((await phone.outbox.waiting()).length, 3);
  }
});

test("what the server refuses is kept with its name and reason, can be changed and is then sent", async () => {
  const { server, phone } = world();
  const { id } = await phone.visit("a", { refuse: true, note: "x" });
  await phone.outbox.flush();
  const [entry] = await phone.outbox.refused();
  assert.deepEqual([entry.name, entry.why], ["Alpen Bakery", { error: "No.", remedy: "Change it." }]);
  await phone.outbox.edit(id, { refuse: false });
  assert.equal((await phone.outbox.flush()).left, 0);
  assert.equal(server.kept.get("a").note, "x");
});

test("any text survives: half a letter, letters of all planes, nothing at all", async () => {
  const { phone } = world();
  const texts = ["\ud83d", "\udc00 tail", "Ää 面 𝄞 \u0000 end", ""];
  for (const [number, note] of texts.entries()) await phone.visit(`n${number}`, { note });
  const kept = await phone.restart().outbox.waiting();
  assert.deepEqual(kept.map((entry) => entry.body.note), texts);
});

test("what is sent can be kept by any database; the file and the list still hold what was typed", async () => {
  const { server, phone } = world();
  await phone.visit("a", { note: "cut \ud83d, whole \ud83d\ude00, \u0000 end" });
  await phone.outbox.flush();
  assert.equal(server.kept.get("a").note, "cut \ufffd, whole \ud83d\ude00, \ufffd end");
});

test("two tabs send an entry once", async () => {
  const clock = new Clock();
  const server = new Server(clock);
  const locks = new PageLocks();
  const one = new Phone(server, clock, { locks });
  const two = new Phone(server, clock, { locks, disk: one.disk });
  await one.visit("a");
  await one.visit("b");
  await Promise.all([one.outbox.flush(), two.outbox.flush()]);
  await one.outbox.flush();
  assert.deepEqual([server.kept.get("a").times, server.kept.get("b").times], [1, 1]);
});

test("a user's entries are never sent by another", async () => {
  const { clock, server, phone } = world();
  await phone.visit("a");
  const other = new Phone(server, clock, { disk: phone.disk, user: "8" });
  await other.outbox.flush();
  assert.equal(server.kept.size, 0);
  assert.equal((await phone.outbox.waiting()).length, 1);
});

test("a form token that is too old is fetched anew, once", async () => {
  const { server, phone } = world(({ url, options }) => (url !== "/hello" && options.headers["X-CSRFToken"] === "old" ? json({ error: "Too old.", cause: "form token", retry: true }, 400) : undefined));
  await phone.visit("a");
  assert.equal((await phone.outbox.flush()).left, 0);
  assert.equal(server.kept.get("a").times, 1);
});

test("the sender tries again by itself, more and more patiently, until the server is back", async () => {
  let down = true;
  const { clock, server, phone } = world(() => {
    if (down) throw new TypeError("refused");
  });
  const sender = new Sender({ outbox: phone.outbox, ...clock });
  await phone.visit("a");
  sender.wake();
  await clock.wind(10 * 60 * 1000);
  const tries = server.requests;
  assert.ok(tries >= 10 && tries <= 40, `${tries} tries in ten minutes`);
  down = false;
  await clock.wind(LONGEST_MS);
  assert.equal(server.kept.get("a").times, 1);
  await clock.wind(10 * 60 * 1000);
  assert.equal(server.requests, tries + 1);
});

test("the server's own wish to be left alone is kept", async () => {
  let asked = 0;
  const { clock, phone } = world(() => ((asked += 1), json({ error: "Too many.", retry: true }, 429, { "Retry-After": "120" })));
  const sender = new Sender({ outbox: phone.outbox, ...clock });
  await phone.visit("a");
  sender.wake();
  await clock.wind(119000);
  assert.equal(asked, 1);
});

test("a photo is sent after all others and after its visit, whole, and its bytes go from the device then", async () => {
  const { clock, server, phone } = world();
  const order = [];
  const fetch = server.fetch;
  phone.session.tools.fetch = (url, options) => (order.push(url), fetch(url, options));
  const { id } = await phone.photo("p", "a", 5000);
  await phone.visit("a");
  await phone.visit("b");
  assert.equal((await new Phone(server, clock, { disk: phone.disk }).database.photo(id)).byteLength, 5000);
  await phone.outbox.flush();
  if ((await phone.outbox.waiting()).length) await phone.outbox.flush();
  assert.deepEqual(order, ["/check-in/5", "/check-in/5", "/photos/"]);
  assert.deepEqual([server.kept.get("p").about, server.kept.get("p").size], ["a", 5000]);
  assert.equal(await phone.database.photo(id), null);
});

test("a photo whose visit does not go through holds up nothing, and is let go of with it", async () => {
  const { server, phone } = world(({ body }) => (body.client_id === "a" ? json({ error: "Fault." }, 500) : undefined));
  const { id } = await phone.visit("a");
  const photo = await phone.photo("p", "a");
  await phone.visit("b");
  assert.equal((await phone.outbox.flush()).left, 2);
  assert.ok(server.kept.has("b") && !server.kept.has("p"));
  await phone.outbox.discard(id);
  assert.equal((await phone.outbox.waiting()).length, 0);
  assert.equal(await phone.database.photo(photo.id), null);
});

test("what an earlier version kept is still there after the store for photos was added", async () => {
  const { clock, server } = world();
  const disk = new IDBFactory();
  await new Promise((resolve, reject) => {
    const old = disk.open("gcrm", 1);
    old.onupgradeneeded = () => old.result.createObjectStore("entries", { keyPath: "id" }).createIndex("user", "user");
    old.onerror = () => reject(old.error);
    old.onsuccess = () => {
      const write = old.result.transaction("entries", "readwrite");
      write.objectStore("entries").put({ id: "7 /check-in/5 a", user: "7", url: "/check-in/5", client_id: "a", state: "waiting", tries: 0, made_ms: 1, revision: 1, body: { note: "Old." } });
      write.oncomplete = () => (old.result.close(), resolve());
    };
  });
  const phone = new Phone(server, clock, { disk });
  await phone.outbox.flush();
  assert.equal(server.kept.get("a").note, "Old.");
});

// Any mixture of lost answers, refusals to connect, faults, portals, kills, second tabs and additions ends with each once.
test("whatever happens, each entry ends up on the server exactly once and whole", async () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const random = randoms(seed);
    let calm = false;
    const names = Object.values(WEATHERS);
    const { clock, server, phone: first } = world((request) => (calm || random() < 0.4 ? undefined : random() < 0.1 ? new Promise(() => undefined) : names[Math.floor(random() * names.length)](request)));
    const wanted = new Map();
    let phones = [first];
    let sending = [];
    for (let step = 0; step < 25; step += 1) {
      const dice = random();
      const phone = phones[Math.floor(random() * phones.length)];
      if (dice < 0.35) {
        const name = `s${seed}-${step}`;
        await phone.visit(name, { note: `note of ${name}` });
        wanted.set(name, { note: `note of ${name}`, outcome: "" });
      } else if (dice < 0.5 && wanted.size) {
        const name = [...wanted.keys()][Math.floor(random() * wanted.size)];
        await phone.visit(name, { outcome: "order" });
        wanted.get(name).outcome = "order";
      } else if (dice < 0.75) {
        sending.push(phone.outbox.flush());
        await settle(Math.floor(random() * 40));
      } else if (dice < 0.85 && phones.length < 3) {
        phones.push(new Phone(server, clock, { disk: first.disk }));
      } else if (dice < 0.95) {
        for (const one of phones) one.kill(); // the browser dies, whatever was on its way
        sending = [];
        phones = [first.restart()];
      } else {
        await clock.wind(Math.floor(random() * 30000));
      }
    }
    calm = true;
    await clock.wind(60000);
    await Promise.all(sending);
    const last = phones[0].restart();
    for (let round = 0; round < 3; round += 1) await last.outbox.flush();
    assert.equal((await last.outbox.waiting()).length, 0, `seed ${seed}: something still waits`);
    assert.equal((await last.outbox.refused()).length, 0, `seed ${seed}: something was refused`);
    assert.deepEqual([...server.kept.keys()].sort(), [...wanted.keys()].sort(), `seed ${seed}`);
    for (const [name, { note, outcome }] of wanted) assert.deepEqual([server.kept.get(name).note, server.kept.get(name).outcome], [note, outcome], `seed ${seed}: ${name}`);
  }
});

// Two devices of one person, each with its own disk, edit the same account and tell of visits with photos; everything that can
// happen on the way happens. In the end both are empty, and the server holds each entry once, whichever came first.
test("two devices end the same: each entry once, each photo with its visit, no change of a field lost unseen", async () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const random = randoms(1000 + seed);
    let calm = false;
    const weathers = Object.values(WEATHERS);
    const { clock, server, phone } = world((request) => (calm || random() < 0.5 ? undefined : weathers[Math.floor(random() * weathers.length)](request)));
    const devices = [phone, new Phone(server, clock)];
    const wanted = new Set();
    let sending = [];
    for (let step = 0; step < 20; step += 1) {
      const which = Math.floor(random() * 2);
      const device = devices[which];
      const name = `d${which}-${seed}-${step}`;
      const dice = random();
      if (dice < 0.25) {
        await device.photo(`${name}-p`, name, 50); // told before its visit, and sent after it all the same
        await device.visit(name, { note: name });
        wanted.add(name).add(`${name}-p`);
      } else if (dice < 0.5) {
        await device.change(name, { phone: name }, { phone: (server.facts || {}).phone || "" });
        wanted.add(name);
      } else if (dice < 0.8) {
        sending.push(device.outbox.flush());
        await settle(Math.floor(random() * 40));
      } else if (dice < 0.9) {
        device.kill();
        devices[which] = device.restart();
      } else await clock.wind(Math.floor(random() * 30000));
    }
    calm = true;
    await clock.wind(90000);
    const ends = devices.map((device) => device.restart());
    for (let round = 0; round < 4; round += 1) {
      for (const device of ends) {
        // What clashed with the other device's change is seen by its person, who holds to it.
        for (const { id, body } of await device.outbox.refused()) await device.outbox.edit(id, { typed: body.typed, anyway: true });
        await device.outbox.flush();
      }
    }
    for (const device of ends) assert.equal((await device.outbox.waiting()).length + (await device.outbox.refused()).length, 0, `seed ${seed}`);
    assert.deepEqual([...server.kept.keys()].sort(), [...wanted].sort(), `seed ${seed}`);
    const changes = (server.history || []).map(({ client_id }) => client_id);
    assert.equal(new Set(changes).size, changes.length, `seed ${seed}: a change was made twice`);
    for (const [id, { about }] of server.kept) if (about) assert.equal(`${about}-p`, id);
  }
});
