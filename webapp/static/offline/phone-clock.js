/* How wrong this device's clock is, measured at each contact with the server. */
import { counted, say } from "../say.js";

const KEY = "gcrm-clock";
/** A contact that took longer than this says too little about the time. */
const SLOWEST_MS = 20000;
/** Less than this is no fault of a clock. */
export const TOLERATED_MS = 2 * 60 * 1000;

export class PhoneClock {
  /** kept: what keeps a text, as localStorage does. */
  constructor(kept, now = Date.now) {
    Object.assign(this, { kept, now });
  }

  /** A contact: what the server's clock said between two instants of this device's. */
  contact({ server, before, after }) {
    const said = Date.parse(server);
    if (Number.isNaN(said) || after < before || after - before > SLOWEST_MS) return;
    const error_ms = Math.round(said - (before + after) / 2);
    try {
      this.kept.setItem(KEY, JSON.stringify({ error_ms, last_contact: new Date(said).toISOString() }));
    } catch {
      // a browser that keeps nothing measures anew at the next contact
    }
  }

  read() {
    try {
      const { error_ms, last_contact } = JSON.parse(this.kept.getItem(KEY));
      return Number.isFinite(error_ms) ? { error_ms, last_contact } : null;
    } catch {
      return null;
    }
  }

  /** What goes along with an instant of this device's clock, so that the server can set it right. */
  stamp() {
    const known = this.read();
    return known ? { clock_error_s: known.error_ms / 1000, last_contact: known.last_contact } : {};
  }

  /** The time as the server would say it. */
  rightMs() {
    const known = this.read();
    return this.now() + (known ? known.error_ms : 0);
  }

  /** What to say about the clock, "" where it is right. */
  words() {
    const known = this.read();
    if (!known || Math.abs(known.error_ms) < TOLERATED_MS) return "";
    const way = known.error_ms > 0 ? say("slow") : say("fast");
    return say("The clock of this device is {time} {way}. Visits are kept at the right time; set the clock when you can.", { time: spoken(Math.abs(known.error_ms)), way });
  }
}

/** A length of time as a person says it. */
export function spoken(ms) {
  const minutes = Math.round(ms / 60000);
  if (minutes < 90) return counted(minutes, "minute", "minutes");
  if (minutes < 48 * 60) return counted(Math.round(minutes / 60), "hour", "hours");
  return counted(Math.round(minutes / 1440), "day", "days");
}
