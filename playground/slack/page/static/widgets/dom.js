// Builds DOM nodes from data. Content enters as text nodes only: no HTML string is ever parsed, no style attribute ever set.

/** @typedef {Node|string|number|null|undefined|false|Child[]} Child */

/**
 * One element. `on…` functions are listeners, `class` is a string or a list (falsy entries dropped), booleans switch
 * attributes, null and undefined leave them out.
 * @param {string} tag
 * @param {Record<string, any>|null} [attributes]
 * @param {...Child} children
 * @returns {HTMLElement}
 */
export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) setAttribute(element, name, value);
  append(element, children);
  return element;
}

/** @param {HTMLElement} element @param {string} name @param {any} value */
function setAttribute(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (typeof value === "function") element.addEventListener(name.slice(2), value);
  else if (name === "class") element.className = [value].flat().filter(Boolean).join(" ");
  else element.setAttribute(name, value === true ? "" : String(value));
}

/** @param {Node} parent @param {Child[]} children */
export function append(parent, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false || child === "") continue;
    parent.appendChild(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/** Replaces what an element holds. @param {Element} parent @param {...Child} children */
export function fill(parent, ...children) {
  const fragment = document.createDocumentFragment();
  append(fragment, children);
  parent.replaceChildren(fragment);
}

/**
 * Makes the children of `parent` exactly `nodes`, moving as little as possible so that focus and scroll survive.
 * @param {Element} parent @param {Node[]} nodes
 */
export function arrange(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.childNodes]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, index) => {
    if (parent.childNodes[index] !== node) parent.insertBefore(node, parent.childNodes[index] ?? null);
  });
}

/** The element of index.html with this id. @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`index.html has no element with the id ${id}`);
  return element;
}

/**
 * Runs a change to the page and gives the keyboard focus back to the control that held it, found by its data-focus key.
 * @param {() => void} change
 */
export function keepingFocus(change) {
  const active = document.activeElement;
  const holder = active instanceof HTMLElement ? active.closest("[data-focus]") : null;
  const key = holder instanceof HTMLElement ? holder.dataset.focus : null;
  change();
  if (!key || document.activeElement === active) return;
  const again = document.querySelector(`[data-focus="${CSS.escape(key)}"]`);
  if (again instanceof HTMLElement) again.focus({ preventScroll: true });
}
