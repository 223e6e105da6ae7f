import assert from "node:assert/strict";
import { test } from "node:test";

import { asFile, title } from "../../webapp/static/offline/entry-words.js";
import { clearBrowser, warning } from "../../webapp/static/offline/sign-out.js";

class Storage {
  constructor(texts) {
    this.texts = new Map(Object.entries(texts));
  }
  get length() {
    return this.texts.size;
  }
  key(index) {
    return [...this.texts.keys()][index] ?? null;
  }
  removeItem(name) {
    this.texts.delete(name);
  }
  clear() {
    this.texts.clear();
  }
}

test("signing out takes drafts, pieces and kept pages of this user, and leaves others' and settings", async () => {
  const localStorage = new Storage({ "gcrm:7:draft:note:5": "x", "gcrm:7:visit:5": "x", "gcrm:7:under-way:ada": "x", "gcrm:8:draft:note:5": "x", "gcrm-theme": "dark", "gcrm-clock": "{}" });
  const sessionStorage = new Storage({ "htmx-history-cache": "names" });
  const deleted = [];
  await clearBrowser("7", { caches: { delete: async (name) => deleted.push(name) }, sessionStorage, localStorage });
  assert.deepEqual([...localStorage.texts.keys()], ["gcrm:8:draft:note:5", "gcrm-theme", "gcrm-clock"]);
  assert.equal(sessionStorage.length, 0);
  assert.deepEqual(deleted, ["gcrm-day"]);
});

test("what is unsent, refused or typed is told before; nothing to tell is nothing said", () => {
  assert.equal(warning(0, 0, 0), "");
  assert.match(warning(3, 0, 0), /3 entries have not been sent yet/);
  assert.match(warning(1, 2, 1), /1 entry has .* 2 entries were refused .* 1 form holds text/);
});

test("an entry has the account's name, and a file holds all of it, half a letter too", () => {
  const entry = { what: "visit", name: "Alpen Bakery", account: "5", url: "/check-in/5", client_id: "a", state: "refused", why: { error: "No." }, made_ms: 0, body: { note: "\ud83d", outcome: "order" } };
  assert.equal(title(entry), "Visit to Alpen Bakery");
  const [told] = JSON.parse(asFile([entry])).entries;
  assert.deepEqual([told.account_name, told.note, told.outcome, told.refused_because.error], ["Alpen Bakery", "\ud83d", "order", "No."]);
  assert.ok(asFile([entry]).includes("\\ud83d"));
});
