// Is this address right? Every address of the directory is told rightly; nothing else is ever called right, linked to or
// gone to.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { request } from './http.js';
import { startSite } from './server.js';

const TRAPS = [
  'https://netschool.edu22.info.evil.example/', 'https://netschool.edu22.info@evil.example/', 'https://evil.example/netschool.edu22.info',
  'https://user:password@evil.example/', 'https://netschool.edu22.info-evil.example/', 'netschool-edu22.evil.example', '//evil.example',
  'https://netsсhool.edu23.info/', 'https://netsch00l.edu22.com/', 'https://netschol.edu2.info', 'https://gosuslugi.com.ru', 'https://gоsuslugi.ru',
  'https://vk.com/away.php?to=https%3A%2F%2Fgosuslugi-vhod.example%2F',
  'https://evil.example https://netschool.edu22.info', 'javascript:alert(1)//evil.example', '"><script>alert(1)</script>evil.example',
  'data:text/html,evil.example', 'https://xn--evil-x4a.example',
];

let site;
let directory;
before(async () => {
  site = await startSite();
  directory = (await get('/directory.json')).json();
});
after(() => site?.stop());
const get = (address, options) => request(site.url + address, options);
const check = async (address) => (await get(`/check.json?address=${encodeURIComponent(address)}`)).json();
const page = async (address) => (await get(`/check?address=${encodeURIComponent(address)}`)).text;
const links = (html) => [...html.matchAll(/\s(?:href|src|action|content)="([^"]*)"/g)].map((match) => match[1].replaceAll('&amp;', '&'));

test('every sign-in address is current, for its region', async () => {
  let count = 0;
  for (const region of directory.regions) {
    for (const { url } of region.logins) {
      const answer = await check(url);
      assert.equal(answer.verdict, 'current', url);
      assert.ok(answer.regions.some(({ iso }) => iso === region.iso), `${url}: ${region.iso}`);
      assert.equal(answer.region, answer.regions.length === 1 ? region.iso : null);
      assert.equal(answer.look_alike, null);
      count++;
    }
  }
  assert.ok(count > 100, `${count}`);
});

test('every former address says until when, and what replaced it', async () => {
  const current = new Set(directory.regions.flatMap((region) => region.logins.map(({ url }) => url)));
  for (const region of directory.regions) {
    for (const { url, until, replaced_by: replacedBy } of region.former) {
      const answer = await check(url);
      if (current.has(url)) continue; // right elsewhere
      assert.deepEqual([answer.verdict, answer.region, answer.until, answer.replaced_by, answer.url],
        ['former', region.iso, until, replacedBy, null], url);
      const html = await page(url);
      assert.match(html, /<h2>Этот адрес устарел<\/h2>/);
      assert.ok(links(html).includes(replacedBy), `${url}: a link to ${replacedBy}`);
      assert.ok(!links(html).includes(url), 'no link to the old one');
    }
  }
});

test('federal services are told apart', async () => {
  for (const portal of directory.portals.filter((item) => item.federal)) {
    for (const { url } of portal.addresses) assert.equal((await check(url)).verdict, 'federal', url);
  }
  assert.match(await page('https://www.gosuslugi.ru/'), /<h2>Федеральный сервис<\/h2>/);
});

test('the page of a right address: the button with its host, the way to the region', async () => {
  const html = await page('Дневник: netschool.edu22.info.');
  assert.match(html, /<h2>Верный адрес<\/h2>/);
  assert.ok(links(html).includes('https://netschool.edu22.info/'));
  assert.ok(links(html).includes('/region/ru-alt'));
  assert.match(html, /value="Дневник: netschool\.edu22\.info\."/, 'the field keeps what was asked');
});

