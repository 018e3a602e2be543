/** Questions after the test; each may be left out. */

import { byId } from "../shared/dom.js";

/**
 * Ask the questions.
 * @param {boolean} stoppedByPain
 * @returns {Promise<{pain: number|null, pain_where: string, limiter: string|null}|null>} null if all were left out
 */
export function askQuestions(stoppedByPain) {
  const form = byId("answers");
  byId("after").hidden = false;
  if (stoppedByPain) document.querySelector("input[name=limiter][value=pinch_or_pain]").checked = true;
  form.addEventListener("change", updateWhere);
  updateWhere();
  return new Promise((resolve) => {
    const end = (answers) => {
      byId("after").hidden = true;
      resolve(answers);
    };
    byId("leave-out").addEventListener("click", () => end(null), { once: true });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      end(readAnswers());
    }, { once: true });
  });
}

/** Ask where it hurt only if it did. */
function updateWhere() {
  byId("pain_where").hidden = !Number(chosen("pain"));
}

function readAnswers() {
  const pain = chosen("pain");
  const where = Number(pain) ? chosen("pain_where") ?? "" : "";
  const answers = { pain: pain === null ? null : Number(pain), pain_where: where, limiter: chosen("limiter") };
  return Object.values(answers).some((value) => value !== null && value !== "") ? answers : null;
}

function chosen(name) {
  return document.querySelector(`input[name=${name}]:checked`)?.value ?? null;
}
