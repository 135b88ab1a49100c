// The start: who is logged in decides between the log-in page and the dashboard.
import { listen, stop, ApiError, load, session, unreached } from './api.js';
import { drawShell, markPlace, sayVersion, showBusy, warn } from './shell.js';
import { show, leave, fetchAhead } from './router.js';
import { fill } from './dom.js';
import { loading, problem } from './parts.js';

const app = document.getElementById('app');
let view = null;

async function start() {
  fetchAhead();
  const notice = takeNotice();
  try {
    await load();
    view = drawShell(app, logOut);
    markPlace();
    if (notice) warn(`${notice} You are logged in as ${session.person.email}.`);
    await show(view, false);
    sayVersion();
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return drawLogIn(notice);
    fill(app, problem(error, start));
  }
}

/** Few who come have to log in: the page for it is fetched for them alone. */
const logInPage = () => import('./pages/login.js').catch(unreached);

async function drawLogIn(notice) {
  globalThis.backnovaAhead?.forget();
  try { (await logInPage()).drawLogIn(app, notice, start); } catch (error) {
    fill(app, problem(error, () => drawLogIn(notice)));
  }
}

/**
 * Takes the page from whoever had it: it is loaded anew, so that nothing it had under way goes on as somebody else.
 * @param {string} notice what is said then
 */
function startAnew(notice) {
  if (!view) return;
  view = null;
  stop();
  leave();
  fill(app, loading());
  history.replaceState({ notice }, '');
  location.reload();
}

function takeNotice() {
  const notice = history.state?.notice ?? '';
  if (notice) history.replaceState(null, '');
  return notice;
}

function logOut() { startAnew('You are logged out.'); }

function becomeAnother() {
  startAnew('Somebody else is logged in here now, so this page started anew. What was not saved is gone; none of it went '
    + 'into this account.');
}

let asking = null;
let isPutAway = false;

/**
 * Asks once, however many calls found the session ended. What was typed stays: the page is left as it is, out of sight.
 * Once the question was put away, no quiet call brings it back: the next one by hand does.
 */
function logInAgain(isQuiet) {
  if (!view || !asking && isPutAway && isQuiet) return Promise.resolve(false);
  asking ??= askOver().finally(() => { asking = null; });
  return asking;
}

async function askOver() {
  const { logInOver } = await logInPage();
  const isSame = await logInOver(app, 'Your session has ended. Log in again to go on where you were.', session.person);
  isPutAway = isSame === null;
  if (isSame === false) becomeAnother();
  return isSame;
}

listen({ busy: showBusy, sessionEnd: logInAgain, otherPerson: becomeAnother });

addEventListener('hashchange', () => {
  if (!view) return;
  markPlace();
  show(view, true);
});

start();
