/** A trend in a few pixels: one side's angle, visit by visit, with the interval of the last. */

import { draw } from "../shared/dom.js";
import { angle, day } from "../shared/numbers.js";

const WIDTH = 132;
const HEIGHT = 38;
const EDGE = 6;
const SCALE_DEG = [10, 55];

/**
 * @param {Array<[string, number, number|null, number|null]>} trend day, angle, its limits
 * @param {"left"|"right"} side
 * @returns {SVGElement}
 */
export function sparkline(trend, side) {
  const days = trend.map(([on]) => Date.parse(on));
  const low = Math.min(SCALE_DEG[0], ...trend.map((row) => row[1]));
  const high = Math.max(SCALE_DEG[1], ...trend.map((row) => row[1]));
  const span = days.at(-1) - days[0] || 1;
  const x = (at) => (days.length > 1 ? EDGE + ((at - days[0]) / span) * (WIDTH - 2 * EDGE) : WIDTH - EDGE);
  const y = (value_deg) => HEIGHT - EDGE - ((value_deg - low) / (high - low)) * (HEIGHT - 2 * EDGE);
  const last = trend.at(-1);
  const told = trend.map(([on, value_deg]) => `${day(on)} ${angle(value_deg)}`).join(", ");
  const svg = draw("svg", { class: `spark ${side}`, viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, height: HEIGHT, role: "img", "aria-label": `${side} hip: ${told}` });
  const points = trend.map((row, place) => `${x(days[place]).toFixed(1)},${y(row[1]).toFixed(1)}`).join(" ");
  if (last[2] !== null && last[3] !== null) {
    svg.append(draw("line", { class: "spread", x1: x(days.at(-1)), x2: x(days.at(-1)), y1: y(last[2]), y2: y(last[3]) }));
  }
  svg.append(draw("polyline", { points }));
  trend.slice(0, -1).forEach((row, place) => svg.append(draw("circle", { class: "earlier", cx: x(days[place]), cy: y(row[1]), r: 2 })));
  svg.append(draw("circle", { cx: x(days.at(-1)), cy: y(last[1]), r: 4 }));
  return svg;
}
