// Logging in.
import { h, fill } from '../dom.js';
import { post } from '../api.js';
import { field, form } from '../form.js';
import { logo, themeButton } from '../shell.js';

/** @param {string} notice why the page is shown, if not at the start */
export function drawLogIn(app, notice, onDone) {
  const logIn = form({
    submit: 'Log in', label: 'Log in',
    fields: [
      field({ name: 'email', label: 'E-mail', type: 'email', autocomplete: 'username', inputmode: 'email',
        required: true }),
      field({ name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password',
        required: true }),
    ],
    onSubmit: async (data) => {
      await post('/api/v1/session', { email: data.get('email').trim(), password: data.get('password') });
      await onDone();
    },
  });
  document.title = 'Log in – BackNova';
  fill(app, h('main.log-in', { id: 'main' },
    h('div.log-in-box',
      h('div.brand', logo(), h('span.brand-name', 'BackNova ', h('span.quiet', 'v3.0')), themeButton()),
      h('h1', 'Log in'),
      h('p.quiet',
        'Scores each lead, hands it to your partner, keeps your revenue and ROI right. No contact is stored.'),
      notice ? h('p.notice.notice-info', { role: 'status' }, notice) : null,
      logIn,
      h('p.quiet.small', 'No password, or it is lost? Whoever runs this server makes a new one: ',
        h('code', 'backnova person reset-password'), '.'))));
  logIn.querySelector('input').focus();
}
