/* Texts in the language of the page: English in the code, other languages in texts/, as in gcrm/common/language.py. */

let spoken = globalThis.document ? document.documentElement.lang : "en";

/** Speak a language from now on: for a service worker, which is no page. */
export function speak(language) {
  spoken = language;
}

const texts = () => (globalThis.gcrmTexts || {})[spoken] || {};
const filled = (text, values) => (values ? text.replace(/\{(\w+)\}/g, (all, name) => (name in values ? values[name] : all)) : text);

/** A text, written whole as one literal, with its values put in for the names in braces. */
export function say(text, values) {
  return filled(texts()[text] || text, values);
}

/** A text that stands in a constant: said where it is shown. */
export const toSay = (text) => text;

/** The text for one or for many; n is put in for {n}. */
export function sayN(one, many, n, values) {
  const found = texts()[one];
  const [single, several] = Array.isArray(found) ? found : [one, many];
  return filled(n === 1 ? single : several, { n: number(n), ...values });
}

/** A number with its noun, both literals: "1 visit", "1,204 visits". */
export function counted(n, one, many) {
  return `${number(n)} ${sayN(one, many, n)}`;
}

/** A label as it stands inside a sentence: in English without its capital, which German nouns keep. */
export const inSentence = (label) => (spoken === "en" ? label.toLowerCase() : label);

/** A number with the separators of the language. */
export function number(value, digits = 0) {
  return Number(value).toLocaleString(locale(), { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** How the language writes days and numbers, for what the browser itself writes. */
export function locale() {
  return spoken === "en" ? "en-GB" : spoken;
}

// For the scripts of maps, which are no modules.
globalThis.gcrmSay = { say, sayN, toSay, counted, inSentence, number, locale };
