/** The strip of compensations under the curve, in step with it. */

import { gutters } from "./curve.js";
import { byId, draw, make, show } from "../shared/dom.js";
import { quantity } from "../shared/numbers.js";

const BAR_PX = 15;

/**
 * Draw the strip whenever the result changes; a click on it goes to that moment.
 * @param {import("./store.js").ClipStore} store
 * @param {import("./playhead.js").Playhead} head
 * @param {import("./edit.js").Edit} edit
 * @returns {void}
 */
export function startStrip(store, head, edit) {
  const redraw = () => {
    const side = store.curves?.sides?.[store.side];
    const times_s = store.curves?.frames.time_s ?? [];
    const width_px = byId("strip").clientWidth;
    if (!side || !width_px) return show(byId("strip"));
    const room = gutters(width_px);
    const plot_px = width_px - room.left_px - room.right_px;
    const scene = { times_s, window_s: edit.window_s, reps: store.reps, room, plot_px, wide: room.left_px > 100 };
    return show(byId("strip"), ...Object.values(side.channels).map((channel) => row(channel, scene)));
  };
  let shown = "";
  store.addEventListener("change", redraw);
  edit.addEventListener("change", () => {
    if (String(edit.window_s) === shown) return;
    shown = String(edit.window_s);
    redraw();
  });
  new ResizeObserver(redraw).observe(byId("strip"));
  byId("strip").addEventListener("click", (event) => {
    const bar = event.target.closest("svg");
    if (!bar) return;
    const [from_s, to_s] = edit.window_s;
    const box = bar.getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    head.video.pause();
    head.seek(edit.rowAt(from_s + share * (to_s - from_s)));
  });
}

function row(channel, scene) {
  const found = scene.reps.flatMap((rep) => rep.findings.filter((finding) => finding.code === channel.finding).map((finding) => ({ ...finding, rep })));
  const note = tell(channel, found, scene);
  const bar = draw("svg", { width: scene.plot_px, height: BAR_PX, viewBox: `0 0 ${scene.plot_px} ${BAR_PX}`, "aria-hidden": "true" });
  const x = (time_s) => ((time_s - scene.window_s[0]) / (scene.window_s[1] - scene.window_s[0])) * scene.plot_px;
  for (const [kind, from, to] of runs(channel, found, scene)) {
    bar.append(draw("rect", { class: kind, x: x(from).toFixed(1), y: 1, width: Math.max(1, x(to) - x(from)).toFixed(1), height: BAR_PX - 2 }));
  }
  for (const finding of found) {
    const at = x(finding.at_s);
    bar.append(draw("path", { class: "onset", d: `M${at} 1 L${at + 9} ${BAR_PX / 2} L${at} ${BAR_PX - 1} Z` }));
  }
  const name = make("span", { class: "name", text: channel.text });
  const told = make("span", { class: found.length ? "said found" : "said", text: note });
  const line = make("div", { class: scene.wide ? "line" : "line narrow" }, name, bar, told);
  line.style.gridTemplateColumns = scene.wide ? `${scene.room.left_px}px ${scene.plot_px}px ${scene.room.right_px}px` : "";
  if (!scene.wide) bar.style.marginLeft = `${scene.room.left_px}px`;
  return line;
}

/** Stretches that look alike: [class, from, to]. */
function runs(channel, found, scene) {
  const kinds = scene.times_s.map((time_s, place) => kindAt(channel, found, scene, { time_s, place }));
  const told = [];
  let begin = 0;
  for (let place = 1; place <= kinds.length; place += 1) {
    if (place < kinds.length && kinds[place] === kinds[begin]) continue;
    if (kinds[begin]) told.push([kinds[begin], scene.times_s[begin], scene.times_s[Math.min(place, kinds.length - 1)]]);
    begin = place;
  }
  return told;
}

function kindAt(channel, found, scene, { time_s, place }) {
  const value = channel.values[place];
  const inside = (rep) => time_s >= rep.start_s && time_s < rep.end_s;
  if (value === null) return scene.reps.some(inside) ? "absent" : "";
  const beyond = found.some((finding) => inside(finding.rep) && (finding.value >= 0 ? value > Math.abs(finding.limit) : -value > Math.abs(finding.limit)));
  return beyond ? "beyond" : "within";
}

function tell(channel, found, scene) {
  if (found.length) {
    const worst = found.reduce((one, other) => (Math.abs(other.value) > Math.abs(one.value) ? other : one));
    return `${quantity(Math.abs(worst.value), worst.unit)} (limit ${quantity(Math.abs(worst.limit), worst.unit)})`;
  }
  const moving = (time_s) => scene.reps.some((rep) => time_s >= rep.start_s && time_s < rep.end_s);
  const seen = channel.values.some((value, place) => value !== null && moving(scene.times_s[place]));
  return seen ? "within limits" : "not measured";
}
