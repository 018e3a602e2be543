/** Background and marks of the plot: range of two in three adults, target, start, and the current and automatic holds. */

import { _, format } from "../shared/language.js";
import { angle, band, whole } from "../shared/numbers.js";
import { colour } from "../shared/theme.js";

const LINE_PX = 15; // between two lines of text
const LABEL_PX = 60;

/**
 * Paint below the curves.
 * @param {any} plot uPlot
 * @param {import("./store.js").ClipStore} store
 * @param {import("./edit.js").Edit} edit
 */
export function paintBelow(plot, { curve }, edit) {
  clipped(plot, () => {
    if (curve.typical_deg) fillRect(plot, null, curve.typical_deg, colour("usual-area"));
    const adjusted_s = edit.target === "start" && edit.hasChanges ? edit.handles.map((handle) => plot.data[0][handle.row]) : null;
    const start_s = adjusted_s ?? curve.start_span_s;
    if (start_s) fillRect(plot, start_s, null, colour("start-area"));
    if (edit.rep) fillRect(plot, [handleTime(plot, edit, "begin"), handleTime(plot, edit, "end")], null, colour("rep-area"));
    strokeLevel(plot, 0, colour("muted"), []);
    strokeLevel(plot, curve.target_deg, colour("ink"), [6, 4]);
  });
}

/**
 * Paint above the curves.
 * @param {any} plot uPlot
 * @param {import("./store.js").ClipStore} store
 * @param {import("./edit.js").Edit} edit
 */
export function paintAbove(plot, store, edit) {
  clipped(plot, () => {
    for (const rep of store.reps) {
      const automatic = store.automaticRep(rep.number);
      if (automatic && String(automatic.plateau_s) !== String(rep.plateau_s)) paintAutomaticHold(plot, automatic);
      const adjusted = edit.rep === rep && edit.hasChanges;
      const span_s = adjusted ? [handleTime(plot, edit, "hold_from"), handleTime(plot, edit, "hold_to")] : rep.plateau_s;
      paintHold(plot, rep, span_s);
      paintSecondReading(plot, rep, span_s);
    }
  });
  paintLabels(plot, store.curve);
}

/**
 * Paint within the plot alone.
 * @param {any} plot uPlot
 * @param {() => void} paint
 */
export function clipped(plot, paint) {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  paint();
  ctx.restore();
}

function handleTime(plot, edit, name) {
  return plot.data[0][edit.handles.find((handle) => handle.name === name).row];
}

/** Return a rectangle in device pixels; null stands for the whole height or width of the plot. */
function rectangle({ bbox, valToPos }, span_s, range_deg) {
  const [left, right] = span_s ? span_s.map((time_s) => valToPos(time_s, "x", true)) : [bbox.left, bbox.left + bbox.width];
  const [bottom, top] = range_deg ? range_deg.map((value_deg) => valToPos(value_deg, "y", true)) : [bbox.top + bbox.height, bbox.top];
  return [left, top, Math.max(2, right - left), bottom - top];
}

function fillRect(plot, span_s, range_deg, fillStyle) {
  plot.ctx.fillStyle = fillStyle;
  plot.ctx.fillRect(...rectangle(plot, span_s, range_deg));
}

function strokeLevel({ ctx, bbox, valToPos }, value_deg, strokeStyle, dashes) {
  const y = valToPos(value_deg, "y", true);
  ctx.setLineDash(dashes.map((dash) => dash * devicePixelRatio));
  ctx.strokeStyle = strokeStyle;
  ctx.lineWidth = devicePixelRatio * (dashes.length ? 1.4 : 1);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
}

/**
 * Mark the rotation and the interval of a repetition over its hold.
 * @param {any} plot uPlot
 * @param {{rotation_deg: number|null, interval_deg: number[], valid: boolean}} rep
 * @param {number[]} span_s of the hold, as the plot counts time
 * @param {string} ink colour
 */
export function paintHold(plot, rep, span_s, ink = colour(rep.valid ? "ink" : "muted")) {
  if (rep.rotation_deg === null) return;
  const { ctx } = plot;
  const [left, top, width] = rectangle(plot, span_s, rep.interval_deg);
  const y = plot.valToPos(rep.rotation_deg, "y", true);
  ctx.globalAlpha = 0.2;
  fillRect(plot, span_s, rep.interval_deg, ink);
  ctx.globalAlpha = 1;
  ctx.fillRect(left, y - 1.75 * devicePixelRatio, width, 3.5 * devicePixelRatio);
  const text = rep.valid ? angle(rep.rotation_deg) : `(${angle(rep.rotation_deg)})`;
  Object.assign(ctx, { font: `700 ${13 * devicePixelRatio}px system-ui, sans-serif`, textAlign: "center", textBaseline: "bottom", lineJoin: "round" });
  Object.assign(ctx, { lineWidth: 4 * devicePixelRatio, strokeStyle: colour("paper"), fillStyle: ink });
  const position = [left + width / 2, Math.min(top, y) - 6 * devicePixelRatio];
  ctx.strokeText(text, ...position);
  ctx.fillText(text, ...position);
}

/** Mark the reading by masks, where there is one, in the middle of the hold. */
function paintSecondReading(plot, { witness_deg = null }, span_s) {
  if (witness_deg === null) return;
  const { ctx } = plot;
  const [left, top, width] = rectangle(plot, span_s, [witness_deg, witness_deg]);
  const size = 4 * devicePixelRatio;
  ctx.beginPath();
  for (const [x, y] of [[0, -size], [size, 0], [0, size], [-size, 0]]) ctx.lineTo(left + width / 2 + x, top + y);
  ctx.closePath();
  Object.assign(ctx, { fillStyle: colour("paper"), strokeStyle: colour("ink"), lineWidth: devicePixelRatio });
  ctx.fill();
  ctx.stroke();
}

function paintAutomaticHold(plot, rep) {
  plot.ctx.save();
  plot.ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
  plot.ctx.strokeStyle = colour("muted");
  plot.ctx.lineWidth = 1.5 * devicePixelRatio;
  plot.ctx.strokeRect(...rectangle(plot, rep.plateau_s, rep.interval_deg));
  plot.ctx.restore();
}

/**
 * Name the target and the range of two in three adults at the right of the plot, where there is room.
 * @param {any} plot uPlot
 * @param {{target_deg: number, typical_deg: number[]|null}} curve
 */
export function paintLabels({ ctx, bbox, valToPos, over, width }, { target_deg, typical_deg }) {
  if (over.clientWidth + LABEL_PX * 2 >= width) return;
  const left = bbox.left + bbox.width + 8 * devicePixelRatio;
  const write = (text, value_deg, weight, line = 0) => {
    ctx.font = `${weight} ${12 * devicePixelRatio}px system-ui, sans-serif`;
    ctx.fillText(text, left, valToPos(value_deg, "y", true) + line * LINE_PX * devicePixelRatio);
  };
  ctx.save();
  Object.assign(ctx, { textAlign: "left", textBaseline: "middle", fillStyle: colour("ink") });
  write(format(_("target {angle}"), { angle: whole(target_deg) }), target_deg, 600);
  if (typical_deg) {
    const middle_deg = (typical_deg[0] + typical_deg[1]) / 2;
    write(_("two in three"), middle_deg, 400, -0.5);
    write(format(_("adults {band}"), { band: band(typical_deg.map(Math.round)) }), middle_deg, 400, 0.5);
  }
  ctx.restore();
}
