/** The result in numbers and words: automatic beside corrected, sign-off, compensations, issues. */

import { button, byId, make, show } from "../shared/dom.js";
import { angle, interval, moment, seconds, share } from "../shared/numbers.js";
import { categoryName, cueOf, findingName, issueTitle, severityName, sideName, statusWords } from "../shared/labels.js";

/**
 * Show the result, and keep it right.
 * @param {import("./store.js").ClipStore} store
 * @param {(time_s: number) => void} go shows a moment
 * @returns {void}
 */
export function startResult(store, go) {
  store.addEventListener("change", () => {
    const { analysis } = store;
    if (!analysis) return;
    const told = statusWords(analysis.status);
    show(byId("status"), make("span", { class: `tag ${told.tone}`, id: "signed", "data-status": analysis.status, text: told.text }));
    show(byId("result"), make("h2", { class: "away", text: "Result" }), ...numbers(store));
    show(byId("sign-card"), ...signOff(store));
    show(byId("findings-card"), make("h2", { text: "Compensations" }), findings(store, go));
    byId("result").hidden = !store.sides.length;
    const refused = store.view.clip.state === "refused";
    const issues = store.document.issues.filter((issue) => !refused || issue.severity !== "refuse"); // said above
    byId("issues-card").hidden = !issues.length;
    show(byId("issues-card"), make("h2", { text: "About the clip" }), issueList(issues));
  });
}

/**
 * What was wrong with a clip, and what mends it.
 * @param {Object[]} issues
 * @returns {HTMLElement}
 */
export function issueList(issues) {
  return make("ul", { class: "items" }, ...issues.map((issue) => make("li", {},
    make("h3", { text: issueTitle(issue.code) + (issue.side ? ` (${issue.side})` : "") }),
    make("p", { class: "note", text: issue.text }), make("p", { class: "cue", text: issue.remedy }))));
}

function numbers(store) {
  const { automatic, corrected } = store.analysis;
  const sides = ["left", "right"].filter((side) => automatic.sides[side] || corrected?.sides[side]);
  return sides.map((side) => number(side, automatic.sides[side], corrected && touched(store.analysis, side) ? corrected.sides[side] : undefined));
}

function touched(analysis, side) {
  return analysis.corrections.some((each) => each.side === side && !each.withdrawn && each.kind !== "withdraw");
}

function number(side, automatic, corrected) {
  const now = corrected === undefined ? automatic : corrected;
  const changed = corrected !== undefined;
  const best = now?.rotation_deg ?? null;
  const lines = [
    make("p", { class: "which" }, `${sideName(side)} hip`, changed ? make("span", { class: "tag busy", text: "corrected" }) : null),
    make("p", { class: "value number", "data-side": side, "data-value": "current", text: angle(best) }),
  ];
  if (best !== null) {
    lines.push(make("p", {}, "95\u00a0% interval ", make("span", { class: "number", text: interval(now.interval_deg) })));
    lines.push(make("p", { class: "verdict", text: `${categoryName(now.category)}.` }));
    if (now.pelvis_relative_deg !== null) lines.push(make("p", { class: "note", text: `Relative to the pelvis ${angle(now.pelvis_relative_deg)} · quality ${share(now.quality)}` }));
  }
  const machine = automatic?.rotation_deg ?? null;
  lines.push(make("p", { class: "beside" }, "Automatic: ",
    make("b", { class: "number", "data-side": side, "data-value": "automatic", text: angle(machine) }),
    machine === null ? "" : ` (${interval(automatic.interval_deg)})`));
  return make("div", { class: `of-side ${side}` }, ...lines);
}

function signOff(store) {
  const { analysis } = store;
  const measured = store.document.status === "measured";
  const lines = [make("h2", { text: "Sign-off" })];
  if (analysis.signed_by) {
    lines.push(make("p", {}, "Signed off by ", make("b", { text: analysis.signed_by }), ` on ${moment(analysis.signed_at)}.`));
    lines.push(make("p", { class: "note", text: "A correction takes the sign-off away." }));
    return lines;
  }
  if (analysis.status === "amended") lines.push(make("p", { text: "It was signed off once and corrected since. Look again, and sign the corrected result." }));
  else lines.push(make("p", { text: measured ? "Look at the start, the holds and the lines on the leg. If they are right, sign." : "Nothing could be measured. Sign to say that you have seen it." }));
  lines.push(button(measured ? "Accept and sign off" : "Sign off as not measured", () => void store.sign(), { class: "primary", id: "sign" }));
  return lines;
}

function findings(store, go) {
  const found = store.reps.flatMap((rep) => rep.findings.map((finding) => ({ rep, finding })));
  if (!found.length) return make("p", { text: "No compensation was found in what could be measured." });
  const codes = [...new Set(found.map(({ finding }) => finding.code))];
  return make("ul", { class: "items" }, ...codes.map((code) => {
    const these = found.filter(({ finding }) => finding.code === code);
    const worst = ["invalid", "flag", "note"].find((severity) => these.some(({ finding }) => finding.severity === severity));
    return make("li", {},
      make("h3", {}, `${findingName(code)} `, make("span", { class: worst === "note" ? "tag" : "tag care", text: severityName(worst) })),
      ...these.map(({ rep, finding }) => make("p", { class: "note" }, button(`Rep ${rep.number + 1}, ${seconds(finding.at_s)}`, () => go(finding.at_s), { class: "small quiet" }), ` ${finding.text}`)),
      make("p", { class: "cue", text: cueOf(code) }));
  }));
}
