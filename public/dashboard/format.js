// Numbers, money and times as people read them, in the account's currency and time zone. By hand, since the first use of
// a browser's own formats takes it longer than all the rest of a page; for zones other than UTC it is asked for English
// ones, here and by ahead.js.
import { session } from './api.js';

const none = '–';

export function count(number) {
  return number === null || number === undefined ? none : grouped(String(number));
}

/** Thousands apart: 1234.5 is 1,234.5. */
function grouped(text) {
  const [whole, rest] = text.split('.');
  const apart = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return rest === undefined ? apart : `${apart}.${rest}`;
}

/** Currencies that have a sign in English; the others stand by their code. */
const signs = { USD: '$', EUR: '€', GBP: '£', JPY: '¥', INR: '₹', CNY: 'CN¥', KRW: '₩', ILS: '₪', VND: '₫', PHP: '₱',
  BRL: 'R$', CAD: 'CA$', AUD: 'A$', NZD: 'NZ$', MXN: 'MX$', HKD: 'HK$', TWD: 'NT$' };

/** @param {number|null} amount in the account's currency; what is less than ten cents is not rounded to cents */
export function money(amount, currency = session.account?.currency ?? 'USD') {
  if (amount === null || amount === undefined) return none;
  const size = Math.abs(amount);
  const text = grouped(size < 0.1 ? rounded(size, 6).replace(/0{1,4}$/, '') : rounded(size, 2));
  return `${amount < 0 ? '-' : ''}${signs[currency] ?? `${currency}\u00a0`}${text}`;
}

/** Half of the last digit rounds up, as on paper: 1.005 is 1.01, though its nearest binary number is less. */
function rounded(size, digits) {
  const shifted = Math.round(Number(`${size}e${digits}`));
  return (Number.isFinite(shifted) ? Number(`${shifted}e-${digits}`) : size).toFixed(digits);
}

/** @param {number|null} ratio 0.5 is 50 % */
export function percent(ratio, digits = 1) {
  return ratio === null || ratio === undefined || !Number.isFinite(ratio) ? none : `${(ratio * 100).toFixed(digits)} %`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (number) => String(number).padStart(2, '0');

/** A date whose fields in UTC are those of that moment in the account's zone. @param {string|number} moment */
function local(moment) {
  const date = new Date(moment);
  const zone = session.account?.timezone ?? 'UTC';
  if (zone === 'UTC') return date;
  const read = {};
  for (const { type, value } of clock(zone).formatToParts(date)) read[type] = Number(value);
  return new Date(Date.UTC(read.year, read.month - 1, read.day, read.hour, read.minute, read.second));
}

const clocks = new Map();
function clock(timeZone) {
  if (!clocks.has(timeZone)) {
    clocks.set(timeZone, new Intl.DateTimeFormat('en', { timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric',
      day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' }));
  }
  return clocks.get(timeZone);
}

/** In the account's time zone, which stands on every page; with the year where it is not this one. */
export function time(text) {
  if (!text) return none;
  const at = local(text);
  const year = at.getUTCFullYear() === local(Date.now()).getUTCFullYear() ? '' : ` ${at.getUTCFullYear()}`;
  return `${two(at.getUTCDate())} ${months[at.getUTCMonth()]}${year}, ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:`
    + two(at.getUTCSeconds());
}

export function date(text) {
  if (!text) return none;
  const at = local(text);
  return `${at.getUTCDate()} ${months[at.getUTCMonth()]} ${at.getUTCFullYear()}`;
}

/** A day such as 2026-11-22 in short: 22 Nov. */
export function shortDay(text) {
  const [, month, day] = text.split('-').map(Number);
  return `${day} ${months[month - 1]}`;
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
export function dayOf(time) { return local(time).toISOString().slice(0, 10); }

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
