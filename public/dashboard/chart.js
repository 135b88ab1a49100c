// Charts as SVG, drawn for what there is room for. The day under the pointer, or chosen by arrow keys, is read out below; the
// same numbers stand in a table for those who want them.
import { h, s, fill, announce } from './dom.js';
import { count, shortDay } from './format.js';
import { table } from './parts.js';

const edge = { left: 46, right: 6, top: 12, bottom: 24 };
const height = 200;
/** Pixels between two dates below the chart. */
const dateWidth = 72;

/**
 * @param {{label: string, days: string[], format: (value: number) => string,
 *   series: {name: string, values: number[], colour: 1|2|3|'soft', shape: 'line'|'bar'}[]}} options
 */
export function dayChart({ label, days, series, format }) {
  const read = h('div.chart-read');
  const svg = s('svg.chart',
    { role: 'img', tabindex: 0, height, 'aria-label': `${label}. Arrow keys read single days; a table follows.` });
  const cursor = s('line.cursor', { y1: edge.top, y2: height - edge.bottom, visibility: 'hidden' });
  let scale = null;
  let chosen = null;
  const choose = (index) => {
    chosen = index === null ? null : Math.min(days.length - 1, Math.max(0, index));
    cursor.setAttribute('visibility', chosen === null ? 'hidden' : 'visible');
    if (chosen !== null) for (const end of ['x1', 'x2']) cursor.setAttribute(end, scale.x(chosen));
    fill(read, chosen === null ? legend(series) : reading(days[chosen], series, chosen, format));
    return chosen;
  };
  svg.addEventListener('pointermove', (event) => choose(scale.index(event.clientX - svg.getBoundingClientRect().left)));
  svg.addEventListener('pointerleave', () => choose(null));
  svg.addEventListener('blur', () => choose(null));
  svg.addEventListener('keydown', (event) => {
    const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!move) return;
    event.preventDefault();
    const index = choose((chosen ?? (move > 0 ? -1 : days.length)) + move);
    announce(`${shortDay(days[index])}: ${series.map((one) => `${one.name} ${format(one.values[index])}`).join(', ')}`);
  });
  choose(null);
  const inTable = h('details.small', h('summary', 'As a table'));
  inTable.addEventListener('toggle', () => inTable.append(dayTable(label, days, series, format)), { once: true });
  const box = h('div', svg, read, inTable);
  new ResizeObserver(([{ contentRect }]) => {
    if (contentRect.width === scale?.width || contentRect.width < 1) return;
    scale = scales(contentRect.width, days.length, series);
    svg.setAttribute('viewBox', `0 0 ${scale.width} ${height}`);
    fill(svg, gridLines(scale), dateMarks(days, scale),
      series.map((one) => (one.shape === 'bar' ? bars(one, scale) : line(one, scale))), cursor);
  }).observe(box);
  return box;
}

/** Where days and values stand in a chart of that width. */
function scales(width, number, series) {
  const values = series.flatMap((one) => one.values);
  const marks = ticks(Math.min(0, ...values), Math.max(0, ...values), values.every(Number.isInteger));
  const step = (width - edge.left - edge.right) / Math.max(1, number);
  const span = marks.at(-1) - marks[0] || 1;
  return {
    width, marks, step,
    x: (index) => edge.left + step * (index + 0.5),
    y: (value) => edge.top + (height - edge.top - edge.bottom) * (1 - (value - marks[0]) / span),
    index: (x) => Math.floor((x - edge.left) / step),
  };
}

function gridLines({ marks, width, y }, text = short) {
  return marks.map((mark) => [
    s(mark === 0 ? 'line.zero' : 'line.grid', { x1: edge.left, x2: width - edge.right, y1: y(mark), y2: y(mark) }),
    s('text', { x: edge.left - 8, y: y(mark) + 4, 'text-anchor': 'end' }, text(mark)),
  ]);
}

function bars(one, { x, y, step }) {
  const width = Math.max(1, step * 0.62);
  return one.values.map((value, index) => s(`rect.fill-${one.colour}`, {
    x: x(index) - width / 2, width, y: Math.min(y(value), y(0)), height: Math.abs(y(value) - y(0)),
    rx: Math.min(2, width / 2),
  }));
}

function line(one, { x, y }) {
  if (one.values.length === 1) return s(`circle.fill-${one.colour}`, { cx: x(0), cy: y(one.values[0]), r: 4 });
  return s(`polyline.line.stroke-${one.colour}`,
    { points: one.values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(' ') });
}

