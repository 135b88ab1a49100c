// One source: the code to paste, whether its first lead arrived, its settings.
import { h, fill, announce, redrawn, tell } from '../dom.js';
import { get, patch, withQuery, poll, session } from '../api.js';
import { head, section, code, notice, status, problem, loading, confirmButton } from '../parts.js';
import { field, form, numberOrNull, textOrNull } from '../form.js';
import { clickMacros, macroFor } from '../traffic.js';
import { count, money, time } from '../format.js';

const kinds = [['html', 'HTML'], ['php', 'PHP'], ['curl', 'cURL'], ['python', 'Python'], ['node', 'Node']];

export async function render(view, { parameters, signal }) {
  const path = `/api/v1/sources/${encodeURIComponent(parameters.slug)}`;
  const snippets = generator(path, parameters.slug, signal);
  let arrived = null;
  const show = redrawn(signal, async (drawn) => {
    const source = await get(path, { signal: drawn });
    arrived ??= arrival(source.slug, signal);
    fill(view, page(source, path, { snippets, arrived, show }));
  });
  await show();
}

/** The page; the code and what arrived stay as they are where the settings are saved. */
function page(source, path, { snippets, arrived, show }) {
  return [
    head(source.name && source.name !== source.slug ? `${source.name} (${source.slug})` : source.slug,
      source.active ? 'The code for your landing page, and this source’s settings.'
        : 'This source is archived: publishable keys cannot use it any more.',
      h('a.btn.btn-quiet.btn-sm', { href: '#/sources' }, 'All sources')),
    numbers(source.stats),
    section('Source Code Generator',
      h('p',
        'Choose where the code runs and copy it. HTML goes into the landing page, before </body>; the others run on '
          + 'your server. It carries the name of this source, so its performance is tracked separately.'), snippets),
    section('Does it arrive?', arrived,
      h('p.quiet.small', 'Nothing arrives? A form that the page’s own script sends needs one word more: ',
        h('code.nowrap', '<form data-backnova="first" …>'), '. ',
        h('a', { href: '/docs/guides/first-lead.html' }, 'The guide'), ' says why.'),
      source.active ? h('p', h('a.btn.btn-quiet.btn-sm',
        { href: `#/sources/${encodeURIComponent(source.slug)}/preview` }, 'Preview: send a test lead')) : null),
    section('Settings', settings(path, source, show))];
}

function numbers(stats) {
  const list = [['Leads', count(stats.leads)], ['Approved', count(stats.approved)], ['Revenue', money(stats.revenue)],
    ['Profit', money(stats.profit)]];
  return h('dl.tiles',
    list.map(([name, figure]) => h('div.tile', h('dt', name),
      h('dd', h('div.figure', figure), h('div.change', 'last 30 days')))));
}

function generator(path, slug, leaving) {
  const place = h('div', { 'aria-live': 'polite' });
  let kind = 'html';
  const draw = redrawn(leaving, async (signal) => {
    for (const button of buttons.children) button.setAttribute('aria-pressed', String(button.dataset.kind === kind));
    fill(place, loading('Writing the code…'));
    try {
      const snippet = await get(withQuery(`${path}/snippet`, { kind, click_macro: macro.value }), { signal });
      fill(place, code(snippet.code, { name: 'Copy code', label: `${kind} code` }),
        h('h3', 'The landing page’s URL, as your traffic source or tracker calls it'),
        code(snippet.landing_url, { name: 'Copy URL', label: 'Landing URL' }),
        (snippet.notes ?? []).map((note) => h('p.quiet.small', note)));
    } catch (error) {
      if (!signal.aborted) fill(place, problem(error, draw));
    }
  });
  const buttons = h('div.chips', { role: 'group', 'aria-label': 'Where the code runs' },
    kinds.map(([key, name]) => h('button.chip', {
    type: 'button', 'data-kind': key, onclick: () => { kind = key; draw(); },
  }, name)));
  const macroField = field({
    name: 'macro', label: 'Where the click_id comes from',
    options: clickMacros.map(({ value, label }) => [value, label]), value: macroFor(slug),
    help: 'Most buyers let their tracker make it: Tracker → Landing: ?click_id=abc123&sub1=... Only click_id is kept; '
        + 'sub ids stay in the browser.',
    onchange: () => draw(),
  });
  const macro = macroField.querySelector('select');
  draw();
  return [h('div.form-grid', macroField), buttons, place];
}

/** Waits for a lead of this source that comes while the page is open: one that the first look does not find. */
function arrival(slug, signal) {
  const place = h('div', { role: 'status' },
    h('p', 'Open your landing page with ', h('code.nowrap', '?click_id=abc123'),
      ' and submit the form. The lead shows here within seconds.'), h('p.quiet', 'Waiting for a lead…'));
  let known = null;
  poll(signal, async () => {
    const { events } = await get('/api/v1/events/recent?limit=20', { signal, quiet: true });
    const event = known && events.find((one) => one.source === slug && !known.has(one.event_id));
    known ??= new Set(events.map((one) => one.event_id));
    if (!event) return false;
    fill(place, notice('good',
      h('p', h('strong', 'It arrived'), ` at ${time(event.received_at)} with a score of ${event.score}: `,
        status(event.decision), '.'),
      event.click_id ? h('p', 'Its click_id is ', h('code', event.click_id), '.') : h('p',
        'It came without click_id: make sure to pass it, or no conversion can be linked.'),
      h('p', h('a', { href: `#/events/${event.event_id}` }, 'See the lead'))));
    announce('A lead of this source arrived.');
    return true;
  });
  return place;
}

function settings(path, source, show) {
  const save = form({
    submit: 'Save', label: 'Settings of the source',
    fields: [h('div.form-grid',
      field({ name: 'name', label: 'Your own name for it', value: source.name,
        help: 'Shown beside the source name.' }),
      field({ name: 'traffic_type', label: 'Traffic type', value: source.traffic_type ?? '' }),
      field({ name: 'cost_per_lead', label: `Cost per lead, ${session.account.currency}`,
        value: source.cost_per_lead ?? '', inputmode: 'decimal',
        help: 'Counts for leads from now on that bring no cost of their own.' }))],
    onSubmit: async (data) => {
      await patch(path,
        { name: textOrNull(data.get('name')), traffic_type: textOrNull(data.get('traffic_type')),
          cost_per_lead: numberOrNull(data.get('cost_per_lead')) });
      await show();
      tell('Saved.');
    },
    extra: source.active
      ? confirmButton('Archive', 'Its leads stay, its landing pages stop.',
        async () => { await patch(path, { active: false }); await show(); })
      : confirmButton('Use again', 'Publishable keys may use it again.',
        async () => { await patch(path, { active: true }); await show(); }),
  });
  return save;
}
