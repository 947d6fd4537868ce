// The page that stands in while there is no connection: how much waits on this device, and back as soon as it can be.
(() => {
  const rows = Object.keys(localStorage).filter(name => name.startsWith('unsent:')).flatMap(name => JSON.parse(localStorage.getItem(name)));
  for (const one of document.querySelectorAll('[data-waiting]')) {
    one.hidden = !rows.length;
    one.querySelector('b').textContent = rows.length;
  }
  for (const button of document.querySelectorAll('[data-reload]')) button.addEventListener('click', () => location.reload());
  // A connection is no server yet, so the server itself is asked.
  const look = () => fetch('/healthz', {cache: 'no-store'}).then(answer => { if (answer.ok) location.reload(); }, () => {});
  addEventListener('online', look);
  setInterval(look, 4000);
})();
