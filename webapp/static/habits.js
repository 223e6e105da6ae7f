/* Small habits of all pages: themes, tables that can be sorted, forms that say that they work. */

export function themes() {
  for (const input of document.querySelectorAll("[data-theme-choice]")) {
    input.checked = (localStorage.getItem("gcrm-theme") || "") === input.value;
    input.addEventListener("change", () => {
      if (input.value) localStorage.setItem("gcrm-theme", input.value);
      else localStorage.removeItem("gcrm-theme");
      document.dispatchEvent(new CustomEvent("gcrm:theme"));
    });
  }
}

/** A cell's value for sorting: its data-value before its text, as a number where it is one. */
export function cellValue({ dataset, textContent }) {
  const text = dataset.value ?? textContent.trim();
  const number = Number(text.replace(/,/g, ""));
  return text === "" || Number.isNaN(number) ? text : number;
}

/** Tables that fit on one page are sorted here. */
export function sortableTables() {
  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = [...table.querySelectorAll("thead th")];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const rows = [...table.tBodies[0].rows];
        const value = (row) => cellValue(row.cells[column]);
        const words = typeof value(rows[0]) === "string";
        const before = head.getAttribute("aria-sort");
        const down = before ? before === "ascending" : !words;
        const order = new Intl.Collator(undefined, { numeric: true });
        rows.sort((a, b) => {
          const [x, y] = [value(a), value(b)];
          return (down ? -1 : 1) * (typeof x === "number" && typeof y === "number" ? x - y : order.compare(x, y));
        });
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        table.tBodies[0].append(...rows);
      });
    });
  }
}

/** A table or a picture that is wider than its box can be scrolled with the keyboard as well. */
export function scrollableTables() {
  const reachable = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
    }
  });
  for (const box of document.querySelectorAll(".table-box, figure")) reachable.observe(box);
}

export function forms() {
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
}
