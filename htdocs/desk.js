// desk.js: keys of the operator's page, and the last five answers that were copied in this tab. The page works without it,
// as a plain form. Copying itself is copy.js: a key presses the button that is on the page.
(() => {
  'use strict';
  const STORE = 'cited';
  const KEPT = 5;
  const field = document.getElementById('desk-q');
  const answers = [...document.querySelectorAll('.answer')];
  const list = document.querySelector('#cited ol');

  function toField() {
    field.focus();
    field.select();
  }

  // The answer that has the focus, or the first.
  const current = () => answers.find((answer) => answer.contains(document.activeElement)) || answers[0];

  function press(key) {
    const button = document.querySelector(`[data-key="${key}"]`);
    (key === '1' ? button : current()?.querySelector(`[data-key="${key}"]`) || button)?.click();
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
      const digit = /^(?:Digit|Numpad)([123])$/.exec(event.code)?.[1];
      if (digit) act = () => press(digit);
      else if (event.key === 'ArrowDown') act = () => move(1);
      else if (event.key === 'ArrowUp') act = () => move(-1);
    }
    if (!act) return;
    event.preventDefault();
    act();
  });

  // --- the last five ---

  function load() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(STORE));
      return Array.isArray(kept) ? kept.filter(({ title, url }) => typeof title === 'string' && /^\/(?!\/)/.test(url)) : [];
    } catch {
      return []; // storage may be forbidden
    }
  }

  function show(kept) {
    document.getElementById('cited').hidden = kept.length === 0;
    list.replaceChildren(...kept.map(({ title, url }) => {
      const link = document.createElement('a');
      link.href = url;
      link.textContent = title;
      const item = document.createElement('li');
      item.append(link);
      return item;
    }));
  }

  document.addEventListener('copied', (event) => {
    const answer = event.target.closest('.answer');
    if (!answer) return;
    const { title, url } = answer.dataset;
    const kept = [{ title, url }, ...load().filter((other) => other.url !== url)].slice(0, KEPT);
    try {
      sessionStorage.setItem(STORE, JSON.stringify(kept));
    } catch {
      // then they are known until the next page
    }
    show(kept);
  });

  show(load());
  toField();
})();
