/* Changes by hand on their way to the server: one after the other, each for the version that the one before made. */
import { say } from "../say.js";

export class Saver {
  /** send(path, body) resolves to {status, body} or throws where nothing answers. onState({waiting, trouble}). */
  constructor({ version, send, onSaved, onLate, onRefused, onState, wait = (ms) => new Promise((done) => setTimeout(done, ms)) }) {
    Object.assign(this, { version, send, onSaved, onLate, onRefused, onState, wait });
    this.queue = [];
    this.busy = false;
    this.stopped = false;
  }

  get waiting() {
    return this.queue.length;
  }

  add(path, body) {
    this.queue.push({ path, body });
    this.run();
  }

  /** Let go of what was not sent, and begin again from another version. */
  restart(version) {
    this.queue = [];
    this.version = version;
    this.stopped = false;
    this.onState({ waiting: 0, trouble: "" });
  }

  async run() {
    if (this.busy || this.stopped) return;
    this.busy = true;
    let pause = 1000;
    while (this.queue.length && !this.stopped) {
      const { path, body } = this.queue[0];
      this.onState({ waiting: this.queue.length, trouble: "" });
      let answer = null;
      try {
        answer = await this.send(path, { ...body, version: this.version });
      } catch {
        answer = null; // nothing answers: once more, until something does
      }
      if (!answer || answer.status === 503 || answer.status === 429 || answer.status >= 502) {
        this.onState({ waiting: this.queue.length, trouble: say("The server does not answer. Trying again.") });
        await this.wait(pause);
        pause = Math.min(pause * 2, 15000);
        continue;
      }
      pause = 1000;
      if (answer.status === 200) {
        this.queue.shift();
        this.version = answer.body.version;
        this.onSaved(answer.body, this.queue.length === 0);
        continue;
      }
      this.stopped = true;
      if (answer.status === 409 && answer.body && answer.body.now) this.onLate(answer.body, [...this.queue]);
      else this.onRefused(answer.body || {}, [...this.queue]);
    }
    this.busy = false;
    if (!this.stopped) this.onState({ waiting: 0, trouble: "" });
  }
}
