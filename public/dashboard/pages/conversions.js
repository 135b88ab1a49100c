// The ledger: what conversions have come to, corrections by hand, and partners' reports compared with it.
import { h, fill, announce } from '../dom.js';
import { get, post, call, withQuery, session } from '../api.js';
import { section, table, empty, status, notice, actionButton, paged } from '../parts.js';
import { field, form, numberOrNull, textOrNull } from '../form.js';
import { replaceQuery } from '../router.js';
import { count, plural, time, money, words } from '../format.js';
import { statuses } from '../statuses.js';

export async function draw(body, { query, signal }) {
  let filter = { click_id: query.get('click_id') ?? '', status: query.get('status') ?? '',
    from: query.get('from') ?? '', to: query.get('to') ?? '' };
  const file = h('a.btn.btn-quiet', { download: 'conversions.csv' }, 'Download CSV');
  const { list, show } = paged(signal, async (signal, before) => {
    file.setAttribute('href', withQuery('/api/v1/conversions', { ...filter, format: 'csv' }));
    const page = await get(withQuery('/api/v1/conversions', { ...filter, limit: 50, before }), { signal });
    return { next: page.next, rows: page.conversions.length ? ledger(page.conversions) : before ? null
      : empty('No conversions here', 'They open with the first postback of a lead.',
        h('a.btn.btn-primary.btn-sm', { href: '#/postbacks' }, 'Get the postback URL')) };
  });
  const search = form({
    submit: 'Show', label: 'Filter conversions', extra: file,
    fields: [h('div.form-grid', field({ name: 'click_id', label: 'click_id', value: filter.click_id }),
      field({ name: 'status', label: 'Status', value: filter.status,
        options: [['', 'all'], ...statuses.map((one) => [one, one])] }),
      field({ name: 'from', label: 'Opened from', type: 'date', value: filter.from }),
      field({ name: 'to', label: 'to', type: 'date', value: filter.to }))],
    onSubmit: async (data) => { filter = Object.fromEntries(data); replaceQuery(filter); await show(); },
  });
  await show();
  fill(body, section('Conversions', search, list),
    h('div.two', section('Correct one by hand', correction(show)), section('Compare with a report', report(show))));
}

function ledger(rows) {
  return table({
    caption: 'Conversions, newest first', rows,
    columns: [
      { name: 'Opened', cell: (row) => h('span.nowrap', time(row.created_at)) },
      { name: 'click_id', cell: (row) => h('a.click', { href: `#/events/${row.event_id}` }, row.click_id) },
      { name: 'Source', cell: (row) => row.source }, { name: 'txid', cell: (row) => h('span.break', row.txid ?? '–') },
      { name: 'Status', cell: (row) => status(row.status) },
      { name: 'Payout', end: true, cell: (row) => money(row.payout, row.currency ?? undefined) },
      { name: 'Revenue', end: true, cell: (row) => money(row.revenue) },
      { name: 'Held', end: true, cell: (row) => money(row.held_revenue) },
      { name: 'Changed', cell: (row) => h('span.nowrap', time(row.changed_at)) },
    ],
  });
}

function correction(show) {
  const done = h('div', { role: 'status' });
  return [h('p', 'Says what a conversion is, as a line of its own in the log; your tracker is told. Without txid it '
    + 'means the click’s newest one.'), form({
    submit: 'Correct it', label: 'Correct a conversion',
    fields: [h('div.form-grid', field({ name: 'click_id', label: 'click_id', autocomplete: 'off' }),
      field({ name: 'txid', label: 'txid, if it has one', autocomplete: 'off' }),
      field({ name: 'status', label: 'Status', value: 'approved', options: statuses.map((one) => [one, one]) }),
      field({ name: 'payout', label: `Payout, ${session.account.currency}`, inputmode: 'decimal' }))],
    onSubmit: async (data) => {
      const answer = await post('/api/v1/conversions',
        { click_id: data.get('click_id') || null, txid: textOrNull(data.get('txid')), status: data.get('status'),
          payout: numberOrNull(data.get('payout')) });
      fill(done,
        notice('good',
          `${words(answer.result)}: the conversion is ${answer.conversion.status}, worth `
            + `${money(answer.conversion.revenue)}.`), answer.warnings.map((warning) => notice('warn', warning.text)));
      await show();
    },
  }), done];
}

function report(show) {
  const place = h('div', { 'aria-live': 'polite' });
  const send = async (file, isDry) => {
    const answer = await call('POST', withQuery('/api/v1/conversions', { dry_run: isDry ? 1 : null }),
      { body: await file.text(), type: 'text/csv' });
    const said = isDry
      ? 'Nothing is changed yet. What the report says against the ledger:' : 'The report’s word is taken. What it changed:';
    const trouble = h('div');
    const take = async () => {
      await send(file, false);
      await show();
      announce('The report is taken.');
    };
    fill(place, notice(isDry ? 'info' : 'good', said), numbersOf(answer),
      isDry ? [h('p', actionButton('Take the report’s word for it', take, trouble, 'btn-primary')), trouble] : null);
  };
  return [h('p', 'A CSV of statuses from your PP’s panel, up to 64 KiB: lost, repriced and doubled conversions show '
    + 'before anything changes.'), form({
    submit: 'Compare', label: 'Compare a report',
    fields: [field({ name: 'file', label: 'CSV file', type: 'file', value: undefined, accept: '.csv,text/csv' })],
    onSubmit: async (data) => { await send(data.get('file'), true); },
  }), place];
}

/** What the comparison found, by kind, and what taking its word does or would do. */
function numbersOf(answer) {
  const kinds = Object.keys(answer.counts).filter((kind) => answer.counts[kind]);
  const { effect } = answer;
  return [kinds.length ? table({
    caption: 'The report against the ledger', rows: kinds,
    columns: [{ name: 'Found', cell: (kind) => words(kind) },
      { name: 'Rows', end: true, cell: (kind) => count(answer.counts[kind]) },
      { name: 'Ours', end: true, cell: (kind) => money(answer.sums[kind].ours) },
      { name: 'Report', end: true, cell: (kind) => money(answer.sums[kind].report) }],
  }) : empty('No rows', 'The file has no row that could be compared.'),
  h('p',
    `${plural(effect.leads, 'lead')}, ${plural(effect.conversions, 'conversion')}, revenue by `
      + `${money(effect.revenue)}, held by ${money(effect.held_revenue)}, ${plural(effect.forwards, 'delivery', 'deliveries')}.`)];
}
