// The pages that parents use, on the first screen of a telephone (360 × 640): what they came for is there, and how far down
// everything else lies.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import zlib from 'node:zlib';
import { launch, openPage } from './browser.js';
import { PAGES } from './pages.js';
import { startSite } from './server.js';

const PHONE = { viewport: { width: 360, height: 640 } };
const HEADER_MOST = 64;
// The longest names of regions among them.
const REMEMBERED = ['', 'ru-alt', 'ru-khm', 'ru-kem', 'ru-kgd.ru-khm.ru-kem'];

let site;
let browser;
before(async () => { [site, browser] = await Promise.all([startSite(), launch()]); });
after(async () => {
  await browser?.close();
  await site?.stop();
});

// Opens a page of the telephone as a reader has it who remembers these regions.
async function openPhone(remembered = '', options = {}) {
  const opened = await openPage(browser, site.url, { ...PHONE, ...options });
  if (remembered) await opened.page.context().addCookies([{ name: 'regions', value: remembered, url: site.url }]);
  return opened;
}

const height = (page, selector) => page.locator(selector).evaluate((element) => element.offsetHeight);

test('the header is one row of at most 64 pixels, at 320 and 360, whatever region is remembered', async () => {
  for (const remembered of REMEMBERED) {
    for (const width of [320, 360]) {
      const { page, close } = await openPhone(remembered, { viewport: { width, height: 640 } });
      for (const address of ['/', '/region/ru-khm', '/guides', '/no-such-page']) {
        await page.goto(site.url + address);
        const tall = await height(page, 'header.top');
        assert.ok(tall <= HEADER_MOST, `${address} with «${remembered}» at ${width}: ${tall}`);
        const boxes = await page.locator('.top .wrap').evaluate((wrap) => [...wrap.querySelectorAll('.mark, .mine > a, .mine summary, .wrap > .tool, .menu summary')]
          .map((element) => { const { left, right } = element.getBoundingClientRect(); return [left, right]; }));
        boxes.slice(1).forEach(([left], i) => assert.ok(left >= boxes[i][1] - 0.5, `${address} «${remembered}» at ${width}: overlap ${JSON.stringify(boxes)}`));
      }
      await close();
    }
  }
});

test('every page has that header', async () => {
  const { page, close } = await openPhone();
  for (const address of PAGES.filter((path) => !path.startsWith('/embed/'))) {
    await page.goto(site.url + address);
    assert.ok(await height(page, 'header.top') <= HEADER_MOST, address);
  }
  await close();
});

test('the menu opens without script and leads to the sections', async () => {
  const { page, close } = await openPhone('', { javaScriptEnabled: false });
  await page.goto(site.url);
  assert.equal(await page.getByRole('link', { name: 'Инструкции', exact: true }).count(), 0);
  await page.locator('.menu summary').click();
  await page.getByRole('navigation', { name: 'Меню' }).getByRole('link', { name: 'Инструкции' }).click();
  await page.waitForURL('**/guides');
  await page.getByRole('link', { name: 'Поиск' }).click();
  await page.waitForURL('**/search');
  await close();
});

test('the remembered region stands in the header, and one press leads to it', async () => {
  const { page, close } = await openPhone('ru-alt', { javaScriptEnabled: false });
  await page.goto(`${site.url}/guides`);
  await page.getByRole('group', { name: 'Мой регион' }).getByRole('link', { name: 'Алтайский край' }).click();
  await page.waitForURL('**/region/ru-alt');
  await close();
});

// --- the front page -------------------------------------------------------------------------------------------------

const top = (page, selector) => page.locator(selector).first().evaluate((element) => element.getBoundingClientRect().top + scrollY);
const pageHeight = (page) => page.evaluate(() => document.documentElement.scrollHeight);
const FRONT_MOST = 2400;
const REGIONS_MOST = 2030; // a third of what they took before

test('the front page: the field, what went wrong, every region, within 2,400 pixels', async () => {
  const { page, close } = await openPhone();
  await page.goto(site.url);
  const tall = await pageHeight(page);
  assert.ok(tall <= FRONT_MOST, `${tall}`);
  const order = [await top(page, '.find input'), await top(page, '.troubles'), await top(page, '.letters'), await top(page, '.list')];
  assert.deepEqual(order, [...order].sort((a, b) => a - b));
  assert.ok(order[1] < 640, `what went wrong begins on the first screen: ${order[1]}`);
  const closed = await height(page, '.letters');
  assert.equal(await page.locator('.letters a').count(), 83);
  await page.locator('.letters summary', { hasText: /^К$/ }).click();
  assert.ok(await height(page, '.letters') <= REGIONS_MOST && closed < REGIONS_MOST / 4, `${closed}`);
  await page.locator('.letters').getByRole('link', { name: /Камчатский край/ }).click();
  await page.waitForURL('**/region/ru-kam');
  await close();
});

