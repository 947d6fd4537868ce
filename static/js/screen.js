// A dashboard on a screen: the whole of it on a click, and the button out of the way meanwhile (show.css).
(() => {
  const button = document.querySelector('[data-fullscreen]');
  if (!button || !document.fullscreenEnabled) return;
  button.hidden = false;
  button.addEventListener('click', () => document.documentElement.requestFullscreen());
})();
