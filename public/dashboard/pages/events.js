// The live feed: the newest 50 decisions, asked for anew every few seconds.
import { h, fill, announce, painted } from '../dom.js';
import { get, withQuery, poll } from '../api.js';
import { head, table, empty, loading, problem, status, notice, badge } from '../parts.js';
import { time, money, words, plural } from '../format.js';
import { field, form } from '../form.js';
import { go } from '../router.js';

export async function render(view, { query, signal }) {
  const clickID = query.get('click_id');
  const body = h('div');
  fill(view,
    head('Events',
      'The last 50 decision events with AI reasoning (no PII — only hashed references and behavioral data).'),
    search(clickID), body);
  await (clickID ? showClick(body, clickID, signal) : follow(body, signal));
}

function search(clickID) {
  const find = form({
    submit: 'Find', label: 'Find a lead',
    fields: [field({ name: 'click_id', label: 'Find a lead by click_id or event id', value: clickID ?? '',
      autocomplete: 'off', spellcheck: 'false' })],
    onSubmit: async (data) => {
      const text = data.get('click_id').trim();
      go(
        text.startsWith('evt_') ? `events/${encodeURIComponent(text)}` : text ? withQuery('events',
          { click_id: text }) : 'events');
    },
    extra: clickID ? h('a.btn.btn-quiet', { href: '#/events' }, 'Back to the live feed') : null,
  });
  find.classList.add('find');
  return find;
}

async function showClick(body, clickID, signal) {
  fill(body, loading('Loading events…'));
  await painted();
  if (signal.aborted) return;
  const { events } = await get(withQuery('/api/v1/events', { click_id: clickID }), { signal });
  fill(body, h('section.panel', events.length ? feed(events, new Set())
    : empty('No lead has this click_id',
      'Click ids are compared byte for byte: check capitals and spaces. A postback may have come first: the log of '
        + 'postbacks shows it as unmatched.',
      h('a.btn.btn-quiet.btn-sm', { href: `#/${withQuery('postbacks/log', { click_id: clickID })}` },
        'Look in the log of postbacks'))));
}

const live = 'Live: refreshed every 3 seconds.';

/** Polls until the page is left; a failure is shown, and looked past more and more slowly. */
async function follow(body, signal) {
  const list = h('div', loading('Loading events…'));
  const trouble = h('div');
  let isRunning = true;
  const toggle = h('button.btn.btn-quiet.btn-sm', {
    type: 'button', 'aria-pressed': 'false',
    onclick: () => {
      isRunning = !isRunning;
      toggle.setAttribute('aria-pressed', String(!isRunning));
      say();
    },
  }, 'Pause');
  const state = h('p.quiet.small', live);
  let pace = live;
  const say = () => { state.textContent = isRunning ? pace : 'Paused.'; };
  fill(body, h('section.panel', { 'aria-label': 'Live feed' }, h('div.panel-head', state, toggle), trouble, list));
  await painted();
  if (signal.aborted) return;
  let known = null;
  let isFirst = true;
  poll(signal, async () => {
    if (!isRunning) return;
    const quiet = !isFirst;
    isFirst = false;
    const { events } = await get('/api/v1/events/recent', { signal, quiet });
    const fresh = new Set(
      known ? events.filter((event) => !known.has(event.event_id)).map((event) => event.event_id) : []);
    redraw(list, events, fresh);
    if (fresh.size) announce(plural(fresh.size, 'new lead'));
    known = new Set(events.map((event) => event.event_id));
    fill(trouble);
    pace = live;
    say();
  }, (error, wait, again) => {
    if (!known) fill(list);
    fill(trouble, problem(error, again));
    pace = `Not live: asked again in ${Math.round(wait / 1000)} seconds.`;
    say();
  });
}

