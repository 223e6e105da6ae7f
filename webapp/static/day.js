/* My day: what this device has done since the page was made, and, once Navigate was tapped, Check in as the first button. */
import { say } from "./say.js";
import { moved, newsOf } from "./offline/day-news.js";
import { progress } from "./offline/day-progress.js";
import { kept, key } from "./offline/drafts.js";
import { dayIn } from "./offline/kept-pages.js";
import { clock, keptMs, outbox, user } from "./offline/phone.js";

const list = document.querySelector(".timeline");
const stops = list ? [...list.querySelectorAll(".stop[data-stop-account]")] : [];
const STATES = ["done", "here", "next", "later", "cancelled"];

/** What the outbox knows, laid over the server's states: what is visited shows as visited, the next stop is the right one. */
async function lay() {
  const { zone } = list.dataset;
  const error_ms = clock.rightMs() - Date.now();
  const entries = await outbox.recent();
  const news = newsOf(entries, { day: list.dataset.day, kept_ms: keptMs });
  const states = progress(
    stops.map((stop) => ({ account: stop.dataset.stopAccount, state: stop.dataset.state })),
    entries,
    { cancelled: news.cancelled, kept_ms: keptMs, day: list.dataset.day, dayOf: (at) => dayIn(zone, Date.parse(at) + error_ms) },
  );
  stops.forEach((stop, index) => {
    const { state, visit } = states[index];
    const drawn = document.querySelector(`[data-sketch-account="${stop.dataset.stopAccount}"]`);
    for (const element of [stop, drawn]) for (const one of STATES) if (element) element.classList.toggle(`is-${one}`, one === state);
    const actions = stop.querySelector("[data-stop-actions]");
    if (actions) {
      actions.hidden = !["next", "here"].includes(state);
      actions.querySelector('[data-act="navigate"]').hidden = state === "here";
      const checkIn = actions.querySelector('[data-act="check-in"]');
      checkIn.querySelector("span").textContent = state === "here" ? say("Outcome") : say("Check in");
      checkIn.classList.toggle("primary", state === "here");
    }
    let line = stop.querySelector(".since-kept");
    if (state === "cancelled") {
      if (!line) {
        line = Object.assign(document.createElement("p"), { className: "small since-kept" });
        stop.querySelector(".stop-body").append(line);
      }
      line.textContent = say("Cancelled; the planner does not know yet");
      return;
    }
    if (!visit || (stop.dataset.state === "done" && !visit.waiting)) {
      if (line) line.remove();
      return;
    }
    if (!line) {
      line = Object.assign(document.createElement("p"), { className: "small since-kept" });
      stop.querySelector(".stop-body").append(line);
    }
    line.textContent = [visit.outcome ? say("Visited, {outcome}", { outcome: say(visit.outcome) }) : state === "here" ? say("Checked in") : say("Visited"), visit.waiting && say("kept on this device, not sent yet")].filter(Boolean).join("; ");
  });
  layNews(news, states);
  const done = states.filter(({ state }) => state === "done").length;
  const told = document.getElementById("visits-done");
  if (told) {
    told.textContent = say("{done} of {stops} visits done", { done, stops: stops.length });
    told.hidden = !done;
  }
  // How late the rep is was worked out from what the server knew then.
  const late = document.getElementById("behind-plan");
  if (late) late.hidden = keptMs !== null || states.some(({ state }, index) => state !== stops[index].dataset.state);
}

/** What was told of the day and is not planned with yet: times moved, visits taken out and in, and what became of it. */
function layNews({ late_min, taken, told }, states) {
  stops.forEach((stop, index) => {
    const time = stop.querySelector(".stop-time time");
    time.dataset.planned = time.dataset.planned || time.textContent;
    time.textContent = ["next", "later"].includes(states[index].state) && late_min ? moved(time.dataset.planned, late_min) : time.dataset.planned;
  });
  let box = document.getElementById("day-told");
  if (!told.length) {
    if (box) box.remove();
    return;
  }
  if (!box) {
    box = Object.assign(document.createElement("section"), { id: "day-told", className: "panel" });
    box.setAttribute("role", "status");
    list.before(box);
  }
  const line = (tag, text) => Object.assign(document.createElement(tag), { textContent: text });
  const lines = told.map(({ name, words, waiting }) => line("li", waiting ? say("{name}: on this device, not yet checked by the planner", { name }) : `${name}: ${words || say("sent")}`));
  const links = taken.flatMap(({ accounts, names }) => accounts.map((id, index) => Object.assign(line("a", say("Check in: {name}", { name: names[index] || say("account") })), { className: "button", href: `/check-in/${id}?back=${encodeURIComponent(window.location.pathname)}` })));
  const all = document.createElement("ul");
  all.className = "plain";
  all.append(...lines);
  const flow = document.createElement("div");
  flow.className = "flow";
  flow.append(...links);
  box.replaceChildren(all, flow);
}

function underWay() {
  const box = stops.map((stop) => stop.querySelector("[data-stop-actions]")).find((one) => one && !one.hidden);
  if (!box) return;
  const name = key(user, `under-way:${list.dataset.rep}`);
  const mark = { day: list.dataset.day, account: box.dataset.stopActions };
  const navigate = box.querySelector('[data-act="navigate"]');
  const checkIn = box.querySelector('[data-act="check-in"]');
  if (navigate.hidden) return;
  const turn = () => {
    const now = kept.read(name);
    const going = Boolean(now && now.day === mark.day && now.account === mark.account);
    navigate.classList.toggle("primary", !going);
    checkIn.classList.toggle("primary", going);
  };
  navigate.addEventListener("click", () => {
    kept.write(name, mark);
    turn();
  });
  turn();
}

if (stops.length) {
  const draw = () => lay().catch(() => undefined);
  draw().then(underWay);
  document.addEventListener("gcrm:outbox", draw);
}
