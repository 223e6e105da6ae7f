/* Territories: choose regions in the table or on the map, and see before and after side by side before anything is changed. */
(function () {
  "use strict";
  const form = document.getElementById("assign");
  if (!form) return;
  const boxes = [...form.querySelectorAll('input[name="region"]')];
  const rep = form.elements.rep;
  const words = document.getElementById("assign-words");
  const button = form.querySelector('button[type="submit"]');
  const rows = [...document.querySelectorAll("[data-rep-accounts]")];
  const whole = new Intl.NumberFormat("en-GB");
  const rowOf = (box) => box.closest("tr");

  function draft() {
    const chosen = boxes.filter((box) => box.checked);
    const change = new Map();
    const add = (key, accounts) => change.set(key, (change.get(key) || 0) + accounts);
    let accounts = 0;
    for (const box of chosen) {
      const n = Number(rowOf(box).dataset.accounts);
      const owners = rowOf(box).dataset.owners.split(" ").filter(Boolean);
      accounts += n;
      // Accounts of a region with several owners belong to none of them yet, so nobody loses those.
      if (owners.length === 1 && owners[0] !== rep.value) add(owners[0], -n);
      if (rep.value && !(owners.length === 1 && owners[0] === rep.value)) add(rep.value, n);
    }
    for (const row of rows) {
      const spot = row.querySelector("[data-after]");
      const by = change.get(row.dataset.mapId) || 0;
      spot.textContent = by ? `${whole.format(Number(row.dataset.repAccounts) + by)} (${by > 0 ? "+" : "\u2212"}${whole.format(Math.abs(by))})` : "";
      row.classList.toggle("is-changed", by !== 0);
    }
    document.getElementById("after-head").hidden = change.size === 0;
    for (const spot of document.querySelectorAll("[data-after]")) spot.hidden = change.size === 0;
    button.disabled = chosen.length === 0;
    const regions = `${chosen.length} ${chosen.length === 1 ? "region" : "regions"}, ${whole.format(accounts)} ${accounts === 1 ? "account" : "accounts"} chosen.`;
    words.textContent = chosen.length ? regions : "Choose regions in the table or on the map.";
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
