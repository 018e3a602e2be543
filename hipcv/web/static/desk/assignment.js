/** The form with patient, day, leg and options of the next clips, and what the names of files say. */

import { byId } from "../shared/dom.js";

/** @typedef {import("../shared/assignment.js").Assignment} Assignment */

/**
 * Return what the form says.
 * @returns {Assignment}
 */
export function readAssignment() {
  const patient = byId("upload-patient").value;
  return {
    patient,
    on: patient && byId("upload-on").value,
    side: byId("upload-side").value,
    mirrored: byId("upload-mirrored").checked,
    external: byId("upload-external").checked,
  };
}

/** Empty the form: the next clips may be another patient's. */
export function clearAssignment() {
  for (const name of ["patient", "on", "side"]) byId(`upload-${name}`).value = "";
  for (const name of ["mirrored", "external"]) byId(`upload-${name}`).checked = false;
}

/**
 * Complete an assignment by what the name of the file says.
 * @param {Assignment} chosen
 * @param {{patient: string|null, on: string|null, side: string|null}} named
 * @returns {Assignment}
 */
export function completeAssignment(chosen, named) {
  const patient = chosen.patient || named.patient || "";
  return { ...chosen, patient, on: patient && (chosen.on || named.on || ""), side: chosen.side || named.side || "" };
}

/**
 * Return the assignment that the name of the file says.
 * @param {Assignment} chosen
 * @param {{patient: string|null, unknown: string|null, on: string|null, side: string|null}} named
 * @returns {Assignment}
 */
export function namedAssignment(chosen, named) {
  const patient = named.patient ?? named.unknown ?? chosen.patient;
  return { ...chosen, patient, on: patient && (named.on ?? chosen.on), side: named.side ?? chosen.side };
}

/**
 * Return true where the name of the file says another patient, day or leg than was chosen.
 * @param {Assignment} chosen
 * @param {{patient: string|null, unknown: string|null, on: string|null, side: string|null}} named
 * @returns {boolean}
 */
export function contradicts(chosen, named) {
  const patient = named.patient ?? named.unknown;
  return [[chosen.patient, patient], [chosen.on, named.on], [chosen.side, named.side]].some(([one, other]) => one && other && one !== other);
}
