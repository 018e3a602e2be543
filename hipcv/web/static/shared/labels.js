/** Labels of codes, from the server's tables. */

import { angle } from "./numbers.js";

/** @type {Object<string, any>} */
const LABELS = JSON.parse(document.body.dataset.lexicon ?? "{}");

/** Sides in the order in which they are shown. */
export const SIDES = ["left", "right"];

/**
 * Return the label of a code.
 * @param {"findings"|"cues"|"issues"|"severity"|"categories"|"angles"} table `cues`: how to prevent a finding
 * @param {string} code "" for no category
 * @returns {string}
 */
export function label(table, code) {
  return LABELS[table]?.[code] ?? capitalized(code);
}

/**
 * Return the angles of these fields, each with its name: 33.6° in the picture. What was not measured, or is no
 * part of a result of an earlier method, is left out.
 * @param {Object<string, any>} result of a side or repetition
 * @param {...("picture_deg"|"rotation_deg"|"from_vertical_deg")} fields
 * @returns {string[]}
 */
export function namedAngles(result, ...fields) {
  const measured = fields.filter((field) => (result[field] ?? null) !== null);
  return measured.map((field) => `${angle(result[field])} ${label("angles", field)}`);
}

/**
 * Return why a side has no number, though it was measured: not counted: hip lift.
 * @param {{why: string}} result
 * @returns {string}
 */
export function notCounted({ why }) {
  return why ? `not counted: ${why}` : "not counted";
}

/**
 * Return "Left" or "Right".
 * @param {string} side
 * @returns {string}
 */
export function sideName(side) {
  return capitalized(side);
}

/**
 * Return the label of a sign-off status and the class of its tag.
 * @param {string|null} status preliminary, final or amended
 * @returns {{text: string, tone: string}}
 */
export function signOffLabel(status) {
  if (status === "final") return { text: "Signed off", tone: "good" };
  if (status === "amended") return { text: "Changed after sign-off", tone: "care" };
  return { text: "Not signed off", tone: "" };
}

function capitalized(code) {
  const text = code.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
