/** The desk's place to drop clips on. */

import { button, byId, make } from "../shared/dom.js";
import { today } from "../shared/numbers.js";
import { Queue, upload } from "../shared/uploads.js";

const queue = new Queue();
const DONE_MS = 4000;

/**
 * Take files by drag and drop and by the button.
 * @param {() => void} arrived called after each clip that was taken
 * @returns {void}
 */
export function startUploads(arrived) {
  const drop = byId("drop");
  byId("upload-on").value = today();
  byId("choose").addEventListener("click", () => byId("files").click());
  byId("files").addEventListener("change", (event) => {
    take(event.target.files, arrived);
    event.target.value = "";
  });
  for (const name of ["dragover", "drop"]) document.addEventListener(name, (event) => event.preventDefault());
  document.addEventListener("dragover", () => drop.classList.add("over"));
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) drop.classList.remove("over");
  });
  document.addEventListener("drop", (event) => {
    drop.classList.remove("over");
    if (event.dataTransfer) take(event.dataTransfer.files, arrived);
  });
  window.addEventListener("beforeunload", (event) => {
    if (queue.busy) event.preventDefault();
  });
}

function take(files, arrived) {
  const about = {
    patient: byId("upload-patient").value.trim(),
    side: byId("upload-side").value,
    mirrored: byId("upload-mirrored").checked,
  };
  if (about.patient) about.on = byId("upload-on").value;
  for (const file of files) enqueue(file, { ...about, name: file.name }, arrived);
}

function enqueue(file, about, arrived) {
  const line = row(file);
  byId("uploads").hidden = false;
  byId("uploads").append(line.element);
  queue.add(() => send(file, about, line, arrived));
}

function row(file) {
  const bar = make("progress", { max: 1, value: 0, "aria-label": `Upload of ${file.name}` });
  const told = make("span", { class: "note", text: "waits" });
  const element = make("li", { class: "working" }, make("span", { class: "what", text: file.name }), told, bar);
  return { element, bar, told };
}

async function send(file, about, line, arrived) {
  try {
    line.told.textContent = "sending";
    await upload(file, about, (share) => {
      line.bar.value = share;
      line.told.textContent = share < 1 ? `${Math.round(100 * share)} %` : "being checked";
    });
    line.told.textContent = "taken";
    setTimeout(() => gone(line.element), DONE_MS);
    arrived();
  } catch (fault) {
    failed(file, about, line, fault, arrived);
  }
}

function failed(file, about, line, fault, arrived) {
  line.bar.hidden = true;
  line.told.replaceWith(make("p", { class: "fault", role: "alert", text: fault.message }));
  const again = button("Try again", () => {
    gone(line.element);
    enqueue(file, about, arrived);
  }, { class: "small" });
  line.element.append(make("span", { class: "actions" }, again, button("Dismiss", () => gone(line.element), { class: "small quiet" })));
}

function gone(element) {
  element.remove();
  byId("uploads").hidden = !byId("uploads").children.length;
}
