// The score: how it is made, which reasons are right about approvals, where the lines are.
import { h, fill } from '../dom.js';
import { get, getIfThere } from '../api.js';
import { head, section, table, empty, notice } from '../parts.js';
import { meterBar } from '../chart.js';
import { session } from '../session.js';
import { count, percent, words, plural } from '../format.js';

/** Decided leads below which a rate says little. */
const fewest = 30;

export async function render(view, { signal }) {
  const [byReason, score] = await Promise.all([get('/api/v1/stats?group_by=reason', { signal }),
    getIfThere('/api/v1/score', { signal })]);
  const { thresholds } = session.account;
  fill(view, head('Score', 'From 0 to 100; 50 is a lead of which nothing good or bad is known. Every reason adds or '
      + 'takes points, and they add up exactly.'),
    section('Decisions', h('p',
      `Leads with ${thresholds.accept_at} or more are accepted, those below ${thresholds.reject_below} are rejected, `
        + 'what lies between is for review. ',
      h('a', { href: '#/account' }, 'Change the thresholds'), '.'),
    h('p',
      'Hard rules reject whatever the score: a filled honeypot, a declared bot, a contact that cannot exist, a '
        + 'duplicate, a flood from one address.')),
    section('Approval by score band', bands(score)),
    section('Reasons and their measured approval rates', reasons(byReason)),
    section('Calibration', calibration(score)));
}

function bands(score) {
  const list = score?.bands ?? [];
  if (!list.length) return empty('Not measured yet',
    'Approval rates by score band appear here once the score learns from your partners’ verdicts. Until then the '
      + 'reasons below are measured one by one.');
  return table({
    caption: 'Approval by score band', rows: list,
    columns: [
      { name: 'Score', cell: (row) => row.name ?? `${row.from}–${row.to}` },
      { name: 'Leads', end: true, cell: (row) => count(row.leads) },
      { name: 'Decided', end: true, cell: (row) => count(row.decided) },
      { name: 'Approval', end: true, cell: (row) => percent(row.approval_rate) },
    ],
  });
}

function reasons({ rows, total }) {
  if (!rows.length) return empty('No leads in the last 30 days',
    'Each reason’s approval rate is measured from what your partners approve and reject.');
  const decided = (row) => row.approved + row.declined + row.chargebacks;
  const average = total.approval_rate;
  const sorted = [...rows].sort((a, b) => (b.approval_rate ?? -1) - (a.approval_rate ?? -1));
  return [h('p', `Over the last 30 days ${percent(average)} of ${plural(decided(total), 'decided lead')} were `
      + 'approved. A lead has several reasons, so rows overlap; a reason counts whether it spoke for or against the lead.'),
    table({
      caption: 'Reasons with measured approval rates', rows: sorted,
      columns: [
        { name: 'Reason', cell: (row) => words(row.key) },
        { name: 'Leads', end: true, cell: (row) => count(row.leads) },
        { name: 'Decided', end: true, cell: (row) => count(decided(row)) },
        { name: 'Approval', end: true, cell: (row) => percent(row.approval_rate) },
        { name: 'Share', cell: (row) => meterBar(row.approval_rate ?? 0) },
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

function calibration(score) {
  if (!score?.calibration) {
    return notice('info', h('p', 'Calibration says whether 40 % means 40 %: the predicted approval probability '
        + 'against what partners then approved. It appears here with the learning score.'),
      h('p',
        'Today the probability that goes with a score is a written-down prior: look at it as an order, not as a '
          + 'forecast.'));
  }
  return table({
    caption: 'Predicted and measured approval', rows: score.calibration,
    columns: [{ name: 'Predicted', cell: (row) => percent(row.predicted) },
      { name: 'Measured', end: true, cell: (row) => percent(row.measured) },
      { name: 'Decided', end: true, cell: (row) => count(row.decided ?? row.leads) }],
  });
}
