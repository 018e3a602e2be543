/** The record of changes as a table. */

import { cell, make, table } from "./dom.js";
import { moment } from "./numbers.js";

const LONG_HASH = /\b([0-9a-f]{10})[0-9a-f]{22,}\b/g;

/**
 * Create the table, newest row first.
 * @param {Object[]} entries oldest first
 * @returns {HTMLElement}
 */
export function auditTable(entries) {
  if (!entries.length) return make("p", { class: "empty", text: "Nothing yet." });
  const rows = [...entries].reverse().map((entry) => make("tr", {},
    cell("No.", { class: "number", text: entry.number }),
    cell("When", { class: "number", text: moment(entry.at) }),
    cell("Who", { text: entry.who }),
    cell("What", { text: `${entry.what.replaceAll("_", " ")} (${entry.subject_kind})` }),
    cell("Why", { text: entry.why || "–" }),
    cell("Details", { class: "detail", text: details(entry) || "–" })));
  return table("cards audit", ["No.", "When", "Who", "What", "Why", "Details"], rows);
}

function details({ detail }) {
  const text = (value) => (typeof value === "object" ? JSON.stringify(value) : value);
  return Object.entries(detail ?? {}).map(([name, value]) => `${name.replaceAll("_", " ")}: ${text(value)}`).join("; ").replaceAll(LONG_HASH, "$1…");
}
