// Who buys the leads: the list with caps and results, and a new partner.
import { h, fill, painted } from '../dom.js';
import { get, post, session } from '../api.js';
import { head, section, table, empty, badge } from '../parts.js';
import { partnerForm } from '../partner-form.js';
import { capLines } from '../caps.js';
import { count, money, percent } from '../format.js';
import { policyText } from '../policies.js';

export async function render(view, { signal, go }) {
  const [{ partners }, { templates }, stats] = await Promise.all([
    get('/api/v1/partners', { signal }), get('/api/v1/partners/templates', { signal }),
    get('/api/v1/stats?group_by=partner', { signal })]);
  const sums = new Map(stats.rows.map((row) => [row.key, row]));
  const live = partners.filter((partner) => !partner.archived_at);
  const archived = partners.filter((partner) => partner.archived_at);
  fill(view,
    head('Partners',
      'Accepted leads go straight to a partner: name, e-mail, phone and click_id, within the same request.'),
    section('Your partners', live.length ? partnerTable('Partners, with their last 30 days', live, sums)
      : empty('No partner yet',
        'Until there is one, leads are scored and counted, and nobody gets them. Choose a quick template below and '
          + 'fill in what your partner’s documents say.'),
    live.length ? h('p.quiet.small', `Order: priority / weight. Who gets a lead: ${policyText(session.account)} `,
      h('a', { href: '#/account/settings' }, 'Change it'), '. Numbers of the last 30 days.') : null,
    archived.length ? h('details', h('summary', `Archived (${archived.length})`),
      partnerTable('Archived partners', archived, sums)) : null));
  await painted();
  if (signal.aborted) return;
  view.append(section('New partner', partnerForm({
    partner: null, templates, submit: 'Make the partner',
    onSubmit: async (body) => {
      await post('/api/v1/partners', body);
      go(`partners/${encodeURIComponent(body.slug)}`);
    },
  })));
}

function partnerTable(caption, partners, sums) {
  const of = (row) => sums.get(row.slug) ?? {};
  return table({
    caption, rows: partners,
    columns: [
      { name: 'Partner',
        cell: (row) => h('a', { href: `#/partners/${encodeURIComponent(row.slug)}` }, row.name || row.slug) },
      { name: 'State', cell: partnerState },
      { name: 'Order', end: true, cell: (row) => `${row.priority} / ${row.weight}` },
      { name: 'Caps taken', cell: capLines },
      { name: 'Leads', end: true, cell: (row) => count(of(row).leads ?? 0) },
      { name: 'Approval', end: true, cell: (row) => percent(of(row).approval_rate, 0) },
      { name: 'Revenue', end: true, cell: (row) => money(of(row).revenue ?? 0) },
      { name: 'Payout', end: true, cell: (row) => money(row.payout) },
    ],
  });
}

/** Whether it takes leads, in a word or two. */
export function partnerState(partner) {
  if (partner.archived_at) return badge('plain', 'archived');
  return partner.active ? badge('good', 'takes leads') : badge('warn', 'paused');
}
