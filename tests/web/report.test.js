// Reports: one tap by a form, with and without script; counted once for a page and a network; robots are not; and from three
// networks within an hour the region's page says so.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { launch, openPage } from './browser.js';
import { BROWSER, request } from './http.js';
import { build, startSite } from './server.js';

let site;
let browser;
// Without a cache in the workers, so that what was reported shows at once.
before(async () => { [site, browser] = await Promise.all([startSite({ env: { VHOD_CACHE_KIB: '0' } }), launch()]); });
after(async () => {
  await browser?.close();
  await site?.stop();
});
const get = (address, options) => request(site.url + address, options);
const fieldsOf = (text) => Object.fromEntries([...text.matchAll(/<input type="hidden" name="([a-z]+)" value="([^"]*)">/g)]
  .map(([, name, value]) => [name, value]));
// Parents in networks of their own: every address of 127.0.0.0/8 is this machine's.
const network = (number) => new http.Agent({ localAddress: `127.${20 + (number >> 8)}.${number & 255}.9` });
const post = (fields, headers = {}, agent = undefined) => request(`${site.url}/report`, {
  method: 'POST', agent, body: new URLSearchParams(fields).toString(),
  headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
});
const formOf = async (address) => fieldsOf((await get(address)).text);
const reports = async () => {
  site.count();
  return (await get('/stats.json?period=today')).json().reports.map((row) => [row.path, row.choice, row.count]);
};
const FAILING = /сообщили,\sчто\sпортал\sне\sоткрывается/;

test('what is no report is refused: GET, no choice, one that is not offered, no such page', async () => {
  assert.equal((await get('/report')).status, 405);
  const form = await formOf('/region/ru-alt');
  for (const change of [{}, { choice: '' }, { choice: 'helped' }, { choice: 'fails', page: '/about' },
    { choice: 'fails', page: 'https://evil.example/' }, { choice: 'fails', page: '//evil.example' }, { choice: 'helped', page: '/q/0' }]) {
    assert.equal((await post({ ...form, ...change })).status, 400, JSON.stringify(change));
  }
  const json = await request(`${site.url}/report`, { method: 'POST', body: JSON.stringify({ ...form, choice: 'fails' }),
    headers: { 'Content-Type': 'application/json' } });
  assert.equal(json.status, 400);
  assert.deepEqual(await reports(), []);
});

test('robots: the trap, no token, somebody else\'s token, a made-up one: a friendly page, and nothing counted', async () => {
  const form = { ...await formOf('/region/ru-alt'), choice: 'fails' };
  const other = await formOf('/region/ru-ta');
  for (const change of [{ website: 'http://spam.example' }, { token: '' }, { token: other.token }, { token: 'a'.repeat(64) }]) {
    const answer = await post({ ...form, ...change });
    assert.equal(answer.status, 303);
    assert.match(answer.headers['x-vhod-counted'], /^no/);
    assert.match(answer.headers.location, /^\/report\/again\?page=%2Fregion%2Fru-alt$/);
    const page = await get(answer.headers.location);
    assert.equal(page.status, 200);
    assert.match(page.text, /href="\/region\/ru-alt"/);
  }
  const robot = await post(form, { 'User-Agent': 'curl/8' });
  assert.equal(robot.headers['x-vhod-counted'], 'no; library');
  assert.deepEqual(await reports(), []);
});

test('a form on another site does nothing here: /report, /remember, /ping', async () => {
  const form = { ...await formOf('/region/ru-alt'), choice: 'fails' };
  const own = new URL(site.url).origin;
  for (const [address, fields] of [['/report', form], ['/remember', { region: 'ru-alt' }], ['/ping/ru-alt', {}]]) {
    const send = (headers) => request(site.url + address, { method: 'POST', body: new URLSearchParams(fields).toString(),
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers } });
    for (const headers of [{ 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' }, { 'Sec-Fetch-Site': 'cross-site', Origin: own },
      { 'Sec-Fetch-Site': 'same-site', Origin: 'https://evil.example' }, { Origin: 'https://evil.example' }, { Origin: 'null' }]) {
      const answer = await send(headers);
      assert.equal(answer.status, 403, `${address} ${JSON.stringify(headers)}`);
      assert.equal(answer.headers['set-cookie'], undefined);
    }
    if (address === '/remember') assert.equal((await send({ 'Sec-Fetch-Site': 'same-origin', Origin: own })).status, 303);
  }
  assert.deepEqual(await reports(), []);
});

for (const javaScriptEnabled of [true, false]) {
  test(`one tap, ${javaScriptEnabled ? 'with' : 'without'} script: thank you, and back to the place`, async () => {
    const { page, trouble, close } = await openPage(browser, site.url, { javaScriptEnabled, userAgent: BROWSER });
    await page.goto(`${site.url}/guide/epos-link?region=ru-per`);
    await page.getByRole('button', { name: 'Помогло', exact: true }).click();
    await page.waitForURL('**/report/thanks?page=*');
    assert.match(await page.getByRole('heading', { level: 1 }).innerText(), /Спасибо/);
    await page.reload(); // sends nothing a second time
    await page.locator('main a').first().click();
    await page.waitForURL('**/guide/epos-link?region=ru-per');
    assert.deepEqual(trouble, []);
    assert.deepEqual(await page.context().cookies(), []);
    await close();
  });
}

