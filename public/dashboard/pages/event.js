// One lead: what was decided and why, what its partners made of it, what the tracker was told.
import { h, fill } from '../dom.js';
import { get } from '../api.js';
import { head, section, table, empty, status, badge, notice } from '../parts.js';
import { time, money, percent, words, count } from '../format.js';
import { reasonList, route, signed, testMark } from './events.js';

export async function render(view, { parameters, signal }) {
  const event = await get(`/api/v1/events/${encodeURIComponent(parameters.id)}`, { signal });
  fill(view,
    head(`Lead ${event.click_id ?? event.event_id}`,
      [testMark(event), `Received ${time(event.received_at)} from ${event.source}.`],
      h('a.btn.btn-quiet.btn-sm', { href: '#/events' }, 'All events')),
    event.test ? notice('info', 'A marked test lead: it is in no stats, and no partner got it.') : null,
    event.erased_at ? notice('info', `What identified the person was erased on ${time(event.erased_at)}.`) : null,
    h('div.two', decision(event), section('What is stored of it', facts(event))),
    section('Way to the partner', way(event), attempts(event.attempts)),
    section('Timeline', timeline(event.timeline)),
    section('Conversions', conversions(event)));
}

function decision(event) {
  return section('Decision',
    h('p', h('span.score', event.score), ' of 100: ', status(event.decision),
      ` with a ${percent(event.approval_probability, 0)} chance of approval.`,
      event.duplicate ? ' It is a duplicate: the same e-mail or phone came before.' : null),
    event.reasons.length ? reasonList(event.reasons) : h('p.quiet', 'Nothing spoke for or against it.'),
    h('p.quiet.small',
      `50 is a lead of which nothing is known; the reasons’ points add up to ${signed(event.score - 50)}.`));
}

function facts(event) {
  const absent = event.erased_at ? 'erased, or not sent' : 'not sent';
  const signals = event.signals ?? {};
  const reference = (text) => (
    text ? h('code', { title: 'A keyed hash: only this server can make it again' },
      `${text.slice(0, 16)}…`) : h('span.quiet', absent));
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
  return h('dl.facts', list.map(([name, value]) => [h('dt', name), h('dd', value ?? h('span.quiet', absent))]));
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

/** Why this partner, and who else was looked at. */
function way(event) {
  const { route } = event;
  if (!route) return h('p.quiet', event.test ? 'A test lead goes to no partner.'
    : ['The account had no partner when the lead came. ', h('a', { href: '#/partners' }, 'Make one'), '.']);
  return [h('p', status(route.delivery), ' ', route.cause,
    route.partner_lead_id ? [' The partner calls it ', h('code', route.partner_lead_id), '.'] : null),
  deliveries[route.delivery] ? h('p.quiet.small', deliveries[route.delivery]) : null,
  route.considered.length ? table({
    caption: 'Partners that were looked at',
    rows: [...route.considered].sort(
      (one, other) => other.eligible - one.eligible || other.propensity - one.propensity),
    columns: [
      { name: 'Partner',
        cell: (row) => [partnerLink(row.partner), ' ',
          row.partner === route.partner ? badge('accent', 'this one') : null] },
      { name: 'Eligible', cell: (row) => (row.eligible ? badge('good', 'yes') : badge('plain', words(row.reason))) },
      { name: 'Why', wide: true, cell: (row) => row.text },
      { name: 'Chance to be first', end: true, cell: (row) => (row.eligible ? percent(row.propensity) : '–') },
    ],
  }) : null];
}

/** What the way's end means for the lead. */
const deliveries = {
  open: 'It is being handed over right now.',
  declined: 'Nobody has it. The SDK tries again with the same lead.',
  not_sent: 'Nobody has it. The SDK tries again with the same lead.',
  unknown: 'The partner may have it, so no other one gets it.',
  page: 'The landing page hands it over.',
};

function partnerLink(slug) { return h('a', { href: `#/partners/${encodeURIComponent(slug)}` }, slug); }

function attempts(rows) {
  if (!rows.length) return null;
  return [h('h3', 'What was tried'), table({
    caption: 'Attempts to hand this lead over', rows,
    columns: [
      { name: 'Time', cell: (row) => h('span.nowrap', time(row.began_at)) },
      { name: 'Partner', cell: (row) => partnerLink(row.partner) },
      { name: 'Result', cell: (row) => status(row.outcome ?? 'under way') },
      { name: 'HTTP', end: true, cell: (row) => row.status ?? '–' },
      { name: 'Took', end: true, cell: (row) => (row.milliseconds === null ? '–' : `${count(row.milliseconds)} ms`) },
      { name: 'Its lead id', cell: (row) => h('span.break', row.partner_lead_id ?? '–') },
      { name: 'Why', wide: true, cell: (row) => row.text },
    ],
  })];
}
