/** Manual correction of hip, knee and ankle in a frame of the start position or of a hold. */

import { button, byId, make, setContent, trackPointer } from "../shared/dom.js";
import { legName } from "../shared/labels.js";
import { _, format } from "../shared/language.js";
import { legPoints } from "./overlay.js";

const NAMES = { hip_px: _("Hip"), knee_px: _("Knee"), ankle_px: _("Ankle") };
const LEAP_PX = 10;
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** The mode in which points are moved. */
export class Points {
  #moved = {};
  #row = -1;

  /** @param {import("./store.js").ClipPage} page */
  constructor({ store, head, edit }) {
    this.store = store;
    this.head = head;
    this.edit = edit;
    this.active = false;
    byId("move").addEventListener("click", () => this.toggle());
    head.addEventListener("frame", () => {
      if (this.active && head.row !== this.#row) this.#reset();
    });
    store.addEventListener("change", () => this.#reset());
    new ResizeObserver(() => this.#render()).observe(byId("player"));
  }

  /** Enter or leave the mode. */
  toggle() {
    this.active = !this.active && Boolean(this.store.curves);
    byId("move").setAttribute("aria-pressed", String(this.active));
    if (this.active) this.head.video.pause();
    this.#reset();
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
    if (phase) this.#renderPoints();
    else setContent(byId("points"));
  }

  #renderPoints() {
    const leg = { ...legPoints(this.store, this.#row), ...this.#moved };
    const scale = byId("player").clientWidth / this.store.curves.size_px[0];
    for (const [name, label] of Object.entries(NAMES)) {
      let point = byId("points").querySelector(`[data-point="${name}"]`);
      if (!leg[name]) {
        point?.remove();
        continue;
      }
      if (!point) {
        point = this.#create(name, label);
        byId("points").append(point);
      }
      const [x, y] = leg[name];
      point.style.transform = `translate(${x * scale}px, ${y * scale}px)`;
      point.setAttribute("aria-label", format(_("{point}, at {x}, {y}. Move with the arrow keys."), { point: label, x: Math.round(x), y: Math.round(y) }));
      point.classList.toggle("moved", name in this.#moved);
    }
  }

  #create(name, label) {
    return make("button", {
      type: "button", class: "point", "data-point": name,
      on: { pointerdown: (event) => this.#drag(event, name), keydown: (event) => this.#onKey(event, name) },
    }, make("span", { text: label, "aria-hidden": "true" }));
  }

  #drag(event, name) {
    const box = byId("player").getBoundingClientRect();
    const scale = this.store.curves.size_px[0] / box.width;
    const [x, y] = this.#position(name);
    const from = { x: event.clientX, y: event.clientY };
    trackPointer(event, (move) => this.#move(name, x + (move.clientX - from.x) * scale, y + (move.clientY - from.y) * scale));
  }

  #onKey(event, name) {
    const direction = KEYS[event.key];
    if (!direction) return;
    event.preventDefault();
    event.stopPropagation();
    const step = event.shiftKey ? LEAP_PX : 1;
    const [x, y] = this.#position(name);
    this.#move(name, x + step * direction[0], y + step * direction[1]);
  }

  #position(name) {
    return this.#moved[name] ?? legPoints(this.store, this.#row)[name];
  }

  #move(name, x, y) {
    const [width, height] = this.store.curves.size_px;
    const bounded = (value, limit) => Math.round(10 * Math.max(0, Math.min(limit, value))) / 10;
    this.#moved[name] = [bounded(x, width), bounded(y, height)];
    this.#render();
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
