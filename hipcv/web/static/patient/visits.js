/** Corrections of a visit and of the pseudonym: each asks for a plain confirmation. */

import { send } from "../shared/api.js";
import { openForm } from "../shared/dialog.js";
import { button, make } from "../shared/dom.js";
import { _, format } from "../shared/language.js";
import { day, today } from "../shared/numbers.js";
import { paperLinks } from "../shared/papers.js";
import { showErrors, showToast } from "../shared/toast.js";

/**
 * Create the buttons of a visit: another day, and deletion where it has no clips.
 * @param {{id: string, on: string, clips: Object[]}} visit
 * @param {(view: any) => void} render is given the patient after the change
 * @returns {HTMLElement}
 */
export function visitActions(visit, render) {
  const fields = { day: day(visit.on) };
  return make("span", { class: "actions" },
    button(_("Change day…"), () => void showErrors(() => changeDay(visit, render)), { class: "small quiet", "aria-label": format(_("Change the day of the visit of {day}…"), fields) }),
    visit.clips.length ? null : button(_("Delete…"), () => void showErrors(() => deleteVisit(visit, render)), { class: "small quiet", "aria-label": format(_("Delete the visit of {day}…"), fields) }));
}

/**
 * Create the links to report and hand-out of a visit; null where no clip of it was analysed.
 * @param {{id: string, on: string, clips: Object[]}} visit
 * @returns {HTMLElement|null}
 */
export function visitPapers(visit) {
  if (!visit.clips.some(({ status }) => status)) return null;
  const signed = visit.clips.every(({ status }) => !status || status === "final");
  return make("p", { class: "papers" }, ...paperLinks(visit), signed ? null : make("span", { class: "note", text: _("Not all of this visit is signed off.") }));
}

/**
 * Ask for another pseudonym of a patient.
 * @param {{id: string, pseudonym: string}} patient
 * @param {(view: any) => void} render is given the patient after the change
 */
export async function renamePatient(patient, render) {
  const name = make("input", { id: "dialog-pseudonym", required: true, maxlength: 64, autocomplete: "off", value: patient.pseudonym });
  const label = make("label", { for: "dialog-pseudonym", text: _("New pseudonym") });
  const answer = await openForm({ title: format(_("Rename {patient}"), { patient: patient.pseudonym }), text: _("Give the patient a code, not their name. Visits and results stay as they are."), fields: [make("div", {}, label, name)], reason: "none", action: _("Rename") });
  if (!answer) return;
  render(await send(`/api/patients/${patient.id}`, { pseudonym: name.value.trim(), by: answer.by }));
  showToast(format(_("{before} is now {after}."), { before: patient.pseudonym, after: name.value.trim() }));
}

async function changeDay(visit, render) {
  const on = make("input", { id: "dialog-on", type: "date", required: true, max: today(), value: visit.on });
  const label = make("label", { for: "dialog-on", text: _("Day of the visit") });
  const text = _("All clips of the visit go along. If there is a visit on the new day, both become one. Results that are signed off have to be signed again.");
  const answer = await openForm({ title: format(_("Visit of {day}"), { day: day(visit.on) }), text, fields: [make("div", {}, label, on)], reason: "none", action: _("Change the day") });
  if (!answer) return;
  render(await send(`/api/visits/${visit.id}`, { on: on.value, by: answer.by }));
  showToast(format(_("The visit of {before} is now on {after}."), { before: day(visit.on), after: day(on.value) }));
}

async function deleteVisit(visit, render) {
  const answer = await openForm({ title: format(_("Delete the visit of {day}?"), { day: day(visit.on) }), text: visit.notes.length ? _("It has no clips. Its notes are deleted with it.") : _("It has no clips."), reason: "none", action: _("Delete"), danger: true });
  if (!answer) return;
  render(await send(`/api/visits/${visit.id}`, { by: answer.by }, "DELETE"));
  showToast(format(_("The visit of {day} was deleted."), { day: day(visit.on) }));
}
