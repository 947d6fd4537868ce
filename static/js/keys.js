// Search on top of any page, and keys for who likes them. Those without Ctrl do nothing while one types, and can be
// switched off on the page that lists them (WCAG 2.1.4).
(() => {
  const OFF = 'keys-off', PAUSE_MS = 1500;
  const PLACES = {KeyH: '', KeyT: 'team/', KeyG: 'goals/', KeyK: 'kpis/', KeyP: 'people/'};
  const ERRANDS = {KeyN: 'goals/new/', KeyL: 'entries/log/'};
  const opener = () => document.querySelector('[data-palette]');
  const box = () => document.getElementById('palette');
  const areOn = () => { try { return !localStorage.getItem(OFF); } catch { return true; } };

  const show = async address => {
    if (!box()) return;
    if (!box().open) box().showModal();
    await window.htmx.ajax('GET', address, {target: '#palette', swap: 'innerHTML', headers: {'HX-Target': 'dialog#palette'}});
    wake();
    box().querySelector('input')?.focus();
  };
  const search = () => show(opener().href);
  const go = path => { if (opener()) location.href = opener().href.replace(/search\/$/, path); };

  const wake = () => {
    for (const one of document.querySelectorAll('[data-needs-script]')) one.hidden = false;
    for (const one of document.querySelectorAll('[data-plain-keys]')) one.checked = areOn();
  };
  document.addEventListener('change', ({target}) => {
    if (!target.matches('[data-plain-keys]')) return;
    if (target.checked) localStorage.removeItem(OFF); else localStorage.setItem(OFF, '1');
  });

  const isTyping = target => target.matches?.('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]');
  let began = 0;  // when G was pressed, which waits for the letter of a place
  document.addEventListener('keydown', event => {
    if (!opener()) return;
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.code === 'KeyK') {
      event.preventDefault();
      search();
    } else if (event.target.closest?.('#palette')) choose(event);
    else if (!event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat && !isTyping(event.target) && areOn()) plain(event);
  });

  // By the place of the key, so that they work on a Thai keyboard too.
  const plain = event => {
    const waited = Date.now() - began < PAUSE_MS, {code} = event;
    began = 0;
    if (event.key === '?') { event.preventDefault(); show(opener().dataset.keys); }
    else if (event.key === '/') { event.preventDefault(); (document.querySelector('main input[type=search]') ?? {focus: search}).focus(); }
    else if (event.shiftKey) return;
    else if (waited && code in PLACES) go(PLACES[code]);
    else if (code === 'KeyG') began = Date.now();
    else if (code in ERRANDS && !waited) go(ERRANDS[code]);
  };

  const choose = event => {
    // Of a search field that holds something Escape would only empty it.
    if (event.key === 'Escape') { event.preventDefault(); box().close(); return; }
    const links = [...box().querySelectorAll('.found a')];
    const stops = [box().querySelector('input[type=search]'), ...links].filter(Boolean);
    const at = stops.indexOf(document.activeElement);
    const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
    if (step && stops.length) {
      event.preventDefault();
      stops[(at + step + stops.length) % stops.length].focus();
    }
    // Enter in the field opens the first, once what stands there has been looked for; else the page of the search.
    const found = box().querySelector('.found');
    if (event.key === 'Enter' && at === 0 && links.length && found.dataset.q === stops[0].value.trim() && !event.isComposing) {
      event.preventDefault();
      links[0].click();
    }
  };

  document.addEventListener('click', event => {
    const link = event.target.closest('[data-palette]');
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) { event.preventDefault(); search(); }
    if (event.target === box()) box().close();
  });
  window.keysWork = true;
  wake();
})();
