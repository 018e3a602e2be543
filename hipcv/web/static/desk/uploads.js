/** The desk's drop area: uploads of clips, two at a time, each with its progress. */

import { get } from "../shared/api.js";
import { describeAssignment } from "../shared/assignment.js";
import { MAX_ELSEWHERE, elsewhereTexts, ownerText } from "../shared/clips.js";
import { button, byId, make } from "../shared/dom.js";
import { _, format } from "../shared/language.js";
import { share, today } from "../shared/numbers.js";
import { addPatient, startNewPatient } from "../shared/patient_choice.js";
import { showErrors } from "../shared/toast.js";
import { upload } from "../shared/uploads.js";
import { clearAssignment, completeAssignment, contradicts, namedAssignment, readAssignment } from "./assignment.js";
import { openPhoneDialog } from "./phone.js";

const PARALLEL_UPLOADS = 2;
const VISIBLE_MS = 4000; // of a finished upload
const waiting = [];
let active = 0;

/**
 * Accept files by drag and drop and by the button.
 * @param {() => void} onUploaded called after each clip that was accepted
 */
export function startUploads(onUploaded) {
  const drop = byId("drop");
  byId("upload-on").max = today();
  startNewPatient(byId("upload-new-patient"), byId("upload-patient"));
  byId("upload-fields").addEventListener("change", showAssignment);
  showAssignment();
  byId("from-phone")?.addEventListener("click", () => void receiveFromPhone(onUploaded));
  byId("choose").addEventListener("click", () => byId("files").click());
  byId("files").addEventListener("change", (event) => {
    enqueueAll(event.target.files, onUploaded);
    event.target.value = "";
  });
  for (const name of ["dragover", "drop"]) document.addEventListener(name, (event) => event.preventDefault());
  document.addEventListener("dragover", () => drop.classList.add("over"));
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) drop.classList.remove("over");
  });
  document.addEventListener("drop", (event) => {
    drop.classList.remove("over");
    if (event.dataTransfer) enqueueAll(event.dataTransfer.files, onUploaded);
  });
  window.addEventListener("beforeunload", (event) => {
    if (active) event.preventDefault();
  });
}

/** Take files as the form says, and empty the form. */
function enqueueAll(files, onUploaded) {
  const chosen = readAssignment();
  for (const file of files) void settle(createRow(file), file, chosen, onUploaded);
  if (!files.length) return;
  clearAssignment();
  showAssignment();
}

function showAssignment() {
  byId("upload-for").textContent = format(_("The next clips: {assignment}"), { assignment: describeAssignment(readAssignment()) });
}

function createRow(file) {
  const bar = make("progress", { max: 1, value: 0, "aria-label": format(_("Upload of {file}"), { file: file.name }) });
  const status = make("span", { class: "note", text: _("waits") });
  const assignment = make("span", { class: "assignment" });
  const element = make("li", { class: "working" }, make("span", { class: "what", text: file.name }, assignment), status, bar);
  byId("uploads").hidden = false;
  byId("uploads").append(element);
  return { element, bar, status, assignment };
}

/** Complete the assignment by the file's name; where the two differ, or there is no such patient, ask. */
async function settle(row, file, chosen, onUploaded) {
  const go = (fields) => enqueue(row, file, fields, onUploaded);
  const named = await get(`/api/names?${new URLSearchParams({ name: file.name })}`).catch(() => null);
  if (!named) {
    go(chosen);
  } else if (contradicts(chosen, named)) {
    const asNamed = namedAssignment(chosen, named);
    const text = format(_("The name of the file says otherwise: {named}. You chose: {chosen}."), { named: describeAssignment(asNamed), chosen: describeAssignment(chosen) });
    ask(row, text, [[_("As I chose"), () => go(chosen)], named.unknown ? addFirst(named, asNamed, go) : [_("As the name says"), () => go(asNamed)]]);
  } else if (named.unknown && !chosen.patient) {
    const text = format(_("The name of the file says {patient}, who is not among the patients."), { patient: named.unknown });
    ask(row, text, [addFirst(named, completeAssignment(chosen, named), go), [_("Send without a patient"), () => go(completeAssignment(chosen, named))]]);
  } else {
    go(completeAssignment(chosen, named));
  }
}

