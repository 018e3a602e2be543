/** Questions before the test: what speaks against it, and what to do then. */

import { byId, make, setContent } from "../shared/dom.js";

/**
 * Follow the answers.
 * @param {{advice: Object<string, string>, same_day: string[]}} texts
 * @param {() => void} onChange
 */
export function startSafety({ advice, same_day }, onChange) {
  byId("safety").addEventListener("change", () => {
    const reason = reasonAgainst(same_day);
    byId("safe").disabled = Boolean(reason);
    if (reason) byId("safe").checked = false;
    byId("agreed-row").hidden = reason !== "ask_first" && !byId("agreed").checked;
    if (byId("advice").dataset.reason !== reason) {
      byId("advice").dataset.reason = reason;
      setContent(byId("advice"), reason ? make("p", { class: "error", text: advice[reason] }) : null);
    }
    onChange();
  });
}

/**
 * Return true if nothing speaks against the test.
 * @returns {boolean}
 */
export function isSafe() {
  return byId("safe").checked && !byId("safe").disabled;
}

/** Return the key of the advice for what applies; "" if nothing does, or a clinician has agreed to it. */
function reasonAgainst(same_day) {
  const flags = checked("red_flags");
  if (flags.some((code) => same_day.includes(code))) return "same_day";
  if (flags.length) return "red_flags";
  return checked("ask_first").length && !byId("agreed").checked ? "ask_first" : "";
}

function checked(name) {
  return [...document.querySelectorAll(`input[name=${name}]:checked`)].map((input) => input.value);
}
