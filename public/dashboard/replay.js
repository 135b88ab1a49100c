// Sending again what one tracker was told in a range of days: counted first, then asked, then sent.
import { h, fill, tell } from './dom.js';
import { notice, actionButton } from './parts.js';
import { field, form, readDays } from './form.js';
import { sendAgain } from './pages/forwards.js';
import { addDays, plural, today } from './format.js';

const nothing = 'There is nothing to send again in these days.';

/** @param {string} forward its id @param {AbortSignal} leaving the page */
export function replay(forward, leaving, reload) {
  const place = h('div', { 'aria-live': 'polite' });
  return [h('p', 'What was written for this tracker in these days; each says what its conversion is now.'), form({
    submit: 'Send these again', label: 'Send a range again',
    fields: [h('div.form-grid',
      field({ name: 'from', label: 'From', type: 'date', value: addDays(today(), -1) }),
      field({ name: 'to', label: 'to', type: 'date', value: today() }))],
    onSubmit: async (data) => {
      fill(place);
      const selection = { ...readDays(data), forward };
      const number = await sendAgain(selection, { isDry: true, signal: leaving });
      if (number) fill(place, question(selection, number, reload));
      else tell(nothing);
    },
  }), place];
}

function question(selection, number, reload) {
  const place = h('div');
  const these = plural(number, 'delivery', 'deliveries');
  return [notice('info', `${these} would go to this tracker again, and to no other. Nothing is sent yet.`),
    h('p', actionButton(`Yes, send ${these} again`, async () => {
      const meter = h('progress.meter', { max: number, value: 0, 'aria-label': 'Sending again' });
      fill(place, meter);
      const replayed = await sendAgain(selection, { onStep: (sofar) => { meter.value = sofar; } });
      await reload();
      tell(replayed ? `${plural(replayed, 'delivery', 'deliveries')} ${replayed === 1 ? 'is' : 'are'} on the way again.`
        : nothing);
    }, place, 'btn-primary')), place];
}
