// Keys: masked in the list, shown once when made, revoked within a second.
import { h, fill, announce, tell } from '../dom.js';
import { get, post, put, remove, withQuery } from '../api.js';
import { section, table, empty, badge, notice, code, problem, confirmButton, actionButton } from '../parts.js';
import { field, form, numberOrNull } from '../form.js';
import { showOnce } from '../once.js';
import { count, date } from '../format.js';

const kinds = {
  secret: 'Secret: may do everything', publishable: 'Publishable: decisions from your pages',
  postback: 'Postback: a partner’s messages, reads nothing',
};

export async function draw(body, { signal, reload }) {
  const [{ keys }, { partners }] = await Promise.all([
    get('/api/v1/keys', { signal }), get('/api/v1/partners', { signal })]);
  const live = keys.filter((key) => !key.revoked_at);
  const revoked = keys.filter((key) => key.revoked_at);
  const shown = h('div', { 'aria-live': 'polite' });
  fill(body, shown, section('Your API Key',
    h('p', h('code', 'bn_live_••••••••••••••••••••')),
    notice('warn', 'Keep your API key secret! Do not share it publicly or commit it to version control.'),
    h('p.quiet.small',
      'Only the hash of a secret key is kept: it is shown once, when it is made; the list has its first and last '
        + 'characters. Postback and publishable keys can be looked at again.')),
  section('Keys in use',
    live.length ? keyTable(live, reload, shown) : empty('No key',
      'Make one below: publishable for a landing page, secret for your server, postback for a partner.')),
  section('New key', newKey(partners, reload)),
  revoked.length ? h('details', h('summary', `Revoked keys (${revoked.length})`),
    keyTable(revoked, reload, shown)) : null);
}

function keyTable(keys, reload, shown) {
  return table({
    caption: 'Keys', rows: keys,
    columns: [
      { name: 'Name', cell: (row) => row.name || 'unnamed' },
      { name: 'Kind', cell: (row) => badge(row.kind === 'secret' ? 'bad' : 'accent', row.kind) },
      { name: 'Key', wide: true, cell: (row) => h('code', row.masked) },
      { name: 'Limits',
        cell: (row) => [row.partner ? ['of ', h('a',
          { href: `#/partners/${encodeURIComponent(row.partner)}` }, row.partner)] : '',
        row.daily_cap ? `${count(row.daily_cap)} a day` : '',
          row.origins.length ? ` from ${row.origins.join(', ')}` : ''] },
      { name: 'Made', cell: (row) => date(row.created_at) },
      { name: 'Do', wide: true, cell: (row) => (row.revoked_at ? `revoked ${date(row.revoked_at)}` : [
        row.kind === 'secret' ? null : h('button.btn.btn-quiet.btn-sm',
          { type: 'button', onclick: () => reveal(row, shown) }, 'Show'),
        ' ',
        confirmButton('Rotate', 'Makes a new key like it. The old one works until you revoke it.',
          () => rotate(row, reload)),
        ' ',
        confirmButton('Revoke', 'It stops working at once.',
          async () => {
            await remove(`/api/v1/keys/${encodeURIComponent(row.id)}`);
            await reload();
            tell('Revoked.');
          })]) },
    ],
  });
}

async function reveal(row, shown) {
  try {
    const key = await get(`/api/v1/keys/${encodeURIComponent(row.id)}`);
    fill(shown, section(`Key “${row.name || row.masked}”`, code(key.key, { name: 'Copy key', label: 'Key' })));
    shown.scrollIntoView({ block: 'center' });
    announce('The key is shown at the top of the page.');
  } catch (error) { fill(shown, problem(error, () => reveal(row, shown))); }
}

function newKey(partners, reload) {
  const only = h('div.form-grid', { hidden: true },
    field({ name: 'origins', label: 'Pages that may use it', rows: 2, placeholder: 'https://landing.example',
      help: 'Origins, one a line. Empty: any page.' }),
    field({ name: 'daily_cap', label: 'Decisions a day at most', inputmode: 'numeric', placeholder: '5000' }));
  const bound = h('div', field({ name: 'partner', label: 'Given to partner', value: '',
    options: [['', 'any: bound to none'],
      ...partners.filter((one) => !one.archived_at).map((one) => [one.slug, one.name || one.slug])],
    help: 'Bound: where an approval names no sum, this partner’s expected payout counts, and a message about another '
        + 'partner’s lead is warned of.' }));
  return form({
    submit: 'Make the key', label: 'New key',
    fields: [h('div.form-grid',
      field({ name: 'kind', label: 'Kind', value: 'postback', options: Object.entries(kinds).reverse(),
        onchange: (event) => {
          only.hidden = event.currentTarget.value !== 'publishable';
          bound.hidden = event.currentTarget.value !== 'postback';
        } }),
      field({ name: 'name', label: 'Name', placeholder: 'where it is used', autocomplete: 'off' })), bound, only],
    onSubmit: async (data) => {
      const body = { kind: data.get('kind'), name: data.get('name').trim() };
      if (body.kind === 'publishable') {
        body.origins = data.get('origins').split(/\s+/).filter(Boolean);
        body.daily_cap = numberOrNull(data.get('daily_cap'));
      }
      if (body.kind === 'postback' && data.get('partner')) body.partner = data.get('partner');
      await make(() => post('/api/v1/keys', body), reload);
    },
  });
}

/** What a rotated key has in common with the old one. */
function limits(key) {
  if (key.kind === 'publishable') return { origins: key.origins, daily_cap: key.daily_cap };
  return key.partner ? { partner: key.partner } : {};
}

/** Makes a key like that one. A postback key's own words mean the same with it. */
async function rotate(row, reload) {
  const map = (id) => withQuery('/api/v1/postbacks/status-map', { key: id });
  const words = row.kind === 'postback' ? (await get(map(row.id))).map : {};
  await make(async () => {
    const key = await post('/api/v1/keys', { kind: row.kind, name: row.name, ...limits(row) });
    if (Object.keys(words).length) key.copied = await copyWords(() => put(map(key.id), words));
    return key;
  }, reload, h('p', 'Put it where the old one stands, then revoke that one: it stops working within a second.'));
}

/** The new key is there by now, and is shown whatever comes of its words. */
async function copyWords(send) {
  try {
    await send();
    return h('p', 'Its own status words are those of the old one.');
  } catch {
    const place = h('div', notice('warn', h('p', 'The old one’s own status words could not be copied: with this key they '
      + 'count as pending until they are.')));
    const again = actionButton('Copy the words again', async () => fill(place, await copyWords(send)), h('div'));
    place.append(h('p', again));
    return place;
  }
}

async function make(send, reload, next = null) {
  await showOnce(send, (key) => ({
    title: 'Your new key', name: 'Key', secret: key.key,
    more: [notice('good',
      h('p', key.kind === 'secret' ? 'Copy it now: it is shown this once and never again.'
        : 'Copy it to where it is used. You can look at it again under Keys.'), next), key.copied],
  }));
  await reload();
}
