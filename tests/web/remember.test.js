// A reader's regions: remembered only when asked, shown and removable on every page, in no shared cache, never recorded.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { launch, openPage } from './browser.js';
import { build, startSite } from './server.js';

let site;
let browser;
before(async () => { [site, browser] = await Promise.all([startSite(), launch()]); });
after(async () => {
  await browser?.close();
  await site?.stop();
});

for (const javaScriptEnabled of [true, false]) {
  test(`two homes are remembered and forgotten ${javaScriptEnabled ? 'with' : 'without'} script`, async () => {
    const { page, close } = await openPage(browser, site.url, { javaScriptEnabled });
    const cookies = () => page.context().cookies();
    await page.goto(`${site.url}/region/ru-alt`);
    assert.deepEqual(await cookies(), [], 'nothing is set before a person asks');
    await page.getByRole('button', { name: 'Запомнить мой регион' }).click();
    await page.waitForURL('**/region/ru-alt');
    await page.goto(`${site.url}/region/ru-per`);
    await page.getByRole('button', { name: 'Запомнить мой регион' }).click();
    assert.deepEqual((await cookies()).map(({ name, value }) => `${name}=${value}`), ['regions=ru-per.ru-alt']);
    for (const address of ['/', '/guides', '/q/7', '/search?q=x', '/no-such-page']) {
      await page.goto(site.url + address);
      const mine = page.getByRole('group', { name: 'Мой регион' });
      assert.deepEqual(await mine.getByRole('link').allInnerTexts(), ['Пермский край'], address);
      await mine.getByText('сменить').click();
      assert.deepEqual(await mine.getByRole('link').allInnerTexts(), 
        ['Пермский край', 'Пермский край', 'Алтайский край', 'Выбрать другой регион'], address);
    }
    await page.goto(`${site.url}/q/7`);
    await page.getByText('сменить').click();
    await page.getByRole('button', { name: 'Забыть: Пермский край' }).click();
    await page.waitForURL('**/q/7');
    await page.getByText('сменить').click();
    await page.getByRole('button', { name: 'Забыть: Алтайский край' }).click();
    assert.deepEqual(await cookies(), []);
    await close();
  });
}

test('pages with the cookie are private, and the next reader sees none of it', async () => {
  const first = await fetch(`${site.url}/q/7`, { headers: { cookie: 'regions=ru-alt' } });
  assert.equal(first.headers.get('cache-control'), 'private, no-cache');
  const second = await fetch(`${site.url}/q/7`);
  assert.equal(second.headers.get('cache-control'), 'public, no-cache');
  assert.match(second.headers.get('vary'), /Cookie/);
  assert.doesNotMatch(await second.text(), /Мой регион/);
  assert.match(await first.text(), /Мой регион/);
});

test('hostile cookies and forms', async () => {
  for (const cookie of ['regions=<script>alert(1)</script>', 'regions=ru-xx', `regions=${'a'.repeat(4000)}`]) {
    const answer = await fetch(`${site.url}/`, { headers: { cookie } });
    assert.equal(answer.status, 200);
    assert.doesNotMatch(await answer.text(), /alert\(1\)/);
  }
  const post = (fields) => fetch(`${site.url}/remember`, {
    method: 'POST', redirect: 'manual', body: new URLSearchParams(fields),
  });
  assert.equal((await post({ region: 'ru-xx' })).status, 404);
  assert.equal((await post({})).status, 400);
  const away = await post({ region: 'ru-alt', back: '//evil.example/' });
  assert.ok(away.status >= 400, 'no way out of the site');
  assert.equal((await fetch(`${site.url}/remember?region=ru-alt`)).status, 405, 'a link alone sets nothing');
});

test('a site behind https keeps the cookie from http; one on this machine cannot', () => {
  for (const [url, secure] of [['https://vhod.example', true], ['http://127.0.0.1:8080', false]]) {
    const fields = 'region=ru-alt';
    const { stdout } = spawnSync(path.join(build, 'bin/regions.fcgi'), ['POST', '/remember',
      'CONTENT_TYPE=application/x-www-form-urlencoded', `CONTENT_LENGTH=${fields.length}`],
    { env: { ...site.environment(), VHOD_SITE_URL: url, VHOD_STATS_LOOPBACK: 'no' }, input: fields, encoding: 'utf8' });
    const cookie = /^Set-Cookie: (regions=.*?)\r?$/mi.exec(stdout)?.[1];
    assert.ok(cookie, stdout);
    assert.equal(/; *Secure(;|$)/i.test(cookie), secure, cookie);
  }
});

test('the journal knows nothing of it', () => {
  const folder = path.join(site.state, 'journal');
  const lines = fs.readdirSync(folder).map((name) => fs.readFileSync(path.join(folder, name), 'utf8')).join('');
  assert.doesNotMatch(lines, /regions=|ru-per\.ru-alt|remember/);
});
