// Pages by the address behind #. Each page is a module of its own, fetched when it is first opened.
import { h, fill, announce, redrawn } from './dom.js';
import { head, problem, loading } from './parts.js';
import { ApiError, unreached } from './api.js';

const pages = [
  ['overview', () => import('./pages/overview.js')],
  ['events', () => import('./pages/events.js')],
  ['events/:id', () => import('./pages/event.js')],
  ['sources', () => import('./pages/sources.js')],
  ['sources/:slug', () => import('./pages/source.js')],
  ['sources/:slug/preview', () => import('./pages/preview.js')],
  ['partners', () => import('./pages/partners.js')],
  ['partners/:slug', () => import('./pages/partner.js')],
  ['postbacks', () => import('./pages/postbacks.js')],
  ['postbacks/:tab', () => import('./pages/postbacks.js')],
  ['forwards', () => import('./pages/forwards.js')],
  ['forwards/:id', () => import('./pages/forward.js')],
  ['score', () => import('./pages/score.js')],
  ['account', () => import('./pages/account.js')],
  ['account/:tab', () => import('./pages/account.js')],
  ['how', () => import('./pages/how.js')],
  ['api', () => import('./pages/api.js')],
].map(([pattern, load]) => ({ pieces: pattern.split('/'), load }));

/** What the address names. @returns {{path: string[], query: URLSearchParams}} */
export function place() {
  const [path, query] = location.hash.replace(/^#\/?/, '').split('?');
  return { path: path.split('/').filter(Boolean).map(decode), query: new URLSearchParams(query ?? '') };
}

function decode(piece) { try { return decodeURIComponent(piece); } catch { return piece; } }

function find(path) {
  for (const page of pages) {
    if (page.pieces.length !== path.length) continue;
    const parameters = {};
    const fits = page.pieces.every((piece, index) => {
      if (!piece.startsWith(':')) return piece === path[index];
      parameters[piece.slice(1)] = path[index];
      return true;
    });
    if (fits) return { load: page.load, parameters };
  }
  return null;
}

let leaving = new AbortController();

/** Stops whatever the shown page still does. */
export function leave() {
  leaving.abort();
  leaving = new AbortController();
  return leaving.signal;
}

/**
 * Shows the page that the address names.
 * @param {HTMLElement} view
 * @param {boolean} takesFocus whether the heading gets the focus: after a step, not at the start
 */
export async function show(view, takesFocus) {
  const signal = leave();
  const { path, query } = place();
  const found = find(path.length ? path : ['overview']);
  fill(view, loading('Loading…'));
  try {
    if (!found) return missing(view);
    const page = await found.load().catch(unreached);
    if (signal.aborted) return;
    const { parameters } = found;
    const reload = redrawn(signal, (drawn) => page.render(view,
      { parameters, query, signal: drawn, reload, leaving: signal, go: (to) => { if (!signal.aborted) go(to); } }));
    await reload();
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof ApiError)) console.error(error);
    fill(view, head('This page could not be shown'), problem(error, error.status === 404 ? null : () => show(view, true)),
      error.status === 404 ? h('p', h('a', { href: `#/${path[0]}` }, 'Back to the list')) : null);
  }
  if (signal.aborted) return;
  const heading = view.querySelector('h1');
  document.title = `${heading?.textContent ?? 'Dashboard'} – BackNova`;
  if (takesFocus) {
    scrollTo(0, 0);
    heading?.focus({ preventScroll: true });
    announce(heading?.textContent ?? '');
  }
}

function missing(view) {
  fill(view, head('There is no such page'),
    h('p', 'The address may be mistyped. ', h('a', { href: '#/overview' }, 'Go to the overview'), '.'));
}

/** Fetches the page that the address names, while something else has to be waited for. */
export function fetchAhead() {
  const { path } = place();
  find(path.length ? path : ['overview'])?.load().catch(() => {}); // show() tries again, and says so
}

/** Goes on to another page. */
export function go(path) { location.hash = `#/${path}`; }

/** Another query for the same page, without a step in the history. */
export function replaceQuery(parameters) {
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value)).toString();
  const path = location.hash.split('?')[0] || '#/overview';
  history.replaceState(null, '', query ? `${path}?${query}` : path);
}
