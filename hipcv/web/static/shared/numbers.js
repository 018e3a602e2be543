/** How numbers are written: as in hipcv/report/numbers.py. */

const NO_BREAK = "\u00a0";

/**
 * A number with its unit and a real minus sign; a dash where there is none.
 * @param {number|null|undefined} value
 * @param {string} unit
 * @param {number} decimals
 * @returns {string}
 */
export function signed(value, unit, decimals) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  let text = value.toFixed(decimals);
  if (Number(text) === 0) text = text.replace("-", "");
  return text.replace("-", "−") + unit;
}

/**
 * 34.8°.
 * @param {number|null|undefined} value_deg
 * @returns {string}
 */
export function angle(value_deg) {
  return signed(value_deg, "°", 1);
}

/**
 * 32.1 to 37.5°.
 * @param {number[]|null|undefined} limits_deg
 * @returns {string}
 */
export function interval(limits_deg) {
  if (!limits_deg || limits_deg[0] === null) return "–";
  return `${angle(limits_deg[0]).replace("°", "")} to ${angle(limits_deg[1])}`;
}

/**
 * 1.4 s.
 * @param {number|null|undefined} value_s
 * @param {number} [decimals]
 * @returns {string}
 */
export function seconds(value_s, decimals = 1) {
  return signed(value_s, `${NO_BREAK}s`, decimals);
}

/**
 * A value in a unit of the core: 6.2°, 5 % of shank length.
 * @param {number} value
 * @param {string} unit
 * @returns {string}
 */
export function quantity(value, unit) {
  if (unit === "deg") return angle(value);
  if (unit === "shank lengths") return signed(100 * value, `${NO_BREAK}%`, 0);
  return `${value}${NO_BREAK}${unit}`;
}

/**
 * 93 %.
 * @param {number|null|undefined} value
 * @returns {string}
 */
export function share(value) {
  return value === null || value === undefined ? "–" : signed(100 * value, `${NO_BREAK}%`, 0);
}

/**
 * 3 March 2025.
 * @param {string|null|undefined} iso a day or a moment
 * @returns {string}
 */
export function day(iso) {
  if (!iso) return "–";
  const at = new Date(iso.length === 10 ? `${iso}T00:00:00` : iso);
  return at.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });
}

/**
 * 3 March 2025, 14:05, at this desk.
 * @param {string} iso
 * @returns {string}
 */
export function moment(iso) {
  const at = new Date(iso);
  return `${day(iso)}, ${at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })}`;
}

/**
 * Today at this desk, as 2025-03-03.
 * @returns {string}
 */
export function today() {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}