function dateMarks(days, { x, step }) {
  const every = Math.max(1, Math.ceil(dateWidth / step));
  return days.map((day, index) => (index % every ? null
    : s('text', { x: x(index), y: height - 6, 'text-anchor': 'middle' }, shortDay(day))));
}

function legend(series) {
  return series.map((one) => h('span', swatch(one.colour), one.name));
}

function reading(day, series, index, format) {
  return [h('b', shortDay(day)),
    series.map((one) => h('span', swatch(one.colour), `${one.name} `, h('b', format(one.values[index]))))];
}

function swatch(colour) {
  return s('svg.swatch', { viewBox: '0 0 10 10', 'aria-hidden': 'true' },
    s(`rect.fill-${colour}`, { width: 10, height: 10, rx: 2 }));
}

function dayTable(label, days, series, format) {
  const rows = days.map((day, index) => ({ day, index })).reverse();
  return table({
    caption: label, rows,
    columns: [{ name: 'Day', cell: (row) => row.day },
      ...series.map((one) => ({ name: one.name, end: true, cell: (row) => format(one.values[row.index]) }))],
  });
}

/**
 * Measured rates as bars, each with the range that it may be in, and dots for what was predicted. The numbers stand in
 * a table beside it.
 * @param {{label: string, bands: {name: string, title: string, value: number|null, low: number|null, high: number|null,
 *   predicted: number|null}[]}} options rates from 0 to 1
 */
export function bandChart({ label, bands }) {
  const svg = s('svg.chart',
    { role: 'img', height, 'aria-label': `${label}. The numbers are in the table that follows.` });
  const box = h('div', svg, h('div.chart-read', h('span', swatch('soft'), 'Approved, with the range it may be in'),
    h('span', swatch(2), 'Predicted')));
  let drawn = 0;
  new ResizeObserver(([{ contentRect: { width } }]) => {
    if (width === drawn || width < 1) return;
    drawn = width;
    const shown = bands.map((band) => Math.max(band.high ?? 0, band.predicted ?? 0));
    const scale = scales(width, bands.length, [{ values: shown }]);
    svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
    fill(svg, gridLines(scale, (mark) => `${Math.round(mark * 100)} %`),
      bands.map((band, index) => [rateBar(band, index, scale),
        s('text', { x: scale.x(index), y: height - 6, 'text-anchor': 'middle' }, band.name)]));
  }).observe(box);
  return box;
}

function rateBar({ title, value, low, high, predicted }, index, { x, y, step }) {
  if (value === null) return null;
  const [centre, width] = [x(index), Math.max(2, step * 0.62)];
  const percents = [value, low, high, predicted].map((share) => `${(share * 100).toFixed(1)} %`);
  const said = `${title}: approved ${percents[0]} (${percents[1]} to ${percents[2]}), predicted ${percents[3]}`;
  return s('g', s('title', said),
    s('rect.fill-soft', { x: centre - width / 2, width, y: y(value), height: y(0) - y(value) }),
    s('path.whisker', { d: `M${centre} ${y(low)}V${y(high)}M${centre - 4} ${y(low)}h8M${centre - 4} ${y(high)}h8` }),
    s('circle.fill-2', { cx: centre, cy: y(predicted), r: 4 }));
}

/** Up to five round numbers from below the lowest to above the highest; whole ones where things are counted. */
function ticks(lowest, highest, areWhole) {
  const span = highest - lowest || 1;
  const power = 10 ** Math.floor(Math.log10(span / 4));
  const step = [1, 2, 2.5, 5, 10, 20].map((one) => one * power)
    .find((one) => span / one <= 5 && (!areWhole || Number.isInteger(one))) ?? 1;
  const first = Math.floor(lowest / step);
  const marks = [];
  for (
    let index = first;
    index * step < highest + step && marks.length < 9;
    index += 1
  ) marks.push(Number((index * step).toPrecision(12)));
  return marks;
}

function short(value) {
  const size = Math.abs(value);
  if (size >= 1e6) return `${value / 1e6}M`;
  return size >= 1e4 ? `${value / 1e3}k` : count(value);
}

/** A bar in a table's cell. @param {number} share 0 to 1 */
export function meterBar(share) {
  return s('svg.meter-bar', { viewBox: '0 0 100 8', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    s('rect.fill-soft', { width: 100, height: 8 }),
    s('rect.fill-1', { width: Math.max(0, Math.min(1, share)) * 100, height: 8 }));
}
