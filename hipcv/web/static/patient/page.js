/** The page of one patient: change, visits, notes, consent, and erasing. */

import { get, send } from "../shared/api.js";
import { ask, askWho } from "../shared/dialog.js";
import { quality, result } from "../desk/clips.js";
import { byId, make, show } from "../shared/dom.js";
import { startFrame } from "../shared/page_shell.js";
import { tell, tellFault } from "../shared/toast.js";
import { angle, day, interval, today } from "../shared/numbers.js";
import { commonRange, trendChart } from "./chart.js";
import { sideName } from "../shared/labels.js";

const ID = document.body.dataset.patientId;
const PATH = `/api/patients/${ID}`;
const SIDES = ["left", "right"];
const GAP_PX = 20;
const NARROW_PX = 720;
let view = null;

function render(now) {
  view = now;
  byId("pseudonym").textContent = view.patient.pseudonym;
  byId("record-link").href = `/record?patient=${encodeURIComponent(view.patient.pseudonym)}`;
  show(byId("change"), ...changes());
  charts();
  show(byId("visits"), visits());
  byId("notes").value = view.patient.notes ?? "";
  byId("consent-on").value = view.patient.consent_on ?? "";
  byId("keep-until").value = view.patient.keep_until ?? "";
  byId("consent-note").textContent = consent();
}

function consent() {
  const { consent_on, keep_until } = view.patient;
  const told = consent_on ? `Consent given on ${day(consent_on)}.` : "No consent is noted yet.";
  if (!keep_until) return `${told} No end of keeping is set.`;
  return keep_until < today() ? `${told} The time to keep this data ended on ${day(keep_until)}: erase it, or set another day.` : `${told} Kept until ${day(keep_until)}.`;
}

function changes() {
  const measured = SIDES.filter((side) => view.trend[side].length);
  if (!measured.length) return [make("p", { class: "empty", text: "No visit was measured yet." })];
  const lines = measured.map((side) => {
    const change = view.change[side];
    const now = view.trend[side].at(-1);
    const real = change && Math.abs(change.difference_deg) > change.mdc_deg;
    return make("div", { class: `change ${side}`, "data-side": side },
      make("p", { class: "which", text: `${sideName(side)} hip` }),
      make("p", { class: "value number", text: angle(now[1]) }),
      make("p", { class: "note", text: `95\u00a0% interval ${interval([now[2], now[3]])}, ${day(now[0])}` }),
      change ? make("p", {}, make("span", { class: real ? "tag busy" : "tag", text: real ? "real change" : "within measurement error" })) : null,
      make("p", { text: change ? change.text : "One visit so far, so there is nothing to compare with." }));
  });
  return [make("div", { class: "changes" }, ...lines), ...difference()];
}

/** Left against right at the last visit that has both. */
function difference() {
  const told = view.difference;
  if (!told) return [];
  return [make("p", { class: "difference" }, make("b", { text: `Left and right, ${day(told.on)}: ` }), told.text)];
}

function charts() {
  const all = SIDES.filter((side) => view.trend[side].length);
  const width = byId("trend").clientWidth;
  const each = all.length > 1 && width > NARROW_PX ? (width - GAP_PX) / 2 : width;
  show(byId("trend"), ...all.map((side) => {
    const limits = { ...view.limits, range_deg: commonRange(Object.values(view.trend), view.limits), mdc_deg: view.change[side]?.mdc_deg ?? null };
    return make("figure", {}, make("figcaption", { text: `${sideName(side)} hip` }), trendChart(side, view.trend[side], limits, Math.round(each)));
  }));
  const mdc = SIDES.map((side) => view.change[side]?.mdc_deg).find((value) => value !== undefined);
  byId("trend-note").textContent = mdc
    ? `Bars are 95 % intervals, green is the usual range. Grey: within ${angle(mdc)} of the visit before, where a change is not more than measuring may differ (minimal detectable change).`
    : all.length ? "Bars are 95 % intervals, green is the usual range." : "";
}

function visits() {
  if (!view.visits.length) return make("p", { class: "empty", text: "No visits yet. Record a test, or upload a clip under this pseudonym." });
  const head = make("thead", {}, make("tr", {}, ...["Visit", "Left hip", "Right hip", "Clips"].map((text) => make("th", { scope: "col", text }))));
  const rows = [...view.visits].reverse().map((visit) => make("tr", {},
    make("th", { scope: "row", text: day(visit.on) }),
    ...SIDES.map((side) => make("td", { "data-label": `${sideName(side)} hip` }, number(visit.sides[side]))),
    make("td", { "data-label": "Clips" }, make("ul", { class: "clips" }, ...visit.clips.map(clip)))));
  return make("table", { class: "cards" }, head, make("tbody", {}, ...rows));
}

function number(read) {
  if (!read) return make("span", { class: "hint", text: "–" });
  return make("span", {}, make("b", { class: "number", text: angle(read.rotation_deg) }), make("span", { class: "hint number", text: ` ${interval(read.interval_deg)}` }), read.signed ? "" : make("span", { class: "tag", text: "not signed off" }));
}

function clip(row) {
  return make("li", {}, make("a", { href: `/clips/${row.id}`, text: row.name }), " ", result(row), " ", quality(row));
}

async function save(fields, words) {
  const by = await askWho();
  if (!by) return;
  try {
    render(await send(PATH, { ...fields, by }));
    tell(words);
  } catch (fault) {
    tellFault(fault);
  }
}

async function purge() {
  const told = await ask({
    title: `Erase ${view.patient.pseudonym}?`, text: "All clips, results, corrections and notes of this patient are deleted. This cannot be undone.",
    why: "required", typed: view.patient.pseudonym, action: "Erase for good", danger: true, placeholder: "such as: consent withdrawn",
  });
  if (!told) return;
  try {
    await send(PATH, told, "DELETE");
    location.assign("/");
  } catch (fault) {
    tellFault(fault);
  }
}

startFrame();
byId("notes-form").addEventListener("submit", (event) => {
  event.preventDefault();
  void save({ notes: byId("notes").value }, "Notes saved.");
});
byId("consent-form").addEventListener("submit", (event) => {
  event.preventDefault();
  void save({ consent_on: byId("consent-on").value || null, keep_until: byId("keep-until").value || null }, "Dates saved.");
});
byId("purge").addEventListener("click", () => void purge());
new ResizeObserver(() => view && charts()).observe(byId("trend"));
try {
  render(await get(PATH));
} catch (fault) {
  tellFault(fault);
}
