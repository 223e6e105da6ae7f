/* Parts that tests are made of: a disk that survives kills, a clock that is wound by hand, a server that keeps once. */
import { IDBFactory } from "../../webapp/node_modules/fake-indexeddb/build/esm/index.js";
import { Database } from "../../webapp/static/offline/database.js";
import { OURS, Session, deliver } from "../../webapp/static/offline/delivery.js";
import { Outbox, PageLocks } from "../../webapp/static/offline/outbox.js";

/** Numbers in [0, 1) that repeat for a seed. Source: Mulberry32, in the public domain. */
export function randoms(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A clock that stands still until it is wound: timers run in their order. */
export class Clock {
  constructor(ms = Date.parse("2026-11-24T09:00:00Z")) {
    this.ms = ms;
    this.timers = new Map();
    this.last = 0;
    this.now = () => this.ms;
    this.setTimeout = (work, after) => {
      this.timers.set((this.last += 1), { at: this.ms + after, work });
      return this.last;
    };
    this.clearTimeout = (number) => this.timers.delete(number);
  }

  async wind(ms) {
    const end = this.ms + ms;
    for (;;) {
      await settle();
      const due = [...this.timers].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at)[0];
      if (!due) break;
      this.timers.delete(due[0]);
      this.ms = Math.max(this.ms, due[1].at);
      due[1].work();
    }
    this.ms = end;
    await settle();
  }
}

/** Let everything run that waits for nothing but its turn. fake-indexeddb takes its turns by setImmediate. */
export async function settle(turns = 60) {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

export const json = (body, status = 200, headers = {}) =>
  new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json", [OURS]: "1", ...headers } });

export const html = (text, status = 200, headers = {}) => new Response(text, { status, headers: { "Content-Type": "text/html", ...headers } });

/** The server as entries see it: one activity a number, told again it only adds. `weather(request)` may answer in its place,
 * throw, or return {lose: true}: the server has it, the answer is lost. */
export class Server {
  constructor(clock, weather = () => undefined) {
    Object.assign(this, { clock, weather, kept: new Map(), requests: 0 });
    this.fetch = async (url, options = {}) => {
      this.requests += 1;
      const isPhoto = options.body instanceof FormData;
      const body = options.body ? JSON.parse(isPhoto ? options.body.get("told") : options.body) : null;
      if (isPhoto) body.size = options.body.get("photo").size;
      const instead = await this.weather({ url, options, body });
      if (instead && !instead.lose) return instead;
      const answer = this.answer(url, body);
      if (instead) throw new TypeError("the answer was lost");
      return answer;
    };
  }

  answer(url, body) {
    const now = new Date(this.clock.ms).toISOString();
    if (url === "/hello") return json({ user: "7", token: "fresh", now });
    if (!body || !body.client_id) return json({ error: "No number.", retry: false }, 400);
    if (body.refuse) return json({ error: "No.", remedy: "Change it.", retry: false }, 400);
    if (body.about && !this.kept.has(body.about)) return json({ error: "Not there yet.", retry: true }, 409);
    if (body.typed) return this.change(body, now);
    const { at, outcome, note, about, size } = body;
    const before = this.kept.get(body.client_id) || { times: 0, at };
    this.kept.set(body.client_id, { at: before.at, outcome: outcome || before.outcome || "", note: note || before.note || "", times: before.times + 1, ...(about ? { about, size } : {}) });
    return json({ client_id: body.client_id, words: "Kept.", now });
  }
}

/** Facts of one account, as `gcrm.activities.told_facts` takes them: what somebody else changed meanwhile is refused with both. */
Server.prototype.facts = null;
Server.prototype.change = function change({ client_id, typed, read, anyway }, now) {
  this.facts = this.facts || {};
  const before = this.kept.get(client_id);
  if (!before) {
    const clash = Object.keys(typed).filter((name) => (this.facts[name] || "") !== typed[name] && (this.facts[name] || "") !== (read[name] || ""));
    if (clash.length && !anyway) return json({ error: `It is ${this.facts[clash[0]]} now.`, remedy: "Edit it.", retry: false }, 400);
    Object.assign(this.facts, typed);
    this.history = [...(this.history || []), { client_id, typed }];
  }
  this.kept.set(client_id, { typed, times: ((before && before.times) || 0) + 1 });
  return json({ client_id, words: "Changed.", now });
};

/** A phone with its disk: `restart` is a new browser on the same disk. */
export class Phone {
  constructor(server, clock, { disk = new IDBFactory(), user = "7", locks = new PageLocks(), limitMs = 12000 } = {}) {
    Object.assign(this, { server, clock, disk, user, alive: true });
    const guard = async (...all) => {
      const answer = await server.fetch(...all);
      if (!this.alive) await new Promise(() => undefined); // a killed browser hears nothing
      return answer;
    };
    const tools = { setTimeout: clock.setTimeout, clearTimeout: clock.clearTimeout, limitMs };
    this.contacts = [];
    this.session = new Session({ user, token: "old", fetch: guard, hello: "/hello", onContact: (made) => this.contacts.push(made), ...tools });
    this.database = new Database(disk);
    this.outbox = new Outbox({ database: this.database, user, deliver: (entry) => deliver(entry, this.session, clock.now), locks, now: clock.now });
  }

  kill() {
    this.alive = false;
    this.outbox.deliver = () => new Promise(() => undefined);
  }

  restart(more = {}) {
    this.kill();
    return new Phone(this.server, this.clock, { disk: this.disk, user: this.user, ...more });
  }

  change(client_id, typed, read) {
    return this.outbox.keep({ url: "/prospects/facts/5", client_id, what: "facts", account: 5, name: "Alpen Bakery", body: { typed, read, at: new Date(this.clock.ms).toISOString() } });
  }

  photo(client_id, about, bytes = 3) {
    return this.outbox.keep({ url: "/photos/", client_id, what: "photo", account: 5, name: "Alpen Bakery", body: { about, at: new Date(this.clock.ms).toISOString() }, bytes: new Uint8Array(bytes).buffer });
  }

  visit(client_id, body = {}, account = 5) {
    return this.outbox.keep({ url: `/check-in/${account}`, client_id, what: "visit", account, name: "Alpen Bakery", body: { at: new Date(this.clock.ms).toISOString(), ...body } });
  }
}
