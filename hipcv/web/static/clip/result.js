/** The result as text: angles, sign-off, compensations and issues. */

import { button, byId, make, setContent, tag } from "../shared/dom.js";
import { SIDES, label, namedAngles, notCounted, sideName, signOffLabel } from "../shared/labels.js";
import { angle, interval, moment, seconds, share } from "../shared/numbers.js";

const SIGN_TEXT = {
  measured: "Look at the start, the holds and the lines on the leg. If they are right, sign.",
  not_counted: "No repetition counts. If that is right, sign; if one was judged wrongly, correct it.",
  not_measured: "Nothing could be measured. Sign to say that you have seen it.",
};
const SIGN_ACTION = { measured: "Accept and sign off", not_counted: "Sign off as not counted", not_measured: "Sign off as not measured" };

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
 * @param {Object<string, Object|null>|null} sides results of the server
 * @returns {HTMLElement[]}
 */
export function measuredSides(sides) {
  return SIDES.filter((side) => sides?.[side]).map((side) => make("div", { class: `of-side ${side}` },
    make("p", { class: "which", text: `${sideName(side)} hip` }), ...headline(side, "measured", sides[side])));
}

/** Create the number with its interval and category, or why there is none. */
function headline(side, kind, result) {
  if (result?.result_deg === null) return withoutNumber(result);
  return [value(side, kind, result, "p", "value number"), ...(result ? intervalAndCategory(result) : [])];
}

function withoutNumber({ why, reached_deg }) {
  return [
    make("p", { class: "not-counted", text: "Not counted" }),
    make("p", { class: "verdict", text: `No repetition kept the rules of the test${why ? `: ${why}` : ""}.` }),
    make("p", { class: "note", text: `The repetitions keep their numbers in the table, struck out.${reached_deg === null ? "" : ` Up to where a rule was broken, the leg had turned ${angle(reached_deg)}.`} Repeat the test.` }),
  ];
}

function value(side, kind, result, tagName, className) {
  return make(tagName, { class: className, "data-side": side, "data-value": kind, text: angle(result?.result_deg) });
}

function intervalAndCategory({ interval_deg, category, lift_deg, provisional }) {
  return [
    lift_deg === null ? null : make("p", { class: "lift", text: `with ${angle(lift_deg)} of hip lift taken off` }),
    make("p", {}, "95\u00a0% interval ", make("span", { class: "number", text: interval(interval_deg) }), provisional ? tag("provisional", "care") : null),
    make("p", { class: "verdict", text: `${label("categories", category ?? "")}.` }),
  ];
}

function sideResults({ automatic, corrected, corrections, results }) {
  return SIDES.filter((side) => automatic.sides[side] || corrected?.sides[side]).map((side) => {
    const changed = corrected && corrections.some((correction) => correction.side === side && !correction.withdrawn && correction.kind !== "withdraw");
    const current = changed ? { side: corrected.sides[side], result: results.current[side] } : { side: automatic.sides[side], result: results.automatic[side] };
    return sideResult(side, results.automatic[side], current, changed);
  });
}

function sideResult(side, automatic, { side: current, result }, changed) {
  const measured = (result?.result_deg ?? null) !== null;
  return make("div", { class: `of-side ${side}` },
    make("p", { class: "which" }, `${sideName(side)} hip`, changed ? tag("corrected", "busy") : null),
    ...headline(side, "current", result),
    ...(measured ? [
      threeAngles(current),
      readingError(current),
      current.pelvis_relative_deg === null ? null : make("p", { class: "note", text: `Relative to the pelvis ${angle(current.pelvis_relative_deg)} · quality ${share(current.quality)}` }),
    ] : []),
    make("p", { class: "automatic-value" }, "Automatic: ", ...automaticValue(side, automatic)));
}

function automaticValue(side, automatic) {
  if (automatic?.result_deg === null) return [notCounted(automatic)];
  return [value(side, "automatic", automatic, "b", "number"), automatic ? ` (${interval(automatic.interval_deg)})` : null];
}

/** Create the line of how exactly this clip was read; null where the interval is that alone. */
function readingError({ interval_deg, result_interval_deg }) {
  if (!interval_deg || !result_interval_deg) return null;
  return make("p", { class: "note", text: `This clip was read to ±${angle((interval_deg[1] - interval_deg[0]) / 2)}; the interval holds for another day.` });
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
  const { status } = store.document;
  const text = analysis.status === "amended" ? "It was signed off once and corrected since. Look again, and sign the corrected result." : SIGN_TEXT[status];
  return [make("p", { text }), button(SIGN_ACTION[status], () => void store.sign(), { class: "primary", id: "sign" })];
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