/** Return the choice to add the patient whom the name of a file says, and to send the file for that one. */
function addFirst(named, fields, go) {
  return [format(_("Add {patient} and send"), { patient: named.unknown }), async () => {
    await addPatient(named.unknown);
    go({ ...fields, patient: named.unknown, on: fields.on || named.on || "" });
  }];
}

/** Ask what is to be done with a file before it is sent. */
function ask(row, text, choices) {
  const question = make("div", { class: "question" }, make("p", { class: "caution", role: "alert", text }));
  const choose = (act) => void showErrors(async () => {
    await act();
    question.remove();
    row.status.hidden = row.bar.hidden = false;
  });
  question.append(make("span", { class: "actions" }, ...choices.map(([name, act]) => button(name, () => choose(act), { class: "small" })), button(_("Dismiss"), () => remove(row.element), { class: "small quiet" })));
  row.status.hidden = row.bar.hidden = true;
  row.element.append(question);
}

function enqueue(row, file, fields, onUploaded) {
  row.assignment.textContent = describeAssignment(fields);
  waiting.push(() => run(file, { ...fields, name: file.name }, row, onUploaded));
  startNext();
}

function startNext() {
  if (active >= PARALLEL_UPLOADS || !waiting.length) return;
  active += 1;
  void waiting.shift()().finally(() => {
    active -= 1;
    startNext();
  });
}

async function run(file, fields, row, onUploaded) {
  try {
    row.status.textContent = _("sending");
    const received = await upload(file, fields, (sent) => {
      row.bar.value = sent;
      row.status.textContent = sent < 1 ? share(sent) : _("being checked");
    });
    showReceived(row, fields, received);
    onUploaded();
  } catch (error) {
    showFailure(file, fields, row, error, onUploaded);
  }
}

/** Receive clips from a phone as the form says, and empty the form once any came. */
async function receiveFromPhone(onUploaded) {
  const chosen = readAssignment();
  const any = await openPhoneDialog(chosen, (name, received) => {
    showReceived(createRow({ name }), chosen, received);
    onUploaded();
  });
  if (!any) return;
  clearAssignment();
  showAssignment();
}

/** Say that a clip was taken; what must be read stays: that it was here before, or is elsewhere as well. */
function showReceived(row, fields, { clip, already, patient, on, elsewhere }) {
  row.bar.hidden = true;
  row.status.textContent = already ? "" : _("taken");
  row.assignment.textContent = describeAssignment({ ...fields, patient: patient ?? "", on: on ?? "" });
  const copies = elsewhere.slice(0, MAX_ELSEWHERE);
  const notes = [already, ...elsewhereTexts(copies, patient)].filter(Boolean);
  if (!notes.length) {
    setTimeout(() => remove(row.element), VISIBLE_MS);
    return;
  }
  const links = [make("a", { class: "button small", href: `/clips/${clip}`, text: _("Open the clip") }), ...copies.map((other) => make("a", { class: "button small", href: `/clips/${other.id}`, text: format(_("Open {clip}"), { clip: ownerText(other) }) }))];
  row.element.append(make("div", { class: "question" }, ...notes.map((text) => make("p", { class: "caution", role: "alert", text })), make("span", { class: "actions" }, ...links, button(_("Dismiss"), () => remove(row.element), { class: "small quiet" }))));
}

function showFailure(file, fields, row, error, onUploaded) {
  row.bar.hidden = true;
  row.status.replaceWith(make("p", { class: "error", role: "alert", text: error.message }));
  const retry = button(_("Try again"), () => {
    remove(row.element);
    enqueue(createRow(file), file, fields, onUploaded);
  }, { class: "small" });
  row.element.append(make("span", { class: "actions" }, retry, button(_("Dismiss"), () => remove(row.element), { class: "small quiet" })));
}

function remove(element) {
  element.remove();
  byId("uploads").hidden = !byId("uploads").children.length;
}
