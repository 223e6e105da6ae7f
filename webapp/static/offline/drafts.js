/* What is typed into a form is kept until it has been sent: data-draft names it. */

const UNTOLD = ["hidden", "submit", "password", "file"];

export const key = (user, name) => `gcrm:${user}:${name}`;

export const kept = {
  read(name) {
    try {
      return JSON.parse(window.localStorage.getItem(name));
    } catch {
      return null;
    }
  },
  write(name, value) {
    try {
      if (value === null) window.localStorage.removeItem(name);
      else window.localStorage.setItem(name, JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  },
};

/** Fill a form with its draft and keep what is typed from now on; answers what forgets it. */
export function keepDraft(user, form) {
  const name = key(user, `draft:${form.dataset.draft}`);
  const fields = () => [...form.elements].filter((field) => field.name && !UNTOLD.includes(field.type));
  const before = kept.read(name);
  if (before) {
    for (const field of fields()) {
      if (!(field.name in before)) continue;
      if (["radio", "checkbox"].includes(field.type)) field.checked = before[field.name].includes(field.value);
      else if (!field.value) [field.value] = before[field.name];
    }
  }
  const save = () => {
    const values = {};
    for (const field of fields()) {
      if (["radio", "checkbox"].includes(field.type) && !field.checked) continue;
      (values[field.name] = values[field.name] || []).push(field.value);
    }
    kept.write(name, Object.values(values).some((list) => list.some(Boolean)) ? values : null);
  };
  form.addEventListener("input", save);
  form.addEventListener("change", save);
  form.gcrmForget = () => kept.write(name, null);
}

/** The names of a user's drafts. */
export function drafts(user, storage = window.localStorage) {
  const start = key(user, "draft:");
  return Array.from({ length: storage.length }, (_, index) => storage.key(index)).filter((name) => name.startsWith(start));
}
