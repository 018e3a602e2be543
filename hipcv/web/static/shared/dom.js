/** Construction of elements. Markup is never assembled from strings, so no text can become markup. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Create an HTML element.
 * @param {string} tag
 * @param {Object<string, any>} [attributes] `text` sets the content, `on` listeners by event; true sets
 *     an empty attribute; false, null and undefined leave it out.
 * @param {...(Node|string|null|undefined)} children
 * @returns {any}
 */
export function make(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/**
 * Create an SVG element.
 * @param {string} tag
 * @param {Object<string, any>} [attributes] as in `make`
 * @param {...(Node|string|null|undefined)} children
 * @returns {any}
 */
export function makeSvg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/**
 * Return the element with this id.
 * @param {string} id
 * @returns {any}
 */
export function byId(id) {
  return document.getElementById(id);
}

/**
 * Replace the content of an element; null and undefined are skipped.
 * @param {Element} parent
 * @param {...(Node|string|null|undefined)} children
 */
export function setContent(parent, ...children) {
  parent.replaceChildren(...children.filter((child) => child !== null && child !== undefined));
}

/**
 * Set the heading and the title of the page: the server sends it without names.
 * @param {string} id of the heading
 * @param {string} text
 */
export function setTitle(id, text) {
  const heading = byId(id);
  if (heading.textContent === text) return;
  heading.textContent = text;
  document.title = document.title.replace(/^.*(?= – )/, () => text);
}

/**
 * Create a button.
 * @param {string} text
 * @param {() => void} onClick
 * @param {Object<string, any>} [attributes]
 * @returns {HTMLButtonElement}
 */
export function button(text, onClick, attributes = {}) {
  return make("button", { type: "button", ...attributes, on: { click: onClick } }, text);
}

/**
 * Create a tag.
 * @param {string} text
 * @param {string} [tone] good, care or busy
 * @returns {HTMLElement}
 */
export function tag(text, tone = "") {
  return make("span", { class: `tag ${tone}`, text });
}

/**
 * Create a table with one header row.
 * @param {string} className `cards` turns the rows into cards on a narrow screen
 * @param {string[]} titles of the columns; "" for a column without a title
 * @param {HTMLElement[]} rows
 * @returns {HTMLElement}
 */
export function table(className, titles, rows) {
  const head = titles.map((text) => (text ? make("th", { scope: "col", text }) : make("td")));
  return make("table", { class: className }, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows));
}

/**
 * Create a table cell.
 * @param {string} title of its column, repeated next to the value on a narrow screen
 * @param {Object<string, any>} attributes
 * @param {...(Node|string|null|undefined)} children
 * @returns {HTMLElement}
 */
export function cell(title, attributes, ...children) {
  return make("td", { "data-label": title, ...attributes }, ...children);
}

/**
 * Run an action when a form is submitted, instead of submitting it.
 * @param {HTMLElement} form
 * @param {() => void} action
 */
export function onSubmit(form, action) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    action();
  });
}

/**
 * Follow the pointer from a pointerdown on an element until it is released.
 * @param {PointerEvent} event
 * @param {(event: PointerEvent) => void} onMove
 */
export function trackPointer(event, onMove) {
  event.preventDefault();
  const element = /** @type {HTMLElement} */ (event.currentTarget);
  element.focus({ preventScroll: true }); // else what was taken may move from under the pointer
  element.setPointerCapture(event.pointerId);
  element.addEventListener("pointermove", onMove);
  for (const end of ["pointerup", "pointercancel"]) {
    element.addEventListener(end, () => element.removeEventListener("pointermove", onMove), { once: true });
  }
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else if (name === "text") element.textContent = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}
