// Statistics: what was read is counted, exactly, by people; programs stand apart; and only the owner sees it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { BROWSER, load, request } from './http.js';
import { startSite } from './server.js';

const VIEWS = 1000;
const ROBOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';

let site;
before(async () => { site = await startSite(); });
after(() => site?.stop());
const get = (address, options) => request(site.url + address, options);
const stats = async () => {
  site.count();
  return (await get('/stats.json?period=today')).json();
};
const views = (document, iso) => document.regions.find((region) => region.iso === iso)?.views ?? 0;

test('nothing was read yet', async () => {
  const empty = await stats();
  for (const field of ['from', 'to', 'regions', 'guides', 'questions', 'searches', 'missing', 'referrers', 'robots',
    'dropped']) assert.ok(field in empty, field);
  assert.deepEqual([empty.regions, empty.guides, empty.questions, empty.robots, empty.dropped], [[], [], [], 0, 0]);
});

test(`${VIEWS} views are exactly ${VIEWS}`, async () => {
  const { good, failures } = await load(site.url, VIEWS, () => '/region/ru-alt', { headers: { 'User-Agent': BROWSER } });
  assert.equal(good, VIEWS, failures.join('; '));
  assert.equal(views(await stats(), 'ru-alt'), VIEWS);
  assert.equal(views(await stats(), 'ru-alt'), VIEWS, 'and asking again does not count again');
});

test('robots, readers without a name, and prefetching are not people', async () => {
  const before = await stats();
  for (let i = 0; i < 20; i++) await get('/region/ru-alt', { headers: { 'User-Agent': ROBOT } });
  for (let i = 0; i < 5; i++) await get('/region/ru-alt', { headers: { 'User-Agent': '' } });
  for (let i = 0; i < 3; i++) await get('/region/ru-alt', { headers: { 'Sec-Purpose': 'prefetch' } });
  const now = await stats();
  assert.equal(views(now, 'ru-alt'), views(before, 'ru-alt'));
  assert.equal(now.robots - before.robots, 25);
});

test('each kind is counted under its own name', async () => {
  await get('/region/ru-ta');
  await get('/region/ru-ta.json');
  await get('/go/ru-ta');
  await get('/guide/epos-link', { headers: { Referer: 'https://school.example/page' } });
  await get('/q/17');
  await get(`/search?q=${encodeURIComponent('Казань')}`);
  await get('/search?q=xyzzyplugh');
  await get('/no-such-page', { headers: { Referer: 'https://school.example/page' } });
  const now = await stats();
  const tatarstan = now.regions.find((region) => region.iso === 'ru-ta');
  assert.equal(tatarstan.departures, 1);
  assert.ok(tatarstan.views >= 1);
  assert.equal(now.guides.find((guide) => guide.id === 'epos-link').views, 1);
  assert.equal(now.questions.find((question) => question.number === 17).views, 1);
  assert.equal(now.searches.count, 2);
  assert.deepEqual(now.searches.empty.map(({ query, count }) => [query, count]), [['xyzzyplugh', 1]]);
  assert.ok(now.missing.some(({ path, count }) => path === '/no-such-page' && count === 1));
  assert.ok(now.referrers.some(({ host, count }) => host === 'school.example' && count >= 1));
});

test('a page that the browser had kept counts as read; HEAD and errors do not', async () => {
  const { headers } = await get('/region/ru-per');
  assert.equal((await get('/region/ru-per', { headers: { 'If-None-Match': headers.etag } })).status, 304);
  await get('/region/ru-per', { method: 'HEAD' });
  await get('/region/ru-per.csv');
  assert.equal(views(await stats(), 'ru-per'), 2);
});

test('only the owner: a request that somebody forwarded, or for another host, is refused', async () => {
  for (const headers of [{ 'X-Forwarded-For': '127.0.0.1' }, { Forwarded: 'for=127.0.0.1' }, { 'X-Real-IP': '127.0.0.1' },
    { Via: '1.1 proxy' }, { Host: 'evil.example' }]) {
    for (const address of ['/stats', '/stats.json', '/stats.csv']) {
      const { status, text } = await get(address, { headers });
      assert.equal(status, 403, `${address} ${JSON.stringify(headers)}`);
      assert.doesNotMatch(text, /ru-alt/);
    }
  }
});

test('the page and the CSV say the same; nothing of it is kept anywhere', async () => {
  const csv = await get('/stats.csv?period=today');
  assert.equal(csv.status, 200);
  assert.match(csv.headers['content-type'], /^text\/csv/);
  const [names, ...rows] = csv.text.split('\r\n').filter(Boolean).map((line) => line.split(','));
  const altai = rows.find((row) => row[names.indexOf('iso')] === 'ru-alt');
  assert.equal(Number(altai[names.indexOf('views')]), views(await stats(), 'ru-alt'));
  const page = await get('/stats?period=today');
  assert.equal(page.status, 200);
  for (const { headers } of [csv, page]) {
    assert.match(headers['cache-control'], /private/);
    assert.match(headers['cache-control'], /no-store/);
    assert.equal(headers['access-control-allow-origin'], undefined);
  }
});

