// Logging in.
import { h, fill, newID } from '../dom.js';
import { post } from '../api.js';
import { field, form } from '../form.js';
import { logo, themeButton } from '../shell.js';

/**
 * @param {(who: object) => any} onDone who it is, as the API says
 * @param {(ask: Promise<void>|null) => void} onAsk a log-in is under way; null: it has ended
 */
function logInForm(onDone, email = '', onAsk = () => {}) {
  return form({
    submit: 'Log in', label: 'Log in',
    fields: [
      field({ name: 'email', label: 'E-mail', type: 'email', value: email, autocomplete: 'username',
        inputmode: 'email', required: true }),
      field({ name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password',
        required: true, autofocus: Boolean(email) }),
      h('div.visually-hidden.announcements', { role: 'status', 'aria-live': 'polite' }),
    ],
    onSubmit: async (data) => {
      const ask = post('/api/v1/session', { email: data.get('email').trim(), password: data.get('password') }).then(onDone);
      onAsk(ask);
      try { await ask; } finally { onAsk(null); }
    },
  });
}

const lostPassword = () => h('p.quiet.small',
  'No password, or it is lost? Whoever runs this server makes a new one: ',
  h('code', 'backnova person reset-password'), '.');

/**
 * Asks over the page, which stays as it is and is not to be seen meanwhile.
 * @param {HTMLElement} app what is hidden
 * @param {string} notice why
 * @param {{id: string, email: string}} person who was logged in
 * @returns {Promise<boolean|null>} whether the same person logged in; null: the question was put away
 */
export function logInOver(app, notice, person) {
  return new Promise((resolve) => {
    let isSame = null;
    const held = document.activeElement;
    let underWay = null;
    const logIn = logInForm((who) => {
      isSame = who.person.id === person?.id;
      dialog.close();
    }, person?.email, (ask) => { underWay = ask; });
    const why = newID('why');
    const dialog = h('dialog.log-in-box', {
      'aria-labelledby': 'log-in-title', 'aria-describedby': why,
      oncancel: (event) => { if (underWay) event.preventDefault(); },
      // A browser may close it all the same. Whose cookie there is, is known when the log-in has ended.
      onclose: async () => {
        dialog.remove();
        await underWay?.catch(() => {});
        app.classList.remove('is-veiled');
        held?.focus({ preventScroll: true }); // what is out of sight could not take it
        resolve(isSame);
      },
    }, h('h2', { id: 'log-in-title' }, 'Log in'), h('p.notice.notice-info', { id: why, role: 'status' }, notice),
    logIn, lostPassword());
    document.body.append(dialog);
    app.classList.add('is-veiled');
    dialog.showModal();
  });
}

/** @param {string} notice why the page is shown, if not at the start */
export function drawLogIn(app, notice, onDone) {
  const logIn = logInForm(onDone);
  document.title = 'Log in – BackNova';
  fill(app, h('main.log-in', { id: 'main' },
    h('div.log-in-box',
      h('div.brand', logo(), h('span.brand-name', 'BackNova ', h('span.quiet', 'v3.0')), themeButton()),
      h('h1', 'Log in'),
      h('p.quiet',
        'Scores each lead, hands it to your partner, keeps your revenue and ROI right. No contact is stored.'),
      notice ? h('p.notice.notice-info', { role: 'status' }, notice) : null,
      logIn, lostPassword())));
  logIn.querySelector('input').focus();
}
