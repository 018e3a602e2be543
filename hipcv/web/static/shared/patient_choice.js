/** Choice of a patient from a list. A new one is added in a step of its own. */

import { get, send } from "./api.js";
import { openForm } from "./dialog.js";
import { make, setContent } from "./dom.js";
import { withInitials } from "./initials.js";
import { _, format } from "./language.js";
import { showErrors, showToast } from "./toast.js";

/**
 * Fill a list with the patients of the desk.
 * @param {HTMLSelectElement} select
 * @param {string} [chosen] pseudonym; as before where it is not given
 */
export async function fillPatients(select, chosen = select.value) {
  await showErrors(async () => {
    const { patients } = await get("/api/patients");
    setContent(select, make("option", { value: "", text: _("No patient yet") }), ...patients.map((name) => make("option", { value: name, text: name, selected: name === chosen })));
  });
}

/**
 * Let a button add a patient, who is then chosen in the list.
 * @param {HTMLButtonElement} control
 * @param {HTMLSelectElement} select
 */
export function startNewPatient(control, select) {
  control.addEventListener("click", () => void showErrors(async () => {
    const name = make("input", { id: "dialog-pseudonym", required: true, maxlength: 64, autocomplete: "off" });
    const label = make("label", { for: "dialog-pseudonym", text: _("Pseudonym of a new patient") });
    const answer = await openForm({ title: _("New patient"), text: _("Give the patient a code, not their name."), fields: [make("div", {}, label, name)], reason: "none", action: _("Add") });
    if (!answer) return;
    await addPatient(name.value.trim());
    await fillPatients(select, name.value.trim());
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }));
}

/**
 * Add a patient, and say so.
 * @param {string} pseudonym
 */
export async function addPatient(pseudonym) {
  await send("/api/patients", withInitials({ pseudonym }));
  showToast(format(_("{patient} was added."), { patient: pseudonym }));
}
