// A chart as PNG: its SVG drawn on a canvas at twice its size. Brought by app.js with the first click on such a link.
(() => {
  window.drawsPictures = true;
  const save = (blob, name) => {
    const link = Object.assign(document.createElement('a'), {href: URL.createObjectURL(blob), download: name});
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };
  const nameIn = header => decodeURIComponent(
    /filename\*=utf-8''([^;]+)/i.exec(header)?.[1] ?? /filename="([^"]+)"/.exec(header)?.[1] ?? 'chart.svg');
  document.addEventListener('click', async event => {
    const link = event.target.closest('[data-png]');
    if (!link) return;
    event.preventDefault();
    const answer = await fetch(link.href);
    if (!answer.ok) return location.assign(link.href);
    const picture = new Image();
    picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(await answer.text())}`;
    await picture.decode();
    const canvas = Object.assign(document.createElement('canvas'), {width: 2 * picture.width, height: 2 * picture.height});
    const pen = canvas.getContext('2d');
    pen.scale(2, 2);
    pen.drawImage(picture, 0, 0);
    const name = nameIn(answer.headers.get('Content-Disposition') ?? '').replace(/\.svg$/, '.png');
    canvas.toBlob(blob => save(blob, name), 'image/png');
  });
})();
