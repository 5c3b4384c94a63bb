/* look.js: the theme and the text size that the reader chose at the foot of a page. It stands inside the head of every page,
   so that the choice holds before anything is drawn. Kept in localStorage as "theme" and "size", only once somebody chose;
   choosing the first option of a group removes it. What was chosen without script came as a cookie, and the page with it: that
   stands until somebody chooses here; then it is kept here whole, and the cookie goes. Compacted by view/style.h: each statement
   ends with a semicolon. */
(function () {
  var root = document.documentElement, names = ['theme', 'size'];
  function chosen(name) { return document.querySelector('[name=' + name + ']:checked'); }
  function keep(name, value) {
    if (value) { root.setAttribute('data-' + name, value); } else { root.removeAttribute('data-' + name); }
    try { if (value) { localStorage.setItem(name, value); } else { localStorage.removeItem(name); } } catch (e) { /* storage is forbidden: the page at hand still follows */ }
  }
  names.forEach(function (name) {
    var kept = '';
    try { kept = localStorage.getItem(name) || ''; } catch (e) { /* as above */ }
    if (/^(light|dark|large|huge)$/.test(kept)) { root.setAttribute('data-' + name, kept); }
  });
  document.addEventListener('DOMContentLoaded', function () {
    names.forEach(function (name) {
      var option = document.querySelector('[name=' + name + '][value="' + (root.getAttribute('data-' + name) || '') + '"]');
      if (option) { option.checked = true; }
    });
    var note = document.getElementById('look-kept');
    if (note) { note.hidden = false; }
  });
  document.addEventListener('change', function (event) {
    if (names.indexOf(event.target.name) < 0 || event.target.type !== 'radio') { return; }
    names.forEach(function (name) { keep(name, (chosen(name) || {}).value); });
    if (/(^|; )look=/.test(document.cookie)) { document.cookie = 'look=; Path=/; Max-Age=0; SameSite=Lax'; }
  });
})();
