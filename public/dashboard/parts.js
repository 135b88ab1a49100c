// The parts that pages are made of: problems, empty states, tables, copy buttons.
import { h, fill, announce, newID, redrawn, holdFocus, setBusy, isBusy } from './dom.js';
import { ApiError } from './api.js';

export function loading(text = 'Loading…') { return h('p.loading', { role: 'status' }, text); }

/** What went wrong and what to do about it. @param {(() => void)|null} retry */
export function problem(error, retry) {
  const known = error instanceof ApiError;
  return h('div.notice.notice-bad', { role: 'alert' },
    h('p', h('strong', known ? error.message : 'Something in this page went wrong.')),
    known && !error.remedy ? null
      : h('p', known ? error.remedy : 'Reload the page. If it stays, tell whoever runs this server.'),
    known && error.requestID && error.status >= 500 ? h('p.quiet.small', `Request id ${error.requestID}`) : null,
    retry ? h('button.btn.btn-quiet.btn-sm', { type: 'button', onclick: retry }, 'Try again') : null);
}

/**
 * A part of a page that is asked for by itself: where that fails it alone says so, and offers to try again.
 * @param {AbortSignal} leaving the page
 * @param {(signal: AbortSignal) => Promise<any>} make what stands there
 */
export function part(leaving, make, text) {
  const place = h('div', loading(text));
  const draw = redrawn(leaving, async (signal) => {
    try { fill(place, await make(signal)); } catch (error) { if (!signal.aborted) fill(place, problem(error, draw)); }
  });
  draw();
  return place;
}

/**
 * A list that comes by pages, with a button for older ones below it.
 * @param {AbortSignal} leaving the page
 * @param {(signal: AbortSignal, before: string|null, ...given: any[]) => Promise<{rows: any, next: string|null}>} read
 * @returns {{list: HTMLElement, show: (...given: any[]) => Promise<void>}} show: begins anew
 */
export function paged(leaving, read) {
  const list = h('div');
  const show = redrawn(leaving, async (signal, ...given) => {
    const add = async (before) => {
      const { rows, next } = await read(signal, before, ...given);
      const older = h('div');
      if (before) list.append(rows ?? '', older); else fill(list, rows, older);
      if (next) fill(older, actionButton('Show older ones', async () => {
        await add(next);
        older.nextElementSibling?.focus();
        older.remove();
      }, older));
    };
    await add(null);
  });
  return { list, show };
}

/** @param {'info'|'good'|'warn'|'bad'} kind */
export function notice(kind, ...children) { return h(`div.notice.notice-${kind}`, ...children); }

/** A list's empty state: what it will hold, and what to do next. */
export function empty(title, text, action) {
  return h('div.empty', h('p.empty-title', title), h('p', text), action ?? null);
}

/** A page's head: the heading, a sentence, actions at its end. */
export function head(title, lead, ...actions) {
  return h('div.page-head', h('div', h('h1', { tabindex: -1 }, title), lead ? h('p.lead-line', lead) : null),
    actions.length ? h('div.page-actions', actions) : null);
}

/** A section with a heading of the second level. */
export function section(title, ...children) {
  const id = newID('section');
  return h('section.panel', { 'aria-labelledby': id }, h('h2', { id }, title), ...children);
}

/**
 * @param {{caption: string, columns: {name: string, cell: (row: any) => any, end?: boolean, wide?: boolean}[], rows: any[],
 *   foot?: any[], rowClass?: (row: any) => string, rowKey?: (row: any) => string}} options end: a number, at the line's end;
 *   rowKey: by what a row is found when the list is drawn anew
 */
