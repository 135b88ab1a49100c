// What a range brought against the range before: leads, money, where it came from, what needs attention.
import { h, fill, painted } from '../dom.js';
import { get, withQuery, session } from '../api.js';
import { head, section, table, empty, part } from '../parts.js';
import { dayChart } from '../chart.js';
import { ranged } from '../range.js';
import { attention } from './attention.js';
import { firstSteps, readSteps } from './first-steps.js';
import { count, money, percent, addDays, daysBetween, shortDay, date, plural } from '../format.js';

/** Rows that are no source or partner. */
const names = { '(none)': 'None', '(other)': 'All others', '(all)': 'All' };

export async function render(view, page) {
  const steps = part(page.signal, async (signal) => firstSteps(await readSteps(signal)));
  const { controls, body, show } = ranged(page, (...given) => draw(steps, ...given));
  fill(view, head('Overview', null, controls), body);
  await show();
}

async function draw(steps, body, range, signal) {
  const length = daysBetween(range.from, range.to) + 1;
  const before = { from: addDays(range.from, -length), to: addDays(range.from, -1) };
  const stats = (days, group) => get(withQuery('/api/v1/stats', { ...days, group_by: group }), { signal });
  const sums = Promise.all([stats(range, 'day'), stats(range, 'source'), stats(range, 'partner'), stats(before, 'source')])
    .then(([days, sources, partners, earlier]) => ({ days, sources, partners, earlier }));
  const usage = once(() => get('/api/v1/usage', { signal }));
  const troubles = part(signal, (signal) => attention({ sums, usage, signal }), 'Looking for what needs attention…');
  const plan = part(signal, async () => planUsage(await usage()));
  const { days, sources, partners, earlier } = await sums;
  fill(body,
    steps,
    tiles(days.total, earlier.total),
    h('p.quiet.small', `${shortDay(range.from)} to ${shortDay(range.to)} against the ${plural(length, 'day')} before, `,
      `in ${session.account.timezone}. `,
      'What follows from a lead counts on the day the lead came, so approvals of the last days are still on their '
        + 'way.'),
    section('What needs attention', troubles));
  await painted();
  if (signal.aborted) return 0;
  body.append(section('By day', charts(days.rows, range, length)),
    breakdown('By source', sources, 'source', range), breakdown('By partner', partners, 'partner', range),
    section('Plan', plan));
  return days.total.leads;
}

/** Asks once for all who need it, and anew after a failure. */
function once(ask) {
  let asked = null;
  return () => (asked ??= ask().catch((error) => {
    asked = null;
    throw error;
  }));
}

function tiles(now, before) {
  const acceptRate = (row) => (row.leads ? row.accepted / row.leads : null);
  const list = [
    ['Leads', count(now.leads), relative(now.leads, before.leads, true)],
    ['Accept rate', percent(acceptRate(now)), points(acceptRate(now), acceptRate(before))],
    ['Approval rate', percent(now.approval_rate), points(now.approval_rate, before.approval_rate)],
    ['ROI', percent(now.roi), points(now.roi, before.roi)],
    ['Revenue', money(now.revenue), relative(now.revenue, before.revenue, true)],
    ['Held revenue', money(now.held_revenue), relative(now.held_revenue, before.held_revenue, null)],
    ['Cost', money(now.cost), relative(now.cost, before.cost, null)],
    ['Profit', money(now.profit), difference(now.profit, before.profit)],
  ];
  return h('dl.tiles',
    list.map(([name, figure, change]) => h('div.tile', h('dt', name), h('dd', h('div.figure', figure), change))));
}

function change(text, isUp, isGood) {
  const kind = isGood === null ? '' : isUp === isGood ? 'up' : 'down';
  return h('div.change', h('span', { class: kind }, `${isUp ? '▲' : '▼'} ${text}`), ' vs before');
}

const same = () => h('div.change', 'same as before');

/** @param {boolean|null} isGood whether more is better; null: neither */
function relative(now, before, isGood) {
  if (now === before) return same();
  if (!before) return h('div.change', 'nothing before');
  return change(percent(Math.abs(now / before - 1), 0), now > before, isGood);
}

