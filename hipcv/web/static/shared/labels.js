/** The words of codes, as the server's tables have them. */

/** @type {Object<string, any>} */
export const LEXICON = JSON.parse(document.body.dataset.lexicon ?? "{}");

/**
 * What a compensation is called.
 * @param {string} code
 * @returns {string}
 */
export function findingName(code) {
  return LEXICON.findings?.[code] ?? plain(code);
}

/**
 * What to do against a compensation.
 * @param {string} code
 * @returns {string}
 */
export function cueOf(code) {
  return LEXICON.cues?.[code] ?? "";
}

/**
 * What an issue of the clip is called.
 * @param {string} code
 * @returns {string}
 */
export function issueTitle(code) {
  return LEXICON.issues?.[code] ?? plain(code);
}

/**
 * How a compensation counts.
 * @param {string} severity
 * @returns {string}
 */
export function severityName(severity) {
  return LEXICON.severity?.[severity] ?? severity;
}

/**
 * How a number stands to the target.
 * @param {string|null} category
 * @returns {string}
 */
export function categoryName(category) {
  return LEXICON.categories?.[category ?? ""] ?? "Compensated too much to be read against the target";
}

/**
 * Left, Right.
 * @param {string} side
 * @returns {string}
 */
export function sideName(side) {
  return side.charAt(0).toUpperCase() + side.slice(1);
}

/**
 * Whether an analysis is signed: words and the tag's class.
 * @param {string|null} status preliminary, final or amended
 * @returns {{text: string, tone: string}}
 */
export function statusWords(status) {
  if (status === "final") return { text: "Signed off", tone: "good" };
  if (status === "amended") return { text: "Changed after sign-off", tone: "care" };
  return { text: "Not signed off", tone: "" };
}

function plain(code) {
  const words = code.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
