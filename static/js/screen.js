// A dashboard on a screen: the whole of it on a click, and the button out of the way meanwhile (show.css).
(() => {
  const button = document.querySelector('[data-fullscreen]');
  if (!button || !document.fullscreenEnabled) return;
  document.documentElement.dataset.mayFill = '';
  document.addEventListener('click', event => {
    if (event.target.closest('[data-fullscreen]')) document.documentElement.requestFullscreen();
  });
})();
