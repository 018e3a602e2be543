/** The record of changes as a table. */

import { get } from "./api.js";
import { button, cell, make, setContent, table } from "./dom.js";
import { _ } from "./language.js";
import { moment } from "./numbers.js";
import { showErrors } from "./toast.js";

const LONG_HASH = /\b([0-9a-f]{10})[0-9a-f]{22,}\b/g;
const CHANGES = {
  add_patient: _("patient added"), change_patient: _("patient changed"), purge_patient: _("patient erased"), add_visit: _("visit added"),
  add_clip: _("clip added"), move_clip: _("clip moved"), ask_again: _("new measurement asked for"), set_state: _("state of the clip"),
  add_analysis: _("result stored"), correct: _("result corrected"), sign: _("result signed off"), unsign: _("sign-off taken back"),
  make_current: _("earlier result made the current one"), answer: _("answers after the test stored"),
  add_note: _("note added"), change_note: _("note changed"), delete_note: _("note deleted"),
  delete_clip: _("clip deleted"), redate_visit: _("visit moved to another day"), delete_visit: _("visit deleted"),
};
const DETAILS = {
  automatic: _("automatic result"), corrected: _("corrected result"), method: _("method"), state: _("state"), clip: _("clip"), clips: _("clips"), analyses: _("results"),
  visit: _("visit"), visits: _("visits"), patient: _("patient"), on: _("day"), mirrored: _("mirrored"), external: _("external rotation too"), side: _("side"), size_bytes: _("bytes"), number: _("number"),
  kind: _("kind"), rep: _("repetition"), changed: _("changed"), before: _("before"), after: _("after"), version: _("version"), pseudonym: _("pseudonym"), notes: _("notes"), note: _("note"),
  consent_on: _("consent on"), keep_until: _("keep until"), given: _("answered"), signature: _("sign-off taken away"), undoes: _("undoes entry"), deleted: _("oldest results deleted"), restored: _("sign-off put back"),
};
const TITLES = { number: _("No."), at: _("When"), who: _("Who"), what: _("What"), why: _("Why"), detail: _("Details") };

/**
 * Show the newest entries in an element, with a button for earlier ones.
 * @param {HTMLElement} parent
 */
export async function startAudit(parent) {
  const { rows, more } = await get("/api/audit");
  const entries = auditTable(rows);
  const earlier = button(_("Earlier entries"), () => void showErrors(addEarlier));
  let first = rows[0]?.number;

  async function addEarlier() {
    const answer = await get(`/api/audit?before=${first}`);
    first = answer.rows[0]?.number;
    entries.querySelector("tbody").append(...auditRows(answer.rows));
    earlier.hidden = !answer.more;
    if (earlier.hidden) parent.focus();
  }

  earlier.hidden = !more;
  setContent(parent, entries, earlier);
}

/**
 * Create the table, newest row first.
 * @param {Object[]} entries oldest first
 * @returns {HTMLElement}
 */
export function auditTable(entries) {
  if (!entries.length) return make("p", { class: "empty", text: _("Nothing yet.") });
  return table("cards audit", Object.values(TITLES), auditRows(entries));
}

function auditRows(entries) {
  return [...entries].reverse().map((entry) => make("tr", {},
    cell(TITLES.number, { class: "number", text: entry.number }),
    cell(TITLES.at, { class: "number", text: moment(entry.at) }),
    cell(TITLES.who, { text: entry.who }),
    cell(TITLES.what, { text: CHANGES[entry.what] ?? entry.what }),
    cell(TITLES.why, { text: entry.why || "–" }),
    cell(TITLES.detail, { class: "detail", text: details(entry) || "–" })));
}

function details({ detail }) {
  const text = (value) => (typeof value === "object" ? JSON.stringify(value) : value);
  return Object.entries(detail ?? {}).map(([name, value]) => `${DETAILS[name] ?? name}: ${text(value)}`).join("; ").replaceAll(LONG_HASH, "$1…");
}
