/** The result of the visit before, for comparison with the present one. */

import { comparisonAddress } from "../shared/comparison.js";
import { make, tag } from "../shared/dom.js";
import { hipName, markName, notCounted } from "../shared/labels.js";
import { _, format } from "../shared/language.js";
import { angle, day, interval } from "../shared/numbers.js";

/**
 * Create the result of the visit before with the change since then; null where the leg was not tested before.
 * @param {string} side
 * @param {any} last result of the visit before; undefined where there is none
 * @param {string} present id of the present result
 * @returns {HTMLElement|null}
 */
export function lastVisit(side, last, present) {
  if (!last) return null;
  const link = make("a", { href: comparisonAddress(last.analysis_id, present, side), "aria-label": format(_("{hip}: both visits side by side"), { hip: hipName(side) }), text: _("Both side by side") });
  return make("div", { class: "last-visit", "data-last-visit": side },
    make("p", {}, lastVisitText(last), last.interval_deg ? make("span", { class: "hint number", text: ` ${interval(last.interval_deg)}` }) : null, last.signed ? null : tag(markName("not_signed_off"))),
    last.change ? make("p", { class: "note", text: last.change.text }) : null,
    make("p", { class: "note" }, link));
}

/**
 * Return the result of the visit before in words.
 * @param {any} last
 * @returns {string}
 */
export function lastVisitText(last) {
  return format(_("Last visit, {day}: {result}"), { day: day(last.on), result: last.result_deg === null ? notCounted(last) : angle(last.result_deg) });
}
