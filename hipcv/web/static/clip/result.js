/** The result as text: angles, sign-off, compensations and issues. */

import { clipOwner, clipResult } from "../shared/clips.js";
import { button, byId, make, setContent, tag } from "../shared/dom.js";
import { SIDES, hipName, issueTitle, label, legName, namedAngles, notCounted, sideName, signOffLabel } from "../shared/labels.js";
import { _, format, formatParts } from "../shared/language.js";
import { angle, interval, moment, seconds, share } from "../shared/numbers.js";
import { lastVisit, lastVisitText } from "./last_visit.js";
import { saidAfterTest } from "./notes.js";

const SIGN_TEXT = {
  measured: _("Look at the start, the holds and the lines on the leg. If they are right, sign."),
  not_counted: _("No repetition counts. If that is right, sign; if one was judged wrongly, correct it."),
  not_measured: _("Nothing could be measured. Sign to say that you have seen it."),
};
const LEG_QUESTIONS = { left: _("Is this the left leg?"), right: _("Is this the right leg?"), both: _("Are these the left and the right leg?") };
const NOT_DISPLAYED = { left: _("The left leg was not shown yet. Look at it before you sign."), right: _("The right leg was not shown yet. Look at it before you sign.") };
const SHOW_LEG = { left: _("Show the left leg"), right: _("Show the right leg") };
const SIGN_ACTION = { measured: _("Accept and sign off"), not_counted: _("Sign off as not counted"), not_measured: _("Sign off as not measured") };

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
    setContent(byId("result"), make("h2", { class: "visually-hidden", text: _("Result") }), ...sideResults(analysis, store.view.last_visit, store.view.clip.hurt));
    setContent(byId("sign-card"), make("h2", { text: _("Sign-off") }), ...signOff(store));
    setContent(byId("findings-card"), make("h2", {}, _("Compensations"), store.sides.length > 1 ? make("small", { text: ` ${legName(store.side)}` }) : null), findingList(store, seek));
    byId("result").hidden = !store.sides.length;
    const refused = store.view.clip.state === "refused"; // refusals are in the card above the video
    const issues = store.document.issues.filter((issue) => !refused || issue.severity !== "refuse");
    byId("issues-card").hidden = !issues.length;
    setContent(byId("issues-card"), make("h2", { text: _("About the clip") }), issueList(issues));
  });
}

/**
 * Create the list of issues with their remedies.
 * @param {Object[]} issues
 * @returns {HTMLElement}
 */
export function issueList(issues) {
  return make("ul", { class: "items" }, ...issues.map((issue) => make("li", {},
    make("h3", { text: issueTitle(issue) + (issue.side ? ` (${sideName(issue.side).toLowerCase()})` : "") }),
    make("p", { class: "note", text: issue.text }), make("p", { class: "cue", text: issue.remedy }))));
}

/**
 * Create the results of a clip whose report is still being prepared.
 * @param {{measured: Object<string, Object|null>|null, hurt: boolean}} clip
 * @returns {HTMLElement[]}
 */
export function measuredSides({ measured, hurt }) {
  return SIDES.filter((side) => measured?.[side]).map((side) => make("div", { class: `of-side ${side}` },
    make("p", { class: "which", text: hipName(side) }), ...headline(side, "measured", measured[side], hurt)));
}

/** Create the number with its interval and category, or why there is none; after pain nothing is to be repeated. */
function headline(side, kind, result, hurt) {
  if (!result) return [make("p", { class: "not-counted", text: _("Not measured") })];
  if (result.result_deg === null) return withoutNumber(result, hurt);
  return [value(side, kind, result, "p", "value number"), ...intervalAndCategory(result)];
}

function withoutNumber({ why, reached_deg }, hurt) {
  return [
    make("p", { class: "not-counted", text: _("Not counted") }),
    make("p", { class: "verdict", text: why ? format(_("No repetition kept the rules of the test: {why}."), { why }) : _("No repetition kept the rules of the test.") }),
    make("p", { class: "note", text: [
      _("The repetitions keep their numbers in the table, struck out."),
      reached_deg === null ? "" : format(_("Up to where a rule was broken, the leg had turned {angle}."), { angle: angle(reached_deg) }),
      hurt ? "" : _("Repeat the test."),
    ].filter(Boolean).join(" ") }),
  ];
}

function value(side, kind, result, tagName, className) {
  return make(tagName, { class: className, "data-side": side, "data-value": kind, text: angle(result?.result_deg) });
}

