// Tells a tracker what it missed: counted first, then written in steps, with progress.
import { h, fill, announce } from './dom.js';
import { post } from './api.js';
import { notice, problem, actionButton } from './parts.js';
import { field, form, readDays } from './form.js';
import { addDays, count, plural, today } from './format.js';

/** @param {string} path of the forward */
export function backfill(path, signal, reload) {
  const place = h('div', { 'aria-live': 'polite' });
  return [h('p', 'Tells this tracker of conversions that it does not know as they are now: for a new tracker, or one '
    + 'that lost its data.'),
  form({
    submit: 'Count first', label: 'Backfill',
    fields: [h('div.form-grid',
      field({ name: 'from', label: 'Changed from', type: 'date', value: addDays(today(), -29) }),
      field({ name: 'to', label: 'to', type: 'date', value: today() }))],
    onSubmit: async (data) => {
      const range = readDays(data);
      fill(place, h('p.quiet', 'Counting…'));
      try {
        const sum = await run(`${path}/backfill?dry_run=1`, range, signal, () => {});
        fill(place, counted(sum, () => send(place, path, range, sum, signal, reload)));
      } catch (error) { fill(place); throw error; }
    },
  }), place];
}

/** One is written for each conversion that the tracker is told of. */
const deliveries = (sum) => plural(sum.forwards, 'delivery', 'deliveries');

function counted(sum, start) {
  const known = `${plural(sum.conversions, 'conversion')} changed in these days; of ${count(sum.skipped)} your tracker `
    + 'knows already, or it is being told.';
  if (!sum.conversions) return notice('info', h('p', 'No conversion changed in these days: there is nothing to send.'));
  if (!sum.forwards) return notice('good', h('p', known, ' There is nothing to send.'));
  const trouble = h('div');
  return [notice('info', h('p', known, ` ${deliveries(sum)} would be sent. Nothing is sent yet.`)),
    h('p', actionButton(`Send ${deliveries(sum)}`, start, trouble, 'btn-primary')), trouble];
}

async function send(place, path, range, expected, signal, reload) {
  const meter = h('progress.meter', { max: Math.max(1, expected.conversions), value: 0, 'aria-label': 'Backfill' });
  const line = h('p.quiet.small', 'Begins…');
  fill(place, meter, line);
  try {
    const sum = await run(`${path}/backfill`, range, signal, (now) => {
      meter.value = now.conversions;
      line.textContent = `${count(now.forwards)} of ${count(expected.forwards)} are written.`;
    });
    announce('The backfill is done.');
    await reload();
    const done = notice('good',
      `${deliveries(sum)} ${sum.forwards === 1 ? 'is' : 'are'} due and on the way to your tracker.`);
    document.querySelector('[aria-label="Backfill"]')?.after(done);
  } catch (error) {
    if (!signal.aborted) fill(place, problem(error, () => send(place, path, range, expected, signal, reload)));
  }
}

/** Goes through all of it, a step a call; what is done already is not done twice. */
async function run(path, range, signal, tell) {
  const sum = { conversions: 0, forwards: 0, skipped: 0 };
  let after = null;
  do {
    const step = await post(path, after === null ? range : { ...range, after }, { signal });
    for (const name of Object.keys(sum)) sum[name] += step[name];
    after = step.next;
    tell(sum);
  } while (after !== null);
  return sum;
}
