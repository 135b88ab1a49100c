// The linter: paste a postback URL, see what it would do. Nothing of it is recorded.
import { h, fill } from '../dom.js';
import { post, get } from '../api.js';
import { section, table, code, notice, status, empty } from '../parts.js';
import { field, form, textOrNull } from '../form.js';
import { money, words } from '../format.js';

export async function draw(body, { signal }) {
  const { keys } = await get('/api/v1/keys', { signal });
  const result = h('div', { 'aria-live': 'polite' });
  const known = keys.filter((key) => key.kind === 'postback' && !key.revoked_at);
  fill(body, section('Linter',
    h('p',
      'Paste a postback URL as it stands in your PP’s panel, or one that was called: you see what it would do. Nothing '
        + 'is recorded.'),
    form({
      submit: 'Check the URL', label: 'Check a postback URL',
      fields: [
        field({ name: 'url', label: 'Postback URL', rows: 3, spellcheck: 'false',
          placeholder: `${location.origin}/api/postback?api_key=…&click_id={clickid}&status={status}` }),
        known.length ? field({ name: 'key', label: 'Read its words as those of', value: '',
          options: [['', 'the key in the URL'], ...known.map((key) => [key.id, key.name || key.masked])] }) : null,
      ],
      onSubmit: async (data) => {
        const answer = await post('/api/v1/postbacks/lint', { url: data.get('url'), key: textOrNull(data.get('key')) });
        fill(result, show(answer));
      },
    })), result);
}

/** What is said of a URL whose macros nobody has filled in yet: a template is meant to be so. */
const ofTemplates = new Set(['unexpanded_macro', 'network_macros']);

function show(answer) {
  const warnings = answer.warnings.filter((warning) => !(answer.template && ofTemplates.has(warning.code)));
  return section(answer.template ? 'It is a template for a panel' : 'It would do this',
    answer.template ? h('p',
      'The network fills in its macros when it calls. Called as it stands, with none filled in, it would change '
          + 'nothing.') : null,
    warnings.length ? warnings.map((warning) => notice('warn', warning.text)) : notice('good',
      'Nothing is wrong with it.'),
    answer.template ? h('dl.facts', h('dt', 'Fits the networks'), h('dd', answer.networks.join(', ') || 'none known'))
      : h('dl.facts', [
      ['Result', [status(answer.result), answer.reason ? ` ${words(answer.reason)}` : '']],
      ['Status',
        [status(answer.status), answer.raw_status ? ` from the word “${answer.raw_status}”` : ' since there is no word']],
      ['Payout', answer.payout === null ? 'none' : money(answer.payout, answer.currency ?? undefined)],
      ['txid', answer.txid ?? 'none'], ['click_id', answer.click_id ?? 'none'],
      ['Lead',
        answer.event_id ? h('a', { href: `#/events/${answer.event_id}` }, answer.event_id) : 'no lead has this click_id'],
      ['HTTP answer', answer.http_status], ['Fits the networks', answer.networks.join(', ') || 'none known'],
    ].map(([name, value]) => [h('dt', name), h('dd', value)])),
    h('h3', 'Its parameters'),
    answer.parameters.length ? table({
      caption: 'Parameters of the URL', rows: answer.parameters,
      columns: [{ name: 'Parameter', cell: (row) => h('code', row.name) },
        { name: 'Meaning', cell: (row) => row.meaning ?? (row.known ? 'known' : 'unknown: only its name is kept') },
        { name: 'Macro', cell: (row) => (row.macro ? h('code', row.macro) : '–') }],
    }) : empty('It has no parameters', 'A postback needs api_key, click_id and status.'),
    h('h3', 'As it should be'), code(answer.healed_url, { name: 'Copy URL', label: 'The URL as it should be' }),
    h('p.quiet.small', 'KEY stands for your postback key.'));
}
