/** Lines over the video: trunk, pelvis, and the shank against its start. */

import { clearCanvas, drawLine, drawText } from "../shared/canvas.js";
import { byId } from "../shared/dom.js";
import { angle } from "../shared/numbers.js";

const POINTS = ["hip_px", "knee_px", "ankle_px"];
const BLUE = "#56b4e9";
const YELLOW = "#f0e442";
const MIN_LABEL_DEG = 1.5;
const ARC_SHARE = 0.55; // radius of the arc, of the shank's length
const LABEL_SHARE = 0.34; // distance of the label from the shank, of its length
const LABEL_PX = 44; // at least

/**
 * Return the points of the leg shown in one frame, with those that were moved by hand.
 * @param {import("./store.js").ClipStore} store
 * @param {number} row
 * @returns {Object<string, number[]|null>} pixels of the analysed picture; null if not found
 */
export function legPoints({ side, curves, analysis }, row) {
  const points = Object.fromEntries(POINTS.map((name) => [name, curves.landmarks[side][name][row]]));
  for (const { kind, withdrawn, side: corrected, after } of analysis.corrections) {
    if (kind !== "landmark" || withdrawn || corrected !== side || after.row !== row) continue;
    for (const name of POINTS) if (after[name]) points[name] = after[name];
  }
  return points;
}

/** The drawing over the video. */
export class Overlay {
  /**
   * @param {import("./store.js").ClipStore} store
   * @param {import("./playhead.js").Playhead} head
   */
  constructor(store, head) {
    this.store = store;
    this.head = head;
    this.visible = true;
    store.addEventListener("change", () => this.draw());
    head.addEventListener("frame", () => this.draw());
    new ResizeObserver(() => this.draw()).observe(byId("player"));
    byId("show-lines").addEventListener("click", () => this.toggle());
  }

  /** Show or hide the lines. */
  toggle() {
    this.visible = !this.visible;
    byId("show-lines").setAttribute("aria-pressed", String(this.visible));
    byId("readout").hidden = !this.visible;
    this.draw();
  }

  /** Draw the frame shown. */
  draw() {
    const { store } = this;
    const { pen, density } = clearCanvas(byId("overlay"));
    if (!this.visible || !store.sides.length) return;
    const scale = pen.canvas.width / store.curves.size_px[0];
    this.#drawTrunk(pen, scale, density);
    this.#drawShank(pen, scale, density);
  }

  #drawTrunk(pen, scale, density) {
    const { shoulders_px, hips_px } = this.store.curves.trunk;
    const pairs = [shoulders_px, hips_px].map((pair) => pair.map((points) => points[this.head.row]));
    if (pairs.flat().some((point) => !point)) return;
    const scaled = pairs.map((pair) => pair.map((point) => point.map((value) => value * scale)));
    const middles = scaled.map(([one, other]) => [(one[0] + other[0]) / 2, (one[1] + other[1]) / 2]);
    for (const [from, to] of [...scaled, middles]) drawLine(pen, from, to, { width: 2 * density, colour: BLUE });
    for (const point of scaled.flat()) drawDot(pen, point, 3.4 * density, BLUE);
  }

  /** Draw the shank at the start, dashed, and turned by the angle measured in this frame. */
  #drawShank(pen, scale, density) {
    const { store, head } = this;
    const leg = legPoints(store, head.row);
    const start = startShank(store)?.map((value) => value * scale);
    const value_deg = store.curve?.rotation_deg[head.row] ?? null;
    if (!leg.knee_px || !start || value_deg === null) return;
    const sign = store.curves.internal_sign[store.side];
    const knee = leg.knee_px.map((value) => value * scale);
    const now = rotated(start, sign * value_deg);
    const from = (shank, share = 1) => [knee[0] + share * shank[0], knee[1] + share * shank[1]];
    pen.beginPath();
    pen.moveTo(...knee);
    pen.arc(...knee, ARC_SHARE * Math.hypot(...start), Math.atan2(start[1], start[0]), Math.atan2(now[1], now[0]), sign * value_deg < 0);
    pen.closePath();
    pen.fillStyle = "rgba(240, 228, 66, .35)";
    pen.fill();
    if (leg.hip_px) drawLine(pen, leg.hip_px.map((value) => value * scale), knee, { width: 2 * density, colour: BLUE });
    pen.setLineDash([6 * density, 6 * density]);
    drawLine(pen, knee, from(start), { width: 2.5 * density, colour: "#fff" });
    pen.setLineDash([]);
    drawLine(pen, knee, from(now), { width: 3.5 * density, colour: YELLOW });
    drawDot(pen, knee, 5 * density, YELLOW);
    if (Math.abs(value_deg) < MIN_LABEL_DEG) return;
    const [x, y] = from(now, ARC_SHARE);
    const outwards = sign * Math.max(LABEL_SHARE, (LABEL_PX * density) / Math.hypot(...now));
    drawText(pen, angle(value_deg), [x - outwards * now[1], y + outwards * now[0]], 19 * density);
  }
}

/** Return the median vector from knee to ankle during the start position, in picture pixels; null without one. */
function startShank(store) {
  const span_s = store.curve?.start_span_s;
  if (!span_s) return null;
  const shanks = store.times_s
    .map((time_s, row) => (time_s >= span_s[0] && time_s <= span_s[1] ? legPoints(store, row) : null))
    .filter((leg) => leg?.knee_px && leg.ankle_px)
    .map(({ knee_px, ankle_px }) => [ankle_px[0] - knee_px[0], ankle_px[1] - knee_px[1]]);
  return shanks.length ? [0, 1].map((axis) => median(shanks.map((shank) => shank[axis]))) : null;
}

/** Rotate a vector in picture axes (x right, y down): a positive angle is clockwise as displayed. */
function rotated([x, y], angle_deg) {
  const angle_rad = (angle_deg * Math.PI) / 180;
  return [x * Math.cos(angle_rad) - y * Math.sin(angle_rad), x * Math.sin(angle_rad) + y * Math.cos(angle_rad)];
}

function median(values) {
  const ascending = [...values].sort((one, other) => one - other);
  return ascending[ascending.length >> 1];
}

function drawDot(pen, point, radius, colour) {
  pen.beginPath();
  pen.arc(...point, radius, 0, 2 * Math.PI);
  pen.fillStyle = colour;
  pen.fill();
}
