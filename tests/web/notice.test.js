// Notices: from the command to every page that they concern on every worker, without a publish, and away again by themselves.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { request } from './http.js';
import { startSite } from './server.js';

const WORKERS = 4;
const LIMIT_MS = 1000;
const TEXT = 'Портал на обслуживании, войти нельзя';

let site;
before(async () => { site = await startSite({ copyData: true, args: ['--workers', String(WORKERS)] }); });
after(() => site?.stop());
const get = (address, options) => request(site.url + address, options);
const says = async (address, options) => (await get(address, options)).text.includes(TEXT);
const local = (ms) => new Date(ms + 3 * 3600e3).toISOString().slice(0, 16).replace('T', ' '); // Europe/Moscow
const soon = () => local(Date.now() + 2 * 3600e3);
const file = (id) => path.join(site.data, 'notices', `${id}.ini`);
const add = (id, ...options) => site.vhod('notice', 'add', id, TEXT, ...options);

// Where a notice of one region is, and is not.
const THERE = ['/region/ru-alt', '/region/ru-alt.txt', '/region/ru-alt.json', '/embed/region/ru-alt', '/q/7?region=ru-alt', '/guide/child-under-14?region=ru-alt',
  '/desk', `/desk?q=${encodeURIComponent('Барнаул')}`, '/changes'];
const NOT_THERE = ['/', '/regions', '/region/ru-mow', '/region/ru-mow.json', '/q/7', '/q/7?region=ru-mow', '/embed/region/ru-mow', '/check'];

async function whole(addresses) {
  for (const address of addresses) assert.equal((await get(address)).status, 200, address);
}
async function check(there, notThere, repeat = 3) {
  for (let i = 0; i < repeat; i++) { // several workers answer
    for (const address of there) assert.ok(await says(address), `${address} says it`);
    for (const address of notThere) assert.ok(!(await says(address)), `${address} does not`);
  }
}

test('a notice for a region is on its pages, files and embeds within a second, on every worker, and nowhere else', async (t) => {
  await whole([...THERE, ...NOT_THERE]);
  await check([], [...THERE, ...NOT_THERE], 1);
  const began = Date.now();
  const done = add('works', '--regions', 'ru-alt', '--level', 'warning', '--until', soon(), '--more', 'Подождите до вечера.');
  assert.equal(done.status, 0, done.stderr);
  const ended = Date.now();
  await check(THERE, NOT_THERE);
  t.diagnostic(`the command took ${ended - began} ms; who asked after it was told`);
  assert.ok(ended - began < LIMIT_MS * 10);
  const { notices } = (await get('/region/ru-alt.json')).json();
  assert.equal(notices.length, 1);
  assert.equal(notices[0].text, TEXT);
  assert.equal(notices[0].level, 'warning');
  assert.match(notices[0].until, /^\d{4}-\d\d-\d\dT\d\d:\d\d:00Z$/);
  assert.equal(notices[0].zone, 'own');
  const html = (await get('/region/ru-alt')).text;
  assert.match(html, /Важно\. Портал на обслуживании/);
  assert.match(html, /Подождите до вечера/);
  assert.match(html, /Объявление действует до (завтра, |)\d+:\d\d\./);
});

test('who asked us to remember the region reads it on every page', async () => {
  const answer = await request(`${site.url}/remember`, { method: 'POST', body: 'region=ru-alt&back=%2F', headers: { 'Content-Type': 'application/x-www-form-urlencoded', Origin: site.url, 'Sec-Fetch-Site': 'same-origin' } });
  const cookie = [answer.headers['set-cookie']].flat()[0].split(';')[0];
  await check([], ['/'], 1);
  for (let i = 0; i < 3; i++) assert.ok(await says('/', { headers: { Cookie: cookie } }));
});

