// --- How each form was filled

const traces = new WeakMap();

function trace({ target, type }) {
  const { form } = target;
  if (!form) return;
  const seen = traces.get(form) || { since: now(), focuses: 0 };
  traces.set(form, seen);
  if (type === 'paste') seen.pasted = true;
  if (type === 'focusin') {
    look(); // for browsers that do not tell of a new address
    seen.focuses++;
  }
}

// Since then, as far as the API counts.
const seconds = (since) => since && Math.max(0, Math.min(Math.round((now() - since) / 100) / 10, 86400));

function signalsOf(form) {
  const seen = traces.get(form) || {};
  return {
    fill_seconds: seconds(seen.since),
    pasted: form && !!seen.pasted,
    focus_changes: seen.focuses,
    webdriver: !!navigator.webdriver,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    languages: navigator.languages?.slice(0, 8),
  };
}

// A decision's request, but for the contact.
function describe(form) {
  const visit = look();
  const address = location.host && location.host + location.pathname; // a file's would name a person
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
