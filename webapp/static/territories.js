/* Territories: choose regions in the table or on the map, and see before and after side by side before anything is changed. */
(function () {
  "use strict";

  const { say, counted, locale } = window.gcrmSay;
  const form = document.getElementById("assign");
  if (!form) return;
  const boxes = [...form.querySelectorAll('input[name="region"]')];
  const rep = form.elements.rep;
  const words = document.getElementById("assign-words");
  const button = form.querySelector('button[type="submit"]');
  const rows = [...document.querySelectorAll("[data-rep-accounts]")];
  const whole = new Intl.NumberFormat(locale());
  const rowOf = (box) => box.closest("tr");

  /** How many accounts each rep would win or lose: those in the chosen regions that are not locked elsewhere. */
  function changes(chosen) {
    const change = new Map();
    const add = (key, accounts) => key && change.set(key, (change.get(key) || 0) + accounts);
    let moved = 0;
    for (const box of chosen) {
      for (const [holder, n] of Object.entries(JSON.parse(rowOf(box).dataset.movable))) {
        if (holder === rep.value) continue;
        moved += n;
        add(holder, -n);
        add(rep.value, n);
      }
    }
    return { change, moved };
  }

  function draft() {
    const chosen = boxes.filter((box) => box.checked);
    const { change, moved } = changes(chosen);
    const told = [];
    for (const row of rows) {
      const by = change.get(row.dataset.mapId) || 0;
      const before = Number(row.dataset.repAccounts);
      const after = whole.format(before + by);
      row.querySelector("[data-after]").textContent = by ? after : "";
      row.classList.toggle("is-changed", by !== 0);
      if (by) told.push(`${row.cells[0].textContent.trim()}: ${whole.format(before)} \u2192 ${after}`);
    }
    for (const spot of document.querySelectorAll("[data-after]")) spot.hidden = told.length === 0;
    button.disabled = chosen.length === 0;
    const regions = say("{regions}, {accounts}.", { regions: counted(chosen.length, "region", "regions"), accounts: counted(moved, "account moves", "accounts move") });
    words.textContent = chosen.length ? [regions, told.join(", ")].join(" ") : say("Choose regions in the table or on the map.");
    document.dispatchEvent(new CustomEvent("gcrm:picked", { detail: { kind: "region", ids: chosen.map((box) => box.dataset.id) } }));
  }

  function toggle(id) {
    const box = boxes.find((one) => one.dataset.id === String(id));
    if (!box) return;
    box.checked = !box.checked;
    draft();
  }

  document.addEventListener("gcrm:select", ({ detail }) => {
    if (detail.kind === "region" && detail.source === "map") toggle(detail.id);
  });
  form.addEventListener("click", ({ target }) => {
    const row = target.closest("tr[data-map-kind='region']");
    if (row && !target.closest("input, label, a")) toggle(row.dataset.mapId);
  });
  form.addEventListener("change", draft);
  draft();
})();
