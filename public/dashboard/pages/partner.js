// One partner: its results, how full it is, a test lead, its settings.
import { h, fill, tell } from '../dom.js';
import { get, post, patch, remove } from '../api.js';
import { head, section, notice, actionButton, confirmButton, status } from '../parts.js';
import { partnerForm } from '../partner-form.js';
import { capsOf, capMeters } from '../caps.js';
import { partnerState } from './partners.js';
import { count, date, money, percent, words } from '../format.js';

export async function render(view, { parameters, signal, reload, go }) {
  const path = `/api/v1/partners/${encodeURIComponent(parameters.slug)}`;
  const [partner, stats] = await Promise.all([get(path, { signal }),
    get('/api/v1/stats?group_by=partner', { signal })]);
  fill(view,
    head(partner.name || partner.slug, [partnerState(partner), ' ', h('code', partner.slug)],
      h('a.btn.btn-quiet.btn-sm', { href: '#/partners' }, 'All partners')),
    partner.archived_at ? notice('info',
      `Archived on ${date(partner.archived_at)}, for good: it gets no leads. Its results and its leads stay.`) : null,
    results(stats.rows.find((row) => row.key === partner.slug)),
    capsOf(partner).length ? section('Caps', capMeters(partner),
      h('p.quiet.small',
        `A lead that it declines gives its place back. Hours and days are those of ${partner.timezone}.`))
      : null,
    partner.archived_at ? null : section('Test lead', testLead(partner, path)),
    partner.archived_at ? null : section('Settings', settings(partner, path, reload, go)));
}

function settings(partner, path, reload, go) {
  const set = (active) => async () => {
    await patch(path, { active });
    await reload();
    tell(active ? 'It takes leads again.' : 'Paused.');
  };
  return partnerForm({
    partner, submit: 'Save', onSubmit: async (body) => { await patch(path, body); await reload(); },
    extra: [partner.active ? confirmButton('Pause', 'It gets no leads until it goes on.', set(false))
      : confirmButton('Go on', 'It gets leads again.', set(true)),
    confirmButton('Archive', 'For good: it never gets a lead again, and its slug stays taken. Its results stay.',
      async () => { await remove(path); tell('Archived.'); go('partners'); })],
  });
}

function results(row) {
  const list = [['Leads', count(row?.leads ?? 0)], ['Approval rate', percent(row?.approval_rate)],
    ['Revenue', money(row?.revenue ?? 0)], ['Revenue per lead', money(row?.revenue_per_lead)]];
  return h('dl.tiles',
    list.map(([name, figure]) => h('div.tile', h('dt', name),
      h('dd', h('div.figure', figure), h('div.change', 'last 30 days')))));
}

function testLead(partner, path) {
  if (partner.mode === 'page') return h('p',
    'The landing page hands the lead over, so there is nothing that BackNova could send. Send a test lead from the page.');
  const place = h('div', { role: 'status' });
  return [h('p', 'Sends a made-up, marked lead (BackNova Test, backnova-test-…@example.com) and shows what became of '
    + 'it. It counts nowhere here and takes no place of a cap; tell the partner that it is a test.'),
  h('p', actionButton('Send a test lead', async () => fill(place, outcome(await post(`${path}/test`, {}))), place,
    'btn-primary')), place];
}

function outcome(answer) {
  const isTaken = answer.delivery === 'accepted';
  return [notice(isTaken ? 'good' : 'bad', h('p', status(answer.delivery), ' ', h('strong', answer.text)),
    isTaken ? null : h('p', remedies[answer.delivery] ?? null)),
  h('dl.facts', [
    ['Cause', words(answer.cause)], ['HTTP status', answer.status ?? 'none'],
    ['Took', answer.milliseconds === null ? '–' : `${count(answer.milliseconds)} ms`],
    ['Its lead id', answer.partner_lead_id ? h('code', answer.partner_lead_id) : 'none found'],
    ['Redirect URL', answer.redirect_url ? h('code', answer.redirect_url) : 'none found'],
    ['It answered', answer.answer ? h('code', answer.answer) : 'nothing that can be read'],
  ].map(([name, value]) => [h('dt', name), h('dd', value)]))];
}

const remedies = {
  declined: 'The partner answered, and the answer is not what counts as taken: compare the fields and the rule below '
    + 'with its documents.',
  not_sent: 'Nothing was sent: check the address, and that the partner takes calls from this server.',
  unknown: 'The answer was cut off or came too late: the partner may have the lead all the same.',
};
