// The windows of a week in which a partner takes leads: none is always.
import { h, newID } from './dom.js';

const days = [['mon', 'Mon'], ['tue', 'Tue'], ['wed', 'Wed'], ['thu', 'Thu'], ['fri', 'Fri'], ['sat', 'Sat'],
  ['sun', 'Sun']];
const workDays = ['mon', 'tue', 'wed', 'thu', 'fri'];

/** @param {{days: string[], from: string, to: string}[]} windows */
export function scheduleField(windows) {
  const list = h('div', { 'data-schedule': '' });
  const note = h('p.quiet.small', { role: 'status' });
  const tell = () => { note.textContent = list.children.length ? '' : 'No window: it takes leads at any time.'; };
  const add = (window) => {
    const row = windowRow(window, list.children.length + 1, () => { row.remove(); tell(); more.focus(); });
    list.append(row);
    tell();
    return row;
  };
  const more = h('button.btn.btn-quiet.btn-sm', {
    type: 'button', onclick: () => add({ days: workDays, from: '09:00', to: '18:00' }).querySelector('input').focus(),
  }, 'Add a window');
  windows.forEach(add);
  tell();
  return h('fieldset.field', h('legend.form-label', 'When it takes leads, in its time zone'), list, note, more,
    h('p.field-help', 'A window whose end is at or before its start goes on until the next day; 24:00 is midnight.'),
    h('p.field-error', { 'data-error': 'schedule' }));
}

function windowRow(window, number, remove) {
  const time = (name, label, value) => {
    const id = newID('time');
    return [h('label.small', { for: id }, label),
      h('input.form-control.time', { id, 'data-time': name, value, placeholder: '00:00', maxlength: 5,
        inputmode: 'numeric', autocomplete: 'off' })];
  };
  return h('div.window', { role: 'group', 'aria-label': `Window ${number}`, 'data-window': '' },
    h('div.checks', days.map(([day, name]) => {
      const id = newID('day');
      return h('div.form-check',
        h('input.form-check-input', { type: 'checkbox', id, value: day, checked: window.days.includes(day) }),
        h('label.form-check-label', { for: id }, name));
    })),
    h('div.row-line', time('from', 'from', window.from), time('to', 'to', window.to),
      h('button.btn.btn-quiet.btn-sm', { type: 'button', onclick: remove }, 'Remove')));
}

/** The windows as they stand in the form. */
export function readSchedule(form) {
  return [...form.querySelectorAll('[data-window]')].map((row) => ({
    days: [...row.querySelectorAll('input:checked')].map((box) => box.value),
    from: row.querySelector('[data-time="from"]').value.trim(), to: row.querySelector('[data-time="to"]').value.trim(),
  }));
}
