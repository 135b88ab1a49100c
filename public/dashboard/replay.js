// Sending again what one tracker was told in a range of days: counted first, then asked, then sent.
import { h, fill, tell } from './dom.js';
import { get, withQuery } from './api.js';
import { notice, actionButton } from './parts.js';
import { field, form, fault } from './form.js';
import { sendAgain } from './pages/forwards.js';
import { addDays, dayOf, plural, today } from './format.js';

/** Deliveries that one call takes, and that one page lists. */
const step = 200;

/** @param {string} path of the forward @param {AbortSignal} leaving the page */
export function replay(path, leaving, reload) {
  const place = h('div', { 'aria-live': 'polite' });
  return [h('p', 'What was written for this tracker in these days; each says what its conversion is now.'), form({
    submit: 'Send these again', label: 'Send a range again',
    fields: [h('div.form-grid',
      field({ name: 'from', label: 'From', type: 'date', value: addDays(today(), -1) }),
      field({ name: 'to', label: 'to', type: 'date', value: today() }))],
    onSubmit: async (data) => {
      for (const name of ['from', 'to']) if (!data.get(name)) throw fault(name, 'is missing');
      fill(place);
      const ids = await settled(path, data.get('from'), data.get('to'), leaving);
      if (ids.length) fill(place, question(ids, reload));
      else tell('There is nothing to send again in these days.');
    },
  }), place];
}

function question(ids, reload) {
  const trouble = h('div');
  const these = plural(ids.length, 'delivery', 'deliveries');
  return [notice('info', `${these} would go to this tracker again, and to no other. Nothing is sent yet.`),
    h('p', actionButton(`Yes, send ${these} again`, async () => {
      let replayed = 0;
      for (let from = 0; from < ids.length; from += step) {
        replayed += await sendAgain({ ids: ids.slice(from, from + step) });
      }
      await reload();
      tell(replayed ? `${plural(replayed, 'delivery', 'deliveries')} ${replayed === 1 ? 'is' : 'are'} on the way again.`
        : 'There is nothing to send again in these days.');
    }, trouble, 'btn-primary')), trouble];
}

/** The ids of those that arrived or are dead, the newest first: of a conversion's several the last one speaks. */
async function settled(path, from, to, signal) {
  const ids = [];
  let before = null;
  do {
    const page = await get(withQuery(`${path}/deliveries`, { limit: step, before }), { signal });
    for (const one of page.deliveries) {
      const day = dayOf(one.created_at);
      if (day < from) return ids;
      if (day <= to && (one.state === 'delivered' || one.state === 'dead')) ids.push(one.id);
    }
    before = page.next;
  } while (before);
  return ids;
}
