// The site as a parent has it: a browser, with and without script, on a telephone and at a desk; and by the rules of
// accessibility (axe, WCAG 2.2 AA) and of HTML (html-validate).
import { AxeBuilder } from '@axe-core/playwright';
import assert from 'node:assert/strict';
import { HtmlValidate } from 'html-validate';
import { after, before, test } from 'node:test';
import { launch, openPage } from './browser.js';
import { request } from './http.js';
import { ERRORS, PAGES } from './pages.js';
import { startSite } from './server.js';

const EVERY_PAGE = [...PAGES, '/stats', '/report/thanks?page=%2Fq%2F17', '/report/again?page=%2Fq%2F17', ...ERRORS.map(([address]) => address)];

let site;
let browser;
before(async () => { [site, browser] = await Promise.all([startSite(), launch()]); });
after(async () => {
  await browser?.close();
  await site?.stop();
});

for (const javaScriptEnabled of [true, false]) {
  test(`a parent types the town and has the address, ${javaScriptEnabled ? 'with' : 'without'} script`, async () => {
    const { page, trouble, close } = await openPage(browser, site.url, { javaScriptEnabled });
    await page.goto(`${site.url}/`);
    await page.locator('input[type=search]').fill('Барнаул');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/region/ru-alt');
    assert.match(await page.getByRole('heading', { level: 1 }).innerText(), /Алтайский край/);
    const address = page.locator('a[href="https://netschool.edu22.info/"]').first();
    assert.ok(await address.isVisible());
    const box = await address.boundingBox();
    assert.ok(box.height >= 44, 'large enough for a finger');
    assert.deepEqual(trouble, []);
    await close();
  });
}

test('by keyboard alone: the skip link, the field, the answer', async () => {
  const { page, close } = await openPage(browser, site.url);
  await page.goto(`${site.url}/`);
  await page.keyboard.press('Tab');
  assert.match(await page.evaluate(() => document.activeElement.textContent), /К содержанию/);
  for (let i = 0; i < 10; i++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(() => document.activeElement.matches('input[type=search]'))) break;
  }
  await page.keyboard.type('22');
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => /\/region\/ru-alt|\/search/.test(url.pathname));
  await close();
});

for (const address of EVERY_PAGE) {
  test(`${address}: no violation of WCAG 2.2 AA, light and dark; no error in the console`, async () => {
    for (const colorScheme of ['light', 'dark']) {
      const { page, trouble, close } = await openPage(browser, site.url, { colorScheme });
      await page.goto(site.url + address);
      const { violations } = await new AxeBuilder({ page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
      assert.deepEqual(violations.map(({ id, nodes }) => `${colorScheme} ${id}: ${nodes[0].html.slice(0, 160)}`), []);
      const expected = ERRORS.some(([known]) => known === address) ? /status of 4\d\d/ : /^$/;
      assert.deepEqual(trouble.filter((what) => !expected.test(what)), []);
      await close();
    }
  });

  test(`${address}: no sideways scrolling at 320, 360 and 1440`, async () => {
    const { page, close } = await openPage(browser, site.url);
    for (const width of [320, 360, 1440]) {
      await page.setViewportSize({ width, height: 800 });
      await page.goto(site.url + address);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(wide <= 0, `${wide} pixels too wide at ${width}`);
    }
    await close();
  });

  test(`${address}: valid HTML`, async () => {
    const validator = new HtmlValidate({
      extends: ['html-validate:recommended'],
      // Matters of style that the templates decide otherwise.
      rules: { 'no-trailing-whitespace': 'off', 'doctype-style': 'off', 'void-style': 'off', 'long-title': 'off',
        'no-implicit-button-type': 'off', 'no-implicit-input-type': 'off',
        // one name and several buttons: the one that is pressed is sent
        'form-dup-name': ['error', { shared: ['radio', 'checkbox', 'submit', 'button', 'reset'] }], 'tel-non-breaking': 'off' },
    });
    const { text } = await request(site.url + address);
    const report = await validator.validateString(text);
    const messages = report.results.flatMap((result) => result.messages)
      .map(({ ruleId, message, line, column }) => `${line}:${column} ${ruleId}: ${message}`);
    assert.deepEqual(messages, []);
  });
}
