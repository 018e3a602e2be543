/** Erasing a patient. */

import { send } from "./api.js";
import { openForm } from "./dialog.js";
import { _, format } from "./language.js";
import { day } from "./numbers.js";

/**
 * Ask whether a patient is to be erased, and erase them.
 * @param {{id: string, pseudonym: string}} patient
 * @returns {Promise<boolean>} false if cancelled
 */
export async function erasePatient({ id, pseudonym }) {
  const answer = await openForm({
    title: format(_("Erase {patient}?"), { patient: pseudonym }), text: _("All clips, results, corrections and notes of this patient are deleted. This cannot be undone."),
    reason: "required", confirmation: pseudonym, action: _("Erase for good"), danger: true, placeholder: _("such as: consent withdrawn"),
  });
  if (answer) await send(`/api/patients/${id}`, answer, "DELETE");
  return answer !== null;
}

/**
 * Ask whether a patient whose time has ended is to be erased, and erase them: the reason is known.
 * @param {{id: string, pseudonym: string, keep_until: string}} patient
 * @returns {Promise<boolean>} false if cancelled
 */
export async function eraseDuePatient({ id, pseudonym, keep_until }) {
  const ended = format(_("The time to keep this data ended on {day}."), { day: day(keep_until) });
  const answer = await openForm({
    title: format(_("Erase {patient}?"), { patient: pseudonym }), text: `${ended} ${_("All clips, results, corrections and notes of this patient are deleted. This cannot be undone.")}`,
    reason: "none", action: _("Erase for good"), danger: true,
  });
  if (answer) await send(`/api/patients/${id}`, { ...answer, why: ended }, "DELETE");
  return answer !== null;
}
