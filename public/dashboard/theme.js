// Light or dark, before the first paint: a classic script, so that no page flashes white. The choice stays in this browser;
// without one the system's setting decides.
(function () {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const chosen = () => { try { return localStorage.getItem('backnova-theme'); } catch { return null; } };
  const apply = () => { document.documentElement.dataset.theme = chosen() ?? (system.matches ? 'dark' : 'light'); };

  globalThis.backnovaTheme = {
    /** @returns {'light'|'dark'} */
    get shown() { return document.documentElement.dataset.theme; },
    toggle() {
      const next = this.shown === 'dark' ? 'light' : 'dark';
      try { localStorage.setItem('backnova-theme', next); } catch { /* private mode: it holds for this page */ }
      document.documentElement.dataset.theme = next;
      return next;
    },
  };
  system.addEventListener('change', apply);
  apply();
})();
