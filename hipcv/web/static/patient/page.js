/** The page of one patient: change, visits, notes, consent and erasure. */

import { get, send } from "../shared/api.js";
import { clipAddress } from "../shared/clip_list.js";
import { clipQuality, clipResult } from "../shared/clips.js";
import { changeTag, comparisonAddress, comparisonForm } from "../shared/comparison.js";
import { requireInitials } from "../shared/dialog.js";
import { byId, cell, make, onSubmit, setContent, setTitle, table, tag } from "../shared/dom.js";
import { erasePatient } from "../shared/erasure.js";
import { SIDES, hipName, markName, notCounted } from "../shared/labels.js";
import { _, format } from "../shared/language.js";
import { noteList, noteTexts } from "../shared/notes.js";
import { angle, day, interval, today } from "../shared/numbers.js";
import { startPageShell } from "../shared/page_shell.js";
import { showErrors, showToast } from "../shared/toast.js";
import { commonRange, trendChart } from "./chart.js";
import { renamePatient, visitActions, visitPapers } from "./visits.js";

const PATH = `/api/patients/${document.body.dataset.patientId}`;
const GAP_PX = 20;
const NARROW_PX = 720;
let view = null;

function render(answer) {
  view = answer;
  const { patient } = view;
  setTitle("pseudonym", patient.pseudonym);
  byId("record-link").href = `/record?patient=${encodeURIComponent(patient.pseudonym)}`;
  setContent(byId("change"), ...changes());
  renderCharts();
  const form = comparisonForm(view, "");
  byId("compare-card").hidden = !form;
  setContent(byId("compare"), form);
  setContent(byId("visits"), visitTable());
  byId("notes").value = patient.notes ?? "";
  byId("consent-on").value = patient.consent_on ?? "";
  byId("keep-until").value = patient.keep_until ?? "";
  byId("consent-note").textContent = consentText(patient);
  byId("age").value = patient.age_now ?? "";
  byId("sex").value = patient.sex ?? "";
  byId("person-note").textContent = personText(patient);
}

function personText({ age_years, age_noted_on }) {
  const noted = age_years === null ? "" : format(_("{age} years on {day}; the age goes on by itself."), { age: age_years, day: day(age_noted_on) });
  return [noted, _("Both may be left open. Under 16 years nothing is compared with adults.")].filter(Boolean).join(" ");
}

function consentText({ consent_on, keep_until }) {
  const consent = consent_on ? format(_("Consent given on {day}."), { day: day(consent_on) }) : _("No consent is noted yet.");
  return `${consent} ${retentionText(keep_until)}`;
}

function retentionText(keep_until) {
  if (!keep_until) return _("No end of keeping is set.");
  const text = keep_until < today() ? _("The time to keep this data ended on {day}: erase it, or set another day.") : _("Kept until {day}.");
  return format(text, { day: day(keep_until) });
}

function changes() {
  const measured = SIDES.filter((side) => view.trend[side].length || view.not_counted[side].length);
  if (!measured.length) return [make("p", { class: "empty", text: _("No visit was measured yet.") })];
  const { difference } = view;
  return [
    make("div", { class: "changes" }, ...measured.map(sideChange)),
    difference && make("p", { class: "difference" }, make("b", { text: format(_("Left and right, {day}:"), { day: day(difference.on) }) }), " ", difference.text),
    view.next_test && make("p", { class: "note", text: view.next_test }),
  ];
}

/** Create the sentence on the last visit, at which nothing counted; after pain nothing is to be repeated. */
function notCountedSince(on, why) {
  const hurt = view.visits.some((visit) => visit.on === on && visit.clips.some((clip) => clip.hurt));
  const text = hurt ? _("{day}: {reason}.") : _("{day}: {reason}. Repeat the test.");
  return make("p", { class: "repeat", text: format(text, { day: day(on), reason: notCounted({ why }) }) });
}

function sideChange(side) {
  const change = view.change[side];
  const later = view.not_counted[side].filter(([on]) => !view.trend[side].length || on > view.trend[side].at(-1)[0]);
  const repeat = later.length ? notCountedSince(...later.at(-1)) : null;
  if (!view.trend[side].length) {
    return make("div", { class: `change ${side}`, "data-side": side }, make("p", { class: "which", text: hipName(side) }), repeat, make("p", { text: _("No visit has a number that counts.") }));
  }
  const [on, value_deg, low_deg, high_deg, marks] = view.trend[side].at(-1);
  return make("div", { class: `change ${side}`, "data-side": side },
    make("p", { class: "which", text: hipName(side) }),
    make("p", { class: "value number", text: angle(value_deg) }),
    make("p", { class: "note", text: format(_("95\u00a0% interval {limits}, {day}"), { limits: interval([low_deg, high_deg]), day: day(on) }) }),
    marks.length ? make("p", { class: "tags" }, ...marks.map((mark) => tag(markName(mark), "care"))) : null,
    repeat,
    change && make("p", {}, changeTag(change)),
    make("p", { text: change ? change.text : _("One visit so far, so there is nothing to compare with.") }),
    change && make("p", {}, make("a", { href: lastTwo(side, change), "aria-label": format(_("{hip}: both visits side by side"), { hip: hipName(side) }), text: _("Both side by side") })));
}