test('the name is taken, and a wrong one is refused with the file, the key and the remedy', () => {
  const again = add('works', '--until', soon());
  assert.notEqual(again.status, 0);
  assert.match(again.stderr, /works\.ini is there already/);
  for (const [options, said] of [
    [['--until', '27.11.2026'], /until: must be a day and a time like 2026-11-27 18:00/],
    [['--until', soon(), '--regions', 'ru-xxx'], /regions: no such file in that folder: "ru-xxx"/],
    [['--until', soon(), '--level', 'loud'], /level: must be one of: info, warning, danger/],
    [['--until', soon(), '--url', 'http://example.ru/'], /url/],
    [['--until', soon(), '--from', soon()], /until: must be later than from/]]) {
    const refused = add('wrong', ...options);
    assert.equal(refused.status, 1, refused.stderr);
    assert.match(refused.stderr, said);
    assert.ok(!fs.existsSync(file('wrong')), 'nothing is left of it');
  }
  assert.equal(site.vhod('notice', 'add', 'wrong', TEXT).status, 2, 'until when must be said');
  assert.match(site.vhod('notice').stdout, /^now +until .* works \(warning, for ru-alt\): Портал/m);
});

test('it ends at once by command, and is listed among what is over', async () => {
  assert.equal(site.vhod('notice', 'end', 'works').status, 0);
  await check([], [...THERE.filter((address) => address !== '/changes'), ...NOT_THERE]);
  const html = (await get('/changes')).text;
  // Begun and ended within one minute it was never there; else it is among what is over.
  if (fs.existsSync(file('works'))) assert.match(html.slice(html.indexOf('id="notices"')), /Портал на обслуживании/);
});

test('one for a portal is read in its regions, one for everybody everywhere', async () => {
  const { logins } = (await get('/region/ru-alt.json')).json();
  assert.equal(add('portal', '--portals', logins[0].portal.id ?? logins[0].portal, '--until', soon()).status, 0);
  await check(['/region/ru-alt', '/desk'], ['/', '/region/ru-mow']);
  assert.equal(site.vhod('notice', 'end', 'portal').status, 0);
  assert.equal(add('fraud', '--level', 'danger', '--until', soon()).status, 0);
  await check(['/', '/regions', '/region/ru-mow', '/q/7', '/check', '/desk', '/embed/region/ru-mow'], []);
  assert.match((await get('/')).text, /Осторожно\. Портал.*по московскому времени/s);
  assert.equal(site.vhod('notice', 'end', 'fraud').status, 0);
});

test('it comes and goes by its own times, from pages that were kept too', async () => {
  const begin = Math.ceil((Date.now() + 4000) / 60e3) * 60e3;
  const wait = begin - Date.now();
  assert.equal(add('planned', '--regions', 'ru-alt', '--from', local(begin), '--until', local(begin + 60e3)).status, 0);
  await check([], ['/region/ru-alt', '/region/ru-alt.json']);
  await new Promise((resolve) => setTimeout(resolve, wait + 1200));
  await check(['/region/ru-alt', '/region/ru-alt.json'], ['/region/ru-mow']);
  await new Promise((resolve) => setTimeout(resolve, begin + 60e3 - Date.now() + 1200));
  await check(['/changes'], ['/region/ru-alt', '/region/ru-alt.json']);
});

test('files edited by hand hold after apply, and after a publish', async () => {
  fs.writeFileSync(file('by-hand'), `[notice]\n; written by hand\nlevel = info\ntext = ${TEXT}\nregions = ru-per\nuntil = ${soon()}\n`);
  assert.ok(!(await says('/region/ru-per')));
  assert.equal(site.vhod('notice', 'apply').status, 0);
  await check(['/region/ru-per'], ['/region/ru-alt']);
  fs.rmSync(file('by-hand'));
  const published = site.vhod('publish');
  assert.equal(published.status, 0, published.stderr);
  await check([], ['/region/ru-per']);
  fs.writeFileSync(file('by-hand'), '[notice]\nlevel = info\n');
  const checked = site.vhod('check');
  assert.equal(checked.status, 1);
  assert.match(checked.stderr, /notices\/by-hand\.ini/);
  fs.rmSync(file('by-hand'));
});
