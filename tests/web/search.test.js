// Search: what a parent types leads to the region; what an operator types leads to the answer.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { request } from './http.js';
import { startSite } from './server.js';

let site;
before(async () => { site = await startSite(); });
after(() => site?.stop());
const get = (address, options) => request(site.url + address, options);
const search = async (words) => (await get(`/search.json?q=${encodeURIComponent(words)}`)).json();

for (const [words, iso] of [
  ['Барнаул', 'ru-alt'], ['барнаул', 'ru-alt'], ['БАРНАУЛ', 'ru-alt'], ['  барнаул ', 'ru-alt'], ['барн', 'ru-alt'],
  ['Алтайский край', 'ru-alt'], ['22', 'ru-alt'], ['122', 'ru-alt'], ['656049', 'ru-alt'],
  ['Казань', 'ru-ta'], ['Татарстан', 'ru-ta'], ['16', 'ru-ta'], ['Махачкала', 'ru-da'], ['Тюмень', 'ru-tyu'],
  ['Калуга', 'ru-klu'], ['Московская область', 'ru-mos'], ['Орёл', 'ru-orl'], ['Орел', 'ru-orl'],
  ['Пермь', 'ru-per'], ['ЧАО', 'ru-chu'],
]) {
  test(`«${words}» finds ${iso} first`, async () => {
    const { regions } = await search(words);
    assert.equal(regions[0]?.iso, iso, JSON.stringify(regions.map((region) => region.iso)));
  });
}

test('JSON: the fields of the promise', async () => {
  const found = await search('пароль');
  assert.equal(found.query, 'пароль');
  for (const field of ['regions', 'guides', 'questions']) assert.ok(Array.isArray(found[field]), field);
  assert.ok(found.guides.length + found.questions.length > 0);
  for (const guide of found.guides) assert.ok(guide.id && guide.title && guide.url);
  for (const question of found.questions) assert.ok(question.number && question.title && question.url);
  const [region] = (await search('Барнаул')).regions;
  assert.ok(region.iso && region.name && region.url && region.matched);
});

test('a question by its number, and by its words', async () => {
  assert.equal((await search('17')).questions[0]?.number, 17);
  const { questions } = await search('одного ребёнка');
  assert.ok(questions.some((question) => question.number === 8));
});

test('exactly one region, asked from the front page: straight to it', async () => {
  const there = await get(`/search?q=${encodeURIComponent('Барнаул')}&go=1`);
  assert.equal(there.status, 303);
  assert.match(there.headers.location, /\/region\/ru-alt$/);
  assert.equal((await get(`/search?q=${encodeURIComponent('Барнаул')}`)).status, 200, 'not without go');
});

test('nothing found is said, and is no error', async () => {
  const response = await get('/search?q=xyzzyplugh');
  assert.equal(response.status, 200);
  const found = await search('xyzzyplugh');
  assert.deepEqual([found.regions, found.guides, found.questions], [[], [], []]);
});

for (const words of ['', ' ', '"', "'", '*', '%', '_', 'a OR b', 'NEAR(', '^', '\\', '-', '--', ';', '🎒', 'ё'.repeat(40),
  '(((((', 'AND', '"a', "' OR 1=1 --", '{{name}}', '</script>', '‮abc', '٣', '1'.repeat(30)]) {
  test(`query ${JSON.stringify(words.slice(0, 20))} is answered`, async () => {
    const response = await get(`/search?q=${encodeURIComponent(words)}`);
    assert.equal(response.status, 200);
    (await get(`/search.json?q=${encodeURIComponent(words)}`)).json();
  });
}

test('a query longer than the field allows is refused or cut, never an error of ours', async () => {
  const { status } = await get(`/search?q=${encodeURIComponent('я'.repeat(150))}`);
  assert.ok([200, 400].includes(status), String(status));
});
