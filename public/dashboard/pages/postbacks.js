// What partners send: the URL to give them, what it means, the log, the words, the ledger. A tab each.
import { h, fill, redrawn } from '../dom.js';
import { head, tabs } from '../parts.js';

const list = [
  ['postbacks', 'URL for your PP'], ['postbacks/linter', 'Linter'], ['postbacks/log', 'Log'],
  ['postbacks/words', 'Status words'],
  ['postbacks/conversions', 'Conversions'],
];

const drawers = {
  url: async (...given) => (await import('./postback-url.js')).draw(...given),
  linter: async (...given) => (await import('./postback-linter.js')).draw(...given),
  log: async (...given) => (await import('./postback-log.js')).draw(...given),
  words: async (...given) => (await import('./postback-words.js')).draw(...given),
  conversions: async (...given) => (await import('./conversions.js')).draw(...given),
};

export async function render(view, { parameters, query, signal }) {
  const tab = parameters.tab in drawers ? parameters.tab : 'url';
  const body = h('div');
  const reload = redrawn(signal, (drawn) => drawers[tab](body, { query, signal: drawn, reload }));
  await reload();
  fill(view, head('Postbacks', 'Partners tell BackNova what became of each lead.'),
    tabs('Postbacks', list, tab === 'url' ? 'postbacks' : `postbacks/${tab}`), body);
}
