// Who may log in, and one's own password.
import { h, fill, tell } from '../dom.js';
import { get, post, patch, remove, session } from '../api.js';
import { section, table, notice, confirmButton } from '../parts.js';
import { field, form } from '../form.js';
import { showOnce } from '../once.js';
import { date } from '../format.js';

export async function draw(body, { signal, reload }) {
  const { people } = await get('/api/v1/people', { signal });
  fill(body, section('People', table({
    caption: 'People who may log in', rows: people,
    columns: [
      { name: 'E-mail', cell: (row) => [row.email, row.id === session.person?.id ? ' (you)' : ''] },
      { name: 'Since', cell: (row) => date(row.created_at) },
      { name: 'Do',
        cell: (row) => (row.id === session.person?.id || people.length < 2 ? '' : confirmButton('Remove',
          'Their sessions end at once.',
          async () => {
            await remove(`/api/v1/people/${encodeURIComponent(row.id)}`);
            await reload();
            tell('Removed.');
          })) },
    ],
  })), h('div.two', section('Add a person', add(reload)),
    session.person ? section('Your password', password()) : null));
}

function add(reload) {
  return [h('p', 'A password is made and shown once: hand it over, they change it here.'), form({
    submit: 'Add', label: 'Add a person',
    fields: [field({ name: 'email', label: 'E-mail', type: 'email', autocomplete: 'off' })],
    onSubmit: async (data) => {
      await showOnce(() => post('/api/v1/people', { email: data.get('email').trim() }), (person) => ({
        title: `The password of ${person.email}`, name: 'Password', secret: person.password,
        more: notice('good', 'Copy it now: it is shown this once and never again.') }));
      await reload();
    },
  })];
}

function password() {
  const done = h('div', { role: 'status' });
  return [form({
    submit: 'Change it', label: 'Change your password',
    fields: [field({ name: 'old_password', label: 'Old password', type: 'password', autocomplete: 'current-password' }),
      field({ name: 'password', label: 'New password', type: 'password', autocomplete: 'new-password',
        help: 'Your other sessions end.' })],
    onSubmit: async (data, element) => {
      await patch(`/api/v1/people/${encodeURIComponent(session.person.id)}`,
        { old_password: data.get('old_password'), password: data.get('password') });
      element.reset();
      fill(done, notice('good', 'Changed.'));
    },
  }), done];
}