test('days are chosen by from and to; dates that are none are refused', async () => {
  const past = (await get('/stats.json?from=2020-01-01&to=2020-01-31')).json();
  assert.deepEqual([past.from, past.to, past.regions], ['2020-01-01', '2020-01-31', []]);
  for (const query of ['from=2026-02-30', 'from=yesterday', 'to=2026-1-1', 'from=2026-02-02&to=2026-02-01', "from=';--"]) {
    assert.equal((await get(`/stats.json?${query}`)).status, 400, query);
  }
});

test('no address, cookie or user agent of a reader is written anywhere', async () => {
  const fs = await import('node:fs');
  const path = await import('node:path');
  await get('/region/ru-sve', { headers: { Cookie: 'id=COOKIEMARK', 'User-Agent': `${BROWSER} AGENTMARK` } });
  await stats();
  const folder = path.join(site.state, 'journal');
  const files = [...fs.readdirSync(folder).map((name) => path.join(folder, name)), path.join(site.state, 'tally.db')];
  for (const file of files) {
    const text = fs.readFileSync(file, 'latin1');
    assert.doesNotMatch(text, /COOKIEMARK|AGENTMARK|127\.0\.0\.1|Firefox/, file);
  }
});

test('words of searches: found or not, and whether an answer was opened from them; none that were written on one day only', async () => {
  const ask = (address, more = {}) => get(address, { headers: { 'User-Agent': BROWSER, 'Accept-Language': 'ru', ...more } });
  const from = (query) => ({ Referer: `${site.url}/search?q=${encodeURIComponent(query)}&region=ru-alt` });
  for (let i = 0; i < 4; i++) await ask('/search?q=%D0%9D%D0%95%20%D0%BF%D1%80%D0%B8%D1%85%D0%BE%D0%B4%D0%B8%D1%82%20%D0%BA%D0%BE%D0%B4');
  await ask('/search?q=qwxzwq');
  await ask('/q/7', from('НЕ приходит  код'));
  await ask('/region/ru-per', from('не приходит код'));
  await ask('/q/7', { ...from('не приходит код'), 'User-Agent': ROBOT });
  await ask('/regions', from('не приходит код')); // no answer
  await ask('/q/7', { Referer: 'https://evil.example/search?q=%D1%87%D1%83%D0%B6%D0%BE%D0%B5' });
  await ask('/q/7', from('мой телефон 8 913 123-45-67'));
  const { searches } = await stats();
  assert.deepEqual(searches.words, [], 'all of one day');
  const file = path.join(site.state, 'tally.db');
  const sql = (text) => execFileSync('sqlite3', [file, text], { encoding: 'utf8' }).trim();
  assert.equal(sql("SELECT query || ':' || kind || ' ' || id || ' ' || count FROM chosen WHERE client = 'person' ORDER BY 1"),
    'мой телефон # ### ### ## ##:question 7 1\nне приходит код:question 7 1\nне приходит код:region ru-per 1');
  assert.equal(sql("SELECT count(*) FROM chosen WHERE query LIKE '%чужое%'"), '0');
  // The same words on two days before.
  for (const days of [1, 2]) sql(`INSERT INTO search SELECT date(day, '-${days} days'), client, query, empty, count FROM search WHERE query = 'не приходит код' AND day = (SELECT max(day) FROM search)`);
  const { from: first, to } = (await get('/stats.json?period=today')).json();
  const span = `from=${new Date(Date.parse(first) - 2 * 86_400_000).toISOString().slice(0, 10)}&to=${to}`;
  assert.deepEqual((await get(`/stats.json?of=q/7&${span}`)).json().searches, [], 'of the answer itself too');
  for (const days of [1, 2]) sql(`INSERT INTO chosen SELECT date(day, '-${days} days'), client, query, kind, id, 5 FROM chosen WHERE query = 'не приходит код' AND kind = 'question' AND client = 'person' AND day = (SELECT max(day) FROM chosen)`);
  assert.deepEqual((await get(`/stats.json?of=q/7&${span}`)).json().searches, [{ query: 'не приходит код', count: 11 }]);
  assert.match((await get(`/stats?of=q/7&${span}`)).text, /По каким словам находят[^]*не приходит код<\/a><\/th><td class="n">11</);
  assert.deepEqual((await get(`/stats.json?of=region/ru-per&${span}`)).json().searches, []);
  sql("DELETE FROM chosen WHERE count = 5");
  const { words } = (await get(`/stats.json?${span}`)).json().searches;
  assert.deepEqual(words, [{ query: 'не приходит код', count: 12, empty: 0, chosen: 2 }]);
  assert.match((await get(`/stats?${span}`)).text, /Что искали и открыли ли ответ[^]*не приходит код<\/a><\/th><td class="n">12<\/td><td class="n">2<\/td><td class="n">0<\/td>/);
  assert.match((await get(`/stats.csv?${span}&table=words`)).text, /не приходит код,12,0,2/);
});
