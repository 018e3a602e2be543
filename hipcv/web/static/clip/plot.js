/** Look of the plots of angles over time: axes, margins and series. */

import { signed, significant } from "../shared/numbers.js";
import { colour } from "../shared/theme.js";

const NARROW_PX = 620;
const FONT = "12px system-ui, sans-serif";

/**
 * Return the space left and right of the plot; what is drawn below it has the same.
 * @param {number} width_px
 * @returns {{left_px: number, right_px: number}}
 */
export function gutters(width_px) {
  return width_px < NARROW_PX ? { left_px: 36, right_px: 10 } : { left_px: 146, right_px: 118 };
}

/**
 * Return the options of a plot of angles over time.
 * @param {{width_px: number, padding_px: number, window_s: () => number[], range_deg: number[]}} frame padding_px: over the plot
 * @param {Object[]} series
 * @param {Object<string, Function[]>} hooks
 * @returns {Object} options of uPlot
 */
export function plotOptions({ width_px, padding_px, window_s, range_deg }, series, hooks) {
  const { left_px, right_px } = gutters(width_px);
  const axis = { stroke: colour("muted"), grid: { stroke: colour("grid"), width: 1 }, ticks: { show: false }, font: FONT };
  return {
    width: width_px,
    height: (width_px < NARROW_PX ? 230 : 260) + padding_px,
    padding: [padding_px, right_px, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
    scales: { x: { time: false, range: window_s }, y: { range: range_deg } },
    axes: [
      { ...axis, size: 30, values: (_plot, ticks) => ticks.map((tick) => `${significant(tick, 4)} s`) },
      { ...axis, size: left_px, values: (_plot, ticks) => ticks.map((tick) => signed(tick, "°", 0)) },
    ],
    series: [{}, ...series],
    hooks,
  };
}

/**
 * Return the two series of a curve, as `bySource` divides its angles.
 * @param {string} stroke colour
 * @returns {Object[]}
 */
export function lines(stroke) {
  return [line(stroke, 2.4), { ...line(stroke, 1.5), dash: [5, 3] }];
}

/**
 * Return a series without points.
 * @param {string} stroke colour
 * @param {number} width
 * @returns {Object}
 */
export function line(stroke, width) {
  return { stroke, width, points: { show: false } };
}

/**
 * Tell whether an angle was read, and not from the outline.
 * @param {string} source
 * @returns {boolean}
 */
export function isSurrogate(source) {
  return source === "bridged" || source === "landmarks";
}

/**
 * Return the angles where the outline was tracked, and the others with a frame more at each end to join them.
 * @param {{rotation_deg: Array<number|null>, source: string[]}} curve
 * @returns {Array<Array<number|null>>}
 */
export function bySource({ rotation_deg, source }) {
  const other = source.map(isSurrogate);
  return [
    rotation_deg.map((value_deg, row) => (source[row] === "outline" ? value_deg : null)),
    rotation_deg.map((value_deg, row) => (other[row - 1] || other[row] || other[row + 1] ? value_deg : null)),
  ];
}
