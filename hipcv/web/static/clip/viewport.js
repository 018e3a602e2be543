/** The part of the picture that the player shows: zoomed by wheel, pinch, keys or buttons, moved by dragging or arrows. */

import { byId } from "../shared/dom.js";
import { _, format } from "../shared/language.js";
import { share } from "../shared/numbers.js";

const MAX_ZOOM = 8;
const STEP = Math.SQRT2; // of a key, a button or a notch of the wheel
const NOTCH_PX = 100; // of the wheel
const TURN_MS = 300; // events of the wheel that follow sooner belong to the same turn
const DRAG_PX = 4; // a press that moves less is a click
const PAN_SHARE = 0.1; // of the player, by an arrow key
const MARGIN_SHARE = 0.12; // between a point that was brought into view and the edge
const CENTRE = [0.5, 0.5];
const ARROWS = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/**
 * Zoom and position of the picture. Fires "change".
 *
 * Positions are in CSS pixels from the upper left corner of the player, in shares of its width and
 * height, or in pixels of the analysed picture.
 */
export class Viewport extends EventTarget {
  #zoom = 1;
  #corner = [0, 0]; // of the picture, in shares of the player; 0 or less

  /** @param {import("./store.js").ClipStore} store */
  constructor(store) {
    super();
    this.store = store;
    this.player = byId("player");
    byId("zoom-in").addEventListener("click", () => this.step(1));
    byId("zoom-out").addEventListener("click", () => this.step(-1));
    byId("zoom-reset").addEventListener("click", () => this.reset());
    this.player.addEventListener("keydown", (event) => this.#onKey(event));
    new Wheel(this);
    new Fingers(this);
    this.#show();
  }

  /** @returns {number} 1 for the whole picture */
  get zoom() {
    return this.#zoom;
  }

  /** @returns {number[]} width and height of the analysed picture, pixels */
  get size_px() {
    return this.store.curves?.size_px ?? [1, 1];
  }

  /** @returns {number} CSS pixels of a pixel of the picture */
  get scale() {
    return (this.#zoom * this.player.clientWidth) / this.size_px[0];
  }

  /**
   * Return a point of the picture as CSS pixels of the player.
   * @param {number[]} point_px
   * @returns {number[]}
   */
  toPlayer(point_px) {
    const sides = this.#sides;
    return point_px.map((value, axis) => this.#corner[axis] * sides[axis] + value * this.scale);
  }

  /**
   * Return the point of the picture under the pointer.
   * @param {{clientX: number, clientY: number}} pointer
   * @returns {number[]}
   */
  toPicture(pointer) {
    const sides = this.#sides;
    return this.shares(pointer).map((share, axis) => ((share - this.#corner[axis]) * sides[axis]) / this.scale);
  }

  /**
   * Return the position of the pointer in shares of the player.
   * @param {{clientX: number, clientY: number}} pointer
   * @returns {number[]}
   */
  shares({ clientX, clientY }) {
    const box = this.player.getBoundingClientRect();
    return [(clientX - box.left) / box.width, (clientY - box.top) / box.height];
  }

  /**
   * Zoom by some steps, about the point that has the focus or else about the centre.
   * @param {number} steps
   */
  step(steps) {
    this.zoomTo(this.#zoom * STEP ** steps, this.#focus());
  }

  /**
   * Set the zoom; what lies at `at` stays there.
   * @param {number} zoom
   * @param {number[]} at shares of the player
   */
  zoomTo(zoom, at = CENTRE) {
    const before = this.#zoom;
    this.#zoom = Math.max(1, Math.min(MAX_ZOOM, Math.abs(zoom - 1) < 0.01 ? 1 : zoom));
    this.#moveTo(at.map((share, axis) => share - ((share - this.#corner[axis]) * this.#zoom) / before));
  }

  /** Show the whole picture. */
  reset() {
    this.zoomTo(1);
  }

  /**
   * Move the picture.
   * @param {number[]} by shares of the player
   */
  pan(by) {
    this.#moveTo(this.#corner.map((share, axis) => share + by[axis]));
  }

  /**
   * Move the picture until a point of it is visible.
   * @param {number[]} point_px
   */
  reveal(point_px) {
    const sides = this.#sides;
    this.pan(this.toPlayer(point_px).map((value, axis) => {
      const share = value / sides[axis];
      return Math.max(MARGIN_SHARE, Math.min(1 - MARGIN_SHARE, share)) - share;
    }));
  }

  get #sides() {
    return [this.player.clientWidth, this.player.clientHeight];
  }

  /** Return where the point that has the focus lies, in shares; the centre where none has it. */
  #focus() {
    const box = this.player.querySelector(".point:focus")?.getBoundingClientRect();
    return box ? this.shares({ clientX: box.left + box.width / 2, clientY: box.top + box.height / 2 }) : CENTRE;
  }

  #moveTo(corner) {
    this.#corner = corner.map((value) => Math.max(1 - this.#zoom, Math.min(0, value)));
    this.#show();
    this.dispatchEvent(new Event("change"));
  }

  #show() {
    const zoomed = this.#zoom > 1;
    const [left, top] = this.#corner.map((share) => `${100 * share}%`);
    byId("video").style.transform = zoomed ? `translate(${left}, ${top}) scale(${this.#zoom})` : "";
    this.player.classList.toggle("zoomed", zoomed);
    this.player.tabIndex = zoomed ? 0 : -1; // the arrows move it
    const text = share(this.#zoom);
    byId("zoom-reset").textContent = text;
    byId("zoom-reset").setAttribute("aria-label", format(_("Zoom {zoom}: back to the whole picture"), { zoom: text }));
    byId("zoom-reset").disabled = byId("zoom-out").disabled = !zoomed;
    byId("zoom-in").disabled = this.#zoom >= MAX_ZOOM;
  }

  #onKey(event) {
    const direction = ARROWS[event.key];
    if (!direction || this.#zoom === 1 || event.target !== this.player || event.shiftKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.pan(direction.map((sign) => sign * PAN_SHARE));
  }
}

/**
 * Zooms by the wheel.
 *
 * A turn that began by scrolling the page goes on scrolling it, also where the video comes under the
 * pointer; one that began over the video zooms, unless there is nothing to zoom out of.
 */
class Wheel {
  #turned_ms = -Infinity;
  #scrolled_ms = -Infinity;
  #zooms = false;

  /** @param {Viewport} viewport */
  constructor(viewport) {
    this.viewport = viewport;
    document.addEventListener("scroll", () => { this.#scrolled_ms = performance.now(); }, { passive: true });
    viewport.player.addEventListener("wheel", (event) => this.#onWheel(event), { passive: false });
  }

  #onWheel(event) {
    const now_ms = performance.now();
    const begins = now_ms - this.#turned_ms > TURN_MS;
    this.#turned_ms = now_ms;
    if (begins) this.#zooms = now_ms - this.#scrolled_ms > TURN_MS && (this.viewport.zoom > 1 || event.deltaY < 0);
    if (!this.#zooms && !event.ctrlKey) return; // Ctrl is how browsers report a pinch on a touch pad
    event.preventDefault();
    const turned_px = event.deltaMode ? NOTCH_PX * Math.sign(event.deltaY) : event.deltaY;
    this.viewport.zoomTo(this.viewport.zoom * STEP ** (-turned_px / NOTCH_PX), this.viewport.shares(event));
  }
}

/** Zooms by two fingers, and moves the zoomed picture by one finger or the mouse. */
class Fingers {
  /** @type {Map<number, PointerEvent>} pointers that are down, by their id */
  #down = new Map();
  #moved_px = 0;

  /** @param {Viewport} viewport */
  constructor(viewport) {
    this.viewport = viewport;
    const { player } = viewport;
    player.addEventListener("pointerdown", (event) => this.#onDown(event));
    player.addEventListener("pointermove", (event) => this.#onMove(event));
    for (const end of ["pointerup", "pointercancel"]) player.addEventListener(end, (event) => this.#down.delete(event.pointerId));
    player.addEventListener("click", (event) => this.#onClick(event), { capture: true });
    player.addEventListener("touchmove", (event) => {
      if (event.touches.length > 1 || viewport.zoom > 1) event.preventDefault(); // else the page would scroll
    }, { passive: false });
  }

  #onDown(event) {
    if (event.button || event.target.closest(".point")) return;
    if (!this.#down.size) this.#moved_px = 0;
    this.#down.set(event.pointerId, event);
  }

  #onMove(event) {
    const before = this.#down.get(event.pointerId);
    if (!before) return;
    const others = [...this.#down.values()].filter((one) => one !== before);
    this.#down.set(event.pointerId, event);
    this.#moved_px += Math.hypot(event.clientX - before.clientX, event.clientY - before.clientY);
    if (!others.length && this.#moved_px < DRAG_PX) return;
    if (others.length || this.viewport.zoom > 1) this.viewport.player.setPointerCapture(event.pointerId);
    const [from, to] = [before, event].map((one) => pinch([one, ...others.slice(0, 1)]));
    const [at, then] = [from, to].map((one) => this.viewport.shares(one));
    this.viewport.pan(then.map((share, axis) => share - at[axis]));
    if (others.length && from.spread) this.viewport.zoomTo((this.viewport.zoom * to.spread) / from.spread, then);
  }

  /** Stop a click that was a drag: it would play the video. */
  #onClick(event) {
    if (this.#moved_px < DRAG_PX || event.target.closest(".point")) return;
    event.stopPropagation();
    this.#moved_px = 0;
  }
}

/** Return the middle of one or two pointers, and how far apart they are. */
function pinch(pointers) {
  const middle = (name) => pointers.reduce((sum, one) => sum + one[name], 0) / pointers.length;
  const [first, last] = [pointers[0], pointers.at(-1)];
  return { clientX: middle("clientX"), clientY: middle("clientY"), spread: Math.hypot(last.clientX - first.clientX, last.clientY - first.clientY) };
}
