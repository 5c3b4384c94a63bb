// Regions: all of them are there, and the addresses that the directory exists for are the right ones.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
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
  const bare = await startSite({ copyData: true });
  try {
    const file = path.join(bare.data, 'regions/RU-CHU.ini');
    fs.writeFileSync(file, fs.readFileSync(file, 'utf8').split(/^\[login\./m)[0].replace(/^choose.*\n/m, ''));
    const published = bare.vhod('publish');
    assert.equal(published.status, 0, published.stderr);
    const { logins } = (await request(`${bare.url}/region/ru-chu.json`)).json();
    assert.deepEqual(logins, []);
    const page = await request(`${bare.url}/region/ru-chu`);
    assert.equal(page.status, 200);
    assert.match(page.text, /не известен/);
    const there = await request(`${bare.url}/go/ru-chu`);
    assert.equal(there.status, 303);
    assert.match(there.headers.location, /\/region\/ru-chu$/);
    const guide = await request(`${bare.url}/guide/moya-shkola-login?region=ru-chu`);
    assert.match(guide.text.replace(/\u00a0/g, ' '), /Это про «Моя школа»/);
    assert.doesNotMatch(guide.text, /class="btn big"/);
  } finally {
    await bare.stop();
  }
});

// Ordinary spaces for no-break ones.
const spaced = (text) => text.replace(/\u00a0/g, ' ');

test('an address is shown as it must be typed, everywhere; JSON keeps the machine’s', async () => {
  const { regions } = (await get('/regions.json')).json();
  const table = (await get('/regions')).text;
  for (const { iso, logins } of regions) {
    const page = (await get(`/region/${iso}`)).text;
    const text = (await get(`/region/${iso}.txt`)).text;
    for (const { url, typed } of logins) {
      const { hostname, pathname, port } = new URL(url);
      assert.ok(typed.endsWith(pathname === '/' ? '' : pathname), typed);
      if (/^xn--|\.xn--/.test(hostname)) assert.doesNotMatch(typed, /xn--/);
      else assert.ok(typed.includes(hostname.replace(/^www\.(?=gosuslugi\.ru$)/, '')), typed);
      assert.equal(typed.includes('://'), url.startsWith('http:') || port !== '', typed);
      assert.ok(page.includes(`<small>${typed}</small>`), `${iso}: the button says ${typed}`);
      assert.ok(table.includes(`>${typed}</a>`), `the table says ${typed}`);
      assert.ok(text.includes(`: ${typed}\n`), `the text says ${typed}`);
    }
  }
  assert.match((await get('/region/ru-vla')).text, /<small>школа\.образование33\.рф<\/small>/);
  assert.match((await get('/region/ru-ark')).text, /<small>login\.dnevnik\.ru\/login\/[^<]+<\/small>/);
  assert.ok(regions.flatMap(({ logins }) => logins).some(({ typed }) => typed === 'gosuslugi.ru/school'));
});

test('how sure an address is follows from its sources, which stand there with dates', async () => {
  const { regions } = (await get('/regions.json')).json();
  let one = 0;
  let several = 0;
  for (const { iso, logins } of regions) {
    const page = spaced((await get(`/region/${iso}`)).text);
    for (const { sources, source_count: count, origin_count: origins, confidence } of logins) {
      assert.equal(sources.length, count);
      assert.equal(confidence, origins > 1 ? 'high' : 'medium', iso);
      for (const { url, title } of sources) assert.ok(page.includes(url ? `href="${url.replace(/&/g, '&amp;')}"` : title), `${iso}: ${title}`);
      if (count === 1) assert.match(page, /Адрес известен из одного источника\./);
      if (origins > 1) assert.ok(page.includes(`Адрес подтверждают независимые источники: ${origins}.`), iso);
      one += count === 1;
      several += origins > 1;
    }
  }
  assert.ok(one > 0 && several > 0, `${one} with one source, ${several} with several`);
});

test('where sources disagree, the page says so beside the address', async () => {
  const { logins } = (await get('/region/ru-per.json')).json();
  const doubts = logins.flatMap(({ doubt }) => doubt ?? []);
  assert.ok(doubts.length > 0);
  const page = spaced((await get('/region/ru-per')).text);
  for (const doubt of doubts) assert.ok(page.includes(`<p class="doubt">${doubt}`), doubt);
});

test('whom to call: a region without a contact of its own says the school, and what to have ready', async () => {
  const { regions } = (await get('/regions.json')).json();
  let asked = 0;
  for (const { iso } of regions) {
    const region = (await get(`/region/${iso}.json`)).json();
    const page = spaced((await get(`/region/${iso}`)).text);
    assert.equal(page.includes('Сначала — в школу'), region.ask_school, iso);
    if (region.ask_school) {
      asked += 1;
      assert.match(page, /что написано на экране/);
      assert.match(page, /класс ребёнка/);
      assert.doesNotMatch(page, /<h3>Школа ребёнка<\/h3>/, `${iso}: once`);
    }
    const where = region.contacts.filter((contact) => contact.where);
    assert.equal(page.includes('Где узнать телефон поддержки'), where.length > 0, iso);
    const order = region.contacts.map((contact) => contact.where);
    assert.deepEqual(order, [...order].sort(), `${iso}: numbers first, then where to find out`);
    for (const { name, phone, sources, is_school: school } of region.contacts) {
      if (school) continue;
      assert.ok(page.includes(`<h3>${name}</h3>`), `${iso}: ${name}`);
      if (phone) assert.ok(page.includes(`>${phone}</a>`));
      for (const { title } of sources) assert.ok(page.includes(title), `${iso}: ${title}`);
    }
  }
  assert.ok(asked > 0);
});

test('a telephone number never breaks: no-break spaces on pages and in texts, ordinary ones in JSON', async () => {
  const { contacts } = (await get('/q/12.json')).json();
  const { phone } = contacts.find((contact) => contact.phone);
  assert.match(phone, /^[\d +()-]+$/);
  for (const address of ['/q/12', '/q/12.txt']) {
    const text = (await get(address)).text.replace(/<script[^]*?<\/script>/g, '');
    assert.ok(text.includes(phone.replaceAll(' ', '\u00a0')), address);
    assert.ok(!text.includes(phone), address);
  }
});

test('what is filled into the beginning of a sentence begins with a capital', async () => {
  const { regions } = (await get('/regions.json')).json();
  for (const { iso, place } of regions.slice(0, 12)) {
    for (const address of [`/guide/epos-link?region=${iso}`, `/guides?region=${iso}`, `/questions?region=${iso}`]) {
      const text = spaced((await get(address)).text).replace(/<[^>]+>/g, '');
      assert.doesNotMatch(text, new RegExp(`[.!?] ${place} `), `${address}: ${place}`);
    }
  }
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

test('/go to a region that there is not is 404', async () => {
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
