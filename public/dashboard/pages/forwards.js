// The trackers that are told: how each does, and a new one.
import { h, fill, tell } from '../dom.js';
import { get, post, withQuery } from '../api.js';
import { head, section, table, empty, badge, notice, confirmButton } from '../parts.js';
import { forwardForm } from '../forward-form.js';
import { count, ago, plural } from '../format.js';

export async function render(view, { signal, reload, go }) {
  const [{ forwards, hosts }, { templates }, { sources }] = await Promise.all([
    get('/api/v1/forwards/health', { signal }), get('/api/v1/forwards/templates', { signal }),
    get('/api/v1/sources', { signal })]);
  const dead = forwards.reduce((sum, forward) => sum + forward.dead, 0);
  fill(view,
    head('Tracker Postback Forward',
      'BackNova will automatically forward conversion data to your tracker (Keitaro, Binom, Voluum, etc.) so you see '
        + 'ROI in your stats.'),
    notice('warn',
      h('p', h('strong', 'Important: '),
        'Make sure to pass click_id when sending leads to BackNova. This is how we link conversions back to your '
          + 'tracker.')),
    section('Your forwards', forwards.length ? healthTable(forwards)
      : empty('No tracker is told yet',
        'Choose a quick template below, put your tracker’s address into it, and send a test call.'),
    dead ? h('p', replayDead(dead, reload)) : null),
    hosts.length ? section('By host', hostTable(hosts),
      h('p.quiet.small', 'A host that keeps failing is tried by one call every 30 seconds; what waits for it loses no '
        + 'attempt.')) : null,
    section('New forward',
      forwardForm({
      forward: null, templates, sources: sources.filter((source) => source.active), submit: 'Make the forward',
      onSubmit: async (body) => {
        const forward = await post('/api/v1/forwards', body);
        tell('The forward is made.');
        go(`forwards/${forward.id}`);
      },
    })),
    section('How it works:', h('ol.steps',
      h('li', 'PP sends postback to BackNova with conversion status'),
      h('li', 'BackNova processes it and updates your stats'),
      h('li', 'BackNova forwards to your tracker URL with click_id'),
      h('li', 'Your tracker updates campaign ROI automatically')),
    h('p.quiet.small',
      'A forward is written with the conversion itself, so none is lost. Where your tracker does not answer with 2xx '
        + 'it is tried again after 5 s, 30 s, 2 min, 10 min and so on for three days, then it waits here as dead until '
        + 'you send it again.')));
}

/** How a forward does, in one word. */
export function state(forward) {
  if (!forward.active) return badge('plain', 'off');
  const failsNow = forward.last_failed_at && (forward.last_delivered_at ?? '') < forward.last_failed_at;
  if (forward.due && failsNow) return badge('bad', 'failing');
  if (forward.dead) return badge('warn', 'some are dead');
  return forward.delivered ? badge('good', 'fine') : badge('plain', 'nothing sent yet');
}

function healthTable(forwards) {
  return table({
    caption: 'Forwards and how they do', rows: forwards,
    columns: [
      { name: 'Forward', cell: (row) => h('a', { href: `#/forwards/${row.id}` }, row.name) },
      { name: 'Host', cell: (row) => h('span.break', row.host ?? '–') },
      { name: 'State', cell: (row) => state(row) },
      { name: 'Delivered', end: true, cell: (row) => count(row.delivered) },
      { name: 'Waiting', end: true, cell: waiting },
      { name: 'Dead', end: true, cell: (row) => count(row.dead) },
      { name: 'Last delivered', cell: (row) => ago(row.last_delivered_at) },
      { name: 'Last error', wide: true, cell: lastError },
    ],
  });
}

function hostTable(hosts) {
  return table({
    caption: 'Trackers’ hosts and how they do', rows: hosts,
    columns: [
      { name: 'Host', cell: (row) => h('span.break', row.host) },
      { name: 'State', cell: (row) => state({ ...row, active: true }) },
      { name: 'Forwards', end: true, cell: (row) => count(row.forwards) },
      { name: 'Delivered', end: true, cell: (row) => count(row.delivered) },
      { name: 'Waiting', end: true, cell: waiting },
      { name: 'Oldest', cell: (row) => ago(row.oldest_due_at) },
      { name: 'Last delivered', cell: (row) => ago(row.last_delivered_at) },
      { name: 'Last error', wide: true, cell: lastError },
    ],
  });
}

/** There may be more than were counted. */
function waiting(row) { return `${count(row.due)}${row.more_due ? '+' : ''}`; }

function lastError(row) { return row.last_error ? `${row.last_error}, ${ago(row.last_failed_at)}` : '–'; }

/**
 * Sends deliveries again; one call looks at some thousands, the next goes on there.
 * @param {object} selection ids, from and to, or all_dead; with the last two `forward`, for those of one alone
 * @param {{isDry?: boolean, signal?: AbortSignal, onStep?: (replayed: number) => void}} [options] isDry: counts alone
 * @returns {Promise<number>} how many are due again, or would be
 */
export async function sendAgain(selection, { isDry = false, signal, onStep = () => {} } = {}) {
  const path = withQuery('/api/v1/forwards/replay', { dry_run: isDry ? 1 : null });
  let [replayed, after] = [0, null];
  do {
    const answer = await post(path, after ? { ...selection, after } : selection, { signal });
    replayed += answer.replayed;
    after = answer.next;
    onStep(replayed);
  } while (after);
  return replayed;
}

function replayDead(dead, reload) {
  return confirmButton('Send all dead ones again',
    `${plural(dead, 'delivery', 'deliveries')} with what their conversions are now.`, async () => {
    const replayed = await sendAgain({ all_dead: true });
    await reload();
    tell(`${plural(replayed, 'delivery', 'deliveries')} ${replayed === 1 ? 'is' : 'are'} on the way again.`);
  });
}
