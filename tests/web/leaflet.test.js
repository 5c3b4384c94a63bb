// The printed leaflet: a guide as the browser's own PDF on A4: steps, figures, contacts, the address in words and as a QR code
// that an independent reader (zbar) takes back to the address; and nothing of the site around it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { launch, openPage } from './browser.js';
import { startSite } from './server.js';

let site;
let browser;
let folder;
before(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vhod-leaflet-'));
  [site, browser] = await Promise.all([startSite(), launch()]);
});
after(async () => {
  await browser?.close();
  await site?.stop();
  if (folder) fs.rmSync(folder, { recursive: true });
});

const run = (command, ...args) => execFileSync(command, args, { encoding: 'utf8', timeout: 60_000 });

// Prints an address and reads the paper: {pages, text, codes}.
async function print(address, options = {}) {
  const { page, close } = await openPage(browser, site.url, options);
  const file = path.join(folder, 'leaflet.pdf');
  await page.goto(site.url + address);
  await page.pdf({ path: file, preferCSSPageSize: true });
  await close();
  const info = run('pdfinfo', file);
  run('pdftoppm', '-r', '200', '-png', file, path.join(folder, 'page'));
  const pictures = fs.readdirSync(folder).filter((name) => name.endsWith('.png')).map((name) => path.join(folder, name));
  const codes = pictures.flatMap((picture) => {
    try {
      return run('zbarimg', '--quiet', '--raw', picture).trim().split('\n');
    } catch {
      return []; // this page has none
    }
  });
  for (const picture of pictures) fs.unlinkSync(picture);
  return { pages: Number(/Pages:\s+(\d+)/.exec(info)[1]), size: /Page size:.*/.exec(info)[0], text: run('pdftotext', '-layout', file, '-'), codes };
}

test('setevoy-region-link: two A4 pages, and the QR code leads to the guide', async () => {
  for (const [query, colorScheme] of [['', 'light'], ['?region=ru-alt', 'dark']]) {
    const { pages, size, text, codes } = await print(`/guide/setevoy-region-link${query}`, { colorScheme });
    assert.ok(pages <= 2, `${pages} pages`);
    assert.match(size, /A4/);
    assert.deepEqual(codes, [`${site.url}/guide/setevoy-region-link?region=ru-alt`], 'it is about one region only');
    assert.match(text, /Как связать/);
    assert.match(text, /netschool\.edu22\.info/);
    assert.match(text, /Сначала — в школу/);
    assert.match(text, /правка 1/);
    assert.match(text, /Свежая версия этой страницы: 127\.0\.0\.1:\d+\/guide\/setevoy-region-link/);
    assert.doesNotMatch(text, /Инструкции|Разместить на сайте|Скопировать|Найти|О данных/);
  }
});

test('a question on paper: for one region one page, and nothing of the others; without a region all cases', async () => {
  const own = await print('/q/7?region=ru-per');
  assert.equal(own.pages, 1);
  assert.deepEqual(own.codes, [`${site.url}/q/7?region=ru-per`]);
  assert.match(own.text, /Сначала — в школу/);
  assert.match(own.text, /В ЭПОС/);
  assert.doesNotMatch(own.text, /В «Сетевом городе»|МЭШ|В Дневник\.ру/);
  assert.doesNotMatch(own.text, /Разместить на сайте|Скопировать|Помогло|Показано для региона|Изменить/);
  const all = await print('/q/7');
  assert.ok(all.pages <= 2, `${all.pages} pages`);
  assert.deepEqual(all.codes, [`${site.url}/q/7`]);
  for (const words of [/Школа ребёнка/, /В ЭПОС/, /В «Сетевом городе»/, /ФИО и СНИЛС/, /В Москве \(МЭШ\)/]) assert.match(all.text, words);
});
