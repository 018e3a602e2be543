/** Handles on the curve: sliders for mouse, finger and keyboard that snap to frames. */

import { byId, make } from "../shared/dom.js";
import { seconds } from "../shared/numbers.js";

const LEAP = 10;
const KEYS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -LEAP, PageUp: LEAP };

/** The handles and the mark of the frame shown. */
export class Handles {
  #plot = null;
  #elements = new Map();
  #mark = make("div", { class: "playhead", "aria-hidden": "true" });

  /**
   * @param {import("./edit.js").Edit} edit
   * @param {import("./playhead.js").Playhead} head
   */
  constructor(edit, head) {
    this.edit = edit;
    this.head = head;
  }

  /**
   * Live on this plot from now on.
   * @param {any} plot uPlot
   * @returns {void}
   */
  attach(plot) {
    this.#plot = plot;
    this.#elements.clear();
    plot.over.append(this.#mark);
    plot.over.addEventListener("click", (event) => {
      if (event.target.closest(".handle")) return;
      const left = event.clientX - plot.over.getBoundingClientRect().left;
      this.head.video.pause();
      this.head.seek(this.#rowAt(plot, left));
    });
  }

  /**
   * Put everything where it belongs.
   * @param {any} plot uPlot; one that was replaced may still draw once more, and is passed over
   * @returns {void}
   */
  place(plot) {
    if (!plot || plot !== this.#plot || plot.scales.x.min === null) return;
    this.#mark.style.transform = `translateX(${plot.valToPos(plot.data[0][this.head.row], "x")}px)`;
    const mark_s = plot.data[0][this.head.row];
    this.#mark.hidden = mark_s < plot.scales.x.min || mark_s > plot.scales.x.max;
    const wanted = this.edit.handles;
    const names = wanted.map((handle) => handle.name);
    for (const [name, element] of this.#elements) {
      if (names.includes(name)) continue;
      element.remove();
      this.#elements.delete(name);
    }
    wanted.forEach((handle) => this.#placeOne(plot, handle));
  }

  #placeOne(plot, { name, words, row }) {
    const time_s = plot.data[0][row];
    let element = this.#elements.get(name);
    if (!element) {
      element = this.#made(name, words);
      this.#elements.set(name, element);
      plot.over.append(element);
    }
    element.style.transform = `translateX(${plot.valToPos(time_s, "x")}px)`;
    element.classList.toggle("moved", name in this.edit.moved);
    element.setAttribute("aria-valuemax", String(plot.data[0].length - 1));
    element.setAttribute("aria-valuenow", String(row));
    element.setAttribute("aria-valuetext", `${seconds(time_s, 3)}, frame ${row}`);
  }

  #made(name, words) {
    const element = make("div", {
      class: `handle ${name}`, role: "slider", tabindex: 0, "aria-label": words, "aria-orientation": "horizontal",
      "aria-valuemin": 0, "data-handle": name, title: words,
      on: { pointerdown: (event) => this.#drag(event, name), keydown: (event) => this.#key(event, name) },
    }, make("span", { class: "grip", text: words }));
    return element;
  }

  #drag(event, name) {
    if (event.button !== 0) return;
    event.preventDefault();
    const element = event.currentTarget;
    element.focus();
    element.setPointerCapture(event.pointerId);
    this.head.video.pause();
    const move = (now) => {
      const left = now.clientX - this.#plot.over.getBoundingClientRect().left;
      this.#to(name, this.#rowAt(this.#plot, left));
    };
    element.addEventListener("pointermove", move);
    for (const end of ["pointerup", "pointercancel"]) {
      element.addEventListener(end, () => element.removeEventListener("pointermove", move), { once: true });
    }
  }

  #key(event, name) {
    const row = this.edit.handles.find((handle) => handle.name === name).row;
    if (event.key in KEYS) {
      const step = KEYS[event.key];
      this.#to(name, row + (event.shiftKey && Math.abs(step) === 1 ? LEAP * step : step));
    } else if (event.key === "Enter" && this.edit.pending) byId("save-pending")?.click();
    else if (event.key === "Escape") this.edit.reset();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** The picture goes along, so that what is marked is what is seen. */
  #to(name, row) {
    this.edit.move(name, row);
    this.head.video.pause();
    this.head.seek(this.edit.handles.find((handle) => handle.name === name).row);
  }

  #rowAt(plot, left_px) {
    return this.edit.rowAt(plot.posToVal(left_px, "x"));
  }
}
