/** Points on the picture that are dragged, or moved by the arrow keys, in pixels of the analysed picture. */

import { byId, make, trackPointer } from "../shared/dom.js";
import { _, format } from "../shared/language.js";

const LEAP_PX = 10;
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Handles of the points of one tool. */
export class PicturePoints {
  /** @type {Object<string, number[]>} positions of the points shown, by name */
  #points = {};

  /**
   * @param {import("./viewport.js").Viewport} viewport
   * @param {Object<string, string>} labels of the points, by name
   * @param {(name: string, point_px: number[]) => void} onMove
   * @param {string} [className] of the tool
   */
  constructor(viewport, labels, onMove, className = "") {
    this.viewport = viewport;
    this.labels = labels;
    this.onMove = onMove;
    this.element = make("div", { class: className });
    byId("points").append(this.element);
    viewport.addEventListener("change", () => this.#layout());
    new ResizeObserver(() => this.#layout()).observe(viewport.player);
  }

  /**
   * Show points.
   * @param {Object<string, number[]|null>} points by name; those that are missing or null are removed
   * @param {Object<string, any>} moved those that were moved by hand, by name
   */
  show(points, moved) {
    this.#points = Object.fromEntries(Object.entries(points).filter(([name, point]) => name in this.labels && point));
    for (const [name, label] of Object.entries(this.labels)) {
      let handle = this.#handle(name);
      if (!this.#points[name]) {
        handle?.remove();
        continue;
      }
      if (!handle) {
        handle = this.#create(name, label);
        this.element.append(handle);
      }
      const [x, y] = this.#points[name].map(Math.round);
      handle.setAttribute("aria-label", format(_("{point}, at {x}, {y}. Move with the arrow keys."), { point: label, x, y }));
      handle.classList.toggle("moved", name in moved);
    }
    this.#layout();
  }

  #handle(name) {
    return this.element.querySelector(`[data-point="${name}"]`);
  }

  #layout() {
    for (const [name, point] of Object.entries(this.#points)) {
      const [x, y] = this.viewport.toPlayer(point);
      this.#handle(name).style.transform = `translate(${x}px, ${y}px)`;
    }
  }

  #create(name, label) {
    return make("button", {
      type: "button", class: "point", "data-point": name,
      on: { pointerdown: (event) => this.#drag(event, name), keydown: (event) => this.#onKey(event, name), focus: (event) => this.#onFocus(event, name) },
    }, make("span", { text: label, "aria-hidden": "true" }));
  }

  #drag(event, name) {
    const taken = this.viewport.toPicture(event);
    const offset = this.#points[name].map((value, axis) => value - taken[axis]);
    trackPointer(event, (move) => this.#move(name, this.viewport.toPicture(move).map((value, axis) => value + offset[axis])));
  }

  #onKey(event, name) {
    const direction = KEYS[event.key];
    if (!direction) return;
    event.preventDefault();
    event.stopPropagation();
    const step = event.shiftKey ? LEAP_PX : 1;
    this.#move(name, this.#points[name].map((value, axis) => value + step * direction[axis]));
    this.viewport.reveal(this.#points[name]);
  }

  /** Bring a point into view that the keyboard went to. */
  #onFocus(event, name) {
    if (event.target.matches(":focus-visible")) this.viewport.reveal(this.#points[name]);
  }

  #move(name, point_px) {
    const bounded = point_px.map((value, axis) => Math.max(0, Math.min(this.viewport.size_px[axis], value)));
    this.onMove(name, bounded.map((value) => Math.round(10 * value) / 10));
  }
}
