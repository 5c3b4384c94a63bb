/* suggest.js: suggestions while typing, on top of the plain search form. The server matches (/search.json); this shows. Pattern:
   WAI-ARIA Authoring Practices, editable combobox, list autocomplete with manual selection (tests/web/combobox.test.js). What is
   typed is never changed or replaced: Enter without a chosen option submits it as it stands. If anything here fails, the form
   works as before. Words come from the page (data attributes of the form).

   One rule holds the whole: a list that is open is the answer to what stands in the field, which has the focus. So whatever
   changes the field, takes the focus or leaves the page closes the list and drops the question that is on its way. */
(function () {
  'use strict';
  var form = document.querySelector('form[data-suggest]');
  if (!form || !window.fetch || !window.AbortController) return;
  var input = form.querySelector('input[type=search]');
  var list = document.createElement('ul');
  var status = document.createElement('p');
  var options = [], active = -1, timer = 0, request = null;

  list.id = input.id + '-list';
  list.className = 'options';
  list.hidden = true;
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', form.getAttribute('data-label'));
  status.className = 'unseen';
  status.setAttribute('role', 'status');
  input.setAttribute('role', 'combobox');
  input.setAttribute('aria-autocomplete', 'list');
  input.setAttribute('aria-expanded', 'false');
  input.setAttribute('aria-controls', list.id);
  input.parentNode.appendChild(list);
  form.appendChild(status);

  function choose(index) {
    if (active >= 0) options[active].setAttribute('aria-selected', 'false');
    active = index;
    if (active < 0) return input.removeAttribute('aria-activedescendant');
    options[active].setAttribute('aria-selected', 'true');
    options[active].scrollIntoView({ block: 'nearest' });
    input.setAttribute('aria-activedescendant', options[active].id);
  }

  function close() {
    clearTimeout(timer);
    timer = 0;
    if (request) request.abort();
    request = null;
    choose(-1);
    list.hidden = true;
    list.textContent = '';
    options = [];
    input.setAttribute('aria-expanded', 'false');
  }

  /* Closed by the reader: then a number of suggestions is no news any more. */
  function dismiss() {
    close();
    status.textContent = '';
  }

  function go(option) {
    var path = option.path;
    dismiss();
    location.href = path.pathname + path.search;
  }

  function add(url, number, title, note) {
    var option = document.createElement('li');
    option.id = list.id + '-' + options.length;
    option.setAttribute('role', 'option');
    option.setAttribute('aria-selected', 'false');
    option.path = new URL(url, location.href);
    [['num', number], ['', title], ['note', note]].forEach(function (part) {
      if (!part[1]) return;
      var span = document.createElement('span');
      span.className = part[0];
      span.textContent = part[1];
      option.appendChild(span);
      option.appendChild(document.createTextNode(' '));
    });
    options.push(option);
    list.appendChild(option);
  }

  /* want: which option is to be chosen at once: 0 the first, -1 the last, null none. */
  function show(found, want) {
    close();
    (found.regions || []).slice(0, 6).forEach(function (region) {
      var name = region.short || region.name;
      add(region.url, region.code, name, region.matched === name || region.matched === region.name || region.matched === region.code ? '' : region.matched);
    });
    (found.questions || []).slice(0, 3).forEach(function (question) {
      add(question.url, question.number, question.title, '');
    });
    (found.guides || []).slice(0, 2).forEach(function (guide) {
      add(guide.url, '', guide.title, '');
    });
    options.forEach(function (option, index) {
      option.setAttribute('aria-posinset', index + 1);
      option.setAttribute('aria-setsize', options.length);
    });
    list.hidden = !options.length;
    input.setAttribute('aria-expanded', String(!list.hidden));
    if (want !== null && options.length) choose(want < 0 ? options.length - 1 : want);
    status.textContent = form.getAttribute('data-found') + ' ' + options.length;
  }

  /* Asks for what stands in the field now. An answer that was dropped meanwhile is not the one in hand any more. */
  function ask(want) {
    var query = input.value.trim(), mine;
    close();
    if (query.length < 2) return;
    mine = request = new AbortController();
    fetch(form.action.replace(/\/?$/, '.json') + '?q=' + encodeURIComponent(query) + '&typing=1', { signal: mine.signal })
      .then(function (answer) { return answer.ok ? answer.json() : Promise.reject(answer.status); })
      .then(function (found) { if (mine === request && query === input.value.trim() && document.activeElement === input) show(found, want); })
      .catch(function () { if (mine === request) close(); });
  }

  function arrow(event, step) {
    var last = options.length - 1, from = step > 0 ? 0 : -1;
    if (event.altKey) {
      if (step < 0) dismiss();
      else if (list.hidden) ask(null);
    } else if (list.hidden) ask(from);
    else if (active < 0) choose(step > 0 ? 0 : last);
    else choose((active + step + options.length) % options.length);
    event.preventDefault();
  }

  /* Also in the middle of a composition: phones compose every word. */
  input.addEventListener('input', function () {
    close();
    if (document.activeElement === input) timer = setTimeout(ask, 200, null);
  });

  input.addEventListener('keydown', function (event) {
    /* a window that is not in front moves its focus without telling (Firefox) */
    if (event.key === 'Tab') return dismiss();
    if (event.isComposing || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.key === 'ArrowDown') return arrow(event, 1);
    if (event.key === 'ArrowUp') return arrow(event, -1);
    if (event.altKey) return;
    /* What is typed is kept: Escape empties a field only where there was nothing else to end. */
    if (event.key === 'Escape' && (!list.hidden || request || timer)) { event.preventDefault(); return dismiss(); }
    if (event.key === 'Enter' && active >= 0) { event.preventDefault(); return go(options[active]); }
    /* Keys that move in the text take the reader back to it. */
    if (/^(ArrowLeft|ArrowRight|Home|End)$/.test(event.key)) choose(-1);
  });

  /* The focus never leaves the field for the list, so a press that is taken elsewhere changes nothing. */
  list.addEventListener('mousedown', function (event) { event.preventDefault(); });
  list.addEventListener('click', function (event) {
    var option = event.target.closest('[role=option]');
    if (option) go(option);
  });
  input.addEventListener('blur', dismiss);
  form.addEventListener('submit', dismiss);
  /* A page that is come back to may stand as it was left (back/forward cache), with its field filled anew. */
  window.addEventListener('pagehide', dismiss);
  window.addEventListener('pageshow', function (event) { if (event.persisted) dismiss(); });
}());
