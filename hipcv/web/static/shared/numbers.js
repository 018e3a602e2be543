/** Spelling of numbers and dates, equal to hipcv/report/numbers.py: tests/browser/test_numbers.py compares them. */

import { LOCALE, _, format } from "./language.js";

const NO_BREAK = "\u00a0";
const SHANK_LENGTHS = ["shank lengths", "ratio"];
const ANGLE_DECIMALS = 2; // of stored results
const TIME_DECIMALS = 3;
const GUARD_DIGITS = 20; // more than a tie of binary numbers can have after its rounded digit

/**
 * Return a number with its unit and a minus sign (U+2212), or a dash for null and NaN.
 * @param {number|null|undefined} value
 * @param {string} unit
 * @param {number} decimals
 * @param {number} [stored] decimals of stored results, to which it is rounded first
 * @returns {string}
 */
export function signed(value, unit, decimals, stored = ANGLE_DECIMALS) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  const text = fixed(value, decimals, stored);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−") + unit;
}

/**
 * Return an angle: 34.8°.
 * @param {number|null|undefined} value_deg
 * @returns {string}
 */
export function angle(value_deg) {
  return signed(value_deg, "°", 1);
}

/**
 * Return a limit: 45° if it is round, 8.3° if not.
 * @param {number} value_deg
 * @returns {string}
 */
export function whole(value_deg) {
  const text = fixed(value_deg, 1);
  return `${Number(text) === value_deg ? String(value_deg) : text}°`.replace("-", "−");
}

/**
 * Return an interval: 32.1 to 37.5°.
 * @param {Array<number|null>|null|undefined} limits_deg low, high
 * @returns {string}
 */
export function interval(limits_deg) {
  if (!limits_deg || limits_deg[0] === null) return "–";
  return format(_("{low} to {high}"), { low: angle(limits_deg[0]).replace("°", ""), high: angle(limits_deg[1]) });
}

/**
 * Return a range of angles: 24–42°.
 * @param {number[]} limits_deg low, high
 * @returns {string}
 */
export function band([low_deg, high_deg]) {
  return `${significant(low_deg, 6)}–${significant(high_deg, 6)}°`;
}

/**
 * Return a time: 1.4 s.
 * @param {number|null|undefined} value_s
 * @param {number} [decimals]
 * @returns {string}
 */
export function seconds(value_s, decimals = 1) {
  return signed(value_s, `${NO_BREAK}s`, decimals, TIME_DECIMALS);
}

/**
 * Return a stretch of time: 1.60 to 2.10 s.
 * @param {number[]} limits_s from, to
 * @returns {string}
 */
export function span([from_s, to_s]) {
  return format(_("{low} to {high}"), { low: signed(from_s, "", 2, TIME_DECIMALS), high: seconds(to_s, 2) });
}

/**
 * Return a value in a unit of the result: 6.2°, 5 % of shank length, 0.1 s.
 * @param {number} value
 * @param {string} unit
 * @returns {string}
 */
export function quantity(value, unit) {
  if (unit === "deg" || unit === "°") return angle(value);
  if (SHANK_LENGTHS.includes(unit)) return format(_("{share} of shank length"), { share: share(value) });
  if (unit === "share") return share(value);
  if (unit === "" || unit === "reps" || unit === "frames") return significant(value, 6);
  return significant(value, 3) + NO_BREAK + unit;
}

/**
 * Return a value in a unit of the result, for a narrow column: 6.2°, 5 %, 0.1 s.
 * @param {number} value
 * @param {string} unit
 * @returns {string}
 */
export function short(value, unit) {
  return SHANK_LENGTHS.includes(unit) ? share(value) : quantity(value, unit);
}

/**
 * Return a share of 1: 93 %.
 * @param {number|null|undefined} value
 * @returns {string}
 */
export function share(value) {
  return signed(value && 100 * value, `${NO_BREAK}%`, 0);
}

/**
 * Return a number with so many significant digits and without trailing zeros.
 * @param {number} value
 * @param {number} digits
 * @returns {string}
 */
export function significant(value, digits) {
  return String(Number(value.toPrecision(digits))).replace("-", "−");
}

/**
 * Return a date: 3 March 2025.
 * @param {string|null|undefined} iso a date, or a moment, of which the date in UTC
 * @returns {string}
 */
export function day(iso) {
  if (!iso) return "–";
  return new Date(iso).toLocaleDateString(LOCALE, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
}

/**
 * Return a moment: 3 March 2025, 14:05 UTC.
 * @param {string} iso
 * @returns {string}
 */
export function moment(iso) {
  return `${day(iso)}, ${new Date(iso).toISOString().slice(11, 16)} UTC`;
}

/**
 * Return the date today, in local time: 2025-03-03.
 * @returns {string}
 */
export function today() {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

/** Round to the decimals of stored results, then half up (away from zero): 34.2499 and 34.25 become 34.3. */
function fixed(value, decimals, stored = ANGLE_DECIMALS) {
  const text = tiesToEven(value, Math.max(stored, decimals));
  if (decimals >= stored) return text;
  const digits = Number(text.replace(".", "").replace("-", ""));
  const rounded = Math.floor(digits / 10 ** (stored - decimals) + 0.5);
  return (text.startsWith("-") ? "-" : "") + (rounded / 10 ** decimals).toFixed(decimals);
}

/** Round as Python does, exact ties to the even digit: 6.125 becomes 6.12, where toFixed gives 6.13. */
function tiesToEven(value, decimals) {
  const exact = value.toFixed(decimals + GUARD_DIGITS);
  const cut = exact.slice(0, -GUARD_DIGITS).replace(/\.$/, "");
  return /^50*$/.test(exact.slice(-GUARD_DIGITS)) && /[02468]$/.test(cut) ? cut : value.toFixed(decimals);
}
