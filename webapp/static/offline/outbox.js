/* The outbox: everything is written here before it is sent, and stays until the server has it, or a person lets go of it.
 *
 * An entry is {id, user, url, client_id, what, account, name, body, made_ms, revision, tries, state}, its state
 * "waiting", "refused" (with `why`) or "sent" (kept for a while, so that a kept page knows what was done). */

export const SENT_FOR_MS = 36 * 3600 * 1000;
const GIVE_UP_AFTER = 3;

/** Locks for browsers without the Web Locks API: good within one page; the server keeps a doubled entry once anyhow. */
export class PageLocks {
  constructor() {
    this.held = new Set();
  }

  async request(name, options, work) {
    if (this.held.has(name)) return work(null);
    this.held.add(name);
    try {
      return await work({ name });
    } finally {
      this.held.delete(name);
    }
  }
}

export class Outbox {
  /** deliver(entry) answers as `delivery.deliver` does; changed() is called after each change of what is kept. */
  constructor({ database, user, deliver, locks, now = Date.now, changed = () => undefined }) {
    Object.assign(this, { database, user: String(user), deliver, locks, now, changed });
    this.reason = "";
  }

  async _all(...states) {
    return (await this.database.of(this.user)).filter((entry) => states.includes(entry.state));
  }

  waiting() {
    return this._all("waiting");
  }

  refused() {
    return this._all("refused");
  }

  /** What a page that was kept may not know yet: waiting, refused, or sent not long ago. */
  recent() {
    return this._all("waiting", "refused", "sent");
  }

  async _change(id, change, bytes = null) {
    const after = await this.database.change(id, change, bytes);
    await this.changed();
    return after;
  }

  /** Keep an entry; resolves once the disk has it. The same number again adds to what waits: the first instant stays.
   *
   * bytes: of a photo. It belongs to the entry whose number is body.about, and is sent after that and after all others. */
  keep({ url, client_id, body, bytes = null, ...about }) {
    if (bytes) about.photo = true;
    const id = `${this.user} ${url} ${client_id}`;
    return this._change(id, (before) => {
      const fresh = { id, user: this.user, url, client_id, made_ms: this.now(), revision: 0, body: {}, ...about };
      const base = before || fresh;
      const told = base.state === "sent" ? { at: base.body.at } : base.body;
      const whole = { ...told, ...body };
      if (told.at) whole.at = told.at;
      const clock = before && before.clock ? { clock: before.clock } : {};
      return { ...base, ...about, ...clock, body: whole, state: "waiting", tries: 0, why: null, revision: base.revision + 1 };
    }, bytes);
  }

  /** Send one entry unless another tab is at it; answers {verdict, ...} as `deliver` does, or null where nothing was done. */
  async send(id) {
    return this.locks.request(`gcrm-outbox ${id}`, { ifAvailable: true }, async (lock) => {
      if (!lock) return null;
      const entry = await this.database.get(id);
      if (!entry || entry.state !== "waiting") return null;
      const answer = await this.deliver(entry.photo ? { ...entry, bytes: await this.database.photo(id) } : entry);
      await this._change(id, (now) => {
        if (!now || now.state !== "waiting") return now || null;
        // What was added meanwhile is not in what was sent: it waits for its own turn.
        if (now.revision !== entry.revision) return now;
        if (answer.verdict === "kept") return { ...now, state: "sent", sent_ms: this.now(), answer: answer.body };
        if (answer.verdict === "refused") return { ...now, state: "refused", why: answer.why };
        return { ...now, tries: now.tries + 1, reason: answer.reason };
      });
      return answer;
    });
  }

  /** Send all that waits. What failed before comes last, so that no entry ever stands in the way of another.
   *
   * Answers {left, waitMs}: how many still wait, and how long the server asks to be left alone. */
  async flush() {
    const photosLast = (a, b) => Boolean(a.photo) - Boolean(b.photo);
    const due = (await this.waiting()).sort((a, b) => photosLast(a, b) || a.tries - b.tries || a.made_ms - b.made_ms);
    let unanswered = 0;
    let waitMs = 0;
    this.reason = "";
    for (const { id, body } of due) {
      if (body.about && (await this._waitsFor(body.about))) continue;
      const answer = await this.send(id);
      if (!answer || answer.verdict !== "later") {
        unanswered = 0;
        continue;
      }
      this.reason = answer.reason;
      waitMs = Math.max(waitMs, answer.waitMs || 0);
      unanswered = answer.unanswered ? unanswered + 1 : 0;
      if (unanswered >= GIVE_UP_AFTER || answer.reason === "somebody-else") break;
    }
    await this.prune();
    return { left: (await this.waiting()).length, waitMs };
  }

  /** Change what was refused, or waits, and send it again. */
  edit(id, body) {
    return this._change(id, (entry) => entry && { ...entry, body: { ...entry.body, ...body }, state: "waiting", why: null, tries: 0, revision: entry.revision + 1 });
  }

  /** Whether what an entry belongs to is still on this device: the server cannot know it yet. */
  async _waitsFor(client_id) {
    return (await this.waiting()).some((entry) => entry.client_id === client_id);
  }

  /** Let go of an entry, and of the photos that belong to it: nobody would ever take them. */
  async discard(id) {
    const gone = await this.database.get(id);
    const photos = gone ? (await this._all("waiting", "refused")).filter((entry) => entry.photo && entry.body.about === gone.client_id) : [];
    for (const photo of photos) await this._change(photo.id, () => null);
    return this._change(id, () => null);
  }

  /** Let go of what was sent a while ago. */
  async prune() {
    const old = (await this._all("sent")).filter((entry) => this.now() - entry.sent_ms > SENT_FOR_MS);
    for (const { id } of old) await this.database.change(id, (entry) => (entry && entry.state === "sent" ? null : entry || null));
  }
}
