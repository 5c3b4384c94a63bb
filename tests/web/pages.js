// pages.js: one address of each kind of page, for tests that go through all of them.

// HTML pages that anyone may see.
export const PAGES = [
  '/', '/regions', '/region/ru-alt', '/region/ru-ta', '/region/ru-chu', '/guides', '/guide/epos-link',
  '/guide/epos-link?region=ru-per', '/guide/epos-link?region=ru-mow', '/guide/child-under-14?region=ru-rya', '/guide/gosuslugi-register',
  '/guides?region=ru-mow', '/questions', '/questions?region=ru-per', '/q/6?region=ru-per', '/q/6?where=%D0%BD%D0%BE%D0%B2%D0%B3%D0%BE%D1%80%D0%BE%D0%B4', '/q/7', '/q/17',
  '/search', '/search?q=%D0%B1%D0%B0%D1%80%D0%BD%D0%B0%D1%83%D0%BB', '/search?q=xyzzy', '/search?q=xyzzy&region=ru-per', '/about', '/privacy', '/accessibility', '/styleguide', '/changes',
  '/desk', '/desk?q=22%20%D0%BF%D0%B0%D1%80%D0%BE%D0%BB%D1%8C', '/embed/region/ru-alt', '/embed/region/ru-chu', '/embed/guide/epos-link',
  '/embed/q/17', '/embed/q/6?region=ru-rya',
  '/for-schools', '/for-schools?page=/region/ru-alt&kind=frame', '/for-schools?page=/q/7&region=ru-per&kind=poster&school=%D0%A8%D0%BA%D0%BE%D0%BB%D0%B0%203',
  '/check', '/check?address=netschool.edu22.info', '/check?address=https://es.ciur.ru/', '/check?address=www.gosuslugi.ru',
  '/check?address=login.dnevnik.ru', '/check?address=https://netsch00l.edu22.info/',
];

// Their other representations.
export const DATA = [
  '/regions.json', '/regions.csv', '/region/ru-alt.json', '/region/ru-alt.txt', '/guides.json', '/guides.txt',
  '/guide/epos-link.json', '/guide/epos-link.txt', '/questions.json', '/questions.txt', '/q/7.json', '/q/7.txt', '/q/7.txt?region=ru-per',
  '/search.json?q=%D0%BA%D0%B0%D0%B7%D0%B0%D0%BD%D1%8C', '/health',
  '/changes.json', '/changes.atom', '/qr/q/17', '/qr/region/ru-alt', '/regions.csv?sep=semicolon',
  '/check.json?address=netschool.edu22.info', '/directory.json', '/directory.csv', '/openapi.json',
];

// Addresses that answer with an error page, and its status.
export const ERRORS = [
  ['/no-such-page', 404], ['/region/ru-xx', 404], ['/q/9999', 404], ['/guide/no-such-guide', 404],
  ['/region/ru-alt.csv', 404], ['/q/17?r=99', 404], ['/guide/epos-link?region=%3Cscript%3E', 400], ['/regions.csv?sep=tab', 400], ['/for-schools?kind=banner', 400],
];
