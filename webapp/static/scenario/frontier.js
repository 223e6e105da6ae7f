/* Balance against hand-overs: one drawing at a time, the point under the pointer marked in its row, a click makes it a scenario. */
const box = () => document.getElementById("points");
const chips = document.getElementById("counted");
let counted = "accounts";

/** Show the drawing of what is counted, and a choice of what else can be. */
function arrange() {
  const charts = [...box().querySelectorAll(".frontier-chart")];
  if (!charts.some((one) => one.dataset.chart === counted)) counted = "accounts";
  for (const one of charts) one.hidden = one.dataset.chart !== counted;
  if (!chips) return;
  chips.hidden = charts.length < 2;
  if (chips.children.length === charts.length) return;
  chips.replaceChildren(
    ...charts.map((one) => {
      const label = document.createElement("label");
      label.className = "chip";
      const radio = Object.assign(document.createElement("input"), { type: "radio", name: "counted", value: one.dataset.chart, checked: one.dataset.chart === counted });
      const words = document.createElement("span");
      words.textContent = one.querySelector(".frontier-axis").textContent;
      label.append(radio, words);
      return label;
    }),
  );
}

function mark(number) {
  for (const one of box().querySelectorAll("[data-point]")) one.classList.toggle("is-marked", number !== null && one.dataset.point === number);
}

const pointOf = (event) => (event.target instanceof Element ? event.target.closest("[data-point]") : null);

function pick(event) {
  const spot = event.target instanceof Element ? event.target.closest('.spot[role="button"]') : null;
  if (!spot) return;
  event.preventDefault();
  box().querySelector(`tr[data-point="${spot.dataset.point}"] form`).requestSubmit();
}

if (chips) chips.addEventListener("change", ({ target }) => {
  counted = target.value;
  arrange();
});
for (const name of ["pointerover", "focusin"]) document.addEventListener(name, (event) => mark(pointOf(event) ? pointOf(event).dataset.point : null));
document.addEventListener("click", pick);
document.addEventListener("keydown", (event) => (event.key === "Enter" || event.key === " ") && pick(event));
document.addEventListener("htmx:oobAfterSwap", arrange);
arrange();
