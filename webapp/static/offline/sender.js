/* When the outbox is sent: at the start, on focus, once there is a connection, when asked, and by a clock that grows patient. */

export const FIRST_MS = 4000;
export const LONGEST_MS = 30000;

export class Sender {
  constructor({ outbox, setTimeout: later = globalThis.setTimeout.bind(globalThis), clearTimeout: never = globalThis.clearTimeout.bind(globalThis) }) {
    Object.assign(this, { outbox, later, never });
    this.failed = 0;
    this.timer = null;
    this.running = null;
    this.asked = false;
  }

  /** Send now. Asked again while it sends, it goes round once more at the end. */
  wake() {
    this.asked = true;
    if (!this.running) {
      this.running = this._run().finally(() => (this.running = null));
    }
    return this.running;
  }

  async _run() {
    let after = { left: 0, waitMs: 0 };
    while (this.asked) {
      this.asked = false;
      this.never(this.timer);
      try {
        after = await this.outbox.flush();
      } catch {
        after = { left: 1, waitMs: 0 }; // the browser's own store is unwell: look again later
      }
    }
    this.failed = after.left ? this.failed + 1 : 0;
    if (after.left) this.timer = this.later(() => this.wake(), Math.max(after.waitMs, this.pauseMs()));
    return after;
  }

  pauseMs() {
    return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(this.failed - 1, 10));
  }
}
