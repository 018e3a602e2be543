/** The clips before and after this one, in the list that its page was opened from. */

import { get } from "../shared/api.js";
import { FIND_FIELDS, askedFor, clipAddress } from "../shared/clip_list.js";
import { byId, make, setContent } from "../shared/dom.js";
import { _, format } from "../shared/language.js";
import { showErrors, showToast } from "../shared/toast.js";

const LINKS = {
  previous: { text: _("‹ Previous"), label: _("Previous clip"), hint: _("Previous clip (P)"), end: _("This is the first clip of the list.") },
  next: { text: _("Next ›"), label: _("Next clip"), hint: _("Next clip (N)"), end: _("This is the last clip of the list.") },
};

/** Return the address of the desk with the search, filter and order that the page was opened from. */
export function deskAddress() {
  const fields = askedFor(FIND_FIELDS).toString();
  return fields ? `/?${fields}` : "/";
}

/** Links to the neighbours. */
export class Neighbours {
  #found = null;
  #loaded = "";

  /**
   * @param {import("./store.js").ClipStore} store
   * @param {() => boolean} hasUnsaved returns true where leaving the page would lose what was moved
   */
  constructor(store, hasUnsaved) {
    this.store = store;
    this.hasUnsaved = hasUnsaved;
    store.addEventListener("change", () => {
      const { clip, analysis } = store.view;
      const version = `${clip.state} ${analysis?.id} ${analysis?.version} ${clip.patient?.id} ${clip.on}`;
      if (version === this.#loaded) return;
      this.#loaded = version;
      void showErrors(() => this.#load());
    });
  }

  /**
   * Go to a neighbour, or say why not.
   * @param {"previous"|"next"} name
   */
  go(name) {
    if (!this.#found) return;
    if (!this.#found[name]) showToast(LINKS[name].end);
    else if (this.#mayLeave()) location.assign(this.#addressOf(name));
  }

  async #load() {
    this.#found = await get(`/api/clips/${this.store.id}/neighbours?${askedFor(["list", ...FIND_FIELDS])}`);
    const { list, patient, number, total } = this.#found;
    const texts = { number, total, patient };
    const position = list === "patient" ? format(_("{number} of {total} of {patient}"), texts) : format(_("{number} of {total} in the queue"), texts);
    byId("neighbours").hidden = total < 2;
    setContent(byId("neighbours"), this.#link("previous"), make("span", { class: "note number", text: position }), this.#link("next"));
  }

  #link(name) {
    const { text, label, hint } = LINKS[name];
    if (!this.#found[name]) return make("span", { class: "button small", "aria-disabled": "true", "aria-hidden": "true", text });
    const leave = (event) => {
      if (!this.#mayLeave()) event.preventDefault();
    };
    return make("a", { class: "button small", href: this.#addressOf(name), rel: name === "next" ? "next" : "prev", "aria-label": label, title: hint, on: { click: leave } }, text);
  }

  #addressOf(name) {
    return clipAddress(this.#found[name], this.#found.list);
  }

  #mayLeave() {
    const unsaved = this.hasUnsaved();
    if (unsaved) showToast(_("Save or undo first what you moved on this page."));
    return !unsaved;
  }
}
