// What stood in a form when the session turned out to have ended is there again after signing in, in the same tab and
// for the same person. Passwords, files and hidden fields are not kept.
(() => {
  const KEY = 'typed', SKIPPED = new Set(['hidden', 'password', 'file', 'submit', 'button']);
  const person = () => document.getElementById('unsent')?.dataset.person;
  const page = () => location.pathname + location.search;
  const fieldsOf = form => [...form.elements].filter(one => one.name && !SKIPPED.has(one.type));
  const nameOf = form => `${form.id}|${form.getAttribute('action') ?? ''}`;
  const state = one => ['checkbox', 'radio'].includes(one.type) ? one.checked : one.value;

  const keep = form => {
    if (!form || !person() || form.querySelector('[type=password]') || !fieldsOf(form).length) return;
    const fields = fieldsOf(form).map(one => [one.name, state(one), one.value]);
    try { sessionStorage.setItem(KEY, JSON.stringify({person: person(), page: page(), form: nameOf(form), fields})); } catch { /* no room */ }
  };
  const put = (one, value) => {
    if (['checkbox', 'radio'].includes(one.type)) one.checked = value; else one.value = value;
    const fold = value && one.closest('details:not([open])');
    if (fold && state(one) === value) fold.open = true;
  };
  const restore = kept => {
    const form = [...document.querySelectorAll('main form[method=post]')].find(one => nameOf(one) === kept.form);
    if (!form) return;
    const left = fieldsOf(form);
    for (const [name, value, own] of kept.fields) {
      const at = left.findIndex(one => one.name === name && (!['checkbox', 'radio'].includes(one.type) || one.value === own));
      if (at < 0) continue;
      const [one] = left.splice(at, 1);
      if (state(one) !== value) put(one, value);
    }
    form.dispatchEvent(new Event('input', {bubbles: true}));
  };

  document.addEventListener('submit', event => { if (event.target.matches('main form[method=post]')) keep(event.target); });
  document.addEventListener('htmx:after:request', ({detail: {ctx}}) => {
    const address = ctx.response.raw.headers.get('HX-Redirect');
    if (address && new URL(address, location.href).pathname === document.body.dataset.login) keep(ctx.sourceElement.closest('form'));
  });

  const kept = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
  if (!kept) return;
  if (location.pathname.startsWith('/account/')) sessionStorage.setItem(KEY, JSON.stringify({...kept, wasOut: true}));
  else {
    sessionStorage.removeItem(KEY);
    if (kept.wasOut && kept.person === person() && kept.page === page()) restore(kept);
  }
})();
