// --- Sending

// The answer; undefined where there is none within 10 s, or none that helps.
async function send({ url, key, body }) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), 10000);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: 'Bearer ' + key },
      body: JSON.stringify(body),
      credentials: 'omit',
      referrerPolicy: 'strict-origin',
      keepalive: true,
      signal: abort.signal,
    });
    const answer = await response.json();
    if (answer.decision) return answer;
    console.warn('BackNova', answer);
  } catch {
  } finally {
    clearTimeout(timer);
  }
}

// What there is to send, under the one lead_id of this submit.
async function prepare(form, data, extra) {
  const body = describe(form);
  const isHashed = setting(form, 'mode') === 'hash';
  const lead_id = await leadId(body.source, data);
  Object.assign(body, { lead_id, form_data: isHashed ? await hashed(data) : data }, extra);
  const url = new URL('../api/v1/decision', script.dataset.api || script.src).href;
  return { url, key: script.dataset.key, body, isHashed };
}

// Nobody has this lead, and a repeat may find somebody.
const isUndelivered = (answer) =>
  answer.decision !== 'reject' && /^(none|declined|not_sent)$/.test(answer.route?.delivery);

// The page's own submit is how this lead travels.
function isPages(form, lead, answer) {
  if (!answer) return true;
  if (answer.decision === 'reject') return setting(form, 'reject') === 'submit';
  return !answer.route || answer.route.delivery === 'page' || (lead.isHashed && isUndelivered(answer));
}

// False where the page has prevented what we would do.
const tell = (target, name, lead, answer) =>
  target.dispatchEvent(
    new CustomEvent('backnova:' + name, {
      bubbles: true, cancelable: true, detail: { lead_id: lead.body.lead_id, ...answer },
    }));

async function handle(form, submitter, data) {
  const lead = await prepare(form, data);
  const answer = await send(lead);
  let isPagesOwn = isPages(form, lead, answer);
  if (!isPagesOwn && isUndelivered(answer)) isPagesOwn = !(await keep(lead));
  if (!tell(form, answer ? 'decision' : 'unreachable', lead, answer)) return;
  if (isPagesOwn) {
    if (release(form, submitter)) return;
    // It has nowhere to go.
    if (!answer || !answer.route || isUndelivered(answer)) await keepTrying(lead);
  }
  const redirect = answer?.route?.redirect_url;
  if (/^https?:/i.test(redirect)) (form.target === '_top' ? top : window).location.href = redirect;
  else thank(form);
}

function thank(form) {
  const text = document.createElement('p');
  text.setAttribute('role', 'status');
  text.tabIndex = -1;
  text.textContent = setting(form, 'thanks') || 'Thank you!';
  form.replaceChildren(text);
  text.focus();
}

// --- The page's submit, held back for the decision and then let go

const busy = new WeakSet();
let released, replay, isOrphan;

// A form that the browser sends: the page's checks come first, and where they refuse, nothing is decided. Any other is
// sent by the page's script, which comes second.
function isBrowsers(form) {
  const order = form.dataset.backnova;
  return order === 'last' || (order !== 'first' && canGo(form));
}

// Attributes, since a field called "action" would hide the property.
const canGo = (form) =>
  /^post$/i.test(form.getAttribute('method')) || !/^(#|javascript:|$)/.test(form.getAttribute('action') || '');

function stop(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

function take(event) {
  const form = event.target;
  if (busy.has(form)) return stop(event);
  if (!isOurs(form)) return;
  const data = read(form);
  if (!data.email && !data.phone) return;
  stop(event);
  busy.add(form);
  form.setAttribute('aria-busy', true);
  handle(form, event.submitter, data)
    .catch(() => release(form, event.submitter))
    .finally(() => {
      busy.delete(form);
      form.removeAttribute('aria-busy');
    });
}

// Submits the form as if we were not there; false where nobody would send it.
function release(form, submitter) {
  if (!form.isConnected) return false;
  const field = form.elements.click_id;
  if (field && !field.value) field.value = clickId() || '';
  released = form;
  isOrphan = false;
  try {
    form.requestSubmit(submitter);
  } catch {
    // The button has gone, or the browser is old.
    if (canGo(form)) HTMLFormElement.prototype.submit.call(form);
    else form.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
  }
  released = undefined;
  return !isOrphan;
}

function beforePage(event) {
  const form = event.target;
  if (form === released) {
    replay = event;
    if (isBrowsers(form) && canGo(form)) event.stopImmediatePropagation(); // the page has seen it before
  } else if (!isBrowsers(form)) take(event);
}

function afterPage(event) {
  if (event.defaultPrevented) {
    if (event !== replay && isOurs(event.target)) console.info('BackNova: prevented, see data-backnova="first"');
    return;
  }
  if (event !== replay) return take(event);
  isOrphan = !canGo(event.target);
  if (isOrphan) event.preventDefault();
}

// --- For pages without a form

async function submit(fields, extra) {
  const lead = await prepare(undefined, { ...fields }, extra);
  const answer = await send(lead);
  const result = { lead_id: lead.body.lead_id, ...answer };
  if (!answer || (isUndelivered(answer) && !lead.isHashed)) result.kept = await keepTrying(lead);
  tell(document, answer ? 'decision' : 'unreachable', lead, result);
  return result;
}

function start() {
  window.backnova = { version: 1, submit };
  look();
  clickId();
  for (const type of ['focusin', 'input', 'paste']) document.addEventListener(type, trace, true);
  // What the page's script does to the address; where the browser does not tell, we look again when a field is used.
  window.navigation?.addEventListener('currententrychange', look);
  addEventListener('popstate', look);
  document.addEventListener('focusin', look);
  // On the window, so that forms which come later are found, and the page's own listeners lie between the two.
  addEventListener('submit', beforePage, true);
  addEventListener('submit', afterPage);
  resume();
}

if (script && !window.backnova) start();
