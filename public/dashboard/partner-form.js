// The editor of a partner: how a lead is handed over, what counts as taken, how many, when, which.
import { h, fill, tell } from './dom.js';
import { notice } from './parts.js';
import { field, form, fault, numberOrNull, textOrNull } from './form.js';
import { scheduleField, readSchedule } from './schedule-field.js';
import { fieldLines, readFields, headerLines, headerChanges, readSuccess, literalText, list } from './partner-values.js';
import { session } from './api.js';

const tokens = ['name', 'first_name', 'last_name', 'email', 'phone', 'click_id', 'event_id', 'ip', 'user_agent',
  'country', 'source', 'landing_page', 'form.zip'];
const usualFields = { first_name: '{first_name}', last_name: '{last_name}', email: '{email}', phone: '{phone}',
  country: '{country}', click_id: '{click_id}' };

const pageTemplate = { slug: 'page', name: 'The landing page posts itself', blanks: [],
  note: 'BackNova scores the lead and names this partner; the landing page hands the lead over.',
  partner: { mode: 'page', url: '', method: 'POST', format: 'form', fields: {}, headers: {}, success: {} } };

const blank = { slug: '', name: '', mode: 'server', url: '', method: 'POST', format: 'json', fields: usualFields,
  headers: {}, success: { status: [200, 201] }, caps: {}, filters: {}, schedule: [], priority: 1, weight: 1,
  deduplicates: false, active: true };

/**
 * @param {{partner: object|null, templates?: object[], submit: string, onSubmit: (body: object) => Promise<void>,
 *   extra?: any}} options
 */
export function partnerForm({ partner, templates = [], submit, onSubmit, extra }) {
  const it = { ...blank, ...partner };
  const element = form({
    submit, label: 'Partner', extra,
    fields: [partner ? null : quickTemplates([...templates, pageTemplate], (template) => use(element, template)),
      who(it, partner), handover(it, partner), taken(it), limits(it), wanted(it),
      field({ name: 'active', label: 'Takes leads', type: 'checkbox', value: it.active })],
    onSubmit: async (data) => {
      refuseBlanks(data, element);
      await onSubmit(body(data, element, partner));
      tell('Saved.');
    },
  });
  return element;
}

function quickTemplates(templates, choose) {
  return [h('p.form-label', { id: 'partner-templates' }, 'Quick templates:'),
    h('div.chips', { role: 'group', 'aria-labelledby': 'partner-templates' },
      templates.map((template) => h('button.chip', { type: 'button', 'aria-pressed': 'false',
        'data-template': template.slug, onclick: () => choose(template) }, template.name))),
    h('div', { 'data-note': '' })];
}

function who(it, partner) {
  return [h('h3', 'Who'), h('div.form-grid',
    partner ? null : field({ name: 'slug', label: 'Short name (slug)', placeholder: 'pp-one', autocomplete: 'off',
      spellcheck: 'false', help: 'Small letters, digits and -. Stats and links go by it; it stays as it is.' }),
    field({ name: 'name', label: 'Name', value: it.name, placeholder: 'PP one', autocomplete: 'off' }),
    field({ name: 'payout', label: `Expected payout, ${session.account.currency}`, value: it.payout ?? '',
      inputmode: 'decimal', help: 'Counts where an approval names no sum.' }))];
}

function handover(it, partner) {
  return [h('h3', 'How a lead is handed over'),
    h('div.form-grid',
      field({ name: 'mode', label: 'Who posts it', value: it.mode,
        options: [['server', 'BackNova'], ['page', 'the landing page']] }),
      field({ name: 'method', label: 'Method', value: it.method,
        options: [['POST', 'POST'], ['PUT', 'PUT'], ['GET', 'GET']] }),
      field({ name: 'format', label: 'Body', value: it.format, options: [['json', 'JSON'], ['form', 'form']] })),
    field({ name: 'url', label: 'Address for leads', type: 'url', value: it.url,
      placeholder: 'https://partner.example/api/leads', autocomplete: 'off' }),
    field({ name: 'fields', label: 'Fields, one a line', rows: 8, class: 'mono', value: fieldLines(it.fields),
      spellcheck: 'false',
      help: ['Their name = our token or a fixed text; their name := a number, true or false; a dot leads into an '
        + 'object. Tokens: ', tokens.map((token) => [h('code', `{${token}}`), ' '])] }),
    field({ name: 'headers', label: 'Headers, one a line', rows: 2, class: 'mono', value: headerLines(it.headers),
      spellcheck: 'false', placeholder: 'X-Token: …',
      help: partner ? 'Kept sealed and shown as ••••. Type a new value to replace one; take its line out to remove it.'
        : 'Such as X-Token: secret. Kept sealed and not shown again.' }),
    field({ name: 'deduplicates', label: 'It recognises a lead that it already has', type: 'checkbox',
      value: it.deduplicates,
      help: 'Sometimes the connection breaks and nobody can say whether the partner has the lead. Ticked, it is asked '
        + 'again, and must drop the repeat by itself. Not ticked, the lead is left there, and no other partner gets '
        + 'it: it is never sold twice.' })];
}

