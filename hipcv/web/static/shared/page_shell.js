/** What every page does: initials in the head, menus that close. */

import { ask } from "./dialog.js";
import { byId } from "./dom.js";
import { showInitials } from "./initials.js";

/**
 * Bring the frame about a page to life.
 * @returns {void}
 */
export function startFrame() {
  showInitials();
  byId("who")?.addEventListener("click", () => {
    void ask({ title: "Your initials", text: "They stand beside every correction and sign-off. They are kept in this browser.", why: "none", action: "Keep" });
  });
  document.addEventListener("click", (event) => closeMenus(event.target));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector("details.menu[open]");
    if (open) open.querySelector("summary").focus();
    closeMenus(null);
  });
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!(except instanceof Node) || !menu.contains(except)) menu.removeAttribute("open");
  }
}
