/* look.js: the theme and the text size that the reader chose at the foot of a page. It stands inside the head of every page,
   so that the choice holds before anything is drawn. Kept in localStorage as "theme" and "size", only once somebody chose;
   choosing the first option of a group removes it. Compacted by view/style.h: each statement ends with a semicolon. */
(function () {
  var root = document.documentElement;
  ['theme', 'size'].forEach(function (name) {
    var kept = '';
    try { kept = localStorage.getItem(name) || ''; } catch (e) { /* storage is forbidden: the page at hand still follows */ }
    if (/^(light|dark|large|huge)$/.test(kept)) { root.setAttribute('data-' + name, kept); } else { kept = ''; }
    document.addEventListener('DOMContentLoaded', function () {
      var chosen = document.querySelector('[name=' + name + '][value="' + kept + '"]');
      if (chosen) { chosen.checked = true; }
    });
    document.addEventListener('change', function (event) {
      var value = event.target.value;
      if (event.target.name !== name || event.target.type !== 'radio') { return; }
      if (value) { root.setAttribute('data-' + name, value); } else { root.removeAttribute('data-' + name); }
      try { if (value) { localStorage.setItem(name, value); } else { localStorage.removeItem(name); } } catch (e) { /* as above */ }
    });
  });
})();