/** Return the address of the page that shows the two visits of a change side by side. */
function lastTwo(side, change) {
  const [one, other] = [change.from, change.to].map((on) => view.visits.find((visit) => visit.on === on).sides[side].analysis_id);
  return comparisonAddress(one, other, side);
}

function renderCharts() {
  const measured = SIDES.filter((side) => view.trend[side].length);
  const width_px = byId("trend").clientWidth;
  const chart_px = measured.length > 1 && width_px > NARROW_PX ? (width_px - GAP_PX) / 2 : width_px;
  if (!width_px) return; // before the page is laid out; the observer comes again
  const range_deg = commonRange(Object.values(view.trend), view.limits);
  setContent(byId("trend"), ...measured.map((side) => {
    const limits = { ...view.limits, range_deg, mdc_deg: view.change[side]?.mdc_deg ?? null };
    return make("figure", {}, make("figcaption", { text: hipName(side) }), trendChart(side, view.trend[side], view.not_counted[side], limits, Math.round(chart_px)));
  }));
  const hasNotCounted = measured.some((side) => view.not_counted[side].length);
  const mdc_deg = SIDES.map((side) => view.change[side]?.mdc_deg).find((value) => value !== undefined);
  byId("trend-note").textContent = measured.length ? trendKey(hasNotCounted, mdc_deg) : _("No visit has a number that counts.");
}

function trendKey(hasNotCounted, mdc_deg) {
  return [
    view.limits.typical_deg ? _("Bars are 95\u00a0% intervals, green is where two in three adults are, hollow dots are provisional or not signed off.") : _("Bars are 95\u00a0% intervals, hollow dots are provisional or not signed off; under 16 years nothing is compared with adults."),
    hasNotCounted ? _("Crosses are visits that do not count.") : "",
    mdc_deg ? format(_("Grey: within {angle} of the visit before, where a change is not more than measuring may differ (minimal detectable change)."), { angle: angle(mdc_deg) }) : "",
  ].filter(Boolean).join(" ");
}

function visitTable() {
  if (!view.visits.length) return make("p", { class: "empty", text: _("No visits yet. Record a test, or upload a clip under this pseudonym.") });
  return table("cards", [_("Visit"), ...SIDES.map(hipName), _("Clips and notes")], [...view.visits].reverse().map((visit) => make("tr", {},
    make("th", { scope: "row" }, make("span", { class: "day", text: day(visit.on) }), visitActions(visit, render)),
    ...SIDES.map((side) => cell(hipName(side), {}, sideResult(visit.sides[side]))),
    cell(_("Clips and notes"), {}, make("div", {}, make("ul", { class: "clips" }, ...visit.clips.map(clipItem)), visitPapers(visit), visitNotes(visit))))));
}

function clipItem(clip) {
  return make("li", {}, make("a", { href: clipAddress(clip.id, "patient"), text: clip.name }), " ", clipResult(clip), " ", clipQuality(clip), answers(clip), ...noteTexts(clip.notes));
}

function visitNotes(visit) {
  const renderNotes = (notes) => {
    visit.notes = notes;
    render(view);
  };
  return noteList({ notes: visit.notes, path: `/api/visits/${visit.id}/notes`, action: _("Add a note…"), render: renderNotes });
}

function answers({ answered }) {
  return answered.length ? make("p", { class: "note", text: answered.join(" ") }) : null;
}

function sideResult(result) {
  if (!result) return make("span", { class: "hint", text: "–" });
  if (result.result_deg === null) return make("span", { text: notCounted(result) });
  return make("span", {}, make("b", { class: "number", text: angle(result.result_deg) }), make("span", { class: "hint number", text: ` ${interval(result.interval_deg)}` }), result.provisional ? tag(_("provisional"), "care") : null, result.signed ? null : tag(markName("not_signed_off")));
}

/** Return age and sex of the form; an age that was not changed stays as it was noted. */
function personFields() {
  const age_years = byId("age").value === "" ? null : Number(byId("age").value);
  return { sex: byId("sex").value || null, ...(age_years === view.patient.age_now ? {} : { age_years }) };
}

async function save(fields, message) {
  const by = await requireInitials();
  if (!by) return;
  await showErrors(async () => {
    render(await send(PATH, { ...fields, by }));
    showToast(message);
  });
}

async function erase() {
  await showErrors(async () => {
    if (await erasePatient(view.patient)) location.assign("/");
  });
}

startPageShell();
onSubmit(byId("notes-form"), () => void save({ notes: byId("notes").value }, _("Notes saved.")));
onSubmit(byId("consent-form"), () => void save({ consent_on: byId("consent-on").value || null, keep_until: byId("keep-until").value || null }, _("Dates saved.")));
onSubmit(byId("person-form"), () => void save(personFields(), _("Age and sex saved.")));
byId("rename").addEventListener("click", () => void showErrors(() => renamePatient(view.patient, render)));
byId("purge").addEventListener("click", () => void erase());
new ResizeObserver(() => view && renderCharts()).observe(byId("trend"));
await showErrors(async () => render(await get(PATH)));
