/** Colours of the theme for what scripts draw: those of the style sheet. */

const style = getComputedStyle(document.documentElement);

/**
 * Return a colour of the present theme.
 * @param {string} name of its custom property, without dashes: ink
 * @returns {string}
 */
export function colour(name) {
  return style.getPropertyValue(`--${name}`);
}

/**
 * Call an action when the system turns light or dark.
 * @param {() => void} action
 */
export function onThemeChange(action) {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", action);
}