/** Draws the feed anew: rows that say the same stay where they are, and with them what is unfolded or has the focus. */
function redraw(list, events, fresh) {
  const [body, drawn] = [list.querySelector('tbody'), events.length ? feed(events, fresh) : nothing()];
  const next = drawn.querySelector('tbody');
  if (!body || !next) return fill(list, drawn);
  const rows = new Map([...next.rows].map((row) => [row.dataset.key, row]));
  for (const row of [...body.rows]) if (!rows.has(row.dataset.key)) row.remove();
  const shown = new Map([...body.rows].map((row) => [row.dataset.key, row]));
  let place = body.rows[0] ?? null;
  for (const [key, row] of rows) {
    const old = shown.get(key);
    if (!old) body.insertBefore(row, place);
    else if (old === place) place = renew(old, row).nextElementSibling;
    else body.insertBefore(renew(old, row), place);
  }
}

/** @returns {HTMLElement} the row that stands there: the old one, if it says the same */
function renew(old, row) {
  const [folded, held] = ['details', 'a, summary'].map((what) => [old, row].map((one) => [...one.querySelectorAll(what)]));
  folded[1].forEach((details, index) => { details.open = folded[0][index]?.open ?? false; });
  if (old.innerHTML === row.innerHTML) return old;
  const focused = held[0].indexOf(document.activeElement);
  old.replaceWith(row);
  held[1][focused]?.focus({ preventScroll: true });
  return row;
}

function nothing() {
  return empty('No lead has come yet',
    ['Paste the code of a source into your landing page, open it with ', h('code.nowrap', '?click_id=abc123'),
      ' and submit the form: the lead appears here within seconds.'],
    h('a.btn.btn-primary.btn-sm', { href: '#/sources' }, 'Make a source'));
}

/** The table of decisions. @param {Set<string>} fresh ids of those that just came */
export function feed(events, fresh) {
  return table({
    caption: 'Decision events, newest first', rows: events,
    rowKey: (event) => event.event_id, rowClass: (event) => (fresh.has(event.event_id) ? 'is-new' : ''),
    columns: [
      { name: 'Time', cell: (event) => h('a.nowrap', { href: `#/events/${event.event_id}` }, time(event.received_at)) },
      { name: 'Source',
        cell: (event) => [h('a', { href: `#/sources/${encodeURIComponent(event.source)}` }, event.source), ' ',
          testMark(event)] },
      { name: 'Click', cell: (event) => h('span.click', event.click_id ?? notice('warn', 'no click_id')) },
      { name: 'Score', end: true, cell: (event) => h('span.score', event.score) },
      { name: 'Decision', cell: (event) => status(event.decision) },
      { name: 'Reasons', wide: true, cell: (event) => shortReasons(event) },
      { name: 'Route', cell: (event) => route(event.route) },
      { name: 'Status', cell: (event) => status(event.status) },
      { name: 'Revenue', end: true, cell: (event) => money(event.revenue) },
    ],
  });
}

function shortReasons(event) {
  const sorted = [...event.reasons].sort((a, b) => Math.abs(b.points) - Math.abs(a.points));
  if (!sorted.length) return h('span.quiet', 'nothing for or against it');
  return [reasonList(sorted.slice(0, 2)), sorted.length > 2
    ? h('details.small', { 'data-event': event.event_id }, h('summary', `${sorted.length - 2} more`),
      reasonList(sorted.slice(2))) : null];
}

/** Reasons with their points. */
export function reasonList(reasons) {
  return h('ul.reasons', reasons.map((reason) => h('li',
    h('span.points', { class: reason.points < 0 ? 'down' : 'up' }, signed(reason.points)),
    h('span', reason.text ?? words(reason.code)))));
}

/** Points with their sign; a minus as wide as the plus. */
export function signed(points) { return points < 0 ? `−${-points}` : points ? `+${points}` : '0'; }

/** Tells a marked test lead from the others. */
export function testMark(event) { return event.test ? [badge('accent', 'test'), ' '] : null; }

/** Which partner has the lead, and how that went. */
export function route(route) {
  if (!route) return h('span.quiet', 'no partner');
  if (!route.partner && route.delivery === 'none') return h('span.quiet', 'nobody');
  return [route.partner ? h('a', { href: `#/partners/${encodeURIComponent(route.partner)}` }, route.partner) : null,
    ' ', route.delivery ? status(route.delivery) : null];
}
