/** Dialogs that ask for initials, a reason and a confirmation. */

import { button, make, onSubmit, setContent } from "./dom.js";
import { USER, initials, saveInitials } from "./initials.js";
import { _, format } from "./language.js";

/**
 * Ask for initials, and for a reason, before something is written.
 * @param {Object} options
 * @param {string} options.title
 * @param {string} [options.text]
 * @param {"required"|"optional"|"none"} options.reason
 * @param {HTMLElement[]} [options.fields] further fields, which the caller reads
 * @param {string} [options.confirmation] a word that must be typed
 * @param {string} options.action text of the submit button
 * @param {boolean} [options.danger]
 * @param {string[]} [options.suggestions] reasons to choose from
 * @param {string} [options.placeholder] of the reason
 * @param {string} [options.why] reason that was typed before, and refused
 * @param {(answer: {why: string, by: string}) => Promise<boolean>} [options.run] what is done with the answer while the
 *   dialog stays open: it closes where that resolves to true, else says why not and keeps what was typed
 * @param {string} [options.running] text while it is done
 * @returns {Promise<{why: string, by: string}|null>} null if cancelled
 */
export function openForm(options) {
  const why = make("textarea", { name: "why", id: "dialog-why", maxlength: 2000, rows: 3, required: options.reason === "required", placeholder: options.placeholder });
  const by = make("input", { name: "by", id: "dialog-by", maxlength: 32, required: true, autocomplete: "off" });
  const confirmation = make("input", { name: "confirmation", id: "dialog-confirmation", autocomplete: "off", required: true });
  why.value = options.why ?? "";
  by.value = initials();
  by.readOnly = Boolean(USER);
  const parts = [...(options.fields ?? [])];
  if (options.reason !== "none") {
    const hint = options.reason === "required" ? "" : _("(if there is something to say)");
    parts.push(make("div", {}, make("label", { for: "dialog-why" }, _("Why?"), " ", make("span", { class: "hint", text: hint })), why));
    if (options.suggestions) parts.push(make("div", { class: "actions" }, ...options.suggestions.map((text) => suggestion(text, why))));
  }
  if (options.confirmation) parts.push(make("div", {}, make("label", { for: "dialog-confirmation" }, format(_("Type “{word}” to go on"), { word: options.confirmation })), confirmation));
  parts.push(make("div", {}, make("label", { for: "dialog-by" }, USER ? _("Your name") : _("Your initials")), by));
  return open(parts, options, () => {
    if (options.confirmation && confirmation.value.trim() !== options.confirmation) {
      confirmation.setCustomValidity(format(_("Type {word}"), { word: options.confirmation }));
      confirmation.reportValidity();
      confirmation.addEventListener("input", () => confirmation.setCustomValidity(""), { once: true });
      return null;
    }
    saveInitials(by.value);
    return { why: why.value.trim(), by: by.value.trim() };
  });
}

/**
 * Return the stored initials, or ask for them.
 * @returns {Promise<string|null>} null if cancelled
 */
export async function requireInitials() {
  if (initials()) return initials();
  const answer = await openForm({ title: _("Who are you?"), text: _("Your initials stand beside what you change. They are asked for anew after five minutes without use, and after signing out."), reason: "none", action: _("Keep") });
  return answer?.by ?? null;
}

/**
 * Ask for the PIN of the initials.
 * @param {string} text why: it is missing, or was wrong
 * @returns {Promise<string|null>} null if cancelled
 */
export async function askPin(text) {
  const pin = make("input", { id: "dialog-pin", type: "password", inputmode: "numeric", pattern: "[0-9]{4,8}", maxlength: 8, autocomplete: "off", required: true });
  return open([make("div", {}, make("label", { for: "dialog-pin", text: _("PIN") }), pin)], { title: _("Your PIN"), text, action: _("Go on") }, () => pin.value);
}

/**
 * Show a message that must be read, with one action.
 * @param {{title: string, text: string, action: string}} options
 * @returns {Promise<boolean>} true if the action was chosen
 */
export async function confirm(options) {
  return (await open([], options, () => true)) === true;
}

function suggestion(text, field) {
  return button(text, () => {
    field.value = text;
    field.focus();
  }, { class: "small" });
}

function open(parts, { title, text = "", action, danger = false, run = null, running = "" }, read) {
  return new Promise((resolve) => {
    const submit = make("button", { type: "submit", class: danger ? "danger" : "primary", text: action });
    const dialog = make("dialog", { "aria-labelledby": "dialog-title" });
    const status = make("div", { class: "dialog-status", role: "status" });
    const form = make("form", { method: "dialog" },
      make("h2", { id: "dialog-title", text: title }), text ? make("p", { text }) : null, ...parts, status,
      make("div", { class: "actions" }, button(_("Cancel"), () => dialog.close()), submit));
    let answer = null;
    onSubmit(form, async () => {
      const given = read();
      if (given === null || submit.disabled) return;
      if (!run || (await runWhileOpen(() => run(given), submit, status, running))) {
        answer = given;
        dialog.close();
      }
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
    dialog.append(form);
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Run an action and show that it runs, then why it was refused; resolves to true where it was done. */
async function runWhileOpen(action, submit, status, text) {
  submit.disabled = true;
  setContent(status, make("p", { class: "note" }, text), make("progress", { "aria-label": text }));
  try {
    if (await action()) return true;
    setContent(status);
  } catch (error) {
    setContent(status, make("p", { class: "error", text: error instanceof Error ? error.message : String(error) }));
  }
  submit.disabled = false;
  return false;
}
