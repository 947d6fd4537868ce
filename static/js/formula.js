// Offers codes and functions while a formula is typed: an ARIA combobox with a listbox below a plain text field.
// What is offered stands in the page, under "Help with formulas". The field works without this file.
(() => {
  const MOST = 8;
  const WORD_BEFORE = /[\p{L}\p{M}\p{N}_]*$/u;
  const WORD_AFTER = /^[\p{L}\p{M}\p{N}_]*/u;
  const fieldOf = target => target.closest?.('#id_formula');
  const list = () => document.getElementById('formula-offers');
  let active = -1;

  // The word that the caret stands in, and where.
  const wordAt = field => {
    const caret = field.selectionStart;
    const before = field.value.slice(0, caret).match(WORD_BEFORE)[0];
    const after = field.value.slice(caret).match(WORD_AFTER)[0];
    return {text: before, start: caret - before.length, end: caret + after.length};
  };

  const offers = () => [...document.querySelectorAll('[data-offer]')].map(term => ({
    code: term.dataset.offer,
    isFunction: 'isFunction' in term.dataset,
    words: term.nextElementSibling.textContent,
  }));

  // What begins with the word comes first, then names with it, then codes that hold it.
  const rank = ({code, words}, word) => {
    if (code.startsWith(word)) return 0;
    const at = words.toLowerCase().indexOf(word);
    if (at === 0 || (at > 0 && words[at - 1] === ' ')) return 1;
    return at > 0 || code.includes(word) ? 2 : 3;
  };

  const matching = word => offers().map(offer => ({...offer, rank: rank(offer, word)}))
    .filter(offer => offer.rank < 3).sort((a, b) => a.rank - b.rank).slice(0, word ? MOST : undefined);

  const describe = (field, isOpen) => {
    field.setAttribute('role', 'combobox');
    field.setAttribute('aria-autocomplete', 'list');
    field.setAttribute('aria-controls', 'formula-offers');
    field.setAttribute('aria-expanded', String(isOpen));
  };

  const close = () => {
    const box = list();
    if (!box) return;
    box.hidden = true;
    active = -1;
    const field = document.getElementById('id_formula');
    describe(field, false);
    field.removeAttribute('aria-activedescendant');
  };

  const point = (field, index) => {
    const options = [...list().children];
    active = (index + options.length) % options.length;
    options.forEach((option, n) => option.setAttribute('aria-selected', String(n === active)));
    options[active].scrollIntoView({block: 'nearest'});
    field.setAttribute('aria-activedescendant', options[active].id);
  };

  const option = (offer, n) => {
    const item = document.createElement('li');
    item.id = `formula-offer-${n}`;
    item.role = 'option';
    item.dataset.write = offer.isFunction ? `${offer.code}()` : offer.code;
    item.setAttribute('aria-selected', 'false');
    const code = document.createElement('code');
    code.textContent = item.dataset.write;
    const words = document.createElement('span');
    words.textContent = offer.words;
    item.append(code, ' ', words);
    return item;
  };

  const open = (field, word) => {
    const found = matching(word);
    if (!found.length) return close();
    list().replaceChildren(...found.map(option));
    list().hidden = false;
    describe(field, true);
    point(field, 0);
  };

  const offer = field => {
    const word = wordAt(field).text.toLowerCase();
    const isDone = offers().some(known => known.code === word && !known.isFunction);
    if (!word || /^\d/.test(word) || isDone) close(); else open(field, word);
  };

  const write = (field, item) => {
    const {start, end} = wordAt(field);
    const text = item.dataset.write;
    field.setRangeText(text, start, end, 'end');
    if (text.endsWith('()')) field.setSelectionRange(start + text.length - 1, start + text.length - 1);
    close();
    field.dispatchEvent(new Event('input', {bubbles: true}));
    close();
  };

  document.addEventListener('focusin', event => { if (fieldOf(event.target)) describe(event.target, false); });
  document.addEventListener('focusout', event => { if (fieldOf(event.target)) close(); });
  document.addEventListener('input', event => {
    const field = fieldOf(event.target);
    if (field && !event.isComposing) offer(field);
  });
  document.addEventListener('compositionend', event => { if (fieldOf(event.target)) offer(event.target); });

  // Before htmx and the form itself see the key.
  document.addEventListener('keydown', event => {
    const field = fieldOf(event.target);
    if (!field || event.isComposing) return;
    const isOpen = !list().hidden;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!isOpen) open(field, wordAt(field).text.toLowerCase());
      else point(field, active + (event.key === 'ArrowDown' ? 1 : -1));
    } else if (isOpen && event.key === 'Enter') {
      event.preventDefault();
      write(field, list().children[active]);
    } else if (isOpen && event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  }, true);

  // A press on an offer must not take the focus from the field.
  document.addEventListener('mousedown', event => {
    if (event.target.closest('#formula-offers')) event.preventDefault();
  });
  document.addEventListener('click', event => {
    const item = event.target.closest('#formula-offers [role=option]');
    if (item) write(document.getElementById('id_formula'), item);
  });

  // What the server says about the formula stands below it; the field itself tells that something is wrong.
  document.addEventListener('htmx:after:swap', () => {
    const field = document.getElementById('id_formula');
    const says = document.getElementById('formula-says');
    if (!field || !says) return;
    if (says.querySelector('[data-bad]')) field.setAttribute('aria-invalid', 'true');
    else field.removeAttribute('aria-invalid');
    describe(field, !list().hidden);
  });

  const first = document.getElementById('id_formula');
  if (first) describe(first, false);
})();
