// Secrets that an answer tells once. They are shown over whatever page stands by then: nobody loses one by going on, and
// no page that did not ask holds one.
import { h } from './dom.js';
import { code } from './parts.js';

/**
 * Makes something and shows its secret until it is put away.
 * @template T
 * @param {() => Promise<T>} make
 * @param {(made: T) => {title: string, name: string, secret: string, more: any}} tell name: of the secret, such as "Key"
 */
export async function showOnce(make, tell) {
  const { title, name, secret, more } = tell(await make());
  await new Promise((resolve) => {
    const dialog = h('dialog.once', { 'aria-labelledby': 'once-title', onclose: () => {
      dialog.remove();
      resolve();
    } }, h('h2', { id: 'once-title' }, title), more, code(secret, { name: `Copy ${name.toLowerCase()}`, label: name }),
    h('div.visually-hidden.announcements', { role: 'status', 'aria-live': 'polite' }),
    h('p', h('button.btn.btn-primary', { type: 'button', onclick: () => dialog.close() }, 'I have it')));
    document.body.append(dialog);
    dialog.showModal();
  });
}
