// Where an account buys traffic: the list with its numbers, and the generator that makes the code for each.
import { h, fill, tell } from '../dom.js';
import { get, post, session } from '../api.js';
import { head, section, table, empty, badge } from '../parts.js';
import { field, form, numberOrNull, textOrNull } from '../form.js';
import { sourceTemplates } from '../traffic.js';
import { count, money, percent } from '../format.js';

export async function render(view, { signal, go }) {
  const list = h('div', h('p.loading', { role: 'status' }, 'Loading sources...'));
  fill(view, head('Sources', 'Where you buy traffic. Each source has its own code, its own numbers and its own cost.'),
    generator(go), section('Your Active Sources', list));
  const { sources } = await get('/api/v1/sources', { signal });
  const active = sources.filter((source) => source.active);
  const archived = sources.filter((source) => !source.active);
  fill(list, active.length ? sourceTable('Active sources, with their last 30 days', active)
    : empty('No source yet',
      'Choose a quick template above, or type a name such as facebook_us: the code for your landing page is the next '
        + 'step.'),
  archived.length ? h('details', h('summary', `Archived (${archived.length})`),
    sourceTable('Archived sources', archived)) : null);
}

function generator(go) {
  const make = form({
    submit: 'Make the source and its code', label: 'New source',
    fields: [
      h('p.form-label', { id: 'templates-label' }, 'Quick templates:'),
      h('div.chips', { role: 'group', 'aria-labelledby': 'templates-label' },
        sourceTemplates.map((template) => h('button.chip', {
        type: 'button', 'data-template': template.slug, onclick: () => choose(make, template),
      }, template.label))),
      h('div.form-grid',
        field({ name: 'slug', label: 'Source name', required: true, autocomplete: 'off', spellcheck: 'false',
          placeholder: 'facebook_us', help: 'Use unique names like: facebook_us, tiktok_crypto, google_cpc' }),
        field({ name: 'traffic_type', label: 'Traffic type', placeholder: 'push', autocomplete: 'off',
          help: 'Optional: social, search, push, native, …' }),
        field({ name: 'cost_per_lead', label: `Cost per lead, ${session.account.currency}`, inputmode: 'decimal',
          autocomplete: 'off', help: 'Optional: counts where a lead brings no cost of its own.' })),
    ],
    onSubmit: async (data) => {
      const slug = data.get('slug').trim();
      await post('/api/v1/sources',
        { slug, traffic_type: textOrNull(data.get('traffic_type')),
          cost_per_lead: numberOrNull(data.get('cost_per_lead')) });
      tell(`Source ${slug} is made.`);
      go(`sources/${encodeURIComponent(slug)}`);
    },
  });
  return section('Source Code Generator',
    h('p',
      'Generate SDK integration code for each traffic source. Use different source names to track performance '
        + 'separately.'),
    make);
}

function choose(make, template) {
  make.elements.slug.value = template.slug;
  make.elements.traffic_type.value = template.trafficType;
  for (const chip of make.querySelectorAll('[data-template]')) chip.setAttribute('aria-pressed',
    String(chip.dataset.template === template.slug));
  make.elements.slug.focus();
  make.elements.slug.select();
}

function sourceTable(caption, sources) {
  const rows = [...sources].sort((a, b) => b.stats.leads - a.stats.leads || a.slug.localeCompare(b.slug));
  return [table({
    caption, rows,
    columns: [
      { name: 'Source',
        cell: (row) => [h('a', { href: `#/sources/${encodeURIComponent(row.slug)}` }, row.slug),
          row.name && row.name !== row.slug ? h('div.quiet.small', row.name) : null,
          row.active ? null : [' ', badge('plain', 'archived')]] },
      { name: 'Traffic', cell: (row) => row.traffic_type ?? '' },
      { name: 'Leads', end: true, cell: (row) => count(row.stats.leads) },
      { name: 'Accepted', end: true,
        cell: (row) => (row.stats.leads ? percent(row.stats.accepted / row.stats.leads, 0) : '–') },
      { name: 'Approved', end: true, cell: (row) => count(row.stats.approved) },
      { name: 'Revenue', end: true, cell: (row) => money(row.stats.revenue) },
      { name: 'Cost', end: true, cell: (row) => money(row.stats.cost) },
      { name: 'Profit', end: true,
        cell: (row) => h('span', { class: row.stats.profit < 0 ? 'down' : '' }, money(row.stats.profit)) },
    ],
  }), h('p.quiet.small', 'Numbers of the last 30 days.')];
}
