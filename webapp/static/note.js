/* Notes and calls: kept on this device first, then sent, as check-ins are. */
import { say } from "./say.js";
import { REASONS } from "./offline/delivery.js";
import { freshId, keep, outbox, sender } from "./offline/phone.js";

const form = document.querySelector("form.note-form[data-note-url]");

function tell(words, className = "notice") {
  let line = form.querySelector(".note-told");
  if (!line) {
    line = document.createElement("p");
    line.setAttribute("role", "status");
    form.append(line);
  }
  line.className = `note-told ${className}`;
  line.textContent = words;
}

if (form) {
  form.addEventListener("submit", async (event) => {
    const kind = event.submitter && event.submitter.value === "call" ? "call" : "note";
    const note = form.elements.note.value.trim();
    if (!note) return; // the server says what is missing
    event.preventDefault();
    const { noteUrl: url, account, name, pass } = form.dataset;
    const buttons = [...form.querySelectorAll("button")];
    for (const one of buttons) one.disabled = true;
    let kept;
    try {
      kept = await keep({ url, client_id: freshId(), what: kind, account, name, body: { kind, note, pass, at: new Date().toISOString() } });
    } catch {
      for (const one of buttons) one.disabled = false;
      tell(say("This browser keeps nothing on the device. Try again when you are connected."), "problem");
      return;
    }
    form.gcrmForget();
    form.elements.note.value = "";
    tell(say("Kept on this device; sending …"));
    const answer = await outbox.send(kept.id);
    for (const one of buttons) one.disabled = false;
    if (answer && answer.verdict === "kept") {
      window.location.reload();
    } else if (answer && answer.verdict === "refused") {
      tell(say("{error} {remedy} It stays on this device: under Me you can change it or send it to a planner.", { error: answer.why.error, remedy: answer.why.remedy }), "problem");
    } else {
      tell(say("Kept on this device, not sent yet. {silent} It is sent by itself.", { silent: REASONS[answer && answer.reason] || REASONS.silent }));
      sender.wake();
    }
  });
}
