/* What every page does: the CSRF token on requests, themes, drafts that are never lost, an outbox for bad connections. */
(function () {
  "use strict";
  const web = (window.gcrmWeb = window.gcrmWeb || {});
  const token = document.querySelector('meta[name="csrf-token"]').content;

  // --- Requests ---------------------------------------------------------------------------------------------------

  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = token;
  });

  /** Send JSON; answers {ok, status, body}. Throws only where there is no connection. */
  web.send = async function (url, body) {
    const answer = await fetch(url, {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token },
      body: JSON.stringify(body),
    });
    const is_json = (answer.headers.get("Content-Type") || "").includes("json");
    return { ok: answer.ok && is_json && !answer.redirected, status: answer.status, body: is_json ? await answer.json() : {} };
  };

  // --- Kept in the browser ----------------------------------------------------------------------------------------

  const kept = {
    read(key) {
      try {
        return JSON.parse(localStorage.getItem(key));
      } catch {
        return null;
      }
    },
    write(key, value) {
      try {
        if (value === null) localStorage.removeItem(key);
        else localStorage.setItem(key, JSON.stringify(value));
        return true;
      } catch {
        return false;
      }
    },
  };
  web.kept = kept;
  const me = document.body.dataset.user || "";
  web.key = (name) => `gcrm:${me}:${name}`;

  /** Keep what is typed into a form until it has been sent: data-draft names it. */
  function keepDraft(form) {
    const key = web.key(`draft:${form.dataset.draft}`);
    const fields = () => [...form.elements].filter((field) => field.name && !["hidden", "submit", "password", "file"].includes(field.type));
    const before = kept.read(key);
    if (before) {
      for (const field of fields()) {
        if (!(field.name in before)) continue;
        if (["radio", "checkbox"].includes(field.type)) field.checked = before[field.name].includes(field.value);
        else if (!field.value) [field.value] = before[field.name];
      }
    }
    const save = () => {
      const values = {};
      for (const field of fields()) {
        if (["radio", "checkbox"].includes(field.type) && !field.checked) continue;
        (values[field.name] = values[field.name] || []).push(field.value);
      }
      kept.write(key, Object.values(values).some((list) => list.some(Boolean)) ? values : null);
    };
    form.addEventListener("input", save);
    form.addEventListener("change", save);
    form.gcrmForget = () => kept.write(key, null);
  }
  for (const form of document.querySelectorAll("form[data-draft]")) keepDraft(form);
  // The server says that a form went through by naming its draft on the page that follows.
  for (const done of document.querySelectorAll("[data-draft-done]")) kept.write(web.key(`draft:${done.dataset.draftDone}`), null);

  // --- Outbox: what could not be sent yet -------------------------------------------------------------------------

  const box = document.getElementById("outbox");
  const outbox = () => kept.read(web.key("outbox")) || [];

  function show() {
    if (!box) return;
    const waiting = outbox().length;
    box.hidden = waiting === 0;
    box.textContent = waiting === 1 ? "1 entry waits for a connection" : `${waiting} entries wait for a connection`;
  }

  /** Keep a request for later. The same client_id replaces what was kept before; false where the browser keeps nothing. */
  web.queue = function (url, body) {
    const rest = outbox().filter((entry) => !(entry.url === url && entry.body.client_id === body.client_id));
    const before = outbox().find((entry) => entry.url === url && entry.body.client_id === body.client_id);
    const done = kept.write(web.key("outbox"), [...rest, { url, body: { ...(before ? before.body : {}), ...body } }]);
    show();
    return done;
  };

  let sending = false;
  /** Send what waits, oldest first. An entry leaves the outbox once the server has it, or says that it never will. */
  web.flush = async function () {
    if (sending || !me) return;
    sending = true;
    try {
      for (const entry of outbox()) {
        const answer = await web.send(entry.url, entry.body);
        if (!answer.ok && ![400, 404, 409, 413, 422].includes(answer.status)) break;
        if (!answer.ok) kept.write(web.key(`refused:${entry.body.client_id}`), { ...entry, why: answer.body });
        const same = (other) => other.url === entry.url && JSON.stringify(other.body) === JSON.stringify(entry.body);
        kept.write(web.key("outbox"), outbox().filter((other) => !same(other)));
      }
    } catch {
      /* still no connection: the next chance is the browser's own "online", or the next page */
    } finally {
      sending = false;
      show();
    }
  };
  window.addEventListener("online", web.flush);
  show();
  web.flush();

  /** A number of our own for something made here, so that sending it twice adds it once. */
  web.freshId = () =>
    window.crypto.randomUUID
      ? window.crypto.randomUUID()
      : [...window.crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  // --- Small habits -----------------------------------------------------------------------------------------------

  for (const input of document.querySelectorAll("[data-theme-choice]")) {
    input.checked = (localStorage.getItem("gcrm-theme") || "") === input.value;
    input.addEventListener("change", () => {
      if (input.value) localStorage.setItem("gcrm-theme", input.value);
      else localStorage.removeItem("gcrm-theme");
      document.dispatchEvent(new CustomEvent("gcrm:theme"));
    });
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-send-on-change]")) event.target.form.requestSubmit();
  });

  document.addEventListener("submit", (event) => {
    const asked = event.submitter && event.submitter.dataset.ask;
    if (asked && !window.confirm(asked)) event.preventDefault();
  });

  // A form that works for a while says so and is not sent twice.
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (event.defaultPrevented || !button || !button.dataset.busy) return;
    setTimeout(() => {
      button.disabled = true;
      button.textContent = button.dataset.busy;
    });
  });
  window.addEventListener("pageshow", (event) => event.persisted && window.location.reload());
})();
