// A page that follows what others do asks every five seconds whether there is anything new; not while nobody sees it, and
// later where answers take long or none comes. An answer that was overtaken by what is being typed is not drawn.
(() => {
  const EVERY = 5000, LATEST = 120000, PATIENCE = 20;
  let timer, wait = EVERY, askedAt = 0, typedAt = 0;
  const following = () => document.querySelector('[data-follow]');
  const ask = () => {
    if (document.hidden || !following()) return;
    askedAt = performance.now();
    following().dispatchEvent(new Event('follow'));
  };
  const askLater = () => { clearTimeout(timer); timer = setTimeout(ask, wait); };
  const isOwn = detail => detail.ctx.sourceElement?.matches?.('[data-follow]');
  document.addEventListener('input', () => { typedAt = performance.now(); });
  document.addEventListener('visibilitychange', () => { if (!document.hidden) ask(); });
  document.addEventListener('htmx:before:response', event => {
    if (isOwn(event.detail) && (event.detail.ctx.response.status >= 400 || typedAt > askedAt)) event.preventDefault();
  });
  document.addEventListener('htmx:finally:request', ({detail}) => {
    if (!isOwn(detail)) return;
    const took = performance.now() - askedAt, isWell = detail.ctx.response?.status < 400;
    wait = Math.min(LATEST, isWell ? Math.max(EVERY, PATIENCE * took) : 2 * wait);
    askLater();
  });
  askLater();
})();
