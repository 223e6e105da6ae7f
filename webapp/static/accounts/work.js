/* The map of accounts for a desk: coloured and chosen by any field, with a lasso; all of it stands in the address. */
import { say } from "../say.js";
import { places } from "../scenario/places.js";
import { chooseOnMap } from "../scenario/tools.js";
import { besides, counts, fromQuery, inArea, shown, toQuery, unpack } from "./points.js";

const [{ map, options }] = await places();
const { PointCanvas, symbol } = await import("./canvas.js"); // it needs the map's own scripts
const gcrm = window.gcrm;
/* Paul Tol's muted scheme for categories, safe for the colour-blind, as maps/classing.py has it; grey is for the others. */
const HUES = ["#88ccee", "#ddcc77", "#cc6677", "#44aa99", "#aa4499", "#999933", "#117733", "#882255", "#6699cc"];
const OTHERS = "#bbbbbb";
const LISTED = 50;

/** Which of the values of the kind is that of prospects. */
const prospectOf = (kind) => kind.values.indexOf("Prospect");

const VALUES_LISTED = 12;
const $ = (id) => document.getElementById(id);

const state = fromQuery(window.location.search);
let points = null;
let layer = null;
let mask = null;
let area = null; // one byte an account: whether the drawn area holds it
let kind = null;
let outline = null;
const names = new Map();

const fieldOf = (key) => points.fields.find((one) => one.key === key);

// --- What is drawn --------------------------------------------------------------------------------------------------

let look = null;

function colourBy() {
  const field = fieldOf(state.colour) || fieldOf("kind");
  state.colour = field.key;
  $("colour").value = field.key;
  const of = new Uint8Array(points.n);
  for (let i = 0; i < points.n; i++) of[i] = Math.min(field.codes[i], HUES.length);
  look = { colours: [...HUES, OTHERS], of, field };
}

function legend() {
  const { field } = look;
  const found = counts(field, mask);
  const rows = [];
  field.values.slice(0, HUES.length).forEach((value, at) => found[at] && rows.push({ symbol: symbol(HUES[at], false), text: field.inWords(value), count: gcrm.number(found[at]) }));
  const rest = found.slice(HUES.length).reduce((sum, n) => sum + n, 0);
  if (rest) rows.push({ symbol: symbol(OTHERS, false), text: gcrm.counted(found.slice(HUES.length).filter((n) => n).length, "other value", "other values"), count: gcrm.number(rest) });
  const kinds = counts(fieldOf("kind"), mask);
  const prospects = kinds[prospectOf(fieldOf("kind"))] || 0;
  if (prospects) rows.push({ symbol: symbol("#ffffff", true), text: say("Diamond: prospect"), count: gcrm.number(prospects) });
  map.gcrm.legend.section("accounts", field.label, rows);
}

/** Draw what the state says, count it, and put it into the address. */
function show() {
  const began = performance.now();
  mask = shown(points, state.wanted, area);
  if (layer) layer.draw();
  document.body.dataset.filterMs = String(performance.now() - began);
  // The map is what a person looks at: it is painted before the numbers beside it are counted.
  cancelAnimationFrame(later);
  later = requestAnimationFrame(() => setTimeout(tell));
}

let later = 0;

function tell() {
  legend();
  chips();
  said();
  address();
}

function address() {
  const { lat, lng } = map.getCenter();
  const query = toQuery({ ...state, view: [lat, lng, map.getZoom()] });
  window.history.replaceState(null, "", `?${query}`);
  for (const field of document.querySelectorAll("[data-address]")) field.value = query;
}

// --- Words ----------------------------------------------------------------------------------------------------------

function said() {
  let n = 0;
  for (let i = 0; i < points.n; i++) n += mask[i];
  $("found").textContent = n === points.n ? say("{accounts} on the map.", { accounts: gcrm.counted(n, "account", "accounts") }) : say("{count} of {accounts}.", { count: gcrm.number(n), accounts: gcrm.counted(points.n, "account", "accounts") });
  $("no-area").hidden = !state.area;
  list();
}

/** The first accounts that are shown, by name; told once nothing has changed for a moment. */
let pause = null;
function list() {
  clearTimeout(pause);
  pause = setTimeout(async () => {
    const rows = [];
    for (let i = 0; i < points.n && rows.length < LISTED; i++) if (mask[i]) rows.push(i);
    const wanted = rows.map((row) => points.ids[row]).filter((id) => !names.has(id));
    try {
      if (wanted.length) for (const one of (await gcrm.fetch(`${$("accounts-map").dataset.names}?ids=${wanted.join(",")}`)).accounts) names.set(one.id, one);
    } catch (fault) {
      $("listed").replaceChildren(gcrm.el("li", { class: "late", text: fault.message }));
      return;
    }
    $("listed").replaceChildren(
      ...rows.map((row) => {
        const one = names.get(points.ids[row]) || { name: say("Account {row}", { row: points.ids[row] }), url: "", address: "" };
        return gcrm.el("li", {}, gcrm.el("a", { class: "name", href: gcrm.safeUrl(one.url), text: one.name }), gcrm.el("span", { class: "small soft", text: ` ${one.address}` }));
      }),
    );
  }, 300);
}

