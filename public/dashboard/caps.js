// A partner's caps and how much of them is taken.
import { h } from './dom.js';
import { badge } from './parts.js';
import { count } from './format.js';

const spans = [['hour', 'this hour'], ['day', 'today'], ['total', 'in all']];

/** From here on a cap is near. */
const nearShare = 0.8;

/** @returns {{span: string, name: string, used: number, most: number, share: number, state: 'free'|'near'|'full'}[]} */
export function capsOf(partner) {
  return spans.filter(([span]) => typeof partner.caps?.[span] === 'number').map(([span, name]) => {
    const [used, most] = [partner.caps_used?.[span] ?? 0, partner.caps[span]];
    const share = most ? used / most : 1;
    return { span, name, used, most, share, state: share >= 1 ? 'full' : share >= nearShare ? 'near' : 'free' };
  });
}

const marks = { near: ['warn', 'near'], full: ['bad', 'full'] };

/** One line a cap: how much of it is taken. */
export function capLines(partner) {
  const caps = capsOf(partner);
  if (!caps.length) return h('span.quiet', 'none');
  return caps.map((cap) => h('div.nowrap', `${count(cap.used)} of ${count(cap.most)} ${cap.name} `,
    cap.state in marks ? badge(...marks[cap.state]) : null));
}

/** A meter a cap. */
export function capMeters(partner) {
  return h('dl.facts', capsOf(partner).map((cap) => [h('dt', cap.name.replace(/^./, (first) => first.toUpperCase())),
    h('dd', `${count(cap.used)} of ${count(cap.most)} leads `, cap.state in marks ? badge(...marks[cap.state]) : null,
      h('progress.meter', { max: Math.max(1, cap.most), value: Math.min(cap.used, cap.most),
        'aria-label': `Leads taken ${cap.name}` }))]));
}
