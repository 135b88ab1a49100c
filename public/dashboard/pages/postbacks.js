// What partners send: the URL to give them, what it means, the log, the words, the ledger. A tab each.
import { renderTabs } from '../tabs.js';

const tabs = [
  ['url', 'URL for your PP', () => import('./postback-url.js')],
  ['linter', 'Linter', () => import('./postback-linter.js')],
  ['log', 'Log', () => import('./postback-log.js')],
  ['words', 'Status words', () => import('./postback-words.js')],
  ['conversions', 'Conversions', () => import('./conversions.js')],
];

export function render(view, page) {
  return renderTabs(view, page, {
    label: 'Postbacks', title: 'Postbacks', about: 'Partners tell BackNova what became of each lead.', path: 'postbacks', tabs,
  });
}
