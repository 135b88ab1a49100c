// Status words: those that nothing names yet, mapped with one click; the account's own; those of one key.
import { h, fill, tell } from '../dom.js';
import { get, put, withQuery } from '../api.js';
import { section, table, empty, status, notice, actionButton, confirmButton } from '../parts.js';
import { field, form } from '../form.js';
import { count, money, ago, plural } from '../format.js';
import { statuses } from '../statuses.js';

export async function draw(body, { query, signal, reload }) {
  const owner = query.get('key') ?? '';
  const [{ words }, { keys }, { presets }, own] = await Promise.all([
    get('/api/v1/postbacks/unmapped', { signal }), get('/api/v1/keys', { signal }),
    get('/api/v1/postbacks/presets', { signal }),
    get(withQuery('/api/v1/postbacks/status-map', { key: owner }), { signal })]);
  const names = new Map(keys.map((key) => [key.id, key.name || key.masked]));
  const outcome = h('div', { role: 'status' });
  const again = async (text) => {
    await reload();
    body.prepend(notice('good', text));
    tell(text);
  };
  fill(body, outcome,
    section('Words that nothing names yet', unmapped(words, names, again)),
    section('Your own words', ownWords(own, keys, names, owner, again),
      networkWords(presets, own, owner, again)));
}

function unmapped(words, names, again) {
  if (!words.length) return empty('Every word is known',
    'A status word that is in no table counts as pending and appears here with a suggestion.');
  return [h('p', 'Any status not in the list will be treated as pending. Give these words a status: everything '
      + 'received with them is read again, and your tracker is told what changed.'),
    table({
      caption: 'Unmapped words', rows: words,
      columns: [
        { name: 'Word', cell: (row) => h('code', row.word) },
        { name: 'From', cell: (row) => names.get(row.key_id) ?? 'all' },
        { name: 'Postbacks', end: true, cell: (row) => count(row.messages) },
        { name: 'Last', cell: (row) => ago(row.last_at) },
        { name: 'Means', wide: true, cell: (row) => mapper(row, again) },
      ],
    })];
}

/** A choice with the suggestion made, what it would change, and the button. */
function mapper(row, again) {
  const place = h('div', { 'aria-live': 'polite' });
  const select = h('select.form-select.form-select-sm', { 'aria-label': `What “${row.word}” means` },
    row.suggested_status ? null : h('option', { value: '' }, 'choose…'),
    statuses.map((one) => h('option', { value: one, selected: one === row.suggested_status },
      one === row.suggested_status ? `${one} (suggested)` : one)));
  const button = actionButton('Map it', async () => {
    const means = select.value;
    if (!means) return fill(place, h('p.field-error', 'Choose what the word means.'));
    await propose({ key: row.key_id, change: { [row.word]: means }, place, button, yes: 'Yes, map it',
      done: `“${row.word}” is ${means} now.`, again });
  }, place);
  return [h('div.row-line', select, button), place];
}

/**
 * Says what a change of words would do, and does it when asked to.
 * @param {{key: string|null, change: object, place: HTMLElement, button: HTMLElement, yes: string, done: string,
 *   again: (text: string) => Promise<void>}} options button: what proposed it; done: what is said afterwards
 */
async function propose({ key, change, place, button, yes, done, again }) {
  const { effect } = await put(withQuery('/api/v1/postbacks/status-map', { key, dry_run: 1 }), change);
  const trouble = h('div');
  fill(place, h('p.small', said(effect, 'would change')), h('div.row-line',
    actionButton(yes, async () => {
      const { effect } = await put(withQuery('/api/v1/postbacks/status-map', { key }), change);
      await again(`${done} ${said(effect, 'changed')}`);
    }, trouble, 'btn-primary'),
    h('button.btn.btn-quiet.btn-sm', { type: 'button', onclick: () => { fill(place); button.focus(); } }, 'No')), trouble);
  place.querySelector('button')?.focus();
}

/** The words of a well-known network, for those whose words are shown above. */
function networkWords(presets, own, owner, again) {
  const known = presets.filter((preset) => Object.keys(preset.words).length);
  if (!known.length) return null;
  const place = h('div', { 'aria-live': 'polite' });
  const listed = h('p.words-line');
  const chooser = field({ name: 'network', label: 'Network or platform', value: known[0].slug,
    options: known.map((preset) => [preset.slug, preset.name]), onchange: () => list() });
  const chosen = () => known.find((preset) => preset.slug === chooser.querySelector('select').value);
  const list = () => {
    fill(place);
    fill(listed, Object.entries(chosen().words).map(([word, means]) => `${word}: ${means}`).join(', '));
  };
  const button = actionButton('Use this network’s words', async () => {
    const { name, words } = chosen();
    const change = Object.fromEntries(Object.entries(words).filter(([word, means]) => own.map[word] !== means));
    if (!Object.keys(change).length) return fill(place, notice('info', 'All of them are among the words above already.'));
    await propose({ key: owner, change, place, button, yes: 'Yes, use them', done: `The words of ${name} are in use.`, again });
  }, place);
  list();
  return [h('h3', 'Use a network’s words'), chooser, listed, h('p', button), place];
}

/** What a change of words does, in words. */
function said(effect, verb) {
  return `${plural(effect.messages, 'postback')} of ${plural(effect.clicks, 'click')}: `
      + `${plural(effect.leads, 'lead')} ${verb}, revenue by ${money(effect.revenue)}, held by `
      + `${money(effect.held_revenue)}, ${plural(effect.forwards, 'delivery', 'deliveries')}.`;
}

function ownWords(own, keys, names, owner, again) {
  const path = withQuery('/api/v1/postbacks/status-map', { key: owner });
  const rows = Object.entries(own.map).map(([word, means]) => ({ word, means }));
  const chooser = field({
    name: 'owner', label: 'Whose words', value: owner,
    help: 'A key’s own words count first, then the account’s, then the list.',
    options: [['', 'the account’s, for all'],
      ...keys.filter((key) => key.kind === 'postback' && !key.revoked_at).map((key) => [key.id,
        `${names.get(key.id)} only`])],
    onchange: (event) => { location.hash = `#/${withQuery('postbacks/words', { key: event.currentTarget.value })}`; },
  });
  return [chooser,
    rows.length ? table({
      caption: 'Own words', rows,
      columns: [{ name: 'Word', cell: (row) => h('code', row.word) },
        { name: 'Means', cell: (row) => status(row.means) },
        { name: 'Change', cell: (row) => confirmButton('Take out', 'Its postbacks are read again.', async () => {
          const { effect } = await put(path, { [row.word]: null });
          await again(`“${row.word}” is out of the map. ${said(effect, 'changed')}`);
        }) }],
    }) : empty('No own words here', 'The list of accepted statuses does for most networks.'),
    h('h3', 'Add a word'),
    form({
      submit: 'Add', label: 'Add a status word',
      fields: [h('div.form-grid', field({ name: 'word', label: 'Word, as the PP sends it', autocomplete: 'off' }),
        field({ name: 'means', label: 'Means', value: 'approved', options: statuses.map((one) => [one, one]) }))],
      onSubmit: async (data, element) => {
        const word = data.get('word').trim();
        try {
          const { effect } = await put(path, { [word]: data.get('means') });
          await again(`“${word}” is ${data.get('means')} now. ${said(effect, 'changed')}`);
        } catch (error) {
          for (const fault of error.errors ?? []) fault.field = 'word';
          throw error;
        }
      },
    })];
}
