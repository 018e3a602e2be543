/** Display for the person in front of the camera, readable from two metres. */

import { clearCanvas, drawLine } from "../shared/canvas.js";
import { button, byId, make, makeSvg, setContent } from "../shared/dom.js";
import { _, capitalize } from "../shared/language.js";
import { seconds, signed } from "../shared/numbers.js";
import { colour } from "../shared/theme.js";
import { setMovement } from "./figure.js";

const BONES = [[11, 12], [23, 24], [11, 23], [12, 24], [23, 25], [24, 26], [25, 27], [26, 28]];
const BONE_COLOUR = colour("video-yellow");
const SCALE_DEG = 60;
const KEYS = { S: "skip", P: "pain", Q: "stop", R: "redo", "": "confirm" };

/**
 * Show a scene of the guide.
 * @param {any} scene
 * @param {(key: string) => void} press
 */
export function showScene(scene, press) {
  const { stage, words } = scene;
  const turning = stage === "turning";
  byId("screen").dataset.stage = stage;
  byId("screen").classList.toggle("before-external", scene.before_external);
  setMovement(scene.side, scene.before_external ? "in" : "out");
  byId("say").hidden = false;
  byId("preview").hidden = stage === "advice";
  byId("off").hidden = true;
  byId("stage-title").textContent = [words.title, turning ? words.leg : ""].filter(Boolean).join(" · ");
  if (byId("prompt").textContent !== words.prompt) byId("prompt").textContent = words.prompt; // announced at each change
  byId("preview").textContent = words.preview;
  byId("more").textContent = words.notice || (turning ? words.repetition : "");
  byId("count").hidden = scene.count === null;
  byId("count").textContent = scene.count ?? "";
  byId("rec").hidden = !scene.recording;
  byId("rec-time").textContent = seconds(scene.recorded_s, 0);
  byId("steady").hidden = !["still", "changeover", "turning"].includes(stage);
  byId("steady").value = turning ? scene.hold_share : scene.still_share;
  renderChecks(scene);
  renderDial(scene);
  renderKeys(stage === "advice" ? [["", _("Go on")]] : words.keys, press);
  drawBody(scene.landmarks);
}

/** Clear the screen. */
export function clearScene() {
  byId("screen").dataset.stage = "off";
  for (const id of ["say", "count", "rec", "checks", "dial", "preview"]) byId(id).hidden = true;
  setContent(byId("keys-bar"));
  drawBody([]);
}

/** Show what was checked with a tick or a cross, and what is only asked for with a question mark. */
function renderChecks({ stage, checks, words }) {
  byId("checks").hidden = (stage !== "framing" && stage !== "still") || !checks.length;
  setContent(byId("checks"), ...checks.map(({ good, text }) => make("li", { class: good ? "good" : "bad" },
    make("span", { "aria-hidden": "true", text: good ? "✓ " : "✗ " }), text, make("span", { class: "visually-hidden", text: good ? _(": yes") : _(": not yet") }))),
    ...words.asked.map((text) => make("li", { class: "asked" }, make("span", { "aria-hidden": "true", text: "? " }), text, make("span", { class: "visually-hidden", text: _(": please check") }))));
}

function renderDial({ stage, before_external, rotation_deg, angle_source, target_deg, marks }) {
  byId("dial").hidden = (stage !== "turning" && stage !== "changeover") || before_external;
  if (byId("dial").hidden) return;
  const percent = (value_deg) => (100 * Math.max(0, Math.min(SCALE_DEG, value_deg ?? 0))) / SCALE_DEG;
  const bar = makeSvg("svg", { viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" },
    makeSvg("rect", { class: "ground", width: 100, height: 8 }), makeSvg("rect", { class: "now", width: percent(rotation_deg), height: 8 }),
    target_deg === null ? null : makeSvg("rect", { class: "goal", x: percent(target_deg) - 0.4, width: 0.8, height: 8 }));
  const reps = marks.map((mark) => make("span", { class: mark.held ? "mark held" : "mark" }, mark.practice ? "P " : "", signed(mark.plateau_deg ?? mark.peak_deg, "°", 0)));
  const rough = angle_source === "landmarks";
  byId("dial").classList.toggle("rough", rough);
  setContent(byId("dial"), make("b", { class: "number", text: (rough ? "~" : "") + signed(rotation_deg, "°", 0) }), bar, make("span", { class: "marks" }, ...reps));
}

/** Render the keys that the guide offers, only when they change: a button must not lose its focus. */
function renderKeys(keys, press) {
  const offered = keys.filter(([key]) => key in KEYS);
  const bar = byId("keys-bar");
  const state = JSON.stringify(offered);
  if (bar.dataset.keys === state && bar.children.length) return;
  bar.dataset.keys = state;
  setContent(bar, ...offered.map(([key, text]) => button(`${capitalize(text)}${key && ` (${key})`}`, () => press(KEYS[key]), { "data-key": KEYS[key], class: key === "Q" || key === "P" ? "danger" : "" })));
}

/** Draw the landmarks; positions are shares of the picture's width and height. */
function drawBody(landmarks) {
  const { pen, density } = clearCanvas(byId("body"));
  const { width, height } = pen.canvas;
  for (const bone of BONES) {
    const [from, to] = bone.map((index) => landmarks[index] && [landmarks[index][0] * width, landmarks[index][1] * height]);
    if (from && to) drawLine(pen, from, to, { width: 4 * density, colour: BONE_COLOUR });
  }
}
