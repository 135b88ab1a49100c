// Choosing the days that a page is about.
import { h } from './dom.js';
import { addDays, today } from './format.js';

/** No lead is older; a year that is half typed is. */
const firstDay = '2020-01-01';
/** How long somebody types before the server is asked, in milliseconds. */
const typing = 500;

const ranges = [['1', 'Today'], ['7', '7 days'], ['30', '30 days'], ['90', '90 days']];

/** The days that an address names, the last 30 unless it does. @returns {{from: string, to: string}} */
export function chosenRange(query) {
  const day = /^\d{4}-\d\d-\d\d$/;
  const [from, to] = [query.get('from') ?? '', query.get('to') ?? ''];
  if (day.test(from) && day.test(to) && firstDay <= from && from <= to && to <= today()) return { from, to };
  return lastDays(30);
}

function lastDays(days) { return { from: addDays(today(), 1 - days), to: today() }; }

/** Chips and two dates. @param {(range: {from: string, to: string}) => void} onChange */
export function rangeControls(query, onChange) {
  const { from, to } = chosenRange(query);
  const buttons = ranges.map(([days, name]) => {
    const range = lastDays(Number(days));
    return h('button.chip', {
      type: 'button', 'aria-pressed': String(range.from === from && range.to === to),
      onclick: (event) => {
        clearTimeout(timer);
        for (const button of buttons) button.setAttribute('aria-pressed', String(button === event.currentTarget));
        [fromInput.value, toInput.value] = [range.from, range.to];
        onChange(range);
      },
    }, name);
  });
  let timer = null;
  const change = () => {
    clearTimeout(timer);
    timer = setTimeout(take, typing);
  };
  const take = () => {
    const areDays = [fromInput, toInput].every((input) => input.value && input.validity.valid);
    if (!areDays || fromInput.value > toInput.value) return;
    for (const button of buttons) button.setAttribute('aria-pressed', 'false');
    onChange({ from: fromInput.value, to: toInput.value });
  };
  const input = (label, value) => h('input.form-control.range-day',
    { type: 'date', 'aria-label': label, value, min: firstDay, max: today(), onchange: change });
  const fromInput = input('First day', from);
  const toInput = input('Last day', to);
  return h('div.range', { role: 'group', 'aria-label': 'Range' }, h('div.range-chips', buttons),
    h('div.range-days', fromInput, '–', toInput));
}
