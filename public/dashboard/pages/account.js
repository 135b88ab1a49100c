// Keys, people, alerts, settings, privacy: a tab each.
import { session } from '../api.js';
import { renderTabs } from '../tabs.js';

const tabs = [
  ['keys', 'Keys', () => import('./keys.js')],
  ['people', 'People', () => import('./people.js')],
  ['settings', 'Plan & settings', () => import('./settings.js')],
  ['alerts', 'Alerts', () => import('./alerts.js')],
  ['privacy', 'Privacy', () => import('./privacy.js')],
];

export function render(view, page) {
  return renderTabs(view, page, {
    label: 'Account', title: 'Keys & account', about: session.person ? `You are ${session.person.email}.` : null,
    path: 'account', tabs,
  });
}
