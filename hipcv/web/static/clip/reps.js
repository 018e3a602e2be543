/** The table of repetitions: automatic beside corrected, and whether each counts. */

import { button, byId, make, show } from "../shared/dom.js";
import { angle, interval, seconds } from "../shared/numbers.js";
import { findingName } from "../shared/labels.js";

const REASONS = ["Did not go as far as possible", "Compensated", "Moved before the hold", "Seen badly"];
const HEAD = ["Rep", "Automatic", "As it stands", "95 % interval", "Held", "Counted", "Compensations", ""];

/**
 * Show the repetitions, and keep them right.
 * @param {import("./store.js").ClipStore} store
 * @param {import("./playhead.js").Playhead} head
 * @param {import("./edit.js").Edit} edit
 * @returns {void}
 */
export function startReps(store, head, edit) {
  store.addEventListener("change", () => {
    byId("reps-card").hidden = !store.reps.length;
    const titles = make("thead", {}, make("tr", {}, ...HEAD.map((text) => (text ? make("th", { scope: "col", text }) : make("td")))));
    const rows = store.reps.map((rep) => row(rep, store, head, edit));
    show(byId("reps"), make("table", { class: "cards reps" }, titles, make("tbody", {}, ...rows)));
  });
}

function row(rep, store, head, edit) {
  const automatic = store.automaticRep(rep.number);
  const changed = automatic && automatic.rotation_deg !== rep.rotation_deg;
  const go = button(`Rep ${rep.number + 1}`, () => {
    edit.choose(rep.number);
    head.video.pause();
    head.seek(edit.rowAt(rep.plateau_s[0]));
  }, { class: "small quiet", "aria-label": `Rep ${rep.number + 1}: show its hold` });
  return make("tr", { "data-rep": rep.number, class: rep.valid ? "" : "out" },
    make("th", { scope: "row" }, go),
    make("td", { "data-label": "Automatic", class: "number", text: automatic ? angle(automatic.rotation_deg) : "–" }),
    make("td", { "data-label": "As it stands", class: `number ${rep.valid ? "" : "struck"}` }, make("b", { text: angle(rep.rotation_deg) }), changed ? make("span", { class: "tag busy", text: "corrected" }) : null),
    make("td", { "data-label": "95 % interval", class: "number", text: interval(rep.interval_deg) }),
    make("td", { "data-label": "Held", class: "number", text: seconds(rep.hold_s) }),
    make("td", { "data-label": "Counted" }, counted(rep)),
    make("td", { "data-label": "Compensations", text: rep.findings.map((finding) => findingName(finding.code)).join(", ") || "none" }),
    make("td", { class: "go" }, decide(rep, store)));
}

function counted(rep) {
  if (rep.rejected) return make("span", {}, "no: ", make("q", { text: rep.rejected }));
  if (rep.practice) return make("span", { text: "no, practice" });
  return make("span", { text: rep.valid ? "yes" : "no, compensated too much" });
}

function decide(rep, store) {
  const words = `rep ${rep.number + 1}`;
  if (rep.rejected) {
    return button("Accept", () => void store.correct([{ kind: "rep", rep: rep.number, after: { accepted: true } }], {
      title: `Count ${words} again?`, why: "optional", action: "Accept",
    }), { class: "small", "aria-label": `Accept ${words}` });
  }
  return button("Reject", () => void store.correct([{ kind: "rep", rep: rep.number, after: { accepted: false } }], {
    title: `Do not count ${words}?`, text: "It stays in the table, and no longer counts for the mean.", why: "required", suggestions: REASONS, action: "Reject", danger: true,
  }), { class: "small danger", "aria-label": `Reject ${words}` });
}
