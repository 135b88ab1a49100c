// Elements made by calls, and what those who use keys or hear the page need while it changes. Texts become text nodes,
// always: nothing that a lead or partner sent is ever read as markup.

const svgNamespace = 'http://www.w3.org/2000/svg';

/**
 * An HTML element.
 * @param {string} tag a name with classes: `div.card.wide`
 * @param {object} [attributes] attributes and properties; a function is a listener, null and false are left out
 * @param {...(Node|string|number|null|Array)} children
 */
export function h(tag, attributes, ...children) { return make(tag, null, attributes, children); }

/** An SVG element; see {@link h}. */
export function s(tag, attributes, ...children) { return make(tag, svgNamespace, attributes, children); }

function make(tag, namespace, attributes, children) {
  const [name, ...classes] = tag.split('.');
  const element = namespace ? document.createElementNS(namespace, name) : document.createElement(name);
  if (classes.length) element.setAttribute('class', classes.join(' '));
  if (attributes instanceof Node || typeof attributes !== 'object' || Array.isArray(attributes)) {
    children = [attributes, ...children];
    attributes = null;
  }
  for (const [key, value] of Object.entries(attributes ?? {})) set(element, key, value);
  append(element, children);
  return element;
}

const properties = new Set(['value', 'checked', 'selected', 'disabled', 'hidden', 'open', 'indeterminate']);

function set(element, key, value) {
  if (value === null || value === undefined || value === false && !properties.has(key)) return;
  if (typeof value === 'function') element.addEventListener(key.replace(/^on/, ''), value);
  else if (key === 'class') element.classList.add(...String(value).split(' ').filter(Boolean));
  else if (properties.has(key) && key in element) element[key] = value;
  else element.setAttribute(key, value === true ? '' : String(value));
}

function append(element, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false || child === true) continue;
    if (Array.isArray(child)) append(element, child);
    else element.append(child instanceof Node ? child : String(child));
  }
}

/** Replaces all that stands in an element. */
export function fill(element, ...children) {
  element.textContent = '';
  append(element, children);
  return element;
}

/**
 * What draws something, and draws it anew as often as it is called. A new draw stops the one before, and all stop once
 * the page is left: of two answers under way the later question's stands, and nothing goes on for what is gone.
 * @param {AbortSignal} leaving the page
 * @param {(signal: AbortSignal, ...given: any[]) => Promise<void>} draw asks by that signal alone
 */
export function redrawn(leaving, draw) {
  let current = new AbortController();
  leaving.addEventListener('abort', () => current.abort());
  return async function again(...given) {
    current.abort();
    current = new AbortController();
    const { signal } = current;
    if (leaving.aborted) return;
    try { await draw(signal, ...given); } catch (error) { if (!signal.aborted) throw error; }
  };
}

/** How long a page that is out of sight is waited for, in milliseconds: it is not painted. */
const unseen = 100;

/** Waits until what was drawn so far is to be seen: more follows it without holding it up. */
export function painted() {
  return new Promise((resolve) => {
    setTimeout(resolve, unseen);
    requestAnimationFrame(() => setTimeout(resolve));
  });
}

let lastID = 0;
/** An id that no other element of the page has. */
export function newID(stem) { return `${stem}-${++lastID}`; }

/** How long something stays told, in milliseconds. */
const tellingTime = 6_000;

/** Says what was done, to everybody: it stands at the page's foot for a while, whatever is drawn anew meanwhile. */
export function tell(text) {
  announce(text);
  const place = document.getElementById('told');
  if (!place) return;
  const line = h('p.told', text);
  fill(place, line);
  setTimeout(() => line.remove(), tellingTime);
}

/** Says something to those who do not see the page. */
export function announce(text) {
  // What stands behind an open dialog is not read out.
  const region = (document.querySelector('dialog[open]') ?? document).querySelector('.announcements');
  if (!region) return;
  region.textContent = '';
  setTimeout(() => { region.textContent = text; }, 50);
}

/**
 * Remembers where the focus is: what is drawn anew under it must not throw those who use keys back to the top of the page.
 * @returns {() => void} puts it there again where it was lost: on the same control of the form that took the old one's
 *   place, else on the heading of the same section, else on the page's
 */
export function holdFocus() {
  const held = document.activeElement;
  const label = held?.closest('form')?.getAttribute('aria-label');
  const title = held?.closest('section')?.querySelector('h2')?.textContent;
  return () => {
    if (!held || held.isConnected || document.activeElement !== document.body) return;
    const form = label && [...document.forms].find((one) => one.getAttribute('aria-label') === label);
    const control = form && (held.name ? form.elements[held.name] : form.querySelector('[type="submit"]'));
    const heading = () => title && [...document.querySelectorAll('main h2')].find((one) => one.textContent === title)
      || document.querySelector('main h1');
    focus(control instanceof HTMLElement ? control : heading());
  };
}

function focus(element) {
  if (element?.matches('h1, h2')) element.tabIndex = -1;
  element?.focus({ preventScroll: true });
}

/** While what a button does is under way it keeps the focus, and a further press does nothing. */
export function setBusy(button, isBusy) { button.setAttribute('aria-disabled', String(isBusy)); }
export function isBusy(button) { return button.getAttribute('aria-disabled') === 'true'; }
