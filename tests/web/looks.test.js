// Colours and size of letters chosen without script: kept by a cookie that the reader asked for, as the control says; the page
// stays where it was; no shared cache keeps it, nobody else can set it; and a browser with script takes it over.
// (style.test.js: the choice with script, and on the page at hand.)
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, openPage } from './browser.js';
import { raw, request } from './http.js';
import { startSite } from './server.js';

let site;
let browser;
before(async () => { [site, browser] = await Promise.all([startSite(), launch()]); });
after(async () => {
  await browser?.close();
  await site?.stop();
});

const PAGE = '/guide/epos-link?region=ru-per';
const DARK = 'rgb(19, 23, 26)';
const looks = (page) => page.evaluate(() => [getComputedStyle(document.documentElement).backgroundColor, getComputedStyle(document.documentElement).fontSize]);
const cookies = async (page) => (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`);
const post = (fields, headers = {}) => request(`${site.url}/look`, {
  method: 'POST', body: new URLSearchParams(fields).toString(), headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
});

test('without script: chosen, kept on every page, the control where it was pressed, and taken back', async () => {
  const { page, close } = await openPage(browser, site.url, { javaScriptEnabled: false, colorScheme: 'light', viewport: { width: 360, height: 640 } });
  await page.goto(site.url + PAGE);
  assert.deepEqual(await cookies(page), [], 'nothing before a person asks');
  await page.locator('.look summary').click();
  await page.locator('#theme-dark').check();
  await page.locator('#size-large').check();
  await page.locator('.look').getByRole('button', { name: 'Запомнить' }).click();
  await page.waitForURL(`${site.url}${PAGE}#look`);
  assert.deepEqual(await cookies(page), ['look=dark.large']);
  const button = page.locator('.look').getByRole('button', { name: 'Запомнить' });
  for (let box, end = Date.now() + 10_000; !(box && box.y > -640 && box.y < 640 + 320); box = await button.boundingBox())
    assert.ok(Date.now() < end, 'the control is open, and about where it was pressed'); // an address comes before the page is drawn
  for (const address of ['/', '/q/7', '/regions', '/no-such-page', PAGE]) {
    await page.goto(site.url + address);
    assert.deepEqual(await looks(page), [DARK, '22px'], address);
    assert.ok(await page.locator('#theme-dark').isChecked(), address);
  }
  await page.locator('.look summary').click();
  await page.locator('#theme-system').check();
  await page.locator('.look').getByRole('button', { name: 'Запомнить' }).click();
  await page.waitForURL(`${site.url}${PAGE}#look`);
  assert.deepEqual(await cookies(page), ['look=large'], 'the size stays');
  await page.locator('#size-normal').check();
  await page.locator('.look').getByRole('button', { name: 'Запомнить' }).click();
  await page.waitForLoadState();
  assert.deepEqual(await cookies(page), []);
  await close();
});

test('with script there is no button, and the choice moves from the cookie into the browser', async () => {
  const { page, close } = await openPage(browser, site.url, { colorScheme: 'light' });
  await page.context().addCookies([{ name: 'look', value: 'dark.large', url: site.url }]);
  await page.goto(site.url + PAGE);
  assert.deepEqual(await looks(page), [DARK, '22px']);
  await page.locator('.look summary').click();
  assert.equal(await page.locator('.look').getByRole('button').count(), 0);
  assert.ok(await page.locator('#theme-dark').isChecked());
  await page.locator('#size-huge').check();
  assert.deepEqual(await cookies(page), []);
  assert.deepEqual(await page.evaluate(() => ({ ...localStorage })), { theme: 'dark', size: 'huge' });
  await page.reload();
  assert.deepEqual(await looks(page), [DARK, '28px']);
  await close();
});

