// copy.js: "copy" buttons. Pages work without it: the buttons stand hidden in the page ([data-copies]) and are shown only
// where this runs. A button names the element whose text or value it copies (data-copy="id"); the live region #copied
// says what came of it, in the words of its own attributes. Others may listen for the event "copied" on the button.
(() => {
  'use strict';
  const status = document.getElementById('copied');
  if (!status) return;

  // Where the page came without TLS there is no clipboard object; the old command still works there.
  function copyOldWay(text) {
    const field = document.createElement('textarea');
    field.value = text;
    field.setAttribute('readonly', '');
    field.className = 'unseen';
    document.body.append(field);
    const before = document.activeElement;
    field.select();
    const done = document.execCommand('copy');
    field.remove();
    if (before instanceof HTMLElement) before.focus();
    return done;
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return copyOldWay(text);
    }
  }

  // Emptied first, so that the same words are said again the second time.
  let timer;
  function say(words) {
    clearTimeout(timer);
    status.textContent = '';
    timer = setTimeout(() => {
      status.textContent = words;
      timer = setTimeout(() => { status.textContent = ''; }, 4000);
    }, 50);
  }

  document.addEventListener('click', async (event) => {
    const button = event.target.closest('[data-copy]');
    if (!button) return;
    const source = document.getElementById(button.dataset.copy);
    const done = await copy((source.value ?? source.textContent).trim());
    say(done ? status.dataset.done : status.dataset.failed);
    if (done) button.dispatchEvent(new CustomEvent('copied', { bubbles: true }));
  });

  for (const row of document.querySelectorAll('[data-copies]')) row.hidden = false;
})();
