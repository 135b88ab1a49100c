// --- Sending

// The answer; undefined where there is none within 10 s, or none that helps.
async function send({ api, key, body }) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), 10000);
  try {
    const response = await fetch(new URL('../api/v1/decision', api), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: 'Bearer ' + key },
      body: JSON.stringify(body),
      credentials: 'omit',
      referrerPolicy: 'origin',
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

// The lead, under the one lead_id of this submit, and its answer. While that takes long the lead is kept: the visitor
// may leave.
async function decide(form, data, extra) {
  const body = describe(form);
  const isHashed = setting(form, 'mode') === 'hash';
  const lead_id = await leadId(body.source, data);
  Object.assign(body, { lead_id, form_data: isHashed ? await hashed(data) : data }, extra);
  const lead = { api: script.dataset.api || script.src, key: script.dataset.key, body, isHashed };
  const timer = setTimeout(keep, 250, lead, 15000);
  const answer = await send(lead);
  clearTimeout(timer);
  return [lead, answer];
}

// Somebody has this lead, or nobody shall.
const isTaken = (answer) =>
  answer && (answer.decision === 'reject' || /^(accepted|unknown)$/.test(answer.route?.delivery));

// The page's own submit is how this lead travels; else, where it is not taken, a repeat may find somebody.
const isPages = (form, lead, answer) =>
  isTaken(answer)
    ? answer.decision === 'reject' && setting(form, 'reject') === 'submit'
    : lead.isHashed || !/^(none|declined|not_sent)$/.test(answer?.route?.delivery);

// False where the page has prevented what we would do.
const tell = (target, lead, answer, name = answer ? 'decision' : 'unreachable') =>
  target.dispatchEvent(
    new CustomEvent('backnova:' + name, {
      bubbles: true, cancelable: true, detail: { lead_id: lead.body.lead_id, ...answer },
    }));

async function settle(form, submitter, [lead, answer]) {
  const isOver = isTaken(answer);
  const isPagesOwn = isPages(form, lead, answer) || !(isOver || (await keep(lead)));
  if (isOver || isPagesOwn) await drop(lead);
  const goesOn = tell(form, lead, answer);
  if (isPagesOwn) {
    if (goesOn && release(form, submitter)) return;
    // It has nowhere to go, or the page minds it.
    if (!isOver) await keepTrying(lead);
  }
  if (goesOn) end(form, answer?.route?.redirect_url);
}

function end(form, redirect) {
  try {
    if (/^https?:/i.test(redirect)) {
      (form.target === '_top' ? top : window).location = redirect;
      return;
    }
  } catch {} // a frame that may not
  const text = document.createElement('p');
  text.tabIndex = -1;
  text.textContent = setting(form, 'thanks') || 'Thank you!';
  form.textContent = '';
  form.append(text);
  text.focus();
}

// --- The page's submit, held back for the decision and then let go

const busy = new WeakSet();
let released, replay, isOrphan;

// A form that the browser sends: the page's checks come first, and where they refuse, nothing is decided. Any other is
// sent by the page's script, which comes second.
function isBrowsers(form, button) {
  const order = form.dataset.backnova;
  return order === 'last' || (order !== 'first' && canGo(form, button));
}

// Attributes, since a field called "action" would hide the property. The button's own come first.
const attribute = (form, button, name) => button?.getAttribute('form' + name) ?? form.getAttribute(name);

const canGo = (form, button) =>
  /^post$/i.test(attribute(form, button, 'method')) ||
  !/^(#|javascript:|$)/.test(attribute(form, button, 'action') || '');

function stop(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

const pause = (wait) => new Promise((done) => setTimeout(done, wait));

function take(event) {
  const { target: form, submitter } = event;
  if (busy.has(form)) return stop(event);
  if (!isOurs(form)) return;
  const data = read(form);
  if (!data.email && !data.phone) return;
  stop(event);
  busy.add(form);
  form.setAttribute('aria-busy', true);
  // Not before this event is over: until then the browser would not submit the form once more.
  pause()
    .then(() => decide(form, data))
    .then((decided) => settle(form, submitter, decided), () => release(form, submitter))
    .finally(() => {
      busy.delete(form);
      form.removeAttribute('aria-busy');
    });
}

// Submits the form as if we were not there; false where nobody would send it.
function release(form, submitter) {
  if (!form.isConnected) return false;
  const field = form.elements.click_id;
  if (field?.value === '') field.value = clickId() || '';
  // So long after the click a new window would be blocked.
  if (attribute(form, submitter, 'target') === '_blank' && navigator.userActivation?.isActive === false) {
    submitter?.removeAttribute('formtarget');
    form.target = '_self';
  }
  released = form;
  replay = isOrphan = undefined;
  try {
    form.requestSubmit(submitter);
  } catch {} // the button has gone, or the browser is old
  if (!replay) {
    if (canGo(form)) HTMLFormElement.prototype.submit.call(form);
    else form.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
  }
  released = undefined;
  return !isOrphan;
}

function beforePage(event) {
  const { target: form, submitter } = event;
  if (form === released) {
    replay = event;
    // The page has seen it before.
    if (isBrowsers(form, submitter) && canGo(form, submitter)) event.stopImmediatePropagation();
  } else if (!isBrowsers(form, submitter)) take(event);
}

function afterPage(event) {
  if (event.defaultPrevented) {
    if (event !== replay && isOurs(event.target)) console.info('BackNova: see data-backnova=first');
    return;
  }
  if (event !== replay) return take(event);
  isOrphan = !canGo(event.target, event.submitter);
  if (isOrphan) event.preventDefault();
}

// --- The start

function start() {
  window.backnova = { version: 1, submit };
  look();
  clickId();
  for (const type of ['focusin', 'input', 'paste']) document.addEventListener(type, trace, true);
  window.navigation?.addEventListener('currententrychange', look); // by the page's script
  // On the window, so that forms which come later are found, and the page's own listeners lie between the two.
  addEventListener('submit', beforePage, true);
  addEventListener('submit', afterPage);
  resume();
}

if (script && !window.backnova?.version) start();