test('from six to eight complaints in parents\' words, each led to a question for families', async () => {
  const { page, close } = await openPhone();
  await page.goto(site.url);
  const links = await page.locator('.troubles a').evaluateAll((list) => list.map((link) => [link.textContent.trim(), link.getAttribute('href')]));
  assert.ok(links.length >= 6 && links.length <= 8, `${links.length}`);
  const { questions } = await (await fetch(`${site.url}/questions.json`)).json();
  for (const [words, href] of links) {
    const question = questions.find(({ url }) => new URL(url).pathname === href);
    assert.equal(question?.reader, 'family', `${words}: ${href}`);
    assert.deepEqual([question.limits.portals, question.limits.regions], [[], []], `${words}: not about some regions only`);
  }
  await close();
});

test('each complaint has an icon of the site', async () => {
  const { page, close } = await openPhone();
  for (const address of ['/', '/region/ru-rya', '/styleguide', '/report/thanks?page=%2Fregion%2Fru-alt&choice=fails']) {
    await page.goto(site.url + address);
    const lost = await page.evaluate(() => [...document.querySelectorAll('use')].map((use) => use.getAttribute('href'))
      .filter((href) => !document.querySelector(href)));
    assert.deepEqual(lost, [], address);
    assert.ok(await page.locator('.troubles use').count() >= 4, address);
  }
  await close();
});

test('who comes back has the address of the remembered region in one press, or the page where there is a choice', async () => {
  const { page, close } = await openPhone('ru-alt.ru-ba');
  await page.goto(site.url);
  const buttons = await page.locator('main .btn.big').evaluateAll((list) => list.map((link) => [link.getAttribute('href'), link.textContent.replace(/\s+/g, ' ').trim(), link.getBoundingClientRect().bottom]));
  assert.deepEqual(buttons.map(([href]) => href), ['https://netschool.edu22.info/', '/region/ru-ba']);
  assert.match(buttons[0][1], /^Войти: Алтайский край ?netschool\.edu22\.info$/);
  assert.ok(buttons[0][2] <= 640, `${buttons[0][2]}`);
  await close();
  const { page: fresh, close: end } = await openPhone();
  await fresh.goto(site.url);
  assert.equal(await fresh.locator('main .btn.big').count(), 0);
  await end();
});

// --- regions --------------------------------------------------------------------------------------------------------

test('complaints of a region lead to questions that apply to its portal', async () => {
  const { regions } = await (await fetch(`${site.url}/regions.json`)).json();
  const wrong = [];
  let apart = 0;
  for (const { iso } of regions) {
    const [{ troubles }, { questions }] = await Promise.all([`/region/${iso}.json`, `/questions.json?region=${iso}`]
      .map(async (address) => (await fetch(site.url + address)).json()));
    if (!troubles.length || new Set(troubles.map(({ words }) => words)).size !== troubles.length) wrong.push(`${iso}: ${troubles.length}`);
    for (const { number, words } of troubles) {
      if (questions.find((question) => question.number === number)?.applies !== true) wrong.push(`${iso}: ${words} ${number}`);
    }
    apart += questions.some(({ applies, reader }) => applies === false && reader === 'family');
  }
  assert.deepEqual(wrong, []);
  assert.ok(apart > 0, 'some questions are not for some regions, or this test proves nothing');
});

test('several addresses: first how to choose, then buttons that say what they open', async () => {
  const { regions } = await (await fetch(`${site.url}/regions.json`)).json();
  const several = regions.filter(({ logins }) => logins.length > 1);
  assert.ok(several.length > 20);
  const { page, close } = await openPhone();
  for (const { iso } of several) {
    await page.goto(`${site.url}/region/${iso}`);
    const labels = await page.locator('.login .btn.big').evaluateAll((list) => list.map((link) => link.querySelector('span').firstChild.textContent));
    assert.equal(new Set(labels).size, labels.length, `${iso}: ${labels}`);
    for (const label of labels) assert.match(label, /^(Войти: |Открыть сайт$|Смотреть на Госуслугах$)/, iso);
    const choose = await page.locator('h1 ~ .three p').first().innerText();
    assert.ok(choose.length > 20 && await top(page, 'h1 ~ .three p') < await top(page, '.btn.big'), `${iso}: ${choose}`);
  }
  await page.goto(`${site.url}/region/ru-alt`);
  assert.deepEqual((await page.locator('.login .btn.big span').allInnerTexts()).map((text) => text.split('\n')[0]), ['Войти: школы', 'Войти: колледжи']);
  await close();
});

test('a region: the address, what may be wrong, guides; the rest is folded', async () => {
  const { page, close } = await openPhone('', { javaScriptEnabled: false });
  await page.goto(`${site.url}/region/ru-alt`);
  const order = [await top(page, '.btn.big'), await top(page, '.troubles'), await top(page, '#report'), await top(page, '.list'), await top(page, '#share')];
  assert.deepEqual(order, [...order].sort((a, b) => a - b));
  assert.equal(await page.locator('.fold[open]').count(), 0);
  await page.getByRole('button', { name: 'Не открывается' }).click();
  await page.waitForURL('**/report/thanks?**');
  assert.ok(await page.getByRole('heading', { name: 'Что делать дальше' }).isVisible());
  await page.locator('.troubles a').first().click();
  await page.waitForURL('**/q/7?region=ru-alt');
  await close();
});

