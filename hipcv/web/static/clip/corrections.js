/** Corrections of the result, and the record of changes. */

import { get } from "../shared/api.js";
import { auditTable } from "../shared/audit.js";
import { button, byId, make, setContent } from "../shared/dom.js";
import { legName, sideName } from "../shared/labels.js";
import { _, format } from "../shared/language.js";
import { moment, span } from "../shared/numbers.js";
import { showErrors } from "../shared/toast.js";

const KINDS = { start: _("Start position"), plateau: _("Time of the hold"), rep_span: _("Begin and end"), rep: _("Counted"), landmark: _("Points"), side: _("Leg"), withdraw: _("Withdrawn") };
const POINTS = { hip: _("hip"), knee: _("knee"), ankle: _("ankle") };

/**
 * Render the corrections at every change, and the record of changes while it is open.
 * @param {import("./store.js").ClipStore} store
 */
export function startCorrections(store) {
  const loadAudit = () => {
    if (!byId("audit").open || !store.analysis) return;
    void showErrors(async () => {
      const { rows } = await get(`/api/audit?subject=${store.analysis.id}`);
      setContent(byId("audit-table"), auditTable(rows));
    });
  };
  store.addEventListener("change", () => {
    byId("corrections-card").hidden = !store.analysis;
    if (!store.analysis) return;
    const items = store.analysis.corrections.map((correction) => correctionItem(correction, store));
    setContent(byId("corrections"), items.length ? make("ol", { class: "items corrections" }, ...items) : make("p", { class: "empty", text: _("Nothing was corrected: this is what the machine measured.") }));
    loadAudit();
  });
  byId("audit").addEventListener("toggle", loadAudit);
}

function correctionItem({ number, kind, side, rep, before, after, by, at, why, withdrawn }, store) {
  const subject = [side ? legName(side) : "", rep === null ? "" : format(_("rep {number}"), { number: rep + 1 })].filter(Boolean).join(", ");
  const change = kind === "withdraw" ? [format(_("Correction {number}"), { number: after.number })] : [make("span", { class: "before", text: valueText(before) }), " → ", make("b", { text: valueText(after) })];
  const removable = kind !== "withdraw" && !withdrawn;
  return make("li", { class: withdrawn ? "withdrawn" : "", "data-number": number },
    make("div", {},
      make("h3", { text: `${number}. ${KINDS[kind] ?? kind}${subject ? ` (${subject})` : ""}` }),
      make("p", {}, ...change),
      make("p", { class: "note", text: `${by}, ${moment(at)}${why ? `: “${why}”` : ""}${withdrawn ? ` · ${_("withdrawn")}` : ""}` })),
    removable ? button(_("Withdraw"), () => void store.withdraw(number), { class: "small", "aria-label": format(_("Withdraw correction {number}"), { number }) }) : null);
}

/** Return the value that a correction replaces or sets. */
function valueText(value) {
  if (!value) return "–";
  const span_s = value.span_s ?? value.plateau_s ?? (value.start_s === undefined ? null : [value.start_s, value.end_s]);
  if (span_s) return span(span_s);
  if ("accepted" in value) return value.accepted ? _("counted") : _("not counted");
  if (value.side) return sideName(value.side);
  const points = Object.keys(POINTS).filter((name) => value[`${name}_px`]);
  return points.map((name) => `${POINTS[name]} ${value[`${name}_px`].map(Math.round).join(", ")}`).join("; ") || "–";
}
