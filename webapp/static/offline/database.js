/* What this browser keeps of its own: entries that wait to be sent, and the bytes of photos among them, in IndexedDB.
 *
 * A write is answered only once the disk has it (durability "strict"): what is called kept survives a killed browser. */
import { say } from "../say.js";

const NAME = "gcrm";
const VERSION = 2;
const STORES = ["entries", "photos"];

const settled = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const committed = (transaction) =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error || new Error(say("The browser gave up writing.")));
    transaction.onerror = () => reject(transaction.error);
  });

export class Database {
  /** factory: the browser's indexedDB, or one that behaves like it. */
  constructor(factory) {
    this.factory = factory;
    this.opened = null;
  }

  open() {
    if (this.opened) return this.opened;
    const request = this.factory.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      const there = request.result.objectStoreNames;
      if (!there.contains("entries")) request.result.createObjectStore("entries", { keyPath: "id" }).createIndex("user", "user");
      if (!there.contains("photos")) request.result.createObjectStore("photos", { keyPath: "id" });
    };
    this.opened = settled(request).then((database) => {
      const forget = () => (this.opened = null);
      // Another tab brings a newer version, or the browser takes the connection away: open anew at the next use.
      database.onversionchange = () => {
        database.close();
        forget();
      };
      database.onclose = forget;
      return database;
    });
    this.opened.catch(() => (this.opened = null));
    return this.opened;
  }

  /** Run `work` on the entries, and the photos, in one transaction; answers what it answers, after the commit. */
  async within(mode, work, again = true) {
    const database = await this.open();
    let transaction;
    try {
      transaction = database.transaction(STORES, mode, { durability: "strict" });
    } catch (lost) {
      // Phones close connections behind a page's back while it sleeps.
      if (!again || lost.name !== "InvalidStateError") throw lost;
      this.opened = null;
      return this.within(mode, work, false);
    }
    const end = committed(transaction);
    const answer = await work(...STORES.map((name) => transaction.objectStore(name)));
    await end;
    return answer;
  }

  /** Every entry of a user, oldest first. */
  async of(user) {
    const all = await this.within("readonly", (entries) => settled(entries.index("user").getAll(user)));
    return all.sort((a, b) => a.made_ms - b.made_ms || (a.id < b.id ? -1 : 1));
  }

  /** The entry with a number of this device's, whoever's it is; undefined where none is. */
  async told(client_id) {
    const all = await this.within("readonly", (entries) => settled(entries.getAll()));
    return all.find((entry) => entry.client_id === client_id);
  }

  get(id) {
    return this.within("readonly", (entries) => settled(entries.get(id)));
  }

  /** Put what `change` makes of the entry that is there (undefined where none is); null takes it away.
   *
   * bytes: of a photo, kept along with its entry; they go once the entry is sent, or goes. */
  change(id, change, bytes = null) {
    return this.within("readwrite", async (entries, photos) => {
      const before = await settled(entries.get(id));
      const after = change(before);
      if (after === null) entries.delete(id);
      else if (after !== before) entries.put(after);
      if (bytes && after) photos.put({ id, bytes });
      else if ((before || after || {}).photo && (!after || after.state === "sent")) photos.delete(id);
      return after;
    });
  }

  /** The bytes of a photo that waits; null where they are gone. */
  async photo(id) {
    const found = await this.within("readonly", (_, photos) => settled(photos.get(id)));
    return found ? found.bytes : null;
  }
}
