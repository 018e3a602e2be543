/** Short messages at the edge of the page, read out by screen readers. */

import { byId, make } from "./dom.js";

const SHOWN_MS = 6000;

/**
 * Say that something was done.
 * @param {string} text
 * @returns {void}
 */
export function tell(text) {
  post(make("p", { text }), SHOWN_MS);
}

/**
 * Say what went wrong; stays longer.
 * @param {unknown} fault
 * @returns {void}
 */
export function tellFault(fault) {
  const text = fault instanceof Error ? fault.message : String(fault);
  post(make("p", { class: "care", text }), 2 * SHOWN_MS);
}

function post(line, shown_ms) {
  byId("notices").append(line);
  setTimeout(() => line.remove(), shown_ms);
}
