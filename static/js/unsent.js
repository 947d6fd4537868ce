// What was logged and has not reached the server: kept on this device, shown, and sent once it can be.
// A row is written before its request leaves, so a lost line, a closed tab or an ended session loses nothing; the
// request's id makes sending it again harmless. Kept per person and organization, thrown away at sign-out.
(() => {
  const RETRY_MS = 20000, TIMEOUT_MS = 15000, AWAY = new Set([408, 429, 502, 503, 504]);
  const place = () => document.getElementById('unsent');
  const key = () => `unsent:${place().dataset.person}:${place().dataset.organization}`;
  const read = name => { try { return JSON.parse(localStorage.getItem(name)) ?? []; } catch { return []; } };
  const keysOf = start => { try { return Object.keys(localStorage).filter(name => name.startsWith(start)); } catch { return []; } };
  const rows = () => read(key());
  const store = found => {
    if (found.length) localStorage.setItem(key(), JSON.stringify(found)); else localStorage.removeItem(key());
  };
  const change = (id, what) => { store(rows().map(row => row.id === id ? {...row, ...what} : row)); draw(); };
  const drop = id => { store(rows().filter(row => row.id !== id)); draw(); };
  // A request that has just left is nobody's worry yet, here or in another tab.
  const waits = row => row.waits || row.refused || Date.now() - row.at > RETRY_MS;
  const field = (row, name) => row.fields.find(([each]) => each === name)?.[1] ?? '';
  const kpiOf = row => field(row, 'kpi') || field(row, 'tap').split(':')[0];
  const say = words => { document.getElementById('live').textContent = words; };
  const word = name => place().dataset[name];

  // The day it is where the organization is, which is the day that was meant, however late it is sent.
  const today = () => new Intl.DateTimeFormat('en-CA', {timeZone: word('zone')}).format(new Date());
  const path = address => new URL(address, location.href).pathname.slice(word('base').length - 1);

  const rowOf = (form, {action, body}, submitter) => {
    const fields = [...body].filter(([name]) => name !== 'csrfmiddlewaretoken').map(([name, value]) => [name, String(value)]);
    if (!body.has('date')) fields.push(['date', today()]);
    const kpi = form.querySelector('select[name=kpi]')?.selectedOptions[0]?.text ?? '';
    const amount = submitter?.name === 'tap' ? submitter.textContent.trim() : body.get('value') ?? '';
    const about = submitter?.name === 'tap' ? form.dataset.keeps : [kpi, form.dataset.keeps].filter(Boolean).join(', ');
    return {id: body.get('request_id'), path: path(action), fields, amount, about, at: Date.now()};
  };

  const leadsToSignIn = address => Boolean(address) && new URL(address, location.href).pathname === word('login');
  // Whether the server has answered for good: it took the row, or said why not. A page that has grown too old, an
  // ended session and a server that is away are no answers.
  const isAnswer = response => !AWAY.has(response.status) && !response.headers.has('X-Page-Too-Old')
    && !leadsToSignIn(response.headers.get('HX-Redirect'));

  const kept = form => form?.matches?.('form[data-keeps]') && place()?.dataset.organization;
  const lost = new Set();  // ids for which this device had no room
  document.addEventListener('htmx:config:request', ({detail: {ctx}}) => {
    if (!kept(ctx.sourceElement)) return;
    const row = rowOf(ctx.sourceElement, ctx.request, ctx.sourceEvent?.submitter);
    try { store([...rows().filter(each => each.id !== row.id), row]); } catch { lost.add(row.id); }
  });
  const idOf = ctx => ctx?.request?.body?.get?.('request_id');
  document.addEventListener('htmx:after:request', ({detail: {ctx}}) => {
    if (!kept(ctx.sourceElement)) return;
    if (isAnswer(ctx.response.raw)) drop(idOf(ctx)); else change(idOf(ctx), {waits: true});
  });
  document.addEventListener('htmx:error', ({detail: {ctx}}) => {
    if (!kept(ctx?.sourceElement)) return;
    if (lost.delete(idOf(ctx))) {
      document.getElementById('toasts').replaceChildren(document.getElementById('offline').content.cloneNode(true));
      return;
    }
    change(idOf(ctx), {waits: true});
    say(word('kept'));
    // A form of its own page is free for the next value, as after an answer.
    const form = ctx.sourceElement;
    const id = form.querySelector('[name=request_id]');
    if (id && !form.matches('[data-taps]')) { form.reset(); id.value = window.newRequestId(); }
    later();
  });

  let timer = 0, sending = false;
  const later = () => { clearTimeout(timer); if (rows().some(row => !row.refused)) timer = setTimeout(send, RETRY_MS); };
  const send = async () => {
    if (sending || !place()?.dataset.organization) return;
    sending = true;
    let sent = 0;
    try {
      for (const row of rows().filter(each => waits(each) && !each.refused)) {
        const state = await post(row);
        if (state === 'away') break;
        if (state === 'sent') sent += 1;
      }
    } finally { sending = false; }
    if (sent) say(word('sent'));
    later();
  };

  const post = async row => {
    const token = JSON.parse(document.body.getAttribute('hx-headers:inherited') || '{}');
    let response, text;
    try {
      response = await fetch(word('base').slice(0, -1) + row.path, {
        method: 'POST', body: new URLSearchParams(row.fields), headers: {...token, 'HX-Request': 'true'},
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      text = await response.text();
    } catch { change(row.id, {waits: true, out: false}); return 'away'; }
    if (!isAnswer(response)) { change(row.id, {waits: true, out: leadsToSignIn(response.headers.get('HX-Redirect'))}); return 'away'; }
    const answer = new DOMParser().parseFromString(text, 'text/html');
    if (response.ok) { drop(row.id); renew(answer.querySelector('article.card')); return 'sent'; }
    const reasons = [...answer.querySelectorAll('.err span, .notice.bad p')].map(each => each.textContent.trim());
    change(row.id, {refused: [...new Set(reasons)].join(' ') || word('refused')});
    say(word('refused'));
    return 'refused';
  };

  // The card shows the new number, unless somebody is at work in it.
  const renew = fresh => {
    const old = fresh && document.getElementById(fresh.id);
    if (!old || old.contains(document.activeElement)) return;
    old.replaceWith(fresh);
    window.htmx?.process(fresh);
    draw();
  };

  const draw = () => {
    const box = place();
    if (!box) return;
    const found = box.dataset.organization ? rows().filter(waits) : [];
    const all = keysOf(`unsent:${box.dataset.person}`).flatMap(read);
    for (const form of document.querySelectorAll(`form[action$="${word('logout')}"]`)) {
      if (all.length) form.dataset.confirm = word('leaving'); else delete form.dataset.confirm;
    }
    box.hidden = !(found.length || (!box.dataset.organization && all.length));
    box.querySelector('.count').textContent = found.length || all.length;
    box.querySelector('[data-out]').hidden = !found.some(row => row.out);
    box.querySelector('[data-waits]').hidden = found.length > 0 && found.every(row => row.refused);
    box.querySelector('[data-send]').hidden = !found.some(row => !row.refused);
    const list = box.querySelector('ul');
    // What is being corrected stays as it is.
    if (!list.contains(document.activeElement) || list.children.length !== found.length) list.replaceChildren(...found.map(item));
    for (const sign of document.querySelectorAll('.card .unsent-here')) sign.remove();
    for (const row of found) mark(row);
  };

  const part = (template, values) => {
    const one = document.getElementById(template).content.firstElementChild.cloneNode(true);
    for (const [name, text] of Object.entries(values)) one.querySelector(`[data-${name}]`).textContent = text;
    return one;
  };
  const item = row => {
    const at = {day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', timeZone: word('zone')};
    const when = new Date(row.at).toLocaleString(document.documentElement.lang, at);
    const one = part('unsent-row', {amount: row.amount, about: row.about, when, reason: row.refused || ''});
    one.dataset.id = row.id;
    one.querySelector('[data-refused]').hidden = !row.refused;
    const form = one.querySelector('form');
    form.elements.value.value = field(row, 'value') || field(row, 'tap').split(':')[1] || '';
    form.elements.date.value = field(row, 'date');
    // A goal that has closed meanwhile takes nothing more; its KPI does.
    const kpi = kpiOf(row), open = one.querySelector('[data-open]');
    open.hidden = !kpi;
    open.href = `${word('base')}entries/log/?${new URLSearchParams({kpi, value: form.elements.value.value, date: form.elements.date.value})}`;
    return one;
  };
  const mark = row => {
    const goal = row.path.match(/^\/goals\/(\d+)\/log\/$/)?.[1];
    const card = goal && document.getElementById(`card-${goal}`);
    if (card) card.querySelector('form.other, form.log')?.before(part('unsent-sign', {amount: row.amount}));
  };

  document.addEventListener('click', event => {
    const button = event.target.closest('#unsent button');
    if (button?.matches('[data-send]')) { store(rows().map(row => ({...row, waits: true}))); send(); }
    if (button?.matches('[data-drop]')) drop(button.closest('li').dataset.id);
  });
  // The corrected row is the same wish: what was refused has stored nothing.
  document.addEventListener('submit', event => {
    const form = event.target;
    if (form.matches(`[action$="${word('logout')}"]`)) for (const name of keysOf(`unsent:${place().dataset.person}:`)) localStorage.removeItem(name);
    if (!form.matches('#unsent form')) return;
    event.preventDefault();
    const id = form.closest('li').dataset.id, row = rows().find(each => each.id === id);
    if (!row) return;
    const kpi = kpiOf(row);
    const fields = row.fields.filter(([name]) => !['tap', 'kpi', 'value', 'date'].includes(name));
    const value = form.elements.value.value;
    document.activeElement.blur();
    change(id, {fields: [...fields, ...(kpi ? [['kpi', kpi]] : []), ['value', value], ['date', form.elements.date.value]], amount: value, refused: '', waits: true});
    send();
  });

  addEventListener('online', () => send());
  addEventListener('storage', () => draw());
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') send(); });
  document.addEventListener('htmx:after:swap', draw);
  window.unsentIsKept = true;
  if (place()) { draw(); send(); }
})();
