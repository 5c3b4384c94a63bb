// /for-schools: a school editor gets, in as few actions as can be, code that works on another page: every kind of it, for a
// region, a guide and a question; the poster comes out as one sheet whose code can be scanned; and nothing of it needs script.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { launch } from './browser.js';
import { request } from './http.js';
import { build, startSite } from './server.js';

const KINDS = ['link', 'button', 'frame', 'picture', 'png', 'qr', 'qr-png'];
const folder = path.join(build, 'screenshots', 'for-schools');

let site;
let browser;
let school; // {url, html}: a page of another origin
before(async () => {
  [site, browser, school] = await Promise.all([startSite(), launch(), startSchool()]);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
});
after(async () => {
  school?.close();
  await browser?.close();
  await site?.stop();
});
const get = (address, options) => request(site.url + address, options);
const plain = (text) => text.replace(/\u00a0/g, ' ');

function startSchool() {
  return new Promise((resolve) => {
    const own = { html: '' };
    const server = http.createServer((_, response) => {
      response.setHeader('Content-Type', 'text/html; charset=utf-8');
      response.end(`<!doctype html><html lang="ru"><meta charset="utf-8"><title>Школа</title><body>${own.html}`);
    }).listen(0, '127.0.0.2', () => resolve(Object.assign(own, { url: `http://127.0.0.2:${server.address().port}/`, close: () => server.close() })));
  });
}

