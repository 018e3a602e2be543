/** The guided test at this browser's camera. */

import { get } from "../shared/api.js";
import { byId, make, show } from "../shared/dom.js";
import { startFrame } from "../shared/page_shell.js";
import { today } from "../shared/numbers.js";
import { cameras, closeCamera, openCamera } from "./camera.js";
import { Link } from "./link.js";
import { clearScene, showScene } from "./screen.js";
import { sendTakes } from "./send.js";
import { Takes } from "./takes.js";

const KEYS = { s: "skip", q: "stop", r: "redo" };
const video = byId("camera-video");
let stream = null;
let link = null;

function fault(text) {
  show(byId("fault"), text ? make("p", { class: "fault", text }) : null);
}

async function turnOn() {
  fault("");
  try {
    closeCamera(stream);
    stream = await openCamera(byId("camera").value);
    video.srcObject = stream;
    await video.play();
    byId("screen").style.setProperty("--ratio", String(video.videoWidth / video.videoHeight));
    byId("off").hidden = true;
    byId("screen").classList.remove("dark");
    byId("turn-on").hidden = true;
    await pick();
  } catch (reason) {
    fault(reason.message);
  }
  ready();
}

/** The cameras by name, which browsers tell once one of them may be used. */
async function pick() {
  const now = stream.getVideoTracks()[0].getSettings().deviceId;
  const all = await cameras();
  show(byId("camera"), ...all.map(({ id, name }) => make("option", { value: id, text: name, selected: id === now })));
  byId("camera").hidden = false;
}

function ready() {
  const able = Boolean(stream) && byId("safe").checked && !link;
  byId("begin").disabled = !able;
  byId("begin-hint").hidden = able || Boolean(link);
}

function begin() {
  fault("");
  const side = document.querySelector("input[name=side]:checked").value;
  const takes = new Takes(stream);
  link = new Link(video);
  link.addEventListener("answer", ({ detail }) => {
    if (detail.stage === "safety") link?.press("confirm");
    takes.follow(detail);
    showScene(detail, (key) => link?.press(key));
    if (detail.finished) void finish(takes, side);
  });
  link.addEventListener("end", ({ detail }) => void ended(takes, side, detail));
  byId("setup").hidden = true;
  byId("begin").hidden = byId("camera").disabled = true;
  link.open(side);
  byId("live").scrollIntoView({ block: "start" });
}

async function ended(takes, side, why) {
  if (!link) return;
  if (why) fault(why);
  await finish(takes, side);
}

/** The test is over: what was recorded goes to the desk; nothing recorded, then back to the start. */
async function finish(takes, side) {
  if (!link) return;
  link.close();
  link = null;
  const files = await takes.finish();
  clearScene();
  if (!files.length) {
    byId("setup").hidden = byId("begin").hidden = byId("camera").disabled = false;
    ready();
    return;
  }
  closeCamera(stream);
  byId("live").hidden = true;
  const about = { side, patient: byId("patient").value.trim(), on: byId("on").value, suffix: takes.suffix };
  const clip = await sendTakes(files, about);
  location.assign(`/clips/${clip}`);
}

async function names() {
  const { patients } = await get("/api/desk").catch(() => ({ patients: [] }));
  show(byId("pseudonyms"), ...patients.map((patient) => make("option", { value: patient.pseudonym })));
}

startFrame();
byId("on").value = today();
byId("patient").value = new URLSearchParams(location.search).get("patient") ?? "";
byId("turn-on").addEventListener("click", () => void turnOn());
byId("camera").addEventListener("change", () => void turnOn());
byId("safe").addEventListener("change", ready);
byId("begin").addEventListener("click", begin);
document.addEventListener("keydown", (event) => {
  const key = KEYS[event.key.toLowerCase()];
  if (link && key && !event.ctrlKey && !event.metaKey && !event.altKey && !document.querySelector("dialog[open]")) link.press(key);
});
window.addEventListener("beforeunload", (event) => {
  if (link) event.preventDefault();
});
await names();
