/** Notes on the clip and on its visit, and what the person said after the test. */

import { byId, button, make, setContent } from "../shared/dom.js";
import { label, options } from "../shared/labels.js";
import { _, format } from "../shared/language.js";
import { noteList } from "../shared/notes.js";
import { day } from "../shared/numbers.js";

const MOST_PAIN = 10;
const LONGEST_REGION = 200;

/**
 * Render notes and answers at every change.
 * @param {import("./store.js").ClipStore} store
 */
export function startNotes(store) {
  store.addEventListener("change", () => {
    const { clip, visit } = store.view;
    setContent(byId("answers-card"), make("h2", { text: _("Said after the test") }), ...saidAfterTest(store),
      button(clip.answered.length ? _("Change…") : _("Note the answers…"), () => void store.answer(answerFields(clip)), { class: "small", id: "change-answers" }));
    setContent(byId("notes-card"), make("h2", { text: _("Notes") }),
      make("h3", { text: _("On this clip") }), list(store, "clip", `/api/clips/${clip.id}/notes`, _("Add a note on the clip…")),
      ...(visit ? [make("h3", { text: format(_("On the visit of {day}"), { day: day(visit.on) }) }), list(store, "visit", `/api/visits/${visit.id}/notes`, _("Add a note on the visit…"))] : []));
  });
}

/**
 * Create what was said after the test, and what was said at the visit before.
 * @param {import("./store.js").ClipStore} store
 * @returns {HTMLElement[]}
 */
export function saidAfterTest({ view: { clip, answers_before } }) {
  const now = clip.answered.length ? clip.answered.map((text) => make("p", { text })) : [make("p", { class: "note", text: _("Pain and what stopped the movement were not noted.") })];
  if (!answers_before) return now;
  const before = format(_("At the visit of {day}: {answers}"), { day: day(answers_before.on), answers: answers_before.answered.join(" ") });
  return [...now, make("p", { class: "note", "data-before": true, text: before })];
}

function list(store, name, path, action) {
  return noteList({ notes: store.view.notes[name], path, action, render: (notes) => store.showNotes(name, notes), show: (note) => store.showReading(note) });
}

/** Create the fields of the answers, and a function that reads them; with those now stored. */
function answerFields({ answers }) {
  const given = { pain: null, pain_where: "", limiter: null, ...answers };
  const pain = select("answer-pain", [["", _("not stated")], ...Array.from({ length: MOST_PAIN + 1 }, (_unused, value) => [value, value])], given.pain ?? "");
  const regions = options("where");
  const where = make("input", { id: "answer-where", list: "answer-regions", maxlength: LONGEST_REGION, autocomplete: "off" });
  where.value = regions.some(([code]) => code === given.pain_where) ? label("where", given.pain_where) : given.pain_where;
  const limiter = select("answer-limiter", [["", _("not stated")], ...options("limiters")], given.limiter ?? "");
  const codeOf = (text) => regions.find(([, name]) => name.toLowerCase() === text.toLowerCase())?.[0] ?? text;
  const fields = [
    field("answer-pain", label("asked", "pain"), pain),
    field("answer-where", label("asked", "pain_where"), where, make("datalist", { id: "answer-regions" }, ...regions.map(([, name]) => make("option", { value: name })))),
    field("answer-limiter", label("asked", "limiter"), limiter),
  ];
  const read = () => ({ pain: pain.value === "" ? null : Number(pain.value), pain_where: codeOf(where.value.trim()), limiter: limiter.value || null });
  return { fields, read, before: answers ?? {} };
}

function select(id, choices, chosen) {
  return make("select", { id }, ...choices.map(([value, text]) => make("option", { value, text, selected: String(value) === String(chosen) })));
}

function field(id, text, ...controls) {
  return make("div", {}, make("label", { for: id, text }), ...controls);
}
