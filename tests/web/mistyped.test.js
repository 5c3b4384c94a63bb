// Mistyped addresses: what people and chat programs add to an address leads where it was meant to lead, if that is one page
// and the page is there; everything else stays a 404. Never to another site, and never counted twice.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { request } from './http.js';
import { startSite } from './server.js';

let site;
before(async () => { site = await startSite(); });
after(async () => { await site?.stop(); });

const get = (path, options = {}) => request(`${site.url}${path}`, options);
const encoded = (text) => text.replace(/[^\x21-\x7e]/gu, (c) => encodeURIComponent(c));

// As sent -> where it leads.
const MEANT = [
  // the sentence around it
  ['/q/7.', '/q/7'], ['/q/7)', '/q/7'], ['/q/7,', '/q/7'], ['/q/7;', '/q/7'], ['/q/7:', '/q/7'], ['/q/7!', '/q/7'], ['/q/7).', '/q/7'],
  ['/q/7…', '/q/7'], ['/q/7»', '/q/7'], ['/q/7».', '/q/7'], ['/q/«7»', '/q/7'], ['/q/7”', '/q/7'], ["/q/7'", '/q/7'], ['/q/7%22', '/q/7'],
  ['/q/7%3E', '/q/7'], ['/q/7]', '/q/7'], ['/q/7*', '/q/7'], ['/q/№7', '/q/7'], ['/q/7./', '/q/7'],
  ['/region/ru-alt,', '/region/ru-alt'], ['/region/ru-alt».', '/region/ru-alt'], ['/guide/epos-link.', '/guide/epos-link'],
  ['/22.', '/22'], ['/22)', '/22'], ['/regions.', '/regions'], ['/about,', '/about'], ['/check)', '/check'], ['/questions»', '/questions'],
  ['/go/ru-alt.', '/go/ru-alt'],
  // spaces, and what the eye does not see
  ['/q/7%20', '/q/7'], ['/q/%207', '/q/7'], ['/q/7%C2%A0', '/q/7'], ['/q/7%E2%80%8B', '/q/7'], ['/q/%E2%80%8E7', '/q/7'], ['/region/ru-%C2%ADalt', '/region/ru-alt'],
  ['/q/7%EF%BB%BF', '/q/7'], ['/%EF%BB%BFq/7', '/q/7'], ['/q/7%', '/q/7'], ['/q/7%2', '/q/7'],
  // capitals, and letters of the other alphabet
  ['/Region/RU-ALT', '/region/ru-alt'], ['/region/RU-ALT.', '/region/ru-alt'], ['/region/ru-аlt', '/region/ru-alt'], ['/region/RU-АLТ', '/region/ru-alt'],
  ['/region/ru-ѕpe', '/region/ru-spe'], ['/guidе/ероs-link', '/guide/epos-link'],
  // the hyphen that a telephone makes long, or a person leaves out
  ['/region/ru–alt', '/region/ru-alt'], ['/region/ru—alt', '/region/ru-alt'], ['/region/ru_alt', '/region/ru-alt'], ['/region/ru%20alt', '/region/ru-alt'],
  ['/guide/epos_link', '/guide/epos-link'], ['/region/alt', '/region/ru-alt'], ['/go/alt', '/go/ru-alt'],
  // the beginning
  ['/questions/7', '/q/7'], ['/question/7', '/q/7'], ['/q7', '/q/7'], ['/q/07', '/q/7'], ['/regions/ru-alt', '/region/ru-alt'], ['/regions/alt', '/region/ru-alt'],
  ['/region/22', '/22'], ['/ru-alt', '/region/ru-alt'], ['/guides/epos-link', '/guide/epos-link'], ['/epos-link', '/guide/epos-link'],
  // what others place or read
  ['/q/7.json,', '/q/7.json'], ['/region/ru-alt.json)', '/region/ru-alt.json'], ['/q/7).txt', '/q/7.txt'], ['/embed/q/7.', '/embed/q/7'], ['/embed/region/ru-alt.svg)', '/embed/region/ru-alt.svg'],
  ['/qr/q/7.svg,', '/qr/q/7.svg'], ['/directory.csv.', '/directory.csv'],
  // parameters: kept, and mended
  ['/q/7.?region=ru-per', '/q/7?region=ru-per'], ['/q/7?region=ru-per.', '/q/7?region=ru-per'], ['/q/7?region=ru-per)', '/q/7?region=ru-per'],
  ['/q/7?region=RU-PER', '/q/7?region=ru-per'], ['/q/7?region=ru-per%C2%BB', '/q/7?region=ru-per'], ['/q/7)?region=ru-per.', '/q/7?region=ru-per'],
  ['/guide/epos-link?region=ru-рer&utm_source=a%20b', '/guide/epos-link?region=ru-per&utm_source=a%20b'],
];

