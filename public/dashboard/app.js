// The start: who is logged in decides between the log-in page and the dashboard.
import { listen, ApiError } from './api.js';
import { load, forget, session } from './session.js';
import { drawShell, markPlace, showBusy } from './shell.js';
import { show, leave, fetchAhead } from './router.js';
import { drawLogIn, logInOver } from './pages/login.js';
import { fill } from './dom.js';
import { loading, problem } from './parts.js';

const app = document.getElementById('app');
let view = null;

async function start() {
  fetchAhead();
  try {
    await load();
    view = drawShell(app, logOut);
    markPlace();
    await show(view, false);
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return askToLogIn('');
    fill(app, problem(error, start));
  }
}

function askToLogIn(notice) {
  leave();
  forget();
  view = null;
  drawLogIn(app, notice, start);
}

function logOut() { askToLogIn('You are logged out.'); }

let asking = null;

/** Asks once, however many calls found the session ended. What was typed stays: the page is left as it is. */
function logInAgain() {
  if (!view) return Promise.resolve(false);
  asking ??= logInOver('Your session has ended. Log in again to go on where you were.', session.person)
    .then((isSame) => {
      asking = null;
      if (isSame === false) {
        leave();
        fill(app, loading());
        start();
      }
      return isSame;
    });
  return asking;
}

listen({ busy: showBusy, sessionEnd: logInAgain });

addEventListener('hashchange', () => {
  if (!view) return;
  markPlace();
  show(view, true);
});

start();
