/** Search, filter, order and pages of the desk's lists; the address of the page holds them. */

import { FIND_FIELDS, askedFor } from "../shared/clip_list.js";
import { byId, make, onSubmit, setContent } from "../shared/dom.js";
import { _, format } from "../shared/language.js";

const PAGES = ["clips", "patients"];
const TYPING_MS = 250;
let typing = 0;

/**
 * Return the query of the lists, as the address has it.
 * @returns {string}
 */
export function listQuery() {
  return askedFor([...FIND_FIELDS, ...PAGES]).toString();
}

/**
 * Return true where the lists hold less than everything.
 * @returns {boolean}
 */
export function isFiltered() {
  return Boolean(byId("find-search").value.trim()) || byId("find-show").value !== "all";
}

/**
 * Fill the form from the address, and load the lists whenever it changes.
 * @param {() => Promise<void>} load
 */
export function startFind(load) {
  const search = () => void setAddress(load, formValues(), true);
  fillForm();
  addEventListener("popstate", () => {
    fillForm();
    void load();
  });
  byId("find-search").addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(search, TYPING_MS);
  });
  for (const name of ["show", "order"]) byId(`find-${name}`).addEventListener("change", () => void setAddress(load, formValues()));
  onSubmit(byId("find"), search);
}

/**
 * Show which rows of how many a list holds, with buttons for the pages around.
 * @param {"clips"|"patients"} name of the list
 * @param {number} total rows of all pages
 * @param {number} length rows of one page
 * @param {() => Promise<void>} load
 */
export function showPages(name, total, length, load) {
  const nav = byId(`${name}-pages`);
  const last = Math.max(Math.ceil(total / length), 1);
  const page = Number(new URLSearchParams(location.search).get(name) ?? 1) || 1;
  nav.hidden = total <= length && page === 1;
  if (nav.hidden) return setContent(nav);
  const text = page > last ? format(_("No rows on this page; there are {total}"), { total }) : format(_("{first} to {last} of {total}"), { first: (page - 1) * length + 1, last: Math.min(page * length, total), total });
  const label = make("span", { class: "number", role: "status", tabindex: -1, text });
  setContent(nav, pageButton(_("Previous page"), page > 1, Math.min(page - 1, last)), label, pageButton(_("Next page"), page < last, page + 1));

  function pageButton(title, enabled, number) {
    const go = () => void setAddress(load, { ...formValues(), ...otherPage(name), [name]: String(number) }).then(() => {
      nav.querySelector("[role=status]")?.focus();
      nav.closest("section")?.scrollIntoView({ block: "start" });
    });
    return make("button", { type: "button", class: "small", disabled: !enabled, on: { click: go } }, title);
  }
}

function formValues() {
  return Object.fromEntries(FIND_FIELDS.map((name) => [name, byId(`find-${name}`).value.trim()]));
}

/** Return the page of the other list, which stays. */
function otherPage(name) {
  const other = PAGES.find((one) => one !== name);
  return { [other]: new URLSearchParams(location.search).get(other) ?? "" };
}

function fillForm() {
  const asked = new URLSearchParams(location.search);
  byId("find-search").value = asked.get("search") ?? "";
  for (const name of ["show", "order"]) {
    const select = byId(`find-${name}`);
    select.value = asked.get(name) ?? select.options[0].value;
    if (!select.value) select.selectedIndex = 0;
  }
}

/** Put values into the address and load; while the user types, no step of the history is added. */
async function setAddress(load, values, replaces = false) {
  const query = new URLSearchParams(Object.entries(values).filter(([name, value]) => value && value !== byId(`find-${name}`)?.options?.[0]?.value)).toString();
  history[replaces ? "replaceState" : "pushState"](history.state, "", query ? `?${query}` : location.pathname);
  await load();
}
