/** The first page: uploads, clips to review, patients. */

import { get } from "../shared/api.js";
import { clipAddress } from "../shared/clip_list.js";
import { clipOwner, clipQuality, clipResult, pendingRow, showProgress } from "../shared/clips.js";
import { byId, cell, make, onSubmit, setContent, table } from "../shared/dom.js";
import { subscribe } from "../shared/events.js";
import { _, format } from "../shared/language.js";
import { startPageShell } from "../shared/page_shell.js";
import { addPatient, fillPatients } from "../shared/patient_choice.js";
import { showErrors } from "../shared/toast.js";
import { isFiltered, listQuery, showPages, startFind } from "./find.js";
import { patientTable } from "./patients.js";
import { startUploads } from "./uploads.js";

const SETTLE_MS = 300;
const TITLES = { clip: _("Clip"), owner: _("Patient and visit"), result: _("Result"), quality: _("Quality"), review: "" };
let reload = 0;
let requests = 0;

async function load() {
  await Promise.all([loadLists(), fillPatients(byId("upload-patient"))]);
}

async function loadLists() {
  const request = ++requests;
  await showErrors(async () => {
    const answer = await get(`/api/desk?${listQuery()}`);
    if (request === requests) render(answer); // an earlier answer may come later
  });
}

/** Load once after several clips changed at about the same time. */
function loadSoon() {
  clearTimeout(reload);
  reload = setTimeout(load, SETTLE_MS);
}

function render(desk) {
  byId("working-card").hidden = !desk.working.length;
  const more = desk.working_total - desk.working.length;
  setContent(byId("working"), ...desk.working.map(pendingRow), more ? make("li", { class: "note", text: format(_("and {count} more"), { count: more }) }) : null);
  setContent(byId("waiting"), reviewTable(desk.waiting));
  byId("waiting-note").textContent = waitingNote(desk.waiting_total);
  setContent(byId("patients"), patientTable(desk.patients, { isFiltered: isFiltered(), onErased: load }));
  showPages("clips", desk.waiting_total, desk.rows, loadLists);
  showPages("patients", desk.patients_total, desk.rows, loadLists);
  byId("due").hidden = !desk.due_total;
  byId("due-text").textContent = format(_("Patients due for erasing, since the day until which their data was to be kept is past: {count}."), { count: desk.due_total });
}

function waitingNote(total) {
  if (total < 2) return "";
  const text = byId("find-order").value === "certainty" ? _("{count} clips, the least certain first") : _("{count} clips");
  return format(text, { count: total });
}

function reviewTable(clips) {
  if (!clips.length) return make("p", { class: "empty", text: isFiltered() ? _("No clip that waits for review fits the search.") : _("Nothing waits. New clips come here once they are measured.") });
  return table("cards waiting", Object.values(TITLES), clips.map((clip) => make("tr", { "data-clip-id": clip.id },
    make("th", { scope: "row" }, make("a", { href: clipAddress(clip.id, "waiting"), text: clip.name })),
    cell(_("Patient"), {}, clipOwner(clip) ?? make("span", { class: "hint", text: _("not assigned") })),
    cell(TITLES.result, {}, clipResult(clip)),
    cell(TITLES.quality, {}, clipQuality(clip)),
    make("td", { class: "go" }, make("a", { class: "button small", href: clipAddress(clip.id, "waiting"), "aria-label": format(_("Review {clip}"), { clip: clip.name }) }, _("Review"))))));
}

function onClip(event) {
  const row = byId("working").querySelector(`[data-clip-id="${event.id}"]`);
  if (row && event.state === "analysing") showProgress(row, event);
  else loadSoon();
}

function addNewPatient() {
  const field = byId("new-patient");
  void showErrors(async () => {
    const pseudonym = field.value.trim();
    await addPatient(pseudonym);
    field.value = "";
    await load();
  });
}

startPageShell();
startFind(loadLists);
startUploads(loadSoon);
onSubmit(byId("add-patient"), addNewPatient);
subscribe(onClip, loadSoon);
await load();
