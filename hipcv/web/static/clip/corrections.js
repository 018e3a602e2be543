/** What was corrected: before and after, who, when and why; and the record of changes. */

import { auditTable } from "../shared/audit.js";
import { get } from "../shared/api.js";
import { button, byId, make, show } from "../shared/dom.js";
import { tellFault } from "../shared/toast.js";
import { moment, seconds } from "../shared/numbers.js";
import { sideName } from "../shared/labels.js";

const KINDS = { start: "Start position", plateau: "Hold", rep_span: "Begin and end", rep: "Counted", landmark: "Points", side: "Leg", withdraw: "Withdrawn" };

/**
 * Show the corrections, and keep them right.
 * @param {import("./store.js").ClipStore} store
 * @returns {void}
 */
export function startCorrections(store) {
  store.addEventListener("change", () => {
    const { analysis } = store;
    byId("corrections-card").hidden = !analysis;
    if (!analysis) return;
    const made = analysis.corrections;
    const none = make("p", { class: "empty", text: "Nothing was corrected: this is what the machine measured." });
    show(byId("corrections"), made.length ? make("ol", { class: "items corrections" }, ...made.map((each) => line(each, store))) : none);
    if (byId("audit").open) void loadAudit(store);
  });
  byId("audit").addEventListener("toggle", () => {
    if (byId("audit").open && store.analysis) void loadAudit(store);
  });
}

async function loadAudit(store) {
  try {
    const { rows } = await get(`/api/audit?subject=${store.analysis.id}`);
    show(byId("audit-table"), auditTable(rows));
  } catch (fault) {
    tellFault(fault);
  }
}

function line(each, store) {
  const where = [each.side ? `${sideName(each.side)} leg` : "", each.rep === null ? "" : `rep ${each.rep + 1}`].filter(Boolean).join(", ");
  const off = each.kind !== "withdraw" && !each.withdrawn;
  return make("li", { class: each.withdrawn ? "withdrawn" : "", "data-number": each.number },
    make("div", {},
      make("h3", { text: `${each.number}. ${KINDS[each.kind] ?? each.kind}${where ? ` (${where})` : ""}` }),
      make("p", {}, ...(each.kind === "withdraw" ? [`Correction ${each.after.number}`] : [make("span", { class: "before", text: values(each.before) }), " → ", make("b", { text: values(each.after) })])),
      make("p", { class: "note", text: `${each.by}, ${moment(each.at)}${each.why ? `: “${each.why}”` : ""}${each.withdrawn ? " · withdrawn" : ""}` })),
    off ? button("Withdraw", () => void store.withdraw(each.number), { class: "small", "aria-label": `Withdraw correction ${each.number}` }) : null);
}

/** What a correction sets, as a reader would write it. */
function values(told) {
  if (!told) return "–";
  const span = told.span_s ?? told.plateau_s ?? (told.start_s === undefined ? null : [told.start_s, told.end_s]);
  if (span) return `${seconds(span[0], 2)} to ${seconds(span[1], 2)}`;
  if ("accepted" in told) return told.accepted ? "counted" : "not counted";
  if (told.side) return told.side;
  const points = ["hip", "knee", "ankle"].filter((name) => told[`${name}_px`]);
  return points.map((name) => `${name} ${told[`${name}_px`].map((value) => Math.round(value)).join(", ")}`).join("; ") || "–";
}
