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
 * @param {(note: Object) => void} [options.show] shows a goniometer reading on its frame
 * @param {string} options.path of the API, such as /api/clips/ID/notes
 * @param {string} options.action text of the button that adds a note
 * @param {(notes: Object[]) => void} options.render is given the notes after a change
 * @returns {HTMLElement}
 */
export function noteList({ notes, path, action, render, show = null }) {
  const add = () => showErrors(() => edit({ title: _("New note"), path, done: _("Note saved."), render }));
  return make("div", { class: "notes" },
    notes.length ? make("ul", { class: "items" }, ...notes.map((note) => noteItem(note, render, show))) : null,
    button(action, () => void add(), { class: "small" }));
}

/**
 * Create notes to be read only.
 * @param {Object[]} notes
 * @returns {HTMLElement[]}
 */
export function noteTexts(notes) {
  return notes.map((note) => make("p", { class: "note-text" }, words(note), " ", make("span", { class: "note", text: origin(note) })));
}

/** Return what a note says: of a reading its sentence, then what was typed. */
function words({ reading, text }) {
  return [reading, text].filter(Boolean).join("\n");
}

function noteItem(note, render, show) {
  const path = `/api/notes/${note.id}`;
  const fields = { words: words(note).slice(0, 60) };
  const change = () => showErrors(() => edit({ title: _("Change the note"), path, done: _("Note saved."), text: note.text, required: !note.reading, version: note.version, render }));
  return make("li", { "data-note": note.id },
    make("p", { class: "note-text", text: words(note) }),
    make("p", { class: "note" }, origin(note), " ",
      note.reading && show ? button(_("Show"), () => show(note), { class: "small quiet", "aria-label": format(_("Show on the frame: {words}"), fields) }) : null,
      button(_("Change…"), () => void change(), { class: "small quiet", "aria-label": format(_("Change the note “{words}”…"), fields) }),
      button(_("Delete…"), () => void showErrors(() => remove(note, path, render)), { class: "small quiet", "aria-label": format(_("Delete the note “{words}”…"), fields) })));
}

function origin({ added_by, added_at, changed_by, changed_at }) {
  const added = `${added_by}, ${moment(added_at)}`;
  return changed_by ? format(_("{added}; changed by {changed}"), { added, changed: `${changed_by}, ${moment(changed_at)}` }) : added;
}

/** Ask for the words of a note and send them; the dialog stays open, with what was typed, while they are refused. */
async function edit({ title, path, done, text = "", required = true, version = null, render }) {
  const area = make("textarea", { id: "dialog-note", rows: 6, maxlength: LONGEST, required });
  area.value = text;
  const run = async ({ by }) => {
    const answer = await send(path, { text: area.value, by, ...(version === null ? {} : { version }) });
    render(answer.notes);
    return true;
  };
  const field = make("div", {}, make("label", { for: "dialog-note", text: _("Note") }), area);
  if (await openForm({ title, text: _("No names, please: the pseudonym is enough."), fields: [field], reason: "none", action: _("Save note"), run, running: _("Saving…") })) showToast(done);
}

async function remove(note, path, render) {
  const answer = await openForm({ title: _("Delete this note?"), text: words(note), reason: "none", action: _("Delete"), danger: true });
  if (!answer) return;
  render((await send(path, { version: note.version, by: answer.by }, "DELETE")).notes);
  showToast(_("The note was deleted."));
}
