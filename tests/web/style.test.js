// The design as style.css writes it down: contrast, weight, sizes of what is tapped, length of lines, the choice of looks.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import zlib from 'node:zlib';
import { launch, openPage } from './browser.js';
import { request } from './http.js';
import { startSite, top } from './server.js';

const MAIN = ['/', '/regions', '/region/ru-alt', '/guide/epos-link?region=ru-per', '/q/7', '/guides', '/questions', '/check',
  '/search?q=%D0%B0%D0%BB%D1%82', '/about', '/privacy', '/accessibility', '/changes', '/styleguide'];
const TEXT = ['ink', 'soft', 'link', 'good', 'warn', 'bad'];
const BEHIND = ['paper', 'card', 'tint', 'mark'];
const THEMES = ['light', 'dark'];

const css = ['templates/style.css', 'templates/lists.css', 'templates/figures.css', 'htdocs/print.css'].map((file) => fs.readFileSync(path.join(top, file), 'utf8')).join('\n');
// Both colours of each token: {ink: ['#1a1f24', '#eef1f2']}.
const tokens = Object.fromEntries([...css.matchAll(/--([\w-]+): var\(--lit, (?:var\(--own-lit, )?(#\w+)\)?\) var\(--dim, (?:var\(--own-dim, )?(#\w+)\)?\);/g)]
  .map(([, name, light, dark]) => [name, [light, dark]]));

// WCAG 2.2: relative luminance and contrast ratio.
function luminance(hex) {
  const digits = hex.length === 4 ? [...hex.slice(1)].map((digit) => digit + digit) : hex.slice(1).match(/../g);
  const [r, g, b] = digits.map((digit) => parseInt(digit, 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(one, other) {
  const [less, more] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (more + 0.05) / (less + 0.05);
}
const between = (one, other, theme) => contrast(tokens[one][theme], tokens[other][theme]);

test('contrast is computed as WCAG has it', () => {
  assert.equal(contrast('#000', '#ffffff'), 21);
  assert.ok(Math.abs(contrast('#777', '#fff') - 4.478) < 0.001);
});

for (const [theme, name] of THEMES.entries()) {
  test(`${name}: text has a contrast of 7:1 on whatever lies behind it`, () => {
    for (const text of TEXT)
      for (const behind of BEHIND) {
        const ratio = between(text, behind, theme);
        assert.ok(ratio >= 7, `--${text} on --${behind}: ${ratio.toFixed(2)}`);
      }
    assert.ok(between('door-ink', 'door', theme) >= 7);
  });

  test(`${name}: edges of fields and the ring of the focus have 3:1`, () => {
    for (const drawn of ['edge', 'focus'])
      for (const behind of BEHIND) assert.ok(between(drawn, behind, theme) >= 3, `--${drawn} on --${behind}`);
  });
}

test('every colour in the style is a token, but for paper (print, the poster) and what stands on other people\'s pages', () => {
  const screen = css.replace(/\/\*[\s\S]*?\*\//g, '').replace(/@media print \{\n[\s\S]*?\n\}/g, '');
  const loose = screen.split('\n').filter((line) => /#[0-9a-f]{3,6}\b/i.test(line.replace(/var\(--(lit|dim|own-lit|own-dim), #\w+\)/g, '')) && !/^\.(sample|builder ~ \.poster)/.test(line));
  assert.deepEqual(loose, []);
});

let site;
let browser;
before(async () => { [site, browser] = await Promise.all([startSite(), launch()]); });
after(async () => {
  await browser?.close();
  await site?.stop();
});

test('the style guide names the contrasts as measured', async () => {
  const { text } = await request(`${site.url}/styleguide`);
  const told = [...text.matchAll(/<code>--([\w-]+)<\/code>.*?class="n">([^<]+)<\/td><td class="n">([^<]+)</g)];
  assert.ok(told.length >= 12);
  for (const [, name, ...ratios] of told) {
    const behind = TEXT.includes(name) ? BEHIND : name === 'door' ? ['door-ink'] : ['edge', 'focus'].includes(name) ? ['paper', 'card'] : [];
    ratios.forEach((ratio, theme) => {
      const least = Math.floor(Math.min(...behind.map((other) => between(name, other, theme))) * 10) / 10;
      assert.equal(ratio, behind.length ? least.toFixed(1).replace('.', ',') : '—', `--${name}, ${THEMES[theme]}`);
    });
  }
});

test('the style weighs at most 8 KB compressed, the script for the looks at most 1 KB', async () => {
  const { text } = await request(`${site.url}/`);
  const [, style] = /<style>([\s\S]*?)<\/style>/.exec(text);
  const [, look] = /<script>([\s\S]*?)<\/script>/.exec(text);
  const weigh = (what) => [zlib.gzipSync(what).length, zlib.brotliCompressSync(what).length];
  for (const bytes of weigh(style)) assert.ok(bytes <= 8192, `style: ${bytes}`);
  for (const bytes of weigh(look)) assert.ok(bytes <= 1024, `script: ${bytes}`);
});

// Links within a sentence are exempt (WCAG 2.5.8): those with text before or after them in their paragraph or cell.
const tooSmall = () => [...document.querySelectorAll('nav a, .list > li > a, .cols a, .btn, button, summary, .mark, .look label, input:not([type=radio]):not([type=hidden]), select')]
  .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest('.unseen, .options, .map'))
  .map((element) => [element, element.getBoundingClientRect()])
  .filter(([, { width, height, left }]) => left > -50 && (height < 43.9 || width < 43.9))
  .map(([element, { width, height }]) => `${element.tagName} «${element.textContent.trim().slice(0, 30)}» ${Math.round(width)}×${Math.round(height)}`);

// Paragraphs by the number of characters in their fullest line, as the browser broke them.
const longLines = () => [...document.querySelectorAll('main p, main li, main dd')]
  .filter((element) => element.checkVisibility() && !element.querySelector('p, ul, ol, form, table, a.btn, .card') && element.textContent.trim().length > 75)
  .flatMap((element) => {
    const lines = new Map();
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      for (let i = 0; i < node.length; i++) {
        const range = document.createRange();
        range.setStart(node, i);
        range.setEnd(node, i + 1);
        const box = range.getBoundingClientRect();
        if (!box.width) continue;
        const line = Math.round((box.top + box.height / 2) / 14);
        lines.set(line, (lines.get(line) || 0) + 1);
      }
    }
    const most = Math.max(0, ...lines.values());
    return most > 75 ? [`${most}: ${element.textContent.trim().slice(0, 60)}`] : [];
  });

for (const address of MAIN) {
  test(`${address}: what a finger taps is 44 pixels high and wide at 360`, async () => {
    const { page, close } = await openPage(browser, site.url, { viewport: { width: 360, height: 740 } });
    await page.goto(site.url + address);
    assert.deepEqual(await page.evaluate(tooSmall), []);
    await close();
  });

  test(`${address}: lines of text end before 76 characters at 1440`, async () => {
    const { page, close } = await openPage(browser, site.url, { viewport: { width: 1440, height: 900 } });
    await page.goto(site.url + address);
    assert.deepEqual(await page.evaluate(longLines), []);
    await close();
  });
}

const looks = (page) => page.evaluate(() => [getComputedStyle(document.documentElement).backgroundColor,
  getComputedStyle(document.documentElement).fontSize]);
const DARK = 'rgb(19, 23, 26)';
const LIGHT = 'rgb(251, 250, 246)';

for (const [colorScheme, other, behind] of [['light', 'dark', DARK], ['dark', 'light', LIGHT]]) {
  test(`a system that is ${colorScheme}: ${other} may be chosen on the page at hand without script`, async () => {
    const { page, close } = await openPage(browser, site.url, { javaScriptEnabled: false, colorScheme });
    await page.goto(`${site.url}/about`);
    await page.locator('.look summary').click();
    await page.locator(`#theme-${other}`).check();
    await page.locator('#size-huge').check();
    assert.deepEqual(await looks(page), [behind, '28px']);
    assert.deepEqual(await page.context().cookies(), []);
    await close();
  });

  test(`a system that is ${colorScheme}: the choice of ${other} is kept, stands before anything is drawn, and can be taken back`, async () => {
    const { page, trouble, close } = await openPage(browser, site.url, { colorScheme });
    await page.goto(`${site.url}/about`);
    assert.equal(await page.evaluate(() => localStorage.length), 0, 'nothing is kept before somebody chose');
    await page.locator('.look summary').click();
    await page.locator(`#theme-${other}`).check();
    await page.locator('#size-large').check();
    await page.goto(`${site.url}/q/7`);
    assert.deepEqual(await looks(page), [behind, '22px']);
    assert.ok(await page.locator(`#theme-${other}`).isChecked());
    // The script stands before the body, so the first paint has it.
    assert.ok(await page.evaluate(() => document.head.querySelector('script:not([src]):not([type])') !== null));
    await page.locator('.look summary').click();
    await page.locator('#theme-system').check();
    await page.locator('#size-normal').check();
    assert.deepEqual(await page.evaluate(() => ({ ...localStorage })), {});
    assert.deepEqual(await page.context().cookies(), []);
    await page.reload();
    assert.equal((await looks(page))[0], colorScheme === 'dark' ? DARK : LIGHT);
    assert.deepEqual(trouble, []);
    await close();
  });
}

test('a style guide that nobody links to, no search engine keeps, and nothing counts', async () => {
  const { text } = await request(`${site.url}/styleguide`);
  assert.match(text, /<meta name="robots" content="noindex">/);
  for (const address of ['/', '/about', '/sitemap.xml', '/robots.txt'])
    assert.doesNotMatch((await request(site.url + address)).text, /styleguide/);
  site.count();
  const stats = await request(`${site.url}/stats.json?period=today`);
  assert.doesNotMatch(stats.text, /styleguide/);
});

test('on a small telephone the main button of every region is on the first screen', { timeout: 240_000 }, async () => {
  const { page, close } = await openPage(browser, site.url, { viewport: { width: 360, height: 640 } });
  await page.goto(`${site.url}/regions`);
  const regions = await page.locator('th a').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  assert.equal(regions.length, 83);
  const below = [];
  for (const address of regions) {
    await page.goto(site.url + address);
    const { y, height } = await page.locator('.btn.big').first().boundingBox();
    if (y + height > 640) below.push(`${address}: ${Math.round(y + height)}`);
  }
  await close();
  assert.deepEqual(below, []);
});
