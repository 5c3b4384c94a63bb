// Regions: all of them are there, and the addresses that the directory exists for are the right ones.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { request } from './http.js';
import { startSite } from './server.js';

const ADDRESSES = [
  ['ru-mos', 'https://myschool.mosreg.ru'],
  ['ru-klu', 'https://education.admoblkaluga.ru'],
  ['ru-ta', 'https://ms-edu.tatar.ru'],
  ['ru-da', 'https://myschool.05edu.ru'],
  ['ru-tyu', 'https://myschool.72to.ru'],
  ['ru-alt', 'https://netspo.edu22.info/'],
  ['ru-alt', 'https://netschool.edu22.info/'],
];

let site;
before(async () => { site = await startSite(); });
after(() => site?.stop());
const get = (path, options) => request(site.url + path, options);

test('there are 83 regions, each once, with the fields that others rely on', async () => {
  const { regions } = (await get('/regions.json')).json();
  assert.equal(regions.length, 83);
  assert.equal(new Set(regions.map((region) => region.iso)).size, 83);
  assert.equal(new Set(regions.map((region) => region.code)).size, 83);
  for (const region of regions) {
    assert.match(region.iso, /^ru-[a-z]{2,3}$/);
    assert.equal(region.url, `${site.url}/region/${region.iso}`);
    assert.ok(region.name.length > 3, region.iso);
    assert.ok(Array.isArray(region.logins), region.iso);
  }
});

test('every region has a page, its JSON twin and its text', async () => {
  const { regions } = (await get('/regions.json')).json();
  for (const { iso, name } of regions) {
    const page = await get(`/region/${iso}`);
    assert.equal(page.status, 200, iso);
    assert.ok(page.text.includes(name), `${iso}: the page names the region`);
    const twin = (await get(`/region/${iso}.json`)).json();
    assert.equal(twin.iso, iso);
    assert.equal((await get(`/region/${iso}.txt`)).status, 200, iso);
  }
});

test('the front page links every region', async () => {
  const { regions } = (await get('/regions.json')).json();
  const front = (await get('/')).text;
  for (const { iso } of regions) assert.ok(front.includes(`href="/region/${iso}"`), iso);
});

for (const [iso, address] of ADDRESSES) {
  test(`${address} is on the page of ${iso}, in its JSON and in the table`, async () => {
    const page = (await get(`/region/${iso}`)).text;
    assert.ok(page.includes(`href="${address}"`), 'a link on the page');
    const { logins } = (await get(`/region/${iso}.json`)).json();
    assert.ok(logins.some((login) => login.url === address), 'in the JSON');
    const lines = (await get('/regions.csv')).text.split('\r\n');
    assert.ok(lines.some((line) => line.startsWith(iso) && line.split(',').includes(address)), 'in the CSV');
    assert.ok((await get('/regions')).text.includes(address), 'in the table');
  });
}

test('JSON of a region: the fields of the promise', async () => {
  const region = (await get('/region/ru-alt.json')).json();
  for (const field of ['iso', 'code', 'name', 'kind', 'capital', 'timezone', 'url', 'logins', 'former', 'contacts',
    'guides', 'questions']) assert.ok(field in region, field);
  assert.equal(region.code, '22');
  assert.equal(region.timezone, 'Asia/Barnaul');
  assert.ok(region.guides.length > 0 && region.questions.length > 0 && region.contacts.length > 0);
  for (const login of region.logins) {
    for (const field of ['url', 'portal', 'audience', 'via', 'status', 'since', 'source', 'checked']) {
      assert.ok(field in login, field);
    }
    assert.ok(login.portal.id && login.portal.name);
    assert.match(login.via, /^(esia|password|both|unknown)$/);
    assert.match(login.status, /^(current|transition|optional|college)$/);
  }
});

test('a region without a known address says so, and names none', async () => {
  const { logins } = (await get('/region/ru-chu.json')).json();
  assert.deepEqual(logins, []);
  const page = await get('/region/ru-chu');
  assert.equal(page.status, 200);
  assert.match(page.text, /не известен/);
});

test('CSV: one header line, RFC 4180 line ends, one line for each address', async () => {
  const response = await get('/regions.csv');
  assert.match(response.headers['content-type'], /^text\/csv/);
  const lines = response.text.split('\r\n').filter(Boolean);
  assert.match(lines[0], /^iso,code,region,/);
  const { regions } = (await get('/regions.json')).json();
  const rows = regions.reduce((sum, region) => sum + Math.max(1, region.logins.length), 0);
  const addresses = regions.reduce((sum, region) => sum + region.logins.length, 0);
  assert.ok([rows, addresses].includes(lines.length - 1), `${lines.length - 1} lines for ${addresses} addresses`);
});

test('/go sends to the address in use, today and not for ever', async () => {
  const there = await get('/go/ru-ta');
  assert.equal(there.status, 303);
  assert.equal(there.headers.location, 'https://ms-edu.tatar.ru');
  assert.match(there.headers['cache-control'], /no-store/);
});

test('/go with one school address and a college one goes to the school', async () => {
  const there = await get('/go/ru-alt');
  assert.equal(there.status, 303);
  assert.equal(there.headers.location, 'https://netschool.edu22.info/');
});

test('/go without a known address goes to the region’s page; an unknown region is 404', async () => {
  const there = await get('/go/ru-chu');
  assert.equal(there.status, 303);
  assert.match(there.headers.location, /\/region\/ru-chu$/);
  assert.equal((await get('/go/ru-xx')).status, 404);
});

for (const [code, iso] of [['22', 'ru-alt'], ['122', 'ru-alt'], ['01', 'ru-ad'], ['1', 'ru-ad'], ['16', 'ru-ta']]) {
  test(`/${code} is the region ${iso}`, async () => {
    const there = await get(`/${code}`);
    assert.equal(there.status, 301);
    assert.match(there.headers.location, new RegExp(`/region/${iso}$`));
  });
}

test('a code that no region has is 404', async () => {
  assert.equal((await get('/999')).status, 404);
});

test('/health names the snapshot', async () => {
  const response = await get('/health');
  assert.equal(response.status, 200);
  const health = response.json();
  assert.equal(health.regions, 83);
  assert.ok(health.snapshot.length >= 8);
  assert.match(health.published, /^20\d\d-\d\d-\d\dT/);
  assert.equal(health.journal, 'ok');
});
