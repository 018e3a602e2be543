/** Rows of clips, as the desk, the patient page and the clip page show them. */

import { send } from "./api.js";
import { requireInitials } from "./dialog.js";
import { button, make, tag } from "./dom.js";
import { label, notCounted, sideName, signOffLabel } from "./labels.js";
import { _, format } from "./language.js";
import { angle, day, seconds, share } from "./numbers.js";
import { showErrors } from "./toast.js";

/** Most other copies of a recording that are named one by one. */
export const MAX_ELSEWHERE = 3;

const STATE_TEXT = { waiting: _("Waiting its turn"), analysing: _("Measuring") };
const GOOD_QUALITY = 0.8;
const FAIR_QUALITY = 0.6;

/**
 * Return true while a clip waits for its analysis or is being analysed.
 * @param {{state: string}} clip
 * @returns {boolean}
 */
export function isPending(clip) {
  return clip.state in STATE_TEXT;
}

/**
 * Create the row of a pending clip, with its progress.
 * @param {Object} clip
 * @returns {HTMLElement}
 */
export function pendingRow(clip) {
  const row = make("li", { class: "working", "data-clip-id": clip.id },
    make("span", { class: "what" }, make("a", { href: `/clips/${clip.id}`, text: clip.name }), clipOwner(clip)),
    make("span", { class: "state" }, make("span", { class: "doing note" }), stopButton(clip)),
    make("progress", { max: 1, "aria-label": format(_("Progress of {clip}"), { clip: clip.name }) }));
  showProgress(row, clip);
  return row;
}

/** Create the button that cancels the analysis of a clip; the page learns of it by the event. */
function stopButton({ id, name }) {
  return button(_("Stop"), () => void showErrors(async () => {
    const by = await requireInitials();
    if (by) await send(`/api/clips/${id}/cancel`, { by });
  }), { class: "small quiet", "aria-label": format(_("Stop measuring {clip}"), { clip: name }) });
}

/**
 * Show the progress of a clip.
 * @param {HTMLElement} row made by pendingRow
 * @param {{state: string, doing?: string, share?: number}} progress
 */
export function showProgress(row, progress) {
  const text = (progress.doing && label("stages_of_work", progress.doing)) || STATE_TEXT[progress.state] || progress.state;
  const measurable = progress.state === "analysing" && progress.share > 0;
  row.querySelector(".doing").textContent = measurable ? `${text}, ${share(progress.share)}` : text;
  const bar = row.querySelector("progress");
  bar.hidden = progress.state !== "analysing";
  if (measurable) bar.value = progress.share;
  else bar.removeAttribute("value");
}

/**
 * Create the angles of a clip, or the reason why there are none.
 * @param {Object} clip
 * @returns {HTMLElement}
 */
export function clipResult(clip) {
  const measured = Object.entries(clip.sides ?? {}).filter(([, result]) => result);
  if (!measured.length) return make("span", { class: "message", text: clip.said || STATE_TEXT[clip.state] || _("Not measured.") });
  return make("span", { class: "sides" }, ...measured.map(([side, result]) => sideText(side, result)));
}

function sideText(side, result) {
  if (result.result_deg === null) return make("span", { text: `${sideName(side)} ${notCounted(result)}` });
  return make("span", { class: "number" }, `${sideName(side)} `, make("b", { text: angle(result.result_deg) }), result.provisional ? ` ${_("provisional")}` : "");
}

/**
 * Create the tag of a clip's quality or state.
 * @param {Object} clip
 * @returns {HTMLElement}
 */
export function clipQuality(clip) {
  if (isPending(clip)) return tag(_("under way"), "busy");
  if (clip.state === "failed") return tag(_("failed"), "care");
  if (clip.state === "cancelled") return tag(_("stopped"), "care");
  if (clip.state === "refused") return tag(_("not measured"), "care");
  if (Object.values(clip.sides ?? {}).some((result) => result) && Object.values(clip.sides).every((result) => !result || result.result_deg === null)) return tag(_("not counted"), "care");
  if (clip.quality === null || clip.quality === undefined) return tag(_("unknown"));
  const [text, tone] = clip.quality >= GOOD_QUALITY ? [_("good"), "good"] : clip.quality >= FAIR_QUALITY ? [_("fair"), ""] : [_("poor"), "care"];
  const quality = tag(`${text} ${share(clip.quality)}`, tone);
  return clip.status === "amended" ? make("span", { class: "tags" }, quality, tag(signOffLabel("amended").text, "care")) : quality;
}

/**
 * Create the link to the patient of a clip, with the date of the visit; null without a patient.
 * @param {Object} clip
 * @returns {HTMLElement|null}
 */
export function clipOwner(clip) {
  if (!clip.patient) return null;
  return make("span", { class: "owner" }, make("a", { href: `/patients/${clip.patient.id}`, text: clip.patient.pseudonym }), clip.on ? make("span", { class: "number", text: ` · ${day(clip.on)}` }) : null);
}

/**
 * Return whose a clip is, in words: P-003, 4 May 2026.
 * @param {{patient: {pseudonym: string}|null, on: string|null}} clip
 * @returns {string}
 */
export function ownerText({ patient, on }) {
  return patient ? `${patient.pseudonym}, ${day(on)}` : _("a clip without a patient");
}

/**
 * Say with which options a clip is or was measured, apart from the leg.
 * @param {{mirrored: boolean, external: boolean, start_s: number}} options
 * @returns {string[]}
 */
export function optionTexts({ mirrored, external, start_s }) {
  return [mirrored && _("mirrored recording"), external && _("external rotation too"), start_s && format(_("from {time} on"), { time: seconds(start_s, 1) })].filter(Boolean);
}

/**
 * Say where else the recording of a clip is.
 * @param {Array<{patient: {pseudonym: string}|null, on: string|null}>} elsewhere
 * @param {string|null} pseudonym of the clip's patient
 * @returns {string[]}
 */
export function elsewhereTexts(elsewhere, pseudonym) {
  return elsewhere.map((other) => {
    if (!other.patient) return _("The same recording is also here without a patient.");
    const fields = { patient: other.patient.pseudonym, day: day(other.on) };
    if (other.patient.pseudonym === pseudonym) return format(_("The same recording is also filed for this patient on {day}."), fields);
    return format(_("The same recording is also filed for another patient: {patient}, {day}."), fields);
  });
}
