/** Manual correction of hip, knee and ankle in a frame of the start position or of a hold. */

import { button, byId, make, setContent } from "../shared/dom.js";
import { legName } from "../shared/labels.js";
import { _, format } from "../shared/language.js";
import { legPoints } from "./overlay.js";
import { PicturePoints } from "./picture_points.js";

const NAMES = { hip_px: _("Hip"), knee_px: _("Knee"), ankle_px: _("Ankle") };

/** The mode in which points are moved. Fires "enter". */
export class Points extends EventTarget {
  #moved = {};
  #row = -1;

  /** @param {import("./store.js").ClipPage} page */
  constructor({ store, head, edit, viewport }) {
    super();
    this.store = store;
    this.head = head;
    this.edit = edit;
    this.active = false;
    this.handles = new PicturePoints(viewport, NAMES, (name, point_px) => {
      this.#moved[name] = point_px;
      this.#render();
    });
    byId("move").addEventListener("click", () => this.toggle());
    head.addEventListener("frame", () => {
      if (this.active && head.row !== this.#row) this.#reset();
    });
    store.addEventListener("change", () => this.#reset());
  }

  get hasChanges() {
    return Object.keys(this.#moved).length > 0;
  }

  /** Enter or leave the mode. */
  toggle() {
    this.active = !this.active && Boolean(this.store.curves);
    byId("move").setAttribute("aria-pressed", String(this.active));
    if (this.active) {
      this.head.video.pause();
      this.dispatchEvent(new Event("enter"));
    }
    this.#reset();
  }

  /** Leave the mode. */
  leave() {
    if (this.active) this.toggle();
  }

  #reset() {
    this.#moved = {};
    this.#row = this.head.row;
    this.#render();
  }

  /** Return the start position or the hold that the frame belongs to; null where points have no effect. */
  #phase() {
    const inside = (span_s) => span_s && this.edit.rowAt(span_s[0]) <= this.#row && this.#row <= this.edit.rowAt(span_s[1]);
    if (this.#row >= this.store.times_s.length) return null;
    const rep = this.store.reps.find(({ plateau_s }) => inside(plateau_s));
    if (rep) return { at: "plateau", rep: rep.number, text: format(_("hold of rep {number}"), { number: rep.number + 1 }) };
    return inside(this.store.curve?.start_span_s) ? { at: "start", rep: null, text: _("start position") } : null;
  }

  #render() {
    byId("move-bar").hidden = !this.active;
    byId("player").classList.toggle("moving", this.active);
    const phase = this.active && this.store.curves ? this.#phase() : null;
    if (this.active && this.store.curves) setContent(byId("move-bar"), ...(phase ? this.#saveBar(phase) : this.#phaseLinks()));
    this.handles.show(phase ? { ...legPoints(this.store, this.#row), ...this.#moved } : {}, this.#moved);
  }

  #saveBar(phase) {
    const moved = Object.keys(this.#moved).map((name) => NAMES[name].toLowerCase());
    const text = moved.length
      ? format(_("Moved: {points} ({phase}, frame {number})"), { points: moved.join(", "), phase: phase.text, number: this.#row })
      : format(_("Drag hip, knee or ankle to where they are. This frame belongs to: {phase}."), { phase: phase.text });
    const save = button(_("Save points"), () => this.#save(phase), { class: "primary small", id: "save-points", disabled: !moved.length });
    return [make("p", { text }), make("span", { class: "actions" }, save, button(_("Undo"), () => this.#reset(), { class: "small", disabled: !moved.length }))];
  }

  #phaseLinks() {
    const link = (text, [from_s, to_s]) => button(text, () => this.head.seek(this.edit.rowAt((from_s + to_s) / 2)), { class: "small" });
    const start_s = this.store.curve?.start_span_s;
    const links = this.store.reps.map((rep) => link(format(_("Hold of rep {number}"), { number: rep.number + 1 }), rep.plateau_s));
    if (start_s) links.unshift(link(_("Start position"), start_s));
    return [make("p", { text: _("Points count in the start position and in the holds. Go to one of them:") }), make("span", { class: "actions" }, ...links)];
  }

  #save({ at, rep, text }) {
    void this.store.correct([{ kind: "landmark", rep, after: { at, row: this.#row, ...this.#moved } }], {
      title: _("Save these points?"), text: format(_("{leg}, {phase}: it is measured again from them."), { leg: legName(this.store.side), phase: text }), reason: "optional", action: _("Save and measure"),
      placeholder: _("such as: the ankle was on the shoe’s heel"),
    });
  }
}
