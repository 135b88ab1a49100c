// What is stored, why, how long; a person's request: look up, erase.
import { h, fill } from '../dom.js';
import { get, post, withQuery } from '../api.js';
import { section, table, notice, empty, confirmButton, paged, status } from '../parts.js';
import { field, form, fault, textOrNull } from '../form.js';
import { piiZero } from './how.js';
import { count, plural, time, words } from '../format.js';

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
  ['Partners’ answers', 'class, HTTP status, time, their lead id', 'a lead’s story, caps, routing', 'as long as the lead'],
  ['Partners’ headers, targets of alerts', 'sealed with this server’s key', 'handing leads over; telling you',
    'until you take them out'],
  ['Erasures', 'when, by whom, how many leads; not whose', 'that it was done', 'without end'],
  ['Trackers’ answers', 'the first 512 bytes', 'why a forward failed', 'without end'],
  ['You', 'e-mail, password as scrypt hash, session as SHA-256', 'to let you in', 'a session 14 days at most'],
];

export async function draw(body, { signal }) {
  const { list, show } = paged(signal, erased);
  await show();
  fill(body, piiZero(),
    section('What is stored, why, how long', table({
      caption: 'What is stored', rows: stored,
      columns: [{ name: 'What comes', cell: (row) => row[0] },
        { name: 'What is kept', wide: true, cell: (row) => row[1] }, { name: 'Why', wide: true, cell: (row) => row[2] },
        { name: 'How long', wide: true, cell: (row) => row[3] }],
    }), h('p.quiet.small', 'Never written to disk: names, e-mail addresses, phone numbers, IP addresses, user agents, '
        + 'form fields. They live in memory for as long as their request lasts.')),
    section('A person asks: what do you hold on me?', request(show)),
    section('What was erased', list));
}

function request(show) {
  const place = h('div', { 'aria-live': 'polite' });
  return [h('p', 'Type the person’s e-mail address, or the phone number with its country. It is hashed and looked '
      + 'for, and not stored.'), form({
    submit: 'Look up', label: 'Look up a person',
    fields: [h('div.form-grid', field({ name: 'email', label: 'E-mail', type: 'email', autocomplete: 'off' }),
      field({ name: 'phone', label: 'or phone', type: 'tel', autocomplete: 'off' }),
      field({ name: 'country', label: 'Country of the phone number', placeholder: 'US', maxlength: 2,
        autocomplete: 'off' }))],
    onSubmit: async (data, element) => {
      fill(place);
      const person = asked(data);
      const erase = async () => {
        const { leads, left, text } = await eraseAll(person, place);
        if (!left) element.reset();
        await show();
        fill(place, erasedSaid(leads, left, text));
      };
      fill(place, held(await post('/api/v1/privacy/lookup', person), erase));
    },
  }), place];
}

/**
 * One call erases some of them; goes on until none is left, or a call finds none that it can erase.
 * @returns {Promise<{leads: number, left: number, text: string}>} of all calls together; text: what the last one said
 */
async function eraseAll(person, place) {
  let done;
  let leads = 0;
  do {
    done = await post('/api/v1/privacy/erase', person);
    leads += done.leads;
    if (done.left) fill(place, notice('info', `${plural(leads, 'lead')} erased, ${count(done.left)} left…`));
  } while (done.left > 0 && done.leads > 0);
  return { leads, left: done.left, text: done.text };
}

function erasedSaid(leads, left, text) {
  if (left) {
    return notice('warn', h('p', `${plural(leads, 'lead')} erased, ${count(left)} left.`),
      h('p', 'Look the person up again in a moment, and erase what is left.'));
  }
  return notice('good', leads ? `${plural(leads, 'lead')} erased: nothing in them tells any more whose they were. Backups `
    + 'made before still hold what they held.' : text);
}

function asked(data) {
  const email = textOrNull(data.get('email'));
  const phone = textOrNull(data.get('phone'));
  if (!email && !phone) throw fault('email', 'is missing: type an e-mail address, or a phone number with its country');
  if (email && phone) {
    throw fault('phone', 'cannot be looked for with the e-mail address: look for one after the other, each by itself');
  }
  return email ? { email } : { phone, country: textOrNull(data.get('country'))?.toUpperCase() ?? null };
}

function held(answer, erase) {
  if (!answer.total) return empty('Nothing is held', answer.text);
  return [notice('info', h('p', answer.text), h('p', 'Reference ', h('code', `${answer.reference}…`))), table({
    caption: 'What is held', rows: answer.leads,
    columns: [
      { name: 'Received', cell: (row) => h('a.nowrap', { href: `#/events/${row.event_id}` }, time(row.received_at)) },
      { name: 'Source', cell: (row) => row.source },
      { name: 'click_id', cell: (row) => h('span.click', row.click_id ?? '–') },
      { name: 'Decision', cell: (row) => status(row.decision) },
      { name: 'Status', cell: (row) => status(row.status) },
      { name: 'Held', wide: true, cell: (row) => row.held.map((name) => heldNames[name] ?? words(name)).join(', ') },
    ],
  }), h('p', confirmButton('Erase', `${plural(answer.total, 'lead')}: what ties them to the person is taken out for `
    + 'good; money and counts stay.', erase))];
}

const heldNames = { email_ref: 'e-mail hash', phone_ref: 'phone hash', name_ref: 'name hash', address_ref: 'IP hash',
  email_domain: 'e-mail domain', lead_id: 'lead id hash', user_agent: 'browser family' };

/** When something was erased, and by whom; not whose it was. */
async function erased(signal, before) {
  const [page, { people }, { keys }] = await Promise.all([
    get(withQuery('/api/v1/privacy/erasures', { limit: 50, before }), { signal }), get('/api/v1/people', { signal }),
    get('/api/v1/keys', { signal })]);
  const who = (row) => people.find((one) => one.id === row.person_id)?.email
    ?? keys.filter((one) => one.id === row.key_id).map((one) => `key ${one.name || one.masked}`)[0]
    ?? 'somebody who was removed';
  const rows = page.erasures.length ? table({
    caption: 'Erasures, newest first', rows: page.erasures,
    columns: [{ name: 'When', cell: (row) => h('span.nowrap', time(row.at)) }, { name: 'By', cell: who },
      { name: 'Leads', end: true, cell: (row) => count(row.leads) },
      { name: 'Erasure', cell: (row) => h('code', row.id) }],
  }) : before ? null : empty('Nothing was erased', 'An erasure is listed with its time, who did it and how many leads; '
    + 'not with whose they were.');
  return { rows, next: page.next };
}
