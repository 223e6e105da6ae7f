/* Signing out: what is unsent is told first; then what the browser holds of customers goes. */
import { counted, say } from "../say.js";
import { drafts, key } from "./drafts.js";

/** Take away what this browser holds of customers: kept pages, the history of pieces, drafts. What is unsent stays. */
export async function clearBrowser(user, { caches, sessionStorage, localStorage }) {
  sessionStorage.clear();
  for (const name of drafts(user, localStorage)) localStorage.removeItem(name);
  const own = [key(user, "visit:"), key(user, "under-way:")];
  const names = Array.from({ length: localStorage.length }, (_, index) => localStorage.key(index));
  for (const name of names) if (own.some((start) => name.startsWith(start))) localStorage.removeItem(name);
  if (caches) await caches.delete("gcrm-day");
}

/** What signing out would leave behind, in words; "" where nothing is unsent. */
export function warning(waiting, refused, typed) {
  const parts = [];
  if (waiting) parts.push(say("{waiting} not been sent yet.", { waiting: counted(waiting, "entry has", "entries have") }));
  if (refused) parts.push(say("{refused} refused and not settled.", { refused: counted(refused, "entry was", "entries were") }));
  if (waiting || refused) parts.push(say("Sign out anyway, and they stay on this device; they are sent once you sign in here again."));
  if (typed) parts.push(say("{typed} text that you have not saved; signing out removes it.", { typed: counted(typed, "form holds", "forms hold") }));
  return parts.join(" ");
}

/** Tie the sign-out form: ask first where something is unsent. */
export function begin(form, { user, outbox, sender, saveUnsent, stores }) {
  const box = document.getElementById("sign-out-warning");
  let sure = false;
  const leave = async () => {
    sure = true;
    await clearBrowser(user, stores).catch(() => undefined);
    form.requestSubmit();
  };
  form.addEventListener("submit", async (event) => {
    if (sure) return;
    event.preventDefault();
    let told;
    try {
      told = warning((await outbox.waiting()).length, (await outbox.refused()).length, drafts(user).length);
    } catch {
      told = "";
    }
    if (!told) {
      leave();
      return;
    }
    box.querySelector("p").textContent = told;
    box.hidden = false;
    box.scrollIntoView({ block: "nearest" });
    box.querySelector("button").focus();
  });
  box.querySelector('[data-act="send"]').addEventListener("click", async () => {
    box.querySelector("p").textContent = say("Sending …");
    const { left } = await sender.wake();
    if (left) box.querySelector("p").textContent = warning(left, (await outbox.refused()).length, drafts(user).length);
    else form.requestSubmit();
  });
  box.querySelector('[data-act="save"]').addEventListener("click", () => saveUnsent());
  box.querySelector('[data-act="leave"]').addEventListener("click", leave);
  box.querySelector('[data-act="stay"]').addEventListener("click", () => (box.hidden = true));
}
