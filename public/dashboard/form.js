// Forms whose faults stand beside the fields that have them.
import { h, fill, newID, announce, holdFocus, setBusy, isBusy } from './dom.js';
import { problem } from './parts.js';
import { ApiError } from './api.js';

/**
 * A labelled field. Its input carries `name`, by which the API's errors find it.
 * @param {{name: string, label: string, type?: string, value?: any, help?: any, options?: [string, string][],
 *   rows?: number, [attribute: string]: any}} options
 */
export function field({ name, label, type = 'text', value = '', help = null, options = null, rows = null, ...attributes }) {
  const id = newID('field');
  const describedBy = [help ? `${id}-help` : null, `${id}-error`].filter(Boolean).join(' ');
  const shared = { id, name, 'aria-describedby': describedBy, ...attributes };
  const error = h('p.field-error', { id: `${id}-error`, 'data-error': name });
  const hint = help ? h('p.field-help', { id: `${id}-help` }, help) : null;
  if (type === 'checkbox') {
    return h('div.field.form-check', h('input.form-check-input', { type, checked: Boolean(value), ...shared }),
      h('label.form-check-label', { for: id }, label), hint, error);
  }
  const input = options
    ? h('select.form-select', shared,
      options.map(([key, text]) => h('option', { value: key, selected: key === value }, text)))
    : rows ? h('textarea.form-control', { rows, ...shared, value }) : h('input.form-control',
      { type, ...shared, value });
  return h('div.field', h('label.form-label', { for: id }, label), input, hint, error);
}

/** Several check boxes under one name. @param {[string, string][]} options value and text */
export function checks({ name, legend, options, chosen, help }) {
  return h('fieldset.field', h('legend.form-label', legend),
    h('div.checks', options.map(([value, text]) => {
      const id = newID('check');
      return h('div.form-check',
        h('input.form-check-input', { type: 'checkbox', id, name, value, checked: chosen.includes(value) }),
        h('label.form-check-label', { for: id }, text));
    })),
    help ? h('p.field-help', help) : null, h('p.field-error', { 'data-error': name }));
}

/** One of several, each explained. @param {{value: string, name: string, text: string}[]} options */
export function choices({ name, legend, options, chosen }) {
  return h('fieldset.field', h('legend.form-label', legend), options.map((option) => {
    const id = newID('choice');
    return h('div.form-check', h('input.form-check-input', { type: 'radio', id, name, value: option.value,
      checked: option.value === chosen, 'aria-describedby': `${id}-help` }),
    h('label.form-check-label', { for: id }, option.name), h('p.field-help', { id: `${id}-help` }, option.text));
  }), h('p.field-error', { 'data-error': name }));
}

/**
 * @param {{submit: string, fields: any[], onSubmit: (data: FormData, form: HTMLFormElement) => Promise<any>, label?: string,
 *   extra?: any}} options
 */
export function form({ submit, fields, onSubmit, label = null, extra = null }) {
  const summary = h('div.form-problem');
  const button = h('button.btn.btn-primary', { type: 'submit' }, submit);
  const element = h('form', { novalidate: true, 'aria-label': label }, summary, ...fields,
    h('div.form-actions', button, extra));
  element.addEventListener('input', ({ target }) => clearFault(target.closest('.field')));
  element.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (isBusy(button)) return;
    clearFaults(element, summary);
    const regainFocus = holdFocus();
    setBusy(button, true);
    button.textContent = `${submit}…`;
    try { await onSubmit(new FormData(element), element); } catch (error) { showFaults(element, summary, error); }
    setBusy(button, false);
    button.textContent = submit;
    regainFocus();
  });
  return element;
}

function clearFaults(element, summary) {
  fill(summary);
  for (const input of element.querySelectorAll('[aria-invalid]')) {
    input.removeAttribute('aria-invalid');
    input.classList.remove('is-invalid');
  }
  for (const place of element.querySelectorAll('[data-error]')) place.textContent = '';
}

/** What is being mended is no fault any more. */
function clearFault(field) {
  const place = field?.querySelector('[data-error]');
  if (!place?.textContent) return;
  place.textContent = '';
  for (const input of field.querySelectorAll('[aria-invalid]')) {
    input.removeAttribute('aria-invalid');
    input.classList.remove('is-invalid');
  }
}

/**
 * A fault found before anything is sent: it stands beside its field as the API's do.
 * @param {string} message such as "is missing"
 */
export function fault(field, message) {
  return new ApiError(422, { detail: `${field} ${message}`, errors: [{ field, message }] });
}

function showFaults(element, summary, error) {
  const left = [];
  for (const fault of error instanceof ApiError ? error.errors : []) {
    if (!showFault(element, fault)) left.push(fault);
  }
  const first = element.querySelector('[aria-invalid]');
  first?.focus();
  if (!first || left.length) {
    const faults = left.filter((fault) => fault.field).map((fault) => h('li', `${fault.field} ${fault.message}`));
    const isAway = error instanceof ApiError && error.status === 0;
    fill(summary, problem(error, null), isAway ? h('p.quiet.small', 'Nothing you typed is lost.') : null,
      faults.length ? h('ul', faults) : null);
  } else announce(error.message);
}

/** Shows a fault beside the field of its name. @returns {boolean} whether there is such a field */
function showFault(element, { field: name, message }) {
  const stem = name.split('.')[0];
  const find = (key) => [...element.querySelectorAll('[data-error]')].find((place) => place.dataset.error === key);
  const place = find(name) ?? find(stem);
  if (!place) return false;
  place.textContent = `This ${message}.`;
  const input = place.parentElement.querySelector('input, select, textarea');
  input?.setAttribute('aria-invalid', 'true');
  input?.classList.add('is-invalid');
  return true;
}

/** A number that was typed; null where nothing was; the text itself where it is none, so that the API says so. */
export function numberOrNull(text) {
  const trimmed = String(text ?? '').trim();
  if (!trimmed) return null;
  const number = Number(trimmed.replace(',', '.'));
  return Number.isFinite(number) ? number : trimmed;
}

export function textOrNull(text) { return String(text ?? '').trim() || null; }

/** The days that a form's fields `from` and `to` name. Throws a fault beside the field that is wrong. */
export function readDays(data) {
  const [from, to] = [data.get('from'), data.get('to')];
  if (!from) throw fault('from', 'is missing');
  if (!to) throw fault('to', 'is missing');
  if (from > to) throw fault('to', 'must not be before the first day');
  return { from, to };
}
