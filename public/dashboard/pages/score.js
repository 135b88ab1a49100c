// The score: how often partners approved what it called good, which reasons are right, what other thresholds would have
// done.
import { h, fill, painted } from '../dom.js';
import { get, withQuery } from '../api.js';
import { head, section, table, empty, notice } from '../parts.js';
import { bandChart, meterBar } from '../chart.js';
import { ranged } from '../range.js';
import { count, money, percent, plural, shortDay, words } from '../format.js';
import { thresholdTrial } from '../threshold-trial.js';

export async function render(view, page) {
  const { controls, body, show } = ranged(page, draw);
  fill(view, head('Score', 'From 0 to 100; 50 is a lead of which nothing good or bad is known. Every reason adds or '
    + 'takes points, and they add up exactly.', controls), body);
  await show();
}

async function draw(body, range, signal) {
  const report = await get(withQuery('/api/v1/score', range), { signal });
  fill(body, section('Approval by score', report.total.leads ? approval(report) : nothing()));
  await painted();
  if (signal.aborted) return 0;
  body.append(section('Other thresholds', thresholdTrial(range, report.thresholds, signal)),
    section('Reasons and their measured approval rates', reasons(report)),
    section('What the learning model will add', learning()));
  return report.total.leads;
}

function nothing() {
  return empty('No leads in this range', 'Choose a longer range, or send a first lead: Sources has the code for it.',
    h('a.btn.btn-primary.btn-sm', { href: '#/sources' }, 'Go to sources'));
}

// --- Bands

const name = (band) => (band.from === undefined ? 'Hard rules' : `${band.from} to ${band.to}`);

function approval(report) {
  const bands = report.bands.filter((band) => band.leads);
  return [measured(report), report.calibration.decided ? bandChart({
    label: 'Approval by score band', bands: report.bands.map((band) => ({
      name: String(band.from), title: `Score ${name(band)}`, value: band.approval_rate, low: band.approval_low,
      high: band.approval_high, predicted: band.mean_predicted })),
  }) : null, table({
    caption: 'Leads and approval by score band', rows: bands.reverse(),
    columns: [{ name: 'Score', cell: name }, ...bandColumns,
      { name: 'Predicted', end: true, cell: (band) => percent(band.mean_predicted) }],
    foot: report.by_rule.leads ? [{ ...report.by_rule, mean_predicted: null }] : null,
  }), rest(report)];
}

const bandColumns = [
  { name: 'Leads', end: true, cell: (band) => count(band.leads) },
  { name: 'Accepted', end: true, cell: (band) => count(band.accepted) },
  { name: 'Review', end: true, cell: (band) => count(band.reviewed) },
  { name: 'Rejected', end: true, cell: (band) => count(band.rejected) },
  { name: 'Pending', end: true, cell: (band) => count(band.pending) },
  { name: 'Decided', end: true, cell: (band) => count(band.decided) },
  { name: 'Revenue', end: true, cell: (band) => money(band.revenue) },
  { name: 'Approval', end: true, cell: (band) => percent(band.approval_rate) },
  { name: 'It may be', end: true, cell: between },
];

/** The range that a rate may well be in. */
function between(row) {
  return row.approval_rate === null ? '–'
    : `${percent(row.approval_low, 0)} to ${percent(row.approval_high, 0)}`;
}

function measured({ calibration }) {
  if (!calibration.decided) {
    return empty('No lead of these days is decided yet', 'Approval is measured from what your partners report. Leads '
      + 'without a click_id, and partners without your postback URL, stay undecided.',
    h('a.btn.btn-primary.btn-sm', { href: '#/postbacks' }, 'Give your PP the postback URL'));
  }
  const isChance = calibration.expected_error <= 1.5 * calibration.error_by_chance;
  return notice('info',
    h('p', h('strong', `${percent(calibration.approval_rate)} of ${plural(calibration.decided, 'decided lead')} `
      + `${calibration.decided === 1 ? 'was' : 'were'} approved; ${percent(calibration.mean_predicted)} were predicted.`), ` With that many the rate may be anything `
      + `from ${percent(calibration.approval_low, 0)} to ${percent(calibration.approval_high, 0)} (95 %).`),
    h('p', `Calibration: within the bands, prediction and measurement are ${points(calibration.expected_error)} apart `
      + 'on average. By chance alone right predictions would be off by about '
      + `${points(calibration.error_by_chance)}, so ` + (isChance ? 'these leads do not show the predictions to be wrong.'
        : 'the predictions are off: take them as an order, not as a forecast.')));
}

const points = (share) => `${(share * 100).toFixed(1)} points`;

function rest(report) {
  return h('p.quiet.small', `Leads from ${shortDay(report.from)} to ${shortDay(report.to)}, in ${report.timezone}; `
      + 'what the partner says of the newest may still be on its way. Undecided leads are in no rate: where a partner '
      + 'reports approvals alone, rates are too high. “It may be” is the range that the true rate is in 95 times of '
      + '100: wide means few decided leads. Predicted is the mean approval probability of the decided leads. Hard rules '
      + 'reject whatever the score, so the score says nothing of those leads. ',
  report.unbanded ? `${plural(report.unbanded, 'lead')} of days with very many scores are in no band. ` : null,
  h('a', { href: '#/account/settings' }, 'Change the rules'), '.');
}

// --- Reasons

function reasons(report) {
  if (!report.reasons.length) {
    return empty('No reasons in this range', 'Each reason’s approval rate is measured from what your partners approve '
      + 'and reject: choose a longer range, or send a lead.');
  }
  const average = report.total.approval_rate;
  const sorted = [...report.reasons].sort((a, b) => (b.approval_rate ?? -1) - (a.approval_rate ?? -1));
  return [h('p', report.total.decided ? `${percent(average)} of ${plural(report.total.decided, 'decided lead')} were `
      + 'approved. ' : 'No lead of these days is decided yet. ',
  'A lead has several reasons, so rows overlap; a reason counts whether it spoke for or against the lead.'),
  table({
    caption: 'Reasons with measured approval rates', rows: sorted,
    columns: [
      { name: 'Reason', cell: (row) => words(row.code) },
      { name: 'Leads', end: true, cell: (row) => count(row.leads) },
      { name: 'Decided', end: true, cell: (row) => count(row.decided) },
      { name: 'Approval', end: true, cell: (row) => percent(row.approval_rate) },
      { name: 'It may be', end: true, cell: between },
      { name: 'Share', cell: (row) => (row.approval_rate === null ? '' : meterBar(row.approval_rate)) },
      { name: 'Against average', end: true, cell: (row) => against(row, average) },
    ],
  })];
}

/** A difference is told where it is more than chance: where the average is not in the range that the rate may be in. */
function against(row, average) {
  if (row.approval_rate === null || average === null) return '–';
  if (row.approval_low <= average && average <= row.approval_high) return 'may be chance';
  const difference = (row.approval_rate - average) * 100;
  return h('span', { class: difference > 0 ? 'up' : 'down' },
    `${difference > 0 ? '+' : '−'}${Math.abs(difference).toFixed(1)} points`);
}

// --- Later

function learning() {
  return h('p', 'Today the score is a fixed set of expert weights, the same for everybody, and the approval '
    + 'probability a written-down prior: neither learns from what your partners said. The learning model will set the weights from '
    + 'your own decided leads, as soon as there are enough of them, and will be held against the same bands as above '
    + 'before it decides anything. It will make the predictions yours; it cannot make few leads many.');
}
