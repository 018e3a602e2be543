/** Which leg is shown, what is adjusted, and what waits to be saved. */

import { button, byId, make, show } from "../shared/dom.js";
import { sideName } from "../shared/labels.js";

/**
 * Show the choices over the curve and keep them right.
 * @param {import("./store.js").ClipStore} store
 * @param {import("./playhead.js").Playhead} head
 * @param {import("./edit.js").Edit} edit
 * @returns {void}
 */
export function startChoices(store, head, edit) {
  const render = () => {
    sides(store);
    targets(store, head, edit);
    pending(store, edit);
  };
  store.addEventListener("change", () => {
    if (!edit.rep && edit.target !== "start") edit.target = store.reps[0]?.number ?? "start";
    edit.reset();
    byId("key-automatic").hidden = !store.analysis?.corrected;
  });
  edit.addEventListener("change", render);
}

function sides(store) {
  byId("side-choice").hidden = store.sides.length < 2;
  show(byId("side-choice"), ...store.sides.map((side) => button(`${sideName(side)} leg`, () => {
    store.show(side);
    byId("side-choice").querySelector(`[aria-pressed="true"]`)?.focus();
  }, { class: "small", "aria-pressed": String(side === store.side) })));
}

function targets(store, head, edit) {
  const to = (words, target, time_s) => button(words, () => {
    edit.choose(target);
    head.video.pause();
    head.seek(edit.rowAt(time_s));
    byId("edit-choice").querySelector('[aria-pressed="true"]')?.focus();
  }, { class: "small", "aria-pressed": String(edit.target === target), "data-target": target });
  const start_s = store.curves?.sides?.[store.side]?.start_span_s;
  const choices = store.reps.map((rep) => to(`Rep ${rep.number + 1}`, rep.number, rep.plateau_s[0]));
  if (start_s) choices.unshift(to("Start position", "start", start_s[0]));
  const zoom = button("Zoom", () => {
    edit.zoom();
    byId("zoom").focus();
  }, { class: "small", id: "zoom", "aria-pressed": String(edit.zoomed), title: "Show what is adjusted alone (Z)" });
  show(byId("edit-choice"), make("span", { class: "label", text: "Adjust" }), ...choices, zoom);
  byId("edit-choice").hidden = !choices.length;
}

function pending(store, edit) {
  byId("pending").hidden = !edit.pending;
  if (!edit.pending) return show(byId("pending"));
  const save = button("Save", () => void store.correct(edit.changes, {
    title: "Save this correction?", text: `${edit.words}. It is measured again with it.`, why: "optional", action: "Save and measure",
    placeholder: "such as: the foot slipped at the end of the hold",
  }), { class: "primary small", id: "save-pending" });
  return show(byId("pending"), make("p", { text: edit.words }), make("span", { class: "actions" }, save, button("Undo", () => edit.reset(), { class: "small", id: "undo-pending" })));
}
