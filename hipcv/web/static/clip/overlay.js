/** Lines on the picture: trunk, pelvis, and the shank against its start. The angle is the result's. */

import { byId } from "../shared/dom.js";
import { legAt, startShank, turned } from "./leg.js";
import { angle } from "../shared/numbers.js";

const SKY = "#56b4e9";
const YELLOW = "#f0e442";
const DARK = "rgba(15, 23, 32, .75)";
const TOLD_DEG = 1.5;

/** The drawing over the video. */
export class Overlay {
  /**
   * @param {import("./store.js").ClipStore} store
   * @param {import("./playhead.js").Playhead} head
   */
  constructor(store, head) {
    this.store = store;
    this.head = head;
    this.canvas = byId("overlay");
    this.shown = true;
    store.addEventListener("change", () => this.draw());
    head.addEventListener("frame", () => this.draw());
    new ResizeObserver(() => this.draw()).observe(byId("player"));
    byId("drawn").addEventListener("click", () => this.toggle());
  }

  /** @returns {void} */
  toggle() {
    this.shown = !this.shown;
    byId("drawn").setAttribute("aria-pressed", String(this.shown));
    byId("readout").hidden = !this.shown;
    this.draw();
  }

  /** @returns {void} */
  draw() {
    const { canvas, store } = this;
    const box = byId("player").getBoundingClientRect();
    const dense = devicePixelRatio || 1;
    canvas.width = Math.round(box.width * dense);
    canvas.height = Math.round(box.height * dense);
    if (!this.shown || !store.sides.length) return;
    const pen = canvas.getContext("2d");
    const scale = canvas.width / store.curves.size_px[0];
    pen.lineCap = "round";
    this.#trunk(pen, scale, 2 * dense);
    this.#shank(pen, scale, dense);
  }

  #trunk(pen, scale, width) {
    const { trunk } = this.store.curves;
    if (!trunk) return;
    const pairs = [trunk.shoulders_px, trunk.hips_px].map((pair) => pair.map((side) => side[this.head.row]));
    if (pairs.flat().some((point) => !point)) return;
    const middles = pairs.map(([one, other]) => [(one[0] + other[0]) / 2, (one[1] + other[1]) / 2]);
    for (const [from, to] of [...pairs, middles]) line(pen, from, to, { scale, width, colour: SKY });
    for (const point of pairs.flat()) dot(pen, point, { scale, radius: 1.7 * width, colour: SKY });
  }

  #shank(pen, scale, dense) {
    const { store, head } = this;
    const leg = legAt(store, head.row);
    const start = startShank(store);
    const value_deg = store.curves.sides[store.side]?.rotation_deg[head.row];
    if (!leg.knee_px || !start || value_deg === null || value_deg === undefined) return;
    const [x, y] = leg.knee_px;
    const now = turned(start, value_deg, store.side);
    const reach = 0.55 * Math.hypot(...start) * scale;
    const from = Math.atan2(start[1], start[0]);
    const to = Math.atan2(now[1], now[0]);
    pen.beginPath();
    pen.moveTo(x * scale, y * scale);
    pen.arc(x * scale, y * scale, reach, from, to, (value_deg > 0) === (store.side === "left"));
    pen.closePath();
    pen.fillStyle = "rgba(240, 228, 66, .35)";
    pen.fill();
    if (leg.hip_px) line(pen, leg.hip_px, leg.knee_px, { scale, width: 2 * dense, colour: SKY });
    pen.setLineDash([6 * dense, 6 * dense]);
    line(pen, leg.knee_px, [x + start[0], y + start[1]], { scale, width: 2.5 * dense, colour: "#fff" });
    pen.setLineDash([]);
    line(pen, leg.knee_px, [x + now[0], y + now[1]], { scale, width: 3.5 * dense, colour: YELLOW });
    dot(pen, leg.knee_px, { scale, radius: 5 * dense, colour: YELLOW });
    if (Math.abs(value_deg) >= TOLD_DEG) write(pen, angle(value_deg), this.#beside(leg.knee_px, now, scale), 19 * dense);
  }

  /** Outside of the leg, clear of it. */
  #beside([x, y], now, scale) {
    const length = Math.hypot(...now) || 1;
    const out = (this.store.side === "left" ? 1 : -1) / length;
    const clear = 0.34 * length;
    return [(x + 0.55 * now[0] + now[1] * out * clear) * scale, (y + 0.55 * now[1] - now[0] * out * clear) * scale];
  }
}

function line(pen, from, to, { scale, width, colour }) {
  pen.beginPath();
  pen.moveTo(from[0] * scale, from[1] * scale);
  pen.lineTo(to[0] * scale, to[1] * scale);
  pen.strokeStyle = DARK;
  pen.lineWidth = width * 1.9;
  pen.stroke();
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.stroke();
}

function dot(pen, point, { scale, radius, colour }) {
  pen.beginPath();
  pen.arc(point[0] * scale, point[1] * scale, radius, 0, 2 * Math.PI);
  pen.fillStyle = colour;
  pen.fill();
}

function write(pen, text, [x, y], size) {
  pen.font = `700 ${size}px system-ui, sans-serif`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.lineJoin = "round";
  pen.strokeStyle = DARK;
  pen.lineWidth = size / 4;
  pen.strokeText(text, x, y);
  pen.fillStyle = "#fff";
  pen.fillText(text, x, y);
}
