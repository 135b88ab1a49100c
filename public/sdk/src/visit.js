// BackNova's browser SDK, version 1. docs/sdk.md says what it does. script/sdk makes public/sdk/v1.js of the files in
// this folder, inside one function. Plain JavaScript of 2020: no library, no cookie, no eval, no inline style,
// and no request but the API's.

const script = document.currentScript || document.querySelector('script[data-key][data-source]');
const now = () => Date.now();

// A setting stands on a form that is marked as ours, else on the script tag.
const setting = (form, name) => (form?.dataset.backnova != null && form.dataset[name]) || script.dataset[name];

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

// --- The click id: the one query parameter that is kept, for 30 days

function queryOf(place) {
  try {
    return [...new URLSearchParams(place.location.search)];
  } catch {
    return []; // another origin's frame
  }
}

function clickId() {
  const kept = load('localStorage', 'backnova_click');
  if (kept?.until > now()) return kept.id;
  save('localStorage', 'backnova_click');
}

// --- The visit of this tab

let place;

// The visit so far. A page view is another path, whoever navigates: the browser, or the page's own script.
function look() {
  const visit = load('sessionStorage', 'backnova_visit') || { since: now(), views: 0, marks: [] };
  const here = location.pathname + (/^#[!/].*/.exec(location.hash) || '');
  if (here !== place) visit.views++;
  place = here;
  const query = [...queryOf(window), ...queryOf(top)];
  const id = query.find(([name, value]) => name === 'click_id' && isClickId(value));
  if (id) save('localStorage', 'backnova_click', { id: id[1], until: now() + 2592e6 });
  visit.marks = [...new Set([...visit.marks, ...query.map((pair) => mark(visit, ...pair))])].slice(-200);
  save('sessionStorage', 'backnova_visit', visit);
  return visit;
}

// A decision's request, but for the contact.
function describe(form) {
  const visit = look();
  const address = /^http/.test(location) ? location.host + location.pathname : ''; // a file's would name a person
  return {
    source: setting(form, 'source'),
    traffic_type: setting(form, 'trafficType'),
    country: setting(form, 'country'),
    landing_page: setting(form, 'landingPage') || address.slice(0, 300),
    click_id: [clickId(), form?.elements.click_id?.value].find(isClickId),
    time_on_site: seconds(visit.since),
    page_views: Math.min(visit.views, 10000),
    signals: signalsOf(form),
  };
}
