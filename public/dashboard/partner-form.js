// The editor of a partner: how a lead is handed over, what counts as taken, how many, when, which.
import { h, fill, announce } from './dom.js';
import { notice } from './parts.js';
import { field, form, checks, numberOrNull, textOrNull } from './form.js';
import { session } from './session.js';

const tokens = ['name', 'first_name', 'last_name', 'email', 'phone', 'click_id', 'event_id', 'ip', 'user_agent',
  'country', 'source', 'landing_page', 'form.zip'];
const days = [['mon', 'Mon'], ['tue', 'Tue'], ['wed', 'Wed'], ['thu', 'Thu'], ['fri', 'Fri'], ['sat', 'Sat'],
  ['sun', 'Sun']];
const usualFields = { first_name: '{first_name}', last_name: '{last_name}', email: '{email}', phone: '{phone}',
  country: '{country}', click_id: '{click_id}' };

/** Starting points where the server has none of its own; each is changed to what the partner's documents say. */
const ownTemplates = [
  { name: 'JSON API', url: 'https://partner.example/api/leads', method: 'POST', format: 'json', fields: usualFields,
    success: { status: [200, 201] } },
  { name: 'Form post', url: 'https://partner.example/api/leads', method: 'POST', format: 'form', fields: usualFields,
    success: { status: [200] } },
  { name: 'JSON API that answers ok: true', url: 'https://partner.example/api/leads', method: 'POST', format: 'json',
    fields: usualFields, success: { status: [200], pointer: '/ok', equals: true }, lead_id_pointer: '/id',
    redirect_pointer: '/redirect' },
];
const pageTemplate = { name: 'The landing page posts itself', mode: 'page', url: '', method: 'POST', format: 'form',
  fields: {}, success: {} };

const blank = { slug: '', name: '', mode: 'server', url: '', method: 'POST', format: 'json', fields: usualFields,
  success: { status: [200, 201] }, caps: {}, filters: {}, schedule: [], priority: 1, weight: 1, active: true };

/**
 * @param {{partner: object|null, templates?: object[], submit: string, onSubmit: (body: object) => Promise<void>,
 *   extra?: any}} options
 */