function intervalAndCategory({ interval_deg, category, lift_deg, provisional }) {
  return [
    lift_deg === null ? null : make("p", { class: "lift", text: format(_("with {angle} of hip lift taken off"), { angle: angle(lift_deg) }) }),
    make("p", {}, ...formatParts(_("95\u00a0% interval {limits}"), { limits: make("span", { class: "number", text: interval(interval_deg) }) }), ...(provisional ? [" ", tag(_("provisional"), "care")] : [])),
    make("p", { class: "verdict", text: `${label("categories", category ?? "")}.` }),
  ];
}

function sideResults({ id, automatic, corrected, corrections, results }, last, hurt) {
  return SIDES.filter((side) => automatic.sides[side] || corrected?.sides[side]).map((side) => {
    const changed = corrected && corrections.some((correction) => correction.side === side && !correction.withdrawn && correction.kind !== "withdraw");
    const current = changed ? { side: corrected.sides[side], result: results.current[side] } : { side: automatic.sides[side], result: results.automatic[side] };
    return sideResult(side, results.automatic[side], current, { changed, last: last[side], id, hurt });
  });
}

function sideResult(side, automatic, { side: current, result }, { changed, last, id, hurt }) {
  const measured = (result?.result_deg ?? null) !== null;
  return make("div", { class: `of-side ${side}` },
    make("p", { class: "which" }, hipName(side), changed ? tag(_("corrected"), "busy") : null),
    ...headline(side, "current", result, hurt),
    lastVisit(side, last, id),
    ...(measured ? [
      threeAngles(current),
      readingError(current),
      current.pelvis_relative_deg === null ? null : make("p", { class: "note", text: format(_("Relative to the pelvis {angle} · quality {share}"), { angle: angle(current.pelvis_relative_deg), share: share(current.quality) }) }),
    ] : []),
    externalRotation(current ?? {}),
    make("p", { class: "automatic-value" }, _("Automatic:"), " ", ...automaticValue(side, automatic)));
}

function automaticValue(side, automatic) {
  if (automatic?.result_deg === null) return [notCounted(automatic)];
  return [value(side, "automatic", automatic, "b", "number"), automatic ? ` (${interval(automatic.interval_deg)})` : null];
}

/** Create the line of how exactly this clip was read; null where the interval is that alone. */
function readingError({ interval_deg, result_interval_deg }) {
  if (!interval_deg || !result_interval_deg) return null;
  return make("p", { class: "note", text: format(_("This clip was read to ±{angle}; the interval holds for another day."), { angle: angle((interval_deg[1] - interval_deg[0]) / 2) }) });
}

/** Create the line of the external rotation and the total arc; null where it was not done. */
function externalRotation({ external_rotation_deg, external_interval_deg, arc_deg, arc_interval_deg }) {
  if ((external_rotation_deg ?? null) === null) return null;
  const texts = [format(_("External rotation {angle} ({limits})"), { angle: angle(external_rotation_deg), limits: interval(external_interval_deg) })];
  if (arc_interval_deg) texts.push(format(_("total arc {angle} ({limits})"), { angle: angle(arc_deg), limits: interval(arc_interval_deg) }));
  return make("p", { class: "note external", text: texts.join(" · ") });
}

/** Create the line of the three angles; null for a result of an earlier method, which has the rotation alone. */
function threeAngles(result) {
  const texts = namedAngles(result, "picture_deg", "rotation_deg", "from_vertical_deg");
  return texts.length > 1 ? make("p", { class: "note angles", text: texts.join(", ") }) : null;
}

/** Create what is signed for: patient, day, what each leg has, and the question whether these are the legs. */
function legQuestion(store) {
  const { view: { clip }, document } = store;
  const sides = SIDES.filter((side) => document.sides[side]);
  const owner = clipOwner(clip) ?? make("b", { class: "caution", text: _("This clip is not assigned to a patient yet.") });
  const signed = make("p", {}, owner);
  if (!sides.length) return [make("p", {}, owner, make("br"), clipResult(clip))];
  const asked = SIDES.filter((side) => clip.sides[side]);
  const question = LEG_QUESTIONS[asked.length > 1 ? "both" : asked[0]];
  return [
    signed, make("ul", { class: "items signed-for" }, ...sides.map((side) => signedSide(side, clip.sides[side], document.sides[side], store.view.last_visit[side]))),
    question ? make("p", { id: "leg-question" }, make("b", { text: question }), " ", clip.mirrored ? _("The recording was taken as mirrored.") : "") : null,
  ];
}

