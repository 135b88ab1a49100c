// What is wrong or was lately, and who is told of it.
import { h, fill, tell } from '../dom.js';
import { get, post, remove } from '../api.js';
import { section, table, empty, badge, actionButton, confirmButton } from '../parts.js';
import { field, form } from '../form.js';
import { ago, count, time } from '../format.js';
import { alertPlace } from './attention.js';

const kinds = [['webhook', 'Webhook'], ['email', 'E-mail'], ['telegram', 'Telegram']];

export async function draw(body, { signal, reload }) {
  const [{ alerts }, { channels }] = await Promise.all([get('/api/v1/alerts', { signal }),
    get('/api/v1/alerts/channels', { signal })]);
  fill(body,
    section('Alerts', h('p', 'BackNova looks twice a minute: deliveries that were given up, a tracker that takes '
      + 'nothing, a partner that fails or is full, words that nothing names, a disk that fills. Each cause is one alert.'),
    alerts.length ? alertTable(alerts) : empty('No alert is open', 'Nor was there one in the last 30 days.')),
    section('Who is told', channels.length ? channelTable(channels, reload)
      : empty('Nobody is told yet', 'Alerts show here and on the overview. Make a channel below to be told at once.')),
    section('New channel', newChannel(reload)));
}

function alertTable(alerts) {
  return table({
    caption: 'Alerts, those that last first', rows: alerts,
    columns: [
      { name: 'State', cell: (row) => (row.resolved_at ? badge('plain', 'over') : badge('bad', 'open')) },
      { name: 'What', wide: true,
        cell: (row) => [h('strong', row.title), h('div', row.text), row.resolved_at ? null
          : h('div.quiet.small', row.remedy, ' ', alertLink(row))] },
      { name: 'Since', cell: (row) => h('span.nowrap', time(row.first_at)) },
      { name: 'Told', cell: (row) => (row.told_at ? ago(row.told_at) : 'not yet') },
      { name: 'Over', cell: (row) => (row.resolved_at ? ago(row.resolved_at) : '–') },
    ],
  });
}

function alertLink(alert) {
  const place = alertPlace(alert);
  return place ? h('a', { href: place.href }, place.action) : null;
}

function channelTable(channels, reload) {
  return table({
    caption: 'Channels', rows: channels,
    columns: [
      { name: 'Kind', cell: (row) => kinds.find(([kind]) => kind === row.kind)?.[1] ?? row.kind },
      { name: 'Target', wide: true, cell: (row) => h('code.break', row.target ?? 'cannot be read any more') },
      { name: 'Last told', cell: (row) => ago(row.last_sent_at) },
      { name: 'Last failure',
        cell: (row) => (row.last_failed_at ? `${row.last_error}, ${ago(row.last_failed_at)}` : '–') },
      { name: 'Do', wide: true, cell: (row) => channelActions(row, reload) },
    ],
  });
}

function channelActions(channel, reload) {
  const path = `/api/v1/alerts/channels/${encodeURIComponent(channel.id)}`;
  const place = h('div', { role: 'status' });
  const test = actionButton('Test', async () => { fill(place, testResult(await post(`${path}/test`, {}))); }, place);
  return [test, ' ', confirmButton('Delete', 'It is told no more.', async () => {
    await remove(path);
    await reload();
    tell('Deleted.');
  }), place];
}

function testResult(result) {
  const took = result.milliseconds === null ? '' : `, ${count(result.milliseconds)} ms`;
  return h('p', badge(result.delivered ? 'good' : 'bad', result.delivered ? 'arrived' : 'failed'), ' ',
    result.delivered ? `The test message was taken${result.status ? ` with ${result.status}` : ''}${took}.`
      : `${result.error}${took}.`,
    result.answer ? h('div', h('code', result.answer)) : null);
}

function newChannel(reload) {
  const parts = {
    webhook: field({ name: 'url', label: 'URL', type: 'url', placeholder: 'https://hooks.example/backnova',
      autocomplete: 'off', help: 'Gets a POST with JSON.' }),
    email: field({ name: 'address', label: 'Address', type: 'email', placeholder: 'you@example.com',
      autocomplete: 'off', help: 'Sent by this server’s own mail program.' }),
    telegram: h('div.form-grid',
      field({ name: 'token', label: 'The bot’s token', placeholder: '123456789:AA…', autocomplete: 'off',
        spellcheck: 'false', help: 'As BotFather gave it.' }),
      field({ name: 'chat_id', label: 'Chat', placeholder: '@name or a number', autocomplete: 'off',
        help: 'The bot must be in that chat.' })),
  };
  const show = (chosen) => { for (const [kind, part] of Object.entries(parts)) part.hidden = kind !== chosen; };
  show('webhook');
  return [h('p', 'The target is kept sealed and shown masked. No alert holds a contact.'), form({
    submit: 'Make the channel', label: 'New channel',
    fields: [field({ name: 'kind', label: 'Kind', value: 'webhook', options: kinds,
      onchange: (event) => show(event.currentTarget.value) }), Object.values(parts)],
    onSubmit: async (data) => {
      const names = { webhook: ['url'], email: ['address'], telegram: ['token', 'chat_id'] }[data.get('kind')];
      await post('/api/v1/alerts/channels', { kind: data.get('kind'),
        ...Object.fromEntries(names.map((name) => [name, data.get(name).trim()])) });
      await reload();
      tell('The channel is made. Test it.');
    },
  })];
}
