/** Patient, day, leg and options of clips, in words. */

import { legName } from "./labels.js";
import { _, format } from "./language.js";
import { day, today } from "./numbers.js";

/** @typedef {{patient: string, on: string, side: string, mirrored: boolean, external: boolean}} Assignment */

/**
 * Say an assignment in words: for P-077, today, left leg, mirrored.
 * @param {Assignment} assignment
 * @returns {string}
 */
export function describeAssignment({ patient, on, side, mirrored, external }) {
  const parts = [
    patient ? format(_("for {patient}"), { patient }) : _("for no patient yet"),
    patient && (on === today() ? _("today") : on ? day(on) : _("the day of the recording")),
    side ? legName(side).toLowerCase() : _("whichever leg moves"),
    mirrored && _("mirrored"),
    external && _("external rotation too"),
  ];
  return parts.filter(Boolean).join(", ");
}
