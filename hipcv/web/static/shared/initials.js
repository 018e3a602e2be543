/** Initials of the user at this browser. */

import { byId } from "./dom.js";
import { _, format } from "./language.js";

const KEY = "hipcv.initials";

/**
 * Return the initials stored in this browser, or "".
 * @returns {string}
 */
export function initials() {
  return localStorage.getItem(KEY) ?? "";
}

/**
 * Store initials and show them in the page header.
 * @param {string} text
 */
export function saveInitials(text) {
  localStorage.setItem(KEY, text.trim());
  showInitials();
}

/** Show the initials in the page header. */
export function showInitials() {
  const label = byId("who");
  if (label) label.textContent = initials() ? format(_("Initials: {initials}"), { initials: initials() }) : _("Your initials");
}
