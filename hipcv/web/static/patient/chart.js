/** Trend chart of one side: visits with their intervals, and the band of the minimal detectable change. */

import { makeSvg } from "../shared/dom.js";
import { hipName, markName, notCounted as notCountedText } from "../shared/labels.js";
import { _, format } from "../shared/language.js";
import { angle, day, interval, signed, whole } from "../shared/numbers.js";

const HEIGHT_PX = 250;
const MARGIN_PX = { left: 40, right: 16, top: 26, bottom: 34 };
const INSET_PX = 20; // of the first and the last visit
const STEP_DEG = 10;
const DIGIT_PX = 7; // of a date
const GAP_PX = 12;
const VALUE_PX = 64; // between visits whose angles are both shown
const CROSS_PX = 5; // half its width
const DOUBTFUL = ["provisional", "not_signed_off"];

/**
 * Draw the chart.
 * @param {string} side
 * @param {Array<[string, number, number|null, number|null, string[]]>} trend date, angle, its interval, marks
 * @param {Array<[string, string]>} notCounted date and reason of the visits without a number
 * @param {{target_deg: number, typical_deg: number[]|null, mdc_deg: number|null, range_deg: number[]}} limits
 * @param {number} width_px
 * @returns {SVGElement}
 */
export function trendChart(side, trend, notCounted, limits, width_px) {
  const [bottom_deg, top_deg] = limits.range_deg;
  const days_ms = trend.map(([on]) => Date.parse(on));
  const all_ms = [...days_ms, ...notCounted.map(([on]) => Date.parse(on))];
  const first_ms = Math.min(...all_ms);
  const span_ms = Math.max(...all_ms) - first_ms;
  const inner_px = width_px - MARGIN_PX.left - MARGIN_PX.right - 2 * INSET_PX;
  const xOf = (day_ms) => MARGIN_PX.left + INSET_PX + inner_px * (span_ms ? (day_ms - first_ms) / span_ms : 0.5);
  const x = (index) => xOf(days_ms[index]);
  const y = (value_deg) => HEIGHT_PX - MARGIN_PX.bottom - ((value_deg - bottom_deg) / (top_deg - bottom_deg)) * (HEIGHT_PX - MARGIN_PX.top - MARGIN_PX.bottom);
  const scales = { x, y, left: MARGIN_PX.left, right: width_px - MARGIN_PX.right };
  const text = [
    ...trend.map(([on, value_deg, low_deg, high_deg, marks]) => [`${day(on)} ${angle(value_deg)}`, format(_("interval {limits}"), { limits: interval([low_deg, high_deg]) }), ...marks.map(markName)].join(", ")),
    ...notCounted.map(([on, why]) => `${day(on)} ${notCountedText({ why })}`),
  ].join("; ");
  return makeSvg("svg", { class: `trend-chart ${side}`, viewBox: `0 0 ${width_px} ${HEIGHT_PX}`, width: width_px, height: HEIGHT_PX, role: "img", "aria-label": format(_("{hip} over time: {values}"), { hip: hipName(side), values: text }) },
    ...background(scales, limits), ...changeBand(scales, trend, limits.mdc_deg),
    makeSvg("polyline", { points: trend.map(([, value_deg], index) => `${x(index)},${y(value_deg)}`).join(" ") }),
    ...trend.flatMap((row, index) => visit(scales, row, index)), ...labels(scales, trend), ...crosses(xOf, notCounted));
}

/**
 * Return the range of angles that the charts of both sides share, so that they can be compared by eye.
 * @param {Array<Array<[string, number, number|null, number|null, string[]]>>} trends
 * @param {{target_deg: number, typical_deg: number[]|null}} limits
 * @returns {[number, number]}
 */
export function commonRange(trends, limits) {
  const values_deg = trends.flat().flatMap(([, value_deg, low_deg, high_deg]) => [value_deg, low_deg ?? value_deg, high_deg ?? value_deg]);
  const bottom_deg = Math.floor(Math.min(limits.typical_deg?.[0] ?? limits.target_deg, ...values_deg) / STEP_DEG) * STEP_DEG;
  return [bottom_deg, Math.ceil((Math.max(limits.target_deg, ...values_deg) + 3) / STEP_DEG) * STEP_DEG];
}

