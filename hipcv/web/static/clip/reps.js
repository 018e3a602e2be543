/** Table of the repetitions: automatic and current values, and whether each counts. */

import { button, byId, cell, make, setContent, table, tag } from "../shared/dom.js";
import { label, namedAngles } from "../shared/labels.js";
import { angle, interval, seconds } from "../shared/numbers.js";

const REASONS = ["Did not go as far as possible", "Compensated", "Moved before the hold", "Seen badly"];
const TITLES = ["Rep", "Automatic", "As it stands", "95 % interval", "Second reading", "Held", "Counted", "Compensations", ""];

/**
 * Render the table at every change.
 * @param {import("./store.js").ClipPage} page
 */
export function startReps({ store, head, edit }) {
  const show = (rep) => {
    edit.select(rep.number);
    head.pauseAt(edit.rowAt(rep.plateau_s[0]));
  };
  store.addEventListener("change", () => {
    byId("reps-card").hidden = !store.reps.length;
    setContent(byId("reps"), table("cards reps", TITLES, store.reps.map((rep) => repRow(rep, store, show))));
  });
}

function repRow(rep, store, show) {
  const automatic = store.automaticRep(rep.number);
  const corrected = automatic && automatic.rotation_deg !== rep.rotation_deg;
  const name = `Rep ${rep.number + 1}`;
  return make("tr", { "data-rep": rep.number, class: rep.valid ? "" : "out" },
    make("th", { scope: "row" }, button(name, () => show(rep), { class: "small quiet", "aria-label": `${name}: show its hold` })),
    cell("Automatic", { class: "number", text: angle(automatic?.rotation_deg) }),
    cell("As it stands", { class: "number" }, make("div", {}, make("b", { class: rep.valid ? "" : "struck", text: angle(rep.rotation_deg) }), corrected ? tag("corrected", "busy") : null, otherAngles(rep))),
    cell("95 % interval", { class: "number", text: interval(rep.interval_deg) }),
    cell("Second reading", { text: secondReading(rep) }),
    cell("Held", { class: "number", text: seconds(rep.hold_s) }),
    cell("Counted", {}, countedText(rep)),
    cell("Compensations", { text: rep.findings.map((finding) => label("findings", finding.code)).join(", ") || "none" }),
    make("td", { class: "go" }, acceptButton(rep, store)));
}

/** Create the other angles under the rotation, in small print; null where there are none. */
function otherAngles(rep) {
  const texts = namedAngles(rep, "picture_deg", "from_vertical_deg");
  return texts.length ? make("span", { class: "others" }, ...texts.map((text) => make("small", { text }))) : null;
}

/** Return the reading by masks; without one, how the rotation was read. Results of earlier versions have no source. */
function secondReading({ witness_deg = null, angle_source, registered }) {
  if (witness_deg !== null) return angle(witness_deg);
  if (angle_source === "outline") return "none";
  return `none, by ${angle_source ?? (registered ? "masks" : "landmarks")}`;
}

function countedText(rep) {
  if (rep.rejected) return make("span", {}, "no: ", make("q", { text: rep.rejected }));
  if (rep.practice) return make("span", { text: "no, practice" });
  const broken = rep.findings.filter((finding) => finding.severity === "invalid").map(({ code }) => label("findings", code).toLowerCase());
  if (!broken.length && rep.held === false) return make("span", { text: "no, not held" });
  return make("span", { text: rep.valid ? "yes" : `no, ${broken.join(" and ")}` });
}

/** Create the button that rejects a repetition or accepts a rejected one. */
function acceptButton(rep, store) {
  const name = `rep ${rep.number + 1}`;
  const accepted = Boolean(rep.rejected);
  const form = accepted
    ? { title: `Count ${name} again?`, reason: "optional", action: "Accept" }
    : { title: `Do not count ${name}?`, text: "It stays in the table, and no longer counts for the mean.", reason: "required", suggestions: REASONS, action: "Reject", danger: true };
  const correct = () => void store.correct([{ kind: "rep", rep: rep.number, after: { accepted } }], form);
  return button(form.action, correct, { class: accepted ? "small" : "small danger", "aria-label": `${form.action} ${name}` });
}
