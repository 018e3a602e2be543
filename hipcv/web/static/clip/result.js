/** The result as text: angles, sign-off, compensations and issues. */

import { button, byId, make, setContent, tag } from "../shared/dom.js";
import { SIDES, label, namedAngles, sideName, signOffLabel } from "../shared/labels.js";
import { angle, interval, moment, seconds, share } from "../shared/numbers.js";

/**
 * Render the result at every change.
 * @param {import("./store.js").ClipStore} store
 * @param {(time_s: number) => void} seek shows a moment
 */
export function startResult(store, seek) {
  store.addEventListener("change", () => {
    const { analysis } = store;
    if (!analysis) return;
    const status = signOffLabel(analysis.status);
    setContent(byId("status"), make("span", { class: `tag ${status.tone}`, id: "signed", "data-status": analysis.status, text: status.text }));
    setContent(byId("result"), make("h2", { class: "visually-hidden", text: "Result" }), ...sideResults(analysis));
    setContent(byId("sign-card"), make("h2", { text: "Sign-off" }), ...signOff(store));
    setContent(byId("findings-card"), make("h2", { text: "Compensations" }), findingList(store, seek));
    byId("result").hidden = !store.sides.length;
    const refused = store.view.clip.state === "refused"; // refusals are in the card above the video
    const issues = store.document.issues.filter((issue) => !refused || issue.severity !== "refuse");
    byId("issues-card").hidden = !issues.length;
    setContent(byId("issues-card"), make("h2", { text: "About the clip" }), issueList(issues));
  });
}

/**
 * Create the list of issues with their remedies.
 * @param {Object[]} issues
 * @returns {HTMLElement}
 */
export function issueList(issues) {
  return make("ul", { class: "items" }, ...issues.map((issue) => make("li", {},
    make("h3", { text: label("issues", issue.code) + (issue.side ? ` (${issue.side})` : "") }),
    make("p", { class: "note", text: issue.text }), make("p", { class: "cue", text: issue.remedy }))));
}

/**
 * Create the results of a clip whose report is still being prepared.
 * @param {Object<string, {rotation_deg: number, interval_deg: number[], category: string}|null>|null} sides
 * @returns {HTMLElement[]}
 */
export function measuredSides(sides) {
  return SIDES.filter((side) => sides?.[side]).map((side) => make("div", { class: `of-side ${side}` },
    make("p", { class: "which", text: `${sideName(side)} hip` }), value(side, "measured", sides[side], "p", "value number"), ...intervalAndCategory(sides[side])));
}

function value(side, kind, result, tagName, className) {
  return make(tagName, { class: className, "data-side": side, "data-value": kind, text: angle(result?.rotation_deg) });
}

function intervalAndCategory({ interval_deg, category }) {
  return [make("p", {}, "95\u00a0% interval ", make("span", { class: "number", text: interval(interval_deg) })), make("p", { class: "verdict", text: `${label("categories", category ?? "")}.` })];
}

function sideResults({ automatic, corrected, corrections }) {
  return SIDES.filter((side) => automatic.sides[side] || corrected?.sides[side]).map((side) => {
    const changed = corrected && corrections.some((correction) => correction.side === side && !correction.withdrawn && correction.kind !== "withdraw");
    return sideResult(side, automatic.sides[side], changed ? corrected.sides[side] : automatic.sides[side], changed);
  });
}

function sideResult(side, automatic, current, changed) {
  const measured = (current?.rotation_deg ?? null) !== null;
  const automatic_deg = automatic?.rotation_deg ?? null;
  return make("div", { class: `of-side ${side}` },
    make("p", { class: "which" }, `${sideName(side)} hip`, changed ? tag("corrected", "busy") : null),
    value(side, "current", current, "p", "value number"),
    ...(measured ? [
      ...intervalAndCategory(current),
      threeAngles(current),
      current.pelvis_relative_deg === null ? null : make("p", { class: "note", text: `Relative to the pelvis ${angle(current.pelvis_relative_deg)} · quality ${share(current.quality)}` }),
    ] : []),
    make("p", { class: "automatic-value" }, "Automatic: ", value(side, "automatic", automatic, "b", "number"), automatic_deg === null ? null : ` (${interval(automatic.interval_deg)})`));
}

/** Create the line of the three angles; null for a result of an earlier method, which has the rotation alone. */
function threeAngles(result) {
  const texts = namedAngles(result, "picture_deg", "rotation_deg", "from_vertical_deg");
  return texts.length > 1 ? make("p", { class: "note angles", text: texts.join(", ") }) : null;
}

function signOff(store) {
  const { analysis } = store;
  if (analysis.signed_by) {
    return [
      make("p", {}, "Signed off by ", make("b", { text: analysis.signed_by }), ` on ${moment(analysis.signed_at)}.`),
      make("p", { class: "note", text: "A correction takes the sign-off away." }),
    ];
  }
  const measured = store.document.status === "measured";
  const text = analysis.status === "amended" ? "It was signed off once and corrected since. Look again, and sign the corrected result."
    : measured ? "Look at the start, the holds and the lines on the leg. If they are right, sign."
      : "Nothing could be measured. Sign to say that you have seen it.";
  return [make("p", { text }), button(measured ? "Accept and sign off" : "Sign off as not measured", () => void store.sign(), { class: "primary", id: "sign" })];
}

function findingList(store, seek) {
  const all = store.reps.flatMap((rep) => rep.findings.map((finding) => ({ ...finding, rep: rep.number + 1 })));
  if (!all.length) return make("p", { text: "No compensation was found in what could be measured." });
  return make("ul", { class: "items" }, ...[...new Set(all.map(({ code }) => code))].map((code) => {
    const findings = all.filter((finding) => finding.code === code);
    const worst = ["invalid", "flag", "note"].find((severity) => findings.some((finding) => finding.severity === severity));
    return make("li", {},
      make("h3", {}, `${label("findings", code)} `, tag(label("severity", worst), worst === "note" ? "" : "care")),
      ...findings.map(({ rep, at_s, text }) => make("p", { class: "note" }, button(`Rep ${rep}, ${seconds(at_s)}`, () => seek(at_s), { class: "small quiet" }), ` ${text}`)),
      make("p", { class: "cue", text: label("cues", code) }));
  }));
}
