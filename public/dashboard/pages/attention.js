// What needs somebody: each item says what is wrong and where to mend it.
import { h } from '../dom.js';
import { get } from '../api.js';
import { badge } from '../parts.js';
import { capsOf } from '../caps.js';
import { ago, count, percent, plural, date } from '../format.js';

/** Fewer decided leads say nothing of a rate. */
const fewest = 30;

/** Alerts that are no reason to get up at night. */
const soft = new Set(['cap_reached', 'unmapped_words']);

/**
 * @param {{sums: Promise<{sources: object, earlier: object}>, usage: () => Promise<object>, signal: AbortSignal}} options
 *   sums: by source, of the range and of the one before; usage: of the plan, asked once for all who need it
 */
export async function attention({ sums, usage: readUsage, signal }) {
  const options = { signal, quiet: true };
  const [{ sources, earlier }, usage, { alerts }, { partners }, health, unmapped, unmatched] = await Promise.all([
    sums, readUsage(),
    get('/api/v1/alerts', options), get('/api/v1/partners', options), get('/api/v1/forwards/health', options),
    get('/api/v1/postbacks/unmapped', options), get('/api/v1/postbacks?result=unmatched&limit=20', options)]);
  const open = alerts.filter((alert) => !alert.resolved_at);
  const items = [
    ...usageItems(usage), ...open.map(alertItem), ...capItems(partners, open), ...forwardItems(health.forwards, open),
    ...unmappedItems(unmapped.words, open), ...unmatchedItems(unmatched.postbacks),
    ...driftItems(sources, earlier),
  ];
  if (!items.length) return h('p.quiet',
    'Nothing: no forward fails, no partner is full, no status word is unknown, no postback is without its lead.');
  const urgent = (item) => (item.kind === 'bad' ? 0 : 1);
  items.sort((one, other) => urgent(one) - urgent(other));
  return [h('ul.attention', items.map(({ kind, text, more, href, action }) => h('li',
    badge(kind, kind === 'bad' ? 'now' : 'soon'),
    h('p', text, ' ', more ? [h('span.quiet', more), ' '] : null, href ? h('a', { href }, action) : null)))),
  h('p.quiet.small', 'Be told of these without looking: ', h('a', { href: '#/account/alerts' }, 'alerts'),
    ' by webhook, e-mail or Telegram.')];
}

function usageItems(usage) {
  if (usage.total_limit === null || usage.used < usage.total_limit * 0.8) return [];
  const text = usage.remaining === 0
    ? `The plan's decisions are used up: new leads get 429 until ${date(usage.resets_at)}. Postbacks and forwards go on.`
    : `${percent(usage.used / usage.total_limit, 0)} of the plan's decisions are used; ${count(usage.remaining)} `
        + `remain until ${date(usage.resets_at)}.`;
  return [{ kind: usage.remaining === 0 ? 'bad' : 'warn', text, href: '#/account/settings', action: 'See the plan' }];
}

function alertItem(alert) {
  return { kind: soft.has(alert.code) ? 'warn' : 'bad', text: alert.text,
    more: `It began ${ago(alert.first_at)}. ${alert.remedy}`, ...alertPlace(alert) };
}

/** Where a cause is mended. @returns {{href: string, action: string}|null} */
export function alertPlace({ code, subject }) {
  switch (code) {
    case 'deliveries_dead': return { href: `#/forwards/${encodeURIComponent(subject)}`, action: 'Send again' };
    case 'host_failing': return { href: '#/forwards', action: 'See the hosts' };
    case 'cap_reached':
    case 'partner_failing': return { href: `#/partners/${encodeURIComponent(subject)}`, action: 'Open the partner' };
    case 'unmapped_words': return { href: '#/postbacks/words', action: 'Map them' };
    default: return null;
  }
}

/** Whether there is an open alert of this already. */
function isTold(open, code, subject) {
  return open.some((alert) => alert.code === code && (subject === undefined || alert.subject === subject));
}

/** Caps that are near, and those that are full before an alert says so. */
function capItems(partners, open) {
  return partners.filter((partner) => partner.active && !partner.archived_at
    && !isTold(open, 'cap_reached', partner.slug)).flatMap((partner) => capsOf(partner)
    .filter((cap) => cap.state !== 'free').map((cap) => ({
      kind: 'warn', href: `#/partners/${encodeURIComponent(partner.slug)}`, action: 'Open the partner',
      text: `${partner.name || partner.slug} ${cap.state === 'full' ? 'is full' : 'is nearly full'}: `
          + `${count(cap.used)} of ${plural(cap.most, 'lead')} ${cap.name}.`,
    })));
}

function forwardItems(forwards, open) {
  return forwards.flatMap((forward) => {
    const items = [];
    const href = `#/forwards/${forward.id}`;
    if (forward.dead && !isTold(open, 'deliveries_dead', forward.id)) items.push({ kind: 'bad',
      text: `${plural(forward.dead, 'delivery', 'deliveries')} to ${forward.name} never arrived.`, href, action: 'Send again' });
    if (forward.due && forward.last_failed_at && (forward.last_delivered_at ?? '') < forward.last_failed_at) {
      items.push({ kind: 'bad',
        text: `${forward.name} fails: ${forward.last_error}. ${plural(forward.due, 'change')} `
            + `${forward.due === 1 ? 'waits' : 'wait'}, the oldest came `
            + `${ago(forward.oldest_due_at)}.`,
        href, action: 'Look at the attempts' });
    }
    return items;
  });
}

function unmappedItems(words, open) {
  if (!words.length || isTold(open, 'unmapped_words')) return [];
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
