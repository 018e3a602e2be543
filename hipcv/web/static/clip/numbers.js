/** The curve as a table, for who does not see it. */

import { byId, make, show } from "../shared/dom.js";
import { angle, seconds } from "../shared/numbers.js";
import { sideName } from "../shared/labels.js";

/**
 * Fill the table when it is opened.
 * @param {import("./store.js").ClipStore} store
 * @returns {void}
 */
export function startNumbers(store) {
  const fill = () => {
    const side = store.curves?.sides?.[store.side];
    if (!byId("numbers").open || !side) return;
    const head = make("thead", {}, make("tr", {}, ...["Frame", "Time", "Angle used", "As first read"].map((text) => make("th", { scope: "col", text }))));
    const rows = store.curves.frames.time_s.map((time_s, row) => make("tr", {}, ...[String(row), seconds(time_s, 3), angle(side.rotation_deg[row]), angle(side.raw_deg[row])].map((text) => make("td", { class: "number", text }))));
    show(byId("numbers-table"), make("table", {}, make("caption", { class: "note", text: `${sideName(store.side)} hip` }), head, make("tbody", {}, ...rows)));
  };
  byId("numbers").addEventListener("toggle", fill);
  store.addEventListener("change", fill);
}
