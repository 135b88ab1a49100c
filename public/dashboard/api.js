// Calls to the JSON API by the session's cookie, who is logged in, and looking again and again: in one file, since every
// page needs all three and each file more is one more to wait for. Whatever goes wrong is an ApiError that says what to do.

/** An answer that is no success, or none at all (status 0). */
export class ApiError extends Error {
  /**
   * @param {number} status of HTTP; 0: nothing was answered
   * @param {object} problem as RFC 9457 has it
   */
  constructor(status, problem = {}) {
    super(problem.detail ?? problem.title ?? `The server answered ${status}.`);
    this.status = status;
    this.code = problem.code ?? '';
    /** @type {{field: string, message: string}[]} */
    this.errors = problem.errors ?? [];
    this.requestID = problem.request_id ?? null;
    this.retryAfter = problem.retry_after ?? null;
  }

  /** What to do about it, beside what the server said. */
  get remedy() {
    if (this.status === 0) return 'Check your connection, then try again.';
    if (this.code === 'bad_log_in') return 'Try again: capitals count. A lost password is replaced as said below.';
    if (this.status === 401) return 'Log in, then try again.';
    if (this.status === 429) return `Wait ${this.retryAfter ?? 'a few'} seconds, then try again.`;
    if (this.status === 403) return 'Open the dashboard by its own address and try again.';
    if (this.status === 404) return 'It may have been removed meanwhile. Go back to the list and look again.';
    if (this.status === 422 || this.status === 409 || this.status === 400) return '';
    if (this.status >= 500) return 'Try again in a moment. If it stays, give the request id to whoever runs this server.';
    return '';
  }
}

/** A page's file that does not come is a server that cannot be reached. */
export function unreached(error) {
  if (!(error instanceof TypeError)) throw error;
  throw new ApiError(0, { detail: 'The server could not be reached.' });
}

const longestWait = 30_000;
const sessionPath = '/api/v1/session';
let underWay = 0;
let onBusy = () => {};
let logInAgain = async () => false;
let onOtherPerson = () => {};

/**
 * @param {{busy: (isBusy: boolean) => void, sessionEnd: (isQuiet: boolean) => Promise<boolean|null>,
 *   otherPerson: () => void}} listeners sessionEnd: asks to log in again; true once the same person has. otherPerson:
 *   the cookie became somebody else's, by a log-in in another tab
 */
export function listen({ busy, sessionEnd, otherPerson }) {
  onBusy = busy;
  logInAgain = sessionEnd;
  onOtherPerson = otherPerson;
}

/**
 * A call that finds the session ended has done nothing: it is made again once the same person has logged in. So has one
 * that finds somebody else logged in, whose page starts anew.
 * @param {string} method
 * @param {string} path
 * @param {{body?: any, type?: string, signal?: AbortSignal, quiet?: boolean}} [options] quiet: no progress bar, for polls
 * @returns {Promise<any>} the JSON of the answer; null where it has none
 */
export async function call(method, path, options = {}) {
  try { return await ask(method, path, options); } catch (error) {
    if (error.status !== 401 || path === sessionPath || !await logInAgain(Boolean(options.quiet))) throw error;
    if (options.signal?.aborted) throw error;
    return ask(method, path, options);
  }
}

const never = new Promise(() => {});
let isStopped = false;

/** From now on nothing is asked and nothing answered: what the page had under way ends here. */
export function stop() { isStopped = true; }

async function ask(method, path, options) {
  if (isStopped) return never;
  try {
    const answer = await send(method, path, options);
    return isStopped ? never : answer;
  } catch (error) {
    if (error.code === 'other_person') onOtherPerson();
    if (isStopped) return never;
    throw error;
  }
}

async function send(method, path, { body, type, signal, quiet }) {
  const headers = { Accept: 'application/json' };
  const personID = path === sessionPath ? null : session.person?.id ?? null;
  if (personID) headers['X-Person'] = personID;
  if (body !== undefined) headers['Content-Type'] = type ?? 'application/json';
  const ending = new AbortController();
  const end = () => ending.abort();
  if (signal?.aborted) end();
  signal?.addEventListener('abort', end);
  let isLate = false;
  const timer = setTimeout(() => { isLate = true; end(); }, longestWait);
  if (!quiet && ++underWay === 1) onBusy(true);
  try {
    ending.signal.throwIfAborted();
    const ahead = method === 'GET' ? globalThis.backnovaAhead?.take(path, personID) : null;
    if (ahead) ending.signal.addEventListener('abort', ahead.end);
    return await read(await (ahead?.answer ?? fetch(path, {
      method, headers, signal: ending.signal, cache: 'no-store', credentials: 'same-origin',
      body: body === undefined ? undefined : type ? body : JSON.stringify(body),
    })));
  } catch (error) {
    if (error instanceof ApiError || signal?.aborted) throw error;
    throw new ApiError(0, {
      detail: isLate ? 'The server took longer than 30 seconds to answer.' : 'The server could not be reached.',
    });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
    if (!quiet && --underWay === 0) onBusy(false);
  }
}

async function read(answer) {
  const text = await answer.text();
  let json = null;
  try { json = text ? JSON.parse(text) : null; } catch { /* not JSON: the status has to do */ }
  if (answer.ok) return json;
  const wait = Number(answer.headers.get('Retry-After'));
  throw new ApiError(answer.status, { ...json, retry_after: wait || null });
}

export const get = (path, options) => call('GET', path, options);
export const post = (path, body, options) => call('POST', path, { body, ...options });
export const patch = (path, body, options) => call('PATCH', path, { body, ...options });
export const put = (path, body, options) => call('PUT', path, { body, ...options });
export const remove = (path, options) => call('DELETE', path, options);

/** A path with a query; what is null or empty is left out. */
export function withQuery(path, parameters) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null && value !== undefined && value !== '') query.set(name, value);
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

// --- Who is logged in

/**
 * Who is logged in, and the account's settings that every page shows its numbers by.
 * @type {{person: object|null, account: object|null}}
 */
export const session = { person: null, account: null };

/** Reads who is logged in. Throws ApiError 401 where nobody is. From then on the server refuses calls by somebody else's cookie. */
export async function load() {
  session.person = (await get(sessionPath)).person;
  session.account = await get('/api/v1/account');
}

// --- Again and again

/** Between two looks, in milliseconds; after failures more, up to the slowest. */
const pause = 3_000;
const slowest = 60_000;

/**
 * Looks now, then again every few seconds until the page is left or a look says that there is nothing more to look for.
 * After a failure it looks more and more slowly, and not before the time that the server named.
 * @param {AbortSignal} signal of the page
 * @param {() => Promise<boolean|void>} look true: this was the last look
 * @param {(error: Error, wait: number, again: () => void) => void} [onTrouble] wait: milliseconds until the next look;
 *   again: looks now
 */
export async function poll(signal, look, onTrouble = () => {}) {
  let wait = pause;
  let wake = () => {};
  while (!signal.aborted) {
    try {
      if (!document.hidden && await look()) return;
      wait = pause;
    } catch (error) {
      if (signal.aborted) return;
      wait = Math.max(Math.min(wait * 2, slowest), (error.retryAfter ?? 0) * 1000);
      onTrouble(error, wait, () => wake());
    }
    await new Promise((resolve) => {
      wake = resolve;
      setTimeout(resolve, wait);
    });
  }
}
