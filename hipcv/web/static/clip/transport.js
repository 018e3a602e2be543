/** The buttons under the video, and the angle of the frame shown. */

import { byId } from "../shared/dom.js";
import { angle, seconds } from "../shared/numbers.js";
import { sideName } from "../shared/labels.js";

/** Speeds in their order. */
export const SPEEDS = ["0.25", "0.5", "1"];

/**
 * Bring the transport to life.
 * @param {import("./playhead.js").Playhead} head
 * @param {import("./store.js").ClipStore} store
 * @param {import("./edit.js").Edit} edit
 * @returns {void}
 */
export function startTransport(head, store, edit) {
  byId("play").addEventListener("click", () => head.toggle());
  byId("step-back").addEventListener("click", () => head.step(-1));
  byId("step-on").addEventListener("click", () => head.step(1));
  byId("scrub").addEventListener("input", (event) => {
    head.video.pause();
    head.seek(Number(event.target.value));
  });
  byId("speed").addEventListener("change", (event) => setSpeed(head, event.target.value));
  byId("loop").addEventListener("click", () => toggleLoop(head, store, edit));
  byId("video").addEventListener("click", () => head.toggle());
  head.addEventListener("play", () => {
    byId("play").textContent = head.playing ? "❚❚" : "▶";
    byId("play").setAttribute("aria-label", head.playing ? "Pause" : "Play");
    if (!head.playing) speak(head, store);
  });
  head.addEventListener("frame", () => shown(head, store));
  store.addEventListener("change", () => {
    byId("scrub").max = String(Math.max(0, head.times_s.length - 1));
    shown(head, store);
  });
}

/**
 * Play at another speed.
 * @param {import("./playhead.js").Playhead} head
 * @param {string} speed one of SPEEDS
 * @returns {void}
 */
export function setSpeed(head, speed) {
  head.video.playbackRate = Number(speed);
  byId("speed").value = speed;
}

/**
 * Go round in the repetition that is being looked at, or no longer.
 * @param {import("./playhead.js").Playhead} head
 * @param {import("./store.js").ClipStore} store
 * @param {import("./edit.js").Edit} edit
 * @returns {void}
 */
export function toggleLoop(head, store, edit) {
  const rep = head.round ? null : (edit.rep ?? store.reps[0] ?? null);
  head.round = rep ? [edit.rowAt(rep.start_s), edit.rowAt(rep.end_s)] : null;
  byId("loop").setAttribute("aria-pressed", String(Boolean(head.round)));
  if (rep) {
    head.seek(head.round[0]);
    if (!head.playing) head.toggle();
  }
}

function shown(head, store) {
  const value_deg = store.curves?.sides?.[store.side]?.rotation_deg[head.row];
  const time_s = store.curves?.frames.time_s[head.row] ?? 0;
  byId("player").dataset.row = String(head.row);
  byId("scrub").value = String(head.row);
  byId("scrub").setAttribute("aria-valuetext", `frame ${head.row}, ${seconds(time_s, 2)}, ${angle(value_deg)}`);
  byId("clock").textContent = seconds(time_s, 2);
  byId("readout").textContent = `${sideName(store.side)} ${angle(value_deg)}`;
  if (!head.playing) speak(head, store);
}

let speaking = 0;

/** The angle of the frame in words, once it has stood for a moment. */
function speak(head, store) {
  clearTimeout(speaking);
  speaking = setTimeout(() => {
    const value_deg = store.curves?.sides?.[store.side]?.rotation_deg[head.row];
    byId("spoken").textContent = `Frame ${head.row}, ${sideName(store.side).toLowerCase()} hip ${angle(value_deg)}`;
  }, 700);
}
