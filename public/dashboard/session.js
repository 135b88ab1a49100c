// Who is logged in, and the account's settings that every page shows its numbers by.
import { get, callAs } from './api.js';

/** @type {{person: object|null, account: object|null, version: string}} */
export const session = { person: null, account: null, version: '3.0' };

/** Reads who is logged in. Throws ApiError 401 where nobody is. */
export async function load() {
  const who = await get('/api/v1/session');
  session.person = who.person;
  callAs(who.person?.id ?? null);
  const [account, health] = await Promise.all([get('/api/v1/account'), get('/healthz').catch(() => null)]);
  session.account = account;
  session.version = (health?.version ?? '3.0.0').split('.').slice(0, 2).join('.');
}
