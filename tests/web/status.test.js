// What the probe found, as pages say it: honest words at the region's address, a next step where something fails, the same on
// the operator's page, and the owner's lists; a damaged or old file is none.
import { AxeBuilder } from '@axe-core/playwright';
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import { HtmlValidate } from 'html-validate';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { launch, openPage } from './browser.js';
import { request } from './http.js';
import { startSite } from './server.js';

const ISO = 'ru-alt';
let site, browser, login;
before(async () => {
  [site, browser] = await Promise.all([startSite({ env: { VHOD_CACHE_KIB: '0' } }), launch()]);
  login = (await get(`/region/${ISO}.json`)).json().logins[0];
});
after(async () => {
  await browser?.close();
  await site?.stop();
});
const get = (address, options) => request(site.url + address, options);
const iso = (ms) => `${new Date(ms).toISOString().slice(0, 19)}Z`;
const MINUTE = 60_000;
const spaces = (text) => text.replace(/[\u00a0\u202f]/g, ' ');

// A sealed file as the probe writes it.
function seal(format, body, damage = (text) => text) {
  const text = JSON.stringify(body);
  const digest = crypto.createHash('sha256').update(text).digest('hex');
  fs.mkdirSync(path.join(site.state, 'probe'), { recursive: true });
  const file = path.join(site.state, 'probe/results.json');
  fs.writeFileSync(`${file}.new`, damage(`{"format":"${format}","version":1,"sha256":"${digest}","body":${text}}\n`));
  fs.renameSync(`${file}.new`, file);
}
const target = (verdict, more = {}) => ({ verdict, cause: '', status: 200, since: iso(Date.now() - 50 * MINUTE), at: iso(Date.now() - 5 * MINUTE), to: null,
  title: 'Дневник', certificate: null, title_before: 'Дневник', owner_before: null, failing: null, ...more });
const found = (verdict, more) => seal('vhod-probe', { at: iso(Date.now() - MINUTE), targets: { [login.url]: target(verdict, more) } });
const card = async () => spaces(/<section class="login">[^]*?<\/section>/.exec((await get(`/region/${ISO}`)).text)[0]);
// The time of day in the region's zone.
const there = (ms) => new Intl.DateTimeFormat('ru', { timeZone: 'Asia/Barnaul', hour: 'numeric', minute: '2-digit' }).format(ms).replace(/^0(?=\d)/, '');

test('nothing is said while nothing was looked at', async () => {
  assert.doesNotMatch((await get(`/region/${ISO}`)).text, /Проверено автоматически/);
  assert.equal((await get(`/region/${ISO}.json`)).json().logins[0].probe, null);
});

test('it opens: when that was seen, in the region\'s own time', async () => {
  const at = Date.now() - 5 * MINUTE;
  found('opened', { at: iso(at) });
  const text = await card();
  assert.match(text, /Проверено автоматически (сегодня|вчера) в \d+:\d\d: открывается\./);
  assert.ok(text.includes(there(at)), there(at));
  const { probe } = (await get(`/region/${ISO}.json`)).json().logins[0];
  assert.equal(probe.standing, 'works');
  assert.equal(probe.finding, 'opened');
  assert.equal(probe.at, iso(at));
});

for (const [verdict, words] of Object.entries({
  refused: /отказывает нашей проверке — это не значит, что не работает/, issuer: /сертификат нашей проверке не знаком — это не значит/,
  tls: /о шифровании не договорился — это не значит/, loop: /водит нашу проверку по кругу — это не значит/,
  beyond: /сайт, который нашей проверке не открылся — это не значит/, slow: /открывается медленно/, private: /снаружи не виден/,
  moved: /: открывается/, expiring: /: открывается/,
})) {
  test(`${verdict}: never called broken`, async () => {
    found(verdict);
    const text = await card();
    assert.match(text, words);
    assert.doesNotMatch(text, /[Нн]е отвечает|Не работает|warnbox/);
  });
}

for (const [verdict, words, step] of [
  ['silent', /<b>Не отвечает (с|со вчерашнего дня, с) \d+:\d\d\.<\/b>/, /попробуйте сами, а потом ещё раз через полчаса/],
  ['gone', /<b>Не работает [^<]*: такого имени сайта больше нет\.<\/b>/, /Не ищите похожий адрес в поиске/],
  ['missing', /страницы входа на нём нет/, /спросите у классного руководителя/],
  ['error', /отвечает ошибкой/, /Попробуйте ещё раз через полчаса/],
  ['certificate', /неверный сертификат/, /Не обходите предупреждение браузера/],
]) {
  test(`${verdict}: since when, and what to do`, async () => {
    found(verdict, { status: 0, cause: 'timeout' });
    const text = await card();
    assert.match(text, words);
    assert.match(text, step);
    assert.match(text, /Проверено автоматически (сегодня|вчера) в \d+:\d\d\./);
    const desk = spaces((await get('/desk')).text);
    assert.match(desk, /<h2>Сейчас не работает<\/h2>[^]*Алтайский край/);
  });
}

