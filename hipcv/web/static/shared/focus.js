/** Keeps the keyboard's place while parts of a page are made anew. */

/**
 * Remember where the keyboard is.
 * @returns {() => void} goes back there, or near to it, unless the keyboard has gone elsewhere
 */
export function rememberFocus() {
  const element = document.activeElement;
  const place = element?.closest?.("[data-rep], [data-number]");
  const ways = [
    element?.id && `#${CSS.escape(element.id)}`,
    element?.dataset?.handle && `[data-handle="${element.dataset.handle}"]`,
    element?.getAttribute?.("aria-label") && `[aria-label="${CSS.escape(element.getAttribute("aria-label"))}"]`,
    place?.dataset.rep && `[data-rep="${place.dataset.rep}"] button`,
    '#edit-choice [aria-pressed="true"]',
    "#main",
  ].filter(Boolean);
  return () => {
    if (document.activeElement && document.activeElement !== document.body) return;
    const found = ways.map((way) => document.querySelector(way)).find((each) => each && each.getClientRects().length);
    found?.focus({ preventScroll: true });
  };
}
