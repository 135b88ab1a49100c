// What the partner's editor shows as text, and how that is read again.
import { fault, numberOrNull } from './form.js';

/** What stands for a sealed value. */
const mask = '••••';

/** Fields as lines: `email = {email}`, `offer := 5`, `tracking.click = {click_id}`. */
export function fieldLines(fields, before = '') {
  return Object.entries(fields ?? {}).map(([name, value]) => {
    if (value && typeof value === 'object') return fieldLines(value, `${before}${name}.`);
    return typeof value === 'string' ? `${before}${name} = ${value}` : `${before}${name} := ${JSON.stringify(value)}`;
  }).join('\n');
}

/** Throws a fault of the field `fields` where a line has no sign between name and value. */
export function readFields(text, format) {
  const fields = {};
  for (const line of trimmedLines(text)) {
    const [, name, sign, written] = line.match(/^(.*?)\s*(:=|=)\s*(.*)$/) ?? [];
    if (!name) throw fault('fields', `has a line without a name and =: “${line}”. Write it as email = {email}`);
    const path = format === 'json' ? name.split('.') : [name];
    const place = path.slice(0, -1).reduce((at, step) => {
      if (!Object.hasOwn(at, step) || typeof at[step] !== 'object') set(at, step, {});
      return at[step];
    }, fields);
    set(place, path.at(-1), sign === ':=' ? literal(written) : written);
  }
  return fields;
}

/** A member of its own, whatever it is called: `__proto__` too. */
function set(object, name, value) {
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}

export function headerLines(headers) {
  return Object.entries(headers ?? {}).map(([name, value]) => `${name}: ${value}`).join('\n');
}

/**
 * Headers to send: those with a new value; null for those that are gone. What is still masked stays as it is.
 * Throws a fault of the field `headers` where a line has no colon.
 */
export function headerChanges(text, former = {}) {
  const read = new Map(trimmedLines(text).map((line) => {
    const end = line.indexOf(':');
    if (end < 1) throw fault('headers', 'has a line without a name and a colon. Write it as X-Token: secret');
    return [line.slice(0, end).trim(), line.slice(end + 1).trim()];
  }));
  const changes = {};
  for (const name of Object.keys(former)) if (!read.has(name)) changes[name] = null;
  for (const [name, value] of read) if (value !== mask || !(name in former)) changes[name] = value;
  return changes;
}

export function readSuccess(data) {
  const success = {};
  const text = (name) => data.get(`success.${name}`).trim();
  if (text('status')) success.status = list(text('status')).map(numberOrNull);
  if (text('pointer')) success.pointer = text('pointer');
  if (text('equals')) success.equals = literal(text('equals'));
  if (text('contains')) success.contains = text('contains');
  return success;
}

/** A value of the rule as it is typed. */
export function literalText(value) { return value === undefined ? '' : JSON.stringify(value); }

/** A value as JSON where it is some; else the text as it stands. */
function literal(text) {
  try { return JSON.parse(text); } catch { return text; }
}

export function list(text) { return String(text ?? '').split(/[\s,;]+/).filter(Boolean); }

function trimmedLines(text) { return String(text).split('\n').map((line) => line.trim()).filter(Boolean); }
