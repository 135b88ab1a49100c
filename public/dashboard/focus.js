// The focus of those who use keys: what is drawn anew under it must not throw them back to the top of the page.

/**
 * Remembers where the focus is.
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
