// BackNova's browser SDK, version 1. docs/sdk.md says what it does; script/sdk makes public/sdk/v1.js of these files, in
// the order hash, keep, core, inside one strict function. Plain JavaScript of 2020: no library, no cookie, no eval, no
// inline style, and no request but the API's.

const script = document.currentScript || document.querySelector('script[data-key][data-source]');
const now = () => Date.now();

// A setting stands on the form, else on the script tag.
const setting = (form, name) => form?.dataset[name] ?? script.dataset[name];

// --- First-party storage, or memory where the browser grants none

const memory = {};

function load(area, name) {
  try {
    return JSON.parse(window[area].getItem(name)) ?? memory[name];
  } catch {
    return memory[name];
  }
}

function save(area, name, value) {
  memory[name] = value;
  try {
    if (value) window[area].setItem(name, JSON.stringify(value));
    else window[area].removeItem(name);
  } catch {}
}

// --- The click id: the one query parameter that is kept, for 30 days. What looks like contact data is not.

const isClickId = (text) =>
  text && bytes(text) <= 256 && !/\p{C}|@.*\.|^\s*\+\d/u.test(text);

function clickIdIn(place) {
  try {
    return new URLSearchParams(place.location.search).get('click_id');
  } catch {} // another origin's frame
}

function keepClickId() {
  const id = [clickIdIn(window), clickIdIn(top)].find(isClickId);
  if (id) save('localStorage', 'backnova_click', { id, until: now() + 2592e6 });
}

function clickId() {
  const kept = load('localStorage', 'backnova_click');
  if (kept?.until > now()) return kept.id;
  if (kept) save('localStorage', 'backnova_click');
}

// --- What is measured: the visit of this tab, and how each form was filled

let place;
const traces = new WeakMap();

// A page view is another path, whoever navigates: the browser, or the page's own script.
function look() {
  const here = location.pathname + (/^#[!/].*/.exec(location.hash) || '');
  if (here === place) return;
  place = here;
  keepClickId();
  const visit = load('sessionStorage', 'backnova_visit') || { since: now(), views: 0 };
  visit.views++;
  save('sessionStorage', 'backnova_visit', visit);
}

function trace({ target, type }) {
  const { form } = target;
  if (!form) return;
  const seen = traces.get(form) || { since: now(), pasted: false, focuses: 0 };
  traces.set(form, seen);
  if (type === 'paste') seen.pasted = true;
  if (type === 'focusin') seen.focuses++;
}

const seconds = (since) => since && Math.min(Math.round((now() - since) / 100) / 10, 86400);

// A decision's request, but for the contact.
function describe(form) {
  look();
  const visit = load('sessionStorage', 'backnova_visit');
  const seen = traces.get(form) || {};
  return {
    source: setting(form, 'source'),
    traffic_type: setting(form, 'trafficType'),
    country: setting(form, 'country'),
    landing_page:
      setting(form, 'landingPage') || (/^http/.test(location) ? location.host + location.pathname : undefined),
    click_id: [clickId(), form?.elements.click_id?.value].find(isClickId),
    time_on_site: seconds(visit.since),
    page_views: Math.min(visit.views, 10000),
    signals: {
      fill_seconds: seconds(seen.since),
      pasted: form && !!seen.pasted,
      focus_changes: seen.focuses,
      webdriver: !!navigator.webdriver,
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      languages: navigator.languages?.slice(0, 8),
    },
  };
}

// --- Reading a form

const names = {
  email: /e.?mail|^mail$/i,
  phone: /phone|mobile|msisdn|^cell$|^tel(ef.*)?$/i,
  first_name: /^(f|first|given|fore).?name$|^first$/i,
  last_name: /^(l|last|family).?name$|^surname$|^last$/i,
  name: /^((full|your|customer|contact).?)?name$/i,
};
const types = { email: 'email', tel: 'phone' };
const purposes = {
  ...types, 'tel-national': 'phone', name: 'name', 'given-name': 'first_name', 'family-name': 'last_name',
};
const nameOf = (field) => field.name || field.id;
const isHidden = (field) => field.type === 'hidden';

// What a field means, the surest sign first.
const meanings = [
  (field) => field.dataset.backnova,
  (field) => !isHidden(field) && purposes[field.autocomplete?.split(' ').pop()],
  (field) => types[field.type],
  (field) => !isHidden(field) && Object.keys(names).find((kind) => names[kind].test(nameOf(field))),
];

function fieldsOf(form) {
  return [...form.elements].filter(
    (field) =>
      field.value?.trim() && !field.disabled && field.dataset.backnova !== 'off' &&
      !/^(password|file|submit|button|image|reset|fieldset|output)$/.test(field.type) &&
      (!/^(checkbox|radio)$/.test(field.type) || field.checked) &&
      !/^cc-|^one-time/.test(field.autocomplete));
}

function read(form) {
  const data = {};
  const fields = new Set(fieldsOf(form));
  for (const meaning of meanings) {
    for (const field of fields) {
      const kind = meaning(field);
      if (!kind || kind in data) continue;
      data[kind] = field.value;
      fields.delete(field);
    }
  }
  // The rest is for the partner's template, within the API's limits. What came with the page's address stays here.
  const fromAddress = [...new URLSearchParams(location.search).values()];
  let room = 15000;
  for (const field of fields) {
    const name = nameOf(field);
    const { value } = field;
    if (!name || name === 'click_id' || name in data || bytes(name) > 64 || bytes(value) > 1024) continue;
    if (isHidden(field) && fromAddress.includes(value)) continue;
    room -= name.length + value.length;
    if (room > 0 && Object.keys(data).length < 60) data[name] = value;
  }
  return data;
}

// A marked form, or where the page marks none, every form that asks for an e-mail address or phone and no password.
function isOurs(form) {
  if (form.getAttribute('method') === 'dialog' || form.dataset.backnova === 'off') return;
  if ('backnova' in form.dataset) return true;
  const fields = [...(form.elements || [])];
  return (
    !document.querySelector('form[data-backnova]:not([data-backnova=off])') &&
    !fields.some((field) => field.type === 'password') &&
    fields.some((field) => meanings.some((meaning) => /^(email|phone)$/.test(meaning(field)))));
}

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
  const url = new URL('../api/v1/decision', setting(form, 'api') || script.src).href;
  return { url, key: setting(form, 'key'), body, isHashed };
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

// A form that the browser sends: the page's checks come first, and where they refuse, nothing is decided. Else the page's
// script sends it, and comes second.
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
  const field = form.elements.click_id;
  if (field && !field.value) field.value = clickId() || '';
  released = form;
  replay = isOrphan = undefined;
  try {
    form.requestSubmit(submitter);
  } catch {
    // The button has gone, or the browser is old.
    if (canGo(form)) {
      replay = form;
      HTMLFormElement.prototype.submit.call(form);
    }
  }
  released = undefined;
  return replay && !isOrphan;
}

function beforePage(event) {
  const form = event.target;
  if (form === released) {
    replay = event;
    if (isBrowsers(form) && canGo(form)) event.stopImmediatePropagation(); // the page has seen it before
  } else if (!isBrowsers(form)) take(event);
}

function afterPage(event) {
  if (event.defaultPrevented) return;
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
