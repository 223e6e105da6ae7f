/* Work on a scenario: accounts are chosen and given to a territory, figures follow in the page, the server saves behind. */
import { say } from "../say.js";
import { figures, inside, NOBODY } from "./figures.js";
import { Parts } from "./parts.js";
import { places } from "./places.js";
import { Saver } from "./saver.js";
import { chooseOnMap } from "./tools.js";

const [place] = await places();
const { Drawing, HUES } = await import("./drawing.js"); // it needs the map's own scripts
const gcrm = window.gcrm;
const told = JSON.parse(document.getElementById("scenario-data").dataset.scenario);
const k = told.territories.length;
const hours = told.territories.map((one) => one.figures.hours_h);
const vacant = told.territories.map((one) => !one.rep);
const drawing = new Drawing(place);
const $ = (id) => document.getElementById(id);
const here = window.location.pathname.replace(/\/$/, "");
const parts = new Parts(drawing, (level) => gcrm.fetch(`${here}/parts?level=${encodeURIComponent(level)}`));
const done = []; // steps of this page that can be undone at once: [[row, was, to], ...]
const undone = [];
const SLIVER = 0.08; // Polsby-Popper below which ground is more border than ground
let dues = [];
let now = null;

// --- Words ----------------------------------------------------------------------------------------------------------

const percent = (share) => `${gcrm.number(100 * share, share < 0.0995 ? 1 : 0)} %`;
const amounts = (money) => Object.entries(money).sort().map(([currency, sum]) => `${gcrm.number(sum)} ${currency}`.trim()).join(", ");
const nameOf = (position) => (position === NOBODY ? "nobody" : told.territories[position].name);

function cell(row, name, text, late = false) {
  const spot = row.querySelector(`[data-now="${name}"]`);
  if (!spot) return;
  spot.textContent = text;
  spot.classList.toggle("late", late);
}

/** Numbers of the table and the line below the finding, from what is on the map. */
function count() {
  now = figures(drawing.units, drawing.positions, { k, hours, measures: told.measures, dues, vacant });
  now.territories.forEach((one, position) => {
    const row = document.querySelector(`.scenario-table tr[data-position="${position}"]`);
    cell(row, "accounts", gcrm.number(one.accounts));
    cell(row, "load", one.load === null ? "–" : `${gcrm.number(100 * one.load)} %`, one.load > 1);
    cell(row, "visits_h", `${gcrm.number(one.visits_h, 1)} h`);
    cell(row, "travel_h", `${gcrm.number(one.travel_h, 1)} h`);
    cell(row, "minutes_to_centre", one.minutes_to_centre === null ? "–" : `${gcrm.number(one.minutes_to_centre, 1)} min`);
    cell(row, "compactness", one.compactness === null ? "–" : gcrm.number(one.compactness, 2));
    cell(row, "pieces", gcrm.number(one.pieces), one.pieces > 1);
    cell(row, "revenue", amounts(one.revenue) || "–");
    cell(row, "potential", one.potential === null ? "–" : gcrm.number(one.potential));
    const bar = row.querySelector('[data-now="bar"]');
    bar.style.width = `${Math.min(100, Math.round(100 * (one.load || 0)))}%`;
    bar.classList.toggle("over", one.load > 1);
    drawing.territories[position].figures = one;
  });
  const today = told.before === null ? "" : say(" (today {before})", { before: percent(told.before) });
  const money = amounts(now.movedRevenue);
  $("live").textContent = say("Largest difference {deviation}{today}. {accounts}{money}.", { deviation: percent(now.deviation), today, accounts: gcrm.counted(now.moved, "account changes hands", "accounts change hands"), money: money ? say(", with {money} a year", { money }) : "" });
  faults();
}

function rowsOf(position) {
  const rows = [];
  drawing.positions.forEach((at, i) => at === position && rows.push(i));
  return rows;
}

