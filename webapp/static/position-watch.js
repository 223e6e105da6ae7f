/* Where the phone is: watched until the position is good enough or the time is up, then no more.
 *
 * Positions are wanted for a check-in and a check-out only, so nothing is watched beyond them. */

export const GOOD_M = 30;
export const LIMIT_MS = 25000;
/** A fix this old is one of somewhere else. */
export const FRESH_MS = 30000;
/** How fast a fix grows uncertain, as the server's verdict has it. */
const WALKED_M_S = 1.5;

const DENIED = 1;

/** A watch has a `state`: "idle", "looking", "good", "time is up", "refused" or "none" (the device has no position). */
export class PositionWatch {
  /** geolocation: as in `navigator`, null where a page gets none. changed(watch) is called after each fix and state. */
  constructor({ geolocation, changed = () => undefined, now = Date.now, setTimeout = (...all) => globalThis.setTimeout(...all), clearTimeout = (timer) => globalThis.clearTimeout(timer), goodM = GOOD_M, limitMs = LIMIT_MS }) {
    Object.assign(this, { geolocation, changed, now, setTimeout, clearTimeout, goodM, limitMs });
    this.state = "idle";
    this.best = null;
    this.watching = null;
    this.timer = null;
    this.waiting = [];
  }

  /** How far off a fix may be by now, in metres. */
  marginM(fix) {
    return fix.accuracy_m + (Math.max(0, this.now() - fix.timestamp) / 1000) * WALKED_M_S;
  }

  get isGood() {
    return this.best !== null && this.best.accuracy_m <= this.goodM && this.now() - this.best.timestamp <= FRESH_MS;
  }

  /** Look for a position; resolves with this watch once it is good enough, time is up, or none is to be had. */
  look() {
    if (this.isGood) return this._end("good");
    if (!this.geolocation) return this._end("none");
    const ended = new Promise((resolve) => this.waiting.push(resolve));
    if (this.watching === null) {
      this._say("looking");
      this.timer = this.setTimeout(() => this._end(this.best ? "time is up" : "none"), this.limitMs);
      const watching = this.geolocation.watchPosition((fix) => this._found(fix), (error) => this._failed(error), { enableHighAccuracy: true, timeout: this.limitMs, maximumAge: 0 });
      // One that answered at once has ended before it had a number.
      if (this.waiting.length) this.watching = watching;
      else this.geolocation.clearWatch(watching);
    }
    return ended;
  }

  stop() {
    return this._end(this.best ? "time is up" : "idle");
  }

  /** What to send for something at an instant of this phone's clock: the best fix with its age then, or why there is none. */
  told(atMs) {
    if (this.state === "refused" && !this.best) return { no_position: "refused" };
    if (!this.best) return {};
    const { lon, lat, accuracy_m, timestamp } = this.best;
    return { lon, lat, accuracy_m, age_s: Math.round((atMs - timestamp) / 100) / 10 };
  }

  _found({ coords, timestamp }) {
    // Some devices count their fixes from another beginning of time than their own clock.
    const at = Math.abs(this.now() - timestamp) < 86400000 ? timestamp : this.now();
    const fix = { lon: coords.longitude, lat: coords.latitude, accuracy_m: coords.accuracy, timestamp: at };
    if (!this.best || this.marginM(fix) <= this.marginM(this.best)) this.best = fix;
    if (this.isGood) this._end("good");
    else this.changed(this);
  }

  _failed({ code }) {
    if (code === DENIED) {
      this.best = null;
      this._end("refused");
    } else if (!this.best) this.changed(this); // it may come yet: time decides
  }

  _say(state) {
    this.state = state;
    this.changed(this);
  }

  _end(state) {
    if (this.watching !== null) this.geolocation.clearWatch(this.watching);
    if (this.timer !== null) this.clearTimeout(this.timer);
    this.watching = this.timer = null;
    const waiting = this.waiting.splice(0);
    this._say(state);
    waiting.forEach((resolve) => resolve(this));
    return Promise.resolve(this);
  }
}