for (const [sent, meant] of MEANT) {
  test(`${sent} is ${meant}`, async () => {
    let answer = await get(encoded(sent));
    const hops = [];
    for (let location = answer.headers.location; answer.status === 301 && hops.length < 3 && location !== meant; location = answer.headers.location) {
      hops.push(location); // capital letters are one step of their own where another program answers
      answer = await get(location);
    }
    assert.equal(answer.status, 301);
    assert.equal(answer.headers.location, meant);
    assert.ok(hops.length <= 1, hops.join(' '));
    assert.equal(answer.headers['x-vhod-counted'], 'no; uncounted');
    assert.ok([200, 301, 303].includes((await get(meant)).status));
  });
}

const NOBODY = ['/q/777.', '/region/ru-zzz,', '/guide/no-such-guide)', '/q/7x', '/q/7.8', '/nothing', '/region/мск', '/barnaul.', '/.env', '/.git/config', '/wp-login.php',
  '/region/ru-alt,ru-per', '/q/7,8', '/embed/nothing.', '/q/7.php', '/%D0%91%D0%B0%D1%80%D0%BD%D0%B0%D1%83%D0%BB', '/qq/7', '/q/-7', '/q/7?region=nowhere.', '/q/%FF'];
for (const address of NOBODY) {
  test(`${address} means nobody`, async () => {
    const { status, headers } = await get(encoded(address));
    assert.ok([400, 404].includes(status), String(status));
    assert.equal(headers.location, undefined);
  });
}

test('never to another site', async () => {
  const hostile = ['/,/evil.example', '/./evil.example', '/)//evil.example', '/%5C/evil.example', '/%5Cevil.example.', '//evil.example.', '/%09/evil.example',
    '/%E2%80%8B/evil.example', '/%EF%BB%BF/evil.example', '/%EF%BB%BF%2Fevil.example', '/q/7%0d%0aLocation:%20//evil.example', '/«/evil.example', '/ /q/7', '/https://evil.example/q/7.'];
  for (const address of hostile) {
    const { status, headers } = await get(encoded(address));
    assert.ok(status >= 400 || /^\/(?!\/)/.test(headers.location ?? '/'), `${address}: ${status} ${headers.location}`);
    assert.doesNotMatch(headers.location ?? '', /evil/, address);
  }
});

test('a form is not sent on', async () => {
  const { status } = await get('/report.', { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: 'page=%2Fq%2F7&choice=helped' });
  assert.ok([404, 405].includes(status), String(status));
});

test('one view is counted, at the page that was meant, and nothing is missing', async () => {
  const { headers } = await get('/q/41).');
  assert.equal((await get(headers.location)).headers['x-vhod-counted'], 'yes');
  site.count();
  const stats = JSON.parse((await request(`${site.url}/stats.json?period=today`)).text);
  assert.equal(stats.questions.find(({ number }) => number === 41)?.views, 1);
  assert.deepEqual(stats.missing.filter(({ path }) => /41/.test(path)), []);
});
