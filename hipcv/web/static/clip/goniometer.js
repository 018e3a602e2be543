/** A goniometer that is laid on the frame by hand; its reading is stored as a note of the clip. */

import { send } from "../shared/api.js";
import { openForm } from "../shared/dialog.js";
import { button, byId, make, makeSvg, setContent } from "../shared/dom.js";
import { SIDES, legName } from "../shared/labels.js";
import { _, format } from "../shared/language.js";
import { angle, seconds } from "../shared/numbers.js";
import { showToast } from "../shared/toast.js";
import { legPoints } from "./overlay.js";
import { PicturePoints } from "./picture_points.js";

const NAMES = { proximal_px: _("Proximal arm"), vertex_px: _("Vertex"), distal_px: _("Distal arm") };
const LONGEST_TEXT = 2000;
const ARM_SHARE = 0.22; // length of an arm where the shank was not found, of the picture's height
const ARC_SHARE = 0.35; // radius of the arc, of the shorter arm
const FIRST_DEG = 30; // between the arms when it is laid down: on no line of the machine

/** The mode in which the goniometer lies on the picture. It stays where it is when frames change. Fires "enter". */
export class Goniometer extends EventTarget {
  /** @type {Object<string, number[]>} */
  #points = {};
  #moved = {};

  /** @param {import("./store.js").ClipPage} page */
  constructor({ store, head, viewport }) {
    super();
    this.store = store;
    this.head = head;
    this.viewport = viewport;
    this.active = false;
    this.arms = makeSvg("svg", { class: "arms", "aria-hidden": "true" });
    byId("points").append(this.arms);
    this.handles = new PicturePoints(viewport, NAMES, (name, point_px) => this.#move(name, point_px), "goniometer");
    byId("lay-goniometer").addEventListener("click", () => this.toggle());
    head.addEventListener("frame", () => this.#render());
    viewport.addEventListener("change", () => this.#draw());
    new ResizeObserver(() => this.#draw()).observe(viewport.player);
    store.addEventListener("change", () => {
      if (this.active) this.#fillBar();
    });
    store.addEventListener("reading", ({ detail }) => this.#showReading(detail));
  }

  /** Enter or leave the mode. */
  toggle() {
    if (this.active) return this.leave();
    if (!this.store.curves) return undefined;
    this.head.video.pause();
    this.#points = this.#firstPoints();
    return this.#enter({});
  }

  /** Leave the mode. */
  leave() {
    this.active = false;
    this.#show();
  }

  #enter(moved) {
    this.active = true;
    this.#moved = moved;
    this.dispatchEvent(new Event("enter"));
    this.#show();
  }

  #show() {
    byId("lay-goniometer").setAttribute("aria-pressed", String(this.active));
    byId("goniometer-bar").hidden = !this.active;
    this.viewport.player.classList.toggle("moving", this.active);
    if (this.active) this.#fillBar();
    else setContent(byId("goniometer-bar"));
    this.#render();
  }

  /** Return points near the leg, on no line of the machine: the proximal arm straight down. */
  #firstPoints() {
    const { store } = this;
    const [width_px, height_px] = store.curves.size_px;
    const { knee_px, ankle_px } = legPoints(store, this.head.row);
    const vertex_px = knee_px ?? [width_px / 2, height_px / 2];
    const length_px = knee_px && ankle_px ? Math.hypot(ankle_px[0] - knee_px[0], ankle_px[1] - knee_px[1]) : ARM_SHARE * height_px;
    const turn = (-store.curves.internal_sign[store.side] * FIRST_DEG * Math.PI) / 180;
    const end = (radians) => [vertex_px[0] + length_px * Math.sin(radians), vertex_px[1] + length_px * Math.cos(radians)].map((value, axis) => Math.round(10 * Math.max(0, Math.min([width_px, height_px][axis], value))) / 10);
    return { proximal_px: end(0), vertex_px, distal_px: end(turn) };
  }

  /** @returns {number|null} the turn from the proximal to the distal arm, internal rotation positive */
  get angle_deg() {
    const [proximal, distal] = ["proximal_px", "distal_px"].map((name) => this.#points[name].map((value, axis) => value - this.#points.vertex_px[axis]));
    const cross = proximal[0] * distal[1] - proximal[1] * distal[0];
    const dot = proximal[0] * distal[0] + proximal[1] * distal[1];
    if (!cross && !dot) return null;
    return (this.store.curves.internal_sign[this.store.side] * Math.atan2(cross, dot) * 180) / Math.PI;
  }

  #move(name, point_px) {
    this.#points = { ...this.#points, [name]: point_px };
    this.#moved = { ...this.#moved, [name]: true };
    this.#render();
  }

  #fillBar() {
    const { store } = this;
    const side = make("select", { id: "goniometer-side", "aria-label": _("Leg"), on: { change: (event) => store.selectSide(event.target.value) } }, ...SIDES.map((one) => make("option", { value: one, text: legName(one), selected: one === store.side })));
    setContent(byId("goniometer-bar"),
      make("p", {}, make("output", { id: "goniometer-reading" }), " ", make("span", { id: "machine-reading" })),
      make("span", { class: "actions" },
        store.sides.length ? null : side,
        button(_("Save reading…"), () => void this.#save(), { class: "primary small", id: "save-reading" }),
        button(_("Close"), () => this.leave(), { class: "small", id: "close-goniometer" })),
      make("p", { class: "note", text: _("Vertex on the knee, one arm along the shank as it hung at the start, the other along the shank now. A reading is a note, and changes no result.") }));
    this.#render();
  }

  #render() {
    this.handles.show(this.active ? this.#points : {}, this.#moved);
    this.#draw();
    if (!this.active || !byId("goniometer-reading")) return;
    const { angle_deg } = this;
    byId("goniometer-reading").textContent = format(_("By hand: {angle}"), { angle: angle(angle_deg) });
    const machine_deg = this.store.curve?.raw_deg[this.head.row];
    byId("machine-reading").textContent = format(_("Machine, in the picture of this frame: {angle}"), { angle: angle(machine_deg) });
    byId("save-reading").disabled = angle_deg === null || !Object.keys(this.#moved).length;
  }

  /** Draw the arms, and the arc between them. */
  #draw() {
    if (!this.active) return setContent(this.arms);
    const [proximal, vertex, distal] = ["proximal_px", "vertex_px", "distal_px"].map((name) => this.viewport.toPlayer(this.#points[name]));
    const ends = [proximal, distal].map((end) => end.map((value, axis) => value - vertex[axis]));
    const radius = ARC_SHARE * Math.min(...ends.map((end) => Math.hypot(...end)));
    const [from, to] = ends.map((end) => end.map((value, axis) => vertex[axis] + (radius * value) / Math.hypot(...end)));
    const clockwise = ends[0][0] * ends[1][1] - ends[0][1] * ends[1][0] > 0 ? 1 : 0;
    const lines = [proximal, distal].map(([x2, y2]) => ({ x1: vertex[0], y1: vertex[1], x2, y2 }));
    const arc = radius ? [["path", { d: `M${from} A${radius} ${radius} 0 0 ${clockwise} ${to}` }]] : [];
    const shapes = [...lines.map((line) => ["line", line]), ...arc];
    return setContent(this.arms, ...["edge", ""].flatMap((name) => shapes.map(([tag, attributes]) => makeSvg(tag, { ...attributes, class: name }))));
  }

  /** Show a stored reading on its frame. */
  #showReading({ row, side, ...payload }) {
    if (this.store.sides.includes(side) && side !== this.store.side) this.store.selectSide(side);
    this.head.pauseAt(row);
    this.#points = Object.fromEntries(Object.keys(NAMES).map((name) => [name, payload[name]]));
    this.#enter({});
    this.viewport.reset();
    this.viewport.player.scrollIntoView({ block: "center" });
    byId("close-goniometer").focus({ preventScroll: true });
  }

  async #save() {
    const { store } = this;
    const body = { side: store.side, row: this.head.row, ...this.#points };
    const remark = make("textarea", { id: "reading-text", rows: 3, maxlength: LONGEST_TEXT });
    const run = async ({ by }) => {
      store.showNotes("clip", (await send(`/api/clips/${store.id}/goniometer`, { ...body, text: remark.value.trim(), by })).notes);
      return true;
    };
    const fields = { angle: angle(this.angle_deg), leg: legName(store.side), time: seconds(store.times_s[body.row], 2) };
    const saved = await openForm({
      title: _("Save this reading?"),
      text: format(_("{leg}, {time}: {angle} by hand. It is listed under the notes of the clip, and changes no result."), fields),
      fields: [make("div", {}, make("label", { for: "reading-text" }, _("Remark"), " ", make("span", { class: "hint", text: _("(if there is something to say)") })), remark)],
      reason: "none", action: _("Save reading"), run, running: _("Saving…"),
    });
    if (saved) showToast(_("Reading saved under the notes of the clip."));
  }
}