/** Gaps and slivers, each with a button that chooses its accounts. */
function faults() {
  const list = [];
  const add = (text, rows) =>
    list.push(gcrm.el("p", { class: "small scenario-fault" }, gcrm.el("span", { class: "late", text }), told.work ? gcrm.el("button", { type: "button", class: "button quiet", text: rows.length === 1 ? say("Choose it") : say("Choose them"), onclick: () => choose(rows, { only: true, show: true }) }) : null));
  now.territories.forEach(({ pieces, strays, compactness, accounts }, position) => {
    if (pieces > 1) add(say("{position} is in {pieces} pieces: {accounts} apart.", { position: nameOf(position), pieces, accounts: gcrm.counted(strays.length, "account lies", "accounts lie") }), strays);
    if (compactness !== null && accounts > 2 && compactness < SLIVER) add(say("{position} is a sliver: {compactness} of a disc's roundness.", { position: nameOf(position), compactness: gcrm.number(compactness, 2) }), rowsOf(position));
  });
  if (now.unowned) {
    const rows = [];
    drawing.positions.forEach((at, i) => at === NOBODY && rows.push(i));
    add(say("{accounts} no territory.", { accounts: gcrm.counted(now.unowned, "account has", "accounts have") }), rows);
  }
  $("faults").replaceChildren(...list);
}

function hueTable() {
  for (const row of document.querySelectorAll(".scenario-table tr[data-position]")) row.querySelector(".hue").style.background = HUES[drawing.hue[row.dataset.position]];
}

// --- Choosing -------------------------------------------------------------------------------------------------------

function chosenWords() {
  const { size } = drawing.chosen;
  let work = 0;
  for (const i of drawing.chosen) work += (drawing.units.visits_min[i] + drawing.units.travel_min[i]) / 60;
  $("chosen-words").textContent = size ? say("{accounts} chosen, {work} h a week.", { accounts: gcrm.counted(size, "account", "accounts"), work: gcrm.number(work, 1) }) : say("Choose accounts on the map, in the list below, or by name.");
  $("give-button").disabled = !size;
  $("choose-none").disabled = !size;
  $("give-button").textContent = size ? say("Give {accounts}", { accounts: gcrm.counted(size, "account", "accounts") }) : say("Give");
}

function choose(rows, { only = false, show = false, toggle = false } = {}) {
  if (!told.work) return;
  if (only) drawing.chosen.clear();
  for (const i of rows) {
    if (toggle && drawing.chosen.has(i)) drawing.chosen.delete(i);
    else drawing.chosen.add(i);
  }
  chosenWords();
  drawing.redraw();
  if (show && rows.length) {
    const { places } = drawing.units;
    const box = L.latLngBounds(rows.map((i) => [places[2 * i + 1], places[2 * i]]));
    if (!drawing.map.getBounds().contains(box)) drawing.map.fitBounds(box, { maxZoom: 14, padding: [32, 32] });
  }
}

/** Whole regions: what is wholly chosen already is let go where `toggle` says so. */
function chooseParts(which, { only = false, toggle = false } = {}) {
  const rows = which.flatMap((part) => parts.rows(part));
  const all = rows.length && rows.every((row) => drawing.chosen.has(row));
  choose(toggle && all ? rows : rows.filter((row) => only || !drawing.chosen.has(row)), { only, toggle: toggle && all });
}

const keeps = (event) => Boolean(event && (event.shiftKey || event.ctrlKey || event.metaKey));

async function card(row) {
  const { places, ids } = drawing.units;
  const at = L.latLng(places[2 * row + 1], places[2 * row]);
  let words = null;
  try {
    const account = await gcrm.fetch(drawing.options.cardUrl.replace("{id}", ids[row]));
    const url = gcrm.safeUrl(account.url);
    words = gcrm.el("div", { class: "small" }, gcrm.el("a", { href: url, text: account.name }), gcrm.el("div", { text: account.address }));
    const [was, to] = [drawing.units.now[row], drawing.positions[row]];
    words.append(gcrm.el("div", { text: was === to ? nameOf(to) : `${was === NOBODY ? say("No rep here") : nameOf(was)} → ${nameOf(to)}` }));
  } catch (fault) {
    words = gcrm.el("div", { text: fault.message });
  }
  L.popup({ offset: [0, -4], autoPan: false }).setLatLng(at).setContent(words).openOn(drawing.map);
}

