// --- Sending

// The answer; undefined where there is none within 10 s, or none that helps.
async function send({ api, key, body }) {
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 10000);
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
  } catch {}
}

// The lead, under the one lead_id of this submit, and its answer. While that takes long the lead is kept: the visitor
// may leave.
async function decide(form, data, extra) {
  const body = describe(form);
  const isHashed = /^hash/i.test(form?.dataset.mode || script.dataset.mode);
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

// Nobody has it, and the page's own submit is how it travels; else, where it is not taken, a repeat may find somebody.
const isPages = (lead, answer) =>
  !isTaken(answer) && (lead.isHashed || !/^(none|declined|not_sent)$/.test(answer?.route?.delivery));

// False where the page has prevented what we would do.
const tell = (target, lead, answer, name = answer ? 'decision' : 'unreachable') =>
  target.dispatchEvent(
    new CustomEvent('backnova:' + name, {
      bubbles: true, cancelable: true, detail: { lead_id: lead.body.lead_id, ...answer },
    }));

async function settle(form, go, [lead, answer]) {
  const isOver = isTaken(answer);
  const isPagesOwn = isPages(lead, answer) || !(isOver || (await keep(lead)));
  if (isOver || isPagesOwn) await drop(lead);
  const goesOn = tell(form, lead, answer);
  if (isPagesOwn) {
    if (goesOn && go()) return;
    // It has nowhere to go, or the page minds it.
    await keepTrying(lead);
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
let released;

// Attributes, since a field called "action" would hide the property. The button's own come first.
const parts = ['method', 'action', 'enctype', 'target'];
const wayOf = (form, button) =>
  parts.map((name) => button?.getAttribute('form' + name) ?? form.getAttribute(name));
const setWay = (form, way) =>
  parts.forEach((name, at) => (way[at] == null ? form.removeAttribute(name) : form.setAttribute(name, way[at])));

// By POST, or to another address; not where that is a script.
const canGo = (form, button) =>
  /^(?!\w*,\s*javascript:)(post,|\w*,\s*[^#\s,])/i.test(wayOf(form, button));

// A form that the browser sends: the page's checks come first, and where they refuse, nothing is decided. Any other is
// sent by the page's script, which comes second.
const isBrowsers = (form, button) =>
  form.dataset.backnova === 'last' || (form.dataset.backnova !== 'first' && canGo(form, button));

const pause = (wait) => new Promise((done) => setTimeout(done, wait));

// Called before the page's own listeners and after them.
function take(event) {
  const { target: form, submitter } = event;
  const isAfter = event.eventPhase > 1;
  if (form === released || isBrowsers(form, submitter) !== isAfter) return;
  if (!busy.has(form)) {
    const data = !/^dialog,/i.test(wayOf(form, submitter)) && isOurs(form) && read(form);
    if (!data.email && !data.phone) return;
    if (isAfter && event.defaultPrevented) return console.info('BackNova: see data-backnova=first');
    const field = form.elements.click_id;
    if (field?.value === '') field.value = clickId() || '';
    const order = isAfter && orderOf(form, submitter);
    const go = () => release(form, submitter, order);
    form.setAttribute('aria-busy', true);
    busy.add(form);
    // Not before this event is over: until then a browser might not submit the form once more.
    pause()
      .then(() => decide(form, data))
      .then((decided) => settle(form, go, decided), go)
      .finally(() => {
        busy.delete(form);
        form.removeAttribute('aria-busy');
      });
  }
  event.preventDefault();
  event.stopImmediatePropagation();
}

// What the browser would send now. By the time of the decision the page may have cleared or disabled its fields.
function orderOf(form, button) {
  const order = new FormData(form, button);
  if (button?.name && !order.has(button.name)) order.append(button.name, button.value); // an older browser
  return order;
}

// Submits the form as if we were not there; false where nobody would send it.
function release(form, button, order) {
  if (!form.isConnected) return false;
  if (!order) {
    released = form;
    const goesOn = form.dispatchEvent(
      new (window.SubmitEvent || Event)('submit', { bubbles: true, cancelable: true, submitter: button }));
    released = order;
    if (!goesOn) return true;
  }
  if (!canGo(form, button)) return false;
  order = order || orderOf(form, button);
  const putBack = ({ formData }) => {
    for (const name of [...formData.keys()]) formData.delete(name);
    for (const entry of order) formData.append(...entry);
  };
  const before = wayOf(form);
  const way = wayOf(form, button);
  const target = way[3] ?? document.querySelector('base[target]')?.target;
  // So long after the click a new window would be blocked.
  if (
    !navigator.userActivation?.isActive && !/^_[^b]/i.test(target) &&
    !document.getElementsByName(target)[0]?.contentWindow
  ) way[3] = '_self';
  setWay(form, way);
  addEventListener('formdata', putBack);
  HTMLFormElement.prototype.submit.call(form);
  removeEventListener('formdata', putBack);
  setWay(form, before);
  return true;
}

// --- The start

function start() {
  window.backnova = { version: 1, submit };
  look();
  clickId();
  for (const type of ['focusin', 'input', 'paste']) document.addEventListener(type, trace, true);
  window.navigation?.addEventListener?.('currententrychange', look); // by the page's script
  // On the window, so that forms which come later are found, and the page's own listeners lie between the two.
  addEventListener('submit', take, true);
  addEventListener('submit', take);
  addEventListener('online', retry);
  retry();
}

if (script && !window.backnova?.version) start();
