// Numbers, money and times as people read them, in the account's currency and time zone.
import { session } from './api.js';

const none = '–';

export function count(number) { return number === null || number === undefined ? none : number.toLocaleString('en'); }

/** @param {number|null} amount in the account's currency; what is less than ten cents is not rounded to cents */
export function money(amount, currency = session.account?.currency ?? 'USD') {
  if (amount === null || amount === undefined) return none;
  try {
    return amount.toLocaleString('en',
      { style: 'currency', currency, minimumFractionDigits: 2,
        maximumFractionDigits: Math.abs(amount) < 0.1 ? 6 : 2 });
  } catch { return `${amount.toFixed(2)} ${currency}`; }
}

/** @param {number|null} ratio 0.5 is 50 % */
export function percent(ratio, digits = 1) {
  return ratio === null || ratio === undefined || !Number.isFinite(ratio) ? none : `${(ratio * 100).toFixed(digits)} %`;
}

const formats = new Map();
function format(options) {
  const timeZone = session.account?.timezone ?? 'UTC';
  const key = timeZone + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat('en-GB', { ...options, timeZone }));
  return formats.get(key);
}

/** In the account's time zone, which stands on every page; with the year where it is not this one. */
export function time(text) {
  if (!text) return none;
  const year = dayOf(text).slice(0, 4) === today().slice(0, 4) ? {} : { year: 'numeric' };
  return format({ ...year, day: '2-digit', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' })
    .format(new Date(text));
}

export function date(text) {
  return text ? format({ day: 'numeric', month: 'short', year: 'numeric' }).format(new Date(text)) : none;
}

/** A day such as 2026-11-22 in short: 22 Nov. */
export function shortDay(text) {
  return new Date(`${text}T12:00:00Z`).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
}

/** How long ago, roughly. */
export function ago(text) {
  if (!text) return none;
  const seconds = Math.max(0, (Date.now() - new Date(text)) / 1000);
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

/** Today in the account's time zone, as 2026-11-22. */
export function today() { return dayOf(Date.now()); }

/** The day of a time in the account's time zone, as 2026-11-22. @param {string|number} time as text, or milliseconds */
export function dayOf(time) {
  const parts = format({ year: 'numeric', month: '2-digit', day: '2-digit' }).formatToParts(new Date(time));
  const of = (type) => parts.find((part) => part.type === type).value;
  return `${of('year')}-${of('month')}-${of('day')}`;
}

/** A day some days later, or earlier. */
export function addDays(day, days) {
  const date = new Date(`${day}T12:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

export function daysBetween(from, to) { return Math.round((new Date(to) - new Date(from)) / 86_400_000); }

/** `time_on_site` as words. */
export function words(code) { return String(code).replaceAll('_', ' '); }

export function plural(number, word, many = `${word}s`) { return `${count(number)} ${number === 1 ? word : many}`; }
