// The start: who is logged in decides between the log-in page and the dashboard.
import { listen, ApiError } from './api.js';
import { load, forget, session } from './session.js';
import { drawShell, markPlace, showBusy, warn } from './shell.js';
import { show, leave, fetchAhead } from './router.js';
import { drawLogIn, logInOver } from './pages/login.js';
import { closeOnce } from './once.js';
import { fill } from './dom.js';
import { loading, problem } from './parts.js';

const app = document.getElementById('app');
let view = null;

/** @param {string} warning what stands above the first page */
async function start(warning = '') {
  fetchAhead();
  try {
    await load();
    view = drawShell(app, logOut);
    markPlace();
    if (warning) warn(warning, session.person.email);
    await show(view, false);
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return askToLogIn('');
    fill(app, problem(error, () => start(warning)));
  }
}

/** Takes the page from whoever had it, before anything else runs. */
function clear() {
  view = null;
  leave();
  forget();
  closeOnce();
  fill(app, loading());
}

function askToLogIn(notice) {
  clear();
  drawLogIn(app, notice, () => start());
}

function startAnew() {
  if (!view) return;
  clear();
  start('Somebody else is logged in here now, so this page started anew. What was not saved is gone; none of it went '
    + 'into this account. It is that of ');
}

function logOut() { askToLogIn('You are logged out.'); }

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
      if (isSame === false) startAnew();
      return isSame;
    });
  return asking;
}

listen({ busy: showBusy, sessionEnd: logInAgain, otherPerson: startAnew });

addEventListener('hashchange', () => {
  if (!view) return;
  markPlace();
  show(view, true);
});

start();
