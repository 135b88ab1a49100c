// The start: who is logged in decides between the log-in page and the dashboard.
import { listen, stop, ApiError } from './api.js';
import { load, session } from './session.js';
import { drawShell, markPlace, showBusy, warn } from './shell.js';
import { show, leave, fetchAhead } from './router.js';
import { drawLogIn, logInOver } from './pages/login.js';
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
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return drawLogIn(app, notice, start);
    fill(app, problem(error, start));
  }
}

const noticeKept = 'backnova-notice';

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
  try { sessionStorage.setItem(noticeKept, notice); } catch { /* private mode: it goes without saying */ }
  location.reload();
}

function takeNotice() {
  try {
    const notice = sessionStorage.getItem(noticeKept) ?? '';
    sessionStorage.removeItem(noticeKept);
    return notice;
  } catch { return ''; }
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
  asking ??= logInOver(app, 'Your session has ended. Log in again to go on where you were.', session.person)
    .then((isSame) => {
      asking = null;
      isPutAway = isSame === null;
      if (isSame === false) becomeAnother();
      return isSame;
    });
  return asking;
}

listen({ busy: showBusy, sessionEnd: logInAgain, otherPerson: becomeAnother });

addEventListener('hashchange', () => {
  if (!view) return;
  markPlace();
  show(view, true);
});

start();
