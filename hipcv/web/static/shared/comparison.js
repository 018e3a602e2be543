/** Choice of two results to compare, and the kind of a change. */

import { make, onSubmit, setContent, tag } from "./dom.js";
import { SIDES, legName, notCounted } from "./labels.js";
import { _ } from "./language.js";
import { angle, day } from "./numbers.js";

/**
 * Return the address of the page that shows two results side by side.
 * @param {string} one id of a result
 * @param {string} other
 * @param {string} side
 * @returns {string}
 */
export function comparisonAddress(one, other, side) {
  return `/compare/${one}/${other}?side=${side}`;
}

/**
 * Create the tag of a change: real, not certain, or within measurement error.
 * @param {{real: boolean, difference_deg: number, mdc_deg: number}} change
 * @returns {HTMLElement}
 */
export function changeTag({ real, difference_deg, mdc_deg }) {
  if (real) return tag(_("real change"), "busy");
  return Math.abs(difference_deg) > mdc_deg ? tag(_("not certain"), "care") : tag(_("within measurement error"));
}

/**
 * Create the form that chooses two clips of one leg.
 * @param {{visits: Object[]}} patient the response of /api/patients/ID
 * @param {string} shown the leg that is chosen; "" for the first that has two clips
 * @param {string[]} [ids] of the two results that are chosen; the last two where they are not in the list
 * @returns {HTMLElement|null} null where no leg has two clips
 */
export function comparisonForm({ visits }, shown, ids = []) {
  const clips = Object.fromEntries(SIDES.map((side) => [side, clipsOf(visits, side)]));
  const sides = SIDES.filter((side) => clips[side].length > 1);
  if (!sides.length) return null;
  const [leg, before, after] = ["compare-leg", "compare-before", "compare-after"].map((id) => make("select", { id }));
  setContent(leg, ...sides.map((side) => make("option", { value: side, selected: side === shown, text: legName(side) })));
  const fill = () => {
    const own = clips[leg.value];
    for (const select of [before, after]) setContent(select, ...own.map(({ result, text }) => make("option", { value: result, text })));
    [before, after].forEach((select, index) => {
      const position = own.findIndex(({ result }) => result === ids[index]);
      select.selectedIndex = position < 0 ? own.length - 2 + index : position;
    });
    check();
  };
  const check = () => after.setCustomValidity(before.value === after.value ? _("Choose two different ones") : "");
  leg.addEventListener("change", fill);
  for (const select of [before, after]) select.addEventListener("change", check);
  fill();
  const field = (select, text) => make("div", {}, make("label", { for: select.id, text }), select);
  const form = make("form", { class: "compare-choice" },
    make("div", { class: "fields" }, field(leg, _("Leg")), field(before, _("One visit")), field(after, _("Another visit")), make("div", {}, make("button", { type: "submit", text: _("Show side by side") }))));
  onSubmit(form, () => location.assign(comparisonAddress(before.value, after.value, leg.value)));
  return form;
}

/** Return the results of a leg, by visit, each with its text; of several at one visit with the name of the clip. */
function clipsOf(visits, side) {
  return visits.flatMap((visit) => {
    const clips = visit.clips.filter((clip) => clip.analysis_id && clip.sides[side]);
    return clips.map(({ analysis_id, name, sides }) => {
      const { result_deg } = sides[side];
      const parts = [day(visit.on), result_deg === null ? notCounted(sides[side]) : angle(result_deg), clips.length > 1 ? name : ""];
      return { result: analysis_id, text: parts.filter(Boolean).join(", ") };
    });
  });
}