// --- Changes --------------------------------------------------------------------------------------------------------

function put(moves, to) {
  for (const [row, was, went] of moves) drawing.positions[row] = to === "was" ? was : went;
  count();
  drawing.label();
  drawing.redraw();
}

function give(rows = [...drawing.chosen], to = Number($("give-to").value)) {
  const moves = rows.filter((row) => drawing.positions[row] !== to).map((row) => [row, drawing.positions[row], to]);
  drawing.chosen.clear();
  chosenWords();
  if (moves.length) {
    put(moves, "went");
    done.push(moves);
    undone.length = 0;
    steps({ undo: [say("{accounts} to {to}", { accounts: gcrm.counted(moves.length, "account", "accounts"), to: nameOf(to) })], redo: [] });
    saver.add("moves", { accounts: moves.map(([row]) => drawing.units.ids[row]), to });
  } else drawing.redraw();
}

function undo() {
  if ($("undo").disabled) return;
  const moves = done.pop();
  if (moves) {
    put(moves, "was");
    undone.push(moves);
  }
  $("undo").disabled = !done.length;
  $("redo").disabled = !undone.length;
  saver.add("undo", {});
}

function redo() {
  if ($("redo").disabled) return;
  const moves = undone.pop();
  if (moves) {
    put(moves, "went");
    done.push(moves);
  }
  $("undo").disabled = !done.length;
  $("redo").disabled = !undone.length;
  saver.add("redo", {});
}

function steps({ undo: can, redo: again }) {
  for (const [id, titles] of [["undo", can], ["redo", again]]) {
    $(id).disabled = !titles.length;
    $(id).setAttribute("aria-label", titles.length ? `${id === "undo" ? say("Undo") : say("Redo")}: ${titles[0]}` : id === "undo" ? say("Undo") : say("Redo"));
  }
}

// --- Saving ---------------------------------------------------------------------------------------------------------

async function send(path, body) {
  const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content };
  const response = await fetch(`${here}/${path}`, { method: "POST", credentials: "same-origin", headers, body: JSON.stringify(body) });
  return { status: response.status, body: await response.json().catch(() => null) };
}

/** Whether the server has as many accounts in each territory as the map. */
const agrees = (state) => state.territories.length === k && state.territories.every((one) => one.figures.accounts === now.territories[one.position].accounts);

async function reload() {
  const state = await gcrm.fetch(drawing.options.drawingUrl);
  if (state.territories.length !== k) return window.location.reload(); // a split was undone or made again: the lists change too
  done.length = 0;
  undone.length = 0;
  dues = state.dues;
  drawing.chosen.clear();
  drawing.take(state);
  saver.restart(state.version);
  version(state.version);
  count();
  chosenWords();
  drawing.redraw();
}

function version(text) {
  for (const field of document.querySelectorAll("[data-version]")) field.value = text;
}

