/** Both curves over the time since the onset: as a plot, and as a table. */

import { clipped, paintBelow, paintHold, paintLabels } from "../clip/bands.js";
import { nearest } from "../clip/playhead.js";
import { bySource, lines, plotOptions } from "../clip/plot.js";
import { byId, make, setContent, table } from "../shared/dom.js";
import { _ } from "../shared/language.js";
import { angle, seconds } from "../shared/numbers.js";
import { colour, onThemeChange } from "../shared/theme.js";
import uPlot from "../vendor/uplot/uPlot.esm.js";

/** Colours of the earlier and the later curve. */
const COLOURS = ["vermillion", "blue"];
const HEADROOM_DEG = 7;
const LEAD_S = 0.3; // shown before the onset
const PADDING_PX = 14;
const NO_EDIT = { target: null, rep: null, handles: [], hasChanges: false };

/** Plot of both curves. */
export class Curves {
  #plot = null;
  #mark = make("div", { class: "playhead", "aria-hidden": "true" });

  /**
   * @param {import("./pair.js").Pair} pair
   * @param {() => any[]} reps returns the repetition chosen in each clip
   */
  constructor(pair, reps) {
    this.pair = pair;
    this.reps = reps;
    this.element = byId("curve");
    pair.addEventListener("frame", () => this.#layout());
    onThemeChange(() => this.draw());
    new ResizeObserver(() => {
      if (this.#plot && this.#plot.width !== this.element.clientWidth) this.draw();
    }).observe(this.element);
    byId("curve-table-section").addEventListener("toggle", () => this.#fillTable());
  }

  /** Draw the plot anew. */
  draw() {
    this.#plot?.destroy();
    this.#plot = null;
    const { pair, element } = this;
    const stores = pair.parts.map(({ store }) => store);
    if (!stores.every((store) => store.curve) || !pair.times_s.length) return;
    const [curve] = stores.map((store) => store.curve).reverse(); // target and typical range as of the later one
    byId("key-usual").hidden = !curve.typical_deg;
    const data = uPlot.join(stores.map((store, index) => [store.times_s.map((time_s) => time_s - this.#onset(index)), ...bySource(store.curve)]));
    const values_deg = data.slice(1).flat().filter((value_deg) => value_deg !== null && value_deg !== undefined);
    const range_deg = [Math.min(...values_deg, -2) - 3, Math.max(...values_deg, curve.target_deg) + HEADROOM_DEG];
    const window_s = [-LEAD_S, pair.times_s.at(-1)];
    const options = plotOptions({ width_px: element.clientWidth, padding_px: PADDING_PX, window_s: () => window_s, range_deg }, COLOURS.flatMap((name) => lines(colour(name))), {
      drawClear: [(plot) => paintBelow(plot, { curve: { ...curve, start_span_s: null } }, NO_EDIT)],
      draw: [(plot) => this.#paintHolds(plot, curve), () => this.#layout()],
    });
    this.#plot = new uPlot(options, data, element);
    this.#plot.over.append(this.#mark);
    this.#plot.over.addEventListener("click", (event) => this.#goTo(event));
    this.#layout();
    this.#fillTable();
  }

  #onset(index) {
    return this.reps()[index]?.start_s ?? 0;
  }

  #paintHolds(plot, curve) {
    clipped(plot, () => this.reps().forEach((rep, index) => {
      if (rep) paintHold(plot, rep, rep.plateau_s.map((time_s) => time_s - rep.start_s), colour(COLOURS[index]));
    }));
    paintLabels(plot, curve);
  }

  #goTo(event) {
    const left_px = event.clientX - this.#plot.over.getBoundingClientRect().left;
    this.pair.pauseAt(nearest(this.pair.times_s, this.#plot.posToVal(left_px, "x")));
  }

  #layout() {
    if (this.#plot) this.#mark.style.transform = `translateX(${this.#plot.valToPos(this.pair.times_s[this.pair.row], "x")}px)`;
  }

  /** Fill the table of the curves, for readers who cannot see the plot, when it is open. */
  #fillTable() {
    if (!byId("curve-table-section").open) return;
    const rows = this.pair.times_s.map((time_s, row) => make("tr", {}, ...[seconds(time_s, 3), ...this.anglesAt(row)].map((text) => make("td", { class: "number", text }))));
    setContent(byId("curve-table"), table("", [_("Since the onset"), _("Earlier"), _("Later")], rows));
  }

  /**
   * Return the angle of each clip at a frame of the pair; a dash where a clip does not reach that far.
   * @param {number} row
   * @returns {string[]}
   */
  anglesAt(row) {
    return this.pair.parts.map(({ store }, index) => angle(store.curve?.rotation_deg[this.pair.frameOf(index, row)]));
  }
}
