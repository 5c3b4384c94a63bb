// What a screen reader is given: the accessibility tree of the four main pages, compared with what is kept in trees/.
// After a wanted change: VHOD_UPDATE_TREES=1 node --test tree.test.js, then read the difference before committing it.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { launch, openPage } from './browser.js';
import { startSite } from './server.js';

const FOLDER = path.join(path.dirname(fileURLToPath(import.meta.url)), 'trees');
const KEPT = { front: '/', region: '/region/ru-alt', guide: '/guide/epos-link?region=ru-per', question: '/q/7' };

let site;
let browser;
before(async () => { [site, browser] = await Promise.all([startSite(), launch()]); });
after(async () => {
  await browser?.close();
  await site?.stop();
});

// What changes with the clock, the port or the day of publishing is no part of the sample.
const steady = (tree) => tree
  .replace(/127\.0\.0\.1:\d+/g, 'HOST')
  .replace(/Сейчас (не )?отвечают[^\n"]*/g, 'Сейчас …')
  .replace(/\d{1,2} [а-я]+ \d{4} года/g, 'DATE года')
  .replace(/DATE года, правка \d+/g, 'DATE года, правка N');

for (const [name, address] of Object.entries(KEPT)) {
  test(`${address}: headings, landmarks, names and their order are as kept in trees/${name}.yml`, async () => {
    const { page, close } = await openPage(browser, site.url, { viewport: { width: 1024, height: 800 } });
    await page.goto(site.url + address);
    const tree = `${steady(await page.locator('body').ariaSnapshot())}\n`;
    await close();
    const file = path.join(FOLDER, `${name}.yml`);
    if (process.env.VHOD_UPDATE_TREES) fs.writeFileSync(file, tree);
    assert.equal(tree, fs.readFileSync(file, 'utf8'));
  });

  test(`${address}: one first heading, no level skipped, one of each landmark`, async () => {
    const { page, close } = await openPage(browser, site.url);
    await page.goto(site.url + address);
    const levels = await page.evaluate(() => [...document.querySelectorAll('h1, h2, h3, h4')]
      .filter((heading) => heading.checkVisibility()).map((heading) => Number(heading.tagName[1])));
    assert.equal(levels.filter((level) => level === 1).length, 1);
    assert.equal(levels[0], 1);
    levels.forEach((level, i) => assert.ok(i === 0 || level <= levels[i - 1] + 1, `h${levels[i - 1]} then h${level}`));
    for (const role of ['banner', 'main', 'contentinfo']) assert.equal(await page.getByRole(role).count(), 1, role);
    await close();
  });
}
