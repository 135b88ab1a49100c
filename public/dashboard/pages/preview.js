// A source tried out: a marked test lead goes the way of a landing page, and shows in the feed.
import { h, fill, announce } from '../dom.js';
import { get, ApiError } from '../api.js';
import { head, section, notice, problem, empty, status } from '../parts.js';
import { field, form } from '../form.js';
import { feed } from './events.js';
import { words } from '../format.js';

const pause = 1_000;
/** Looks at the feed after which it is said that nothing came. */
const mostLooks = 20;

export async function render(view, { parameters, signal }) {
  const { slug } = parameters;
  const [source, { keys }] = await Promise.all([get(`/api/v1/sources/${encodeURIComponent(slug)}`, { signal }),
    get('/api/v1/keys', { signal })]);
  const key = keys.find((one) => one.kind === 'publishable' && !one.revoked_at
    && (!one.origins.length || one.origins.includes(location.origin)));
  const outcome = h('div', { 'aria-live': 'polite' });
  fill(view, head(`Preview of ${slug}`, 'Sends a lead of this source as your landing page would, marked as a test.',
    h('a.btn.btn-quiet.btn-sm', { href: `#/sources/${encodeURIComponent(slug)}` }, 'Back to the source')),
  section('Test lead', !source.active ? empty('This source is archived', 'Use it again to send leads of it.')
    : key ? testForm(slug, key, outcome, signal) : empty('No publishable key that this page may use',
      'Landing pages send leads with one. Make one that any page, or this one, may use.',
      h('a.btn.btn-primary.btn-sm', { href: '#/account' }, 'Make a key'))), outcome);
}

function testForm(slug, key, outcome, signal) {
  const opened = Date.now();
  return [h('p', 'It goes to the decision endpoint with the publishable key ', h('code', key.masked),
    '. A test lead is in no stats and goes to no partner; it takes one decision of your plan. It is scored like a '
      + 'visitor’s: the fields are filled in already, so a click within seconds scores low.'),
  form({
    submit: 'Send a test lead', label: 'Test lead',
    fields: [h('div.form-grid',
      field({ name: 'name', label: 'Name', value: 'BackNova Test', autocomplete: 'off' }),
      field({ name: 'email', label: 'E-mail', type: 'email', value: 'backnova-test@example.com', autocomplete: 'off' }),
      field({ name: 'phone', label: 'Phone', type: 'tel', value: '+12025550100', autocomplete: 'off' }),
      field({ name: 'click_id', label: 'click_id', value: `test-${opened.toString(36)}`, autocomplete: 'off' }))],
    onSubmit: async (data) => {
      const { key: text } = await get(`/api/v1/keys/${encodeURIComponent(key.id)}`, { signal });
      const answer = await decide(text, lead(slug, data, opened)).catch((error) => unmarked(error, outcome));
      if (answer) await arrival(outcome, answer, signal);
    },
  })];
}

/** As the SDK has it, and `test`. */
function lead(slug, data, opened) {
  const seconds = Math.round((Date.now() - opened) / 100) / 10;
  return {
    source: slug, test: true, lead_id: crypto.randomUUID(), click_id: data.get('click_id').trim() || null,
    landing_page: `${location.host}/preview`, time_on_site: seconds, page_views: 1,
    form_data: { name: data.get('name'), email: data.get('email'), phone: data.get('phone') },
    signals: { fill_seconds: seconds, pasted: false, webdriver: Boolean(navigator.webdriver),
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone, languages: navigator.languages?.slice(0, 8) },
  };
}

/** With the key alone, as from a page of somebody who is not logged in. */
async function decide(key, body) {
  let answer;
  try {
    answer = await fetch('/api/v1/decision', {
      method: 'POST', credentials: 'omit', cache: 'no-store', signal: AbortSignal.timeout(15_000),
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${key}` }, body: JSON.stringify(body),
    });
  } catch { throw new ApiError(0, { detail: 'The server could not be reached.' }); }
  const json = await answer.json().catch(() => null);
  if (!answer.ok) throw new ApiError(answer.status, json ?? {});
  return json;
}

/** A server without test leads says so by refusing the mark. */
function unmarked(error, outcome) {
  if (error.status !== 422 || !error.errors?.some((one) => one.field === 'test')) throw error;
  fill(outcome, notice('warn', h('p', h('strong', 'This server takes no test leads yet.'), ' Nothing was sent on and '
    + 'nothing counts.'), h('p', 'To try the way of a lead, submit your landing page’s own form.')));
  return null;
}

async function arrival(outcome, answer, signal) {
  const said = section('What the page was told', h('p', 'A publishable key learns this and no more:'),
    h('dl.facts', [['Decision', status(answer.decision)], ['Event', h('code', answer.event_id)],
      ['click_id', answer.click_id ? h('code', answer.click_id) : 'none'],
      ['Delivery', answer.route ? words(answer.route.delivery) : 'no partner'],
    ].map(([name, value]) => [h('dt', name), h('dd', value)])));
  const place = h('div', h('p.quiet', 'Waiting for it to show in the feed…'));
  fill(outcome, section('In the feed', place), said);
  for (let look = 0; look < mostLooks && !signal.aborted; look += 1) {
    if (look) await new Promise((resolve) => { setTimeout(resolve, pause); });
    try {
      const { events } = await get('/api/v1/events/recent', { signal, quiet: true });
      const event = events.find((one) => one.event_id === answer.event_id);
      if (event) return showArrival(place, event);
    } catch (error) {
      if (!signal.aborted) fill(place, problem(error, null));
      return;
    }
  }
  if (!signal.aborted) fill(place, notice('warn',
    'It is not among the newest 50 leads. Look for its event id under Events.'));
}

function showArrival(place, event) {
  fill(place, event.test ? notice('good', h('p', h('strong', 'It arrived'), ', marked as a test: it is in no stats.'))
    : notice('warn', h('p', h('strong', 'It arrived, but not as a test.'),
      ' This server does not know the mark yet, so the lead counts like any other.')), feed([event], new Set([event.event_id])));
  announce('The lead arrived.');
}