/** Create what is signed for of one leg: number, repetitions that count, compensations. */
function signedSide(side, result, { reps = [] }, last) {
  const codes = [...new Set(reps.flatMap((rep) => rep.findings.map(({ code }) => code)))];
  const worst = (code) => severityOf(reps.flatMap((rep) => rep.findings).filter((finding) => finding.code === code));
  const number = result && result.result_deg !== null ? angle(result.result_deg) : result ? notCounted(result) : _("Not measured");
  return make("li", { "data-signed": side },
    make("h3", {}, `${hipName(side)} `, make("span", { class: "number", text: number }), result?.provisional ? ` ${_("provisional")}` : ""),
    last ? make("p", { class: "note", text: lastVisitText(last) }) : null,
    reps.length ? make("p", { class: "note", text: format(_("{counted} of {all} repetitions count."), { counted: reps.filter(({ valid }) => valid).length, all: reps.length }) }) : null,
    codes.length ? make("p", {}, ...codes.map((code) => tag(label("findings", code), worst(code) === "note" ? "" : "care"))) : reps.length ? make("p", { class: "note", text: _("No compensation found.") }) : null);
}

function severityOf(findings) {
  return ["invalid", "flag", "note"].find((severity) => findings.some((finding) => finding.severity === severity));
}

const ENDED = {
  correct: _("{initials} signed on {moment}. It was corrected since, so the sign-off no longer holds."),
  move_clip: _("{initials} signed on {moment}. The clip was moved to another patient or day since, so the sign-off no longer holds."),
  ask_again: _("{initials} signed on {moment}. It was measured again since, so the sign-off no longer holds."),
  add_analysis: _("{initials} signed on {moment}. It was measured again since, so the sign-off no longer holds."),
  make_current: _("{initials} signed on {moment}. Another result was made the current one since, so the sign-off no longer holds."),
  unsign: _("{initials} signed on {moment}. The sign-off was taken back."),
};

/** Create the line on whose signature was taken off, and by whom; null where there is none. */
function endedSignature({ view: { ended_signature } }) {
  if (!ended_signature) return null;
  const { by, at, change, changed_by, changed_at } = ended_signature;
  const fields = { initials: make("b", { text: by }), moment: moment(at) };
  return make("p", { id: "ended-signature" }, ...formatParts(ENDED[change], fields), " ", make("span", { class: "note", text: `(${changed_by}, ${moment(changed_at)})` }));
}

function signOff(store) {
  const { analysis } = store;
  if (analysis.signed_by) {
    return [
      make("p", {}, ...formatParts(_("Signed off by {initials} on {moment}."), { initials: make("b", { text: analysis.signed_by }), moment: moment(analysis.signed_at) })),
      make("p", { class: "note", text: _("Correcting it, measuring it again or moving the clip takes the sign-off away.") }),
      button(_("Take the sign-off back"), () => void store.unsign(), { class: "small", id: "unsign" }),
    ];
  }
  const { status } = store.document;
  const text = analysis.status === "amended" ? _("It was signed off once and changed since. Look again, and sign the result as it is now.") : SIGN_TEXT[status];
  return [make("p", { text }), endedSignature(store), ...legQuestion(store), make("div", { class: "said" }, ...saidAfterTest(store)), ...signAction(store, status)];
}

/** Create the button that signs; before a clip has a patient and each leg was looked at, what is missing. */
function signAction(store, status) {
  const assigned = Boolean(store.view.patient);
  const [undisplayed] = store.undisplayedSides;
  const sign = button(SIGN_ACTION[status], () => void store.sign(), { class: "primary", id: "sign", disabled: !assigned || Boolean(undisplayed), "aria-describedby": "sign-missing" });
  if (!assigned) return [make("p", { id: "sign-missing", class: "caution", text: _("Say whose clip it is, then sign.") }), sign];
  if (!undisplayed) return [sign];
  return [
    make("p", { id: "sign-missing", class: "caution", text: NOT_DISPLAYED[undisplayed] }),
    button(SHOW_LEG[undisplayed], () => store.selectSide(undisplayed), { class: "small", id: "show-unseen" }), sign,
  ];
}

function findingList(store, seek) {
  const all = store.reps.flatMap((rep) => rep.findings.map((finding) => ({ ...finding, rep: rep.number + 1 })));
  if (!all.length) return make("p", { text: _("No compensation was found in what could be measured.") });
  return make("ul", { class: "items" }, ...[...new Set(all.map(({ code }) => code))].map((code) => {
    const findings = all.filter((finding) => finding.code === code);
    const worst = severityOf(findings);
    return make("li", {},
      make("h3", {}, `${label("findings", code)} `, tag(label("severity", worst), worst === "note" ? "" : "care")),
      ...findings.map(({ rep, at_s, text }) => make("p", { class: "note" }, button(format(_("Rep {number}, {time}"), { number: rep, time: seconds(at_s) }), () => seek(at_s), { class: "small quiet" }), ` ${text}`)),
      make("p", { class: "cue", text: label("cues", code) }));
  }));
}