function chips() {
  const focused = document.activeElement && document.activeElement.id;
  const passing = besides(points, state.wanted, area);
  $("filters").replaceChildren(
    ...points.fields.map((field) => {
      const words = state.wanted[field.key] || [];
      const isOpen = opened.has(field.key);
      const found = isOpen ? counts(field, passing(field.key)) : [];
      const listed = [...new Set([...words.filter((word) => field.values.includes(word)), ...field.values.slice(0, VALUES_LISTED)])];
      const boxes = listed.map((value) => gcrm.el("label", { class: "choice small" }, gcrm.el("input", { type: "checkbox", id: `f-${field.key}-${field.values.indexOf(value)}`, checked: words.includes(value) || null, onchange: ({ target }) => take(field.key, value, target.checked) }), ` ${field.inWords(value)} `, gcrm.el("span", { class: "soft", text: gcrm.number(found[field.values.indexOf(value)] || 0) })));
      const more = field.values.length > VALUES_LISTED ? gcrm.el("input", { class: "input", list: `values-${field.key}`, placeholder: say("{values} values", { values: gcrm.number(field.values.length) }), "aria-label": say("Another value of {label}", { label: field.label }), onchange: ({ target }) => field.values.includes(target.value) && take(field.key, target.value, true) }) : null;
      const values = more ? gcrm.el("datalist", { id: `values-${field.key}` }, ...field.values.slice(0, 2000).map((value) => gcrm.el("option", { value }))) : null;
      const box = gcrm.el("details", { open: isOpen ? "" : null, ontoggle: ({ target }) => target.open !== opened.has(field.key) && toggled(field.key, target.open) }, gcrm.el("summary", { text: words.length ? `${field.label}: ${words.map(field.inWords).join(", ")}` : field.label }), ...boxes, more, values);
      return box;
    }),
  );
  if (focused && $(focused)) $(focused).focus();
}

const opened = new Set(["kind", "priority", ...Object.keys(state.wanted)]);

function toggled(key, open) {
  if (open) opened.add(key);
  else opened.delete(key);
  if (open) chips();
}

function take(key, value, on) {
  const words = new Set(state.wanted[key] || []);
  if (on) words.add(value);
  else words.delete(value);
  opened.add(key);
  if (words.size) state.wanted[key] = [...words];
  else delete state.wanted[key];
  show();
}

// --- On the map -----------------------------------------------------------------------------------------------------

function drawArea() {
  if (outline) outline.remove();
  outline = null;
  area = state.area ? inArea(points, state.area) : null;
  if (state.area) outline = L.polygon(state.area.map(([x, y]) => [y, x]), { interactive: false, fill: false, color: "#0b5cad", weight: 2, dashArray: "6 4" }).addTo(map);
}

async function card(row) {
  const at = L.latLng(points.lat[row], points.lon[row]);
  try {
    const content = gcrm.accountCard(await gcrm.fetch(options.cardUrl.replace("{id}", points.ids[row])));
    L.popup({ offset: [0, -4], maxWidth: 280 }).setLatLng(at).setContent(content).openOn(map);
  } catch (fault) {
    map.gcrm.fail(fault.message, () => card(row));
  }
}

async function begin() {
  map.gcrm.busy(say("Loading accounts"), true);
  points = unpack(await gcrm.fetch(options.url, { binary: true }));
  map.gcrm.busy("", false);
  if (!points.n) {
    map.gcrm.show(say("No account is placed yet. Import some to see them here."));
    document.body.dataset.accounts = "drawn";
    return;
  }
  kind = fieldOf("kind");
  const prospect = prospectOf(kind);
  const diamond = Uint8Array.from(kind.codes, (code) => (code === prospect ? 1 : 0));
  $("colour").replaceChildren(...points.fields.map((field) => gcrm.el("option", { value: field.key, text: field.label })));
  colourBy();
  drawArea();
  mask = shown(points, state.wanted, area);
  if (state.view) map.setView([state.view[0], state.view[1]], state.view[2], { animate: false });
  else map.gcrm.fit(L.latLngBounds(bounds()));
  layer = new PointCanvas(points, () => ({ ...look, diamond, mask }));
  layer.addTo(map);
  show();
  map.on("moveend", address);
  const tools = chooseOnMap(map, {
    tool: () => document.querySelector('input[name="tool"]:checked').value,
    onClick(point) {
      const row = layer.nearest(point);
      if (row >= 0) card(row);
    },
    onShape(drawn) {
      state.area = drawn.filter((_, at) => at % Math.ceil(drawn.length / 60) === 0).map(([x, y]) => {
        const { lng, lat } = map.containerPointToLatLng([x, y]);
        return [lng, lat];
      });
      drawArea();
      show();
    },
  });
  for (const one of document.querySelectorAll('input[name="tool"]')) one.addEventListener("change", tools.use);
  $("no-area").addEventListener("click", () => {
    state.area = null;
    drawArea();
    show();
  });
  $("all").addEventListener("click", () => {
    Object.assign(state, { wanted: {}, area: null });
    drawArea();
    show();
  });
  $("colour").addEventListener("change", () => {
    state.colour = $("colour").value;
    colourBy();
    show();
  });
  requestAnimationFrame(() => {
    document.body.dataset.drawnMs = String(performance.now());
    document.body.dataset.accounts = "drawn";
  });
}

function bounds() {
  let [south, north, west, east] = [90, -90, 180, -180];
  for (let i = 0; i < points.n; i++) {
    south = Math.min(south, points.lat[i]);
    north = Math.max(north, points.lat[i]);
    west = Math.min(west, points.lon[i]);
    east = Math.max(east, points.lon[i]);
  }
  return [[south, west], [north, east]];
}

begin().catch((fault) => {
  map.gcrm.busy("", false);
  map.gcrm.fail(fault.message, () => window.location.reload());
});
