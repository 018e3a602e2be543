/** The first page: uploads, clips to review, patients. */

import { get, send, subscribe } from "../shared/api.js";
import { clipOwner, clipQuality, clipResult, pendingRow, showProgress } from "../shared/clips.js";
import { byId, cell, make, onSubmit, setContent, table } from "../shared/dom.js";
import { initials } from "../shared/initials.js";
import { startPageShell } from "../shared/page_shell.js";
import { showErrors, showToast } from "../shared/toast.js";
import { patientTable } from "./patients.js";
import { startUploads } from "./uploads.js";

const SETTLE_MS = 300;
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
  byId("waiting-note").textContent = waiting.length > 1 ? `${waiting.length} clips, the least certain first` : "";
  setContent(byId("patients"), patientTable(patients));
  setContent(byId("pseudonyms"), ...patients.map((patient) => make("option", { value: patient.pseudonym })));
}

function reviewTable(clips) {
  if (!clips.length) return make("p", { class: "empty", text: "Nothing waits. New clips come here once they are measured." });
  return table("cards waiting", ["Clip", "Patient and visit", "Result", "Quality", ""], clips.map((clip) => make("tr", { "data-clip-id": clip.id },
    make("th", { scope: "row" }, make("a", { href: `/clips/${clip.id}`, text: clip.name })),
    cell("Patient", {}, clipOwner(clip) ?? make("span", { class: "hint", text: "not assigned" })),
    cell("Result", {}, clipResult(clip)),
    cell("Quality", {}, clipQuality(clip)),
    make("td", { class: "go" }, make("a", { class: "button small", href: `/clips/${clip.id}`, "aria-label": `Review ${clip.name}` }, "Review")))));
}

function onClip(event) {
  const row = byId("working").querySelector(`[data-clip-id="${event.id}"]`);
  if (row && event.state === "analysing") showProgress(row, event);
  else loadSoon();
}

function addPatient() {
  const field = byId("new-patient");
  void showErrors(async () => {
    const pseudonym = field.value.trim();
    await send("/api/patients", { pseudonym, ...(initials() ? { by: initials() } : {}) });
    showToast(`${pseudonym} was added.`);
    field.value = "";
    await load();
  });
}

startPageShell();
startUploads(loadSoon);
onSubmit(byId("add-patient"), addPatient);
subscribe(onClip, loadSoon);
await load();
