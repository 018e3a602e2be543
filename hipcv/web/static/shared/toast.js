/** Short messages at the edge of the page, announced by screen readers. */

import { byId, make } from "./dom.js";

const VISIBLE_MS = 6000;

/**
 * Show that something was done.
 * @param {string} text
 */
export function showToast(text) {
  append(make("p", { text }), VISIBLE_MS);
}

/**
 * Show an error; it stays longer.
 * @param {unknown} error
 */
export function showError(error) {
  const text = error instanceof Error ? error.message : String(error);
  append(make("p", { class: "care", text }), 2 * VISIBLE_MS);
}

/**
 * Run an action and show its error, if any.
 * @param {() => Promise<void>} action
 */
export async function showErrors(action) {
  try {
    await action();
  } catch (error) {
    showError(error);
  }
}

function append(message, visible_ms) {
  byId("notices").append(message);
  setTimeout(() => message.remove(), visible_ms);
}
