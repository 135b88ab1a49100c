// The score: how it is made, which decisions it led to, which reasons are right about approvals.
import { h, fill } from '../dom.js';
import { get } from '../api.js';
import { head, section, table, empty, notice, status } from '../parts.js';
import { meterBar } from '../chart.js';
import { session } from '../session.js';
import { count, percent, words, plural } from '../format.js';

/** Decided leads below which a rate says little. */
const fewest = 30;
/** Points in a band. */
const width = 20;

export async function render(view, { signal }) {
  const [byReason, { events }] = await Promise.all([get('/api/v1/stats?group_by=reason', { signal }),
    get('/api/v1/events/recent', { signal })]);
  fill(view, head('Score', 'From 0 to 100; 50 is a lead of which nothing good or bad is known. Every reason adds or '
      + 'takes points, and they add up exactly.'),
    notice('info', h('p', 'The score is a fixed set of expert weights: it does not learn from your partners’ verdicts. '
      + 'The approval probability beside it is a written-down prior: take it as an order, not as a forecast. How '
      + 'right each reason is about your own leads is measured below.')),
    section('Decisions', decisions(byReason.total)),
    section('The newest leads by score', bands(events)),
    section('Reasons and their measured approval rates', reasons(byReason)));
}

function decisions(total) {
  const { accept_at: accept, reject_below: reject } = session.account.thresholds;
  const rows = [['accept', `${accept} to 100`, total.accepted],
    ['review', reject < accept ? `${reject} to ${accept - 1}` : 'none', total.reviewed],
    ['reject', reject ? `0 to ${reject - 1}, and hard rules` : 'hard rules', total.rejected]];
  return [table({
    caption: 'Decisions of the last 30 days', rows,
    columns: [{ name: 'Decision', cell: (row) => status(row[0]) }, { name: 'Score today', cell: (row) => row[1] },
      { name: 'Leads, 30 days', end: true, cell: (row) => count(row[2]) },
      { name: 'Share', end: true, cell: (row) => percent(total.leads ? row[2] / total.leads : null) }],
  }), h('p.quiet.small', 'Hard rules reject whatever the score: a filled honeypot, a declared bot, a contact that '
    + 'cannot exist, a duplicate, a flood from one address. ',
  h('a', { href: '#/account/settings' }, 'Change thresholds and rules'), '.')];
}

function bands(events) {
  const real = events.filter((event) => !event.test);
  if (!real.length) return empty('No lead yet', 'The first lead shows here with its score.');
  const rows = [];
  for (let from = 100 - width; from >= 0; from -= width) {
    const to = from === 100 - width ? 100 : from + width - 1;
    const leads = real.filter((event) => event.score >= from && event.score <= to);
    const of = (name) => leads.filter((event) => event.status === name).length;
    rows.push({ name: `${from} to ${to}`, leads: leads.length, approved: of('approved'), pending: of('pending'),
      lost: of('rejected') + of('chargeback') });
  }
  return [table({
    caption: 'The newest leads by score band', rows,
    columns: [{ name: 'Score', cell: (row) => row.name },
      { name: 'Leads', end: true, cell: (row) => count(row.leads) },
      { name: 'Share', cell: (row) => meterBar(row.leads / real.length) },
      { name: 'Approved', end: true, cell: (row) => count(row.approved) },
      { name: 'Pending', end: true, cell: (row) => count(row.pending) },
      { name: 'Rejected or charged back', end: true, cell: (row) => count(row.lost) }],
  }), h('p.quiet.small', `The newest ${plural(real.length, 'lead')}: too few for rates, and verdicts may still be on `
    + 'their way.')];
}

function reasons({ rows, total }) {
  if (!rows.length) return empty('No leads in the last 30 days',
    'Each reason’s approval rate is measured from what your partners approve and reject.');
  const decided = (row) => row.approved + row.declined + row.chargebacks;
  const average = total.approval_rate;
  const sorted = [...rows].sort((a, b) => (b.approval_rate ?? -1) - (a.approval_rate ?? -1));
  return [h('p', decided(total) ? `Over the last 30 days ${percent(average)} of `
      + `${plural(decided(total), 'decided lead')} were approved. ` : 'No lead of the last 30 days is decided yet. ',
  'A lead has several reasons, so rows overlap; a reason counts whether it spoke for or against the lead.'),
  table({
    caption: 'Reasons with measured approval rates', rows: sorted,
    columns: [
      { name: 'Reason', cell: (row) => words(row.key) },
      { name: 'Leads', end: true, cell: (row) => count(row.leads) },
      { name: 'Decided', end: true, cell: (row) => count(decided(row)) },
      { name: 'Approval', end: true, cell: (row) => percent(row.approval_rate) },
      { name: 'Share', cell: (row) => (row.approval_rate === null ? '' : meterBar(row.approval_rate)) },
      { name: 'Against average', end: true, cell: (row) => against(row, average, decided(row)) },
    ],
  })];
}

function against(row, average, decided) {
  if (row.approval_rate === null || average === null) return '–';
  if (decided < fewest) return 'too few yet';
  const points = (row.approval_rate - average) * 100;
  if (Math.abs(points) < 0.05) return 'as average';
  return h('span', { class: points > 0 ? 'up' : 'down' },
    `${points > 0 ? '+' : '−'}${Math.abs(points).toFixed(1)} points`);
}
