/** The guided test with this browser's camera. */

import { send } from "../shared/api.js";
import { byId, make, setContent } from "../shared/dom.js";
import { withInitials } from "../shared/initials.js";
import { today } from "../shared/numbers.js";
import { startPageShell } from "../shared/page_shell.js";
import { fillPatients, startNewPatient } from "../shared/patient_choice.js";
import { closeCamera, listCameras, openCamera } from "./camera.js";
import { setMovement } from "./figure.js";
import { LiveConnection } from "./live.js";
import { showOutcome } from "./outcome.js";
import { askQuestions } from "./questions.js";
import { isSafe, startSafety } from "./safety.js";
import { clearScene, showScene } from "./screen.js";
import { Announcer } from "./sound.js";
import { TakeRecorder, uploadTakes } from "./takes.js";

const KEYS = { s: "skip", p: "pain", q: "stop", r: "redo" };
const TEXTS = JSON.parse(document.body.dataset.record);
const video = byId("camera-video");
const announcer = new Announcer(TEXTS.tones);
let stream = null;
let live = null;
let stoppedByPain = false;
let saving = false;

function showError(text) {
  setContent(byId("error"), text ? make("p", { class: "error", text }) : null);
}

async function turnOn() {
  showError("");
  try {
    closeCamera(stream);
    stream = await openCamera(byId("camera").value);
    video.srcObject = stream;
    await video.play();
    byId("screen").style.setProperty("--ratio", String(video.videoWidth / video.videoHeight));
    byId("screen").classList.remove("dark");
    byId("off").hidden = byId("turn-on").hidden = true;
    const current = stream.getVideoTracks()[0].getSettings().deviceId;
    const cameras = await listCameras();
    setContent(byId("camera"), ...cameras.map(({ id, name }) => make("option", { value: id, text: name, selected: id === current })));
    byId("camera").hidden = false;
  } catch (error) {
    showError(error.message);
  }
  updateBegin();
}

function updateBegin() {
  const possible = Boolean(stream) && isSafe() && !live;
  byId("begin").disabled = !possible;
  byId("begin-hint").hidden = possible || Boolean(live);
}

function chosenSide() {
  return document.querySelector("input[name=side]:checked").value;
}

/** Show what is asked for: the chosen leg, and whether its foot goes inwards as well. */
function updateInstructions() {
  setMovement(chosenSide());
  byId("step-inwards").hidden = !byId("external").checked;
}

function updateSound() {
  byId("sound").setAttribute("aria-pressed", String(!announcer.muted));
  byId("sound-note").textContent = announcer.muted ? TEXTS.notices.muted : announcer.speaks ? "" : TEXTS.notices.no_voice;
}

function toggleSound() {
  announcer.toggle();
  updateSound();
}

function begin() {
  showError("");
  announcer.start();
  stoppedByPain = false;
  const test = { side: chosenSide(), external: byId("external").checked };
  const recorder = new TakeRecorder(stream, (began_ms) => live?.recordingBegan(began_ms));
  live = new LiveConnection(video);
  live.addEventListener("scene", ({ detail: scene }) => {
    if (scene.stage === "safety") live?.press("confirm"); // the questions were answered on the page
    else announcer.announce(scene);
    stoppedByPain ||= scene.stage === "advice";
    recorder.update(scene);
    showScene(scene, (key) => live?.press(key));
    if (scene.finished) void finish(recorder, test, "");
  });
  live.addEventListener("end", ({ detail: error }) => void finish(recorder, test, error));
  byId("setup").hidden = byId("begin").hidden = byId("camera").disabled = true;
  byId("screen").append(byId("figure"));
  live.open(test);
  byId("live").scrollIntoView({ block: "start" });
}

/** End the test, upload what was recorded, ask and show the result; without a recording, return to the setup. */
async function finish(recorder, test, error) {
  if (!live) return;
  if (error) showError(error);
  live.close();
  live = null;
  const takes = await recorder.finish();
  clearScene();
  byId("how").prepend(byId("figure"));
  updateInstructions();
  if (!takes.length) {
    byId("setup").hidden = byId("begin").hidden = byId("camera").disabled = false;
    updateBegin();
    return;
  }
  closeCamera(stream);
  byId("live").hidden = true;
  const uploads = uploadTakes(takes, { ...test, patient: byId("patient").value, on: byId("on").value });
  saving = true;
  const [clipIds, answers] = await Promise.all([uploads, askQuestions(stoppedByPain)]);
  byId("sending").hidden = true;
  const stored = answers ? clipIds.map((id) => send(`/api/clips/${id}/answers`, withInitials(answers), "PUT")) : [];
  await Promise.all(stored).catch((problem) => showError(problem.message));
  saving = false;
  await showOutcome(clipIds).catch((problem) => showError(problem.message));
}

startPageShell();
startSafety(TEXTS, updateBegin);
byId("on").value = today();
byId("on").max = today();
startNewPatient(byId("new-patient"), byId("patient"));
byId("turn-on").addEventListener("click", () => void turnOn());
byId("camera").addEventListener("change", () => void turnOn());
for (const id of ["legs", "external"]) byId(id).addEventListener("change", updateInstructions);
updateInstructions();
byId("begin").addEventListener("click", begin);
byId("sound").addEventListener("click", toggleSound);
announcer.addEventListener("change", updateSound);
updateSound();
document.addEventListener("keydown", (event) => {
  if (!live || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const pressed = event.key.toLowerCase();
  if (pressed === "m") toggleSound();
  else if (pressed in KEYS) live.press(KEYS[pressed]);
});
window.addEventListener("beforeunload", (event) => {
  if (live || saving) event.preventDefault();
});
await fillPatients(byId("patient"), new URLSearchParams(location.search).get("patient") ?? "");