function points(now, before) {
  if (now === null || before === null) return h('div.change', before === null ? 'nothing to compare' : 'not known yet');
  if (Math.abs(now - before) < 0.0005) return same();
  return change(`${(Math.abs(now - before) * 100).toFixed(1)} points`, now > before, true);
}

function difference(now, before) {
  return now === before ? same() : change(money(Math.abs(now - before)), now > before, true);
}

function charts(rows, range, length) {
  const byDay = new Map(rows.map((row) => [row.key, row]));
  const days = Array.from({ length }, (_, index) => addDays(range.from, index));
  const values = (name) => days.map((day) => byDay.get(day)?.[name] ?? 0);
  if (!rows.some((row) => row.leads || row.revenue)) {
    return empty('No leads in this range', 'Choose a longer range, or send a first lead: Sources has the code for it.',
      h('a.btn.btn-primary.btn-sm', { href: '#/sources' }, 'Go to sources'));
  }
  return h('div.two', h('div', h('h3', 'Revenue and cost'), dayChart({
    label: 'Revenue and cost by day', days, format: money,
    series: [{ name: 'Revenue', values: values('revenue'), colour: 1, shape: 'bar' },
      { name: 'Cost', values: values('cost'), colour: 2, shape: 'line' }],
  })), h('div', h('h3', 'Leads'), dayChart({
    label: 'Leads by day', days, format: count,
    series: [{ name: 'Leads', values: values('leads'), colour: 'soft', shape: 'bar' },
      { name: 'Accepted', values: values('accepted'), colour: 1, shape: 'line' },
      { name: 'Rejected', values: values('rejected'), colour: 3, shape: 'line' }],
  })));
}

function breakdown(title, report, dimension, range) {
  const rows = [...report.rows].sort((a, b) => b.revenue - a.revenue || b.leads - a.leads);
  const link = (row) => (row.key.startsWith('(') ? names[row.key] ?? row.key
    : h('a', { href: `#/${dimension}s/${encodeURIComponent(row.key)}` }, row.key));
  const columns = [
    { name: dimension === 'source' ? 'Source' : 'Partner', cell: link },
    { name: 'Leads', end: true, cell: (row) => count(row.leads) },
    { name: 'Accepted', end: true, cell: (row) => (row.leads ? percent(row.accepted / row.leads, 0) : '–') },
    { name: 'Approval', end: true, cell: (row) => percent(row.approval_rate, 0) },
    { name: 'Revenue', end: true, cell: (row) => money(row.revenue) },
    { name: 'Held', end: true, cell: (row) => money(row.held_revenue) },
    { name: 'Cost', end: true, cell: (row) => money(row.cost) },
    { name: 'Profit', end: true, cell: (row) => h('span', { class: row.profit < 0 ? 'down' : '' }, money(row.profit)) },
    { name: 'ROI', end: true, cell: (row) => percent(row.roi, 0) },
  ];
  return h('section.panel', h('div.panel-head', h('h2', title),
    h('a.small',
      { href: withQuery('/api/v1/stats', { ...range, group_by: dimension, format: 'csv' }),
        download: `${dimension}s.csv` }, 'Download CSV')),
  rows.length ? table({ caption: title, columns, rows: rows.slice(0, 12), foot: [{ ...report.total, key: '(all)' }] })
    : empty('Nothing yet',
      dimension === 'source' ? 'Sources appear here with their first lead.'
        : 'Partners appear here with their first lead.'),
  rows.length > 12 ? h('p.quiet.small', `The 12 with the most revenue of ${rows.length}; the CSV has all.`) : null);
}

function planUsage(usage) {
  if (usage.total_limit === null) {
    return h('p', h('strong', count(usage.used)),
      ` decisions in ${usage.period}. The plan “${usage.plan}” has no limit.`);
  }
  return [
    h('p', h('strong', count(usage.used)),
      ` of ${count(usage.total_limit)} decisions used in ${usage.period}; ${count(usage.remaining)} remaining. It `
        + `begins anew on ${date(usage.resets_at)}.`),
    h('progress.meter', { max: usage.total_limit, value: usage.used, 'aria-label': 'Decisions used this month' }),
  ];
}
