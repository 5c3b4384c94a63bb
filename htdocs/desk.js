// desk.js: keys of the operator's page, the last five answers that were copied in this tab, and those that are pinned in this
// browser. The page works without it, as a plain form. Copying itself is copy.js: a key presses the button that is on the
// page.
(() => {
  'use strict';
  const STORE = 'cited';
  const KEPT = 5;
  const PINS = 'pinned';
  const PINNED = 12;
  const field = document.getElementById('desk-q');
  const answers = [...document.querySelectorAll('.answer')];

  function toField() {
    field.focus();
    field.select();
  }

  // The answer that has the focus, or the first.
  const current = () => answers.find((answer) => answer.contains(document.activeElement)) || answers[0];

  function press(key) {
    const button = document.querySelector(`[data-key="${key}"]`);
    ('01'.includes(key) ? button : current()?.querySelector(`[data-key="${key}"]`) || button)?.click();
  }

  function move(by) {
    const here = answers.findIndex((answer) => answer.contains(document.activeElement));
    const to = answers[Math.min(Math.max(here + by, 0), answers.length - 1)];
    to?.querySelector('a').focus();
  }

  document.addEventListener('keydown', (event) => {
    const typing = event.target.matches('input, textarea');
    let act = null;
    // By place and by sign: on a Russian keyboard the key of the slash writes a dot.
    if (event.key === 'Escape') act = toField;
    else if (!typing && !event.altKey && !event.ctrlKey && !event.metaKey && (event.key === '/' || event.code === 'Slash')) act = toField;
    else if (event.altKey && !event.ctrlKey && !event.metaKey) {
      const digit = /^(?:Digit|Numpad)([0-5])$/.exec(event.code)?.[1];
      if (digit) act = () => press(digit);
      else if (event.key === 'ArrowDown') act = () => move(1);
      else if (event.key === 'ArrowUp') act = () => move(-1);
    }
    if (!act) return;
    event.preventDefault();
    act();
  });

  // --- the last five, and the pinned ones ---

  function load(store, name) {
    try {
      const kept = JSON.parse(store().getItem(name));
      return Array.isArray(kept) ? kept.filter(({ title, url }) => typeof title === 'string' && /^\/(?!\/)/.test(url)) : [];
    } catch {
      return []; // storage may be forbidden
    }
  }

  function keep(store, name, kept) {
    try {
      if (kept.length) store().setItem(name, JSON.stringify(kept));
      else store().removeItem(name);
    } catch {
      // then they are known until the next page
    }
  }

  const session = () => sessionStorage;
  const local = () => localStorage;

  function show(section, kept) {
    section.hidden = kept.length === 0;
    section.querySelector('ol').replaceChildren(...kept.map(({ title, url }) => {
      const link = document.createElement('a');
      link.href = url;
      link.textContent = title;
      const item = document.createElement('li');
      item.append(link);
      return item;
    }));
  }

  const cited = document.getElementById('cited');
  document.addEventListener('copied', (event) => {
    const answer = event.target.closest('.answer');
    if (!answer) return;
    const { title, url } = answer.dataset;
    const kept = [{ title, url }, ...load(session, STORE).filter((other) => other.url !== url)].slice(0, KEPT);
    keep(session, STORE, kept);
    show(cited, kept);
  });

  const pinned = document.getElementById('pinned');
  let pins = load(local, PINS);
  function showPins() {
    show(pinned, pins);
    for (const button of document.querySelectorAll('[data-pin]')) {
      button.setAttribute('aria-pressed', String(pins.some(({ url }) => url === button.closest('.answer').dataset.url)));
    }
  }
  document.addEventListener('click', (event) => {
    const answer = event.target.closest('[data-pin]')?.closest('.answer');
    if (!answer) return;
    const { title, url } = answer.dataset;
    const others = pins.filter((other) => other.url !== url);
    pins = others.length < pins.length ? others : [...pins, { title, url }].slice(-PINNED);
    keep(local, PINS, pins);
    showPins();
  });

  show(cited, load(session, STORE));
  showPins();
  toField();
})();