test('each is counted once, by page and choice, and shown to the owner', async () => {
  const question = await formOf('/q/17');
  assert.equal((await post({ ...question, choice: 'not-helped' })).status, 303);
  const now = await reports();
  // Both taps above were of one network.
  assert.deepEqual(now.find(([page]) => page === 'guide/epos-link'), ['guide/epos-link', 'helped', 1]);
  assert.deepEqual(now.find(([page]) => page === 'q/17'), ['q/17', 'not-helped', 1]);
  assert.equal(now.length, 2);
});

test('one token sent three times, and again from another page of the network: one report, and nothing is shown', async () => {
  const form = { ...await formOf('/region/ru-ta'), choice: 'fails' };
  const counted = [];
  for (let i = 0; i < 3; i++) {
    const answer = await post(form, {}, network(1));
    assert.match(answer.headers.location, /^\/report\/thanks/, 'whoever sends it is told nothing');
    counted.push(!/^no/.test(answer.headers['x-vhod-counted']));
  }
  const neighbour = new http.Agent({ localAddress: '127.20.1.200' });
  counted.push(!/^no/.test((await post(form, {}, neighbour)).headers['x-vhod-counted']));
  assert.deepEqual(counted, [true, false, false, false]);
  assert.deepEqual((await reports()).find(([page]) => page === 'region/ru-ta'), ['region/ru-ta', 'fails', 1]);
  assert.doesNotMatch((await get('/region/ru-ta')).text, FAILING);
});

test('249 requests from one network, three for each region: no region is marked, and twelve are counted', async () => {
  const { regions } = (await get('/regions.json')).json();
  let counted = 0;
  for (const { iso } of [...regions].reverse()) { // the later tests are about earlier ones
    const form = { ...await formOf(`/region/${iso}`), choice: 'fails' };
    for (let i = 0; i < 3; i++) counted += /^no/.test((await post(form, {}, network(2))).headers['x-vhod-counted']) ? 0 : 1;
  }
  await reports();
  const marked = [];
  for (const { iso } of regions) if ((await get(`/region/${iso}.json`)).json().reports !== null) marked.push(iso);
  assert.equal(regions.length * 3, 249);
  assert.equal(counted, 12);
  assert.deepEqual(marked, []);
});

test('a page with many readers needs more reports', async () => {
  const file = path.join(site.state, 'reports.json');
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const document = JSON.parse(fs.readFileSync(file, 'utf8'));
  assert.ok(Object.entries(document.views).some(([key, count]) => /^ru-ta \d{4}-\d\d-\d\d$/.test(key) && count > 0), 'views are counted beside reports');
  document.views[`ru-mow ${yesterday}`] = 400;
  fs.writeFileSync(`${file}.new`, JSON.stringify(document));
  fs.renameSync(`${file}.new`, file);
  const form = { ...await formOf('/region/ru-mow'), choice: 'fails' };
  for (let i = 0; i < 5; i++) {
    await reports();
    assert.doesNotMatch((await get('/region/ru-mow')).text, FAILING, `${i} reports`);
    await post(form, {}, network(30 + i));
  }
  await reports();
  assert.match((await get('/region/ru-mow')).text, FAILING);
});

test('the third «не открывается» within an hour, each from a network of its own, is shown, in honest words, and only there', async () => {
  const form = { ...await formOf('/region/ru-alt'), choice: 'fails' };
  for (let i = 0; i < 2; i++) assert.match((await post(form, {}, network(10 + i))).headers.location, /^\/report\/thanks/);
  await reports(); // folds the journal
  assert.doesNotMatch((await get('/region/ru-alt')).text, FAILING);
  assert.equal((await get('/region/ru-alt.json')).json().reports, null);
  await post(form, {}, network(12));
  await post({ ...form, choice: 'opened' }, {}, network(13));
  await reports();
  const { text } = await get('/region/ru-alt');
  assert.match(text, FAILING);
  assert.match(text, /3\sраза/);
  assert.match(text, /сами\sэтого\sне\sпроверяли/);
  assert.deepEqual((await get('/region/ru-alt.json')).json().reports, { fails: 3 });
  assert.doesNotMatch((await get('/region/ru-ta')).text, FAILING);
  const later = spawnSync(path.join(build, 'bin/regions.fcgi'), ['GET', '/region/ru-alt'], {
    env: { ...site.environment(), VHOD_NOW: String(Math.floor(Date.now() / 1000) + 3700) }, encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  assert.match(later.stdout, /<h1>/);
  assert.doesNotMatch(later.stdout, FAILING, 'an hour later it is gone');
});

test('the secret is the owner\'s alone, and never sent', async () => {
  const file = path.join(site.state, 'report.key');
  assert.equal(fs.statSync(file).mode & 0o777, 0o600);
  const key = fs.readFileSync(file, 'utf8').trim();
  for (const address of ['/region/ru-alt', '/q/17', '/region/ru-alt.json']) {
    assert.ok(!(await get(address)).text.includes(key));
  }
  assert.doesNotMatch((await get('/region/ru-alt.json')).text, /token/);
});

test('a token outlives two days, and not a week', async () => {
  const { token } = await formOf('/q/17');
  const at = (days) => spawnSync(path.join(build, 'bin/regions.fcgi'), ['POST', '/report', 'CONTENT_TYPE=application/x-www-form-urlencoded'], {
    env: { ...site.environment(), VHOD_NOW: String(Math.floor(Date.now() / 1000) + days * 86_400) }, encoding: 'utf8',
    input: new URLSearchParams({ page: '/q/17', choice: 'helped', token }).toString(), stdio: ['pipe', 'pipe', 'pipe'],
  }).stdout;
  assert.match(at(2), /Location: \/report\/thanks/);
  assert.match(at(7), /Location: \/report\/again/);
});
