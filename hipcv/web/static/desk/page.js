/** The first page: patients, clips that wait, uploads. */

import { get, send } from "../shared/api.js";
import { progressTo, waitingTable, workingRow } from "./clips.js";
import { patientTable } from "./patients.js";
import { startUploads } from "./uploads.js";
import { byId, make, show } from "../shared/dom.js";
import { listen } from "../shared/events.js";
import { startFrame } from "../shared/page_shell.js";
import { initials } from "../shared/initials.js";
import { tell, tellFault } from "../shared/toast.js";

const SETTLE_MS = 300;
let asked = 0;

async function load() {
  try {
    render(await get("/api/desk"));
  } catch (fault) {
    tellFault(fault);
  }
}

function render(view) {
  byId("working-card").hidden = !view.working.length;
  show(byId("working"), ...view.working.map(workingRow));
  show(byId("waiting"), waitingTable(view.waiting));
  byId("waiting-note").textContent = view.waiting.length > 1 ? `${view.waiting.length} clips, the least certain first` : "";
  show(byId("patients"), patientTable(view.patients));
  show(byId("pseudonyms"), ...view.patients.map((patient) => make("option", { value: patient.pseudonym })));
}

/** Many clips change at once: the desk is asked for once they have settled. */
function loadSoon() {
  clearTimeout(asked);
  asked = setTimeout(load, SETTLE_MS);
}

function heard(news) {
  const row = byId("working").querySelector(`[data-clip-id="${news.id}"]`);
  if (row && news.state === "analysing") progressTo(row, news);
  else loadSoon();
}

async function addPatient(event) {
  event.preventDefault();
  const field = byId("new-patient");
  try {
    const by = initials() ? { by: initials() } : {};
    await send("/api/patients", { pseudonym: field.value.trim(), ...by });
    tell(`${field.value.trim()} was added.`);
    field.value = "";
    await load();
  } catch (fault) {
    tellFault(fault);
  }
}

startFrame();
startUploads(loadSoon);
byId("add-patient").addEventListener("submit", addPatient);
listen(heard, loadSoon);
await load();
