/* One entry on its way to the server, and what its answer means: "kept", "refused" or "later".
 *
 * Kept is only what names the entry's own number; refused is only what the server itself calls final. All else, whoever
 * says it (a gateway, a log-in page, a captive portal, nobody), means later: the entry stays. */
import { say } from "../say.js";

export const LIMIT_MS = 12000;
/** A photo takes its time where the signal is thin. */
export const PHOTO_LIMIT_MS = 60000;

/** The header that each of the server's own answers carries. */
export const OURS = "X-GCRM";

/** Why an entry waits, for people. */
export const REASONS = {
  offline: say("You are offline."),
  silent: say("The server does not answer."),
  gateway: say("Something between this device and the server answers in its place."),
  "signed-out": say("You are signed out, or this network wants you to sign in first."),
  "somebody-else": say("Somebody else is signed in on this device now."),
  busy: say("The server is busy."),
  failing: say("The server has a fault."),
  sending: say("It is on its way."),
};

export class NoAnswer extends Error {
  constructor(reason) {
    super(REASONS[reason]);
    this.reason = reason;
  }
}

/** Ask, and read the answer to its end, within a limit. Raises NoAnswer.
 *
 * Redirects are not followed: what is sent is for the server alone, not for whoever points elsewhere. */
export async function ask(url, options, { fetch, limitMs = LIMIT_MS, setTimeout: later = setTimeout, clearTimeout: never = clearTimeout }) {
  const gaveUp = new AbortController();
  let timer;
  const limit = new Promise((_, reject) => {
    timer = later(() => {
      reject(new NoAnswer("silent"));
      gaveUp.abort();
    }, limitMs);
  });
  const whole = async () => {
    const answer = await fetch(url, { credentials: "same-origin", cache: "no-store", redirect: "manual", ...options, signal: gaveUp.signal });
    const ours = answer.type !== "opaqueredirect" && answer.headers.has(OURS);
    let body = null;
    if (ours && (answer.headers.get("Content-Type") || "").includes("json")) {
      try {
        body = JSON.parse(await answer.text());
      } catch (fault) {
        if (fault.name !== "SyntaxError") throw fault; // cut off half-way is no answer at all
      }
    }
    const wait_s = ours ? Number(answer.headers.get("Retry-After")) : 0;
    const redirect = answer.type === "opaqueredirect" || answer.redirected || (answer.status >= 300 && answer.status < 400);
    return { status: answer.status, ours, redirect, body: body !== null && typeof body === "object" ? body : null, waitMs: wait_s > 0 ? wait_s * 1000 : 0 };
  };
  try {
    return await Promise.race([whole(), limit]);
  } catch (fault) {
    throw fault instanceof NoAnswer ? fault : new NoAnswer("offline");
  } finally {
    never(timer);
  }
}

/** What an answer to an entry means. */
export function judge(answer, clientId) {
  const { status, ours, redirect, body } = answer;
  const later = (reason) => ({ verdict: "later", reason, waitMs: answer.waitMs || 0 });
  if (redirect) return later("signed-out"); // the log-in; a portal does the same, and is told apart by nobody
  if (!ours) return later(status >= 500 ? "failing" : "gateway");
  if (status >= 200 && status < 300) return body && body.client_id === clientId ? { verdict: "kept", body } : later("gateway");
  if (status === 401) return later("signed-out");
  if (body && body.cause === "form token") return later("form token");
  if (body && body.cause === "somebody else") return later("somebody-else");
  if (status >= 400 && status < 500 && body && body.error && body.retry === false) {
    return { verdict: "refused", why: { error: String(body.error), remedy: String(body.remedy || "") } };
  }
  return later(status >= 500 ? "failing" : "busy");
}

/** The session that entries are sent in: whose it is, and the token that its forms carry. */
export class Session {
  constructor({ user, token, fetch, hello, onContact = () => undefined, ...limits }) {
    Object.assign(this, { user, token, hello, onContact, tools: { fetch, ...limits } });
  }

  /** Who the server says is signed in, with a fresh token; "ours" false where somebody else answers. Raises NoAnswer. */
  async greet(now = Date.now) {
    const before = now();
    const answer = await ask(this.hello, { headers: { Accept: "application/json" } }, this.tools);
    if (!answer.ours || answer.status !== 200 || !answer.body) return { ...answer, same: false };
    this.onContact({ server: answer.body.now, before, after: now() });
    const same = String(answer.body.user) === String(this.user);
    if (same) this.token = answer.body.token;
    return { ...answer, same };
  }

  /** bytes: of a photo, which goes along with what is said of it. */
  post(url, body, bytes = null) {
    const headers = { Accept: "application/json", "X-CSRFToken": this.token, "X-GCRM-User": String(this.user) };
    const text = JSON.stringify(mended(body));
    if (!bytes) return ask(url, { method: "POST", headers: { ...headers, "Content-Type": "application/json" }, body: text }, this.tools);
    const form = new FormData();
    form.append("told", text);
    form.append("photo", new Blob([bytes]), "photo");
    return ask(url, { method: "POST", headers, body: form }, { ...this.tools, limitMs: Math.max(PHOTO_LIMIT_MS, this.tools.limitMs || 0) });
  }
}

/** The document with each text as any database holds it: half a letter and NUL become U+FFFD. What is kept stays as typed. */
export function mended(value) {
  if (typeof value === "string") return value.replace(/[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]|\0/g, (found) => (found.length === 2 ? found : "\ufffd"));
  if (Array.isArray(value)) return value.map(mended);
  if (value !== null && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([name, one]) => [mended(name), mended(one)]));
  return value;
}

/** Send an entry once; with a new token where the page's own has grown old. Never raises. */
export async function deliver(entry, session, now = Date.now) {
  const once = async () => {
    const before = now();
    const body = { ...entry.body, client_id: entry.client_id, sent_at: new Date(before).toISOString(), ...entry.clock };
    const answer = await session.post(entry.url, body, entry.bytes);
    if (answer.ours && answer.body && answer.body.now) session.onContact({ server: answer.body.now, before, after: now() });
    return judge(answer, entry.client_id);
  };
  try {
    const first = await once();
    if (first.reason !== "form token") return first;
    const { same, ours, status } = await session.greet(now);
    if (!ours) return { verdict: "later", reason: "gateway" };
    if (status !== 200) return { verdict: "later", reason: "signed-out" };
    if (!same) return { verdict: "later", reason: "somebody-else" };
    const second = await once();
    return second.reason === "form token" ? { verdict: "later", reason: "busy" } : second;
  } catch (fault) {
    return { verdict: "later", reason: fault instanceof NoAnswer ? fault.reason : "offline", unanswered: true };
  }
}
