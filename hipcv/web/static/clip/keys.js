/** The keyboard of the clip page. */

import { button, byId, make, show } from "../shared/dom.js";
import { SPEEDS, setSpeed, toggleLoop } from "./transport.js";

const LEAP = 10;
const HELP = [
  ["Space", "play or pause"], [", and .", "one frame back or on"], ["← and →", "one frame back or on; with Shift ten"], ["↑ and ↓", "faster or slower"],
  ["Home and End", "first or last frame"], ["0", "start position"], ["1 to 9", "hold of that repetition"], ["L", "loop the repetition"], ["O", "lines on the picture"],
  ["M", "move hip, knee or ankle"], ["Z", "zoom into what is adjusted"], ["?", "this list"], ["Tab", "to a handle of the curve; arrows move it by a frame, Enter saves, Esc undoes"],
];

/**
 * Listen to keys that are not meant for a field.
 * @param {Object} parts
 * @param {import("./store.js").ClipStore} parts.store
 * @param {import("./playhead.js").Playhead} parts.head
 * @param {import("./edit.js").Edit} parts.edit
 * @param {import("./overlay.js").Overlay} parts.overlay
 * @param {import("./points.js").Points} parts.points
 * @returns {void}
 */
export function startKeys(parts) {
  help();
  document.addEventListener("keydown", (event) => {
    if (!parts.store.curves || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.closest("input:not([type=range]), select, textarea, summary, .menu")) return;
    const pressed = event.target.closest("button, a") && (event.key === " " || event.key === "Enter");
    if (pressed || (event.target.closest("input") && event.key.startsWith("Arrow"))) return;
    if (act(event, parts)) event.preventDefault();
  });
}

function act(event, { store, head, edit, overlay, points }) {
  const step = event.shiftKey ? LEAP : 1;
  const faster = (by) => setSpeed(head, SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, SPEEDS.indexOf(byId("speed").value) + by))]);
  const acts = {
    " ": () => head.toggle(), ",": () => head.step(-1), ".": () => head.step(1),
    ArrowLeft: () => head.step(-step), ArrowRight: () => head.step(step), ArrowUp: () => faster(1), ArrowDown: () => faster(-1),
    Home: () => head.seek(0), End: () => head.seek(head.times_s.length - 1),
    l: () => toggleLoop(head, store, edit), o: () => overlay.toggle(), m: () => points.toggle(), z: () => edit.zoom(), "?": () => byId("keys").showModal(),
  };
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (acts[key]) acts[key]();
  else if (/^[0-9]$/.test(key)) leap(Number(key), { store, head, edit });
  else return false;
  return true;
}

function leap(number, { store, head, edit }) {
  const rep = store.reps.find((each) => each.number === number - 1);
  const start_s = store.curves.sides[store.side]?.start_span_s;
  if (number === 0 && start_s) edit.choose("start");
  else if (rep) edit.choose(rep.number);
  else return;
  head.video.pause();
  head.seek(edit.rowAt(number === 0 ? start_s[0] : rep.plateau_s[0]));
}

function help() {
  const dialog = byId("keys");
  const rows = HELP.flatMap(([key, words]) => [make("dt", {}, make("kbd", { text: key })), make("dd", { text: words })]);
  show(dialog, make("h2", { id: "keys-title", text: "Keyboard" }), make("dl", { class: "keys" }, ...rows), make("div", { class: "actions" }, button("Close", () => dialog.close(), { class: "primary" })));
  byId("help").addEventListener("click", () => dialog.showModal());
}
