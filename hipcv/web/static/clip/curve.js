/** The curve: what was measured over time, with handles on what can be corrected. */

import uPlot from "../vendor/uplot/uPlot.esm.js";
import { byId } from "../shared/dom.js";
import { paintAbove, paintBelow } from "./bands.js";
import { Handles } from "./handles.js";

const NARROW_PX = 620;
const HEADROOM_DEG = 7;

/** Left edge of the plot, and the room at its right, by the width there is: the strip keeps to them. */
export function gutters(width_px) {
  return width_px < NARROW_PX ? { left_px: 36, right_px: 10 } : { left_px: 126, right_px: 118 };
}

/** The curve of the leg shown. */
export class Curve {
  #plot = null;
  #window_s = [0, 0];

  /**
   * @param {import("./store.js").ClipStore} store
   * @param {import("./playhead.js").Playhead} head
   * @param {import("./edit.js").Edit} edit
   */
  constructor(store, head, edit) {
    this.store = store;
    this.head = head;
    this.edit = edit;
    this.element = byId("curve");
    this.handles = new Handles(edit, head);
    store.addEventListener("change", () => this.draw());
    head.addEventListener("frame", () => this.handles.place(this.#plot));
    edit.addEventListener("change", () => {
      if (String(this.edit.window_s) !== String(this.#window_s)) return this.draw();
      return this.#plot?.redraw(false);
    });
    new ResizeObserver(() => this.#resize()).observe(this.element);
  }

  /** @returns {void} */
  draw() {
    this.#plot?.destroy();
    this.#plot = null;
    const side = this.store.curves?.sides?.[this.store.side];
    if (!side) return;
    const width_px = this.element.clientWidth;
    this.#window_s = this.edit.window_s;
    const data = [this.store.curves.frames.time_s, side.raw_deg, side.rotation_deg];
    this.#plot = new uPlot(this.#options(side, width_px), data, this.element);
    this.handles.attach(this.#plot);
  }

  #options(side, width_px) {
    const room = gutters(width_px);
    const seen = [...side.rotation_deg, ...side.raw_deg].filter((value) => value !== null);
    const top = Math.max(...seen, side.target_deg) + HEADROOM_DEG;
    const bottom = Math.min(...seen, -2) - 3;
    const line = { stroke: "#52606d", grid: { stroke: "#e4e7eb", width: 1 }, ticks: { show: false }, font: "12px system-ui, sans-serif" };
    return {
      width: width_px,
      height: width_px < NARROW_PX ? 230 : 260,
      padding: [10, room.right_px, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
      scales: { x: { time: false, range: () => this.#window_s }, y: { range: [bottom, top] } },
      axes: [
        { ...line, size: 30, values: (_, ticks) => ticks.map((tick) => `${Number(tick.toFixed(2))} s`) },
        { ...line, size: room.left_px, values: (_, ticks) => ticks.map((tick) => `${String(tick).replace("-", "−")}°`) },
      ],
      series: [{}, { stroke: "#7b8794", width: 1, points: { show: false } }, { stroke: "#0072b2", width: 2.4, points: { show: false } }],
      hooks: {
        drawClear: [(plot) => paintBelow(plot, this.store, this.edit)],
        draw: [(plot) => paintAbove(plot, this.store, this.edit), (plot) => this.handles.place(plot)], // scales are known only now
      },
    };
  }

  #resize() {
    if (!this.#plot || this.#plot.width === this.element.clientWidth) return;
    this.draw();
  }
}
