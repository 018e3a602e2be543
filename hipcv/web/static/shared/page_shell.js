/** Behaviour common to all pages: initials in the header, menus that close, sign-out and lock. */

import { openForm } from "./dialog.js";
import { byId } from "./dom.js";
import { connectEvents } from "./events.js";
import { end, startIdleLock } from "./idle.js";
import { showInitials } from "./initials.js";
import { _ } from "./language.js";
import { keyed } from "./session.js";

/** Start the page header and the menus. */
export function startPageShell() {
  showInitials();
  connectEvents();
  startIdleLock();
  byId("sign-out")?.addEventListener("click", () => void end("signed_out"));
  for (const link of document.querySelectorAll("a[data-keyed]")) link.href = keyed(link.href);
  for (const link of document.querySelectorAll(".reader a")) addChoice(link);
  byId("who")?.addEventListener("click", () => {
    void openForm({ title: _("Your initials"), text: _("They stand beside every correction and sign-off, and are asked for anew after five minutes without use."), reason: "none", action: _("Keep") });
  });
  document.addEventListener("click", (event) => closeMenus(event.target));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelector("details.menu[open] summary")?.focus();
    closeMenus(null);
  });
}

/** Let a link to this page in another language or theme keep the rest of the address. */
function addChoice(link) {
  const address = new URL(location.href);
  for (const [name, value] of new URL(link.href).searchParams) address.searchParams.set(name, value);
  link.href = address.href;
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(except)) menu.removeAttribute("open");
  }
}
