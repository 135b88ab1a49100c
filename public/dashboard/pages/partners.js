// Who buys the leads: the list with caps and results, and a new partner.
import { h, fill } from '../dom.js';
import { get, getIfThere, post } from '../api.js';
import { head, section, table, empty, badge, notice } from '../parts.js';
import { partnerForm } from '../partner-form.js';
import { go } from '../router.js';
import { count, money, percent } from '../format.js';

export async function render(view, { signal }) {
  const lead = 'Accepted leads go straight to a partner: name, e-mail, phone and click_id, within the same request.';
  const answer = await getIfThere('/api/v1/partners', { signal });
  if (!answer) {
    return fill(view, head('Partners', lead),
      notice('info', h('p', h('strong', 'Partners are not yet available on this server.')),
      h('p',
        'Decisions are made and counted; your page or server hands the lead on itself. Postbacks and forwards work '
          + 'all the same: ', h('a', { href: '#/postbacks' }, 'get the postback URL'), '.')));
  }
  const [stats, presets] = await Promise.all([get('/api/v1/stats?group_by=partner', { signal }),
    getIfThere('/api/v1/partners/presets', { signal })]);
  const sums = new Map(stats.rows.map((row) => [row.key, row]));
  fill(view, head('Partners', lead),
    section('Your partners', answer.partners.length ? partnerTable(answer.partners, sums)
      : empty('No partner yet',
        'Until there is one, leads are scored and counted, and nobody gets them. Fill in the form below with what your '
          + 'partner’s documents say.')),
    section('New partner', partnerForm({
      partner: null, templates: presets?.presets ?? [], submit: 'Make the partner',
      onSubmit: async (body) => {
        await post('/api/v1/partners', body);
        go(`partners/${encodeURIComponent(body.slug)}`);
      },
    })));
}

function partnerTable(partners, sums) {
  const of = (row) => sums.get(row.slug) ?? {};
  return [table({
    caption: 'Partners, with their last 30 days', rows: partners,
    columns: [
      { name: 'Partner',
        cell: (row) => h('a', { href: `#/partners/${encodeURIComponent(row.slug)}` }, row.name || row.slug) },
      { name: 'State',
        cell: (row) => (
          row.archived_at ? badge('plain', 'archived') : row.active ? badge('good', 'takes leads')
            : badge('warn', 'paused')) },
      { name: 'Order', end: true, cell: (row) => `${row.priority ?? '–'} / ${row.weight ?? '–'}` },
      { name: 'Caps', cell: (row) => caps(row.caps) },
      { name: 'Leads', end: true, cell: (row) => count(of(row).leads ?? 0) },
      { name: 'Approval', end: true, cell: (row) => percent(of(row).approval_rate, 0) },
      { name: 'Revenue', end: true, cell: (row) => money(of(row).revenue ?? 0) },
      { name: 'Payout', end: true, cell: (row) => money(row.payout) },
    ],
  }), h('p.quiet.small', 'Order: priority / weight. Numbers of the last 30 days.')];
}

/** Caps in words. */
export function caps(caps) {
  const list = [['hour', 'an hour'], ['day', 'a day'],
    ['total', 'in all']].filter(([span]) => caps?.[span]).map(([span, name]) => `${count(caps[span])} ${name}`);
  return list.join(', ') || 'none';
}
