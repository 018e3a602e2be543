/** What lies under and over the curve: usual range, target, start, holds, and the automatic ones. */

import { angle } from "../shared/numbers.js";

const INK = "#1f2933";
const MUTED = "#616e7c";
const ROOM_PX = 60;

/**
 * Paint what lies under the lines.
 * @param {any} plot uPlot
 * @param {import("./store.js").ClipStore} store
 * @param {import("./edit.js").Edit} edit
 * @returns {void}
 */
export function paintBelow(plot, store, edit) {
  const side = store.curves.sides[store.side];
  plot.ctx.save();
  within(plot);
  band(plot, side.typical_deg, "rgba(0, 158, 115, .16)");
  const still = edit.target === "start" && edit.pending ? edit.handles.map((handle) => plot.data[0][handle.row]) : side.start_span_s;
  if (still) stretch(plot, still, "rgba(86, 180, 233, .32)");
  const rep = edit.rep;
  if (rep) stretch(plot, [edge(edit, "begin", plot), edge(edit, "end", plot)], "rgba(31, 41, 51, .045)");
  level(plot, 0, MUTED, []);
  level(plot, side.target_deg, INK, [6, 4]);
  plot.ctx.restore();
}

/**
 * Paint what lies over the lines.
 * @param {any} plot uPlot
 * @param {import("./store.js").ClipStore} store
 * @param {import("./edit.js").Edit} edit
 * @returns {void}
 */
export function paintAbove(plot, store, edit) {
  plot.ctx.save();
  within(plot);
  for (const rep of store.reps) {
    const automatic = store.automaticRep(rep.number);
    if (automatic && String(automatic.plateau_s) !== String(rep.plateau_s)) outline(plot, automatic);
    const held_s = edit.rep === rep && edit.pending ? [edge(edit, "hold_from", plot), edge(edit, "hold_to", plot)] : rep.plateau_s;
    hold(plot, rep, held_s);
  }
  plot.ctx.restore();
  const side = store.curves.sides[store.side];
  if (plot.over.clientWidth + ROOM_PX * 2 < plot.width) names(plot, side);
}

function within(plot) {
  plot.ctx.beginPath();
  plot.ctx.rect(plot.bbox.left, plot.bbox.top, plot.bbox.width, plot.bbox.height);
  plot.ctx.clip();
}

function edge(edit, name, plot) {
  return plot.data[0][edit.handles.find((handle) => handle.name === name).row];
}

function band(plot, [low_deg, high_deg], colour) {
  const top = plot.valToPos(high_deg, "y", true);
  plot.ctx.fillStyle = colour;
  plot.ctx.fillRect(plot.bbox.left, top, plot.bbox.width, plot.valToPos(low_deg, "y", true) - top);
}

function stretch(plot, [from_s, to_s], colour) {
  const left = plot.valToPos(from_s, "x", true);
  plot.ctx.fillStyle = colour;
  plot.ctx.fillRect(left, plot.bbox.top, Math.max(2, plot.valToPos(to_s, "x", true) - left), plot.bbox.height);
}

function level(plot, value_deg, colour, dashes) {
  const y = plot.valToPos(value_deg, "y", true);
  plot.ctx.save();
  plot.ctx.setLineDash(dashes.map((dash) => dash * devicePixelRatio));
  plot.ctx.strokeStyle = colour;
  plot.ctx.lineWidth = devicePixelRatio * (dashes.length ? 1.4 : 1);
  plot.ctx.beginPath();
  plot.ctx.moveTo(plot.bbox.left, y);
  plot.ctx.lineTo(plot.bbox.left + plot.bbox.width, y);
  plot.ctx.stroke();
  plot.ctx.restore();
}

function hold(plot, rep, [from_s, to_s]) {
  if (rep.rotation_deg === null) return;
  const { ctx } = plot;
  const colour = rep.valid ? INK : MUTED;
  const left = plot.valToPos(from_s, "x", true);
  const right = Math.max(left + 2, plot.valToPos(to_s, "x", true));
  const y = plot.valToPos(rep.rotation_deg, "y", true);
  const [low, high] = rep.interval_deg.map((limit) => plot.valToPos(limit, "y", true));
  ctx.save();
  ctx.globalAlpha = 0.2;
  ctx.fillStyle = colour;
  ctx.fillRect(left, high, right - left, low - high);
  ctx.globalAlpha = 1;
  ctx.fillRect(left, y - 1.75 * devicePixelRatio, right - left, 3.5 * devicePixelRatio);
  const text = rep.valid ? angle(rep.rotation_deg) : `(${angle(rep.rotation_deg)})`;
  label(plot, text, (left + right) / 2, Math.min(high, y) - 6 * devicePixelRatio, colour);
  ctx.restore();
}

function label(plot, text, x, y, colour) {
  const { ctx } = plot;
  ctx.font = `700 ${13 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textAlign = "center";
  ctx.textBaseline = "bottom";
  ctx.lineWidth = 4 * devicePixelRatio;
  ctx.lineJoin = "round";
  ctx.strokeStyle = "rgba(255, 255, 255, .9)";
  ctx.strokeText(text, x, y);
  ctx.fillStyle = colour;
  ctx.fillText(text, x, y);
}

/** Where the machine saw the hold. */
function outline(plot, rep) {
  const left = plot.valToPos(rep.plateau_s[0], "x", true);
  const [low, high] = rep.interval_deg.map((limit) => plot.valToPos(limit, "y", true));
  plot.ctx.save();
  plot.ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
  plot.ctx.strokeStyle = MUTED;
  plot.ctx.lineWidth = 1.5 * devicePixelRatio;
  plot.ctx.strokeRect(left, high, plot.valToPos(rep.plateau_s[1], "x", true) - left, low - high);
  plot.ctx.restore();
}

function names(plot, side) {
  const { ctx } = plot;
  const left = plot.bbox.left + plot.bbox.width + 8 * devicePixelRatio;
  ctx.save();
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  ctx.fillStyle = INK;
  ctx.font = `600 ${12 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.fillText(`target ${side.target_deg}°`, left, plot.valToPos(side.target_deg, "y", true));
  ctx.font = `${12 * devicePixelRatio}px system-ui, sans-serif`;
  const [low, high] = side.typical_deg;
  ctx.fillText(`usual ${low}–${high}°`, left, plot.valToPos((low + high) / 2, "y", true));
  ctx.restore();
}
