import assert from "node:assert/strict";
import { test } from "node:test";

import { asJson, forCreate, forGet, toBytes, toText, whyNot } from "../../webapp/static/passkeys.js";

test("bytes are written as base64url without padding, and read back", () => {
  for (const bytes of [[], [0], [251, 255, 254], [1, 2, 3, 4, 250]]) {
    const text = toText(Uint8Array.from(bytes).buffer);
    assert.match(text, /^[\w-]*$/);
    assert.deepEqual([...toBytes(text)], bytes);
  }
});

test("options of the server become what the browser wants", () => {
  const made = forCreate({ challenge: "AQI", user: { id: "Aw", name: "ada" }, excludeCredentials: [{ id: "BA", type: "public-key" }], rp: { id: "x" } });
  assert.deepEqual([...made.challenge], [1, 2]);
  assert.deepEqual([...made.user.id], [3]);
  assert.deepEqual([...made.excludeCredentials[0].id], [4]);
  assert.equal(made.rp.id, "x");
  assert.deepEqual(forGet({ challenge: "AQI" }).allowCredentials, []);
});

test("an answer is sent with what the device gave, and nothing that it did not", () => {
  const bytes = Uint8Array.from([1]).buffer;
  const sent = asJson({ id: "AQ", rawId: bytes, type: "public-key", response: { clientDataJSON: bytes, signature: bytes, authenticatorData: bytes, userHandle: null } });
  assert.deepEqual(sent, { id: "AQ", rawId: "AQ", type: "public-key", response: { clientDataJSON: "AQ", signature: "AQ", authenticatorData: "AQ" } });
});

test("a page says why it can have no passkey", () => {
  const has = { isSecureContext: true, PublicKeyCredential: class {}, location: { hostname: "crm.example" } };
  assert.equal(whyNot(has), "");
  assert.equal(whyNot({ ...has, isSecureContext: false }), "insecure");
  assert.equal(whyNot({ ...has, location: { hostname: "127.0.0.1" } }), "number");
  assert.equal(whyNot({ ...has, location: { hostname: "[::1]" } }), "number");
  assert.equal(whyNot({ ...has, PublicKeyCredential: undefined }), "missing");
});
