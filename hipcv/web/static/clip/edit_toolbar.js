/** Toolbar over the curve: the leg shown, the target of the adjustment, and unsaved changes. */

import { button, byId, make, setContent } from "../shared/dom.js";
import { legName } from "../shared/labels.js";
import { _, format } from "../shared/language.js";

/**
 * Render the toolbar at every change.
 * @param {import("./store.js").ClipPage} page
 */
export function startEditToolbar({ store, head, edit }) {
  store.addEventListener("change", () => {
    if (!edit.rep && edit.target !== "start") edit.target = store.reps[0]?.number ?? "start";
    edit.reset();
    byId("key-automatic").hidden = !store.analysis?.corrected;
  });
  edit.addEventListener("change", () => {
    renderSides(store);
    renderTargets(store, head, edit);
    renderChanges(store, edit);
  });
}

function renderSides(store) {
  const group = byId("side-choice");
  group.hidden = store.sides.length < 2;
  setContent(group, ...store.sides.map((side) => choice(group, legName(side), side === store.side, () => store.selectSide(side))));
}

function renderTargets(store, head, edit) {
  const group = byId("edit-choice");
  const target = (text, name, time_s) => choice(group, text, edit.target === name, () => {
    edit.select(name);
    head.pauseAt(edit.rowAt(time_s));
  });
  const start_s = store.curve?.start_span_s;
  const targets = store.reps.map((rep) => target(format(_("Rep {number}"), { number: rep.number + 1 }), rep.number, rep.plateau_s[0]));
  if (start_s) targets.unshift(target(_("Start position"), "start", start_s[0]));
  const zoom = button(_("Zoom"), () => {
    edit.toggleZoom();
    byId("zoom").focus();
  }, { class: "small", id: "zoom", "aria-pressed": String(edit.zoomed), title: _("Show what is adjusted alone (Z)") });
  setContent(group, make("span", { class: "label", text: _("Adjust") }), ...targets, zoom);
  group.hidden = !targets.length;
}

/** Create a button of a group that is rendered again on a click and then gets the focus back. */
function choice(group, text, pressed, select) {
  return button(text, () => {
    select();
    group.querySelector('[aria-pressed="true"]')?.focus();
  }, { class: "small", "aria-pressed": String(pressed) });
}

function renderChanges(store, edit) {
  const bar = byId("pending");
  bar.hidden = !edit.hasChanges;
  if (!edit.hasChanges) return setContent(bar);
  const save = button(_("Save"), () => void store.correct(edit.corrections, {
    title: _("Save this correction?"), text: format(_("{change}. It is measured again with it."), { change: edit.summary }), reason: "optional", action: _("Save and measure"),
    placeholder: _("such as: the foot slipped at the end of the hold"),
  }), { class: "primary small", id: "save-pending" });
  return setContent(bar, make("p", { text: edit.summary }), make("span", { class: "actions" }, save, button(_("Undo"), () => edit.reset(), { class: "small", id: "undo-pending" })));
}
