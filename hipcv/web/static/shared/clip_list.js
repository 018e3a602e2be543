/** The list that a clip's page was opened from: its address names it, so that the next clip of the list can follow. */

/** Fields of the search, the filter and the order of the desk's lists. */
export const FIND_FIELDS = ["search", "show", "order"];

/**
 * Return the fields of an address that say which list it is of.
 * @param {string[]} fields
 * @returns {URLSearchParams}
 */
export function askedFor(fields) {
  const asked = new URLSearchParams(location.search);
  return new URLSearchParams(fields.filter((name) => asked.get(name)).map((name) => [name, asked.get(name) ?? ""]));
}

/**
 * Return the address of a clip's page from which the next one of a list follows.
 * @param {string} id of the clip
 * @param {"waiting"|"patient"} list the clips that wait for review, as this page lists them, or those of the patient
 * @returns {string}
 */
export function clipAddress(id, list) {
  const fields = askedFor(list === "waiting" ? FIND_FIELDS : []);
  return `/clips/${id}?${new URLSearchParams([["list", list], ...fields])}`;
}
