/** Table of the repetitions: automatic and current values, and whether each counts. */

import { button, byId, cell, make, setContent, table, tag } from "../shared/dom.js";
import { label, namedAngles } from "../shared/labels.js";
import { _, format, join } from "../shared/language.js";
import { angle, interval, seconds } from "../shared/numbers.js";

const REASONS = [_("Did not go as far as possible"), _("Compensated"), _("Moved before the hold"), _("Seen badly")];
const TITLES = {
  rep: _("Rep"), automatic: _("Automatic"), current: _("As it stands"), interval: _("95 % interval"), second: _("Second reading"), held: _("Held"), counted: _("Counted"),
  findings: _("Compensations"), accept: "",
};
const WITHOUT_SECOND = { masks: _("none, by masks"), landmarks: _("none, by landmarks"), hand: _("none, by hand") };

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
    setContent(byId("reps"), table("cards reps", Object.values(TITLES), store.reps.map((rep) => repRow(rep, store, show))));
  });
}

function repRow(rep, store, show) {
  const automatic = store.automaticRep(rep.number);
  const corrected = automatic && automatic.rotation_deg !== rep.rotation_deg;
  const name = format(_("Rep {number}"), { number: rep.number + 1 });
  return make("tr", { "data-rep": rep.number, class: rep.valid ? "" : "out" },
    make("th", { scope: "row" }, button(name, () => show(rep), { class: "small quiet", "aria-label": format(_("{rep}: show its hold"), { rep: name }) })),
    cell(TITLES.automatic, { class: "number", text: angle(automatic?.rotation_deg) }),
    cell(TITLES.current, { class: "number" }, make("div", {}, make("b", { class: rep.valid ? "" : "struck", text: angle(rep.rotation_deg) }), corrected ? tag(_("corrected"), "busy") : null, otherAngles(rep))),
    cell(TITLES.interval, { class: "number", text: interval(rep.interval_deg) }),
    cell(TITLES.second, { text: secondReading(rep) }),
    cell(TITLES.held, { class: "number", text: seconds(rep.hold_s) }),
    cell(TITLES.counted, {}, countedText(rep)),
    cell(TITLES.findings, { text: rep.findings.map((finding) => label("findings", finding.code)).join(", ") || _("none") }),
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
  return WITHOUT_SECOND[angle_source ?? (registered ? "masks" : "landmarks")] ?? _("none");
}

function countedText(rep) {
  if (rep.rejected) return make("span", {}, _("no:"), " ", make("q", { text: rep.rejected }));
  if (rep.practice) return make("span", { text: _("no, practice") });
  const broken = rep.findings.filter((finding) => finding.severity === "invalid").map(({ code }) => label("findings", code).toLowerCase());
  if (!broken.length && rep.held === false) return make("span", { text: _("no, not held") });
  return make("span", { text: rep.valid ? _("yes") : format(_("no, {reasons}"), { reasons: join(broken) }) });
}

/** Create the button that rejects a repetition or accepts a rejected one. */
function acceptButton(rep, store) {
  const number = rep.number + 1;
  const accepted = Boolean(rep.rejected);
  const form = accepted
    ? { title: format(_("Count rep {number} again?"), { number }), reason: "optional", action: _("Accept") }
    : { title: format(_("Do not count rep {number}?"), { number }), text: _("It stays in the table, and no longer counts for the mean."), reason: "required", suggestions: REASONS, action: _("Reject"), danger: true };
  const spoken = accepted ? _("Accept rep {number}") : _("Reject rep {number}");
  const correct = () => void store.correct([{ kind: "rep", rep: rep.number, after: { accepted } }], form);
  return button(form.action, correct, { class: accepted ? "small" : "small danger", "aria-label": format(spoken, { number }) });
}
