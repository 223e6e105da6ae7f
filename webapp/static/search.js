/* One search box over everything: Ctrl K or the magnifying glass opens it, arrows choose, Enter goes there. */
import { say } from "./say.js";

const WAIT_MS = 150;

/** Which of so many lines is chosen after a key: down and up go round, -1 is the box itself. */
export function chosenAfter(key, chosen, lines) {
  if (key === "ArrowDown") return chosen + 1 >= lines ? -1 : chosen + 1;
  if (key === "ArrowUp") return chosen < 0 ? lines - 1 : chosen - 1;
  return chosen;
}

/** Asks once the typing pauses, and takes only the answer to what was asked last. */
export class Asker {
  constructor(ask, show, { wait = WAIT_MS, later = (ring, ms) => setTimeout(ring, ms), never = (timer) => clearTimeout(timer) } = {}) {
    Object.assign(this, { ask, show, wait, later, never, newest: 0, timer: null });
  }

  typed(text) {
    this.never(this.timer);
    const mine = ++this.newest;
    this.timer = this.later(() => this.answered(text, mine), text.trim() ? this.wait : 0);
    return this.timer;
  }

  async answered(text, mine) {
    const answer = text.trim() ? await this.ask(text.trim()) : "";
    if (mine === this.newest) this.show(answer);
  }
}

function made(tag, attributes, ...parts) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...parts);
  return element;
}

export function begin(opener) {
  let dialog = null;
  let input = null;
  let found = null;

  async function ask(text) {
    try {
      const answer = await fetch(`${opener.href}?${new URLSearchParams({ q: text })}`, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
      if (answer.ok) return await answer.text();
      return `<p role="status">${answer.status === 401 ? say("You are signed out. Reload the page and sign in.") : say("The search failed. Try again.")}</p>`;
    } catch {
      return `<p role="status">${say("Search needs a connection.")}</p>`;
    }
  }

  const lines = () => [...found.querySelectorAll("a")];

  function build() {
    input = made("input", { class: "input", type: "search", "aria-label": say("Search for"), placeholder: say("Account, person, telephone, address, page"), maxlength: 200, autocomplete: "off" });
    found = made("div", { class: "found", "aria-live": "polite" });
    const close = made("button", { class: "button quiet", type: "button" }, say("Close"));
    const form = made("form", { method: "get", action: opener.href, role: "search", class: "search-form flow" }, input, close);
    input.name = "q";
    dialog = made("dialog", { class: "search-box", "aria-label": say("Search") }, form, found);
    document.body.append(dialog);
    const asker = new Asker(ask, (answer) => (found.innerHTML = answer));
    input.addEventListener("input", () => asker.typed(input.value));
    form.addEventListener("submit", (event) => {
      const [first] = lines();
      if (!first) return; // nothing yet: the page of the search answers
      event.preventDefault();
      first.click();
    });
    dialog.addEventListener("keydown", (event) => {
      if (!["ArrowDown", "ArrowUp"].includes(event.key)) return;
      const all = lines();
      const next = chosenAfter(event.key, all.indexOf(document.activeElement), all.length);
      (all[next] ?? input).focus();
      event.preventDefault();
    });
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  }

  function open() {
    if (!dialog) build();
    if (!dialog.open) dialog.showModal();
    input.focus();
    input.select();
  }

  opener.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    }
  });
}
