// The main tasks in three engines as Debian packages them (engines.js): find a region by typing, by list and without script;
// follow a guide; remember and forget; report; copy; the desk by keyboard; looks. Pictures of four pages go to
// BUILD/screenshots/engines, for looking at.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { engines } from './engines.js';
import { build, startSite } from './server.js';

let site;
before(async () => { site = await startSite(); });
after(async () => { await site?.stop(); });

const told = (engine) => engine.run(() => {
  const input = document.querySelector('[role=combobox]');
  const list = document.getElementById(input.getAttribute('aria-controls'));
  return {
    value: input.value, expanded: input.getAttribute('aria-expanded'), shown: list.getClientRects().length > 0, focused: document.activeElement === input,
    active: input.getAttribute('aria-activedescendant'), count: list.querySelectorAll('[role=option]').length,
  };
});
const listIs = (engine, open) => engine.wait(`a list that is ${open ? 'open' : 'closed'}`, (wanted) => document.querySelector('[role=combobox]').getAttribute('aria-expanded') === wanted, String(open));

for (const { name, launch, missing } of engines) {
  if (missing) {
    test(name, { skip: `no ${missing}` }, () => {});
    continue;
  }
  describe(name, () => {
    let engine;
    before(async () => {
      engine = await launch();
      await engine.size(900, 800);
    });
    after(async () => { await engine?.close(); });

    const open = (address) => engine.open(site.url + address);

    async function field(text) {
      await open('/');
      await engine.wait('the combobox', () => document.querySelector('[role=combobox]') !== null);
      await engine.click('[role=combobox]');
      await engine.type(text);
      await listIs(engine, true);
    }

    test('find a region by typing', async () => {
      await field('барна');
      await engine.press('ArrowDown');
      assert.ok((await told(engine)).active);
      await engine.press('Enter');
      await engine.arrive('/region/ru-alt');
      assert.match(await engine.run(() => document.querySelector('h1').textContent), /Алтайский край/);
    });

    test('the list belongs to what stands in the field', async () => {
      await field('моск');
      await engine.press('ArrowDown');
      await engine.type('овская');
      assert.equal((await told(engine)).active, null);
      await engine.press('Enter');
      await engine.arrive('/region/ru-mos');
      await field('об');
      const [option, heading] = [await engine.at('[role=option]'), await engine.at('h1')];
      await engine.drag(option, heading);
      const now = await told(engine);
      assert.ok(now.focused && now.shown);
      await engine.press('Escape');
      assert.deepEqual({ ...(await told(engine)), count: 0, focused: true }, { value: 'об', expanded: 'false', shown: false, active: null, count: 0, focused: true });
      await engine.press('ArrowDown');
      await listIs(engine, true);
      await engine.press('Tab');
      await listIs(engine, false);
      await field('барна');
      await engine.click('[role=option]');
      await engine.arrive('/region/ru-alt');
      await engine.run(() => history.back());
      // WebKit may leave a page that it goes back to at "interactive" for good.
      await engine.wait('/', () => location.pathname === '/' && document.readyState !== 'loading');
      const back = await told(engine);
      assert.equal(back.expanded, 'false');
      assert.equal(back.active, null);
    });

    test('find a region by list, and by the plain form', async () => {
      await open('/regions');
      await engine.click('summary', 'Т');
      await engine.click('a[href="/region/ru-tom"]');
      await engine.arrive('/region/ru-tom');
      // the form as a browser without script sends it
      await open(`/search?q=${encodeURIComponent('Томск')}&go=1`);
      await engine.arrive('/region/ru-tom');
    });

    test('follow a guide', async () => {
      await open('/guide/epos-link?region=ru-per');
      const steps = await engine.run(() => [...document.querySelectorAll('.steps > li')].map((step) => [step.id, step.querySelector('h2').getClientRects().length > 0]));
      assert.ok(steps.length > 4 && steps.every(([id, shown], i) => id === `step-${i + 1}` && shown));
      await open('/guide/epos-link?region=ru-per#step-3');
      await engine.wait('step 3', () => Math.abs(document.getElementById('step-3').getBoundingClientRect().top) < innerHeight);
      assert.ok(await engine.run(() => [...document.querySelectorAll('.steps .btn')].some((button) => /edu-epos\.permkrai\.ru/.test(button.href))));
    });

    test('remember and forget', async () => {
      await open('/region/ru-alt');
      await engine.click('form[action="/remember"] button', 'Запомнить');
      await engine.wait('the cookie to show', () => document.querySelector('.mine') !== null);
      assert.deepEqual((await engine.cookies()).filter((cookie) => cookie.startsWith('regions')), ['regions=ru-alt']);
      await open('/q/7');
      await engine.wait('my region', () => /Алтайский край/.test(document.querySelector('.mine').textContent));
      await engine.run(() => { for (const details of document.querySelectorAll('.mine details')) details.open = true; });
      await engine.click('.mine button', 'забыть');
      await engine.wait('nothing remembered', () => document.querySelector('.mine') === null && document.readyState === 'complete');
      assert.deepEqual(await engine.cookies(), []);
    });

    test('report', async () => {
      await open('/q/7');
      await engine.run(() => { for (const details of document.querySelectorAll('details')) details.open = true; });
      await engine.click('form[action="/report"] button');
      await engine.wait('the thanks', () => location.pathname.startsWith('/report/') && document.querySelector('h1') !== null);
    });

    test('copy', async () => {
      await open('/q/7');
      await engine.run(() => { for (const details of document.querySelectorAll('details')) details.open = true; });
      await engine.click('[data-copy]');
      await engine.wait('a word about it', () => document.getElementById('copied').textContent.trim());
      assert.equal(await engine.run(() => document.getElementById('copied').textContent === document.getElementById('copied').dataset.done), true);
    });

    test('the desk by keyboard', async () => {
      await open('/desk');
      await engine.wait('the field', () => document.activeElement?.id === 'desk-q');
      await engine.type('не пускает пермский край');
      await engine.press('Enter');
      await engine.wait('answers', () => document.querySelectorAll('.answer').length > 0 && document.readyState === 'complete');
      await engine.press('Alt+ArrowDown');
      await engine.wait('the first answer', () => document.activeElement?.closest('.answer') !== null);
      await engine.press('Escape');
      await engine.wait('the field again', () => document.activeElement?.id === 'desk-q');
    });

    test('looks are chosen and kept', async () => {
      await open('/about');
      await engine.click('.look summary');
      await engine.click('label', 'очень крупный');
      await open('/q/7');
      assert.equal(await engine.run(() => getComputedStyle(document.documentElement).fontSize), '28px');
      await engine.run(() => localStorage.clear());
    });

    test('pages are whole: nothing wider than the screen, nothing empty; pictures for looking at', async () => {
      const folder = path.join(build, 'screenshots/engines');
      fs.mkdirSync(folder, { recursive: true });
      for (const [page, address] of [['front', '/'], ['region', '/region/ru-alt'], ['guide', '/guide/epos-link?region=ru-per'], ['question', '/q/7']])
        for (const width of [400, 1000]) {
          await engine.size(width, 800);
          await open(address);
          const { over, text, button } = await engine.run(() => ({
            over: document.documentElement.scrollWidth - document.documentElement.clientWidth, text: document.querySelector('main').innerText.length,
            button: document.querySelector('.btn, .find button') && getComputedStyle(document.querySelector('.btn, .find button')).backgroundColor,
          }));
          assert.ok(over <= 0, `${address} at ${width}: ${over} too wide`);
          assert.ok(text > 300, address);
          assert.notEqual(button, 'rgba(0, 0, 0, 0)', `${address}: the style is there`);
          await engine.picture(path.join(folder, `${page}-${width}-${name}.png`));
        }
    });
  });
}
