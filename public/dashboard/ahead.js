// What the place that the address names will need, asked for while the dashboard's own code is still on its way: a classic
// script, first in the head. A list that is wrong costs time and nothing else; tests hold them to what pages do.
(function () {
  /**
   * For each place its modules, beside those that index.html names for all, and the calls that it begins with; then those
   * that name days, which are the account's.
   * @type {Record<string, [string, (name: string, query: string) => string[], ((days: Days) => string[])?]>} name: what
   *   stands second in the address; query: the address's own, for more to follow
   */
  const places = {
    __proto__: null, // an address may be any word: constructor, too
    overview: ['pages/overview chart range pages/attention caps pages/first-steps', () => ['usage', 'alerts',
      'partners', 'forwards/health', 'postbacks/unmapped', 'postbacks?result=unmatched&limit=20'],
    ({ range, before }) => [`stats?${range}&group_by=day`, `stats?${range}&group_by=source`,
      `stats?${range}&group_by=partner`, `stats?${before}&group_by=source`]],
    events: ['pages/events form', (_, query) => [query ? `events?${query.slice(0, -1)}` : 'events/recent']],
    'events/*': ['pages/event pages/events form', (name) => [`events/${name}`]],
    sources: ['pages/sources traffic form', () => ['sources']],
    'sources/*': ['pages/source traffic form', (name) => [`sources/${name}`, 'events/recent?limit=20']],
    'sources/*/preview': ['pages/preview pages/events form', (name) => [`sources/${name}`, 'keys']],
    partners: ['pages/partners partner-form schedule-field partner-values caps policies form',
      () => ['partners', 'partners/templates', 'stats?group_by=partner']],
    'partners/*': ['pages/partner partner-form schedule-field partner-values caps pages/partners policies form',
      (name) => [`partners/${name}`, 'stats?group_by=partner']],
    postbacks: ['pages/postbacks tabs pages/postback-url form', () => ['postbacks/presets', 'keys', 'postbacks/status-map']],
    'postbacks/linter': ['pages/postbacks tabs pages/postback-linter form', () => ['keys']],
    'postbacks/log': ['pages/postbacks tabs pages/postback-log statuses form',
      (_, query) => ['keys', `postbacks?${query}limit=50`]],
    'postbacks/words': ['pages/postbacks tabs pages/postback-words statuses form',
      () => ['postbacks/unmapped', 'keys', 'postbacks/presets', 'postbacks/status-map']],
    'postbacks/conversions': ['pages/postbacks tabs pages/conversions statuses form',
      (_, query) => [`conversions?${query}limit=50`]],
    forwards: ['pages/forwards forward-form statuses form', () => ['forwards/health', 'forwards/templates', 'sources']],
    'forwards/*': ['pages/forward forward-form statuses backfill replay pages/forwards form', (name) => [
      `forwards/${name}`, 'forwards/health', 'forwards/templates', 'sources', `forwards/${name}/deliveries?limit=50`]],
    score: ['pages/score chart range threshold-trial form', () => [], ({ range }) => [`score?${range}`]],
    account: ['pages/account tabs pages/keys once form', () => ['keys', 'partners']],
    'account/people': ['pages/account tabs pages/people once form', () => ['people']],
    'account/settings': ['pages/account tabs pages/settings policies form', () => ['usage']],
    'account/alerts': ['pages/account tabs pages/alerts pages/attention caps form', () => ['alerts', 'alerts/channels']],
    'account/privacy': ['pages/account tabs pages/privacy pages/how form',
      () => ['privacy/erasures?limit=50', 'people', 'keys']],
    how: ['pages/how', () => []],
    api: ['pages/api', () => []],
  };
  /** How long an answer may wait for who needs it, in milliseconds. */
  const patience = 5_000;
  const sessionPath = '/api/v1/session';

  const here = location.hash;
  const [address, query = ''] = here.replace(/^#\/?/, '').split('?');
  const path = address || 'overview';
  const [files, calls, callsByDay] = places[path] ?? places[path.replace(/\/[^/]+/, '/*')] ?? ['', () => []];
  const preload = (names) => {
    for (const name of names.split(' ').filter(Boolean)) {
      const link = document.createElement('link');
      link.rel = 'modulepreload';
      link.href = `/dashboard/${name}.js`;
      document.head.append(link);
    }
  };
  preload(files);

  const asked = new Map();
  let isOver = false;
  /** Whom all but the session is asked for, as that says: an id, null, or not known yet. */
  let whose;
  const ask = (path, person) => {
    if (isOver) return null;
    const ending = new AbortController();
    const headers = { Accept: 'application/json' };
    const answer = person.then(async (id) => {
      const answer = await fetch(path, { headers: id ? { ...headers, 'X-Person': id } : headers, signal: ending.signal,
        cache: 'no-store', credentials: 'same-origin' });
      const text = await answer.text(); // read to its end, whether it is taken or not
      if (path === sessionPath && answer.ok) whose = JSON.parse(text).person?.id ?? null; // before anybody has the answer
      return new Response(text, answer);
    });
    answer.catch(() => {}); // whoever takes it is told
    asked.set(path, { answer, end: () => ending.abort() });
    return answer;
  };
  function forget(except) {
    isOver = true;
    for (const [path, call] of asked) {
      if (path === except) continue;
      call.end();
      asked.delete(path);
    }
  }
  const person = ask(sessionPath, Promise.resolve(null)).then((answer) => {
    if (answer.ok) return whose;
    if (answer.status === 401) preload('pages/login form');
    throw new Error(`Nobody is known to be logged in: ${answer.status}.`);
  });
  person.catch(() => forget(sessionPath)); // what the session said, or that it did not, the page has to say
  const account = ask('/api/v1/account', person);
  for (const call of calls(path.split('/')[1], query && `${query}&`)) ask(`/api/v1/${call}`, person);
  if (callsByDay) {
    account.then(async (answer) => {
      for (const call of callsByDay(daysIn((await answer.clone().json()).timezone))) ask(`/api/v1/${call}`, person);
    }).catch(() => {}); // days that are none, or no account: the page asks, and says so
  }
  setTimeout(() => forget(), patience);

  /**
   * The days that the address names, the last 30 unless it does, and as many before.
   * @typedef {{range: string, before: string}} Days each as a query
   * @returns {Days}
   */
  function daysIn(timeZone) {
    const later = (day, days) => new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
    const chosen = new URLSearchParams(query);
    const to = chosen.get('to') ?? today(timeZone);
    const from = chosen.get('from') ?? later(to, -29);
    const length = Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1;
    return { range: `from=${from}&to=${to}`, before: `from=${later(from, -length)}&to=${later(from, -1)}` };
  }

  function today(timeZone) {
    if (timeZone === 'UTC') return new Date().toISOString().slice(0, 10);
    // In English as format.js has its times: the formats of each language take the browser long to load.
    const text = new Date().toLocaleDateString('en', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    const [month, day, year] = text.split('/');
    return `${year}-${month}-${day}`;
  }

  globalThis.backnovaAhead = {
    /** What was asked and not taken; for tests. */
    get left() { return [...asked.keys()]; },
    /** Ends it all: somebody else may be about to log in. */
    forget() { forget(); },
    /**
     * Hands over, once, the answer to a call that was made ahead for that person.
     * @param {string} path
     * @param {string|null} personID null: whoever it may be, as the session is asked for
     * @returns {{answer: Promise<Response>, end: () => void}|undefined}
     */
    take(path, personID) {
      if (location.hash !== here) forget();
      if (personID !== (path === sessionPath ? null : whose)) return undefined;
      const call = asked.get(path);
      asked.delete(path);
      return call;
    },
  };
})();
