/** Strip of compensations below the plot, on the same time axis. */

import { byId, make, makeSvg, setContent } from "../shared/dom.js";
import { _, format } from "../shared/language.js";
import { short, quantity } from "../shared/numbers.js";
import { gutters } from "./plot.js";

const BAR_PX = 15;
const MIN_LABEL_PX = 100;

/**
 * Draw the strip at every change; a click on it goes to that moment.
 * @param {import("./store.js").ClipPage} page
 */
export function startStrip({ store, head, edit }) {
  const strip = byId("strip");
  let window = "";
  const draw = () => {
    const width_px = strip.clientWidth;
    window = String(edit.window_s);
    if (!store.curve || !width_px) return setContent(strip);
    const { left_px, right_px } = gutters(width_px);
    const scene = { times_s: store.times_s, window_s: edit.window_s, reps: store.reps, left_px, plot_px: width_px - left_px - right_px, right_px };
    return setContent(strip, ...Object.values(store.curve.channels).map((channel) => channelRow(channel, scene)));
  };
  store.addEventListener("change", draw);
  edit.addEventListener("change", () => {
    if (String(edit.window_s) !== window) draw();
  });
  new ResizeObserver(draw).observe(strip);
  strip.addEventListener("click", (event) => {
    const box = event.target.closest("svg")?.getBoundingClientRect();
    if (!box) return;
    const [from_s, to_s] = edit.window_s;
    head.pauseAt(edit.rowAt(from_s + ((event.clientX - box.left) / box.width) * (to_s - from_s)));
  });
}

function channelRow(channel, scene) {
  const findings = scene.reps.flatMap((rep) => rep.findings.filter((finding) => finding.code === channel.finding).map((finding) => ({ ...finding, rep })));
  const [from_s, to_s] = scene.window_s;
  const x = (time_s) => ((time_s - from_s) / (to_s - from_s)) * scene.plot_px;
  const bar = makeSvg("svg", { width: scene.plot_px, height: BAR_PX, viewBox: `0 0 ${scene.plot_px} ${BAR_PX}`, "aria-hidden": "true" },
    ...segments(channel, findings, scene).map(([name, start_s, end_s]) => makeSvg("rect", { class: name, x: x(start_s).toFixed(1), y: 1, width: Math.max(1, x(end_s) - x(start_s)).toFixed(1), height: BAR_PX - 2 })),
    ...findings.map((finding) => makeSvg("path", { class: "onset", d: `M${x(finding.at_s)} 1 l9 ${BAR_PX / 2 - 1} l-9 ${BAR_PX / 2} Z` })));
  const wide = scene.left_px > MIN_LABEL_PX;
  const text = note(channel, findings, scene, quantity);
  const row = make("div", { class: wide ? "line" : "line narrow", title: text },
    make("span", { class: "name", text: channel.text }), bar,
    make("span", { class: findings.length ? "result beyond-limit" : "result", text: note(channel, findings, scene, short) }));
  if (wide) row.style.gridTemplateColumns = `${scene.left_px}px ${scene.plot_px}px ${scene.right_px}px`;
  else bar.style.marginLeft = `${scene.left_px}px`;
  return row;
}

/** Return stretches of the same class as [class, start_s, end_s]; frames without a class are left out. */
function segments(channel, findings, { times_s, reps }) {
  const classes = times_s.map((time_s, row) => frameClass(channel.values[row], time_s, findings, reps));
  const starts = classes.map((_name, row) => row).filter((row) => row === 0 || classes[row] !== classes[row - 1]);
  return starts.map((row, index) => [classes[row], times_s[row], times_s[starts[index + 1] ?? times_s.length - 1]]).filter(([name]) => name);
}

function frameClass(value, time_s, findings, reps) {
  const inside = (rep) => rep.start_s <= time_s && time_s < rep.end_s;
  if (value === null) return reps.some(inside) ? "absent" : "";
  return findings.some((finding) => inside(finding.rep) && Math.sign(finding.value) * value > Math.abs(finding.limit)) ? "beyond" : "within";
}

/** Return the largest value with the limit that it exceeded, or whether it was measured throughout. */
function note(channel, findings, { times_s, reps }, text) {
  if (findings.length) {
    const { value, limit, unit } = findings.reduce((one, other) => (Math.abs(other.value) > Math.abs(one.value) ? other : one));
    return format(_("{value} (limit {limit})"), { value: text(Math.abs(value), unit), limit: text(Math.abs(limit), unit) });
  }
  const moving = channel.values.filter((_value, row) => reps.some((rep) => rep.start_s <= times_s[row] && times_s[row] < rep.end_s));
  if (moving.every((value) => value === null)) return _("not measured");
  return moving.includes(null) ? _("partly measured") : _("within limits");
}
