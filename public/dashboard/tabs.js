// Pages that are several tabs: each is a module of its own, fetched when it is first opened.
import { h, fill, painted, redrawn } from './dom.js';
import { unreached } from './api.js';
import { head, loading } from './parts.js';

/**
 * Shows the tab that the address names, the first one unless it does.
 * @param {HTMLElement} view
 * @param {{parameters: {tab?: string}, query: URLSearchParams, signal: AbortSignal}} page as the router gives it
 * @param {{label: string, title: string, about: string|null, path: string,
 *   tabs: [string, string, () => Promise<{draw: Function}>][]}} options tabs: name in the address, name, module
 */
export async function renderTabs(view, { parameters, query, signal }, { label, title, about, path, tabs }) {
  const [here, , load] = tabs.find(([key]) => key === parameters.tab) ?? tabs[0];
  const body = h('div', loading());
  fill(view, head(title, about), h('nav.tabs', { 'aria-label': label }, tabs.map(([key, name]) => h('a', {
    href: `#/${key === tabs[0][0] ? path : `${path}/${key}`}`, 'aria-current': key === here ? 'page' : null,
  }, name))), body);
  const reload = redrawn(signal, async (drawn) => {
    const [{ draw }] = await Promise.all([load().catch(unreached), painted()]);
    if (!drawn.aborted) await draw(body, { query, signal: drawn, reload });
  });
  await reload();
}
