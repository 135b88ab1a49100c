// What needs somebody: each item says what is wrong and where to mend it.
import { h } from '../dom.js';
import { get } from '../api.js';
import { badge } from '../parts.js';
import { ago, count, percent, plural, date } from '../format.js';

/** Fewer decided leads say nothing of a rate. */
const fewest = 30;

export async function attention({ sources, earlierSources, usage, signal }) {
  const options = { signal, quiet: true };
  const [health, unmapped, unmatched] = await Promise.all([
    get('/api/v1/forwards/health', options), get('/api/v1/postbacks/unmapped', options),
    get('/api/v1/postbacks?result=unmatched&limit=20', options)]);
  const items = [
    ...usageItems(usage), ...forwardItems(health.forwards), ...unmappedItems(unmapped.words),
    ...unmatchedItems(unmatched.postbacks), ...driftItems(sources, earlierSources),
  ];
  if (!items.length) return h('p.quiet',
    'Nothing. Forwards are delivered, words are known, postbacks find their leads.');
  return h('ul.attention', items.map(({ kind, text, href, action }) => h('li',
    badge(kind, kind === 'bad' ? 'now' : 'soon'), h('p', text, ' ', href ? h('a', { href }, action) : null))));
}

function usageItems(usage) {
  if (usage.total_limit === null || usage.used < usage.total_limit * 0.8) return [];
  const text = usage.remaining === 0
    ? `The plan's decisions are used up: new leads get 429 until ${date(usage.resets_at)}. Postbacks and forwards go on.`
    : `${percent(usage.used / usage.total_limit, 0)} of the plan's decisions are used; ${count(usage.remaining)} `
        + `remain until ${date(usage.resets_at)}.`;
  return [{ kind: usage.remaining === 0 ? 'bad' : 'warn', text, href: '#/account', action: 'See the plan' }];
}

function forwardItems(forwards) {
  return forwards.flatMap((forward) => {
    const items = [];
    const href = `#/forwards/${forward.id}`;
    if (forward.dead) items.push({ kind: 'bad',
      text: `${plural(forward.dead, 'forward')} to ${forward.name} never arrived.`, href, action: 'Send again' });
    if (forward.due && forward.last_failed_at && (forward.last_delivered_at ?? '') < forward.last_failed_at) {
      items.push({ kind: 'bad',
        text: `${forward.name} fails: ${forward.last_error}. ${plural(forward.due, 'change')} wait, the oldest came `
            + `${ago(forward.oldest_due_at)}.`,
        href, action: 'Look at the attempts' });
    }
    return items;
  });
}

function unmappedItems(words) {
  if (!words.length) return [];
  const messages = words.reduce((sum, word) => sum + word.messages, 0);
  const names = words.slice(0, 3).map((word) => `“${word.word}”`).join(', ');
  return [{ kind: 'warn',
    text: `${plural(words.length, 'status word')} (${names}${words.length > 3 ? ', …' : ''}) in `
        + `${plural(messages, 'postback')} count as pending.`,
    href: '#/postbacks/words', action: 'Map them' }];
}

function unmatchedItems(postbacks) {
  if (!postbacks.length) return [];
  const number = postbacks.length === 20 ? '20 or more postbacks' : plural(postbacks.length, 'postback');
  return [{ kind: 'warn', text: `${number} name a click_id that no lead has. Does every lead carry its click_id?`,
    href: '#/postbacks/log?result=unmatched', action: 'See which' }];
}

function driftItems(sources, earlier) {
  const before = new Map(earlier.rows.map((row) => [row.key, row]));
  const decided = (row) => row.approved + row.declined + row.chargebacks;
  return sources.rows.filter((row) => {
    const past = before.get(row.key);
    return past && decided(past) >= fewest && decided(row) >= fewest && row.approval_rate < past.approval_rate * 0.7;
  }).map((row) => ({
    kind: 'warn', href: `#/sources/${encodeURIComponent(row.key)}`, action: 'Look at it',
    text: `Approvals of ${row.key} fell from ${percent(before.get(row.key).approval_rate, 0)} to `
        + `${percent(row.approval_rate, 0)}.`,
  }));
}
