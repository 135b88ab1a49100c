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
