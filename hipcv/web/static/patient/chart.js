/** One side over time: visits with their intervals, and the band within which a change is not real. */

import { draw } from "../shared/dom.js";
import { angle, day, interval } from "../shared/numbers.js";
import { sideName } from "../shared/labels.js";

const HEIGHT = 250;
const ROOM = { left: 40, right: 16, top: 26, bottom: 34 };
const STEP_DEG = 10;
const CROWDED = 5;
const LIFT_PX = 14;

/**
 * @param {"left"|"right"} side
 * @param {Array<[string, number, number|null, number|null]>} trend day, angle, its limits
 * @param {{target_deg: number, typical_deg: number[], mdc_deg: number|null, range_deg: number[]}} limits
 * @param {number} width_px
 * @returns {SVGElement}
 */
export function trendChart(side, trend, limits, width_px) {
  const [bottom, top] = limits.range_deg;
  const days = trend.map(([on]) => Date.parse(on));
  const span = days.at(-1) - days[0];
  const inner = width_px - ROOM.left - ROOM.right - 40;
  const x = (place) => ROOM.left + 20 + (span ? ((days[place] - days[0]) / span) * inner : inner / 2);
  const y = (value_deg) => HEIGHT - ROOM.bottom - ((value_deg - bottom) / (top - bottom)) * (HEIGHT - ROOM.top - ROOM.bottom);
  const told = trend.map(([on, value, low, high]) => `${day(on)} ${angle(value)}, interval ${interval([low, high])}`).join("; ");
  const svg = draw("svg", { class: `trend-chart ${side}`, viewBox: `0 0 ${width_px} ${HEIGHT}`, width: width_px, height: HEIGHT, role: "img", "aria-label": `${sideName(side)} hip over time: ${told}` });
  const plane = { svg, x, y, width_px };
  frame(plane, limits, bottom, top);
  if (trend.length > 1 && limits.mdc_deg !== null) band(plane, trend, limits.mdc_deg);
  points(plane, trend);
  return svg;
}

/**
 * The degrees that both sides' charts show, so that they can be compared by eye.
 * @param {Array<Array<[string, number, number|null, number|null]>>} trends
 * @param {{target_deg: number, typical_deg: number[]}} limits
 * @returns {[number, number]}
 */
export function commonRange(trends, limits) {
  const values = trends.flat().flatMap(([, value, low, high]) => [value, low ?? value, high ?? value]);
  const bottom = Math.floor(Math.min(limits.typical_deg[0], ...values) / STEP_DEG) * STEP_DEG;
  return [bottom, Math.ceil((Math.max(limits.target_deg, ...values) + 3) / STEP_DEG) * STEP_DEG];
}

function frame({ svg, y, width_px }, limits, bottom, top) {
  const right = width_px - ROOM.right;
  const [low, high] = limits.typical_deg;
  svg.append(draw("rect", { class: "usual", x: ROOM.left, width: right - ROOM.left, y: y(high), height: y(low) - y(high) }));
  for (let value = bottom; value <= top; value += STEP_DEG) {
    svg.append(draw("line", { class: "grid", x1: ROOM.left, x2: right, y1: y(value), y2: y(value) }));
    svg.append(draw("text", { class: "tick", x: ROOM.left - 6, y: y(value) + 4, "text-anchor": "end" }, `${String(value).replace("-", "−")}°`));
  }
  svg.append(draw("line", { class: "goal", x1: ROOM.left, x2: right, y1: y(limits.target_deg), y2: y(limits.target_deg) }));
  svg.append(draw("text", { class: "tick", x: ROOM.left + 4, y: y(limits.target_deg) - 5 }, `target ${limits.target_deg}°`));
}

/** From the visit before the last one: what lies inside is within measurement error. */
function band({ svg, x, y, width_px }, trend, mdc_deg) {
  const place = trend.length - 2;
  const value = trend[place][1];
  const right = width_px - ROOM.right;
  svg.append(draw("rect", { class: "mdc", x: x(place), width: right - x(place), y: y(value + mdc_deg), height: y(value - mdc_deg) - y(value + mdc_deg) }));
  svg.append(draw("line", { class: "level", x1: x(place), x2: right, y1: y(value), y2: y(value) }));
}

function points({ svg, x, y }, trend) {
  svg.append(draw("polyline", { points: trend.map((row, place) => `${x(place)},${y(row[1])}`).join(" ") }));
  trend.forEach(([on, value, low, high], place) => {
    if (low !== null && high !== null) svg.append(draw("path", { class: "spread", d: `M${x(place)} ${y(low)}V${y(high)}M${x(place) - 5} ${y(low)}h10M${x(place) - 5} ${y(high)}h10` }));
    svg.append(draw("circle", { cx: x(place), cy: y(value), r: 5 }));
    const last = place === trend.length - 1;
    if (last || place === 0 || trend.length <= CROWDED) {
      svg.append(draw("text", { class: "value", x: x(place) + (last && place ? 0 : 9), y: y(value) - (last && place ? 8 + LIFT_PX : 8), "text-anchor": last && place ? "middle" : "start" }, angle(value)));
      svg.append(draw("text", { class: "tick", x: x(place), y: HEIGHT - 12, "text-anchor": "middle" }, day(on)));
    }
  });
}
