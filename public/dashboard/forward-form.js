// The editor of a forward: quick templates, tokens, a live preview of the URL.
import { h, fill } from './dom.js';
import { field, form, checks, fault } from './form.js';
import { notice } from './parts.js';
import { statuses } from './statuses.js';

/** Tokens with what stands for them in the preview. */
const tokens = {
  click_id: 'abc123', event_id: 'evt_1m830a2jqg000', status: 'approved', payout: '15.5', txid: 'T-1001',
  raw_status: 'sale', amount: '15.5',
  source: 'facebook_us', partner: 'pp-one', currency: 'USD', timestamp: '1795395600', forward_id: 'dlv_1m830a2jqg001',
};

/**
 * @param {{forward: object|null, templates: object[], sources: object[], submit: string,
 *   onSubmit: (body: object) => Promise<void>, extra?: any}} options
 */
export function forwardForm({ forward, templates, sources, submit, onSubmit, extra }) {
  const url = field({ name: 'url', label: 'Your tracker’s postback URL', value: forward?.url ?? '', rows: 3,
    spellcheck: 'false',
    placeholder: 'https://tracker.example/postback?subid={click_id}&status={status}&payout={payout}',
    oninput: () => preview() });
  const box = url.querySelector('textarea');
  const place = h('div.code-box',
    h('pre', { tabindex: 0, role: 'group', 'aria-label': 'Preview of the URL' }, h('code')));
  const hints = h('div');
  const preview = () => {
    const read = previewOf(box.value, statusMap(element));
    place.querySelector('code').textContent = read.text || 'Type a URL, or choose a quick template.';
    fill(hints, read.hints.map((hint) => notice('warn', hint)));
  };
  const element = form({
    submit, label: 'Forward', extra,
    fields: [
      h('p.form-label', { id: 'tracker-templates' }, 'Quick templates:'),
      h('div.chips', { role: 'group', 'aria-labelledby': 'tracker-templates' },
        templates.map((template) => h('button.chip', {
        type: 'button', 'data-template': template.slug, onclick: () => { use(element, template); preview(); },
      }, template.name))),
      h('div', { 'data-note': '' }),
      url,
      h('p.form-label', { id: 'token-label' }, 'Available tokens:'),
      h('div.chips', { role: 'group', 'aria-labelledby': 'token-label' },
        Object.keys(tokens).map((token) => h('button.chip', {
        type: 'button', title: `Put {${token}} where the cursor is`,
        onclick: () => { insert(box, `{${token}}`); preview(); },
      }, h('code', `{${token}}`)))),
      h('p.form-label', 'Preview, with made-up values'), place, hints,
      h('div.form-grid',
        field({ name: 'name', label: 'Name', value: forward?.name ?? '', placeholder: 'keitaro', autocomplete: 'off' }),
        field({ name: 'source', label: 'Which source', value: forward?.source ?? '',
          options: [['', 'all sources'], ...sources.map((source) => [source.slug, source.slug])] })),
      checks({ name: 'statuses', legend: 'Told of', options: statuses.map((one) => [one, one]),
        chosen: forward?.statuses ?? statuses }),
      h('details', { open: Object.keys(forward?.status_map ?? {}).length > 0 },
        h('summary', 'Words that your tracker has for statuses'),
        h('div.form-grid',
          statuses.map((one) => field({ name: `status_map.${one}`, label: `${one} is`,
            value: forward?.status_map?.[one] ?? '', placeholder: one, autocomplete: 'off', oninput: () => preview() })))),
      field({ name: 'active', label: 'On', type: 'checkbox', value: forward?.active ?? true }),
    ],
    onSubmit: async (data) => {
      const blank = element.dataset.blanks?.split(' ').find((one) => one && data.get('url').includes(one));
      if (blank) throw fault('url', `still has ${blank}: put your own value there`);
      await onSubmit({
        name: data.get('name').trim(), url: data.get('url').trim(), source: data.get('source') || null,
        statuses: data.getAll('statuses'), status_map: statusMap(element), active: data.get('active') !== null,
      });
    },
  });
  element.addEventListener('change', preview);
  preview();
  return element;
}

function statusMap(element) {
  if (!element) return {};
  return Object.fromEntries(
    statuses.map((one) => [one, element.elements[`status_map.${one}`].value.trim()]).filter(([, word]) => word));
}

function use(element, template) {
  const { elements } = element;
  elements.url.value = template.url;
  if (!elements.name.value || elements.name.dataset.filled) {
    elements.name.value = template.slug;
    elements.name.dataset.filled = 'by template';
  }
  for (const one of statuses) elements[`status_map.${one}`].value = template.status_map[one] ?? '';
  for (const box of element.querySelectorAll('[name="statuses"]')) box.checked = template.statuses.includes(box.value);
  for (const chip of element.querySelectorAll('[data-template]')) chip.setAttribute('aria-pressed',
    String(chip.dataset.template === template.slug));
  fill(element.querySelector('[data-note]'), notice('info',
    template.blanks.length ? h('p', 'Put your own values for ',
      template.blanks.map((blank, index) => [index ? ', ' : '', h('code', blank)]), '.') : null,
    h('p', template.note)));
  element.dataset.blanks = template.blanks.join(' ');
  elements.url.dispatchEvent(new Event('input', { bubbles: true }));
  elements.name.dispatchEvent(new Event('input', { bubbles: true }));
  elements.url.focus();
}

function insert(box, text) {
  box.setRangeText(text, box.selectionStart, box.selectionEnd, 'end');
  box.focus();
}

/** The URL as it would be called, and what is odd about it. The server checks it again. */
export function previewOf(url, map) {
  const text = url.trim().replace(/\{([a-z_]+)\}/g, (whole, token) => {
    if (!(token in tokens)) return whole;
    const value = token === 'status' ? map.approved || tokens.status : tokens[token];
    return encodeURIComponent(value);
  });
  const unknown = [...text.matchAll(/\{([^}]*)\}/g)].map((match) => match[0]);
  const hints = [];
  if (unknown.length) hints.push(`These are no tokens: ${unknown.join(', ')}.`);
  if (url && !url.includes('{click_id}')) hints.push(
    'Without {click_id} your tracker cannot tell which click converted.');
  if (url && !/^https?:\/\//.test(url)) hints.push('It must begin with https:// or http://.');
  return { text, hints };
}
