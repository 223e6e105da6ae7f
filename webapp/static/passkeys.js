/* Passkeys: asked of the device, told to the server. The page holds the texts, in its language. */

export function toBytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

export function toText(buffer) {
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte));
  return btoa(letters.join("")).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

const described = (all) => (all || []).map((one) => ({ ...one, id: toBytes(one.id) }));

/** The server's options as `navigator.credentials.create` wants them. */
export const forCreate = (options) => ({
  ...options,
  challenge: toBytes(options.challenge),
  user: { ...options.user, id: toBytes(options.user.id) },
  excludeCredentials: described(options.excludeCredentials),
});

/** The server's options as `navigator.credentials.get` wants them. */
export const forGet = (options) => ({
  ...options,
  challenge: toBytes(options.challenge),
  allowCredentials: described(options.allowCredentials),
});

/** What a device has answered, as it is sent. Browsers that cannot write it themselves are common still. */
export function asJson(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  }
  return { id: credential.id, rawId: toText(credential.rawId), type: credential.type, response };
}

/** Why this page can have no passkey: "insecure", "number" (the address has no name), "missing", or "" if it can. */
export function whyNot({ isSecureContext, PublicKeyCredential, location }) {
  if (!isSecureContext) return "insecure";
  if (/^[\d.]+$|^\[/.test(location.hostname)) return "number";
  return PublicKeyCredential ? "" : "missing";
}

async function ask(url, body) {
  const token = document.querySelector('meta[name="csrf-token"]').content;
  const answer = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token },
    body: JSON.stringify(body),
  });
  const said = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(`${said.error} ${said.remedy}`), { isOurs: true });
  return said;
}

/** Make a part of the page do what its `data-passkeys` says: "sign in", "second" (after the password) or "add". */
function begin(part) {
  const { passkeys: what, options: optionsUrl, url, next } = part.dataset;
  const button = part.querySelector("button");
  const line = part.querySelector('[role="status"]');
  const tell = (text) => {
    line.textContent = text;
    line.hidden = !text;
  };
  const typed = (name) => (part.elements && part.elements[name] ? part.elements[name].value : undefined);
  const cannot = whyNot(window);
  if (cannot) {
    button.disabled = true;
    tell(part.dataset[cannot]);
    return;
  }

  async function go() {
    button.disabled = true;
    tell("");
    try {
      const options = await ask(optionsUrl, { second: what === "second", password: typed("password") });
      const credential = what === "add" ? await navigator.credentials.create({ publicKey: forCreate(options) }) : await navigator.credentials.get({ publicKey: forGet(options) });
      const done = await ask(url, { answer: asJson(credential), name: typed("name"), next });
      const here = window.location.pathname;
      window.location.assign(done.next);
      if (done.next.split("#")[0] === here) window.location.reload();
    } catch (failed) {
      button.disabled = false;
      if (failed.isOurs) tell(failed.message);
      else if (failed instanceof DOMException) tell(failed.name === "InvalidStateError" ? part.dataset.known : part.dataset.cancelled);
      else tell(part.dataset.silent);
    }
  }

  if (what === "add") {
    part.addEventListener("submit", (event) => {
      event.preventDefault();
      go();
    });
  } else button.addEventListener("click", go);
}

if (globalThis.document) for (const part of document.querySelectorAll("[data-passkeys]")) begin(part);
