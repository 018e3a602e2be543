/** Header and state of the clip page: patient, progress, and what can be done with the clip. */

import { MAX_ELSEWHERE, elsewhereTexts, isPending, optionTexts, pendingRow, showProgress } from "../shared/clips.js";
import { button, byId, make, onSubmit, setContent, setTitle } from "../shared/dom.js";
import { _, format } from "../shared/language.js";
import { day, today } from "../shared/numbers.js";
import { fillPatients, startNewPatient } from "../shared/patient_choice.js";
import { paperLinks } from "../shared/papers.js";
import { deskAddress } from "./neighbours.js";
import { issueList, measuredSides } from "./result.js";

const UNMEASURED = { refused: _("Not measured"), failed: _("Measuring failed"), cancelled: _("Measuring was stopped") };
const ASKED = { left: _("Left leg asked for"), right: _("Right leg asked for") };

/**
 * Render the header and the state at every change.
 * @param {import("./store.js").ClipStore} store
 */
export function startHeader(store) {
  byId("reanalyze").addEventListener("click", () => void store.reanalyze());
  store.addEventListener("change", () => {
    const { clip, patient, visit, analysis } = store.view;
    const pending = isPending(clip);
    const measured = Boolean(store.curves && store.sides.length);
    setTitle("clip-name", clip.name);
    setContent(byId("crumb"), make("a", { href: deskAddress(), text: _("Desk") }), " / ", ...(patient ? owner(patient, visit, " / ") : [_("Clip of no patient yet")]));
    byId("clip-actions").hidden = false;
    byId("report").hidden = byId("handout").hidden = byId("export-menu").hidden = !analysis || pending;
    byId("reanalyze").hidden = pending;
    byId("help").hidden = !measured || pending;
    byId("review").hidden = !analysis || pending;
    byId("review").classList.toggle("unmeasured", !measured);
    byId("state-card").hidden = !pending && !(clip.state in UNMEASURED);
    setContent(byId("state-card"), ...(pending ? pendingState(clip) : unmeasuredState(store)));
    setContent(byId("assignment-card"), ...assignment(store));
  });
}

/**
 * Show the progress of the analysis.
 * @param {any} event an event of the clip
 */
export function showClipProgress(event) {
  const row = byId("state-card").querySelector("[data-clip-id]");
  if (row) showProgress(row, event);
}

function owner(patient, visit, separator) {
  return [make("a", { href: `/patients/${patient.id}`, text: patient.pseudonym }), visit ? `${separator}${day(visit.on)}` : null];
}

function pendingState(clip) {
  return [make("h2", { text: clip.measured ? _("Measured; report and video are being prepared") : _("Being measured") }), ...measuredSides(clip), make("ul", { class: "items" }, pendingRow(clip)), make("p", { class: "note", text: _("This page goes on by itself.") })];
}

function unmeasuredState(store) {
  const { clip, analysis } = store.view;
  if (clip.state === "cancelled") return cancelledState(store);
  const refusals = (analysis?.automatic.issues ?? []).filter((issue) => issue.severity === "refuse");
  return [
    make("h2", { text: UNMEASURED[clip.state] ?? "" }),
    refusals.length ? issueList(refusals) : make("p", { text: clip.said || _("No number could be had from this clip.") }),
  ];
}

function cancelledState(store) {
  const earlier = store.analysis ? make("p", { class: "note", text: _("The result on this page is the earlier one.") }) : null;
  return [make("h2", { text: UNMEASURED.cancelled }), make("p", { text: store.view.clip.said }), earlier, button(_("Measure now"), () => void store.measure(), { class: "primary", id: "measure" })];
}

/** Create a note on each of the first other copies of the recording, and one on how many more there are. */
function elsewhereNotes({ elsewhere }, patient) {
  const notes = elsewhereTexts(elsewhere, patient?.pseudonym).slice(0, MAX_ELSEWHERE).map((text, index) => make("p", { class: "caution" }, `${text} `, make("a", { href: `/clips/${elsewhere[index].id}`, text: _("Open it") })));
  const more = elsewhere.length - notes.length;
  return more > 0 ? [...notes, make("p", { class: "note", text: format(_("Further places of this recording: {count}"), { count: more }) })] : notes;
}

/** Create the line on the last move of the clip, with its undo; null where it was not moved. */
function moveNote(store) {
  const { moved } = store.view;
  if (!moved) return null;
  const from = moved.patient ? format(_("It was moved here from {patient}, {day}, by {initials}."), { patient: moved.patient, day: day(moved.on), initials: moved.by }) : format(_("It was assigned by {initials}."), { initials: moved.by });
  return make("p", { class: "note", id: "moved" }, `${from} `, button(_("Undo"), () => void store.undoMove(), { class: "small", id: "undo-move" }));
}

/** Create the form that assigns the clip to a patient's visit. */
function assignment(store) {
  const { clip, patient, visit, analysis } = store.view;
  const name = make("select", { id: "move-patient", required: true });
  const add = make("button", { type: "button", class: "small", id: "move-new-patient", text: _("New patient…") });
  const on = make("input", { id: "move-on", type: "date", required: true, max: today(), value: visit?.on ?? analysis?.recorded_on ?? today() });
  void fillPatients(name, patient?.pseudonym ?? "");
  startNewPatient(add, name);
  const form = make("form", {},
    make("div", { class: "fields" }, make("div", {}, make("label", { for: "move-patient", text: _("Patient") }), make("div", { class: "choice" }, name, add)), make("div", {}, make("label", { for: "move-on", text: _("Day of the visit") }), on)),
    make("button", { type: "submit", class: "small", text: patient ? _("Move") : _("Assign") }));
  onSubmit(form, () => void store.move(name.value, on.value));
  const facts = [ASKED[clip.side] ?? _("whichever leg moved"), ...optionTexts(clip), format(_("added {day}"), { day: day(clip.added_at) })];
  const origin = make("p", { class: "note", text: facts.join(", ") });
  const recorded = analysis?.recorded ? make("p", { class: "note", text: analysis.recorded }) : null;
  const alike = [moveNote(store), ...elsewhereNotes(clip, patient)];
  if (!patient) return [make("h2", { text: _("Whose clip is it?") }), ...alike, form, origin, recorded];
  return [make("h2", { text: _("Patient and visit") }), make("p", {}, ...owner(patient, visit, ", ")), analysis && visit ? make("p", { class: "papers" }, ...paperLinks(visit)) : null, ...alike, origin, recorded, make("details", {}, make("summary", { text: _("Move to another patient or day") }), form)];
}
