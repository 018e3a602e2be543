/** The measured angles over time: as a plot with handles, and as a table. */

import { byId, make, setContent, table } from "../shared/dom.js";
import { hipName } from "../shared/labels.js";
import { _ } from "../shared/language.js";
import { angle, seconds } from "../shared/numbers.js";
import { colour, onThemeChange } from "../shared/theme.js";
import uPlot from "../vendor/uplot/uPlot.esm.js";
import { paintAbove, paintBelow } from "./bands.js";
import { Handles } from "./handles.js";
import { bySource, isSurrogate, line, lines, plotOptions } from "./plot.js";

const LABELS_PX = 56; // over the plot, for the labels of the handles
const HEADROOM_DEG = 7;
const SOURCES = { outline: _("outline"), bridged: _("gap bridged"), landmarks: _("landmarks"), "": _("not read") };

/** Plot of the leg shown. */
export class Curve {
  #plot = null;
  #window_s = [0, 0];

  /** @param {import("./store.js").ClipPage} page */
  constructor({ store, head, edit }) {
    this.store = store;
    this.edit = edit;
    this.element = byId("curve");
    this.handles = new Handles(edit, head);
    store.addEventListener("change", () => this.draw());
    head.addEventListener("frame", () => this.handles.layout(this.#plot));
    edit.addEventListener("change", () => {
      if (String(this.edit.window_s) !== String(this.#window_s)) this.draw();
      else this.#plot?.redraw(false);
    });
    onThemeChange(() => this.draw());
    new ResizeObserver(() => {
      if (this.#plot && this.#plot.width !== this.element.clientWidth) this.draw();
    }).observe(this.element);
  }

  /** Draw the plot anew. */
  draw() {
    this.#plot?.destroy();
    this.#plot = null;
    const { curve } = this.store;
    if (!curve) return;
    byId("key-other").hidden = !curve.source.some(isSurrogate);
    byId("key-usual").hidden = !this.store.curve.typical_deg;
    byId("key-second").hidden = !this.store.reps.some(({ witness_deg = null }) => witness_deg !== null);
    this.#window_s = this.edit.window_s;
    const data = [this.store.times_s, curve.raw_deg, ...bySource(curve)];
    this.#plot = new uPlot(this.#options(curve, this.element.clientWidth), data, this.element);
    this.handles.attach(this.#plot);
  }

  #options(curve, width_px) {
    const values_deg = [...curve.rotation_deg, ...curve.raw_deg].filter((value_deg) => value_deg !== null);
    const top_deg = Math.max(...values_deg, curve.target_deg) + HEADROOM_DEG;
    const bottom_deg = Math.min(...values_deg, -2) - 3;
    return plotOptions({ width_px, padding_px: LABELS_PX, window_s: () => this.#window_s, range_deg: [bottom_deg, top_deg] }, [line(colour("edge"), 1), ...lines(colour("blue"))], {
      drawClear: [(plot) => paintBelow(plot, this.store, this.edit)],
      draw: [(plot) => paintAbove(plot, this.store, this.edit), (plot) => this.handles.layout(plot)], // needs the scales
    });
  }
}

/**
 * Fill the table of the curve, for readers who cannot see the plot, when it is opened.
 * @param {import("./store.js").ClipStore} store
 */
export function startCurveTable(store) {
  const render = () => {
    const { curve, times_s } = store;
    if (!byId("curve-table-section").open || !curve) return;
    const rows = times_s.map((time_s, row) => {
      const texts = [String(row), seconds(time_s, 3), angle(curve.rotation_deg[row]), angle(curve.raw_deg[row])];
      return make("tr", {}, ...texts.map((text) => make("td", { class: "number", text })), make("td", { text: SOURCES[curve.source[row]] }));
    });
    const content = table("", [_("Frame"), _("Time"), _("Along the thigh"), _("In the picture"), _("Read from")], rows);
    content.prepend(make("caption", { class: "note", text: hipName(store.side) }));
    setContent(byId("curve-table"), content);
  };
  byId("curve-table-section").addEventListener("toggle", render);
  store.addEventListener("change", render);
}