for (const trap of TRAPS) {
  test(`${trap}: unknown, in words, and nowhere a link`, async () => {
    const answer = await check(trap);
    assert.equal(answer.verdict, 'unknown');
    assert.deepEqual([answer.region, answer.url, answer.matches], [null, null, []]);
    const response = await get(`/check?address=${encodeURIComponent(trap)}`);
    assert.equal(response.status, 200);
    assert.equal(response.headers.location, undefined);
    assert.match(response.text, /<h2>Такого адреса мы не знаем. Не вводите там пароль<\/h2>/);
    assert.doesNotMatch(response.text, /<script>alert/);
    const known = new Set([...directory.regions.flatMap((region) => region.logins), ...directory.portals.flatMap((portal) => portal.addresses)]
      .map(({ url }) => url));
    for (const link of links(response.text).filter((value) => /^[a-z]+:|^\/\//i.test(value))) {
      assert.ok(link.startsWith(site.url) || known.has(link) || /^mailto:/.test(link), link);
    }
  });
}

for (const [address, sentence] of [['https://netsсhool.edu22.info/'], ['https://lk.netschool.edu22.info/'], ['https://netschool.edu22.info:8443/', /порт/]]) {
  test(`${address}: its owner's, and no way in that is known`, async () => {
    const answer = await check(address);
    assert.deepEqual([answer.verdict, answer.region, answer.url, answer.domain], ['unknown', null, null, 'edu22.info']);
    const html = await page(address);
    assert.match(html, /<h2>Такого входа в справочнике нет<\/h2>/);
    assert.doesNotMatch(html, /подделывают|Не вводите там/);
    if (sentence) assert.match(html, sentence);
  });
}

test('both names letter by letter: what differs is marked, and told in words', async () => {
  const { look_alike: like } = await check('https://www.gоsusluqi.ru');
  assert.deepEqual(like.letters.filter(({ same }) => !same), [
    { same: false, asked: 'о', known: 'o', foreign: true }, { same: false, asked: 'q', known: 'g', foreign: false }]);
  assert.equal(like.letters.map(({ asked }) => asked ?? '').join(''), 'gоsusluqi.ru');
  assert.equal(like.letters.map(({ known }) => known ?? '').join(''), 'gosuslugi.ru');
  const html = await page('https://www.gоsusluqi.ru');
  assert.match(html, /<dt>Проверяли<\/dt><dd class="say">g<mark>о<\/mark>susl/);
  assert.match(html, /<li>Вместо латинского «<b class="say">o<\/b>» — знак другого алфавита «<b class="say">о<\/b>», похожий на вид<\/li>/);
  assert.match(await page('gosuslugi-vhod.ru'), /<li>Лишнее: «<b class="say">-vhod<\/b>»<\/li>/);
});

test('a host that regions share is shown as none\'s; a federal one may be gone to', async () => {
  const { look_alike: shared } = await check('https://login.dnevnik.com');
  assert.deepEqual([shared.shared, shared.region, shared.url], [true, null, null]);
  const { look_alike: federal } = await check('https://gosuslugi-vhod.ru');
  assert.deepEqual([federal.shared, federal.region, federal.url], [false, null, 'https://www.gosuslugi.ru/']);
  assert.equal((await check('gosuslugi.ru')).verdict, 'federal');
  assert.equal((await check('https://gosuslugi.ru/school')).region, null);
  assert.equal((await check('myschool.edu.ru')).verdict, 'federal');
});

test('a link that leads on is opened in words: the inner address is judged and shown', async () => {
  const right = await check('https://vk.com/away.php?to=https%3A%2F%2Fnetschool.edu22.info%2F');
  assert.deepEqual([right.verdict, right.wrapped_in, right.host, right.url], ['current', 'vk.com', 'netschool.edu22.info', 'https://netschool.edu22.info/']);
  const html = await page('https://vk.com/away.php?to=https%3A%2F%2Fgosuslugi-vhod.example%2F');
  assert.match(html, /через <b class="say">vk\.com<\/b> на другой сайт. Проверен адрес внутри неё: <b class="say">gosuslugi-vhod\.example<\/b>/);
  assert.match(html, /Не вводите там пароль/);
});

test('whatever is not of the directory is never current', async () => {
  const known = new Set(directory.regions.flatMap((region) => region.logins.map(({ url }) => new URL(url).host)));
  const seeds = ['netschool.edu22.info', 'www.gosuslugi.ru', 'netcity.admsakhalin.ru:11111', 'school.mos.ru'];
  for (const seed of seeds) {
    for (let at = 0; at < seed.length; at += 3) {
      for (const changed of [seed.slice(0, at) + seed.slice(at + 1), `${seed.slice(0, at)}x${seed.slice(at)}`]) {
        const { verdict, host } = await check(changed);
        assert.ok(verdict === 'unknown' || known.has(host) || verdict === 'federal', `${changed}: ${verdict}`);
        if (!known.has(changed)) assert.notEqual(verdict, 'current', changed);
      }
    }
  }
});

test('Punycode is shown both ways', async () => {
  const answer = await check('https://xn--80atdl2c.xn--33-6kcadhwnl3cfdx.xn--p1ai');
  assert.equal(answer.verdict, 'current');
  assert.match(answer.host, /^[а-я]+\.[а-я]+33\.рф$/);
  assert.equal((await check(answer.host)).host_ascii, answer.host_ascii);
  const html = await page(answer.host);
  assert.ok(html.includes(answer.host) && html.includes(answer.host_ascii));
});

test('a portal whose regions differ by path', async () => {
  const omsk = await check('login.dnevnik.ru/login/esia/omsk');
  assert.deepEqual([omsk.verdict, omsk.region], ['current', 'ru-oms']);
  const open = await check('https://login.dnevnik.ru/');
  assert.equal(open.open_path, true);
  assert.ok(open.regions.length > 5 && open.region === null && open.url === null);
  const school = await check('www.gosuslugi.ru/school');
  assert.ok(school.regions.length > 10 && school.region === null);
});

test('the verdict is counted, never the address', async () => {
  await page('netschool.edu22.info');
  await page('https://secret.evil.example/');
  const { status, stdout, stderr } = site.vhod('collect');
  assert.equal(status, 0, stdout + stderr);
  const { stdout: rows } = spawnSync('sqlite3', [path.join(site.state, 'tally.db'),
    "SELECT DISTINCT id FROM day WHERE kind = 'check' ORDER BY id"], { encoding: 'utf8' });
  assert.equal(rows, 'current\nfederal\nformer\nunknown\n');
});

test('the form: on the front page and on its own, labelled, by GET', async () => {
  for (const address of ['/', '/check']) {
    const { text } = await get(address);
    assert.match(text, /<form[^>]* action="\/check"/);
    assert.match(text, /<label for="address">/);
    assert.match(text, /<input[^>]* id="address" name="address"/);
  }
});
