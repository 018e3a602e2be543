/** Where the points of a leg are in a frame, with those that were placed by hand. */

const POINTS = ["hip_px", "knee_px", "ankle_px"];
const TURNS = { left: -1, right: 1 }; // internal rotation, as displayed: the left foot goes to the right

/**
 * The points of the leg shown in one frame.
 * @param {import("./store.js").ClipStore} store
 * @param {number} row
 * @returns {Object<string, number[]|null>}
 */
export function legAt(store, row) {
  const leg = store.curves.landmarks[store.side];
  const told = Object.fromEntries(POINTS.map((name) => [name, leg[name][row]]));
  for (const each of store.analysis.corrections) {
    if (each.kind !== "landmark" || each.withdrawn || each.side !== store.side || each.after.row !== row) continue;
    for (const name of POINTS) if (each.after[name]) told[name] = each.after[name];
  }
  return told;
}

/**
 * The shank at the start, from knee to ankle: what 0 degrees looks like.
 * @param {import("./store.js").ClipStore} store
 * @returns {number[]|null}
 */
export function startShank(store) {
  const span_s = store.curves.sides[store.side]?.start_span_s;
  if (!span_s) return null;
  const shanks = store.curves.frames.time_s
    .map((time_s, row) => (time_s >= span_s[0] && time_s <= span_s[1] ? legAt(store, row) : null))
    .filter((leg) => leg?.knee_px && leg.ankle_px)
    .map((leg) => [leg.ankle_px[0] - leg.knee_px[0], leg.ankle_px[1] - leg.knee_px[1]]);
  return shanks.length ? [middle(shanks.map((shank) => shank[0])), middle(shanks.map((shank) => shank[1]))] : null;
}

/**
 * The shank turned by an angle of internal rotation, in picture axes.
 * @param {number[]} shank from knee to ankle
 * @param {number} rotation_deg
 * @param {string} side
 * @returns {number[]}
 */
export function turned([x, y], rotation_deg, side) {
  const angle = (TURNS[side] * rotation_deg * Math.PI) / 180;
  return [x * Math.cos(angle) - y * Math.sin(angle), x * Math.sin(angle) + y * Math.cos(angle)];
}

function middle(values) {
  const ordered = [...values].sort((one, other) => one - other);
  return ordered[ordered.length >> 1];
}
