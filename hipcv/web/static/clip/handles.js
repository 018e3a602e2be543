/** Handles on the curve: sliders for mouse, touch and keyboard that snap to frames. */

import { byId, make, trackPointer } from "../shared/dom.js";
import { _, format } from "../shared/language.js";
import { seconds } from "../shared/numbers.js";

const LEAP = 10;
const LABEL_GAP_PX = 2;
const PAIRS = [["begin", "end"], ["hold_from", "hold_to"], ["still_from", "still_to"]];
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
   * Move to another plot.
   * @param {any} plot uPlot
   */
  attach(plot) {
    this.#plot = plot;
    this.#elements.clear();
    plot.over.append(this.#mark);
    plot.over.addEventListener("click", (event) => {
      if (!event.target.closest(".handle")) this.head.pauseAt(this.#rowAt(event));
    });
  }

  /**
   * Position the mark and the handles.
   * @param {any} plot uPlot; a plot that was replaced may still draw once more, and is ignored
   */
  layout(plot) {
    if (!plot || plot !== this.#plot || plot.scales.x.min === null) return;
    const mark_s = plot.data[0][this.head.row];
    this.#mark.style.transform = `translateX(${plot.valToPos(mark_s, "x")}px)`;
    this.#mark.hidden = mark_s < plot.scales.x.min || mark_s > plot.scales.x.max;
    const { handles } = this.edit;
    for (const [name, element] of this.#elements) {
      if (handles.some((handle) => handle.name === name)) continue;
      element.remove();
      this.#elements.delete(name);
    }
    handles.forEach((handle) => this.#layoutHandle(plot, handle));
    PAIRS.forEach((names) => this.#layoutLabels(plot, handles.filter(({ name }) => names.includes(name))));
  }

  /** Put the two labels of a pair side by side over the plot: each at its line, and inside the card. */
  #layoutLabels(plot, pair) {
    if (pair.length < 2) return;
    const grips = pair.map(({ name }) => this.#elements.get(name).querySelector(".grip"));
    const [from_px, to_px] = pair.map(({ row }) => plot.valToPos(plot.data[0][row], "x"));
    const [fromWidth_px, toWidth_px] = grips.map((grip) => grip.offsetWidth);
    const first_px = -plot.over.offsetLeft;
    const last_px = first_px + plot.width;
    let toLeft_px = Math.max(to_px, first_px + fromWidth_px + LABEL_GAP_PX);
    toLeft_px = Math.min(toLeft_px, last_px - toWidth_px);
    const fromLeft_px = Math.max(first_px, Math.min(from_px - fromWidth_px, toLeft_px - fromWidth_px - LABEL_GAP_PX));
    grips[0].style.left = `${fromLeft_px - from_px}px`;
    grips[1].style.left = `${toLeft_px - to_px}px`;
  }

  #layoutHandle(plot, { name, label, row }) {
    const time_s = plot.data[0][row];
    let element = this.#elements.get(name);
    if (!element) {
      element = this.#create(name, label);
      this.#elements.set(name, element);
      plot.over.append(element);
    }
    element.style.transform = `translateX(${plot.valToPos(time_s, "x")}px)`;
    element.classList.toggle("moved", name in this.edit.moved);
    element.setAttribute("aria-valuemax", String(plot.data[0].length - 1));
    element.setAttribute("aria-valuenow", String(row));
    element.setAttribute("aria-valuetext", format(_("{time}, frame {number}"), { time: seconds(time_s, 3), number: row }));
  }

  #create(name, label) {
    return make("div", {
      class: `handle ${name}`, role: "slider", tabindex: 0, "aria-label": label, "aria-orientation": "horizontal",
      "aria-valuemin": 0, "data-handle": name, title: label,
      on: { pointerdown: (event) => this.#drag(event, name), keydown: (event) => this.#onKey(event, name) },
    }, make("span", { class: "line" }), make("span", { class: "grip", text: label }));
  }

  #drag(event, name) {
    if (event.button !== 0) return;
    this.head.pauseAt(this.#rowOf(name)); // a click on its line shows the frame, as one next to it does
    const taken_px = event.clientX - this.#leftOf(name);
    trackPointer(event, (move) => this.#move(name, this.#rowAt({ clientX: move.clientX - taken_px })));
  }

  #onKey(event, name) {
    if (event.key in KEYS) {
      const step = KEYS[event.key];
      this.#move(name, this.#rowOf(name) + (event.shiftKey && Math.abs(step) === 1 ? LEAP * step : step));
    } else if (event.key === "Enter" && this.edit.hasChanges) byId("save-pending")?.click();
    else if (event.key === "Escape") this.edit.reset();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Move a handle, and the video to the frame that it marks. */
  #move(name, row) {
    this.edit.move(name, row);
    this.head.pauseAt(this.#rowOf(name));
  }

  #rowOf(name) {
    return this.edit.handles.find((handle) => handle.name === name).row;
  }

  /** Return where the line of a handle is, in the window. */
  #leftOf(name) {
    return this.#plot.over.getBoundingClientRect().left + this.#plot.valToPos(this.#plot.data[0][this.#rowOf(name)], "x");
  }

  #rowAt(event) {
    const left_px = event.clientX - this.#plot.over.getBoundingClientRect().left;
    return this.edit.rowAt(this.#plot.posToVal(left_px, "x"));
  }
}