const saver = new Saver({
  version: told.version,
  send,
  onSaved(state, last) {
    version(state.version);
    if (!last) return;
    $("finding").textContent = state.finding;
    if (!agrees(state)) reload().catch((fault) => drawing.map.gcrm.fail(fault.message));
    else {
      drawing.territories = state.territories;
      drawing.outlines(state.territories);
    }
    steps(state);
  },
  onLate({ error, now: theirs }, waiting) {
    const mine = waiting.map(({ path, body }) => (path === "moves" ? say("{accounts} to {to}", { accounts: gcrm.counted(body.accounts.length, "account", "accounts"), to: nameOf(body.to) }) : path));
    const others = theirs.steps.slice(-3).map(({ title, by, undone: back }) => `${title}${back ? " (undone)" : ""}${by ? `, ${by}` : ""}`);
    const line = (name, text) => gcrm.el("div", {}, gcrm.el("strong", { text: `${name}: ` }), gcrm.el("span", { text }));
    const again = waiting.filter(({ path }) => path === "moves").map(({ body }) => body);
    const take = async (mineToo) => {
      $("late").hidden = true;
      await reload();
      steps(theirs);
      if (!mineToo) return;
      const rowOf = new Map(Array.from(drawing.units.ids, (id, row) => [id, row]));
      for (const { accounts, to } of again) {
        choose(accounts.map((id) => rowOf.get(id)), { only: true });
        $("give-to").value = to;
        give();
      }
    };
    $("late").replaceChildren(
      gcrm.el("strong", { text: error }),
      line(say("Now"), say("largest difference {deviation}, {accounts}{others}", { deviation: percent(theirs.deviation), accounts: gcrm.counted(theirs.moved, "account moved", "accounts moved"), others: others.length ? say(". Last: {last}", { last: others.join("; ") }) : "" })),
      line(say("Yours"), say("largest difference {deviation}, {accounts}. Not saved: {changes}", { deviation: percent(now.deviation), accounts: gcrm.counted(now.moved, "account moved", "accounts moved"), changes: mine.join("; ") })),
      gcrm.el("div", { class: "flow" }, gcrm.el("button", { type: "button", class: "button", text: say("Show how it is now"), onclick: () => take(false) }), again.length ? gcrm.el("button", { type: "button", class: "button", text: say("Make my change there too"), onclick: () => take(true) }) : null),
    );
    $("late").hidden = false;
  },
  onRefused({ error = say("The change is not saved."), remedy = say("Reload the page.") }) {
    $("late").replaceChildren(gcrm.el("strong", { text: error }), gcrm.el("span", { text: ` ${remedy} ` }), gcrm.el("button", { type: "button", class: "button", text: say("Show what is saved"), onclick: () => { $("late").hidden = true; reload(); } }));
    $("late").hidden = false;
  },
  onState({ waiting, trouble }) {
    $("saving").textContent = trouble || (waiting ? say("Saving {changes} …", { changes: gcrm.counted(waiting, "change", "changes") }) : say("All changes saved."));
    document.body.dataset.saving = waiting ? "1" : "";
  },
});

// --- Begin ----------------------------------------------------------------------------------------------------------

function beginWork() {
  const { map } = drawing;
  const tool = () => document.querySelector('input[name="tool"]:checked').value;
  const tools = chooseOnMap(map, {
    tool,
    onClick(point, event) {
      if (parts.level) {
        const part = parts.at(point);
        if (part >= 0) chooseParts([part], { toggle: true });
        return;
      }
      const row = drawing.nearest(point);
      if (row < 0) return;
      choose([row], { toggle: true });
      if (!keeps(event)) card(row);
    },
    onShape(shape, event) {
      const { x, y } = drawing.pixels();
      const rows = inside(x, y, shape);
      if (parts.level) chooseParts(parts.touched(rows), { only: !keeps(event) });
      else choose(rows, { only: !keeps(event) });
    },
    onDrag: (from) => (parts.level ? parts.at(from) : drawing.nearest(from)) >= 0,
    onDrop(from, to) {
      const there = drawing.territoryAt(to);
      const rows = parts.level ? parts.rows(parts.at(from)) : [drawing.nearest(from)].filter((row) => row >= 0);
      if (!rows.length || there === null) return;
      give(rows.some((row) => drawing.chosen.has(row)) ? [...new Set([...drawing.chosen, ...rows])] : rows, there);
    },
  });
  for (const one of document.querySelectorAll('input[name="tool"]')) one.addEventListener("change", tools.use);
  if ($("take")) {
    const take = () => parts.use($("take").value).catch((fault) => map.gcrm.fail(fault.message));
    $("take").addEventListener("change", take);
    if ($("take").value) take(); // as the browser keeps it over a reload
  }
  $("give-button").addEventListener("click", () => give());
  $("choose-none").addEventListener("click", () => choose([], { only: true }));
  $("undo").addEventListener("click", undo);
  $("redo").addEventListener("click", redo);
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z" || event.target.closest("input, textarea, select")) return;
    event.preventDefault();
    if (event.shiftKey) redo();
    else undo();
  });
  window.addEventListener("beforeunload", (event) => saver.waiting && event.preventDefault());
  steps(told);
  lists();
}

