// One lead: what was decided and why, what its partners made of it, what the tracker was told.
import { h, fill } from '../dom.js';
import { get } from '../api.js';
import { head, section, table, empty, status } from '../parts.js';
import { time, money, percent, words, count } from '../format.js';
import { reasonList, route } from './events.js';

export async function render(view, { parameters, signal }) {
  const event = await get(`/api/v1/events/${encodeURIComponent(parameters.id)}`, { signal });
  fill(view,
    head(`Lead ${event.click_id ?? event.event_id}`, `Received ${time(event.received_at)} from ${event.source}.`,
      h('a.btn.btn-quiet.btn-sm', { href: '#/events' }, 'All events')),
    h('div.two', decision(event), section('What is stored of it', facts(event))),
    section('Timeline', timeline(event.timeline)),
    section('Conversions', conversions(event)),
    attempts(event.attempts));
}

function decision(event) {
  return section('Decision',
    h('p', h('span.score', event.score), ' of 100: ', status(event.decision),
      ` with a ${percent(event.approval_probability, 0)} chance of approval.`,
      event.duplicate ? ' It is a duplicate: the same e-mail or phone came before.' : null),
    event.reasons.length ? reasonList(event.reasons) : h('p.quiet', 'Nothing spoke for or against it.'),
    h('p.quiet.small', `50 is a lead of which nothing is known; the reasons' points add up to ${event.score - 50}.`));
}

function facts(event) {
  const signals = event.signals ?? {};
  const reference = (text) => (
    text ? h('code', { title: 'A keyed hash: only this server can make it again' },
      `${text.slice(0, 16)}…`) : h('span.quiet', 'none'));
  const list = [
    ['Event', h('code', event.event_id)],
    ['Click id',
      event.click_id ? h('code', event.click_id) : h('span.quiet', 'none: its conversions cannot be linked')],
    ['Status', status(event.status)], ['Revenue', money(event.revenue)], ['Held revenue', money(event.held_revenue)],
    ['Cost', money(event.cost)],
    ['Route', route(event.route)], ['Landing page', event.landing_page], ['Traffic type', event.traffic_type],
    ['Country', event.country],
    ['E-mail', [reference(event.references?.email), event.email_domain ? ` @${event.email_domain}` : '']],
    ['Phone', reference(event.references?.phone)], ['Name', reference(event.references?.name)],
    ['Browser', event.user_agent],
    ['Time on site', signals.time_on_site === null ? null : `${signals.time_on_site} s`],
    ['Page views', signals.page_views === null ? null : count(signals.page_views)],
    ['Form filled in', signals.fill_seconds === null ? null : `${signals.fill_seconds} s`],
    ['Time zone', signals.timezone],
    ['Languages', signals.languages?.length ? signals.languages.join(', ') : null],
  ];
  return h('dl.facts', list.map(([name, value]) => [h('dt', name), h('dd', value ?? h('span.quiet', 'not sent'))]));
}

function timeline(entries) {
  return h('ol.timeline', entries.map((entry) => h('li',
    h('p', h('strong', words(entry.what)), ' ', h('span.quiet.small', time(entry.at))), h('p', entry.text),
    h('p.quiet.small', entry.cause))));
}

function conversions(event) {
  if (!event.conversions.length) {
    return empty('No conversion yet',
      event.click_id ? 'It appears with the first postback that names this click_id.'
        : 'This lead came without click_id, so no postback can find it. Pass click_id when sending leads.');
  }
  return table({
    caption: 'Conversions of this lead', rows: event.conversions,
    columns: [
      { name: 'Opened', cell: (row) => time(row.created_at) },
      { name: 'txid', cell: (row) => h('span.break', row.txid ?? 'none') },
      { name: 'Status', cell: (row) => status(row.status) },
      { name: 'Word sent', cell: (row) => row.raw_status ?? '–' },
      { name: 'Payout', end: true, cell: (row) => money(row.payout, row.currency ?? undefined) },
      { name: 'Revenue', end: true, cell: (row) => money(row.revenue) },
      { name: 'Changed', cell: (row) => time(row.changed_at) },
    ],
  });
}

function attempts(attempts) {
  if (!attempts?.length) return null;
  return section('Delivery to partners', table({
    caption: 'Attempts to deliver this lead', rows: attempts,
    columns: [
      { name: 'Time', cell: (row) => time(row.at ?? row.began_at) },
      { name: 'Partner', cell: (row) => row.partner ?? '–' },
      { name: 'Result', cell: (row) => status(row.outcome ?? row.delivery ?? 'unknown') },
      { name: 'Answer', cell: (row) => row.status ?? '–' },
      { name: 'Took', end: true,
        cell: (row) => (row.milliseconds === undefined || row.milliseconds === null ? '–' : `${row.milliseconds} ms`) },
      { name: 'Why', wide: true, cell: (row) => row.text ?? row.cause ?? '–' },
    ],
  }));
}
