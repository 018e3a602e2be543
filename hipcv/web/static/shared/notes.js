/** Notes on a clip or a visit: a list, and dialogs that add, change and delete. */

import { send } from "./api.js";
import { openForm } from "./dialog.js";
import { button, make } from "./dom.js";
import { _, format } from "./language.js";
import { moment } from "./numbers.js";
import { showErrors, showToast } from "./toast.js";

const LONGEST = 2000;

/**
 * Create the list of notes with its button.
 * @param {Object} options
 * @param {Object[]} options.notes
 * @param {string} options.path of the API, such as /api/clips/ID/notes
 * @param {string} options.action text of the button that adds a note
 * @param {(notes: Object[]) => void} options.render is given the notes after a change
 * @returns {HTMLElement}
 */
export function noteList({ notes, path, action, render }) {
  const add = () => showErrors(() => edit({ title: _("New note"), path, done: _("Note saved."), render }));
  return make("div", { class: "notes" },
    notes.length ? make("ul", { class: "items" }, ...notes.map((note) => noteItem(note, render))) : null,
    button(action, () => void add(), { class: "small" }));
}

/**
 * Create notes to be read only.
 * @param {Object[]} notes
 * @returns {HTMLElement[]}
 */
export function noteTexts(notes) {
  return notes.map((note) => make("p", { class: "note-text" }, note.text, " ", make("span", { class: "note", text: origin(note) })));
}

function noteItem(note, render) {
  const path = `/api/notes/${note.id}`;
  const fields = { words: note.text.slice(0, 40) };
  const change = () => showErrors(() => edit({ title: _("Change the note"), path, done: _("Note saved."), text: note.text, version: note.version, render }));
  return make("li", { "data-note": note.id },
    make("p", { class: "note-text", text: note.text }),
    make("p", { class: "note" }, origin(note), " ",
      button(_("Change…"), () => void change(), { class: "small quiet", "aria-label": format(_("Change the note “{words}”…"), fields) }),
      button(_("Delete…"), () => void showErrors(() => remove(note, path, render)), { class: "small quiet", "aria-label": format(_("Delete the note “{words}”…"), fields) })));
}

function origin({ added_by, added_at, changed_by, changed_at }) {
  const added = `${added_by}, ${moment(added_at)}`;
  return changed_by ? format(_("{added}; changed by {changed}"), { added, changed: `${changed_by}, ${moment(changed_at)}` }) : added;
}

/** Ask for the words of a note and send them; the dialog stays open, with what was typed, while they are refused. */
async function edit({ title, path, done, text = "", version = null, render }) {
  const words = make("textarea", { id: "dialog-note", rows: 6, maxlength: LONGEST, required: true });
  words.value = text;
  const run = async ({ by }) => {
    const answer = await send(path, { text: words.value, by, ...(version === null ? {} : { version }) });
    render(answer.notes);
    return true;
  };
  const field = make("div", {}, make("label", { for: "dialog-note", text: _("Note") }), words);
  if (await openForm({ title, text: _("No names, please: the pseudonym is enough."), fields: [field], reason: "none", action: _("Save note"), run, running: _("Saving…") })) showToast(done);
}

async function remove({ version, text }, path, render) {
  const answer = await openForm({ title: _("Delete this note?"), text, reason: "none", action: _("Delete"), danger: true });
  if (!answer) return;
  render((await send(path, { version, by: answer.by }, "DELETE")).notes);
  showToast(_("The note was deleted."));
}
