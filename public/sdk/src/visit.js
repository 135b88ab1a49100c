// BackNova's browser SDK, version 1. docs/sdk.md says what it does. script/sdk makes public/sdk/v1.js of the files in
// this folder, inside one strict function. Plain JavaScript of 2020: no library, no cookie, no eval, no inline style,
// and no request but the API's.

const script = document.currentScript || document.querySelector('script[data-key][data-source]');
const now = () => Date.now();

// A setting stands on a form that is marked as ours, else on the script tag.
const setting = (form, name) => ('backnova' in (form?.dataset || {}) && form.dataset[name]) || script.dataset[name];

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

// Since then, as far as the API counts.
const seconds = (since) => since && Math.max(0, Math.min(Math.round((now() - since) / 100) / 10, 86400));

// A decision's request, but for the contact.
function describe(form) {
  look();
  const visit = load('sessionStorage', 'backnova_visit');
  const seen = traces.get(form) || {};
  const address = /^http/.test(location) ? location.host + location.pathname : ''; // a file's would name a person
  return {
    source: setting(form, 'source'),
    traffic_type: setting(form, 'trafficType'),
    country: setting(form, 'country'),
    landing_page: setting(form, 'landingPage') || address.slice(0, 300),
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
