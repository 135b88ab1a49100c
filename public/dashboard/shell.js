// What stands round every page: header, navigation, progress, the place for announcements.
import { h, s, fill } from './dom.js';
import { get, remove, poll, session } from './api.js';
import { problem, notice } from './parts.js';
import { place } from './router.js';

const places = [
  ['overview', 'Overview'], ['events', 'Events'], ['sources', 'Sources'], ['partners', 'Partners'],
  ['postbacks', 'Postbacks'], ['forwards', 'Forwards'], ['score', 'Score'], ['account', 'Keys & account'],
  ['how', 'How it works'], ['api', 'API'],
];

/** Draws the frame. @returns {HTMLElement} the place for pages */
export function drawShell(app, onLogOut) {
  const main = h('main', { id: 'main', tabindex: -1 });
  const links = h('ul', places.map(([path, name]) => h('li', h('a', { href: `#/${path}`, 'data-place': path }, name))),
    h('li.log-out', logOutButton(onLogOut)), h('li.zone.quiet.small', { id: 'zone' }));
  const nav = h('nav.places', { id: 'places', 'aria-label': 'Pages' }, links);
  const toggle = h('button.icon-button.menu-button', {
    type: 'button', 'aria-expanded': 'false', 'aria-controls': 'places',
    onclick: () => setMenu(toggle, nav, toggle.getAttribute('aria-expanded') !== 'true'),
  }, glyph('M3 6h14M3 10h14M3 14h14'), h('span.visually-hidden', 'Menu'));
  links.addEventListener('click', () => setMenu(toggle, nav, false));
  nav.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') { setMenu(toggle, nav, false); toggle.focus(); }
  });
  fill(app,
    h('a.skip-link', { href: '#main', onclick: (event) => { event.preventDefault(); main.focus(); } },
      'Skip to content'),
    h('div.busy', { id: 'busy', hidden: true, role: 'progressbar', 'aria-label': 'Loading' }),
    h('header.top', toggle, brand(), h('div.top-end', themeButton(), logOutButton(onLogOut))),
    h('div', { id: 'shell-notice' }),
    h('div.frame', nav, main),
    h('div.told-place', { id: 'told', 'aria-hidden': 'true' }),
    h('div.visually-hidden', { id: 'announcements', class: 'announcements', role: 'status', 'aria-live': 'polite' }));
  return main;
}

function brand() {
  return h('div.brand', logo(), h('span.brand-name', 'BackNova ', h('span.quiet', { id: 'version' }, 'v3.0')),
    h('a.plan', { href: '#/account/settings', title: 'Your plan' }, session.account.plan.toUpperCase()),
    h('a.shield', { href: '#/how', title: 'PII-Zero: no contact is stored' },
      glyph('M6 9V7a4 4 0 0 1 8 0v2M5 9h10v8H5z'), h('span.shield-text', 'PII-Zero')));
}

export function logo() {
  return s('svg.logo', { viewBox: '0 0 32 32', 'aria-hidden': 'true' },
    s('rect', { width: 32, height: 32, rx: 8, class: 'logo-ground' }),
    s('path', { d: 'M16 5l2.6 8.4L27 16l-8.4 2.6L16 27l-2.6-8.4L5 16l8.4-2.6z', class: 'logo-star' }));
}

function glyph(path) {
  return s('svg.glyph', { viewBox: '0 0 20 20', 'aria-hidden': 'true' }, s('path', { d: path }));
}

/** The switch between light and dark. */
export function themeButton() {
  const theme = globalThis.backnovaTheme;
  const name = h('span.visually-hidden');
  const draw = () => { name.textContent = theme.shown === 'dark' ? 'Use the light theme' : 'Use the dark theme'; };
  draw();
  return h('button.icon-button', { type: 'button', onclick: () => { theme.toggle(); draw(); } },
    glyph('M10 3a7 7 0 1 0 7 7 5.5 5.5 0 0 1-7-7z'), name);
}

function logOutButton(onLogOut) {
  return h('button.btn.btn-quiet.btn-sm.log-out', {
    type: 'button',
    onclick: async () => {
      const trouble = document.getElementById('shell-notice');
      fill(trouble);
      try { await remove('/api/v1/session'); } catch (error) {
        if (error.status !== 401) {
          const said = problem(error, null);
          said.append(h('p', 'You may still be logged in.'));
          fill(trouble, said);
          return said.scrollIntoView({ block: 'center' });
        }
      }
      onLogOut();
    },
  }, 'Log out');
}

function setMenu(toggle, nav, isOpen) {
  toggle.setAttribute('aria-expanded', String(isOpen));
  nav.classList.toggle('is-open', isOpen);
}

/** Says something above the page, until the next one is shown. */
export function warn(...text) {
  fill(document.getElementById('shell-notice'), notice('warn', h('p', { role: 'alert' }, ...text)));
}

let following = new AbortController();

/** Says in what zone times are, and follows a change of it to its end: sums move for minutes, on whatever page. */
export function markZone() {
  following.abort();
  following = new AbortController();
  const { signal } = following;
  sayZone();
  if (!session.account.timezone_change) return;
  poll(signal, async () => {
    if (!session.account) return true;
    const account = await get('/api/v1/account', { signal, quiet: true });
    if (signal.aborted || !session.account) return true;
    session.account = account;
    sayZone();
    return !account.timezone_change;
  });
}

function sayZone() { document.getElementById('zone').textContent = `Times are in ${session.account.timezone}`; }

/** Says which version answers: the first two of its numbers. */
export async function sayVersion() {
  try {
    const { version } = await get('/healthz', { quiet: true });
    document.getElementById('version').textContent = `v${version.split('.').slice(0, 2).join('.')}`;
  } catch { /* what stands there is the one that these files came with */ }
}

/** Marks the page that is shown in the navigation. */
export function markPlace() {
  fill(document.getElementById('shell-notice'));
  markZone();
  const here = place().path[0] ?? 'overview';
  for (const link of document.querySelectorAll('[data-place]')) {
    if (link.dataset.place === here) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
}

let timer = null;

/** Shows that something is under way, once it takes longer than people notice. */
export function showBusy(isBusy) {
  clearTimeout(timer);
  const bar = document.getElementById('busy');
  if (!bar) return;
  if (isBusy) timer = setTimeout(() => { bar.hidden = false; }, 250);
  else bar.hidden = true;
}
