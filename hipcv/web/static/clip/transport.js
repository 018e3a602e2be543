/** Controls under the video, and the angle of the frame shown. */

import { byId } from "../shared/dom.js";
import { hipName, sideName } from "../shared/labels.js";
import { _, format } from "../shared/language.js";
import { angle, seconds } from "../shared/numbers.js";

const ANNOUNCE_MS = 700;
const SPEEDS = ["0.25", "0.5", "1"];

/**
 * Start the controls.
 * @param {import("./store.js").ClipPage} page
 */
export function startTransport(page) {
  const { store, head } = page;
  byId("play").addEventListener("click", () => head.toggle());
  byId("step-back").addEventListener("click", () => head.step(-1));
  byId("step-on").addEventListener("click", () => head.step(1));
  byId("scrub").addEventListener("input", (event) => head.pauseAt(Number(event.target.value)));
  byId("speed").addEventListener("change", () => changeSpeed(head, 0));
  byId("loop").addEventListener("click", () => toggleLoop(page));
  byId("video").addEventListener("click", () => head.toggle());
  head.addEventListener("play", () => {
    byId("play").textContent = head.playing ? "❚❚" : "▶";
    byId("play").setAttribute("aria-label", head.playing ? _("Pause") : _("Play"));
    if (!head.playing) announce(head, store);
  });
  head.addEventListener("frame", () => renderFrame(head, store));
  store.addEventListener("change", () => {
    byId("scrub").max = String(Math.max(0, head.times_s.length - 1));
    renderFrame(head, store);
  });
}

/**
 * Set the speed of playing relative to the one selected.
 * @param {import("./playhead.js").Playhead} head
 * @param {number} steps faster, or slower if negative
 */
export function changeSpeed(head, steps) {
  const index = SPEEDS.indexOf(byId("speed").value) + steps;
  const speed = SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, index))];
  byId("speed").value = speed;
  head.video.playbackRate = Number(speed);
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
  if (!head.playing) announce(head, store);
}

let timer = 0;

/** Announce the angle to screen readers once the frame has stayed for a moment. */
function announce(head, store) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    byId("spoken").textContent = format(_("Frame {number}, {hip} {angle}"), { number: head.row, hip: hipName(store.side).toLowerCase(), angle: angle(store.curve?.rotation_deg[head.row]) });
  }, ANNOUNCE_MS);
}
