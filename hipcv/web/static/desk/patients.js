/** The desk's table of patients, with the trend of each hip as a sparkline. */

import { button, cell, make, makeSvg, table, tag } from "../shared/dom.js";
import { eraseDuePatient } from "../shared/erasure.js";
import { SIDES, hipName, markName, notCounted } from "../shared/labels.js";
import { _, format } from "../shared/language.js";
import { angle, day } from "../shared/numbers.js";
import { showErrors, showToast } from "../shared/toast.js";

const WIDTH_PX = 132;
const HEIGHT_PX = 38;
const MARGIN_PX = 6;
const SCALE_DEG = [10, 55];

/**
 * Create the table, in the order of the rows.
 * @param {Array<{id: string, pseudonym: string, due: boolean, keep_until: string|null, last_visit: string|null, trend: Object}>} patients
 * @param {{isFiltered: boolean, onErased: () => Promise<void>}} options
 * @returns {HTMLElement}
 */
export function patientTable(patients, { isFiltered, onErased }) {
  if (!patients.length) {
    return make("p", { class: "empty", text: isFiltered ? _("No patient fits the search.") : _("No patients yet. Add one by a pseudonym, or name one when you upload a clip.") });
  }
  return table("cards patients", [_("Patient"), _("Last visit"), ...SIDES.map(hipName)], patients.map((patient) => make("tr", {},
    make("th", { scope: "row" }, make("a", { href: `/patients/${patient.id}`, text: patient.pseudonym }), patient.due ? dueText(patient, onErased) : null),
    cell(_("Last visit"), { text: patient.last_visit ? day(patient.last_visit) : _("none yet") }),
    ...SIDES.map((side) => cell(hipName(side), {}, trendCell(patient.trend?.[side] ?? [], patient.not_counted?.[side] ?? [], side))))));
}

/** Create the day until which the data was to be kept, with the button that erases it. */
function dueText(patient, onErased) {
  const erase = () => void showErrors(async () => {
    if (!(await eraseDuePatient(patient))) return;
    showToast(format(_("{patient} was erased."), { patient: patient.pseudonym }));
    await onErased();
  });
  return make("span", { class: "due" }, tag(format(_("kept until {day}"), { day: day(patient.keep_until) }), "care"),
    button(_("Erase…"), erase, { class: "small danger", "aria-label": format(_("Erase {patient}…"), { patient: patient.pseudonym }) }));
}

/** Create the trend with its last number; where the last visit does not count, that is said instead. */
function trendCell(trend, withoutNumber, side) {
  const last = withoutNumber.at(-1);
  if (!trend.length) return make("span", { class: "hint", text: last ? notCounted({ why: last[1] }) : "–" });
  const [on, value_deg, , , marks] = trend.at(-1);
  if (last && last[0] > on) return make("span", { class: "spark-cell" }, sparkline(trend, side), make("span", { class: "hint", text: notCounted({ why: last[1] }) }));
  return make("span", { class: "spark-cell" }, sparkline(trend, side), make("b", { class: "number", text: angle(value_deg) }), ...marks.map((mark) => tag(markName(mark), mark === "provisional" ? "care" : "")));
}

/** Draw the angles of one side, visit by visit, with the interval of the last; rows: date, angle, interval. */
function sparkline(trend, side) {
  const days_ms = trend.map(([on]) => Date.parse(on));
  const values_deg = trend.map(([, value_deg]) => value_deg);
  const bottom_deg = Math.min(SCALE_DEG[0], ...values_deg);
  const top_deg = Math.max(SCALE_DEG[1], ...values_deg);
  const span_ms = days_ms.at(-1) - days_ms[0] || 1;
  const x = (day_ms) => (trend.length > 1 ? MARGIN_PX + ((day_ms - days_ms[0]) / span_ms) * (WIDTH_PX - 2 * MARGIN_PX) : WIDTH_PX - MARGIN_PX);
  const y = (value_deg) => HEIGHT_PX - MARGIN_PX - ((value_deg - bottom_deg) / (top_deg - bottom_deg)) * (HEIGHT_PX - 2 * MARGIN_PX);
  const points = values_deg.map((value_deg, index) => [x(days_ms[index]), y(value_deg)]);
  const [, , low_deg, high_deg] = trend.at(-1);
  const text = trend.map(([on, value_deg]) => `${day(on)} ${angle(value_deg)}`).join(", ");
  const [cx, cy] = points.at(-1);
  return makeSvg("svg", { class: `spark ${side}`, viewBox: `0 0 ${WIDTH_PX} ${HEIGHT_PX}`, width: WIDTH_PX, height: HEIGHT_PX, role: "img", "aria-label": `${hipName(side)}: ${text}` },
    low_deg === null || high_deg === null ? null : makeSvg("line", { class: "spread", x1: cx, x2: cx, y1: y(low_deg), y2: y(high_deg) }),
    makeSvg("polyline", { points: points.map((point) => point.map((value) => value.toFixed(1)).join(",")).join(" ") }),
    ...points.slice(0, -1).map((point) => makeSvg("circle", { class: "earlier", cx: point[0], cy: point[1], r: 2 })),
    makeSvg("circle", { cx, cy, r: 4 }));
}
