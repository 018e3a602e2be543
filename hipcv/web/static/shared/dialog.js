/** Questions in a dialog: who, why, and whether really. */

import { button, make } from "./dom.js";
import { initials, keepInitials } from "./initials.js";

/**
 * Ask before something is written.
 * @param {Object} question
 * @param {string} question.title
 * @param {string} [question.text]
 * @param {"required"|"optional"|"none"} [question.why] whether a reason is asked for
 * @param {string} [question.typed] a word that must be typed before it is done
 * @param {string} question.action what the button says
 * @param {boolean} [question.danger]
 * @param {string[]} [question.suggestions] reasons to choose from
 * @param {string} [question.placeholder]
 * @returns {Promise<{why: string, by: string}|null>} null where it was called off
 */
export function ask(question) {
  const why = make("textarea", { name: "why", id: "ask-why", maxlength: 2000, rows: 3, required: question.why === "required", placeholder: question.placeholder });
  const by = make("input", { name: "by", id: "ask-by", maxlength: 32, required: true, autocomplete: "off" });
  by.value = initials();
  const typed = make("input", { name: "typed", id: "ask-typed", autocomplete: "off", required: true });
  const reasons = make("div", { class: "actions" }, ...(question.suggestions ?? []).map((text) => button(text, () => { why.value = text; why.focus(); }, { class: "small" })));
  const parts = [make("h2", { id: "ask-title", text: question.title })];
  if (question.text) parts.push(make("p", { text: question.text }));
  if (question.why !== "none") {
    const hint = question.why === "required" ? "" : " (if there is something to say)";
    parts.push(make("div", {}, make("label", { for: "ask-why" }, "Why?", make("span", { class: "hint", text: hint })), why));
    if (question.suggestions) parts.push(reasons);
  }
  if (question.typed) parts.push(make("div", {}, make("label", { for: "ask-typed" }, `Type “${question.typed}” to go on`), typed));
  parts.push(make("div", {}, make("label", { for: "ask-by" }, "Your initials"), by));
  return run(parts, question, () => {
    if (question.typed && typed.value.trim() !== question.typed) {
      typed.setCustomValidity(`Type ${question.typed}`);
      typed.reportValidity();
      typed.addEventListener("input", () => typed.setCustomValidity(""), { once: true });
      return null;
    }
    keepInitials(by.value);
    return { why: why.value.trim(), by: by.value.trim() };
  });
}

/**
 * The initials: those kept, or asked for.
 * @returns {Promise<string|null>}
 */
export async function askWho() {
  if (initials()) return initials();
  const told = await ask({ title: "Who are you?", text: "Your initials stand beside what you change. They are kept in this browser.", why: "none", action: "Keep" });
  return told?.by ?? null;
}

/**
 * Say something that must be read, with one way on.
 * @param {string} title
 * @param {string} text
 * @param {string} action
 * @returns {Promise<boolean>} whether the way on was taken
 */
export async function confirm(title, text, action) {
  const parts = [make("h2", { id: "ask-title", text: title }), make("p", { text })];
  return (await run(parts, { action }, () => true)) === true;
}

function run(parts, question, answer) {
  return new Promise((done) => {
    const submit = make("button", { type: "submit", class: question.danger ? "danger" : "primary", text: question.action });
    const form = make("form", { method: "dialog" }, ...parts);
    const dialog = make("dialog", { class: "ask", "aria-labelledby": "ask-title" }, form);
    form.append(make("div", { class: "actions" }, button("Cancel", () => dialog.close()), submit));
    let told = null;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      told = answer();
      if (told !== null) dialog.close();
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      done(told);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
