// Suggestions while typing (htdocs/suggest.js), held to the 18 acceptance criteria of the GOV.UK accessible autocomplete,
// as far as they apply, and to the promise that the form works the same without them.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { brotliCompressSync } from 'node:zlib';
import { launch, openPage } from './browser.js';
import { startSite, top } from './server.js';

let site;
let browser;
before(async () => { [site, browser] = await Promise.all([startSite(), launch()]); });
after(async () => {
  await browser?.close();
  await site?.stop();
});

const field = (page) => page.locator('input[type=search]');
const options = (page) => page.getByRole('option');

async function openFront(extra = {}) {
  const opened = await openPage(browser, site.url, extra);
  await opened.page.goto(`${site.url}/`);
  return opened;
}

async function type(page, text) {
  await field(page).fill('');
  await field(page).pressSequentially(text);
  await options(page).first().waitFor();
}

test('criteria 1 and 2: focusable with a keyboard, and the focus is seen', async () => {
  const { page, close } = await openFront();
  for (let i = 0; i < 10 && !(await field(page).evaluate((input) => input === document.activeElement)); i++) {
    await page.keyboard.press('Tab');
  }
  const outline = await field(page).evaluate((input) => getComputedStyle(input).outlineStyle);
  assert.equal(outline, 'solid');
  await close();
});

test('criteria 3, 5 and 6: an editable field with a list, with a name and an explanation', async () => {
  const { page, close } = await openFront();
  const combobox = page.getByRole('combobox', { name: 'Ваш город или регион' });
  assert.equal(await combobox.count(), 1);
  assert.equal(await combobox.getAttribute('aria-autocomplete'), 'list');
  const hint = page.locator(`#${await combobox.getAttribute('aria-describedby')}`);
  assert.match(await hint.innerText(), /код с номера машины/);
  await close();
});

test('criterion 4: what was searched stands in the field of the result page', async () => {
  const { page, close } = await openFront();
  await page.goto(`${site.url}/search?q=${encodeURIComponent('бар')}`);
  assert.equal(await field(page).inputValue(), 'бар');
  await close();
});

test('criteria 7 to 10: says that the list is open, whether and how many match, and when that changes', async () => {
  const { page, trouble, close } = await openFront();
  const status = page.getByRole('status');
  assert.equal(await field(page).getAttribute('aria-expanded'), 'false');
  await type(page, 'барна');
  assert.equal(await field(page).getAttribute('aria-expanded'), 'true');
  assert.match(await status.innerText(), new RegExp(`Найдено подсказок: ${await options(page).count()}$`));
  const before = await status.innerText();
  await field(page).pressSequentially('ъъъъъъъъ');
  await page.waitForFunction((text) => document.querySelector('[role=status]').textContent !== text, before);
  assert.match(await status.textContent(), /Найдено подсказок: \d+$/);
  assert.deepEqual(trouble, []);
  await close();
});

test('criteria 11 to 15: one key or one tap at a time, the selected one is told with its place, none is pre-selected', async () => {
  const { page, close } = await openFront();
  await type(page, 'об');
  assert.equal(await field(page).getAttribute('aria-activedescendant'), null, 'nothing is pre-selected');
  assert.equal(await page.locator('[role=option][aria-selected=true]').count(), 0);
  await page.keyboard.press('ArrowDown');
  const selected = page.locator('[role=option][aria-selected=true]');
  assert.equal(await selected.getAttribute('id'), await field(page).getAttribute('aria-activedescendant'));
  assert.equal(await selected.getAttribute('aria-posinset'), '1');
  assert.equal(Number(await selected.getAttribute('aria-setsize')), await options(page).count());
  await page.keyboard.press('ArrowUp');
  assert.equal(Number(await selected.getAttribute('aria-posinset')), await options(page).count(), 'the list goes round');
  await page.keyboard.press('Escape');
  assert.equal(await field(page).getAttribute('aria-expanded'), 'false');
  assert.equal(await field(page).inputValue(), 'об', 'what was typed stays');
  await close();
});

test('criteria 16 and 17: Enter or a tap confirms; the region says so by its own heading (18: the page is another one)', async () => {
  for (const confirm of ['Enter', 'tap']) {
    const { page, close } = await openFront({ hasTouch: true });
    await type(page, 'барнау');
    if (confirm === 'tap') {
      await options(page).first().tap();
    } else {
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
    }
    await page.waitForURL('**/region/ru-alt');
    assert.match(await page.getByRole('heading', { level: 1 }).innerText(), /Алтайский край/);
    await close();
  }
});

test('what is typed is accepted on Enter, never replaced by a suggestion', async () => {
  const { page, close } = await openFront();
  await type(page, 'Томск');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/region/ru-tom');
  await close();
});

test('nothing is asked below two characters, and one answer serves fast typing', async () => {
  const { page, close } = await openFront();
  const asked = [];
  page.on('request', (request) => { if (request.url().includes('/search.json')) asked.push(request.url()); });
  await field(page).pressSequentially('б');
  await page.waitForTimeout(500);
  assert.equal(asked.length, 0);
  await field(page).pressSequentially('арнаул', { delay: 20 });
  await options(page).first().waitFor();
  assert.equal(asked.length, 1);
  await close();
});

test('the form works when the script fails, and when the suggestions do', async () => {
  for (const broken of ['**/suggest.js', '**/search.json*']) {
    const { page, close } = await openPage(browser, site.url);
    await page.route(broken, (route) => route.abort());
    await page.goto(`${site.url}/`);
    await field(page).pressSequentially('Барнаул');
    await page.waitForTimeout(400);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/region/ru-alt');
    await close();
  }
});

test('the script is at most 3 KB compressed', () => {
  const size = brotliCompressSync(fs.readFileSync(path.join(top, 'htdocs/suggest.js'))).length;
  assert.ok(size <= 3072, `${size} bytes`);
});
