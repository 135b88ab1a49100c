// What partners send: the URL to give them, what it means, the log, the words, the ledger. A tab each.
import { h, fill, redrawn } from '../dom.js';
import { unreached } from '../api.js';
import { head, tabs } from '../parts.js';

const list = [
  ['postbacks', 'URL for your PP'], ['postbacks/linter', 'Linter'], ['postbacks/log', 'Log'],
  ['postbacks/words', 'Status words'],
  ['postbacks/conversions', 'Conversions'],
];

const drawers = {
  url: () => import('./postback-url.js'),
  linter: () => import('./postback-linter.js'),
  log: () => import('./postback-log.js'),
  words: () => import('./postback-words.js'),
  conversions: () => import('./conversions.js'),
};

export async function render(view, { parameters, query, signal }) {
  const tab = parameters.tab in drawers ? parameters.tab : 'url';
  const body = h('div');
  const reload = redrawn(signal, async (drawn) => {
    const { draw } = await drawers[tab]().catch(unreached);
    await draw(body, { query, signal: drawn, reload });
  });
  await reload();
  fill(view, head('Postbacks', 'Partners tell BackNova what became of each lead.'),
    tabs('Postbacks', list, tab === 'url' ? 'postbacks' : `postbacks/${tab}`), body);
}