function lists() {
  const rowOf = new Map(Array.from(drawing.units.ids, (id, row) => [id, row]));
  $("by-name").addEventListener("submit", async (event) => {
    event.preventDefault();
    const { accounts } = await gcrm.fetch(`${here}/accounts?text=${encodeURIComponent($("find").value)}`);
    const items = accounts.map((one) => gcrm.el("li", { class: "flow" }, gcrm.el("button", { type: "button", class: "button", text: say("Choose"), "aria-label": say("Choose {name}", { name: one.name }), onclick: () => choose([rowOf.get(one.id)], { show: true }) }), gcrm.el("span", { class: "name", text: one.name }), gcrm.el("span", { class: "small soft", text: `${one.address ? `${one.address}, ` : ""}${nameOf(drawing.positions[rowOf.get(one.id)])}` })));
    $("found").replaceChildren(...(items.length ? items : [gcrm.el("li", { class: "soft", text: say("No account of this scenario has that in its name or address.") })]));
  });
  $("by-territory").addEventListener("submit", (event) => {
    event.preventDefault();
    const rows = [];
    drawing.positions.forEach((at, i) => at === Number($("whole").value) && rows.push(i));
    choose(rows, { show: true });
  });
  $("merge").addEventListener("submit", (event) => {
    event.preventDefault();
    const [one, into] = [Number($("merge-one").value), Number($("merge-into").value)];
    const rows = rowsOf(one);
    $("merge-said").textContent = one === into ? say("Choose two different territories.") : rows.length ? "" : say("{one} has no accounts.", { one: nameOf(one) });
    if (one !== into && rows.length) give(rows, into);
  });
  // What is not saved yet would be another version than the one to split.
  $("split").addEventListener("submit", (event) => {
    if (!saver.waiting) return;
    event.preventDefault();
    $("split-said").textContent = say("Your last change is still being saved. Try again in a moment.");
  });
  if (!$("by-part")) return;
  const load = async () => {
    const told = await parts.load($("part-level").value);
    $("part-names").replaceChildren(...told.names.map((name) => gcrm.el("option", { value: name })));
    return told;
  };
  $("part").addEventListener("focus", load);
  $("part-level").addEventListener("change", load);
  $("by-part").addEventListener("submit", async (event) => {
    event.preventDefault();
    const { names, which } = await load();
    const wanted = $("part").value.trim().toLowerCase();
    const number = names.findIndex((name) => name.toLowerCase() === wanted);
    const rows = [];
    which.forEach((at, i) => number >= 0 && at === number && rows.push(i));
    $("part-said").textContent = rows.length ? say("{accounts} in {names}.", { accounts: gcrm.counted(rows.length, "account", "accounts"), names: names[number] }) : say("There is none of that name. Choose one of the list.");
    choose(rows, { show: true });
  });
}

drawing
  .load()
  .then((state) => {
    dues = state.dues;
    hueTable();
    count();
    drawing.label();
    if (told.work) beginWork();
    else drawing.map.on("click", (event) => {
      const row = drawing.nearest(event.containerPoint);
      if (row >= 0) card(row);
    });
    document.body.dataset.scenario = "ready";
  })
  .catch(() => undefined); // the map says why
