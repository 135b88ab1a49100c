// Choosing the days that a page is about.
import { h, fill, redrawn, announce } from './dom.js';
import { loading, problem } from './parts.js';
import { replaceQuery } from './router.js';
import { addDays, plural, shortDay, today } from './format.js';

/** No lead is older; a year that is half typed is. */
const firstDay = '2020-01-01';
/** How long somebody types before the server is asked, in milliseconds. */
const typing = 500;

const ranges = [['1', 'Today'], ['7', '7 days'], ['30', '30 days'], ['90', '90 days']];

/** The days that an address names, the last 30 unless it does. @returns {{from: string, to: string}} */
function chosenRange(query) {
  const day = /^\d{4}-\d\d-\d\d$/;
  const [from, to] = [query.get('from') ?? '', query.get('to') ?? ''];
  if (day.test(from) && day.test(to) && firstDay <= from && from <= to && to <= today()) return { from, to };
  return lastDays(30);
}

function lastDays(days) { return { from: addDays(today(), 1 - days), to: today() }; }

/**
 * What is drawn for a range of days, and anew for each range that is chosen.
 * @param {{query: URLSearchParams, signal: AbortSignal}} page
 * @param {(body: HTMLElement, range: {from: string, to: string}, signal: AbortSignal) => Promise<number>} draw how many
 *   leads there are in the range
 * @returns {{controls: HTMLElement, body: HTMLElement, show: () => Promise<void>}} show: for the range of the address
 */
export function ranged({ query, signal }, draw) {
  const body = h('div', { 'aria-live': 'off' });
  const show = redrawn(signal, async (signal, range, isChosen) => {
    fill(body, loading('Adding up…'));
    try {
      const leads = await draw(body, range, signal);
      if (isChosen && !signal.aborted) announce(`${shortDay(range.from)} to ${shortDay(range.to)}: ${plural(leads, 'lead')}.`);
    } catch (error) {
      if (!signal.aborted) fill(body, problem(error, () => show(range, isChosen)));
    }
  });
  const controls = rangeControls(chosenRange(query), signal, (range) => show(range, true));
  return { controls, body, show: () => show(chosenRange(query), false) };
}

/** Chips and two dates. What is chosen is in the address, until the page is left. */
function rangeControls({ from, to }, leaving, onChange) {
  let timer = null;
  const choose = (range, chosen = null) => {
    clearTimeout(timer);
    for (const button of buttons) button.setAttribute('aria-pressed', String(button === chosen));
    replaceQuery(range);
    onChange(range);
  };
  const buttons = ranges.map(([days, name]) => {
    const range = lastDays(Number(days));
    return h('button.chip', {
      type: 'button', 'aria-pressed': String(range.from === from && range.to === to),
      onclick: (event) => {
        [fromInput.value, toInput.value] = [range.from, range.to];
        choose(range, event.currentTarget);
      },
    }, name);
  });
  const take = () => {
    const areDays = [fromInput, toInput].every((input) => input.value && input.validity.valid);
    if (areDays && fromInput.value <= toInput.value) choose({ from: fromInput.value, to: toInput.value });
  };
  const change = () => {
    clearTimeout(timer);
    if (!leaving.aborted) timer = setTimeout(take, typing);
  };
  leaving.addEventListener('abort', () => clearTimeout(timer));
  const input = (label, value) => h('input.form-control.range-day',
    { type: 'date', 'aria-label': label, value, min: firstDay, max: today(), onchange: change });
  const fromInput = input('First day', from);
  const toInput = input('Last day', to);
  return h('div.range', { role: 'group', 'aria-label': 'Range' }, h('div.range-chips', buttons),
    h('div.range-days', fromInput, '–', toInput));
}
