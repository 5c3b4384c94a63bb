// What automatic rules do not see: zoom, text spacing, a phone on its side, letters at their largest, print, forced colours,
// reduced motion, keyboard, a browser of 2016. Every one on every kind of page.
import { AxeBuilder } from '@axe-core/playwright';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { launch, openPage } from './browser.js';
import { build, startSite } from './server.js';

const KINDS = ['/', '/regions', '/region/ru-alt', '/region/ru-chu', '/guide/epos-link?region=ru-per', '/q/7', '/guides',
  '/questions', '/search?q=%D0%B0%D0%BB%D1%82', '/check?address=https://netsch00l.edu22.info/', '/about', '/privacy',
  '/accessibility', '/changes', '/styleguide', '/desk?q=22', '/no-such-page'];

let site;
let browser;
before(async () => { [site, browser] = await Promise.all([startSite(), launch()]); });
after(async () => {
  await browser?.close();
  await site?.stop();
});

// Nothing sticks out sideways, and no text is cut off by the box that holds it.
const lost = () => {
  const root = document.documentElement;
  const over = [...document.querySelectorAll('body *')].find((element) => !element.closest('svg, .unseen, .skip, thead')
    && element.getBoundingClientRect().right > root.clientWidth + 0.5 && !element.firstElementChild);
  const found = root.scrollWidth > root.clientWidth ? [`${root.scrollWidth - root.clientWidth} pixels too wide: ${over?.outerHTML.slice(0, 80)}`] : [];
  for (const element of document.querySelectorAll('body *')) {
    if (!element.checkVisibility() || element.closest('svg, .unseen, .skip, textarea, thead')) continue;
    const { overflowX, overflowY } = getComputedStyle(element);
    const cut = (overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1)
      || (overflowY !== 'visible' && element.scrollHeight > element.clientHeight + 1);
    if (cut && !element.matches('input, select')) found.push(`cut off: ${element.tagName}.${element.className} ${element.textContent.trim().slice(0, 40)}`);
  }
  return found;
};

// A style that a reader sets, WCAG 1.4.12. bypassCSP: a reader's own style is not the page's.
const SPACING = '* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }\n'
  + 'p { margin-bottom: 2em !important; }';

const WAYS = {
  'at 400 % (320 pixels wide)': { viewport: { width: 320, height: 256 }, deviceScaleFactor: 4 },
  'on a phone on its side': { viewport: { width: 640, height: 360 } },
  'with more space in the text, on a phone': { viewport: { width: 360, height: 740 }, style: SPACING },
  'with more space in the text, wide': { viewport: { width: 1280, height: 800 }, style: SPACING },
  'with the largest letters on a phone': { viewport: { width: 360, height: 740 }, size: 'huge' },
  'with the largest letters, wide': { viewport: { width: 1440, height: 900 }, size: 'huge' },
};
for (const [way, { style, size, ...options }] of Object.entries(WAYS)) {
  test(`nothing is lost ${way}`, async () => {
    const { page, close } = await openPage(browser, site.url, { bypassCSP: true, ...options });
    const found = {};
    for (const address of KINDS) {
      await page.goto(site.url + address);
      if (style) await page.addStyleTag({ content: style });
      if (size) await page.evaluate((value) => document.documentElement.setAttribute('data-size', value), size);
      const here = await page.evaluate(lost);
      if (here.length) found[address] = here;
    }
    assert.deepEqual(found, {});
    await close();
  });
}

test('the chosen theme and the largest letters keep to the rules of WCAG too', async () => {
  for (const [theme, colorScheme] of [['light', 'dark'], ['dark', 'light']]) {
    const { page, close } = await openPage(browser, site.url, { colorScheme, viewport: { width: 360, height: 740 } });
    await page.addInitScript((value) => { localStorage.setItem('theme', value); localStorage.setItem('size', 'huge'); }, theme);
    for (const address of ['/', '/region/ru-alt', '/guide/epos-link?region=ru-per', '/q/7', '/styleguide']) {
      await page.goto(site.url + address);
      await page.locator('.look summary').click();
      const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
      assert.deepEqual(violations.map(({ id, nodes }) => `${address} ${theme} ${id}: ${nodes[0].html.slice(0, 160)}`), []);
    }
    await close();
  }
});

