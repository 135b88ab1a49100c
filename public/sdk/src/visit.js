// BackNova's browser SDK, version 1. docs/sdk.md says what it does. script/sdk makes public/sdk/v1.js of the files in
// this folder, inside one function. Plain JavaScript of 2020: no library, no cookie, no eval, no inline style,
// and no request but the API's.

const script = document.currentScript || document.querySelector('script[data-key][data-source]');
const now = () => Date.now();

// A setting stands on a form that is marked as ours, else on the script tag.
const setting = (form, name) => (form?.dataset.backnova != null && form.dataset[name]) || script.dataset[name];

// --- First-party storage, or memory where the browser grants none

const memory = {};

// In localStorage or sessionStorage, by the names backnova_...
function load(area, name) {
  try {
    return JSON.parse(window[area + 'Storage'].getItem('backnova_' + name)) ?? memory[name];
  } catch {
    return memory[name];
  }
}

function save(area, name, value) {
  memory[name] = value;
  try {
    if (value) window[area + 'Storage'].setItem('backnova_' + name, JSON.stringify(value));
    else window[area + 'Storage'].removeItem('backnova_' + name);
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
  const kept = load('local', 'click');
  if (kept?.until > now()) return kept.id;
  save('local', 'click');
}

// --- The visit of this tab

let place;

// The visit so far. A page view is another path, whoever navigates: the browser, or the page's own script.
function look() {
  const visit = load('session', 'visit') || { since: now(), views: 0, marks: [] };
  const here = location.pathname + location.hash.replace(/^#[^!/].*/, '');
  if (here !== place) visit.views++;
  place = here;
  const query = [...queryOf(window), ...queryOf(top)];
  const id = query.find(([name, value]) => name === 'click_id' && isClickId(value));
  if (id) save('local', 'click', { id: id[1], until: now() + 2592e6 });
  visit.marks = [...new Set([...visit.marks, ...query.map((pair) => mark(visit, ...pair))])].slice(-200);
  save('session', 'visit', visit);
  return visit;
}
