/** Labels of codes, from the server's tables. */

import { _, capitalize, format } from "./language.js";
import { angle } from "./numbers.js";

/** @type {Object<string, any>} */
const LABELS = JSON.parse(document.body.dataset.lexicon ?? "{}");

/** Sides in the order in which they are shown. */
export const SIDES = ["left", "right"];

const MARKS = { provisional: _("provisional"), not_signed_off: _("not signed off"), hip_lift_taken_off: _("hip lift taken off") };
const SIDE_NAMES = { left: _("Left"), right: _("Right") };
const HIP_NAMES = { left: _("Left hip"), right: _("Right hip") };
const LEG_NAMES = { left: _("Left leg"), right: _("Right leg") };

/**
 * Return the codes of a table with their labels.
 * @param {"where"|"limiters"} table
 * @returns {Array<[string, string]>}
 */
export function options(table) {
  return Object.entries(LABELS[table] ?? {});
}

/**
 * Return the label of a code.
 * @param {"findings"|"cues"|"issues"|"severity"|"categories"|"angles"|"stages_of_work"|"asked"|"where"|"limiters"} table `cues`: how to prevent a finding
 * @param {string} code "" for no category
 * @returns {string}
 */
export function label(table, code) {
  return LABELS[table]?.[code] ?? capitalize(code.replaceAll("_", " "));
}

/**
 * Return the title of an issue; of a leg that rested while the other one moved, that of its own.
 * @param {{code: string, unit?: string}} issue
 * @returns {string}
 */
export function issueTitle({ code, unit }) {
  return label("issues", unit === LABELS.other_leg?.unit ? "other_leg" : code);
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
  return why ? format(_("not counted: {why}"), { why }) : _("not counted");
}

/**
 * Return what makes a result of a trend less certain: not signed off.
 * @param {string} code
 * @returns {string}
 */
export function markName(code) {
  return MARKS[code];
}

/**
 * Return "Left" or "Right".
 * @param {string} side
 * @returns {string}
 */
export function sideName(side) {
  return SIDE_NAMES[side];
}

/**
 * Return "Left hip" or "Right hip".
 * @param {string} side
 * @returns {string}
 */
export function hipName(side) {
  return HIP_NAMES[side];
}

/**
 * Return "Left leg" or "Right leg".
 * @param {string} side
 * @returns {string}
 */
export function legName(side) {
  return LEG_NAMES[side];
}

/**
 * Return the label of a sign-off status and the class of its tag.
 * @param {string|null} status preliminary, final or amended
 * @returns {{text: string, tone: string}}
 */
export function signOffLabel(status) {
  if (status === "final") return { text: _("Signed off"), tone: "good" };
  if (status === "amended") return { text: _("Changed after sign-off"), tone: "care" };
  return { text: _("Not signed off"), tone: "" };
}
