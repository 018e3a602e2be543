/** Links to report and hand-out of a visit as PDF. */

import { make } from "./dom.js";
import { _ } from "./language.js";
import { day } from "./numbers.js";
import { keyed } from "./session.js";

/**
 * Create the links to the PDFs of a visit.
 * @param {{id: string, on: string}} visit
 * @returns {HTMLElement[]}
 */
export function paperLinks({ id, on }) {
  return [["pdf", _("Report of the visit (PDF)")], ["handout", _("Hand-out of the visit (PDF)")]].map(([to, text]) =>
    make("a", { href: keyed(`/api/visits/${id}/export?to=${to}`), download: true, text, "aria-label": `${text}, ${day(on)}` }));
}
