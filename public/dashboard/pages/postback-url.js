// The postback URL with the macros of the partner's network, and what its parameters mean.
import { h, fill, redrawn } from '../dom.js';
import { get, post } from '../api.js';
import { section, code, notice, problem, loading, actionButton } from '../parts.js';
import { field } from '../form.js';

/** The words of the URL where no network is chosen: what most panels call them. */
const usual = 'api_key=YOUR_API_KEY&click_id={clickid}&status={status}&payout={payout}';

export async function draw(body, { signal, reload }) {
  const [{ presets }, { keys }, { table }] = await Promise.all([
    get('/api/v1/postbacks/presets', { signal }), get('/api/v1/keys', { signal }),
    get('/api/v1/postbacks/status-map', { signal })]);
  fill(body, urlMaker(presets, keys.filter((key) => key.kind === 'postback' && !key.revoked_at), signal, reload),
    reference(table), whatHappens());
}

function urlMaker(presets, keys, leaving, reload) {
  const place = h('div', { 'aria-live': 'polite' });
  const texts = new Map();
  let isOpen = false;
  const network = field({
    name: 'network', label: 'Network or platform of your PP', value: '',
    options: [['', 'Another one: {clickid}, {status}, {payout}'],
      ...presets.map((preset) => [preset.slug, preset.name])],
    onchange: () => show(),
  });
  const key = field({
    name: 'key', label: 'Postback key', value: keys[0]?.id ?? '',
    options: keys.length ? keys.map((one) => [one.id, `${one.name || 'unnamed'}${one.partner ? `, of ${one.partner}` : ''} (${one.masked})`]) : [['', 'none yet']],
    help: 'A postback key can bring postbacks and read nothing: one for each PP.', onchange: () => show(),
  });
  const show = redrawn(leaving, async (signal) => {
    const preset = presets.find((one) => one.slug === network.querySelector('select').value);
    const id = key.querySelector('select').value;
    try {
      const text = id ? await keyText(id, texts, signal) : 'YOUR_API_KEY';
      const url = preset ? preset.url.replace('api_key=KEY',
        `api_key=${text}`) : `${location.origin}/api/postback?${usual.replace('YOUR_API_KEY', text)}`;
      const masked = keys.find((one) => one.id === id)?.masked ?? text;
      const box = code(url,
        { name: 'Copy URL', label: 'Postback URL', shown: isOpen ? url : url.replace(text, masked) });
      const toggle = h('button.btn.btn-quiet.btn-sm', { type: 'button', onclick: () => { isOpen = !isOpen; show(); } },
        isOpen ? 'Mask the key' : 'Show the key');
      fill(place, box,
        id ? h('p', toggle, h('span.quiet.small', isOpen ? '' : ' Copying copies it in full.')) : null,
        preset?.note ? notice('info', preset.note) : null,
        preset ? h('p.quiet.small', `The macros of ${preset.name} are from `,
          h('a', { href: preset.source, rel: 'noreferrer noopener', target: '_blank' },
            'its documents or a public template'), '. Check them in its panel, then paste the URL into the ',
          h('a', { href: '#/postbacks/linter' }, 'linter'), '.')
          : h('p.quiet.small',
            'Put your network’s own macros where {clickid}, {status} and {payout} stand, then paste the URL into the ',
            h('a', { href: '#/postbacks/linter' }, 'linter'), ': it says what it would do.'));
    } catch (error) { if (!signal.aborted) fill(place, problem(error, show)); }
  });
  fill(place, loading());
  show();
  const trouble = h('div');
  return section('Postback URL for PP',
    h('p', 'Give this URL to your PP/CPA network. They’ll send conversion data back to BackNova when a lead converts.'),
    h('div.form-grid', network, key),
    keys.length ? null : [notice('warn', h('p', 'There is no postback key yet: make one, and the URL below is ready '
        + 'to paste.')),
      h('p', actionButton('Make a postback key', async () => {
        await post('/api/v1/keys', { kind: 'postback', name: 'partner' });
        await reload();
      }, trouble, 'btn-primary')), trouble],
    place,
    h('p.quiet.small', 'The same without your key, to show around: ',
      h('code', `${location.origin}/api/postback?${usual}`)));
}

async function keyText(id, texts, signal) {
  if (!texts.has(id)) texts.set(id, (await get(`/api/v1/keys/${encodeURIComponent(id)}`, { signal })).key);
  return texts.get(id);
}

const groupNames = { approved: 'APPROVED', pending: 'PENDING', rejected: 'REJECTED', chargeback: 'CHARGEBACK' };

function reference(table) {
  const parameters = (list) => h('dl.facts', list.map(([name, text]) => [h('dt', h('code', name)), h('dd', text)]));
  return section('Parameter Reference',
    h('h3', 'Required Parameters'),
    parameters([['api_key', 'Your BackNova API key (keep secret!)'],
      ['click_id', 'The click_id you passed when sending the lead (links conversion to your tracker)'],
      ['status', 'Conversion status (see list below)']]),
    h('h3', 'Accepted Statuses'),
    Object.entries(groupNames).map(([status, name]) => h('div',
      h('p.group-name', h(`span.dot.dot-${status}`, { 'aria-hidden': 'true' }), name),
      h('p.words-line', table[status].join(', ')))),
    notice('info',
      h('p', 'Any status not in the list will be treated as pending', '. Your own words can be given a status under ',
        h('a', { href: '#/postbacks/words' }, 'Status words'), '.')),
    h('h3', 'Optional Parameters'),
    parameters([['payout', 'Commission amount (e.g., 15.50)'], ['txid', 'CPA network transaction ID'],
      ['currency', 'ISO code of the payout; kept, never converted']]));
}

function whatHappens() {
  return section('What happens when PP sends a postback', h('ol.steps',
    h('li', 'BackNova finds the lead by click_id'),
    h('li', 'Lead status is updated (approved/rejected/pending)'),
    h('li', 'Your ROI and revenue stats are updated'),
    h('li', 'Postback is forwarded to your tracker (if configured)')),
  h('p.quiet.small',
    'A postback that comes before its lead waits 30 days for it. The same message again changes nothing. Every one is '
      + 'in the ', h('a', { href: '#/postbacks/log' }, 'log'), ' with its cause.'));
}
