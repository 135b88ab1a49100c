// Trying other thresholds over past leads: what would have been sent, lost and spared; and setting them from now on.
import { h, fill, redrawn } from './dom.js';
import { get, patch, withQuery } from './api.js';
import { table, notice, problem } from './parts.js';
import { field, form, numberOrNull } from './form.js';
import { count, money, percent, plural } from './format.js';

/** Milliseconds that typing pauses before it is asked again. */
const pause = 350;

/**
 * A form and its result.
 * @param {{from: string, to: string}} range
 * @param {{accept_at: number, reject_below: number}} current those in force
 * @param {AbortSignal} leaving what it stands in
 */
export function thresholdTrial(range, current, leaving) {
  // Of its own and never replaced, so that each result is read out.
  const said = h('p', { role: 'status' });
  const tables = h('div');
  const done = h('div', { role: 'status' });
  const input = (name, label, value) => field({
    name, label, value, type: 'number', min: 0, max: 100, step: 1, inputmode: 'numeric' });
  const fields = h('div.form-grid', input('accept_at', 'Accept from a score of', current.accept_at),
    input('reject_below', 'Reject below', current.reject_below));
  const chosen = () => Object.fromEntries([...fields.querySelectorAll('input')].map((one) => [one.name, one.value]));
  const ask = redrawn(leaving, async (signal) => {
    try {
      const answer = await get(withQuery('/api/v1/score/whatif', { ...chosen(), ...range }), { signal, quiet: true });
      fill(said, sentences(answer).join(' '));
      fill(tables, trialTables(answer));
    } catch (error) {
      if (signal.aborted) return;
      fill(said);
      fill(tables, problem(error, null));
    }
  });
  let timer = null;
  fields.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(ask, pause);
  });
  ask();
  return [h('p', 'What would other thresholds have done to the leads of these days? Between the two a lead is for '
    + 'review, and is sent on like an accepted one. Nothing changes until you use them.'),
  form({
    submit: 'Use these from now on', label: 'Thresholds',
    fields: [fields, h('p.field-error', { 'data-error': 'thresholds' })],
    onSubmit: async () => {
      const { accept_at: acceptAt, reject_below: rejectBelow } = chosen();
      const { thresholds } = await patch('/api/v1/account',
        { thresholds: { accept_at: numberOrNull(acceptAt), reject_below: numberOrNull(rejectBelow) } });
      fill(done, notice('good', `From now on leads are accepted from ${thresholds.accept_at} and rejected below `
        + `${thresholds.reject_below}.`));
      await ask();
    },
  }), done, h('div.trial-result', said, tables)];
}

function trialTables(answer) {
  return h('div.two', h('div', h('h3', 'Decisions'), decisions(answer), h('p.quiet.small',
    `Hard rules rejected ${count(answer.rejected_by_rule)} of them, and would under any threshold.`)),
  h('div', h('h3', 'Leads that are sent on'), groups(answer)));
}

/** What the numbers say, in words. */
function sentences({ leads, thresholds, as_decided: then, what_if: other, no_longer_sent: lost, newly_sent: won }) {
  const tried = `Accepting from ${thresholds.accept_at} and rejecting below ${thresholds.reject_below}`;
  if (!leads) return ['There is no lead in this range to try thresholds on: choose a longer one.'];
  const said = [];
  if (lost.leads) {
    const undecided = lost.leads - lost.decided;
    said.push(`${tried} would have kept back ${plural(lost.leads, 'lead')} that you sent on: `
      + `${count(lost.approved)} approved, worth ${money(lost.revenue)}, would have been lost; `
      + `${count(lost.declined + lost.chargebacks)} declined or charged back would have been spared`
      + `${undecided ? `; ${count(undecided)} ${undecided === 1 ? 'is' : 'are'} undecided` : ''}. `
      + `Their traffic cost ${money(lost.cost)}, which is paid all the same.`);
  }
  if (won.leads) {
    said.push(`${lost.leads ? 'They' : tried} would have sent on ${plural(won.leads, 'lead')} that you rejected; what `
      + 'partners would have made of them nobody knows.');
  }
  if (said.length) return said;
  return [then.accepted === other.accepted ? `${tried} would have changed nothing on these days.`
    : `${tried} would have moved leads between accepted and review only: the same leads would have been sent on.`];
}

function decisions(answer) {
  const change = (name) => answer.what_if[name] - answer.as_decided[name];
  return table({
    caption: 'Decisions then and with these thresholds',
    rows: [['Accepted', 'accepted'], ['Review', 'reviewed'], ['Rejected', 'rejected']],
    columns: [{ name: 'Decision', cell: ([text]) => text },
      { name: 'Then', end: true, cell: ([, name]) => count(answer.as_decided[name]) },
      { name: 'With these', end: true, cell: ([, name]) => count(answer.what_if[name]) },
      { name: 'Change', end: true,
        cell: ([, name]) => (change(name) ? `${change(name) > 0 ? '+' : '−'}${count(Math.abs(change(name)))}` : '0') }],
  });
}

function groups(answer) {
  const rows = [['Sent on then', answer.sent], ['Still sent', answer.still_sent],
    ['No longer sent', answer.no_longer_sent], ['Newly sent', answer.newly_sent]];
  return table({
    caption: 'Leads that are sent on, then and with these thresholds', rows,
    columns: [{ name: 'Leads', cell: ([text]) => text },
      { name: 'Count', end: true, cell: ([, row]) => count(row.leads) },
      { name: 'Decided', end: true, cell: ([, row]) => count(row.decided) },
      { name: 'Approval', end: true, cell: ([, row]) => percent(row.approval_rate) },
      { name: 'Revenue', end: true, cell: ([, row]) => money(row.revenue) }],
  });
}
