// Keys, people, alerts, settings, privacy: a tab each.
import { h, fill, redrawn } from '../dom.js';
import { head, tabs } from '../parts.js';
import { session } from '../session.js';

const list = [['account', 'Keys'], ['account/people', 'People'], ['account/settings', 'Plan & settings'],
  ['account/alerts', 'Alerts'],
  ['account/privacy', 'Privacy']];

const drawers = {
  keys: async (...given) => (await import('./keys.js')).draw(...given),
  people: async (...given) => (await import('./people.js')).draw(...given),
  settings: async (...given) => (await import('./settings.js')).draw(...given),
  alerts: async (...given) => (await import('./alerts.js')).draw(...given),
  privacy: async (...given) => (await import('./privacy.js')).draw(...given),
};

export async function render(view, { parameters, query, signal }) {
  const tab = parameters.tab in drawers ? parameters.tab : 'keys';
  const body = h('div');
  const reload = redrawn(signal, (drawn) => drawers[tab](body, { query, signal: drawn, reload }));
  await reload();
  fill(view, head('Keys & account', session.person ? `You are ${session.person.email}.` : null),
    tabs('Account', list, tab === 'keys' ? 'account' : `account/${tab}`), body);
}