for (const verdict of ['changed', 'owner']) {
  test(`${verdict}: do not enter the password there for now`, async () => {
    found(verdict, { to: 'https://casino.evil.example/x' });
    const text = await card();
    assert.match(text, /Осторожно[^]*Пока не вводите там пароль/);
    if (verdict === 'owner') assert.match(text, /чужой сайт, <span class="say">casino\.evil\.example<\/span>/);
    assert.doesNotMatch(text, /href="https:\/\/casino/);
  });
}

test('yesterday is called yesterday; what is older than a day is not shown', async () => {
  found('opened', { at: iso(Date.now() - 26 * 60 * MINUTE) });
  assert.match(await card(), /Проверено автоматически (вчера|\d+ [а-я]+ \d{4} года) в/);
  const [earlier, before_] = [49, 50].map((hours) => Date.now() - hours * 60 * MINUTE);
  found('silent', { at: iso(earlier), since: iso(before_) });
  const day = (ms) => new Intl.DateTimeFormat('ru', { timeZone: 'Asia/Barnaul', day: 'numeric', month: 'long', year: 'numeric' }).format(ms).replace(/\sг\.$/, ' года');
  const text = await card();
  assert.ok(text.includes(`Не отвечает с ${day(before_)}.`), text);
  assert.ok(text.includes(`Проверено автоматически ${day(earlier)} в ${there(earlier)}.`), text);
  seal('vhod-probe', { at: iso(Date.now() - 25 * 60 * MINUTE), targets: { [login.url]: target('silent') } });
  assert.doesNotMatch(await card(), /Проверено автоматически|Не отвечает/);
});

test('a damaged file, another kind, another version: ignored, and said once', async () => {
  site.expected = /results\.json/;
  const said = () => site.stderr.split('\n').filter((line) => /results\.json: damaged/.test(line)).length;
  const before = said();
  seal('vhod-probe', { at: iso(Date.now()), targets: { [login.url]: target('silent') } }, (text) => text.replace('silent', 'opened'));
  for (let i = 0; i < 20; i++) assert.doesNotMatch(await card(), /Проверено автоматически/);
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.ok(said() > before && said() - before <= site.workers('regions').length, `${said() - before} lines`);
  seal('vhod-other', { at: iso(Date.now()), targets: {} });
  assert.doesNotMatch(await card(), /Проверено автоматически/);
  seal('vhod-probe', { at: iso(Date.now()), targets: { [login.url]: { ...target('silent'), since: 5 }, 'https://b.example/': target('nonsense') } });
  assert.doesNotMatch(await card(), /Проверено автоматически/);
});

test('the owner: what to look at, the most visited first, with what to do; certificates; blocked hosts', async () => {
  const regions = (await get('/regions.json')).json().regions.filter(({ logins }) => logins.length);
  const [quiet, busy] = regions.map(({ iso: code, logins }) => ({ code, url: logins[0].url })).filter(({ url }, i, all) => all.findIndex((o) => o.url === url) === i).slice(0, 2);
  for (let i = 0; i < 3; i++) await get(`/region/${busy.code}`);
  seal('vhod-probe', { at: iso(Date.now() - MINUTE), targets: {
    [quiet.url]: target('silent', { status: 0, cause: 'timeout' }), [busy.url]: target('owner', { to: 'https://evil.example/' }),
    'https://fine.example/': target('opened', { certificate: iso(Date.now() + 5 * 86_400_000) }),
    'https://later.example/': target('opened', { certificate: iso(Date.now() + 90 * 86_400_000) }),
  } });
  site.vhod('block', 'blocked.example', '--why', 'проба');
  site.vhod('collect');
  const { probe } = (await get('/stats.json?period=today')).json();
  assert.deepEqual(probe.work.map(({ url, finding }) => [url, finding]), [[busy.url, 'owner'], [quiet.url, 'silent']]);
  assert.ok(probe.work[0].views >= 3);
  assert.deepEqual(probe.certificates.map(({ url }) => url), ['https://fine.example/']);
  assert.deepEqual(probe.blocks.map(({ host, why }) => [host, why]), [['blocked.example', 'проба']]);
  const html = (await get('/stats?period=today')).text;
  assert.match(html, /Открыть сейчас; если чужой — <code>vhod block<\/code>/);
  assert.match(html, /blocked\.example/);
  assert.match((await get('/stats.csv?period=today&table=addresses')).text, /^address,finding,cause,status,at,since,to,certificate,views\r?\n/);
  site.vhod('unblock', 'blocked.example');
});

test('pages that say so are valid, accessible, and the same without script', async () => {
  const validator = new HtmlValidate({ extends: ['html-validate:recommended'], rules: { 'no-trailing-whitespace': 'off', 'doctype-style': 'off',
    'void-style': 'off', 'long-title': 'off', 'no-implicit-button-type': 'off', 'tel-non-breaking': 'off' } });
  for (const verdict of ['silent', 'owner', 'refused']) {
    found(verdict, { to: 'https://evil.example/' });
    for (const address of [`/region/${ISO}`, '/desk', '/stats', '/blocked', `/check?address=${new URL(login.url).host}`]) {
      const { results } = await validator.validateString((await get(address)).text);
      assert.deepEqual(results.flatMap(({ messages }) => messages).map(({ ruleId, message, line }) => `${line}: ${ruleId}: ${message}`), [], address);
      if (address === '/stats') continue;
      const { page, trouble, close } = await openPage(browser, site.url, { javaScriptEnabled: true });
      await page.goto(site.url + address);
      const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
      assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`), [], `${verdict} ${address}`);
      assert.deepEqual(trouble, []);
      await close();
    }
  }
});
