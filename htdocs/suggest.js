/* suggest.js: suggestions while typing, on top of the plain search form. The server matches (/search.json); this shows. Pattern:
   WAI-ARIA Authoring Practices, editable combobox with list autocomplete. What is typed is never changed or replaced: Enter
   without a chosen option submits it as it stands. If anything here fails, the form works as before. Words come from the
   page (data attributes of the form). */
(function () {
  'use strict';
  var form = document.querySelector('form[data-suggest]');
  if (!form || !window.fetch || !window.AbortController) return;
  var input = form.querySelector('input[type=search]');
  var list = document.createElement('ul');
  var status = document.createElement('p');
  var options = [], active = -1, timer = 0, wanted = '', request = null, mousing = false;

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

  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  }

  function choose(index) {
    if (active >= 0) options[active].setAttribute('aria-selected', 'false');
    active = index;
    if (active < 0) return input.removeAttribute('aria-activedescendant');
    options[active].setAttribute('aria-selected', 'true');
    options[active].scrollIntoView({ block: 'nearest' });
    input.setAttribute('aria-activedescendant', options[active].id);
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

  function show(found) {
    list.textContent = '';
    options = [];
    active = -1;
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
    input.removeAttribute('aria-activedescendant');
    status.textContent = form.getAttribute('data-found') + ' ' + options.length;
  }

  function ask() {
    if (request) request.abort();
    request = new AbortController();
    var query = wanted;
    fetch(form.action.replace(/\/?$/, '.json') + '?q=' + encodeURIComponent(query) + '&typing=1', { signal: request.signal })
      .then(function (answer) { return answer.ok ? answer.json() : Promise.reject(answer.status); })
      .then(function (found) { if (query === wanted && document.activeElement === input) show(found); })
      .catch(function () { if (query === wanted) close(); });
  }

  input.addEventListener('input', function () {
    wanted = input.value.trim();
    clearTimeout(timer);
    if (wanted.length < 2) return close();
    timer = setTimeout(ask, 200);
  });

  input.addEventListener('keydown', function (event) {
    var last = options.length - 1;
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Escape' && !list.hidden) { event.preventDefault(); return close(); }
    if (list.hidden) return;
    if (event.key === 'ArrowDown') choose(active < last ? active + 1 : 0);
    else if (event.key === 'ArrowUp') choose(active > 0 ? active - 1 : last);
    else if (event.key === 'Enter' && active >= 0) location.href = options[active].path.pathname;
    else return;
    event.preventDefault();
  });

  list.addEventListener('mousedown', function () { mousing = true; });
  list.addEventListener('click', function (event) {
    var option = event.target.closest('[role=option]');
    mousing = false;
    if (option) location.href = option.path.pathname;
  });
  input.addEventListener('blur', function () { setTimeout(function () { if (!mousing) close(); mousing = false; }, 150); });
}());
