/** Keyboard shortcuts of the clip page. */

import { button, byId, make, setContent } from "../shared/dom.js";
import { _ } from "../shared/language.js";
import { changeSpeed, toggleLoop } from "./transport.js";

const LEAP = 10;
const PLAY_HELP = [
  [_("Space"), _("play or pause")], [_(", and ."), _("one frame back or on")], [_("← and →"), _("one frame back or on; with Shift ten")], [_("↑ and ↓"), _("faster or slower")],
  [_("Home and End"), _("first or last frame")],
];
const HELP = [
  ["0", _("start position")], [_("1 to 9"), _("hold of that repetition")], ["L", _("loop the repetition")], ["O", _("lines on the picture")],
  ["M", _("move hip, knee or ankle")], ["G", _("lay a goniometer on the frame")], ["Z", _("zoom into what is adjusted")],
  [_("+ and −"), _("zoom the picture; the wheel and two fingers do too")], ["R", _("the whole picture")], ["F", _("full screen")],
  ["N", _("next clip of the list that you came from")], ["P", _("previous clip of it")],
  ["?", _("this list")], [_("Tab"), _("to a handle of the curve; arrows move it by a frame, Enter saves, Esc undoes")],
];

/**
 * Listen to the keys of the clip page.
 * @param {import("./store.js").ClipPage} page
 * @param {{overlay: import("./overlay.js").Overlay, points: import("./points.js").Points, goniometer: import("./goniometer.js").Goniometer, neighbours: import("./neighbours.js").Neighbours, screen: import("./full_screen.js").FullScreen}} tools
 */
export function startKeys(page, { overlay, points, goniometer, neighbours, screen }) {
  const { store, head, edit, viewport } = page;
  startHelp(HELP);
  listen(head, () => Boolean(store.curves), {
    l: () => toggleLoop(page), o: () => overlay.toggle(), m: () => points.toggle(), g: () => goniometer.toggle(), z: () => edit.toggleZoom(),
    "+": () => viewport.step(1), "=": () => viewport.step(1), "-": () => viewport.step(-1), r: () => viewport.reset(), f: () => screen.toggle(),
  }, (digit) => selectTarget(digit, page), { n: () => neighbours.go("next"), p: () => neighbours.go("previous") });
}

/**
 * Listen to keys that are not meant for a form field: those of playing, and further ones.
 * @param {import("./transport.js").Head} head
 * @param {() => boolean} isReady
 * @param {Object<string, () => void>} actions by the key in lower case
 * @param {(digit: number) => void} onDigit
 * @param {Object<string, () => void>} [always] actions by the key in lower case, ready or not
 */
export function listen(head, isReady, actions, onDigit, always = {}) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.closest("input:not([type=range]), select, textarea, summary, .menu")) return;
    const activates = event.target.closest("button, a") && (event.key === " " || event.key === "Enter");
    if (activates || (event.target.closest("input") && event.key.startsWith("Arrow"))) return;
    const ready = isReady();
    const all = { ...(ready ? { ...playActions(head, event.shiftKey ? LEAP : 1), ...actions, "?": () => byId("keys").showModal() } : {}), ...always };
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (all[key]) all[key]();
    else if (ready && /^[0-9]$/.test(key)) onDigit(Number(key));
    else return;
    event.preventDefault();
  });
}

function playActions(head, step) {
  return {
    " ": () => head.toggle(), ",": () => head.step(-1), ".": () => head.step(1),
    ArrowLeft: () => head.step(-step), ArrowRight: () => head.step(step), ArrowUp: () => changeSpeed(head, 1), ArrowDown: () => changeSpeed(head, -1),
    Home: () => head.seek(0), End: () => head.seek(head.times_s.length - 1),
  };
}

/** Select the start position (0) or a repetition (from 1) and show its first frame. */
function selectTarget(number, { store, head, edit }) {
  const rep = store.reps.find((candidate) => candidate.number === number - 1);
  const span_s = number === 0 ? store.curve?.start_span_s : rep?.plateau_s;
  if (!span_s) return;
  edit.select(rep ? rep.number : "start");
  head.pauseAt(edit.rowAt(span_s[0]));
}

/**
 * Fill the dialog that lists the keys, and open it by its button.
 * @param {string[][]} further keys beyond those of playing, each with what it does
 */
export function startHelp(further) {
  const dialog = byId("keys");
  const rows = [...PLAY_HELP, ...further].flatMap(([key, text]) => [make("dt", {}, make("kbd", { text: key })), make("dd", { text })]);
  setContent(dialog, make("h2", { id: "keys-title", text: _("Keyboard") }), make("dl", { class: "keys" }, ...rows), make("div", { class: "actions" }, button(_("Close"), () => dialog.close(), { class: "primary" })));
  byId("help").addEventListener("click", () => dialog.showModal());
}
