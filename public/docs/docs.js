// What the documentation does beside being read: tabs for the languages, copying, light and dark, this host's name in the
// examples. Without it everything is there, one below the other.
(() => {
  const here = location.origin;
  const said = document.createElement('p');
  said.className = 'said';
  said.setAttribute('role', 'status');
  document.body.append(said);

  for (const block of document.querySelectorAll('pre code')) {
    block.textContent = block.textContent.replaceAll('https://backnova.example', here);
  }

  for (const button of document.querySelectorAll('.copy')) {
    button.hidden = false;
    button.addEventListener('click', async () => {
      const pre = button.nextElementSibling;
      try {
        await navigator.clipboard.writeText(pre.textContent);
        said.textContent = 'Copied.';
        button.textContent = 'Copied';
        setTimeout(() => { button.textContent = 'Copy'; said.textContent = ''; }, 1500);
      } catch {
        getSelection().selectAllChildren(pre);
        said.textContent = 'Selected: copy it with the keyboard.';
      }
    });
  }

  const theme = document.querySelector('#theme');
  const name = () => { theme.textContent = backnovaTheme.shown === 'dark' ? 'Light' : 'Dark'; };
  theme.hidden = false;
  theme.addEventListener('click', () => { backnovaTheme.toggle(); name(); });
  name();

  const menu = document.querySelector('#menu');
  const narrow = matchMedia('(max-width: 800px)');
  const fold = () => { menu.open = !narrow.matches; };
  narrow.addEventListener('change', fold);
  fold();
  menu.addEventListener('click', (event) => { if (narrow.matches && event.target.closest('a')) menu.open = false; });

  // --- Languages: one choice for all examples, by click or by the arrow keys.
  const groups = [...document.querySelectorAll('.languages')];
  const choose = (language) => {
    for (const group of groups) {
      for (const tab of group.querySelectorAll('[role=tab]')) {
        const isChosen = tab.dataset.language === language;
        tab.setAttribute('aria-selected', isChosen);
        tab.tabIndex = isChosen ? 0 : -1;
      }
      for (const panel of group.querySelectorAll('.language')) panel.hidden = panel.dataset.language !== language;
    }
  };
  groups.forEach((group, number) => {
    const list = document.createElement('div');
    list.className = 'tablist';
    list.setAttribute('role', 'tablist');
    list.setAttribute('aria-label', 'Language');
    for (const panel of group.querySelectorAll('.language')) {
      const tab = document.createElement('button');
      const { language } = panel.dataset;
      panel.id = `language-${number}-${language}`;
      panel.setAttribute('role', 'tabpanel');
      tab.type = 'button';
      tab.id = `tab-${number}-${language}`;
      tab.textContent = panel.querySelector('h4').textContent;
      tab.dataset.language = language;
      tab.setAttribute('role', 'tab');
      tab.setAttribute('aria-controls', panel.id);
      panel.setAttribute('aria-labelledby', tab.id);
      tab.addEventListener('click', () => choose(language));
      list.append(tab);
    }
    list.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const tabs = [...list.children];
      const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length];
      next.click();
      next.focus();
    });
    group.prepend(list);
    group.classList.add('is-tabbed');
  });
  choose('sh');
})();
