// The log of everything received, with what became of it and why.
import { h, fill } from '../dom.js';
import { get, withQuery } from '../api.js';
import { section, table, empty, status, paged } from '../parts.js';
import { field, form } from '../form.js';
import { replaceQuery } from '../router.js';
import { time, money } from '../format.js';
import { statuses } from '../statuses.js';

const results = ['applied', 'duplicate', 'stale', 'unmatched', 'ignored'];

export async function draw(body, { query, signal }) {
  const { keys } = await get('/api/v1/keys', { signal });
  const names = new Map(keys.map((key) => [key.id, key.name || key.masked]));
  let filter = { click_id: query.get('click_id') ?? '', result: query.get('result') ?? '',
    status: query.get('status') ?? '', key: query.get('key') ?? '' };
  const { list, show } = paged(signal, async (signal, before) => {
    const page = await get(withQuery('/api/v1/postbacks', { ...filter, limit: 50, before }), { signal });
    return { next: page.next,
      rows: page.postbacks.length ? logTable(page.postbacks, names) : before ? null : nothing(filter) };
  });
  const choices = (words) => [['', 'all'], ...words.map((word) => [word, word])];
  const search = form({
    submit: 'Show', label: 'Filter the log',
    fields: [h('div.form-grid',
      field({ name: 'click_id', label: 'click_id', value: filter.click_id, autocomplete: 'off', spellcheck: 'false' }),
      field({ name: 'result', label: 'Result', value: filter.result, options: choices(results) }),
      field({ name: 'status', label: 'Status', value: filter.status, options: choices(statuses) }),
      field({ name: 'key', label: 'From', value: filter.key,
        options: [['', 'all'],
          ...keys.filter((key) => key.kind !== 'publishable').map((key) => [key.id, names.get(key.id)])] }))],
    onSubmit: async (data) => {
      filter = Object.fromEntries(data);
      replaceQuery(filter);
      await show();
    },
  });
  await show();
  fill(body, section('Log of postbacks', search, list));
}

function nothing(filter) {
  if (Object.values(filter).some(Boolean)) return empty('Nothing fits',
    'Choose fewer filters. Postbacks without a lead are kept 30 days.');
  return empty('No postback yet',
    'Give your PP the postback URL; to try it, open it in a browser with a click_id of one of your leads.',
    h('a.btn.btn-primary.btn-sm', { href: '#/postbacks' }, 'Get the URL'));
}

function logTable(rows, names) {
  return table({
    caption: 'Postbacks, newest first', rows,
    columns: [
      { name: 'Received', cell: (row) => h('span.nowrap', time(row.received_at)) },
      { name: 'From',
        cell: (row) => (row.origin === 'partner' ? names.get(row.key_id) ?? 'a removed key' : row.origin) },
      { name: 'click_id',
        cell: (row) => (row.event_id ? h('a.click', { href: `#/events/${row.event_id}` }, row.click_id) : h(
          'span.click', row.click_id ?? 'none')) },
      { name: 'Word', cell: (row) => row.raw_status ?? '–' },
      { name: 'Status', cell: (row) => status(row.status) },
      { name: 'Payout', end: true, cell: (row) => money(row.payout, row.currency ?? undefined) },
      { name: 'Result', cell: (row) => status(row.result) },
      { name: 'Cause', wide: true,
        cell: (row) => [row.cause, row.warnings.map((warning) => h('div.quiet.small', warning.text)),
          row.other_parameters.length ? h('div.quiet.small', `Also sent: ${row.other_parameters.join(', ')}`) : null] },
    ],
  });
}
