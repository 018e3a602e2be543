/** The record of changes as a table. */

import { make } from "./dom.js";
import { moment } from "./numbers.js";

const HASH = /\b([0-9a-f]{10})[0-9a-f]{22,}\b/g;
const HEAD = ["No.", "When", "Who", "What", "Why", "Details"];

/**
 * @param {Object[]} rows oldest first; the newest is shown on top
 * @returns {HTMLElement}
 */
export function auditTable(rows) {
  if (!rows.length) return make("p", { class: "empty", text: "Nothing yet." });
  const head = make("thead", {}, make("tr", {}, ...HEAD.map((text) => make("th", { scope: "col", text }))));
  return make("table", { class: "cards audit" }, head, make("tbody", {}, ...[...rows].reverse().map(row)));
}

function row(each) {
  const detail = Object.entries(each.detail ?? {}).map(([name, value]) => `${name.replaceAll("_", " ")}: ${typeof value === "object" ? JSON.stringify(value) : value}`).join("; ").replaceAll(HASH, "$1…");
  return make("tr", {},
    make("td", { "data-label": "No.", class: "number", text: each.number }),
    make("td", { "data-label": "When", class: "number", text: moment(each.at) }),
    make("td", { "data-label": "Who", text: each.who }),
    make("td", { "data-label": "What", text: `${each.what.replaceAll("_", " ")} (${each.subject_kind})` }),
    make("td", { "data-label": "Why", text: each.why || "–" }),
    make("td", { "data-label": "Details", class: "detail", text: detail || "–" }));
}
