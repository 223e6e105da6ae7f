/* "Something changed" without a connection: late, cancelled, brought in, free time. It is kept on this device, shown on the day at
 * once, and checked by the planner when there is a connection. */
import { say } from "./say.js";
import { freeDay, newsOf } from "./offline/day-news.js";
import { clock, freshId, keep, keptMs, outbox, sender } from "./offline/phone.js";

const list = document.querySelector(".timeline");
const place = document.getElementById("tried");
const NEWS = /^(\/plans\/[^/]+\/(\d{4}-\d{2}-\d{2}))\/news$/;
const HERE = ["late", "cancelled", "urgent", "free"];

function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function show(...parts) {
  const box = element("section", { className: "panel tried" }, ...parts);
  box.setAttribute("role", "status");
  place.replaceChildren(box);
  return box;
}
const words = (textContent) => element("p", { textContent });
const close = () => element("button", { type: "button", className: "button", textContent: say("Close"), onclick: () => place.replaceChildren() });

async function tell(address, day, body, name) {
  try {
    await keep({ url: `${address}/told`, client_id: freshId(), what: "day", account: "", name, body: { ...body, day, at: new Date().toISOString() } });
  } catch {
    show(words(say("This browser keeps nothing on the device. Try again when you are connected.")), close());
    return;
  }
  show(words(say("{name}: kept on this device, not yet checked by the planner. It is sent by itself.", { name })), close());
  sender.wake();
}

async function fillFreeTime(address, day) {
  const [{ clockOf, filled, worthOf }, { pocket }] = await Promise.all([import("./offline/free-time.js"), import("./offline/pocket-data.js")]);
  const data = await pocket();
  const stops = [...list.querySelectorAll(".stop[data-stop-account]")].map((stop) => ({ account: stop.dataset.stopAccount, state: ["done", "here", "next", "later"].find((one) => stop.classList.contains(`is-${one}`)) || "" }));
  const asked = freeDay(data, stops, newsOf(await outbox.recent(), { day, kept_ms: keptMs }), { day, now_ms: clock.rightMs() });
  if (!asked) {
    show(words(say("The driving times of this day are not on this device. This needs a connection.")), close());
    return;
  }
  const byId = new Map(data.accounts.map((account) => [account.id, account]));
  const nearby = asked.nearby.map((account) => ({ id: account.id, worth: worthOf(account) }));
  const { plan, added, order } = filled(asked.coming, nearby, asked.matrix, asked.day);
  if (!plan) {
    show(words(say("By the driving times on this device not even the planned visits can all be made in time. Leave one out, or call ahead.")), close());
    return;
  }
  const rows = plan.stops.map(({ id, start_s }) => element("li", {}, `${clockOf(start_s)} `, element("a", { href: `/accounts/${id}`, className: "name", textContent: byId.get(id).name }), added.includes(id) ? element("span", { className: "badge", textContent: say("new") }) : ""));
  const names = added.map((id) => byId.get(id).name);
  const reordered = order.filter((id) => !added.includes(id)).join() !== asked.coming.join();
  const title = added.length ? say("Room for {names}", { names: names.join(", ") }) : say("Nobody nearby fits into the free time");
  const box = show(element("h2", { textContent: title }), element("ol", { className: "plain" }, ...rows), words(say("Home {home}.{reordered} Worked out on this device, not yet checked by the planner.", { home: clockOf(plan.home_s), reordered: reordered ? say(" The order is another than planned.") : "" })));
  const buttons = element("div", { className: "flow actions" });
  if (added.length) buttons.append(element("button", { type: "button", className: "button primary", textContent: say("Take in"), onclick: () => tell(address, day, { what: "free", accounts: added, names }, say("Taken into free time: {names}", { names: names.join(", ") })) }));
  buttons.append(close());
  box.append(buttons);
}

function act(form) {
  const [, address, day] = NEWS.exec(new URL(form.action).pathname) || [];
  const fields = new FormData(form);
  const what = fields.get("what");
  if (!address || !HERE.includes(what)) return false;
  if (what === "free") fillFreeTime(address, day);
  else if (what === "late") tell(address, day, { what, minutes: Number(fields.get("minutes")) }, say("{minutes} min late", { minutes: fields.get("minutes") }));
  else {
    const account = fields.get("account");
    const stop = list.querySelector(`[data-stop-account="${CSS.escape(account)}"] .stop-name`);
    const chosen = form.elements.account.selectedOptions ? form.elements.account.selectedOptions[0] : null;
    const name = (stop || chosen || { textContent: "a visit" }).textContent.trim();
    tell(address, day, { what, accounts: [Number(account)], names: [name] }, what === "cancelled" ? say("{name} cancelled", { name }) : say("{name} brought in", { name }));
  }
  return true;
}

if (list && place) {
  const isOffline = () => navigator.onLine === false || keptMs !== null;
  document.addEventListener(
    "htmx:beforeRequest",
    (event) => {
      const form = event.target instanceof HTMLFormElement ? event.target : null;
      if (!form || !isOffline() || !act(form)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    true,
  );
}
