/* My day: after Navigate was tapped, the one primary button becomes Check in; kept on the device for the day. */
(function () {
  "use strict";
  const web = window.gcrmWeb;
  const list = document.querySelector(".timeline");
  if (list && list.dataset.keep) web.keepOffline([...new Set([window.location.pathname, ...JSON.parse(list.dataset.keep)])]);
  // What was done without a connection is not in the server's page yet.
  for (const { url } of web.waiting()) {
    const stop = document.querySelector(`[data-check-in="${CSS.escape(url)}"]`);
    if (!stop) continue;
    const note = document.createElement("p");
    note.className = "small late";
    note.textContent = "Visited, waits for a connection";
    stop.querySelector(".stop-body").append(note);
  }

  const box = list && list.querySelector("[data-stop-actions]");
  if (!box) return;
  const key = web.key(`under-way:${list.dataset.rep}`);
  const mark = { day: list.dataset.day, account: box.dataset.stopActions };
  const navigate = box.querySelector('[data-act="navigate"]');
  const checkIn = box.querySelector('[data-act="check-in"]');
  if (!navigate) return;

  function turn() {
    const now = web.kept.read(key);
    const underWay = Boolean(now && now.day === mark.day && now.account === mark.account);
    navigate.classList.toggle("primary", !underWay);
    checkIn.classList.toggle("primary", underWay);
  }
  navigate.addEventListener("click", () => {
    web.kept.write(key, mark);
    turn();
  });
  turn();
})();
