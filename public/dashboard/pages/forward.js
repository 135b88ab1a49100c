// One tracker: test call, deliveries with every attempt, sending again, its settings.
import { h, fill, tell } from '../dom.js';
import { get, post, patch, remove, withQuery } from '../api.js';
import { head, section, table, empty, status, badge, notice, problem, loading, paged, confirmButton } from '../parts.js';
import { field, form } from '../form.js';
import { forwardForm } from '../forward-form.js';
import { backfill } from '../backfill.js';
import { replay } from '../replay.js';
import { state, sendAgain } from './forwards.js';
import { time, money, count, plural } from '../format.js';

export async function render(view, { parameters, signal, reload, leaving, go }) {
  const path = `/api/v1/forwards/${encodeURIComponent(parameters.id)}`;
  const [forward, health, { templates }, { sources }] = await Promise.all([
    get(path, { signal }), get('/api/v1/forwards/health', { signal }), get('/api/v1/forwards/templates', { signal }),
    get('/api/v1/sources', { signal })]);
  const how = health.forwards.find((one) => one.id === forward.id);
  fill(view,
    head(forward.name,
      how ? [state(how),
        ` ${count(how.delivered)} delivered, ${count(how.due)} waiting, ${count(how.dead)} dead.`] : null,
      h('a.btn.btn-quiet.btn-sm', { href: '#/forwards' }, 'All forwards')),
    section('Test call', testCall(path, forward)),
    section('Deliveries', deliveries(path, signal, reload)),
    section('Send again', h('div.two', h('div', h('h3', 'A range of days'), replay(forward.id, leaving, reload)),
      h('div', h('h3', 'Backfill'), backfill(path, leaving, reload)))),
    section('Settings', forwardForm({
      forward, templates, sources, submit: 'Save',
      onSubmit: async (body) => { await patch(path, body); await reload(); tell('Saved.'); },
      extra: confirmButton('Delete', 'What still waits is not sent.',
        async () => { await remove(path); tell('Deleted.'); go('forwards'); }),
    })));
}

function testCall(path, forward) {
  const place = h('div', { role: 'status' });
  const call = form({
    submit: 'Send a test call', label: 'Test call',
    fields: [field({ name: 'status', label: 'As', value: forward.statuses[0],
      options: forward.statuses.map((one) => [one, one]) })],
    onSubmit: async (data) => fill(place, testResult(await post(`${path}/test`, { status: data.get('status') }))),
  });
  call.classList.add('find');
  return [h('p', 'Calls your tracker with a made-up conversion worth 0.01 and shows what it answers. It counts nowhere '
    + 'here; your tracker may log an unknown click.'), call, place];
}

function testResult({ delivered, error, request, answer }) {
  return [notice(delivered ? 'good' : 'bad',
    h('p', h('strong', delivered ? 'Delivered.' : 'Not delivered.'), error ? ` ${error.text}` : ''),
    delivered ? null : h('p',
      'Check the host and the path of the URL, and that your tracker takes calls from this server.')),
  h('dl.facts', h('dt', 'Called'), h('dd', h('code', `${request.method} ${request.url}`)),
    answer ? [h('dt', 'Answer'), h('dd', `${answer.status} after ${count(answer.milliseconds)} ms `,
      h('code', answer.text))] : null)];
}

/** What was told, all or those in one state. */
function deliveries(path, signal, reload) {
  const { list, show } = paged(signal, async (signal, before, chosen) => {
    const page = await get(withQuery(`${path}/deliveries`, { state: chosen, limit: 50, before }), { signal });
    return { next: page.next,
      rows: page.deliveries.length ? deliveryTable(page.deliveries, reload) : before ? null : nothing(chosen) };
  });
  const choose = (chosen) => {
    for (const chip of chips.children) chip.setAttribute('aria-pressed', String(chip.dataset.state === chosen));
    show(chosen).catch((error) => fill(list, problem(error, () => choose(chosen))));
  };
  const chips = h('div.chips', { role: 'group', 'aria-label': 'Which deliveries' }, states.map(([state, name]) => h(
    'button.chip', { type: 'button', 'data-state': state, onclick: () => choose(state) }, name)));
  fill(list, loading());
  choose('');
  return [chips, list];
}

/** What becomes of a delivery, by the API's word and by the page's. */
const states = [['', 'All'], ['due', 'Waiting'], ['delivered', 'Delivered'], ['dead', 'Dead'], ['dropped', 'Dropped']];

function nothing(chosen) {
  if (!chosen) return empty('Nothing was sent yet',
    'With the next conversion that changes, your tracker is told within seconds.');
  return empty(`None is ${chosen === 'due' ? 'waiting' : chosen}`, {
    due: 'All that was written is settled.', delivered: 'Send a test call: it shows what your tracker answers.',
    dead: 'Dead are those that your tracker did not take for three days.',
    dropped: 'A dead one is dropped where it is sent again and there is nothing to tell any more.',
  }[chosen]);
}

function deliveryTable(rows, reload) {
  return table({
    caption: 'Deliveries, newest first', rows,
    columns: [
      { name: 'Written', cell: (row) => h('span.nowrap', time(row.created_at)) },
      { name: 'click_id', cell: (row) => h('a.click', { href: `#/events/${row.event_id}` }, row.click_id) },
      { name: 'Told', cell: (row) => status(row.status) },
      { name: 'Payout', end: true, cell: (row) => money(row.payout) },
      { name: 'State', cell: (row) => (row.state === 'due' ? badge('warn', 'waiting') : status(row.state)) },
      { name: 'Attempts', wide: true, cell: (row) => attempts(row) },
      { name: 'Again',
        cell: (row) => (row.state === 'due' || row.state === 'dropped' ? '' : confirmButton('Send again', 'With what it is now.',
          async () => {
            const replayed = await sendAgain({ ids: [row.id] });
            await reload();
            tell(replayed ? 'It is on the way again.'
              : 'There is nothing to send: a newer one says more, or it is not wanted.');
          })) },
    ],
  });
}

function attempts(row) {
  if (!row.attempts.length) return h('span.quiet', 'none yet');
  const last = row.attempts.at(-1);
  const line = (one) => h('div', `${time(one.at)}: ${one.error ?? `answered ${one.status}`}, ${one.milliseconds} ms`,
    one.answer ? h('div', h('code', one.answer)) : null);
  return h('details', h('summary', `${plural(row.attempts.length, 'attempt')}, the last: ${last.error ?? last.status}`),
    row.attempts.map(line));
}