function taken(it) {
  const success = it.success ?? {};
  const text = (name, label, value, placeholder, help) => field({ name, label, value: value ?? '', placeholder, help,
    autocomplete: 'off' });
  return [h('h3', 'When it counts as taken'), h('div.form-grid',
    text('success.status', 'HTTP status', (success.status ?? []).join(', '), '200, 201'),
    text('success.pointer', 'JSON pointer', success.pointer, '/ok'),
    text('success.equals', 'equals', literalText(success.equals), 'true'),
    text('success.contains', 'The answer contains', success.contains, '', 'All that is named must hold.'),
    text('lead_id_pointer', 'Pointer to its lead id', it.lead_id_pointer, '/id'),
    text('redirect_pointer', 'Pointer to a redirect URL', it.redirect_pointer, '/redirect'))];
}

function number(name, label, value, help) {
  return field({ name, label, value: value ?? '', inputmode: 'numeric', autocomplete: 'off', help });
}

function limits(it) {
  const caps = it.caps ?? {};
  return [h('h3', 'How many, and when'), h('div.form-grid', number('caps.hour', 'At most an hour', caps.hour),
    number('caps.day', 'At most a day', caps.day), number('caps.total', 'At most in all', caps.total),
    field({ name: 'timezone', label: 'Time zone', value: it.timezone ?? session.account.timezone, autocomplete: 'off',
      help: 'Of its caps and hours, such as Europe/Kyiv.' })),
  scheduleField(it.schedule ?? [])];
}

function wanted(it) {
  const filters = it.filters ?? {};
  const words = (name, label, values, placeholder) => field({ name, label, value: (values ?? []).join(', '),
    placeholder, autocomplete: 'off' });
  return [h('h3', 'Which leads'), h('div.form-grid',
    words('filters.countries', 'Countries', filters.countries, 'US, CA – empty: all'),
    words('filters.sources', 'Sources', filters.sources, 'empty: all'),
    words('filters.traffic_types', 'Traffic types', filters.traffic_types, 'empty: all'),
    number('filters.min_score', 'Score from', filters.min_score),
    number('priority', 'Priority', it.priority, 'Lower is asked first.'),
    number('weight', 'Weight', it.weight, 'Its share among equals; 0: a backup.'))];
}

function use(element, { slug, name, note, blanks, partner }) {
  const { elements } = element;
  for (const one of ['mode', 'url', 'method', 'format']) elements[one].value = partner[one];
  elements.fields.value = fieldLines(partner.fields);
  elements.headers.value = headerLines(partner.headers);
  elements['success.status'].value = (partner.success.status ?? []).join(', ');
  elements['success.pointer'].value = partner.success.pointer ?? '';
  elements['success.equals'].value = literalText(partner.success.equals);
  elements['success.contains'].value = partner.success.contains ?? '';
  elements.lead_id_pointer.value = partner.lead_id_pointer ?? '';
  elements.redirect_pointer.value = partner.redirect_pointer ?? '';
  for (const chip of element.querySelectorAll('[data-template]')) chip.setAttribute('aria-pressed',
    String(chip.dataset.template === slug));
  fill(element.querySelector('[data-note]'), notice('info', h('p', h('strong', name), '. ', note),
    blanks.length ? h('p', 'Put your own values for ',
      blanks.map((one, index) => [index ? ', ' : '', h('code', one)]), '.') : null));
  element.dataset.blanks = blanks.join(' ');
  elements.url.dispatchEvent(new Event('input', { bubbles: true }));
  elements.slug.focus();
}

/** What a template leaves for one's own values must not go out as it stands. */
function refuseBlanks(data, element) {
  for (const blank of element.dataset.blanks?.split(' ').filter(Boolean) ?? []) {
    const name = ['url', 'fields', 'headers'].find((one) => data.get(one).includes(blank));
    if (name) throw fault(name, `still has ${blank}: put your own value there`);
  }
}

function countries(text) {
  const codes = list(text).map((code) => code.toUpperCase());
  if (codes.every((code) => /^[A-Z]{2}$/.test(code))) return codes;
  throw fault('filters.countries', 'must be ISO codes of two letters, such as US, CA');
}

function body(data, element, partner) {
  const answer = {
    name: data.get('name').trim() || (partner ? '' : data.get('slug').trim()), mode: data.get('mode'),
    url: data.get('url').trim(), method: data.get('method'), format: data.get('format'),
    fields: readFields(data.get('fields'), data.get('method') === 'GET' ? 'form' : data.get('format')),
    success: readSuccess(data), deduplicates: data.get('deduplicates') !== null,
    lead_id_pointer: textOrNull(data.get('lead_id_pointer')),
    redirect_pointer: textOrNull(data.get('redirect_pointer')),
    payout: numberOrNull(data.get('payout')), timezone: textOrNull(data.get('timezone')),
    schedule: readSchedule(element),
    caps: Object.fromEntries(['hour', 'day', 'total'].map((span) => [span, numberOrNull(data.get(`caps.${span}`))])),
    filters: { countries: countries(data.get('filters.countries')),
      sources: list(data.get('filters.sources')), traffic_types: list(data.get('filters.traffic_types')),
      min_score: numberOrNull(data.get('filters.min_score')) ?? 0 },
    priority: numberOrNull(data.get('priority')) ?? 1, weight: numberOrNull(data.get('weight')) ?? 1,
    active: data.get('active') !== null,
  };
  if (!partner) answer.slug = data.get('slug').trim();
  const headers = headerChanges(data.get('headers'), partner?.headers);
  if (Object.keys(headers).length) answer.headers = headers;
  return answer;
}
