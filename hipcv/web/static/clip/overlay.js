/** Lines over the video: trunk, pelvis, and the shank against its start. */

import { clearCanvas, drawLine, drawText } from "../shared/canvas.js";
import { byId } from "../shared/dom.js";
import { angle } from "../shared/numbers.js";
import { colour } from "../shared/theme.js";

const POINTS = ["hip_px", "knee_px", "ankle_px"];
const WHITE = colour("video-ink");
const BLUE = colour("video-sky");
const YELLOW = colour("video-yellow");
const MIN_LABEL_DEG = 1.5;
const ARC_SHARE = 0.55; // radius of the arc, of the shank's length
const LABEL_SHARE = 0.34; // distance of the label from the shank, of its length
const LABEL_PX = 44; // at least
const SHANK_PX = 3.5; // width of the shank where its outline was tracked
const SURROGATE_PX = 2; // elsewhere

/**
 * Return the points of the leg shown in one frame, with those that were moved by hand.
 * @param {import("./measurement.js").Measurement} store
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
   * @param {import("./measurement.js").Measurement} store
   * @param {import("./playhead.js").Playhead} head
   * @param {{player: HTMLElement, canvas: HTMLCanvasElement, readout: HTMLElement}} elements
   * @param {import("./viewport.js").Viewport|null} viewport null: the player always shows the whole picture
   */
  constructor(store, head, elements, viewport = null) {
    this.store = store;
    this.head = head;
    this.elements = elements;
    this.viewport = viewport;
    this.visible = true;
    store.addEventListener("change", () => this.draw());
    head.addEventListener("frame", () => this.draw());
    viewport?.addEventListener("change", () => this.draw());
    new ResizeObserver(() => this.draw()).observe(elements.player);
    byId("show-lines").addEventListener("click", () => this.toggle());
  }

  /** Show or hide the lines. */
  toggle() {
    this.visible = !this.visible;
    byId("show-lines").setAttribute("aria-pressed", String(this.visible));
    this.elements.readout.hidden = !this.visible;
    this.draw();
  }

  /** Draw the frame shown. */
  draw() {
    const { store } = this;
    const { pen, density } = clearCanvas(this.elements.canvas);
    if (!this.visible || !store.sides.length) return;
    const place = (point_px) => this.#toPlayer(point_px).map((value) => value * density);
    this.#drawTrunk(pen, place, density);
    this.#drawShank(pen, place, density);
  }

  #toPlayer(point_px) {
    const scale = this.elements.canvas.clientWidth / this.store.curves.size_px[0];
    return this.viewport?.toPlayer(point_px) ?? point_px.map((value) => value * scale);
  }

  #drawTrunk(pen, place, density) {
    const { shoulders_px, hips_px } = this.store.curves.trunk;
    const pairs = [shoulders_px, hips_px].map((pair) => pair.map((points) => points[this.head.row]));
    if (pairs.flat().some((point) => !point)) return;
    const scaled = pairs.map((pair) => pair.map(place));
    const middles = scaled.map(([one, other]) => [(one[0] + other[0]) / 2, (one[1] + other[1]) / 2]);
    for (const [from, to] of [...scaled, middles]) drawLine(pen, from, to, { width: 2 * density, colour: BLUE });
    for (const point of scaled.flat()) drawDot(pen, point, 3.4 * density, BLUE);
  }

  /** Draw the shank as it lies in this frame, and dashed as it hung at the start. */
  #drawShank(pen, place, density) {
    const { store, head } = this;
    const lines = shankLines(store, head.row)?.map(place);
    if (!lines) return;
    const [knee, now, start] = lines;
    const value_deg = store.curve.rotation_deg[head.row];
    const [along, before] = [now, start].map((end) => [end[0] - knee[0], end[1] - knee[1]]);
    const length = Math.hypot(...along);
    const isAnticlockwise = before[0] * along[1] - before[1] * along[0] < 0; // as displayed
    pen.beginPath();
    pen.moveTo(...knee);
    pen.arc(...knee, ARC_SHARE * length, Math.atan2(before[1], before[0]), Math.atan2(along[1], along[0]), isAnticlockwise);
    pen.closePath();
    pen.fillStyle = "rgba(240, 228, 66, .35)";
    pen.fill();
    const { hip_px } = legPoints(store, head.row);
    if (hip_px) drawLine(pen, place(hip_px), knee, { width: 2 * density, colour: BLUE });
    pen.setLineDash([6 * density, 6 * density]);
    drawLine(pen, knee, start, { width: 2.5 * density, colour: WHITE });
    pen.setLineDash([]);
    const width = store.curve.source[head.row] === "outline" ? SHANK_PX : SURROGATE_PX;
    drawLine(pen, knee, now, { width: width * density, colour: YELLOW });
    drawDot(pen, knee, 5 * density, YELLOW);
    if (Math.abs(value_deg) < MIN_LABEL_DEG) return;
    const [x, y] = [0, 1].map((axis) => knee[axis] + ARC_SHARE * along[axis]);
    const outwards = store.curves.internal_sign[store.side] * Math.max(LABEL_SHARE, (LABEL_PX * density) / length);
    drawText(pen, angle(value_deg), [x - outwards * along[1], y + outwards * along[0]], 19 * density);
  }
}

/**
 * Return the shank in one frame: knee, far end now, and far end at the start. They begin at a knee that was moved by hand.
 * @returns {number[][]|null} pixels of the analysed picture; null where no angle was read
 */
function shankLines(store, row) {
  const { knee_px, shank_px, start_shank_px } = store.curve.shank;
  const lines = [knee_px, shank_px, start_shank_px].map((points) => points[row]);
  if (lines.some((point) => !point)) return null;
  const detected = store.curves.landmarks[store.side].knee_px[row];
  const moved = legPoints(store, row).knee_px;
  if (moved === detected) return lines;
  return lines.map((point) => point.map((value, axis) => value - knee_px[row][axis] + moved[axis]));
}

function drawDot(pen, point, radius, fillStyle) {
  pen.beginPath();
  pen.arc(...point, radius, 0, 2 * Math.PI);
  pen.fillStyle = fillStyle;
  pen.fill();
}
