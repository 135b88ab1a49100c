// What is stored, why, how long; a person's request: look up, erase.
import { h, fill } from '../dom.js';
import { post, ApiError } from '../api.js';
import { section, table, notice, empty, confirmButton, status } from '../parts.js';
import { field, form, textOrNull } from '../form.js';
import { piiZero } from './how.js';
import { time, words } from '../format.js';

const stored = [
  ['E-mail', 'a keyed hash, and its domain', 'duplicates, score, stats by domain', 'as long as the lead'],
  ['Phone, name', 'a keyed hash each', 'duplicates; finding what is held on a person', 'as long as the lead'],
  ['IP address', 'a keyed hash, its key is replaced every 30 days', 'repeat visitors, flooding', '30 days at most'],
  ['Browser', 'its family: chrome/android', 'the rule against bots', 'as long as the lead'],
  ['Behaviour', 'times and numbers, time zone, languages', 'the score', 'as long as the lead'],
  ['Source, country, cost, click_id, landing page', 'as sent, the page without its query', 'stats, matching postbacks',
    'as long as the lead'],
  ['Other form fields, cookies, sub ids', 'nothing', '', ''],
  ['Postbacks', 'known parameters; of others only the names', 'the ledger', 'without end; 30 days where no lead comes'],
  ['Trackers’ answers', 'the first 512 bytes', 'why a forward failed', 'without end'],
  ['You', 'e-mail, password as scrypt hash, session as SHA-256', 'to let you in', 'a session 14 days at most'],
];

export async function draw(body) {
  fill(body, piiZero(),
    section('What is stored, why, how long', table({
      caption: 'What is stored', rows: stored,
      columns: [{ name: 'What comes', cell: (row) => row[0] },
        { name: 'What is kept', wide: true, cell: (row) => row[1] }, { name: 'Why', wide: true, cell: (row) => row[2] },
        { name: 'How long', wide: true, cell: (row) => row[3] }],
    }), h('p.quiet.small', 'Never written to disk: names, e-mail addresses, phone numbers, IP addresses, user agents, '
        + 'form fields. They live in memory for as long as their request lasts.')),
    section('A person asks: what do you hold on me?', request()));
}

function request() {
  const place = h('div', { 'aria-live': 'polite' });
  return [h('p', 'Type the person’s e-mail address, or the phone number with its country. It is hashed and looked '
      + 'for; it is not stored, by this neither.'), form({
    submit: 'Look up', label: 'Look up a person',
    fields: [h('div.form-grid', field({ name: 'email', label: 'E-mail', type: 'email', autocomplete: 'off' }),
      field({ name: 'phone', label: 'or phone', type: 'tel', autocomplete: 'off' }),
      field({ name: 'country', label: 'Country of the phone number', placeholder: 'US', maxlength: 2,
        autocomplete: 'off' }))],
    onSubmit: async (data) => {
      const person = asked(data);
      try { fill(place, held(await post('/api/v1/privacy/lookup', person), person, place)); } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 404 && error.status !== 405) throw error;
        fill(place, notice('info', 'Look-up is not yet available on this server.'));
      }
    },
  }), place];
}

function asked(data) {
  const email = textOrNull(data.get('email'));
  return email ? { email } : { phone: textOrNull(data.get('phone')),
    country: textOrNull(data.get('country'))?.toUpperCase() ?? null };
}

function held(answer, person, place) {
  if (!answer.leads?.length) return empty('Nothing is held',
    answer.text ?? 'No lead of this account came from this person.');
  return [notice('info', answer.text ?? `${answer.total} leads are held.`), table({
    caption: 'What is held', rows: answer.leads,
    columns: [
      { name: 'Received', cell: (row) => h('a.nowrap', { href: `#/events/${row.event_id}` }, time(row.received_at)) },
      { name: 'Source', cell: (row) => row.source },
      { name: 'Decision', cell: (row) => status(row.decision) },
      { name: 'Status', cell: (row) => status(row.status) },
      { name: 'Held', wide: true, cell: (row) => (row.held ?? []).map(words).join(', ') },
    ],
  }), h('p', confirmButton('Erase', 'What ties these leads to the person is taken out for good; money and counts '
      + 'stay.', async () => {
    const done = await post('/api/v1/privacy/erase', person);
    fill(place, notice('good', done.text ?? 'Erased.'));
  }))];
}
