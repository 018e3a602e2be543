/** Hip, knee and ankle, moved by hand on a frame of the start or of a hold. */

import { button, byId, make, show } from "../shared/dom.js";
import { legAt } from "./leg.js";
import { sideName } from "../shared/labels.js";

const NAMES = { hip_px: "Hip", knee_px: "Knee", ankle_px: "Ankle" };
const LEAP_PX = 10;
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** The mode in which points are moved. */
export class Points {
  #moved = {};
  #row = -1;

  /**
   * @param {import("./store.js").ClipStore} store
   * @param {import("./playhead.js").Playhead} head
   * @param {import("./edit.js").Edit} edit
   */
  constructor(store, head, edit) {
    this.store = store;
    this.head = head;
    this.edit = edit;
    this.on = false;
    byId("move").addEventListener("click", () => this.toggle());
    head.addEventListener("frame", () => this.#frame());
    store.addEventListener("change", () => this.#fresh());
    new ResizeObserver(() => this.#render()).observe(byId("player"));
  }

  /** @returns {void} */
  toggle() {
    this.on = !this.on && Boolean(this.store.curves);
    byId("move").setAttribute("aria-pressed", String(this.on));
    if (this.on) this.head.video.pause();
    this.#fresh();
  }

  #frame() {
    if (this.on && this.head.row !== this.#row) this.#fresh();
  }

  #fresh() {
    this.#moved = {};
    this.#row = this.head.row;
    this.#render();
  }

  /** Which stretch the frame shown belongs to; null where points cannot be moved. */
  #place() {
    const time_s = this.store.curves.frames.time_s[this.#row];
    const within = (span_s) => span_s && this.edit.rowAt(span_s[0]) <= this.#row && this.#row <= this.edit.rowAt(span_s[1]);
    if (time_s === undefined) return null;
    const rep = this.store.reps.find((each) => within(each.plateau_s));
    if (rep) return { at: "plateau", rep: rep.number, words: `hold of rep ${rep.number + 1}` };
    if (within(this.store.curves.sides[this.store.side]?.start_span_s)) return { at: "start", rep: null, words: "start position" };
    return null;
  }

  #render() {
    byId("move-bar").hidden = !this.on;
    byId("player").classList.toggle("moving", this.on);
    if (!this.on || !this.store.curves) return show(byId("points"));
    const place = this.#place();
    show(byId("move-bar"), ...(place ? this.#bar(place) : this.#ways()));
    return place ? this.#points() : show(byId("points"));
  }

  #points() {
    const leg = { ...legAt(this.store, this.#row), ...this.#moved };
    const scale = byId("player").clientWidth / this.store.curves.size_px[0];
    for (const [name, words] of Object.entries(NAMES)) {
      let point = byId("points").querySelector(`[data-point="${name}"]`);
      if (!leg[name]) {
        point?.remove();
        continue;
      }
      if (!point) {
        point = this.#made(name, words);
        byId("points").append(point);
      }
      point.style.transform = `translate(${leg[name][0] * scale}px, ${leg[name][1] * scale}px)`;
      point.setAttribute("aria-label", `${words}, at ${Math.round(leg[name][0])}, ${Math.round(leg[name][1])}. Move with the arrow keys.`);
      point.classList.toggle("moved", name in this.#moved);
    }
  }

  #made(name, words) {
    return make("button", {
      type: "button", class: "point", "data-point": name,
      on: { pointerdown: (event) => this.#drag(event, name), keydown: (event) => this.#key(event, name) },
    }, make("span", { text: words, "aria-hidden": "true" }));
  }

  #drag(event, name) {
    event.preventDefault();
    const point = event.currentTarget;
    point.focus();
    point.setPointerCapture(event.pointerId);
    const box = byId("player").getBoundingClientRect();
    const scale = this.store.curves.size_px[0] / box.width;
    const move = (now) => this.#to(name, (now.clientX - box.left) * scale, (now.clientY - box.top) * scale);
    point.addEventListener("pointermove", move);
    for (const end of ["pointerup", "pointercancel"]) {
      point.addEventListener(end, () => point.removeEventListener("pointermove", move), { once: true });
    }
  }

  #key(event, name) {
    const way = KEYS[event.key];
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();
    const step = event.shiftKey ? LEAP_PX : 1;
    const [x, y] = this.#moved[name] ?? legAt(this.store, this.#row)[name];
    this.#to(name, x + step * way[0], y + step * way[1]);
  }

  #to(name, x, y) {
    const [width, height] = this.store.curves.size_px;
    const inside = (value, limit) => Math.round(10 * Math.max(0, Math.min(limit, value))) / 10;
    this.#moved[name] = [inside(x, width), inside(y, height)];
    this.#render();
  }

  #bar(place) {
    const moved = Object.keys(this.#moved).map((name) => NAMES[name].toLowerCase());
    const words = moved.length ? `Moved: ${moved.join(", ")} (${place.words}, frame ${this.#row})` : `Drag hip, knee or ankle to where they are. This frame belongs to the ${place.words}.`;
    const save = button("Save points", () => void this.#save(place), { class: "primary small", id: "save-points", disabled: !moved.length });
    return [make("p", { text: words }), make("span", { class: "actions" }, save, button("Undo", () => this.#fresh(), { class: "small", disabled: !moved.length }))];
  }

  #ways() {
    const to = (words, time_s) => button(words, () => this.head.seek(this.edit.rowAt(time_s)), { class: "small" });
    const start_s = this.store.curves.sides[this.store.side]?.start_span_s;
    const ways = this.store.reps.map((rep) => to(`Hold of rep ${rep.number + 1}`, (rep.plateau_s[0] + rep.plateau_s[1]) / 2));
    if (start_s) ways.unshift(to("Start position", (start_s[0] + start_s[1]) / 2));
    return [make("p", { text: "Points count in the start position and in the holds. Go to one of them:" }), make("span", { class: "actions" }, ...ways)];
  }

  async #save({ at, rep, words }) {
    const change = { kind: "landmark", rep, after: { at, row: this.#row, ...this.#moved } };
    await this.store.correct([change], {
      title: "Save these points?", text: `${sideName(this.store.side)} leg, ${words}: it is measured again from them.`, why: "optional", action: "Save and measure",
      placeholder: "such as: the ankle was on the shoe's heel",
    });
  }
}