async function open(options = {}) {
  const context = await browser.newContext({ locale: 'ru-RU', javaScriptEnabled: false, viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const trouble = [];
  page.on('console', (message) => { if (message.type() === 'error') trouble.push(message.text()); });
  page.on('response', (response) => { if (response.status() >= 400) trouble.push(`${response.status()} ${response.url()}`); });
  return { page, trouble, close: () => context.close() };
}

test('from the page of a region to a code that stands on the school\'s page: five actions, without script', async () => {
  const { page, trouble, close } = await open();
  let actions = 0;
  const act = async (action) => { actions++; await action; };
  await page.goto(`${site.url}/region/ru-per`);
  await act(page.getByText('Разместить на сайте школы').click());
  await act(page.getByRole('link', { name: /Кнопка, QR-код, плакат/ }).click());
  await page.waitForURL(/\/for-schools\?page=\/region\/ru-per/);
  assert.equal(await page.locator('select[name=page]').inputValue(), '/region/ru-per', 'its choice is filled in');
  await act(page.getByLabel('кнопка', { exact: true }).check());
  await act(page.getByRole('button', { name: 'Показать' }).click());
  await page.waitForURL(/kind=button/);
  await page.screenshot({ path: path.join(folder, 'button.png'), fullPage: true });
  actions++; // copying
  school.html = await page.locator('#build-code').inputValue();
  await page.goto(school.url);
  const button = page.getByRole('link', { name: 'Войти в школьный портал: Пермский край' });
  assert.ok((await button.boundingBox()).height >= 44, 'as high as a finger');
  assert.equal(await button.getAttribute('href'), `${site.url}/go/ru-per`);
  assert.equal(actions, 5);
  assert.deepEqual(trouble, []);
  await close();
});

for (const [what, region] of [['/region/ru-ta', ''], ['/guide/gosuslugi-register', 'ru-alt'], ['/q/7', 'ru-per']]) {
  test(`${what}: every kind stands on another page and works there`, async () => {
    const { page, trouble, close } = await open();
    for (const theme of ['', 'light', 'dark']) {
      const shown = [];
      for (const kind of what.startsWith('/region') ? ['go', ...KINDS] : KINDS) {
        const { status, text } = await get(`/for-schools?page=${what}&region=${region}&kind=${kind}&colours=${theme}`);
        assert.equal(status, 200);
        await page.setContent(text);
        const code = await page.locator('#build-code').inputValue();
        assert.doesNotMatch(code, /<script| on[a-z]+=/);
        if (region && !['button', 'go'].includes(kind)) assert.ok(code.includes(`region=${region}`), `${kind}: ${code}`);
        if (theme && ['frame', 'picture', 'png'].includes(kind)) assert.ok(code.includes(`theme=${theme}`), `${kind}: ${code}`);
        if (kind === 'button') assert.equal(/#8fe0c4/.test(code), theme !== 'light', `${theme || 'as the visitor has it'}: ${code}`);
        if (kind === 'button') assert.equal(/light-dark\(/.test(code), theme === '', code);
        shown.push(`<div id="${kind}">${code}</div>`);
      }
      trouble.length = 0; // that text stood on no page
      school.html = shown.join('\n');
      await page.goto(school.url, { waitUntil: 'networkidle' });
      for (const image of await page.locator('img').all()) assert.ok(await image.evaluate((img) => img.naturalWidth >= 25), await image.getAttribute('src'));
      assert.ok((await page.frames()[1].locator('h1').innerText()).length > 3);
      for (const link of await page.locator('div > a').all()) assert.ok([200, 303].includes((await request(await link.getAttribute('href'))).status));
      assert.deepEqual(trouble, []);
    }
    await page.screenshot({ path: path.join(folder, `kinds${what.replaceAll('/', '-')}.png`), fullPage: true });
    await close();
  });
}

test('what was chosen stands in the form, in the preview and in the address', async () => {
  const { page, trouble, close } = await open();
  await page.goto(`${site.url}/for-schools`);
  await page.locator('select[name=page]').selectOption('/guide/epos-link');
  await page.locator('select[name=region]').selectOption('ru-per');
  await page.getByLabel('рамка', { exact: true }).check();
  await page.getByLabel('тёмные').first().check();
  await page.getByRole('button', { name: 'Показать' }).click();
  await page.waitForURL(/page=%2Fguide%2Fepos-link&region=ru-per&kind=frame&colours=dark/);
  assert.ok(await page.locator('input[name=colours][value=dark]').isChecked());
  assert.equal(await page.locator('select[name=page]').inputValue(), '/guide/epos-link');
  assert.equal(await page.locator('select[name=region]').inputValue(), 'ru-per');
  assert.ok(await page.locator('input[name=kind][value=frame]').isChecked());
  const frame = page.frames()[1];
  assert.match(frame.url(), /\/embed\/guide\/epos-link\?region=ru-per&theme=dark$/);
  assert.match(await frame.evaluate(() => getComputedStyle(document.body).color), /^rgb\(238/);
  assert.deepEqual(trouble, []);
  await close();
});

// The lines of a PDF, the number of its sheets, and what its codes say.
function readSheet(pdf, name) {
  const file = path.join(folder, `${name}.pdf`);
  fs.writeFileSync(file, pdf);
  const run = (...command) => {
    const { status, stdout, stderr } = spawnSync(command[0], command.slice(1), { encoding: 'utf8' });
    assert.equal(status, 0, `${command.join(' ')}: ${stderr}`);
    return stdout;
  };
  const sheets = Number(/Pages:\s+(\d+)/.exec(run('pdfinfo', file))[1]);
  run('pdftoppm', '-r', '150', '-png', file, file);
  const image = fs.readdirSync(folder).find((entry) => entry.startsWith(`${name}.pdf-`));
  return { sheets, text: plain(run('pdftotext', '-layout', file, '-')), codes: run('zbarimg', '-q', path.join(folder, image)) };
}

for (const [what, region, says] of [['/region/ru-per', '', /edu-epos\.permkrai\.ru/], ['/region/ru-chu', '', /./], ['/region/ru-ore', '', /Не получается\?/],
  ['/q/7', 'ru-per', /Вхожу, а меня возвращает/], ['/guide/gosuslugi-register', '', /Госуслуг/]]) {
  test(`the poster of ${what} is one sheet with the school's name, and its code leads to the page`, async () => {
    const { page, close } = await open();
    const name = 'Школа № 3 имени Ю. А. Гагарина';
    await page.goto(`${site.url}/for-schools?page=${what}&region=${region}&kind=poster&school=${encodeURIComponent(name)}`);
    const { sheets, text, codes } = readSheet(await page.pdf({ preferCSSPageSize: true }), `poster${what.replaceAll('/', '-')}`);
    assert.equal(sheets, 1);
    assert.ok(text.includes(name), text);
    assert.match(text, says);
    assert.doesNotMatch(text, /Показать|Как вставить|Что разместить/, 'and nothing else of the page');
    assert.equal(codes.trim(), `QR-Code:${site.url}${what}${region ? `?region=${region}` : ''}`);
    await close();
  });
}

test('the choice of colours is for what is placed, not for this page, with script too', async () => {
  const { page, close } = await open({ javaScriptEnabled: true });
  await page.goto(`${site.url}/for-schools?page=/region/ru-ta&kind=button&colours=dark`);
  assert.ok(await page.locator('input[name=colours][value=dark]').isChecked());
  await page.locator('input[name=colours][value=light]').check();
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme ?? ''), '');
  assert.equal(await page.evaluate(() => localStorage.length), 0);
  await close();
});

test('what cannot be is said, and nothing that was chosen is lost', async () => {
  const unknown = plain((await get('/for-schools?page=/region/ru-xx&kind=qr&school=%3Cb%3E')).text);
  assert.match(unknown, /Такой страницы в справочнике нет/);
  assert.match(unknown, /value="qr" checked/);
  assert.match(unknown, /value="&lt;b&gt;"/);
  for (const page of ['/about', 'https://evil.example/region/ru-per', '%3Cscript%3E', '/q/9999']) {
    assert.match(plain((await get(`/for-schools?page=${page}`)).text), /Такой страницы в справочнике нет/, page);
  }
  const guide = plain((await get('/for-schools?page=/guide/epos-link&kind=go')).text);
  assert.match(guide, /Ссылка сразу на портал есть только у региона/);
  assert.doesNotMatch(guide, /id="build-code"/);
  const refused = await get('/for-schools?kind=banner');
  assert.equal(refused.status, 400);
  assert.match(plain(refused.text), /«kind=»\. Здесь может стоять одно из слов: link go button/);
  assert.match(plain((await get(`/for-schools?page=${encodeURIComponent(`${site.url}/22`)}`)).text), /<option value="\/region\/ru-alt" selected>/, 'an address may be pasted');
});

test('a frame is shown on this page alone', async () => {
  assert.match((await get('/for-schools')).headers['content-security-policy'], /frame-src 'self'/);
  for (const address of ['/', '/region/ru-alt', '/q/7', '/embed/q/7']) assert.doesNotMatch((await get(address)).headers['content-security-policy'], /frame-src/);
});

test('the foot of every page leads here and to the operators\' desk', async () => {
  for (const address of ['/', '/q/7', '/no-such-page']) {
    const foot = (await get(address)).text.split('<footer')[1];
    assert.match(foot, /href="\/for-schools"/);
    assert.match(foot, /href="\/desk"/);
  }
});
