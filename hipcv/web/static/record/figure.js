/** The moving figure: a seated person, as in a mirror, who swings one foot. */

import { byId } from "../shared/dom.js";
import { _ } from "../shared/language.js";

const LABELS = {
  out: _("A seated person on both hands swings one foot out to the side, holds it, and lets it return. Knee and thigh stay where they are."),
  in: _("A seated person on both hands swings one foot inwards, across the other leg, holds it, and lets it return. Knee and thigh stay where they are."),
};

/**
 * Let the figure swing the foot of one leg, which is drawn before the other one.
 * @param {string} side the leg; of both or either, the left one
 * @param {"out"|"in"} way
 */
export function setMovement(side, way = "out") {
  const figure = byId("figure");
  const leg = side === "right" ? "right" : "left";
  if (figure.dataset.side === leg && figure.dataset.way === way && figure.ariaLabel) return;
  figure.dataset.side = leg;
  figure.dataset.way = way;
  figure.setAttribute("aria-label", LABELS[way]);
  figure.append(figure.querySelector(`.${leg}`));
}