test('no shared cache keeps it, and the next reader sees none of it', async () => {
  const own = await request(`${site.url}/q/7`, { headers: { Cookie: 'look=dark.huge' } });
  assert.equal(own.headers['cache-control'], 'private, no-cache');
  assert.match(own.text, /<html lang="ru" data-theme="dark" data-size="huge">/);
  const other = await request(`${site.url}/q/7`);
  assert.equal(other.headers['cache-control'], 'public, no-cache');
  assert.match(other.text, /<html lang="ru">/);
  const both = await request(`${site.url}/q/7`, { headers: { Cookie: 'regions=ru-alt; look=light' } });
  assert.match(both.text, /<html lang="ru" data-theme="light">/);
  assert.match(both.text, /Алтайский край/);
  const embed = await request(`${site.url}/embed/q/7`, { headers: { Cookie: 'look=dark' } });
  assert.match(embed.headers['cache-control'], /public/);
});

test('words that are none, pages of others, ways back that lead away', async () => {
  for (const cookie of ['look=<script>', 'look="><x', `look=${'dark.'.repeat(900)}`, 'look=huge.large.purple', 'look=.', 'xlook=dark']) {
    const { status, text } = await request(`${site.url}/`, { headers: { Cookie: cookie } });
    assert.equal(status, 200, cookie);
    assert.match(text, /<html lang="ru"( data-theme="dark")?( data-size="(large|huge)")?>/, cookie);
  }
  for (const fields of [{ theme: 'purple' }, { size: '99' }, { theme: 'dark\r\nX: y' }]) {
    const { status, headers } = await post(fields);
    assert.equal(status, 400);
    assert.equal(headers['set-cookie'], undefined);
  }
  assert.equal((await post({ theme: 'dark' }, { 'Sec-Fetch-Site': 'cross-site' })).status, 403);
  assert.equal((await post({ theme: 'dark' }, { Origin: 'https://evil.example' })).status, 403);
  for (const [referer, back] of [['https://evil.example/q/7', '/#look'], [`${site.url}//evil.example`, '/#look'], [`${site.url}/q/7?region=ru-per`, '/q/7?region=ru-per#look'],
    [`${site.url}/\\evil.example`, '/#look'], ['javascript:alert(1)', '/#look'], [`http://evil.example@127.0.0.1:${site.port}//x`, '/#look']]) {
    const { status, headers } = await post({ theme: 'dark' }, { Referer: referer });
    assert.equal(status, 303, referer);
    assert.equal(headers.location, back, referer);
    assert.match(headers['set-cookie'][0], /^look=dark; Path=\/; Max-Age=31536000; SameSite=Lax$/);
    assert.equal(headers['x-vhod-counted'], 'no; uncounted');
  }
});

test('errors in the frame of the other pages: 400, 404, 405, also from the web server itself', async () => {
  const answers = {
    'a bad escape': await raw(site.port, `GET /a%zz HTTP/1.1\r\nHost: 127.0.0.1:${site.port}\r\nConnection: close\r\n\r\n`),
    'a bad value': await raw(site.port, `GET /q/7?region=nowhere HTTP/1.1\r\nHost: 127.0.0.1:${site.port}\r\nConnection: close\r\n\r\n`),
    'a missing page': await raw(site.port, `GET /nothing HTTP/1.1\r\nHost: 127.0.0.1:${site.port}\r\nConnection: close\r\n\r\n`),
    'a form to a page': await raw(site.port, `POST /regions HTTP/1.1\r\nHost: 127.0.0.1:${site.port}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`),
    'a method of no page': await raw(site.port, `DELETE /regions HTTP/1.1\r\nHost: 127.0.0.1:${site.port}\r\nConnection: close\r\n\r\n`),
    'a dot segment': await raw(site.port, `GET /../x HTTP/1.1\r\nHost: 127.0.0.1:${site.port}\r\nConnection: close\r\n\r\n`),
  };
  for (const [what, { status, body }] of Object.entries(answers)) {
    assert.ok([400, 404, 405].includes(status), `${what}: ${status}`);
    assert.match(body, /<header class="top">/, what);
    assert.match(body, /<h1>/, what);
    assert.match(body, /<form class="find"/, what);
  }
});
