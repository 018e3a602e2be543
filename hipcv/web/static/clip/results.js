/** Table of the present and the earlier results of the clip. */

import { get } from "../shared/api.js";
import { isPending, optionTexts } from "../shared/clips.js";
import { comparisonAddress } from "../shared/comparison.js";
import { button, byId, cell, make, setContent, table, tag } from "../shared/dom.js";
import { SIDES, legName, notCounted, sideName } from "../shared/labels.js";
import { _, format } from "../shared/language.js";
import { angle, interval, moment, signed } from "../shared/numbers.js";
import { showErrors } from "../shared/toast.js";

const TITLES = { made: _("Measured"), asked: _("Asked for"), result: _("Result"), difference: _("Present less this"), by: _("By"), go: "" };

/**
 * Load and render the results whenever the present one changes.
 * @param {import("./store.js").ClipStore} store
 */
export function startResults(store) {
  let loaded = "";
  store.addEventListener("change", () => {
    const { analysis, view } = store;
    const version = analysis && !isPending(view.clip) ? `${analysis.id} ${analysis.version}` : "";
    if (version === loaded) return;
    loaded = version;
    if (!version) byId("results-card").hidden = true;
    else void showErrors(async () => render(store, (await get(`/api/clips/${store.id}/results`)).results));
  });
}

function render(store, results) {
  byId("results-card").hidden = results.length < 2;
  const present = results.find(({ current }) => current);
  setContent(byId("results"), table("cards results", Object.values(TITLES), results.map((result) => resultRow(store, result, present))));
}

function resultRow(store, result, present) {
  const { id, current, made_at, hipcv, method, corrected, asked_by } = result;
  const when = moment(made_at);
  return make("tr", { "data-result": id },
    make("th", { scope: "row" }, when, make("small", { class: "note", text: format(_("hipcv {version}, method {method}"), { version: hipcv, method }) })),
    cell(TITLES.asked, { text: askedFor(result) }),
    cell(TITLES.result, {}, make("div", {}, ...sidesText(result), corrected ? tag(_("corrected"), "busy") : null)),
    cell(TITLES.difference, { class: "number", text: current ? "–" : differenceText(result, present) }),
    cell(TITLES.by, { text: asked_by || "–" }),
    make("td", { class: "go" }, current ? null : compareLink(result, present, when), current ? tag(_("present"), "good") : button(_("Use this one"), () => void store.makeCurrent(id, when), { class: "small", "aria-label": format(_("Make the result of {moment} the present one"), { moment: when }) })));
}

/** Create the link to both results side by side; null where they have no leg in common. */
function compareLink({ id, sides }, present, when) {
  const side = SIDES.find((candidate) => sides[candidate] && present?.sides[candidate]);
  return side ? make("a", { class: "button small", href: comparisonAddress(id, present.id, side), "aria-label": format(_("Compare the result of {moment} with the present one"), { moment: when }), text: _("Compare") }) : null;
}

function askedFor({ options }) {
  return [options.side ? legName(options.side) : _("whichever leg moved"), ...optionTexts(options)].join(", ");
}

function sidesText({ sides, said }) {
  const measured = SIDES.filter((side) => sides[side]);
  if (!measured.length) return [make("p", { text: said || _("Not measured.") })];
  return measured.map((side) => {
    const { result_deg, interval_deg, counted: [counted, all] } = sides[side];
    const number = result_deg === null ? notCounted(sides[side]) : `${angle(result_deg)} (${interval(interval_deg)})`;
    return make("p", { "data-side": side }, `${sideName(side)} `, make("b", { class: "number", text: number }), make("small", { class: "note", text: format(_("{counted} of {all} repetitions count."), { counted, all }) }));
  });
}

/** Return how much more the present result has, of each leg that both have. */
function differenceText({ sides }, present) {
  const number = (of, side) => of?.[side]?.result_deg ?? null;
  const both = SIDES.filter((side) => number(sides, side) !== null && number(present?.sides, side) !== null);
  return both.map((side) => `${sideName(side)} ${signed(number(present.sides, side) - number(sides, side), "°", 1)}`).join("; ") || "–";
}
