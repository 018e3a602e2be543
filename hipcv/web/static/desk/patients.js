/** The desk's list of patients. */

import { make } from "../shared/dom.js";
import { angle, day } from "../shared/numbers.js";
import { sparkline } from "./sparkline.js";
import { sideName } from "../shared/labels.js";

const SIDES = ["left", "right"];

/**
 * @param {Array<{id: string, pseudonym: string, last_visit: string|null, trend: Object}>} patients
 * @returns {HTMLElement}
 */
export function patientTable(patients) {
  if (!patients.length) {
    return make("p", { class: "empty", text: "No patients yet. Add one by a pseudonym, or name one when you upload a clip." });
  }
  const ordered = [...patients].sort((one, other) => (other.last_visit ?? "").localeCompare(one.last_visit ?? "") || one.pseudonym.localeCompare(other.pseudonym));
  const head = make("thead", {}, make("tr", {}, ...["Patient", "Last visit", "Left hip", "Right hip"].map((text) => make("th", { scope: "col", text }))));
  return make("table", { class: "cards patients" }, head, make("tbody", {}, ...ordered.map(row)));
}

function row(patient) {
  return make("tr", {},
    make("th", { scope: "row" }, make("a", { href: `/patients/${patient.id}`, text: patient.pseudonym })),
    make("td", { "data-label": "Last visit", text: patient.last_visit ? day(patient.last_visit) : "none yet" }),
    ...SIDES.map((side) => make("td", { "data-label": `${sideName(side)} hip` }, trend(patient.trend?.[side] ?? [], side))));
}

function trend(points, side) {
  if (!points.length) return make("span", { class: "hint", text: "–" });
  return make("span", { class: "spark-cell" }, sparkline(points, side), make("b", { class: "number", text: angle(points.at(-1)[1]) }));
}