/** Draw the range of two in three adults, unless a minor is tested, the grid and the target. */
function background({ y, left, right }, { typical_deg, target_deg, range_deg }) {
  const level = (className, value_deg) => makeSvg("line", { class: className, x1: left, x2: right, y1: y(value_deg), y2: y(value_deg) });
  const grid = [];
  for (let value_deg = range_deg[0]; value_deg <= range_deg[1]; value_deg += STEP_DEG) {
    grid.push(level("grid", value_deg), makeSvg("text", { class: "tick", x: left - 6, y: y(value_deg) + 4, "text-anchor": "end" }, signed(value_deg, "°", 0)));
  }
  return [
    typical_deg && makeSvg("rect", { class: "usual", x: left, width: right - left, y: y(typical_deg[1]), height: y(typical_deg[0]) - y(typical_deg[1]) }),
    ...grid, level("goal", target_deg),
    makeSvg("text", { class: "tick", x: left + 4, y: y(target_deg) - 5 }, format(_("target {angle}"), { angle: whole(target_deg) })),
  ];
}

/** Draw the band around the last but one visit within which a change is measurement error. */
function changeBand({ x, y }, trend, mdc_deg) {
  if (trend.length < 2 || mdc_deg === null) return [];
  const left = x(trend.length - 2);
  const right = x(trend.length - 1) + INSET_PX;
  const [, value_deg] = trend.at(-2);
  return [
    makeSvg("rect", { class: "mdc", x: left, width: right - left, y: y(value_deg + mdc_deg), height: y(value_deg - mdc_deg) - y(value_deg + mdc_deg) }),
    makeSvg("line", { class: "level", x1: left, x2: right, y1: y(value_deg), y2: y(value_deg) }),
  ];
}

/** Draw a cross at the foot of the chart for every visit without a number. */
function crosses(xOf, notCounted) {
  return notCounted.flatMap(([on]) => {
    const at = xOf(Date.parse(on));
    const foot = HEIGHT_PX - MARGIN_PX.bottom - CROSS_PX - 2;
    return [
      makeSvg("path", { class: "cross", d: `M${at - CROSS_PX} ${foot - CROSS_PX}L${at + CROSS_PX} ${foot + CROSS_PX}M${at - CROSS_PX} ${foot + CROSS_PX}L${at + CROSS_PX} ${foot - CROSS_PX}` }),
      makeSvg("text", { class: "tick", x: at, y: foot - CROSS_PX - 5, "text-anchor": "middle" }, _("not counted")),
    ];
  });
}

function visit({ x, y }, [, value_deg, low_deg, high_deg, marks], index) {
  const at = x(index);
  return [
    low_deg === null || high_deg === null ? null : makeSvg("path", { class: "spread", d: `M${at} ${y(low_deg)}V${y(high_deg)}M${at - 5} ${y(low_deg)}h10M${at - 5} ${y(high_deg)}h10` }),
    makeSvg("circle", { class: marks.some((mark) => DOUBTFUL.includes(mark)) ? "doubtful" : "", cx: at, cy: y(value_deg), r: 5 }),
  ];
}

/** Label the last visit, and the others where angle and date fit. */
function labels({ x, y, left, right }, trend) {
  const last = trend.length - 1;
  let free_px = 0;
  return trend.flatMap(([on, value_deg], index) => {
    const half_px = (DIGIT_PX * day(on).length) / 2;
    const at = Math.max(left + half_px, Math.min(right - half_px, x(index)));
    const dated = index === last || (at - half_px >= free_px && at + half_px + GAP_PX <= x(last) - half_px);
    if (dated) free_px = at + half_px + GAP_PX;
    const value = index === last && last > 0 ? { x: x(last) - 9, y: y(value_deg) - 8, "text-anchor": "end" } : { x: x(index) + 9, y: y(value_deg) - 8 };
    return [
      index < last && x(index + 1) - x(index) < VALUE_PX ? null : makeSvg("text", { class: "value", ...value }, angle(value_deg)),
      dated ? makeSvg("text", { class: "tick", x: at, y: HEIGHT_PX - 12, "text-anchor": "middle" }, day(on)) : null,
    ];
  });
}
