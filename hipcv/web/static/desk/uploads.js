/** The desk's drop area: uploads of clips, two at a time, each with its progress. */

import { button, byId, make } from "../shared/dom.js";
import { _, format } from "../shared/language.js";
import { share, today } from "../shared/numbers.js";
import { upload } from "../shared/uploads.js";

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
  byId("upload-on").value = today();
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

function enqueueAll(files, onUploaded) {
  const patient = byId("upload-patient").value.trim();
  const fields = {
    patient,
    on: patient && byId("upload-on").value,
    side: byId("upload-side").value,
    mirrored: byId("upload-mirrored").checked,
    external: byId("upload-external").checked,
  };
  for (const file of files) enqueue(file, { ...fields, name: file.name }, onUploaded);
}

function enqueue(file, fields, onUploaded) {
  const bar = make("progress", { max: 1, value: 0, "aria-label": format(_("Upload of {file}"), { file: file.name }) });
  const status = make("span", { class: "note", text: _("waits") });
  const element = make("li", { class: "working" }, make("span", { class: "what", text: file.name }), status, bar);
  byId("uploads").hidden = false;
  byId("uploads").append(element);
  waiting.push(() => run(file, fields, { element, bar, status }, onUploaded));
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
    await upload(file, fields, (sent) => {
      row.bar.value = sent;
      row.status.textContent = sent < 1 ? share(sent) : _("being checked");
    });
    row.status.textContent = _("taken");
    setTimeout(() => remove(row.element), VISIBLE_MS);
    onUploaded();
  } catch (error) {
    showFailure(file, fields, row, error, onUploaded);
  }
}

function showFailure(file, fields, row, error, onUploaded) {
  row.bar.hidden = true;
  row.status.replaceWith(make("p", { class: "error", role: "alert", text: error.message }));
  const retry = button(_("Try again"), () => {
    remove(row.element);
    enqueue(file, fields, onUploaded);
  }, { class: "small" });
  row.element.append(make("span", { class: "actions" }, retry, button(_("Dismiss"), () => remove(row.element), { class: "small quiet" })));
}

function remove(element) {
  element.remove();
  byId("uploads").hidden = !byId("uploads").children.length;
}
