// From the first log-in to a conversion that the tracker knows: what is done, what comes next. Gone once all is done.
import { h } from '../dom.js';
import { get, session } from '../api.js';
import { section } from '../parts.js';

const memory = () => `backnova-first-steps.${session.account.account_id}`;

function isOver() { try { return localStorage.getItem(memory()) === 'over'; } catch { return false; } }
function end() { try { localStorage.setItem(memory(), 'over'); } catch { /* private mode: it is asked again */ } }

/** What was set up so far; null where it is known that nothing is left, or where the steps were hidden. */
export async function readSteps(signal) {
  if (isOver()) return null;
  const [{ sources }, { events }, { partners }, { postbacks }, { forwards }] = await Promise.all([
    '/api/v1/sources', '/api/v1/events/recent?limit=1', '/api/v1/partners', '/api/v1/postbacks?limit=1',
    '/api/v1/forwards/health'].map((path) => get(path, { signal })));
  const done = { source: sources.length > 0, lead: events.length > 0, postback: postbacks.length > 0,
    partner: partners.some((one) => !one.archived_at), forward: forwards.length > 0 };
  if (!Object.values(done).every(Boolean)) return done;
  end();
  return null;
}

/** @param {{source: boolean, lead: boolean, partner: boolean, postback: boolean, forward: boolean}|null} done */
export function firstSteps(done) {
  if (!done) return null;
  const step = (isDone, ...text) => h('li', { class: isDone ? 'is-done' : '' }, text,
    isDone ? h('span.visually-hidden', ' Done.') : null);
  const link = (path, text) => h('a', { href: `#/${path}` }, text);
  const panel = section(done.lead ? 'What is left to set up' : 'From here to your first lead in three minutes',
    h('ol.steps',
      step(done.source, link('sources', 'Make a source'), ' such as ', h('code', 'facebook_us'),
        ' and paste its code into your landing page.'),
      step(done.lead, 'Open the landing page with ', h('code.nowrap', '?click_id=abc123'), ' and submit the form, '
        + 'or send a test lead from the source’s page. See it in ', link('events', 'Events'), '.'),
      step(done.partner, link('partners', 'Add your partner'), ', so that accepted leads go there.'),
      step(done.postback, link('postbacks', 'Give your PP the postback URL'), ', so that approvals come back.'),
      step(done.forward, link('forwards', 'Tell BackNova your tracker'), ', so that it shows ROI.')),
    h('p', h('button.btn.btn-quiet.btn-sm', { type: 'button', onclick: () => { end(); panel.remove(); } },
      'Hide these steps')));
  return panel;
}
