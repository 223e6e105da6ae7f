import assert from "node:assert/strict";
import { test } from "node:test";

import { Asker, chosenAfter } from "../../webapp/static/search.js";

test("arrows go round through the lines and the box", () => {
  assert.equal(chosenAfter("ArrowDown", -1, 2), 0);
  assert.equal(chosenAfter("ArrowDown", 1, 2), -1);
  assert.equal(chosenAfter("ArrowUp", -1, 2), 1);
  assert.equal(chosenAfter("ArrowUp", 0, 2), -1);
  assert.equal(chosenAfter("ArrowDown", -1, 0), -1);
  assert.equal(chosenAfter("ArrowUp", -1, 0), -1);
});

/** A clock that rings when told to, and a server that answers when told to. */
function world() {
  const timers = new Map();
  const asked = [];
  const shown = [];
  let count = 0;
  const asker = new Asker(
    (text) => new Promise((answer) => asked.push({ text, answer })),
    (answer) => shown.push(answer),
    { later: (ring) => (timers.set(++count, ring), count), never: (one) => timers.delete(one) },
  );
  const ring = () => {
    const all = [...timers.values()];
    timers.clear();
    return all.map((one) => one());
  };
  return { asker, asked, shown, ring };
}

test("only the last of what is typed in one go is asked", async () => {
  const { asker, asked, ring } = world();
  for (const text of ["b", "be", "ber "]) asker.typed(text);
  ring();
  assert.deepEqual(asked.map(({ text }) => text), ["ber"]);
});

test("an answer that comes after a newer question is not shown", async () => {
  const { asker, asked, shown, ring } = world();
  asker.typed("old");
  const [first] = ring();
  asker.typed("new");
  const [second] = ring();
  asked[1].answer("new answer");
  await second;
  asked[0].answer("old answer");
  await first;
  assert.deepEqual(shown, ["new answer"]);
});

test("an empty box shows nothing and asks nobody", async () => {
  const { asker, asked, shown, ring } = world();
  asker.typed("  ");
  await Promise.all(ring());
  assert.deepEqual([asked.length, shown], [0, [""]]);
});
