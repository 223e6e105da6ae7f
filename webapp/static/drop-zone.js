/* A place to drop files on; the file input inside it serves the keyboard and the finger. */
(function () {
  "use strict";

  const { say } = window.gcrmSay;
  for (const zone of document.querySelectorAll("[data-drop]")) {
    const input = zone.querySelector('input[type="file"]');
    const names = zone.querySelector("[data-drop-names]");
    const plain = names.textContent;
    let inside = 0;

    const mark = (over) => zone.classList.toggle("is-over", over);
    const carriesFiles = (event) => [...event.dataTransfer.types].includes("Files");

    zone.addEventListener("dragenter", (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      inside += 1;
      mark(true);
    });
    zone.addEventListener("dragover", (event) => {
      if (carriesFiles(event)) event.preventDefault();
    });
    zone.addEventListener("dragleave", () => {
      inside = Math.max(0, inside - 1);
      mark(inside > 0);
    });
    zone.addEventListener("drop", (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      inside = 0;
      mark(false);
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
      input.focus();
    });
    input.addEventListener("change", () => {
      const chosen = [...input.files].map((file) => file.name).join(", ");
      names.textContent = chosen ? say("Chosen: {chosen}", { chosen }) : plain;
    });
  }
})();
