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
  const refused = () => kept.read(web.key("refused")) || [];

  function show() {
    if (!box) return;
    const waiting = outbox().length;
    const back = refused().length;
    box.hidden = waiting + back === 0;
    box.textContent = waiting ? `${waiting} to be sent` : `${back} refused: see ${box.dataset.page}`;
    list();
  }

  /** What waits and what was refused, in full, on the user's own page: nothing typed is lost. */
  function list() {
    const place = document.getElementById("outbox-list");
    if (!place) return;
    place.replaceChildren();
    const entry = (title, body, remove) => {
      const item = document.createElement("li");
      const head = document.createElement("strong");
      head.textContent = title;
      const text = document.createElement("p");
      text.textContent = [body.at, body.outcome, body.next_step, body.next_date, body.note].filter(Boolean).join(", ");
      item.append(head, text);
      if (remove) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "button";
        button.textContent = "Discard";
        button.addEventListener("click", remove);
        item.append(button);
      }
      place.append(item);
    };
    for (const { body } of outbox()) entry("Waits for a connection", body);
    refused().forEach(({ body, why }, index) =>
      entry(`Refused: ${why.error || ""} ${why.remedy || ""}`, body, () => {
        kept.write(web.key("refused"), refused().filter((_, other) => other !== index));
        show();
      }),
    );
    place.closest("section").hidden = !place.childElementCount;
  }

  /** Keep a request for later. The same client_id replaces what was kept before; false where the browser keeps nothing. */
  web.queue = function (url, body) {
    const rest = outbox().filter((entry) => !(entry.url === url && entry.body.client_id === body.client_id));
    const before = outbox().find((entry) => entry.url === url && entry.body.client_id === body.client_id);
    const done = kept.write(web.key("outbox"), [...rest, { url, body: { ...(before ? before.body : {}), ...body } }]);
    show();
    return done;
  };

  web.waiting = outbox;

  let sending = false;
  /** Send what waits, oldest first. An entry leaves the outbox once the server has it, or says that it never will. */
  web.flush = async function () {
    if (sending || !me) return;
    sending = true;
    try {
      for (const entry of outbox()) {
        const answer = await web.send(entry.url, entry.body);
        const final = [400, 404, 409, 413, 422].includes(answer.status) && !answer.body.retry;
        if (!answer.ok && !final) break;
        if (!answer.ok) kept.write(web.key("refused"), [...refused(), { ...entry, why: answer.body }]);
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

  // --- Without a connection ---------------------------------------------------------------------------------------

  if ("serviceWorker" in navigator && window.isSecureContext) {
    navigator.serviceWorker.register("/service-worker.js").catch(() => undefined); // the app works without it
    // Only the log-in says that nobody is signed in; the page without a connection names nobody either.
    const out = document.querySelector("[data-signed-out]");
    if (out) navigator.serviceWorker.ready.then(({ active }) => active.postMessage({ type: "forget" }));
  }
  /** Have these addresses at hand without a connection, and no others. */
  web.keepOffline = function (urls) {
    if (!("serviceWorker" in navigator) || !window.isSecureContext) return;
    navigator.serviceWorker.ready.then(({ active }) => active.postMessage({ type: "keep", urls }));
  };

  // --- Small habits -----------------------------------------------------------------------------------------------

  for (const input of document.querySelectorAll("[data-theme-choice]")) {
    input.checked = (localStorage.getItem("gcrm-theme") || "") === input.value;
    input.addEventListener("change", () => {
      if (input.value) localStorage.setItem("gcrm-theme", input.value);
      else localStorage.removeItem("gcrm-theme");
      document.dispatchEvent(new CustomEvent("gcrm:theme"));
    });
  }

  // Tables that fit on one page are sorted here; a cell's data-value counts before its text.
  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = [...table.querySelectorAll("thead th")];
    const value = (row, column) => {
      const cell = row.cells[column];
      const text = cell.dataset.value ?? cell.textContent.trim();
      const number = Number(text.replace(/,/g, ""));
      return text === "" || Number.isNaN(number) ? text : number;
    };
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const rows = [...table.tBodies[0].rows];
        const words = typeof value(rows[0], column) === "string";
        const before = head.getAttribute("aria-sort");
        const down = before ? before === "ascending" : !words;
        const order = new Intl.Collator(undefined, { numeric: true });
        rows.sort((a, b) => {
          const [x, y] = [value(a, column), value(b, column)];
          return (down ? -1 : 1) * (typeof x === "number" && typeof y === "number" ? x - y : order.compare(x, y));
        });
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        table.tBodies[0].append(...rows);
      });
    });
  }

  // A table that is wider than its box can be scrolled with the keyboard as well.
  const reachable = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
    }
  });
  for (const box_ of document.querySelectorAll(".table-box")) reachable.observe(box_);

  // An address that names a folded part of the page opens it.
  const named = window.location.hash && document.getElementById(window.location.hash.slice(1));
  if (named instanceof HTMLDetailsElement) named.open = true;

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