// Taken out of the page's style: what a browser of 2016 (Chrome 52) does not know. It drops each such declaration, or the rule.
function asIn2016(css) {
  return css
    .replace(/@supports[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}/g, '')
    .replace(/[^{}]*(?::has\(|:focus-visible|:is\(|:where\(|::details-content)[^{}]*\{[^{}]*\}/g, '')
    .replace(/([{;])(?:gap|row-gap|column-gap|grid[\w-]*|inset|clip-path|text-wrap|accent-color|aspect-ratio):[^;}]*/g, '$1')
    .replace(/([{;])(?:display:\s*grid|overflow-wrap:\s*anywhere|[\w-]+:[^;}]*(?:clamp|min|max)\([^;}]*)(?=[;}])/g, '$1');
}

test('a browser of 2016: everything is there, in order, and can be tapped', async () => {
  const { page, close } = await openPage(browser, site.url, { bypassCSP: true, viewport: { width: 360, height: 640 } });
  await page.route((url) => url.origin === site.url, async (route) => {
    if (route.request().resourceType() !== 'document') return route.continue();
    const response = await route.fetch();
    const body = (await response.text()).replace(/<style>([\s\S]*?)<\/style>/, (_, css) => `<style>${asIn2016(css)}</style>`);
    await route.fulfill({ response, body });
  });
  const found = {};
  for (const address of KINDS) {
    await page.goto(site.url + address);
    const style = await page.evaluate(() => document.querySelector('style').textContent);
    assert.doesNotMatch(style, /display:\s*grid|clamp\(|:has\(|[;{]gap:/);
    const here = await page.evaluate(lost);
    const glued = await page.evaluate(() => [...document.querySelectorAll('nav li + li')].filter((item) => {
      if (!item.checkVisibility()) return false;
      const before = item.previousElementSibling.getBoundingClientRect();
      const { left, top } = item.getBoundingClientRect();
      return Math.abs(top - before.top) < 4 && left - before.left - item.previousElementSibling.firstElementChild.getBoundingClientRect().width < 4;
    }).map((item) => `glued: ${item.textContent}`));
    if (here.length + glued.length) found[address] = [...here, ...glued];
  }
  assert.deepEqual(found, {});
  await page.goto(`${site.url}/region/ru-alt`);
  assert.ok((await page.locator('.btn.big').first().boundingBox()).height >= 44);
  await close();
});

test('on paper: black on white, no menus, no buttons of the screen, also after a choice of dark', async () => {
  const { page, close } = await openPage(browser, site.url, { colorScheme: 'dark' });
  await page.addInitScript(() => localStorage.setItem('theme', 'dark'));
  for (const address of KINDS) {
    await page.goto(site.url + address);
    await page.emulateMedia({ media: 'print' });
    const paper = await page.evaluate(() => {
      const shown = (selector) => [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility()).length;
      const style = getComputedStyle(document.documentElement);
      return [style.backgroundColor, style.color, shown('nav, .find, .foot, .skip, .look, .noprint'), shown('h1')];
    });
    assert.deepEqual(paper, ['rgb(255, 255, 255)', 'rgb(0, 0, 0)', 0, 1], address);
    await page.emulateMedia({ media: 'screen' });
  }
  await close();
});

test('forced colours: what is a button looks like one, the focus is seen; a picture of it is kept', async () => {
  const folder = path.join(build, 'screenshots');
  fs.mkdirSync(folder, { recursive: true });
  const { page, close } = await openPage(browser, site.url, { forcedColors: 'active', viewport: { width: 768, height: 900 } });
  for (const [name, address] of [['front', '/'], ['region', '/region/ru-alt'], ['styleguide', '/styleguide']]) {
    await page.goto(site.url + address);
    const flat = await page.evaluate(() => [...document.querySelectorAll('button, .btn')].filter((element) => element.checkVisibility())
      .filter((element) => !parseFloat(getComputedStyle(element).borderTopWidth)).map((element) => element.outerHTML.slice(0, 80)));
    assert.deepEqual(flat, []);
    await page.screenshot({ path: path.join(folder, `forced-${name}.png`), fullPage: true });
  }
  await page.goto(`${site.url}/`);
  await page.keyboard.press('Tab');
  assert.ok(parseFloat(await page.evaluate(() => getComputedStyle(document.activeElement).outlineWidth)) >= 2);
  await close();
});

test('reduced motion: nothing moves', async () => {
  const { page, close } = await openPage(browser, site.url, { reducedMotion: 'reduce' });
  for (const address of KINDS) {
    await page.goto(site.url + address);
    assert.deepEqual(await page.evaluate(() => document.getAnimations().length), 0, address);
  }
  await close();
});

test('by keyboard: every stop is seen, has a ring, and they come in the order of the page', async () => {
  const { page, close } = await openPage(browser, site.url, { viewport: { width: 1024, height: 768 } });
  for (const address of ['/', '/region/ru-alt', '/guide/epos-link?region=ru-per', '/q/7']) {
    await page.goto(site.url + address);
    const stops = [];
    for (let i = 0; i < 400; i++) {
      await page.keyboard.press('Tab');
      const stop = await page.evaluate(() => {
        const element = document.activeElement;
        if (element === document.body || element.dataset.stopped) return null;
        element.dataset.stopped = '1';
        const { width, height, left, right } = element.getBoundingClientRect();
        const all = [...document.querySelectorAll('*')];
        return { place: all.indexOf(element), what: element.outerHTML.slice(0, 80),
          seen: width > 0 && height > 0 && right > 0 && left < innerWidth,
          ring: parseFloat(getComputedStyle(element).outlineWidth) };
      });
      if (!stop) break;
      stops.push(stop);
    }
    assert.ok(stops.length > 10, `${address}: ${stops.length} stops`);
    assert.deepEqual(stops.filter(({ seen }) => !seen).map(({ what }) => what), []);
    assert.deepEqual(stops.filter(({ ring }) => ring < 2).map(({ what }) => what), []);
    stops.forEach(({ place, what }, i) => assert.ok(i === 0 || place > stops[i - 1].place, `${address}: out of order: ${what}`));
  }
  await close();
});

test('nothing moves while a page loads', async () => {
  const { page, close } = await openPage(browser, site.url, { viewport: { width: 360, height: 740 } });
  await page.addInitScript(() => {
    window.moved = 0;
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.moved += entry.value; })
      .observe({ type: 'layout-shift', buffered: true });
  });
  for (const address of KINDS) {
    await page.goto(site.url + address, { waitUntil: 'load' });
    await page.waitForTimeout(50);
    const moved = await page.evaluate(() => window.moved);
    assert.ok(moved < 0.01, `${address}: ${moved}`);
  }
  await close();
});
