/** The page key: the part of the session that the pages of this address have, and no other server gets. */

const KEY = "hipcv.page-key";
/** Key of the initials in the browser's storage: they hold as long as the session, and not over a pause. */
export const INITIALS = "hipcv.initials";

const HEADER = "X-Hipcv-Page-Key";
const FIELD = "key";

/**
 * Store the page key of a new session.
 * @param {string} key
 */
export function savePageKey(key) {
  localStorage.removeItem(INITIALS); // of who used the desk before
  localStorage.setItem(KEY, key);
}

/** Forget the page key; the other pages of this browser notice. */
export function dropPageKey() {
  localStorage.removeItem(INITIALS);
  localStorage.removeItem(KEY);
}

/**
 * Return the header that a request needs.
 * @returns {Object<string, string>}
 */
export function pageKeyHeader() {
  return { [HEADER]: pageKey() };
}

/**
 * Return an address with the page key, where the browser sends no header: for videos, pictures, files, events.
 * @param {string} path
 * @returns {string}
 */
export function keyed(path) {
  const url = new URL(path, location.href);
  url.searchParams.set(FIELD, pageKey());
  return url.pathname + url.search;
}

let because = ""; // reason for which this page ends the session

/**
 * Note why this page ends the session, once; return false where it is ending already.
 * @param {"locked"|"signed_out"} reason
 * @returns {boolean}
 */
export function beginEnd(reason) {
  if (because) return false;
  because = reason;
  return true;
}

/**
 * Return the address of the sign-in page, with the reason; any request that is refused may lead there first.
 * @returns {string}
 */
export function signInAddress() {
  return because ? `/signin?because=${because}` : "/signin";
}

/**
 * Call an action when the session ends in another page of this browser.
 * @param {() => void} action
 */
export function onSessionEnd(action) {
  window.addEventListener("storage", (event) => {
    if (event.key === KEY && event.newValue === null) action();
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && !pageKey()) action(); // went back to a page from before
  });
}

function pageKey() {
  return localStorage.getItem(KEY) ?? "";
}
