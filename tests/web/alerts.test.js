// What is wrong or unusual now: the first screen of the statistics, /stats/now, the feed /alerts.atom and the mail of
// vhod report --alerts say the same, each trouble once, and nothing where nothing is.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { launch } from './browser.js';
import { BROWSER, request } from './http.js';
import { build, startSite } from './server.js';

const DAY = 86_400_000;
const SETTINGS = { VHOD_ALERTS_GROWTH_LEAST: '20', VHOD_ALERTS_UNANSWERED_LEAST: '3' };
let site;
let browser;
let today;
before(async () => {
  [site, browser] = await Promise.all([startSite({ env: SETTINGS }), launch()]);
});
after(async () => {
  await browser?.close();
  await site?.stop();
});
const get = (address, options) => request(site.url + address, options);
const now = async () => (await get('/stats/now.json')).json();
const mail = () => {
  const { status, stdout, stderr } = spawnSync(path.join(build, 'bin/vhod'), ['report', '--alerts'], { env: { ...site.environment(), ...SETTINGS }, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return stdout;
};
const plain = (text) => text.replace(/[\u00a0\u202f]/g, ' ');
const tally = (text) => execFileSync('sqlite3', [path.join(site.state, 'tally.db'), text], { encoding: 'utf8' });
const dateOf = (days) => new Date(Date.parse(today) + days * DAY).toISOString().slice(0, 10);
const view = (day, kind, id, count) => tally(`INSERT INTO day VALUES ('${day}', 'person', '${kind}', '${id}', ${count})
  ON CONFLICT DO UPDATE SET views = views + ${count}`);

test('before anything was counted: the page, the feed and an empty mail', async () => {
  const document = await now();
  assert.deepEqual([document.items, document.today.people], [[], 0]);
  assert.equal((await get('/alerts.atom')).status, 200);
  assert.equal(mail(), '');
});

test('nothing is wrong: nothing is said, and no mail', async () => {
  await get('/region/ru-alt', { headers: { 'User-Agent': BROWSER, 'Accept-Language': 'ru' } });
  site.count();
  today = (await get('/stats.json?period=today')).json().to;
  const document = await now();
  assert.deepEqual(document.items, []);
  assert.equal(document.today.people, 1);
  assert.equal(document.snapshot.days_count, 0);
  assert.ok(document.errors === null || document.errors.error_count === 0);
  const { text } = await get('/stats');
  assert.match(plain(text), /Ничего: как в такие же дни недели/);
  assert.match(plain(text), /Жалоб нет\. Сами адреса за последние сутки не проверялись/, 'no probe ran, so it is not said that they open');
  assert.equal(mail(), '');
});

test('words that find nothing, as often as the setting says', async () => {
  const ask = (query) => get(`/search?q=${encodeURIComponent(query)}`, { headers: { 'User-Agent': BROWSER, 'Accept-Language': 'ru' } });
  for (let i = 0; i < 3; i++) await ask('qwxzwq zzqq');
  for (let i = 0; i < 2; i++) await ask('qwxzwx zzqx');
  site.count();
  const { items } = await now();
  assert.deepEqual(items.map(({ alert, query, count }) => [alert, query, count]), [['unanswered', 'qwxzwq zzqq', 3]]);
});

test('read far more than on the same weekdays; what is usual on them is not', async () => {
  for (const week of [1, 2, 3, 4]) {
    view(dateOf(-7 * week), 'question', '31', 10);
    view(dateOf(-7 * week), 'region', 'ru-mow', 400);
    view(dateOf(-7 * week - 1), 'guide', 'epos-link', 12);
  }
  view(dateOf(-2), 'question', '31', 900); // another weekday
  view(today, 'question', '31', 41);
  view(today, 'region', 'ru-mow', 420);
  view(dateOf(-1), 'guide', 'epos-link', 90);
  view(today, 'question', '7', 19); // new, and not many
  view(today, 'cited', 'q/8', 25); // never before
  const grew = (await now()).grew.map(({ path: where, views, usual, date }) => [where, views, usual, date]);
  assert.deepEqual(grew, [['/q/31', 41, 10, today], ['/q/8', 25, 0, today], ['/guide/epos-link', 90, 12, dateOf(-1)]]);
});

test('from one week alone nothing is usual', async () => {
  const kept = tally("SELECT count(*) FROM day");
  tally(`CREATE TABLE aside AS SELECT * FROM day WHERE day < '${dateOf(-8)}'; DELETE FROM day WHERE day < '${dateOf(-8)}'`);
  assert.deepEqual((await now()).grew, []);
  tally('INSERT INTO day SELECT * FROM aside; DROP TABLE aside');
  assert.equal(tally('SELECT count(*) FROM day'), kept);
});

test('views that could not be counted, and a snapshot that grew old', async () => {
  tally(`INSERT INTO dropped VALUES ('${today}', 12)`);
  const { site: own } = await now();
  assert.deepEqual(own.map(({ alert, dropped }) => [alert, dropped]), [['dropped', 12]]);
});

test('page, JSON, feed and mail say the same, each trouble once and under a lasting name', async () => {
  const { items } = await now();
  assert.equal(items.length, 5);
  const feed = (await get('/alerts.atom')).text;
  const entries = [...feed.matchAll(/<entry>\s*<id>([^<]*)<\/id>\s*<title>([^<]*)<\/title>\s*<updated>([^<]*)<\/updated>/g)].map(([, id, title, updated]) => ({ id, title: plain(title), updated }));
  assert.deepEqual(entries.map(({ id }) => id), items.map(({ id }) => `${site.url}/alerts#${id}`));
  assert.deepEqual(entries.map(({ updated }) => updated), items.map(({ updated }) => updated));
  for (const { id, updated } of entries) {
    assert.doesNotMatch(id, /[^!-~]/, 'an address holds no blank and no letter beyond ASCII');
    assert.match(updated, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  }
  assert.equal(new Set(entries.map(({ id }) => id)).size, entries.length);
  const lines = plain(mail()).split('\n').filter((line) => line.startsWith('- ')).map((line) => line.slice(2));
  assert.deepEqual(lines, entries.map(({ title }) => title.replaceAll('&quot;', '"').replaceAll('&amp;', '&')));
  assert.match(lines.join('\n'), /Искали и не нашли: «qwxzwq zzqq», 3 раза за день/);
  assert.match(lines.join('\n'), /41 за \d+ \S+ \d{4}, обычно 10/);
  const page = await browser.newPage();
  await page.goto(`${site.url}/about`);
  assert.equal(await page.evaluate((xml) => new DOMParser().parseFromString(xml, 'application/xml').querySelectorAll('parsererror').length, feed), 0);
  await page.close();
  await get('/region/ru-alt');
  assert.deepEqual((await now()).items.map(({ id }) => id), items.map(({ id }) => id), 'and later the same names');
});

test('on the first screen, on a telephone and on a desk, without script', async () => {
  for (const [width, height, most] of [[1366, 700, 700], [360, 800, 1600]]) {
    const page = await browser.newPage({ viewport: { width, height }, javaScriptEnabled: false });
    await page.goto(`${site.url}/stats`);
    const panels = await page.locator('.now .card').all();
    assert.equal(panels.length, 4);
    const last = await panels[3].boundingBox();
    assert.ok(last.y + last.height <= most, `${width}: ${last.y + last.height}`);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
    await page.close();
  }
});

test('only the owner sees any of it', async () => {
  for (const address of ['/stats/now', '/stats/now.json', '/alerts.atom']) {
    for (const headers of [{ 'X-Forwarded-For': '192.0.2.7' }, { Host: 'vhod.example' }]) assert.equal((await get(address, { headers })).status, 403, address);
    assert.match((await get(address)).headers['cache-control'], /private, no-store/);
  }
});

test('vhod report wants to know which of the two', () => {
  for (const words of [[], ['--week', '--alerts'], ['--alerts', '--date', '2026-11-21']]) assert.equal(site.vhod('report', ...words).status, 2, words.join(' '));
});

test('without a snapshot it says what to do', () => {
  const state = fs.mkdtempSync('/tmp/vhod-alerts-');
  const { status, stderr } = spawnSync(path.join(build, 'bin/vhod'), ['report', '--alerts'], { env: { ...site.environment(), VHOD_PATH_STATE: state }, encoding: 'utf8' });
  fs.rmSync(state, { recursive: true });
  assert.equal(status, 3);
  assert.match(stderr, /run vhod publish/);
});
