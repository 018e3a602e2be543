/** The first page: uploads, clips to review, patients. */

import { get, subscribe } from "../shared/api.js";
import { clipOwner, clipQuality, clipResult, pendingRow, showProgress } from "../shared/clips.js";
import { byId, cell, make, onSubmit, setContent, table } from "../shared/dom.js";
import { initials } from "../shared/initials.js";
import { _, format } from "../shared/language.js";
import { startPageShell } from "../shared/page_shell.js";
import { addPatient, fillPatients } from "../shared/patient_choice.js";
import { showErrors } from "../shared/toast.js";
import { patientTable } from "./patients.js";
import { startUploads } from "./uploads.js";

const SETTLE_MS = 300;
const TITLES = { clip: _("Clip"), owner: _("Patient and visit"), result: _("Result"), quality: _("Quality"), review: "" };
let reload = 0;

async function load() {
  await showErrors(async () => render(await get("/api/desk")));
}

/** Load once after several clips changed at about the same time. */
function loadSoon() {
  clearTimeout(reload);
  reload = setTimeout(load, SETTLE_MS);
}

function render({ working, waiting, patients }) {
  byId("working-card").hidden = !working.length;
  setContent(byId("working"), ...working.map(pendingRow));
  setContent(byId("waiting"), reviewTable(waiting));
  byId("waiting-note").textContent = waiting.length > 1 ? format(_("{count} clips, the least certain first"), { count: waiting.length }) : "";
  setContent(byId("patients"), patientTable(patients));
  void fillPatients(byId("upload-patient"));
}

function reviewTable(clips) {
  if (!clips.length) return make("p", { class: "empty", text: _("Nothing waits. New clips come here once they are measured.") });
  return table("cards waiting", Object.values(TITLES), clips.map((clip) => make("tr", { "data-clip-id": clip.id },
    make("th", { scope: "row" }, make("a", { href: `/clips/${clip.id}`, text: clip.name })),
    cell(_("Patient"), {}, clipOwner(clip) ?? make("span", { class: "hint", text: _("not assigned") })),
    cell(TITLES.result, {}, clipResult(clip)),
    cell(TITLES.quality, {}, clipQuality(clip)),
    make("td", { class: "go" }, make("a", { class: "button small", href: `/clips/${clip.id}`, "aria-label": format(_("Review {clip}"), { clip: clip.name }) }, _("Review"))))));
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
    await addPatient(pseudonym, initials());
    field.value = "";
    await load();
  });
}

startPageShell();
startUploads(loadSoon);
onSubmit(byId("add-patient"), addNewPatient);
subscribe(onClip, loadSoon);
await load();
