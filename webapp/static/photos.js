/* Photos on a page: chosen or taken, shrunk here, kept on this device, sent after everything else. */
import { say } from "./say.js";
import { freshId, keep, outbox, sender } from "./offline/phone.js";
import { shrink } from "./offline/shrink-photo.js";

/** Photos for an input: `about` answers {about, account, name}, what they belong to. Ready where the input says so. */
export function begin(input, about) {
  const told = input.closest("[data-photos]").querySelector("[data-photos-told]");
  const list = input.closest("[data-photos]").querySelector("[data-photos-list]");
  let left = 0;

  async function add(file) {
    const { bytes, picture } = await shrink(file);
    const { about: number, account, name } = await about();
    await keep({ url: "/photos/", client_id: freshId(), what: "photo", account, name, body: { about: number, at: new Date().toISOString() }, bytes });
    const image = Object.assign(document.createElement("img"), { src: URL.createObjectURL(picture), alt: say("Photo {number}", { number: list.childElementCount + 1 }), width: 96, height: 96 });
    list.append(image);
  }

  input.addEventListener("change", async () => {
    const files = [...input.files];
    input.value = "";
    const faults = [];
    left += files.length;
    for (const file of files) {
      told.textContent = say("Shrinking and keeping: {left} to go …", { left });
      try {
        await add(file);
      } catch (fault) {
        faults.push(`${file.name}: ${fault.message}`);
      }
      left -= 1;
    }
    if (left) return;
    told.textContent = [say("{count} kept on this device.", { count: list.childElementCount }), ...faults].join(" ");
    sender.wake();
  });

  // How far the sending is.
  document.addEventListener("gcrm:outbox", async () => {
    const { about: number } = await about();
    const mine = (await outbox.recent().catch(() => [])).filter((entry) => entry.photo && entry.body.about === number);
    if (!mine.length || left) return;
    const sent = mine.filter((entry) => entry.state === "sent").length;
    told.textContent = sent === mine.length ? say("All {sent} sent.", { sent }) : say("{sent} of {mine} sent; the others are kept on this device.", { sent, mine: mine.length });
  });
}