export function partnerForm({ partner, templates = [], submit, onSubmit, extra }) {
  const it = { ...blank, ...partner };
  const success = it.success ?? {};
  const caps = it.caps ?? {};
  const filters = it.filters ?? {};
  const hours = it.schedule?.[0] ?? {};
  const number = (name, label, value, help) => field({ name, label, value: value ?? '', inputmode: 'numeric',
    autocomplete: 'off', help });
  const element = form({
    submit, label: 'Partner', extra,
    fields: [
      partner ? null : [h('p.form-label', { id: 'partner-templates' }, 'Quick templates:'),
        h('div.chips', { role: 'group', 'aria-labelledby': 'partner-templates' },
        [...(templates.length ? templates : ownTemplates), pageTemplate].map((template) => h('button.chip',
          { type: 'button', onclick: () => use(element, template) }, template.name))),
      h('div', { 'data-note': '' })],
      h('h3', 'Who'),
      h('div.form-grid',
        partner ? null : field({ name: 'slug', label: 'Slug', placeholder: 'pp-one', autocomplete: 'off',
          help: 'Stats and links go by it; it stays as it is.' }),
        field({ name: 'name', label: 'Name', value: it.name, placeholder: 'PP one', autocomplete: 'off' }),
        field({ name: 'payout', label: `Expected payout, ${session.account.currency}`, value: it.payout ?? '',
          inputmode: 'decimal', help: 'Counts where an approval names no sum.' })),
      h('h3', 'How a lead is handed over'),
      h('div.form-grid',
        field({ name: 'mode', label: 'Who posts it', value: it.mode,
          options: [['server', 'BackNova'], ['page', 'the landing page']] }),
        field({ name: 'method', label: 'Method', value: it.method,
          options: [['POST', 'POST'], ['PUT', 'PUT'], ['GET', 'GET']] }),
        field({ name: 'format', label: 'Body', value: it.format, options: [['json', 'JSON'], ['form', 'form']] })),
      field({ name: 'url', label: 'Address for leads', type: 'url', value: it.url,
        placeholder: 'https://partner.example/api/leads', autocomplete: 'off' }),
      field({ name: 'fields', label: 'Fields, one a line', rows: 7, class: 'mono', value: fieldLines(it.fields),
        spellcheck: 'false',
        help: [
          'Their name = our token or a fixed text; their name := a number, true or false; a dot leads into an object. '
            + 'Tokens: ', tokens.map((token) => [h('code', `{${token}}`), ' '])] }),
      field({ name: 'headers', label: 'Headers, one a line', rows: 2, value: '', spellcheck: 'false',
        placeholder: 'X-Token: …',
        help: partner
          ? `Kept sealed and not shown again. Left empty, they stay as they are: ${headerNames(partner) || 'none'}.`
            : 'Such as X-Token: secret. Kept sealed.' }),
      h('h3', 'When it counts as taken'),
      h('div.form-grid',
        field({ name: 'success.status', label: 'HTTP status', value: (success.status ?? []).join(', '),
          placeholder: '200, 201', autocomplete: 'off' }),
        field({ name: 'success.pointer', label: 'JSON pointer', value: success.pointer ?? '', placeholder: '/ok',
          autocomplete: 'off' }),
        field({ name: 'success.equals', label: 'equals',
          value: success.equals === undefined || success.equals === null ? '' : JSON.stringify(success.equals),
          placeholder: 'true', autocomplete: 'off' }),
        field({ name: 'success.contains', label: 'The answer contains', help: 'All that is named must hold.',
          value: success.contains ?? '', autocomplete: 'off' }),
        field({ name: 'lead_id_pointer', label: 'Pointer to its lead id', value: it.lead_id_pointer ?? '',
          placeholder: '/id', autocomplete: 'off' }),
        field({ name: 'redirect_pointer', label: 'Pointer to a redirect URL', value: it.redirect_pointer ?? '',
          placeholder: '/redirect', autocomplete: 'off' })),
      h('h3', 'How many, and when'),
      h('div.form-grid', number('caps.hour', 'At most an hour', caps.hour),
        number('caps.day', 'At most a day', caps.day), number('caps.total', 'At most in all', caps.total),
        field({ name: 'timezone', label: 'Time zone', value: it.timezone ?? session.account.timezone,
          autocomplete: 'off', help: 'Of its caps and hours, such as Europe/Kyiv.' })),
      checks({ name: 'days', legend: 'Open on', options: days, chosen: hours.days ?? days.map(([day]) => day) }),
      h('div.form-grid', field({ name: 'from', label: 'from', type: 'time', value: hours.from ?? '' }),
        field({ name: 'to', label: 'to', type: 'time', value: hours.to ?? '', help: 'Left empty: all day.' })),
      it.schedule?.length > 1 ? h('p.quiet.small',
        `It has ${it.schedule.length} times; changing the days or hours here replaces them.`) : null,
      h('h3', 'Which leads'),
      h('div.form-grid',
        field({ name: 'filters.countries', label: 'Countries', value: (filters.countries ?? []).join(', '),
          placeholder: 'US, CA – empty: all', autocomplete: 'off' }),
        field({ name: 'filters.sources', label: 'Sources', value: (filters.sources ?? []).join(', '),
          placeholder: 'empty: all', autocomplete: 'off' }),
        field({ name: 'filters.traffic_types', label: 'Traffic types', value: (filters.traffic_types ?? []).join(', '),
          placeholder: 'empty: all', autocomplete: 'off' }),
        number('filters.min_score', 'Score from', filters.min_score),
        number('priority', 'Priority', it.priority, 'Lower is asked first.'),
        number('weight', 'Weight', it.weight, 'Its share under the weighted policy.')),
      field({ name: 'active', label: 'Takes leads', type: 'checkbox', value: it.active }),
    ],
    onSubmit: async (data) => { await onSubmit(body(data, partner)); announce('Saved.'); },
  });
  return element;
}

/** Fields as lines: `email = {email}`, `offer := 5`, `tracking.click = {click_id}`. */
function fieldLines(fields, before = '') {
  return Object.entries(fields ?? {}).map(([name, value]) => {
    if (value && typeof value === 'object') return fieldLines(value, `${before}${name}.`);
    return typeof value === 'string' ? `${before}${name} = ${value}` : `${before}${name} := ${JSON.stringify(value)}`;
  }).join('\n');
}

