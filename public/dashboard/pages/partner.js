// One partner: a test lead, its results, its settings.
import { h, fill } from '../dom.js';
import { get, post, patch, remove } from '../api.js';
import { go } from '../router.js';
import { head, section, notice, actionButton, confirmButton, status } from '../parts.js';
import { partnerForm } from '../partner-form.js';
import { count, money, percent, addDays, today } from '../format.js';

export async function render(view, { parameters, query, signal }) {
  const path = `/api/v1/partners/${encodeURIComponent(parameters.slug)}`;
  const reload = () => render(view, { parameters, query, signal });
  const partner = await get(path, { signal });
  const stats = await get(`/api/v1/stats?group_by=partner&from=${addDays(today(), -29)}`, { signal });
  fill(view,
    head(partner.name || partner.slug, partner.active ? 'Takes leads.' : 'Paused: it gets no leads.',
      h('a.btn.btn-quiet.btn-sm', { href: '#/partners' }, 'All partners')),
    results(stats.rows.find((row) => row.key === partner.slug)),
    section('Test lead', testLead(path)),
    section('Settings', partnerForm({
      partner, submit: 'Save', onSubmit: async (body) => { await patch(path, body); await reload(); },
      extra: [partner.active ? confirmButton('Pause', 'It gets no more leads.', async () => {
        await patch(path, { active: false });
        await reload();
      }) : null,
        confirmButton('Archive', 'It gets no more leads and leaves the list; its results stay.',
          async () => { await remove(path); go('partners'); })],
    })));
}

function results(row) {
  const list = [['Leads', count(row?.leads ?? 0)], ['Approval rate', percent(row?.approval_rate)],
    ['Revenue', money(row?.revenue ?? 0)], ['Revenue per lead', money(row?.revenue_per_lead)]];
  return h('dl.tiles',
    list.map(([name, figure]) => h('div.tile', h('dt', name),
      h('dd', h('div.figure', figure), h('div.change', 'last 30 days')))));
}

function testLead(path) {
  const place = h('div', { role: 'status' });
  return [h('p', 'Sends a made-up, marked lead and shows what the partner answers. It counts nowhere here; tell the '
    + 'partner that it is a test.'),
    h('p', actionButton('Send a test lead', async () => {
      const answer = await post(`${path}/test`, {});
      const delivery = answer.delivery ?? (answer.delivered ? 'accepted' : 'declined');
      fill(place, notice(delivery === 'accepted' ? 'good' : 'warn',
        h('p', status(delivery), ' ', answer.cause ?? answer.error ?? ''),
        delivery === 'accepted' ? null : h('p',
          'Compare the fields and the rule for “taken” below with the partner’s documents.')),
      h('details', h('summary', 'The whole exchange'), h('pre', { tabindex: 0 }, JSON.stringify(answer, null, 2))));
    }, place, 'btn-primary')), place];
}
