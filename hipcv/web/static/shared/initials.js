/** Initials of the user at this browser; the name, where users sign in by name. */

import { byId } from "./dom.js";
import { _, format } from "./language.js";
import { INITIALS } from "./session.js";

/** Name of the user who is signed in; "" where the desk has no users. */
export const USER = document.body.dataset.user ?? "";

/**
 * Return the name of the user, or the initials stored in this browser, or "".
 * @returns {string}
 */
export function initials() {
  return USER || (localStorage.getItem(INITIALS) ?? "");
}

/**
 * Return the body of a request with the initials; without them, where there are none.
 * @param {Object<string, any>} body
 * @returns {Object<string, any>}
 */
export function withInitials(body) {
  return initials() ? { ...body, by: initials() } : body;
}

/**
 * Store initials and show them in the page header.
 * @param {string} text
 */
export function saveInitials(text) {
  if (!USER) localStorage.setItem(INITIALS, text.trim());
  showInitials();
}

/** Show the initials in the page header. */
export function showInitials() {
  const label = byId("who");
  if (label) label.textContent = initials() ? format(_("Initials: {initials}"), { initials: initials() }) : _("Your initials");
}

/** Forget the initials, since another user may be at the desk now. */
export function forgetInitials() {
  localStorage.removeItem(INITIALS);
  showInitials();
}
