/** What the person before the camera sees. Read from two metres away: large, and little of it. */

import { button, byId, draw, make, show } from "../shared/dom.js";
import { seconds, signed } from "../shared/numbers.js";

const LINES = [[11, 12], [23, 24], [11, 23], [12, 24], [23, 25], [24, 26], [25, 27], [26, 28]];
const SCALE_DEG = 60;
const KEYS = { S: "skip", Q: "stop", R: "redo" };

/**
 * Show one answer of the guide.
 * @param {Object} told
 * @param {(key: string) => void} press
 * @returns {void}
 */
export function showScene(told, press) {
  byId("screen").dataset.stage = told.stage;
  byId("say").hidden = false;
  byId("off").hidden = true;
  byId("preview").hidden = false;
  byId("stage-title").textContent = [told.words.title, told.stage === "turning" ? told.words.leg : ""].filter(Boolean).join(" · ");
  if (byId("prompt").textContent !== told.words.prompt) byId("prompt").textContent = told.words.prompt;
  byId("more").textContent = told.words.notice || (told.stage === "turning" ? told.words.repetition : "");
  byId("count").hidden = told.count === null;
  byId("count").textContent = told.count ?? "";
  byId("rec").hidden = !told.recording;
  byId("rec-time").textContent = seconds(told.recorded_s, 0);
  steady(told);
  checks(told);
  dial(told);
  keys(told, press);
  body(told.landmarks);
}

/** Clear the screen. */
export function clearScene() {
  byId("screen").dataset.stage = "off";
  for (const id of ["say", "count", "rec", "checks", "dial", "preview"]) byId(id).hidden = true;
  show(byId("keys-bar"));
  body([]);
}

/** How long the person has been still, or has held the end. */
function steady(told) {
  const share = told.stage === "turning" ? told.hold_share : told.still_share;
  byId("steady").hidden = !["still", "changeover", "turning"].includes(told.stage);
  byId("steady").value = share;
}

function checks(told) {
  const framing = told.stage === "framing" || told.stage === "still";
  byId("checks").hidden = !framing || !told.checks.length;
  show(byId("checks"), ...told.checks.map((check) => make("li", { class: check.good ? "good" : "bad" }, make("span", { "aria-hidden": "true", text: check.good ? "✓ " : "✗ " }), check.text, make("span", { class: "away", text: check.good ? ": yes" : ": not yet" }))));
}

function dial(told) {
  const turning = told.stage === "turning" || told.stage === "changeover";
  byId("dial").hidden = !turning;
  if (!turning) return;
  const part = (value_deg) => `${(100 * Math.max(0, Math.min(SCALE_DEG, value_deg ?? 0))) / SCALE_DEG}`;
  const bar = draw("svg", { viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" },
    draw("rect", { class: "ground", width: 100, height: 8 }), draw("rect", { class: "now", width: part(told.rotation_deg), height: 8 }),
    draw("rect", { class: "goal", x: part(told.target_deg) - 0.4, width: 0.8, height: 8 }));
  const marks = told.marks.map((mark) => make("span", { class: mark.held ? "mark held" : "mark" }, mark.practice ? "P " : "", signed(mark.peak_deg, "°", 0)));
  show(byId("dial"), make("b", { class: "number", text: signed(told.rotation_deg, "°", 0) }), bar, make("span", { class: "marks" }, ...marks));
}

/** The keys the guide offers now, made anew only when they are others: a button must not lose its focus. */
function keys(told, press) {
  const offered = told.words.keys.filter(([key]) => key in KEYS);
  const now = JSON.stringify(offered);
  if (byId("keys-bar").dataset.keys === now && byId("keys-bar").children.length) return;
  byId("keys-bar").dataset.keys = now;
  show(byId("keys-bar"), ...offered.map(([key, words]) => button(`${words.charAt(0).toUpperCase()}${words.slice(1)} (${key})`, () => press(KEYS[key]), { "data-key": KEYS[key], class: key === "Q" ? "danger" : "" })));
}

function body(landmarks) {
  const canvas = byId("body");
  const box = canvas.getBoundingClientRect();
  const dense = devicePixelRatio || 1;
  canvas.width = Math.round(box.width * dense);
  canvas.height = Math.round(box.height * dense);
  const pen = canvas.getContext("2d");
  pen.lineCap = "round";
  for (const [from, to] of LINES) {
    if (!landmarks[from] || !landmarks[to]) continue;
    for (const [width, colour] of [[7, "rgba(15, 23, 32, .7)"], [4, "#f0e442"]]) {
      pen.beginPath();
      pen.moveTo(landmarks[from][0] * canvas.width, landmarks[from][1] * canvas.height);
      pen.lineTo(landmarks[to][0] * canvas.width, landmarks[to][1] * canvas.height);
      pen.lineWidth = width * dense;
      pen.strokeStyle = colour;
      pen.stroke();
    }
  }
}
