// Paper (htdocs/print.css), as the browser's own PDF on A4: a guide of up to six steps on one sheet, longer ones without a
// sheet for one lonely step; a region and a question as posters; addresses in words, 11 points and more, the address of the
// page also as a QR code that an independent reader (zbar) takes back to it; and nothing of the site around it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { launch, openPage } from './browser.js';
import { request } from './http.js';
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

const POINTS = 96 / 72; // CSS pixels of one
const run = (command, ...args) => execFileSync(command, args, { encoding: 'utf8', timeout: 60_000 });

// What the style makes of a page for paper: texts smaller than `least` pixels, and the titles of the steps that are printed.
const onPaper = (least) => {
  const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  const small = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const within = node.parentElement;
    if (node.textContent.trim() && within.checkVisibility() && !within.closest('svg, .num, style, script') && parseFloat(getComputedStyle(within).fontSize) < least - 0.01)
      small.push(`${node.textContent.trim().slice(0, 40)} (${getComputedStyle(within).fontSize})`);
  }
  const steps = [...document.querySelectorAll('.steps > li')].filter((step) => step.checkVisibility());
  return { small, steps: steps.map((step) => step.querySelector('h2').textContent.trim()) };
};

// Prints an address and reads the paper: {pages, sheets (their texts), text, codes, small, steps}.
async function print(address, options = {}) {
  const { page, close } = await openPage(browser, site.url, options);
  const file = path.join(folder, 'leaflet.pdf');
  await page.goto(site.url + address);
  await page.emulateMedia({ media: 'print' });
  const { small, steps } = await page.evaluate(onPaper, 11 * POINTS);
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
  const text = run('pdftotext', '-layout', file, '-');
  return { pages: Number(/Pages:\s+(\d+)/.exec(info)[1]), size: /Page size:.*/.exec(info)[0], text, sheets: text.split('\f').slice(0, -1), codes, small, steps };
}

const plain = (text) => text.replace(/\s+/g, ' ');

test('every guide, without a region and for one it is for: few sheets, no lonely step, 11 points', async (t) => {
  const { guides } = (await request(`${site.url}/guides.json`)).json();
  assert.ok(guides.length >= 9);
  for (const { id } of guides) {
    const { limits } = (await request(`${site.url}/guide/${id}.json`)).json();
    const region = limits?.regions?.[0]?.iso ?? 'ru-per';
    for (const address of [`/guide/${id}`, `/guide/${id}?region=${region}`]) {
      const { pages, size, sheets, text, codes, small, steps } = await print(address);
      t.diagnostic(`${address}: ${steps.length} steps, ${pages} pages`);
      assert.match(size, /A4/);
      assert.ok(steps.length > 0, address);
      if (steps.length <= 6) assert.equal(pages, 1, address);
      else assert.ok(pages <= Math.ceil(steps.length / 6), `${address}: ${pages} pages`);
      for (const sheet of sheets) {
        const here = steps.filter((title) => plain(sheet).includes(title.slice(0, 24)));
        assert.ok(pages === 1 || here.length > 1, `${address}: a sheet with ${here.length} steps`);
      }
      assert.deepEqual(small, [], address);
      assert.equal(codes.length, 1, address);
      assert.match(codes[0], new RegExp(`^${site.url}/guide/${id}(\\?region=ru-\\w+)?$`));
      assert.match(plain(text), new RegExp(`Свежая версия этой страницы: 127\\.0\\.0\\.1:\\d+/guide/${id}`));
      assert.match(text, /Обновлено \d+ \S+ \d{4} года, правка \d+/);
    }
  }
});

test('addresses of links stand in words', async () => {
  const { text } = await print('/guide/gosuslugi-register');
  assert.match(plain(text), /esia\.gosuslugi\.ru\/registration \(https:\/\/esia\.gosuslugi\.ru\/registration\/?\)/);
  assert.match(plain(text), /\(\/q\/\d+\)/);
  assert.match(plain(text), /Адреса, которые начинаются с черты, — на этом сайте: 127\.0\.0\.1:\d+\/…/);
  const own = await print('/guide/epos-link?region=ru-per');
  assert.match(own.text, /edu-epos\.permkrai\.ru/);
});

