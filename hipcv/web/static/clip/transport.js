/** Controls under the video, and the angle of the frame shown. */

import { byId } from "../shared/dom.js";
import { hipName, sideName } from "../shared/labels.js";
import { _, format } from "../shared/language.js";
import { angle, seconds } from "../shared/numbers.js";

const ANNOUNCE_MS = 700;
const SPEEDS = ["0.25", "0.5", "1"];

/**
 * Target of the controls: one video, or two in step.
 * @typedef {EventTarget & {row: number, times_s: number[], playing: boolean, speed: number, toggle(): void, seek(row: number): void, pauseAt(row: number): void, step(frames: number): void}} Head
 */

/**
 * Start the buttons, the slider and the choice of speed.
 * @param {Head} head
 */
export function startPlayControls(head) {
  byId("play").addEventListener("click", () => head.toggle());
  byId("step-back").addEventListener("click", () => head.step(-1));
  byId("step-on").addEventListener("click", () => head.step(1));
  byId("scrub").addEventListener("input", (event) => head.pauseAt(Number(event.target.value)));
  byId("speed").addEventListener("change", () => changeSpeed(head, 0));
  head.addEventListener("play", () => {
    byId("play").textContent = head.playing ? "❚❚" : "▶";
    byId("play").setAttribute("aria-label", head.playing ? _("Pause") : _("Play"));
  });
}

/**
 * Start the controls of the clip page.
 * @param {import("./store.js").ClipPage} page
 */
export function startTransport(page) {
  const { store, head } = page;
  startPlayControls(head);
  byId("loop").addEventListener("click", () => toggleLoop(page));
  byId("video").addEventListener("click", () => head.toggle());
  head.addEventListener("play", () => {
    if (!head.playing) announceFrame(head, store);
  });
  head.addEventListener("frame", () => renderFrame(head, store));
  store.addEventListener("change", () => {
    byId("scrub").max = String(Math.max(0, head.times_s.length - 1));
    renderFrame(head, store);
  });
}

/**
 * Set the speed of playing relative to the one selected.
 * @param {Head} head
 * @param {number} steps faster, or slower if negative
 */
export function changeSpeed(head, steps) {
  const index = SPEEDS.indexOf(byId("speed").value) + steps;
  const speed = SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, index))];
  byId("speed").value = speed;
  head.speed = Number(speed);
}

/**
 * Loop the selected repetition, or stop looping.
 * @param {import("./store.js").ClipPage} page
 */
export function toggleLoop({ store, head, edit }) {
  const rep = head.loop ? null : (edit.rep ?? store.reps[0]);
  head.loop = rep ? [edit.rowAt(rep.start_s), edit.rowAt(rep.end_s)] : null;
  byId("loop").setAttribute("aria-pressed", String(Boolean(rep)));
  if (!rep) return;
  head.seek(head.loop[0]);
  if (!head.playing) head.toggle();
}

function renderFrame(head, store) {
  const text = angle(store.curve?.rotation_deg[head.row]);
  const time = seconds(store.times_s[head.row] ?? 0, 2);
  byId("player").dataset.row = String(head.row);
  byId("scrub").value = String(head.row);
  byId("scrub").setAttribute("aria-valuetext", format(_("frame {number}, {time}, {angle}"), { number: head.row, time, angle: text }));
  byId("clock").textContent = time;
  byId("readout").textContent = `${sideName(store.side)} ${text}`;
  if (!head.playing) announceFrame(head, store);
}

function announceFrame(head, store) {
  announce(() => format(_("Frame {number}, {hip} {angle}"), { number: head.row, hip: hipName(store.side).toLowerCase(), angle: angle(store.curve?.rotation_deg[head.row]) }));
}

let timer = 0;

/**
 * Announce what is shown to screen readers, once it has stayed for a moment.
 * @param {() => string} text
 */
export function announce(text) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    byId("spoken").textContent = text();
  }, ANNOUNCE_MS);
}
