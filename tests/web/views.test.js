// Each way in which a page comes before a reader's eyes ends with exactly one view, and what was never looked at with none:
// the table of vhod-counting(7), row by row, in a real browser. A small server of this test stands in front of the site, so
// that pages of its own, with rules for fetching ahead, are of the same origin; nothing else of the site is changed by it.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { startChrome, until } from './chrome.js';
import { request as ask } from './http.js';
import { startSite } from './server.js';

let site, front, chrome, folder, profile, origin, starts = 0;
const own = new Map(); // pages of the test: path to HTML
const asked = [];      // what reached the front: [path, Sec-Purpose]

before(async () => {
  site = await startSite();
  front = http.createServer((request, response) => {
    asked.push([request.url, request.headers['sec-purpose'] ?? '']);
    if (own.has(request.url)) {
      response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' });
      return response.end(own.get(request.url));
    }
    const on = http.request(`${site.url}${request.url}`, { method: request.method, headers: { ...request.headers, host: new URL(site.url).host }, agent: false }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    on.on('error', () => response.destroy());
    return request.pipe(on);
  });
  await new Promise((ready) => { front.listen(0, '127.0.0.1', ready); });
  origin = `http://127.0.0.1:${front.address().port}`;
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vhod-views-'));
});
after(async () => {
  await chrome?.stop();
  front?.closeAllConnections();
  front?.close();
  await site?.stop();
  if (folder) fs.rmSync(folder, { recursive: true, maxRetries: 5 });
});

// {views, ahead, other}: records of a question up to now: by people, of fetching ahead, by anybody else.
function seen(number) {
  const journal = path.join(site.state, 'journal');
  const records = fs.readdirSync(journal).flatMap((name) => fs.readFileSync(path.join(journal, name), 'utf8').split('\n'))
    .map((line) => line.split('\t')).filter(([, kind, id]) => kind === 'question' && id === String(number));
  const of = (client) => records.filter((words) => words[5] === client).length;
  return { views: of('person'), ahead: of('prefetch'), other: records.length - of('person') - of('prefetch') };
}
// A page of the test, with what it fetches ahead and a link to it.
function start(name, number, head) {
  own.set(`/${name}`, `<!doctype html><html lang="ru"><head><title>${name}</title>${head}</head><body><a href="/q/${number}">?</a></body></html>`);
  return `${origin}/${name}`;
}
const rules = (number, how) => `<script type="speculationrules">{"${how}":[{"source":"list","urls":["/q/${number}"],"eagerness":"immediate"}]}</script>`;
const one = { views: 1, ahead: 0, other: 0 };
// A browser that knows nothing of the site yet: after a refusal Chromium leaves the next ones be for a while.
async function startAnew() {
  await chrome?.stop();
  profile = path.join(folder, String(starts += 1));
  fs.mkdirSync(profile);
  chrome = await startChrome(profile);
}
const pause = () => new Promise((passed) => { setTimeout(passed, 300); });

test('opened, gone back to, gone forward to', async () => {
  await startAnew();
  await chrome.open(`${origin}/q/7`);
  assert.deepEqual(seen(7), one);
  await chrome.mark();
  await chrome.open(`${origin}/q/8`);
  await chrome.mark();
  assert.ok(await chrome.go(-1, `${origin}/q/7`), 'kept whole: the cache of whole pages is on');
  assert.ok(await chrome.go(1, `${origin}/q/8`));
  await pause();
  assert.deepEqual(seen(7), one);
  assert.deepEqual(seen(8), one);
});

test('reloaded', async () => {
  await chrome.open(`${origin}/q/9`);
  for (let i = 2; i < 4; i++) {
    await chrome.call('Page.reload');
    assert.ok(await until(() => asked.filter(([url]) => url === '/q/9').length === i), 'the browser did ask');
    await chrome.arrive(`${origin}/q/9`);
  }
  assert.deepEqual(seen(9), one);
});

test('opened again later: one more', async () => {
  await chrome.open(`${origin}/q/10`);
  await chrome.open(`${origin}/q/7`);
  await chrome.open(`${origin}/q/10`);
  assert.equal(seen(10).views, 2);
});

for (const [name, number, head, word] of [
  ['link-prefetch', 11, '<link rel="prefetch" href="/q/11">', /^prefetch$/], ['rules-prefetch', 12, rules(12, 'prefetch'), /^prefetch$/],
  ['rules-prerender', 13, rules(13, 'prerender'), /prerender/],
]) {
  test(`${name}: none before it is opened, then one`, async () => {
    await startAnew();
    await chrome.open(start(name, number, head));
    assert.ok(await until(() => asked.some(([url, purpose]) => url === `/q/${number}` && word.test(purpose))), `the browser does fetch ahead: ${JSON.stringify(asked.slice(-4))}`);
    await pause();
    const before_ = seen(number);
    assert.equal(before_.views, 0);
    assert.ok(before_.ahead >= 1, 'told apart');
    await chrome.run("document.querySelector('a').click()");
    await chrome.arrive(`${origin}/q/${number}`);
    assert.equal(await chrome.run("document.querySelectorAll('h1').length"), 1);
    assert.doesNotMatch(await chrome.run('document.title'), /503|Недоступ/);
    await pause();
    assert.deepEqual(seen(number), { ...before_, views: 1 });
  });
}

test('fetched ahead and never opened: none', async () => {
  await startAnew();
  await startAnew();
  await chrome.open(start('never', 14, rules(14, 'prefetch')));
  assert.ok(await until(() => asked.some(([url]) => url === '/q/14')));
  await chrome.open(`${origin}/q/7`);
  await pause();
  assert.equal(seen(14).views, 0);
});

test('Safari\'s picture of a page, and browsers of before Sec-Purpose: none, and told apart', async () => {
  const headers = { 'User-Agent': 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1', 'Accept-Language': 'ru' };
  for (const purpose of [{ 'X-Purpose': 'preview' }, { Purpose: 'prefetch' }, { 'X-Moz': 'prefetch' }, { 'Sec-Purpose': 'prefetch;prerender' }, { 'Sec-Purpose': 'prefetch;anonymous-client-ip' }])
    assert.equal((await ask(`${origin}/q/15`, { headers: { ...headers, ...purpose } })).status, 503);
  assert.deepEqual(seen(15), { views: 0, ahead: 5, other: 0 });
  assert.equal((await ask(`${origin}/q/15`, { headers })).status, 200);
  assert.deepEqual(seen(15), { views: 1, ahead: 5, other: 0 });
});

// The browser ends with the page open, and shows it again when it is started the next time.
test('the tab restored from what the browser kept', async () => {
  await chrome.open(`${origin}/q/16`);
  assert.deepEqual(seen(16), one);
  await chrome.call('Browser.close').catch(() => {}); // it ends as by its menu, and keeps what was open
  await chrome.ended;
  chrome = await startChrome(profile, ['--restore-last-session']);
  assert.ok(await until(async () => (await chrome.pages()).some(({ url }) => url === `${origin}/q/16`), 30_000), 'the tab is there again');
  await pause();
  assert.deepEqual(seen(16), one);
});