test('a region without an address says so once, and no form asks whether it opened', async () => {
  const { regions } = await (await fetch(`${site.url}/regions.json`)).json();
  const without = regions.filter(({ logins }) => logins.length === 0);
  const { page, close } = await openPhone();
  for (const { iso } of without) {
    await page.goto(`${site.url}/region/${iso}`);
    assert.equal(await page.getByText('Адрес пока не известен').count(), 1, iso);
    assert.equal(await page.locator('#report').count(), 0, iso);
  }
  await close();
});

// --- guides and lists -----------------------------------------------------------------------------------------------

const STEP_MOST = 900;

test('the first step of every guide begins within 900 pixels, for every reader', { timeout: 240_000 }, async () => {
  const { guides } = await (await fetch(`${site.url}/guides.json`)).json();
  const low = [];
  const { page, close } = await openPhone();
  for (const { url } of guides) {
    const { pathname } = new URL(url);
    for (const region of ['', 'ru-alt', 'ru-per', 'ru-rya', 'ru-khm', 'ru-mow']) {
      await page.goto(`${site.url}${pathname}${region && `?region=${region}`}`);
      const y = await top(page, '#step-1');
      if (y > STEP_MOST) low.push(`${pathname} ${region}: ${Math.round(y)}`);
    }
  }
  await close();
  assert.deepEqual(low, []);
});

test('lists: a field makes them shorter without script; addresses are behind letters', async () => {
  const { page, close } = await openPhone('', { javaScriptEnabled: false });
  await page.goto(`${site.url}/regions`);
  assert.ok(await pageHeight(page) <= 1600, `${await pageHeight(page)}`);
  await page.locator('#filter').fill('барнаул');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/regions?q=*');
  assert.deepEqual(await page.locator('th a').allInnerTexts(), ['Алтайский край']);
  await page.getByRole('link', { name: 'Показать все' }).click();
  await page.getByRole('link', { name: 'Вся таблица сразу' }).click();
  assert.equal(await page.locator('th a:visible').count(), 83);
  await page.goto(`${site.url}/questions?region=ru-per`);
  assert.ok(await pageHeight(page) <= 1600, `${await pageHeight(page)}`);
  await page.locator('#filter').fill('не приходит код');
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.searchParams.get('region') === 'ru-per' && url.searchParams.has('q'));
  assert.ok(await page.locator('.list a:visible', { hasText: 'Не приходит код' }).count() > 0);
  assert.ok(await page.locator('.list a').count() < 20);
  await page.locator('#filter').fill('хзхзхз');
  await page.keyboard.press('Enter');
  await page.getByText('вопросов нет').waitFor();
  await close();
});

// --- weight ---------------------------------------------------------------------------------------------------------

const WEIGHT_MOST = 14_000;

test('no page weighs more than 14,000 bytes as browsers get it (brotli), its style and script inside', async () => {
  const { regions } = await (await fetch(`${site.url}/regions.json`)).json();
  const { guides } = await (await fetch(`${site.url}/guides.json`)).json();
  const { questions } = await (await fetch(`${site.url}/questions.json`)).json();
  const articles = [...guides, ...questions].map(({ url }) => new URL(url).pathname);
  const heavy = [];
  const addresses = [...PAGES.filter((path) => path !== '/styleguide'), ...regions.map(({ iso }) => `/region/${iso}`),
    ...articles.flatMap((path) => ['', '?region=ru-rya', '?region=ru-per', '?region=ru-mow'].map((region) => path + region))];
  for (const address of addresses) {
    const bytes = zlib.brotliCompressSync(Buffer.from(await (await fetch(site.url + address)).arrayBuffer())).length;
    if (bytes > WEIGHT_MOST) heavy.push(`${address}: ${bytes}`);
  }
  assert.deepEqual(heavy, []);
});

test('a forged address and the right one stand below each other, each in one line', async () => {
  for (const width of [360, 1440]) {
    const { page, close } = await openPage(browser, site.url, { viewport: { width, height: 640 } });
    await page.goto(`${site.url}/check?address=gosusluqi.ru`);
    const lines = await page.locator('.spelt dd').evaluateAll((all) => all.map((one) => {
      const { x, height } = one.getBoundingClientRect();
      return { x, lines: Math.round(height / Number.parseFloat(getComputedStyle(one).lineHeight)) };
    }));
    assert.equal(lines.length, 2);
    assert.deepEqual(lines.map((one) => one.lines), [1, 1], `at ${width}`);
    assert.equal(lines[0].x, lines[1].x, 'letter below letter');
    await close();
  }
});
