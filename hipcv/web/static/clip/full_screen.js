/** The video with its controls on the whole screen; where the browser allows none, in the whole window. */

import { byId } from "../shared/dom.js";
import { _ } from "../shared/language.js";

const ALWAYS_IN_USE = ["dialog", ".notices", "script"].join();

/** Shows the video alone. */
export class FullScreen {
  /** @type {Element[]} what the video covers */
  #covered = [];

  constructor() {
    this.theatre = byId("theatre");
    byId("full-screen").addEventListener("click", () => this.toggle());
    document.addEventListener("fullscreenchange", () => this.#show(Boolean(document.fullscreenElement)));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.active && !document.querySelector("dialog[open]")) this.#leave();
    });
  }

  /** @returns {boolean} */
  get active() {
    return this.theatre.classList.contains("full");
  }

  /** Enter or leave. */
  toggle() {
    if (this.active) this.#leave();
    else this.#enter();
  }

  #enter() {
    this.#show(true);
    document.documentElement.requestFullscreen?.().catch(() => {}); // refused: the window is filled
  }

  #leave() {
    this.#show(false);
    if (document.fullscreenElement) void document.exitFullscreen();
  }

  #show(active) {
    this.theatre.classList.toggle("full", active);
    byId("full-screen").setAttribute("aria-pressed", String(active));
    byId("full-screen").textContent = active ? _("Leave full screen") : _("Full screen");
    for (const element of this.#covered) element.inert = false;
    this.#covered = active ? besides(this.theatre).filter((element) => !element.matches(ALWAYS_IN_USE) && !element.inert) : [];
    for (const element of this.#covered) element.inert = true;
  }
}

/** Return the siblings of an element and of all that it is in. */
function besides(element) {
  if (element === document.body) return [];
  const siblings = [...element.parentElement.children].filter((one) => one !== element);
  return [...siblings, ...besides(element.parentElement)];
}
