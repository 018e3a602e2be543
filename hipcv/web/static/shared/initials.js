/** Who sits at this browser. */

import { byId } from "./dom.js";

const KEY = "hipcv.initials";

/**
 * The initials kept in this browser; "" where none are.
 * @returns {string}
 */
export function initials() {
  return localStorage.getItem(KEY) ?? "";
}

/**
 * Keep initials, and show them in the page's head.
 * @param {string} text
 * @returns {void}
 */
export function keepInitials(text) {
  localStorage.setItem(KEY, text.trim());
  showInitials();
}

/**
 * Show the initials in the page's head.
 * @returns {void}
 */
export function showInitials() {
  const who = byId("who");
  if (who) who.textContent = initials() ? `Initials: ${initials()}` : "Your initials";
}
