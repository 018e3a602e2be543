/** Behaviour common to all pages: initials in the header, and menus that close. */

import { openForm } from "./dialog.js";
import { byId } from "./dom.js";
import { showInitials } from "./initials.js";

/** Start the page header and the menus. */
export function startPageShell() {
  showInitials();
  byId("who")?.addEventListener("click", () => {
    void openForm({ title: "Your initials", text: "They stand beside every correction and sign-off. They are kept in this browser.", reason: "none", action: "Keep" });
  });
  document.addEventListener("click", (event) => closeMenus(event.target));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelector("details.menu[open] summary")?.focus();
    closeMenus(null);
  });
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(except)) menu.removeAttribute("open");
  }
}
