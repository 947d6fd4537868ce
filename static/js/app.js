// Conveniences only: every page works without this file.
(() => {
  // The theme changes at once; the form behind the button does the same by a full page without script.
  document.addEventListener('submit', event => {
    const form = event.target.closest('[data-theme-form]');
    if (!form || !event.submitter) return;
    event.preventDefault();
    const theme = event.submitter.value;
    document.documentElement.dataset.theme = theme;
    const body = new URLSearchParams(new FormData(form));
    body.set('theme', theme);
    fetch(form.action, {method: 'POST', body, redirect: 'manual'});
    form.querySelector(`button:not([value="${theme}"])`)?.focus();
  });

  // What few pages need is fetched by those: what keeps logs that are not sent yet, and what keys and search do.
  const {unsent, keys, typed, worker} = document.currentScript.dataset;
  // Without a connection pages still open far enough to say so.
  if (worker && navigator.serviceWorker) addEventListener('load', () => navigator.serviceWorker.register(worker, {scope: '/'}).catch(() => {}));
  const fetched = {};
  const bring = address => fetched[address] ??= new Promise(done => {
    const script = Object.assign(document.createElement('script'), {src: address, onload: done});
    document.head.append(script);
  });
  const somethingIsKept = () => { try { return Object.keys(localStorage).some(name => name.startsWith('unsent:')); } catch { return false; } };
  if (unsent && (document.querySelector('[data-keeps]') || somethingIsKept())) bring(unsent);
  const isKeptIn = name => { try { return name in sessionStorage; } catch { return false; } };
  if (isKeptIn('typed')) bring(typed);
  for (const kind of ['focusin', 'input']) {
    document.addEventListener(kind, event => { if (event.target.closest('main form[method=post]')) bring(typed); });
  }
  if (keys && document.querySelector('[data-plain-keys]')) bring(keys);
  document.addEventListener('click', event => {
    const link = event.target.closest('[data-png]');
    if (!link || window.drawsPictures) return;
    event.preventDefault();
    bring(link.dataset.png).then(() => link.click());
  });
  const again = (target, event) => { event.preventDefault(); bring(keys).then(() => target.dispatchEvent(new event.constructor(event.type, event))); };
  document.addEventListener('keydown', event => {
    if (!keys || window.keysWork || event.altKey) return;
    const isModified = event.ctrlKey || event.metaKey;
    const isTyping = event.target.matches?.('input, textarea, select');
    // What is pressed while they are on their way comes after.
    if (isModified ? event.code === 'KeyK' : !isTyping && (keys in fetched || ['/', '?'].includes(event.key) || ['KeyG', 'KeyN', 'KeyL'].includes(event.code))) again(event.target, event);
  });
  document.addEventListener('click', event => {
    const link = event.target.closest('[data-palette]');
    if (keys && link && !window.keysWork && !event.ctrlKey && !event.metaKey && !event.shiftKey) again(link, event);
  });

  // Escape closes menus.
  document.addEventListener('keydown', event => {
    if (event.key === 'Escape') {
      for (const menu of document.querySelectorAll('[data-menu][open]')) {
        menu.open = false;
        menu.querySelector('summary').focus();
      }
    }
  });

  document.addEventListener('click', event => {
    for (const menu of document.querySelectorAll('[data-menu][open]')) {
      if (!menu.contains(event.target)) menu.open = false;
    }
    event.target.closest('[data-dismiss]')?.closest('.notice')?.remove();
    const copy = event.target.closest('[data-copy]');
    if (copy) navigator.clipboard?.writeText(document.getElementById(copy.dataset.copy).textContent.trim());
  });

  // A question before what cannot be undone: <form data-confirm="Delete …?">
  document.addEventListener('submit', event => {
    const question = event.submitter?.dataset.confirm || event.target.dataset.confirm;
    if (question && !window.confirm(question)) { event.preventDefault(); event.stopImmediatePropagation(); }
  }, true);

  // Every tap counts. The second one may be sent before the answer to the first has brought the form a new id, and
  // two requests with one id are one entry: so each tap gets its own. (randomUUID() is missing on plain http.)
  const newId = () => '10000000-1000-4000-8000-100000000000'.replace(/[018]/g,
    c => (c ^ crypto.getRandomValues(new Uint8Array(1))[0] & 15 >> c / 4).toString(16));
  window.newRequestId = newId;
  document.addEventListener('htmx:config:request', ({detail: {ctx}}) => {
    if (ctx.sourceElement.matches('[data-taps]')) ctx.request.body.set('request_id', newId());
  });

  // A block pasted into a cell of a grid goes into the cells to its right and below.
  document.addEventListener('paste', event => {
    const cell = event.target.closest?.('[data-cell]');
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (!cell || !/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    const cells = row => [...row.querySelectorAll('[data-cell]')];
    let row = cell.closest('tr');
    const first = cells(row).indexOf(cell);
    for (const line of text.replace(/\r/g, '').replace(/\n$/, '').split('\n')) {
      if (!row) break;
      line.split('\t').forEach((value, at) => { const place = cells(row)[first + at]; if (place) place.value = value.trim(); });
      row = row.nextElementSibling;
    }
    cell.dispatchEvent(new Event('input', {bubbles: true}));
  });

  // What is typed is kept at each pause; a tab that is left before the pause, or that was offline, says it once more.
  let unsaid = null;
  document.addEventListener('input', event => { unsaid = event.target.closest('[data-keep]') ?? unsaid; });
  document.addEventListener('submit', () => { unsaid = null; });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'hidden' || !unsaid?.isConnected) return;
    navigator.sendBeacon(unsaid.dataset.keep, new FormData(unsaid));
    unsaid = null;
  });
  addEventListener('online', () => unsaid?.dispatchEvent(new Event('input', {bubbles: true})));

  // Good news leaves by itself, unless it is being read or reached; bad news waits to be closed.
  const leave = toast => setTimeout(() => {
    if (toast.matches(':hover, :focus-within')) leave(toast); else toast.remove();
  }, 8000);
  document.addEventListener('htmx:after:swap', () => {
    for (const toast of document.querySelectorAll('.toasts .notice.ok:not([data-seen])')) {
      toast.dataset.seen = '';
      leave(toast);
    }
  });

  const say = id => {
    const words = document.getElementById(id);
    if (words) document.getElementById('toasts').replaceChildren(words.content.cloneNode(true));
  };
  // Nobody did anything where only the bell's count could not be fetched, as when the page is left before it came, or
  // where a page that follows by itself could not ask (it asks again); what unsent.js keeps is not lost.
  document.addEventListener('htmx:error', ({target}) => {
    if (!target.closest?.(window.unsentIsKept ? '.bell, [data-keeps]' : '.bell') && !target.matches?.('[data-follow]')) say('offline');
  });
  document.addEventListener('allauth.error', event => { event.preventDefault(); say('passkey-failed'); });

  for (const button of document.querySelectorAll('[data-needs-script]')) button.hidden = false;
})();
