import assert from "node:assert/strict";
import { test } from "node:test";

import { size, words } from "../../webapp/static/offline/device.js";
import { blankFor, filledIn, isKeptPiece, isPocketed, whyPiece } from "../../webapp/static/offline/kept-pages.js";
import { found, foundHere, openPoints, pocket, withTold } from "../../webapp/static/offline/pocket-data.js";
import { EDGE_PX, shrink, within } from "../../webapp/static/offline/shrink-photo.js";

const visit = (at, more = {}) => ({ kind: "visit", at, outcome: "order", note: "", next_step: "", next_date: "", ...more });
const account = { id: 5, name: "Alpen Bäckerei", address: "Road 1", contact: "Mr. Alp", phone: "1", opening_hours: "Mo-Fr 08:00-12:00", history: [visit("2026-11-20T09:00:00Z")] };

test("accounts are found by words of name, address and contact, whatever their accents", () => {
  const all = [account, { id: 6, name: "Berg Hotel", address: "", contact: "" }];
  assert.deepEqual(found(all, "backerei alp").map(({ id }) => id), [5]);
  assert.deepEqual(found(all, "").map(({ id }) => id), [5, 6]);
  assert.deepEqual(found(all, "zzz"), []);
});

test("what this device has told of an account stands on it, what waits is marked, what was refused does not", () => {
  const entries = [
    { what: "facts", account: 5, state: "waiting", body: { typed: { phone: "2" } } },
    { what: "facts", account: 5, state: "refused", body: { typed: { contact: "X" } } },
    { what: "visit", account: "5", state: "waiting", body: { at: "2026-11-24T09:00:00Z", outcome: "interested" } },
    { what: "note", account: 6, state: "waiting", body: { at: "2026-11-24T10:00:00Z", note: "Elsewhere." } },
    { what: "visit", account: 5, state: "sent", body: { at: "2026-11-20T09:00:00Z", outcome: "order" } },
  ];
  const told = withTold(account, entries);
  assert.deepEqual([told.phone, told.contact, told.changed], ["2", "Mr. Alp", ["phone"]]);
  assert.deepEqual(told.history.map(({ outcome, waiting }) => [outcome, Boolean(waiting)]), [["interested", true], ["order", false]]);
});

test("a next step is open until a later visit or call; a closed door closes nothing", () => {
  const history = [visit("3", { outcome: "nobody there" }), visit("2", { next_step: "Call" }), visit("1", { next_step: "Old" })];
  assert.deepEqual(openPoints({ history }).map(({ next_step }) => next_step), ["Call"]);
});

test("a prospect that waits is listed until it is sent", () => {
  const entry = { what: "prospect", client_id: "n", made_ms: 1, body: { name: "Deli" } };
  assert.equal(foundHere([{ ...entry, state: "waiting" }, { ...entry, state: "sent" }]).length, 1);
});

test("without a connection and with nothing kept there is no data", async () => {
  assert.equal(await pocket(async () => { throw new TypeError("offline"); }), null);
  assert.equal(await pocket(async () => new Response("", { status: 503 })), null);
});

test("accounts, their changing and weeks are drawn from the data; a map, a job and a file are not", () => {
  for (const path of ["/accounts/", "/accounts/12", "/accounts/12/edit", "/week/", "/week/north/2026-11-24"]) assert.ok(isPocketed(path), path);
  for (const path of ["/accounts/map", "/accounts/export", "/jobs/", "/accounts/12/lock", "/"]) assert.ok(!isPocketed(path), path);
});

test("a check-in page is filled in with an account whose name is an attack, and stays text", () => {
  assert.deepEqual(blankFor("/check-in/12"), { account: 12, told: "", url: "/check-in/12" });
  assert.deepEqual(blankFor("/prospects/told/a-1/visit"), { account: 0, told: "a-1", url: "/prospects/told/a-1/visit" });
  assert.equal(blankFor("/check-in/12/verdict"), null);
  const page = '<div data-url="/check-in/909090909090909" data-account="909090909090909" data-name="GCRM-NAME" data-pass="GCRM-PASS"><h1>GCRM-NAME</h1><p>GCRM-ADDRESS</p>';
  const filled = filledIn(page, { id: 12, name: '"><script>$&', address: "", pass: "p" }, "/check-in/12");
  assert.ok(!filled.includes("<script>") && !filled.includes("GCRM-") && !filled.includes("9090"));
  assert.ok(filled.includes("$&#38;") && filled.includes('data-url="/check-in/12"') && filled.includes("No address"));
});

test("photos keep their proportions and are never made larger", () => {
  assert.deepEqual(within(4000, 3000), { width: EDGE_PX, height: 1200 });
  assert.deepEqual(within(3000, 4000), { width: 1200, height: EDGE_PX });
  assert.deepEqual(within(40, 30), { width: 40, height: 30 });
  assert.deepEqual(within(100000, 1), { width: EDGE_PX, height: 1 });
});

test("a photo is sent small; where the browser cannot draw it, as it is, if others can and the server takes it", async () => {
  const file = (length, type) => new File([new Uint8Array(length)], "p", { type });
  const small = async () => new Blob([new Uint8Array(10)], { type: "image/jpeg" });
  const fails = async () => {
    throw new Error("unknown kind");
  };
  assert.equal((await shrink(file(100, "image/heic"), { draw: small })).bytes.byteLength, 10);
  assert.equal((await shrink(file(5, "image/png"), { draw: small })).bytes.byteLength, 5);
  assert.equal((await shrink(file(100, "image/jpeg"), { draw: fails })).bytes.byteLength, 100);
  await assert.rejects(shrink(file(100, "image/heic"), { draw: fails }), /JPEG/);
  await assert.rejects(shrink(file(4000001, "image/jpeg"), { draw: fails }), /too large/);
});

test("the device's room is said before it runs out", () => {
  assert.deepEqual([size(500), size(12e3), size(2.34e6), size(45e6), size(3e9), size(undefined)], ["1 kB", "12 kB", "2.3 MB", "45 MB", "3.0 GB", ""]);
  const said = words({ usage: 95e6, quota: 100e6, persisted: false, tiles: 12, kept: "4 days" }).join(" ");
  assert.match(said, /nearly used up/);
  assert.match(said, /may clear it/);
  assert.doesNotMatch(words({ usage: 5e6, quota: 100e6, persisted: true, tiles: 0, kept: "" }).join(" "), /nearly|may clear/);
});

test("why a stop is in a kept day is known in short, as text, and of nothing else", () => {
  const data = { days: { "2026-11-24": { stops: [{ account: 5, why: "due <b>now</b>" }] } } };
  const path = "/plans/north/2026-11-24/why/5";
  assert.ok(isKeptPiece(path) && !isKeptPiece("/plans/north/2026-11-24/news"));
  assert.ok(whyPiece(path, data).includes("due &#60;b&#62;now"));
  assert.equal(whyPiece("/plans/north/2026-11-24/why/6", data), null);
  assert.equal(whyPiece("/plans/north/2026-11-25/why/5", data), null);
  assert.equal(whyPiece(path, null), null);
});
