// The path of a lead, and PII-Zero, in plain words.
import { h, fill } from '../dom.js';
import { head, section } from '../parts.js';

/** A step: what it is called, and what happens. */
const path = [
  ['Tracker → Landing:', ' ?click_id=abc123&sub1=...',
    'Your tracker sends the visitor to the landing page. Of the address only click_id travels on; the sub ids stay in '
      + 'the browser.'],
  ['User submits form', ' → BackNova SDK captures lead + click_id',
    'The SDK also brings behaviour: time on site, page views, how the form was filled in.'],
  ['BackNova validates', ' → lead is processed and routed',
    'The lead gets a score from 0 to 100 with reasons, and a decision: accept, review or reject.'],
  ['Routes to PP', ' → name, email, phone, click_id',
    'The partner gets the contact within the same request. What stays here are hashes.'],
  ['PP processes lead', ' → approved / rejected / pending',
    'That takes minutes or weeks; a partner may change its mind.'],
  ['PP sends postback', ' → BackNova updates stats by click_id',
    'Each message is logged with what became of it; nothing counts twice.'],
  ['BackNova forwards', ' → postback to your tracker with click_id',
    'Your tracker shows ROI. Where it cannot be reached, the delivery is tried again for days.'],
];

export async function render(view) {
  fill(view, head('How It All Works Together', 'The path of one lead, from the click to the ROI in your tracker.'),
    section('The seven steps',
      h('ol.steps',
        path.map(([name, rest, more]) => h('li', h('strong', name), rest, h('br'), h('span.quiet.small', more))))),
    piiZero(),
    section('What you set up, in order', h('ol.steps',
      h('li', h('a', { href: '#/sources' }, 'Sources'),
        ': one for each place where you buy traffic; paste its code into the landing page.'),
      h('li', h('a', { href: '#/partners' }, 'Partners'), ': where accepted leads go.'),
      h('li', h('a', { href: '#/postbacks' }, 'Postbacks'), ': the URL that your PP calls when a lead converts.'),
      h('li', h('a', { href: '#/forwards' }, 'Forwards'), ': your tracker’s postback URL.'))));
}

/** PII-Zero in plain words; the privacy page shows it, too. */
export function piiZero() {
  return section('PII-Zero Architecture',
    h('p', h('strong', 'Your lead data is protected by design')),
    h('h3', 'How it works:'),
    h('ul',
      h('li', 'Lead data (name, email, phone) goes directly to your PP — we don’t store it'),
      h('li', 'For AI learning we only store SHA-256 hashes + email domain'),
      h('li', 'IP is hashed for fraud detection (repeat visitors, flooding)'),
      h('li', 'Your tracker’s sub IDs stay private — we only pass click_id for postback matching')),
    h('p.quiet.small', 'Each hash is keyed with a secret of this server and your account (HMAC), so that nobody '
      + 'without it can try out who is who. A domain that fewer than 3 of your leads had is shown as (rare). IP hashes '
      + 'are forgotten within 30 days. Which row holds what, and for how long: ',
      h('a', { href: '#/account/privacy' }, 'Privacy'), '.'));
}
