/** Erasing a patient. */

import { send } from "./api.js";
import { openForm } from "./dialog.js";
import { _, format } from "./language.js";
import { day } from "./numbers.js";

const DELETED = _("All clips, results, corrections and notes of this patient are deleted. This cannot be undone.");

/**
 * Ask whether a patient is to be erased, and erase them.
 * @param {{id: string, pseudonym: string}} patient
 * @returns {Promise<boolean>} false if cancelled
 */
export async function erasePatient({ id, pseudonym }) {
  return erase({ id, pseudonym }, { text: DELETED, reason: "required", confirmation: pseudonym, placeholder: _("such as: consent withdrawn") });
}

/**
 * Ask whether a patient whose time has ended is to be erased, and erase them: that end is the reason.
 * @param {{id: string, pseudonym: string, keep_until: string}} patient
 * @returns {Promise<boolean>} false if cancelled
 */
export async function eraseDuePatient({ id, pseudonym, keep_until }) {
  const ended = format(_("The time to keep this data ended on {day}."), { day: day(keep_until) });
  return erase({ id, pseudonym }, { text: `${ended} ${DELETED}`, reason: "none" }, { why: ended });
}

/** Ask by a form, and erase the patient; the fields complete or replace those of the answer. */
async function erase({ id, pseudonym }, form, fields = {}) {
  const answer = await openForm({ title: format(_("Erase {patient}?"), { patient: pseudonym }), action: _("Erase for good"), danger: true, ...form });
  if (answer) await send(`/api/patients/${id}`, { ...answer, ...fields }, "DELETE");
  return answer !== null;
}