function readFields(text, format) {
  const fields = {};
  for (const line of trimmedLines(text)) {
    const [, name, sign, written] = line.match(/^(.*?)\s*(:=|=)\s*(.*)$/) ?? [line, line, '=', ''];
    const path = format === 'json' ? name.split('.') : [name];
    const place = path.slice(0, -1).reduce(
      (at, step) => { at[step] = typeof at[step] === 'object' ? at[step] : {}; return at[step]; }, fields);
    place[path.at(-1)] = sign === ':=' ? value(written) : written;
  }
  return fields;
}

/** Their values are sealed: only names are known. */
function headerNames({ headers }) { return (Array.isArray(headers) ? headers : Object.keys(headers ?? {})).join(', '); }

function readHeaders(text) {
  return Object.fromEntries(trimmedLines(text).map((line) => {
    const end = line.indexOf(':');
    return end < 0 ? [line, ''] : [line.slice(0, end).trim(), line.slice(end + 1).trim()];
  }));
}

function trimmedLines(text) { return String(text).split('\n').map((line) => line.trim()).filter(Boolean); }

function list(text) { return String(text ?? '').split(/[\s,;]+/).filter(Boolean); }

/** A value as JSON where it is some; else the text as it stands. */
function value(text) {
  try { return JSON.parse(text); } catch { return text; }
}

function use(element, template) {
  const { elements } = element;
  elements.mode.value = template.mode ?? 'server';
  for (const name of ['url', 'method', 'format']) elements[name].value = template[name];
  elements.fields.value = fieldLines(template.fields);
  elements.headers.value = Object.entries(template.headers ?? {}).map(([name, text]) => `${name}: ${text}`).join('\n');
  elements['success.status'].value = (template.success.status ?? []).join(', ');
  elements['success.pointer'].value = template.success.pointer ?? '';
  elements['success.equals'].value = template.success.equals === undefined ? ''
    : JSON.stringify(template.success.equals);
  elements.lead_id_pointer.value = template.lead_id_pointer ?? '';
  elements.redirect_pointer.value = template.redirect_pointer ?? '';
  fill(element.querySelector('[data-note]'),
    template.note ? notice('info',
      template.blanks?.length ? h('p', 'Put your own values for ', template.blanks.join(', '), '.') : null,
      h('p', template.note)) : null);
  elements.url.focus();
}

function body(data, partner) {
  const success = {};
  if (data.get('success.status').trim()) success.status = list(data.get('success.status')).map(numberOrNull);
  if (data.get('success.pointer').trim()) success.pointer = data.get('success.pointer').trim();
  if (data.get('success.equals').trim()) success.equals = value(data.get('success.equals').trim());
  if (data.get('success.contains').trim()) success.contains = data.get('success.contains').trim();
  const answer = {
    name: data.get('name').trim(), mode: data.get('mode'), url: textOrNull(data.get('url')), method: data.get('method'),
    format: data.get('format'),
    fields: readFields(data.get('fields'), data.get('format')), success,
    lead_id_pointer: textOrNull(data.get('lead_id_pointer')),
    redirect_pointer: textOrNull(data.get('redirect_pointer')),
    payout: numberOrNull(data.get('payout')), timezone: textOrNull(data.get('timezone')),
    schedule: schedule(data, partner),
    caps: Object.fromEntries(['hour', 'day',
      'total'].map((span) => [span, numberOrNull(data.get(`caps.${span}`))]).filter(
      ([, most]) => most !== null)),
    filters: { countries: list(data.get('filters.countries')).map((country) => country.toUpperCase()),
      sources: list(data.get('filters.sources')), traffic_types: list(data.get('filters.traffic_types')),
      min_score: numberOrNull(data.get('filters.min_score')) ?? 0 },
    priority: numberOrNull(data.get('priority')) ?? 1, weight: numberOrNull(data.get('weight')) ?? 1,
    active: data.get('active') !== null,
  };
  if (!partner) answer.slug = data.get('slug').trim();
  if (data.get('headers').trim() || !partner) answer.headers = readHeaders(data.get('headers'));
  return answer;
}

/** One time for the chosen days; none where it is open always; several stay as they are unless the first is changed. */
function schedule(data, partner) {
  const [chosen, from, to] = [data.getAll('days'), data.get('from'), data.get('to')];
  const old = partner?.schedule?.[0];
  if (old && old.from === from && old.to === to && String(old.days) === String(chosen)) return partner.schedule;
  if (chosen.length === days.length && !from && !to) return [];
  return [{ days: chosen, from: from || '00:00', to: to || '24:00' }];
}
