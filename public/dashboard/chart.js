// Charts as SVG, drawn for what there is room for. The day under the pointer, or chosen by arrow keys, is read out below; the
// same numbers stand in a table for those who want them.
import { h, s, fill } from './dom.js';
import { shortDay } from './format.js';
import { table } from './parts.js';

const size = { width: 900, height: 220, left: 56, right: 12, top: 12, bottom: 24 };

/**
 * @param {{label: string, days: string[], format: (value: number) => string,
 *   series: {name: string, values: number[], colour: 1|2|3|'soft', shape: 'line'|'bar'}[]}} options
 */
export function dayChart({ label, days, series, format }) {
  const highest = Math.max(0, ...series.flatMap((one) => one.values));
  const lowest = Math.min(0, ...series.flatMap((one) => one.values));
  const marks = ticks(lowest, highest);
  const bottom = marks[0];
  const top = marks.at(-1);
  const inner = size.width - size.left - size.right;
  const step = inner / Math.max(1, days.length);
  const x = (index) => size.left + step * (index + 0.5);
  const y = (value) => size.top + (size.height - size.top - size.bottom) * (1 - (value - bottom) / (top - bottom || 1));
  const cursor = s('line.cursor', { y1: size.top, y2: size.height - size.bottom, visibility: 'hidden' });
  const read = h('div.chart-read', { role: 'status' });
  const svg = s('svg.chart', { viewBox: `0 0 ${size.width} ${size.height}`, role: 'img', tabindex: 0, 'aria-label': `${label}. Arrow keys read single days; a table follows.` },
    marks.map((mark) => [
      s(mark === 0 ? 'line.zero' : 'line.grid', { x1: size.left, x2: size.width - size.right, y1: y(mark), y2: y(mark) }),
      s('text', { x: size.left - 8, y: y(mark) + 4, 'text-anchor': 'end' }, short(mark)),
    ]),
    dayMarks(days, x),
    series.map((one) => (one.shape === 'bar' ? bars(one, x, y, step) : line(one, x, y))), cursor);
  let chosen = null;
  const choose = (index) => {
    chosen = index === null ? null : Math.min(days.length - 1, Math.max(0, index));
    cursor.setAttribute('visibility', chosen === null ? 'hidden' : 'visible');
    if (chosen !== null) { cursor.setAttribute('x1', x(chosen)); cursor.setAttribute('x2', x(chosen)); }
    fill(read, chosen === null ? legend(series) : reading(days[chosen], series, chosen, format));
  };
  svg.addEventListener('pointermove', (event) => {
    const box = svg.getBoundingClientRect();
    choose(Math.floor(((event.clientX - box.left) / box.width * size.width - size.left) / step));
  });
  svg.addEventListener('pointerleave', () => choose(null));
  svg.addEventListener('keydown', (event) => {
    const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!move) return;
    event.preventDefault();
    choose((chosen ?? (move > 0 ? -1 : days.length)) + move);
  });
  svg.addEventListener('blur', () => choose(null));
  choose(null);
  return h('div', svg, read, h('details.small', h('summary', 'As a table'), dayTable(label, days, series, format)));
}

function bars(one, x, y, step) {
  const width = Math.max(1, step * 0.62);
  return one.values.map((value, index) => s(`rect.fill-${one.colour}`, {
    x: x(index) - width / 2, width, y: Math.min(y(value), y(0)), height: Math.abs(y(value) - y(0)), rx: Math.min(2, width / 2),
  }));
}

function line(one, x, y) {
  if (one.values.length === 1) return s(`circle.fill-${one.colour}`, { cx: x(0), cy: y(one.values[0]), r: 4 });
  return s(`polyline.line.stroke-${one.colour}`, { points: one.values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(' ') });
}

function dayMarks(days, x) {
  const every = Math.max(1, Math.ceil(days.length / 8));
  return days.map((day, index) => (index % every ? null
    : s('text', { x: x(index), y: size.height - 6, 'text-anchor': 'middle' }, shortDay(day))));
}

function legend(series) {
  return series.map((one) => h('span', swatch(one.colour), one.name));
}

function reading(day, series, index, format) {
  return [h('b', shortDay(day)), series.map((one) => h('span', swatch(one.colour), `${one.name} `, h('b', format(one.values[index]))))];
}

function swatch(colour) {
  return s('svg.swatch', { viewBox: '0 0 10 10', 'aria-hidden': 'true' }, s(`rect.fill-${colour}`, { width: 10, height: 10, rx: 2 }));
}

function dayTable(label, days, series, format) {
  const rows = days.map((day, index) => ({ day, index })).reverse();
  return table({
    caption: label, rows,
    columns: [{ name: 'Day', cell: (row) => row.day },
      ...series.map((one) => ({ name: one.name, end: true, cell: (row) => format(one.values[row.index]) }))],
  });
}

/** Four or five round numbers from below the lowest to above the highest. */
function ticks(lowest, highest) {
  const span = highest - lowest || 1;
  const power = 10 ** Math.floor(Math.log10(span / 4));
  const step = [1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => span / one <= 5);
  const first = Math.floor(lowest / step);
  const marks = [];
  for (let index = first; index * step < highest + step && marks.length < 9; index += 1) marks.push(Number((index * step).toPrecision(12)));
  return marks;
}

function short(value) {
  const size = Math.abs(value);
  if (size >= 1e6) return `${value / 1e6}M`;
  return size >= 1e4 ? `${value / 1e3}k` : value.toLocaleString('en');
}

/** A bar of a table's cell: how large a share is. @param {number} share 0 to 1 */
export function shareBar(share, colour = 1) {
  return s('svg.share', { viewBox: '0 0 100 8', preserveAspectRatio: 'none', 'aria-hidden': 'true', width: 90, height: 8 },
    s('rect.fill-soft', { width: 100, height: 8, rx: 2 }), s(`rect.fill-${colour}`, { width: Math.max(0, Math.min(1, share)) * 100, height: 8, rx: 2 }));
}
