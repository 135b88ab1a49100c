// Keys, people, alerts, settings, privacy: a tab each.
import { h, fill, redrawn } from '../dom.js';
import { unreached } from '../api.js';
import { head, tabs } from '../parts.js';
import { session } from '../session.js';

const list = [['account', 'Keys'], ['account/people', 'People'], ['account/settings', 'Plan & settings'],
  ['account/alerts', 'Alerts'],
  ['account/privacy', 'Privacy']];

const drawers = {
  keys: () => import('./keys.js'),
  people: () => import('./people.js'),
  settings: () => import('./settings.js'),
  alerts: () => import('./alerts.js'),
  privacy: () => import('./privacy.js'),
};

export async function render(view, { parameters, query, signal }) {
  const tab = parameters.tab in drawers ? parameters.tab : 'keys';
  const body = h('div');
  const reload = redrawn(signal, async (drawn) => {
    const { draw } = await drawers[tab]().catch(unreached);
    await draw(body, { query, signal: drawn, reload });
  });
  await reload();
  fill(view, head('Keys & account', session.person ? `You are ${session.person.email}.` : null),
    tabs('Account', list, tab === 'keys' ? 'account' : `account/${tab}`), body);
}
