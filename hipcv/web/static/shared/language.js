/** Texts in the language of the page: from the server's catalogue, in English where it has none. */

/** @type {Object<string, string>} translations by their English text */
const MESSAGES = JSON.parse(document.body.dataset.messages ?? "{}");

/** Code of the language of the page. */
export const LANGUAGE = document.documentElement.lang;

const LOCALES = { en: "en-GB" }; // 3 March 2025

/** Locale of dates and lists in the language of the page. */
export const LOCALE = LOCALES[LANGUAGE] ?? LANGUAGE;

/**
 * Return a text in the language of the page. The text is a literal, for the catalogue to find.
 * @param {string} text
 * @returns {string}
 */
export function _(text) {
  return MESSAGES[text] ?? text;
}

/**
 * Return a text with its {fields} filled in.
 * @param {string} text
 * @param {Object<string, any>} fields
 * @returns {string}
 */
export function format(text, fields) {
  return formatParts(text, fields).join("");
}

/**
 * Return the parts of a text whose {fields} are texts or elements.
 * @param {string} text
 * @param {Object<string, any>} fields
 * @returns {any[]}
 */
export function formatParts(text, fields) {
  return text.split(/\{(\w+)\}/).map((part, index) => (index % 2 ? fields[part] : part)).filter((part) => part !== "");
}

/**
 * Return a text with a capital letter at its beginning.
 * @param {string} text
 * @returns {string}
 */
export function capitalize(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * Return words as a list in the language of the page: hip lift, thigh lift and knee drift.
 * @param {string[]} words
 * @returns {string}
 */
export function join(words) {
  return new Intl.ListFormat(LOCALE).format(words);
}