export function table({ caption, columns, rows, foot, rowClass, rowKey }) {
  const cells = (row, tag) => columns.map((column, index) => h(
    index === 0 ? 'th' : tag,
    {
      scope: index === 0 ? 'row' : null, class: [column.end ? 'end' : '', column.wide ? 'wide' : ''].join(' '),
      'data-name': column.name,
    }, column.cell(row)));
  return h('div.table-box', { tabindex: 0, role: 'group', 'aria-label': caption },
    h('table.data', h('caption.visually-hidden', caption),
      h('thead',
        h('tr', columns.map((column) => h('th', { scope: 'col', class: column.end ? 'end' : '' }, column.name)))),
      h('tbody', rows.map((row) => h('tr', { class: rowClass?.(row) ?? '', 'data-key': rowKey?.(row) }, cells(row, 'td')))),
      foot ? h('tfoot', foot.map((row) => h('tr', cells(row, 'td')))) : null));
}

/** Copies a text and says so. @param {() => string} text */
export function copyButton(text, name = 'Copy') {
  const button = h('button.btn.btn-quiet.btn-sm.copy', { type: 'button' }, name);
  button.addEventListener('click', async () => {
    const isDone = await copy(text());
    button.textContent = isDone ? 'Copied' : 'Press Ctrl-C';
    announce(isDone ? 'Copied' : 'It could not be copied: mark the text and press Ctrl-C.');
    setTimeout(() => { button.textContent = name; }, 2000);
  });
  return button;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch { return false; }
}

/** A block of code or a URL with its copy button. `shown` stands on the page in place of what is copied. */
export function code(text, { name = 'Copy', label = 'Code', shown = text } = {}) {
  return h('div.code-box', h('pre', { tabindex: 0, role: 'group', 'aria-label': label }, h('code', shown)),
    copyButton(() => text, name));
}

export function badge(kind, text) { return h(`span.mark.mark-${kind}`, text); }

const statusKinds = {
  approved: 'good', pending: 'warn', rejected: 'bad', chargeback: 'dark', new: 'plain',
  accept: 'good', review: 'warn', reject: 'bad',
  applied: 'good', duplicate: 'plain', stale: 'plain', unmatched: 'warn', ignored: 'bad',
  delivered: 'good', due: 'warn', dead: 'bad',
  accepted: 'good', declined: 'bad', not_sent: 'warn', unknown: 'warn', page: 'plain', none: 'plain',
};

/** A status, decision or result in its colour; the word says it, too. */
export function status(word) { return badge(statusKinds[word] ?? 'plain', String(word).replaceAll('_', ' ')); }

/**
 * A button that asks again before it does something that cannot be undone.
 * @param {() => Promise<void>} action
 */
export function confirmButton(name, question, action, kind = 'btn-quiet') {
  const place = h('span.confirm');
  const first = h(`button.btn.${kind}.btn-sm`, { type: 'button', onclick: ask }, name);
  function ask() {
    const yes = h('button.btn.btn-danger.btn-sm', { type: 'button' }, `Yes, ${name.toLowerCase()}`);
    const no = h('button.btn.btn-quiet.btn-sm',
      { type: 'button', onclick: () => { fill(place, first); first.focus(); } }, 'No');
    yes.addEventListener('click', async () => {
      if (isBusy(yes)) return;
      setBusy(yes, true);
      const regainFocus = holdFocus();
      try { await action(); } catch (error) { fill(place, problem(error, ask)); }
      regainFocus();
    });
    fill(place, h('span.confirm-question', question), ' ', yes, ' ', no);
    yes.focus();
    announce(question);
  }
  return fill(place, first);
}

/** Runs an action behind a button, with the button waiting and its problem shown in `place`. */
export function actionButton(name, action, place, kind = 'btn-quiet') {
  const button = h(`button.btn.${kind}.btn-sm`, { type: 'button' }, name);
  button.addEventListener('click', async () => {
    if (isBusy(button)) return;
    setBusy(button, true);
    button.textContent = `${name}…`;
    const regainFocus = holdFocus();
    try { await action(); } catch (error) { if (error.name !== 'AbortError') fill(place, problem(error, null)); }
    setBusy(button, false);
    button.textContent = name;
    regainFocus();
  });
  return button;
}