test('setevoy-region-link, light and dark: about one region, with its address', async () => {
  for (const [query, colorScheme] of [['', 'light'], ['?region=ru-alt', 'dark']]) {
    const { pages, text, codes } = await print(`/guide/setevoy-region-link${query}`, { colorScheme });
    assert.equal(pages, 1);
    assert.deepEqual(codes, [`${site.url}/guide/setevoy-region-link?region=ru-alt`], 'it is about one region only');
    assert.match(text, /Как связать/);
    assert.match(text, /netschool\.edu22\.info/);
    assert.match(text, /Сначала — в школу/);
    assert.doesNotMatch(text, /Инструкции|Разместить на сайте|Скопировать|Найти|О данных|Откуда/);
  }
});

for (const [iso, code, name, typed] of [['ru-alt', '22', 'Алтайский край', 'netschool.edu22.info'], ['ru-per', '59', 'Пермский край', 'edu-epos.permkrai.ru'],
  ['ru-spe', '78', 'Санкт-Петербург', 'dnevnik2.petersburgedu.ru']]) {
  test(`${iso} on paper: a poster of one sheet`, async () => {
    const { pages, text, codes, small } = await print(`/region/${iso}`, { colorScheme: 'dark' });
    assert.equal(pages, 1);
    assert.deepEqual(codes, [`${site.url}/region/${iso}`]);
    assert.deepEqual(small, []);
    for (const words of [name, 'Вход в школьный портал', typed, 'Не получается?', 'Свежая версия этой страницы:', `127.0.0.1:${site.port}/${code}`]) assert.ok(text.includes(words), words);
    assert.match(text, /По состоянию на \d+ \S+ \d{4} года/);
    assert.doesNotMatch(text, /Вопросы и ответы|По шагам|Откуда|источник|Запомнить|Разместить|Открылось/);
  });
}

test('a region without an address, one with many: one sheet each', async () => {
  const { regions } = (await request(`${site.url}/regions.json`)).json();
  const without = regions.find(({ logins }) => logins.length === 0);
  const most = [...regions].sort((a, b) => b.logins.length - a.logins.length)[0];
  for (const region of [without, most].filter(Boolean)) {
    const { pages, text } = await print(`/region/${region.iso}`);
    assert.equal(pages, 1, region.iso);
    assert.match(text, region.logins.length ? /Не получается/ : /Подтверждённого адреса входа мы не знаем/);
  }
});

test('a question on paper: for one region one page, and nothing of the others; without a region all cases', async () => {
  const own = await print('/q/7?region=ru-per');
  assert.equal(own.pages, 1);
  assert.deepEqual(own.codes, [`${site.url}/q/7?region=ru-per`]);
  assert.match(own.text, /Сначала — в школу/);
  assert.match(own.text, /В ЭПОС/);
  assert.doesNotMatch(own.text, /В «Сетевом городе»|МЭШ|В Дневник\.ру/);
  assert.doesNotMatch(own.text, /Разместить на сайте|Скопировать|Помогло|Показано для региона|Изменить|Откуда/);
  const all = await print('/q/7');
  assert.ok(all.pages <= 2, `${all.pages} pages`);
  assert.deepEqual(all.codes, [`${site.url}/q/7`]);
  for (const words of [/Школа ребёнка/, /В ЭПОС/, /В «Сетевом городе»/, /ФИО и СНИЛС/, /В Москве \(МЭШ\)/]) assert.match(all.text, words);
  for (const address of ['/q/12', '/q/33']) {
    const { pages, text, codes, small } = await print(address);
    assert.equal(pages, 1, address);
    assert.deepEqual(codes, [site.url + address]);
    assert.deepEqual(small, [], address);
    assert.match(plain(text), /Свежая версия этой страницы: 127/);
    assert.match(text, /Обновлено \d+ \S+ \d{4} года/);
  }
});
