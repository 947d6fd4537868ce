// Answers for pages while there is no connection, and for nothing else. It keeps one page without anybody's data and what
// that page is made of; its own address changes with each version, which brings a new one.
const OFFLINE = '/offline/', STORE = `offline-${self.location.pathname}`;

self.addEventListener('install', event => event.waitUntil((async () => {
  const store = await caches.open(STORE);
  const page = await fetch(OFFLINE, {credentials: 'omit', cache: 'reload'});
  const parts = [...(await page.clone().text()).matchAll(/(?:href|src)="(\/static\/[^"#]+)/g)].map(([, address]) => address);
  await store.put(OFFLINE, page);
  await store.addAll([...new Set(parts)]);
  await self.skipWaiting();
})()));

self.addEventListener('activate', event => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name !== STORE) await caches.delete(name);
  await self.clients.claim();
})()));

self.addEventListener('fetch', event => {
  const {request} = event;
  if (request.method !== 'GET') return;
  const spare = request.mode === 'navigate' ? OFFLINE : request;
  if (spare === OFFLINE || new URL(request.url).pathname.startsWith('/static/')) {
    event.respondWith(fetch(request).catch(async lost => await caches.match(spare) ?? Promise.reject(lost)));
  }
});
