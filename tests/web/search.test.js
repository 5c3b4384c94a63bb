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

// --- the reader's region ---------------------------------------------------------------------------------------------

const spaced = (text) => text.replace(/\u00a0/g, ' ');
const page = async (words, more = '', options = {}) => spaced((await get(`/search?q=${encodeURIComponent(words)}${more}`, options)).text);

test('a region named in the query decides what comes first, and what is about others says whose it is', async () => {
  const found = await search('москва привязать госуслуги к дневнику');
  assert.equal(found.region.iso, 'ru-mow');
  for (const list of [found.questions, found.guides]) {
    const elsewhere = list.map(({ applies }) => applies === false);
    assert.deepEqual(elsewhere, [...elsewhere].sort(), 'those that apply first');
  }
  const strange = [...found.questions, ...found.guides].filter(({ applies }) => applies === false);
  const text = await page('москва привязать госуслуги к дневнику');
  assert.ok(strange.length > 0, 'the query is one that finds another portal’s, too');
  assert.equal([...text.matchAll(/<p class="note">Это (?:про|верно|для)/g)].length, strange.length);
  assert.match(text, /В Москве — /);
  for (const [, url] of text.matchAll(/href="(\/(?:q|guide)\/[^"]+)"/g)) assert.match(url, /\?region=ru-mow$/);
});

test('named counts more than the address, the address more than the memory; JSON remembers nothing', async () => {
  const headers = { Cookie: 'regions=ru-per' };
  const region = async (words, more = '', options = {}) => (await get(`/search.json?q=${encodeURIComponent(words)}${more}`, options)).json().region?.iso;
  assert.equal(await region('барнаул не пускает', '&region=ru-mow'), 'ru-alt');
  assert.equal(await region('не пускает', '&region=ru-mow'), 'ru-mow');
  assert.equal(await region('не пускает', '', { headers }), undefined);
  assert.match(await page('не пускает', '', { headers }), /верно для региона: <a href="\/region\/ru-per">/);
  assert.doesNotMatch(await page('не пускает'), /верно для региона/);
});

test('a complaint has its questions first, a name its regions', async () => {
  const complaint = await page('казань не пускает в дневник');
  assert.ok(complaint.indexOf('<h2>Вопросы</h2>') < complaint.indexOf('<h2>Регионы</h2>'));
  assert.ok(complaint.indexOf('<h2>Вопросы</h2>') > 0);
  const name = await page('алтай');
  assert.ok(name.indexOf('<h2>Регионы</h2>') > 0);
});

test('a place that the directory does not cover is said to be none of ours', async () => {
  const { uncovered, regions } = await search('симферополь');
  assert.ok(uncovered.name);
  assert.deepEqual(regions, []);
  assert.match(await page('симферополь'), new RegExp(`${uncovered.name}: адресов входа оттуда в этом справочнике нет`));
});

test('nothing found: questions to begin with, and whom to ask in the region that is known', async () => {
  const text = await page('xyzzyplugh');
  assert.match(text, /ничего не нашлось/);
  assert.ok([...text.matchAll(/<a href="\/q\/\d+">/g)].length >= 4);
  assert.doesNotMatch(text, /Кого спросить/);
  const there = await page('xyzzyplugh', '', { headers: { Cookie: 'regions=ru-per' } });
  assert.match(there, /Кого спросить: Пермский край/);
  assert.match(there, /Сначала — в школу/);
  assert.match(there, /Порядок обращений по ЭПОС/);
});

test('a correction is announced only where it found something', async () => {
  assert.match(await page('барнауул не пускает'), /Показано по запросу «/);
  assert.doesNotMatch(await page('xyzzyplugh'), /Показано по запросу «/);
  assert.doesNotMatch(await page('оценки не видно'), /Показано по запросу «|Видное/);
});
