// The operator's page: by keyboard alone, from what the caller says to what is said, pasted and cited; and as a plain form.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { launch, openPage } from './browser.js';
import { BROWSER, request } from './http.js';
import { build, startSite } from './server.js';

const folder = path.join(build, 'screenshots', 'desk');

let site;
let browser;
before(async () => {
  [site, browser] = await Promise.all([startSite({ copyData: true }), launch()]);
  fs.mkdirSync(folder, { recursive: true });
});
after(async () => {
  await browser?.close();
  await site?.stop();
});
const get = (address, options) => request(site.url + address, options);
const ask = (words) => get(`/desk?q=${encodeURIComponent(words)}`);
const answersOf = (text) => [...text.matchAll(/class="card answer"[^>]* data-url="([^"]+)"/g)].map(([, url]) => url);
const regionOf = (text) => /<section class="card">\n<h2><a href="\/region\/([a-z-]+)">/.exec(text)?.[1];

for (const [words, region, first] of [
  ['22 пароль', 'ru-alt', /^\/(q|guide)\//], ['17', 'ru-ty', /^\/q\/17\?region=ru-ty$/], ['барнаул не пускает', 'ru-alt', /^\/q\/7\?region=ru-alt$/],
  ['22', 'ru-alt', /^\/(q|guide)\//], ['пароль', undefined, /^\/(q|guide)\//],
]) {
  test(`«${words}»: ${region ?? 'no region'}, and three answers at most`, async () => {
    const { status, text, headers } = await ask(words);
    assert.equal(status, 200);
    assert.match(headers['x-vhod-counted'], /uncounted/);
    assert.equal(regionOf(text), region);
    const answers = answersOf(text);
    assert.ok(answers.length >= 1 && answers.length <= 3, `${answers.length}`);
    assert.match(answers[0], first);
    assert.equal(new Set(answers).size, answers.length);
    if (region === 'ru-alt') assert.match(text, /<pre hidden id="login-schools">https:\/\/netschool\.edu22\.info\/<\/pre>/);
    assert.match(text, /\?cited/);
    assert.match(text, /<meta name="robots" content="noindex">/);
  });
}

// One region of each of five portals, and what it calls its own.
for (const [town, region, system, others] of [
  ['пермь', 'ru-per', /ЭПОС/, /Сетевой город|Сетевой регион|МЭШ|ЭлЖур|Дневник\.ру/],
  ['москва', 'ru-mow', /МЭШ|mos\.ru/, /Сетевой город|Сетевой регион|ЭПОС|ЭлЖур|Дневник\.ру/],
  ['барнаул', 'ru-alt', /./, /Сетевой город|ЭПОС|МЭШ|ЭлЖур|Дневник\.ру/],
  ['омск', 'ru-oms', /./, /Сетевой город|Сетевой регион|ЭПОС|МЭШ|ЭлЖур/],
  ['рязань', 'ru-rya', /./, /Сетевой регион|ЭПОС|МЭШ|ЭлЖур|Дневник\.ру/],
  ['казань', 'ru-ta', /./, /Сетевой город|Сетевой регион|ЭПОС|ЭлЖур|Дневник\.ру/],
]) {
  test(`«${town} возвращает на стартовую страницу»: the first answer applies, the text speaks of one system`, async () => {
    const { text } = await ask(`${town} возвращает на стартовую страницу`);
    assert.equal(regionOf(text), region);
    const first = text.slice(text.indexOf('class="card answer"')).split('</section>')[0].replace(/\u00a0/g, ' ');
    assert.doesNotMatch(first, /Это (?:про|верно|для)/, 'it applies');
    assert.match(first, new RegExp(`data-url="/q/7\\?region=${region}"`));
    const chat = /<pre id="answer-1-chat">([^<]*)<\/pre>/.exec(first)[1];
    assert.doesNotMatch(chat, others, chat);
    assert.match(text, system);
    assert.match(chat, new RegExp(`\\?cited&amp;region=${region}`));
    const question = (await get(`/q/7.json?region=${region}`)).json();
    assert.equal(question.applies, true);
    assert.ok(chat.includes(question.said.short.replaceAll('"', '&quot;')), 'the words for this region');
  });
}

test('what is found and is about another portal is named apart', async () => {
  const { text } = await ask('москва эпос привязка госуслуг');
  const answers = text.split('class="card answer"').slice(1).map((part) => part.split('</section>')[0].replace(/\u00a0/g, ' '));
  for (const answer of answers) assert.doesNotMatch(answer, /Это про «ЭПОС»/, 'only what applies is shown');
  assert.match(text.replace(/\u00a0/g, ' '), /Про другие дневники: [^\n]*<a href="\/guide\/epos-link">/, 'the rest is named in a line');
});

test('the region in the address or remembered counts where the query names none, and the page says so', async () => {
  const named = await get(`/desk?q=${encodeURIComponent('не пускает')}&region=ru-per`);
  assert.equal(regionOf(named.text), 'ru-per');
  assert.match(named.text.replace(/\u00a0/g, ' '), /Регион в запросе не назван/);
  const remembered = await get(`/desk?q=${encodeURIComponent('не пускает')}`, { headers: { Cookie: 'regions=ru-mow' } });
  assert.equal(regionOf(remembered.text), 'ru-mow');
  const other = await get(`/desk?q=${encodeURIComponent('барнаул не пускает')}`, { headers: { Cookie: 'regions=ru-mow' } });
  assert.equal(regionOf(other.text), 'ru-alt');
  assert.doesNotMatch(other.text.replace(/\u00a0/g, ' '), /Регион в запросе не назван/);
});

test('nothing asked, nothing found, and hostile words', async () => {
  assert.equal((await get('/desk')).status, 200);
  assert.match((await ask('ъъъъъъъ щщщщщщ')).text, /Ничего\sне\sнашлось|class="card answer"/);
  const { status, text } = await ask('"><script>alert(1)</script>');
  assert.equal(status, 200);
  assert.doesNotMatch(text, /<script>alert/);
});

test('a whole call by keyboard: ask, copy, the next answer, ask again, the last ones cited', async () => {
  const { page, trouble, close } = await openPage(browser, site.url, { userAgent: BROWSER,
    permissions: ['clipboard-read', 'clipboard-write'], viewport: { width: 1280, height: 900 } });
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.getAttribute('href'));
  const said = async () => { await page.waitForFunction(() => document.getElementById('copied').textContent === 'Скопировано'); };

  await page.goto(`${site.url}/desk`);
  assert.equal(await focused(), 'desk-q', 'one may type at once');
  await page.keyboard.type('барнаул не пускает');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/desk?q=*');
  await page.screenshot({ path: path.join(folder, 'answer.png'), fullPage: true });

  await page.keyboard.press('Alt+1');
  await said();
  assert.equal(await clipboard(), 'https://netschool.edu22.info/');
  await page.keyboard.press('Alt+2');
  await said();
  assert.equal(await clipboard(), await page.locator('#answer-1-short').innerText());
  await page.keyboard.press('Alt+3');
  await page.waitForFunction(async () => (await navigator.clipboard.readText()).includes('?cited'));
  const chat = await clipboard();
  assert.match(chat, /netschool\.edu22\.info/);
  assert.match(chat, /\/q\/7\?cited&region=ru-alt$/);

  await page.keyboard.press('Alt+ArrowDown');
  await page.keyboard.press('Alt+ArrowDown');
  assert.equal(await focused(), await page.locator('.answer >> nth=1').getAttribute('data-url'));
  await page.keyboard.press('Alt+2');
  await page.waitForFunction((text) => navigator.clipboard.readText().then((now) => now === text), await page.locator('#answer-2-short').innerText());
  await page.keyboard.press('/');
  assert.equal(await focused(), 'desk-q');
  await page.keyboard.type('17');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/desk?q=17');
  await page.keyboard.press('Alt+2');
  await said();
  const cited = await page.locator('#cited a').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  assert.equal(cited[0], '/q/17?region=ru-ty');
  assert.equal(cited[2], '/q/7?region=ru-alt');
  assert.equal(cited.length, 3);
  await page.screenshot({ path: path.join(folder, 'cited.png'), fullPage: true });
  assert.deepEqual(await page.context().cookies(), []);
  assert.equal(await page.evaluate(() => localStorage.length), 0);

  const other = await page.context().newPage();
  await other.goto(`${site.url}/desk`);
  assert.equal(await other.locator('#cited').isVisible(), false, 'another tab knows nothing of it');
  assert.deepEqual(trouble, []);
  await close();
});

test('five are kept at most', async () => {
  const { page, close } = await openPage(browser, site.url, { permissions: ['clipboard-read', 'clipboard-write'] });
  for (const number of [1, 2, 3, 4, 5, 6]) {
    await page.goto(`${site.url}/desk?q=${number}`);
    await page.keyboard.press('Alt+2');
    await page.waitForFunction(() => document.getElementById('copied').textContent !== '');
  }
  const cited = await page.locator('#cited a').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  assert.deepEqual(cited.map((url) => url.split('?')[0]), ['/q/6', '/q/5', '/q/4', '/q/3', '/q/2']);
  await close();
});

test('without script it is a form, and the texts can be selected', async () => {
  const { page, trouble, close } = await openPage(browser, site.url, { javaScriptEnabled: false });
  await page.goto(`${site.url}/desk`);
  await page.getByRole('searchbox').fill('22 пароль');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/desk?q=*');
  assert.equal(await page.locator('[data-copies]').first().isVisible(), false);
  assert.ok(await page.getByText('netschool.edu22.info', { exact: true }).isVisible());
  await page.locator('.answer summary').first().click();
  assert.ok(await page.locator('#answer-1-chat').isVisible());
  assert.deepEqual(trouble, []);
  await close();
});

test('a pasted link counts as cited, the desk itself as nothing', async () => {
  const { text } = await ask('17');
  const link = /http[^\s<]*\/q\/17\?cited[^\s<]*/.exec(text)[0].replace('&amp;', '&');
  await request(link, { headers: { 'User-Agent': BROWSER } });
  site.count();
  const stats = (await get('/stats.json?period=today')).json();
  assert.deepEqual(stats.questions.filter(({ number }) => number === 17).map(({ views, cited }) => [views, cited]), [[0, 1]]);
  assert.deepEqual(stats.pages, []);
  assert.deepEqual(stats.regions, []);
});

test('an empty desk tells what changed since yesterday, beside what fails', async () => {
  assert.match((await get('/desk')).text, /Со\sвчерашнего\sдня\sничего\sне\sизменилось/);
  const file = path.join(site.data, 'regions/RU-ALT.ini');
  fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('https://netschool.edu22.info/', 'https://new.edu22.info/'));
  const published = site.vhod('publish');
  assert.equal(published.status, 0, published.stderr);
  const { text } = await get('/desk');
  const top = text.slice(text.indexOf('<h2>Со вчерашнего дня'));
  assert.match(top, /href="\/region\/ru-alt"/);
  assert.match(top, /new\.edu22\.info/);
});

test('buttons to copy on a question: address, short answer, whole answer', async () => {
  const { page, trouble, close } = await openPage(browser, site.url, { permissions: ['clipboard-read', 'clipboard-write'] });
  await page.goto(`${site.url}/q/17`);
  assert.equal(await page.getByRole('button', { name: 'Весь ответ' }).isVisible(), false, 'operators\' buttons stand in nobody\'s way');
  await page.getByText('Сказать по телефону или скопировать').click();
  const copied = async (name) => {
    await page.getByRole('button', { name, exact: true }).click();
    await page.waitForFunction(() => document.getElementById('copied').textContent === 'Скопировано');
    return page.evaluate(() => navigator.clipboard.readText());
  };
  assert.equal(await copied('Скопировать адрес'), `${site.url}/q/17`);
  const short = await copied('Короткий ответ');
  assert.match(short, /^Вопрос 17\. /);
  assert.match(short, /По состоянию на .* года\.$/);
  const whole = await copied('Весь ответ');
  assert.ok(whole.length > short.length);
  assert.match(whole, new RegExp(`${site.url}/q/17$`));
  await page.getByText('Разместить на сайте школы').click();
  assert.match(await copied('Скопировать рамку'), /^<iframe src="http.*<\/iframe>$/);
  assert.deepEqual(trouble, []);
  await close();
});

const CALLS = ['пермь возвращает на стартовую', '22 пароль', '17', 'москва не приходит код', 'казань ребёнку 12 лет', 'якутск', 'чукотка пароль', '63 не пускает', 'коми две школы'];

test('on 1366 by 700 a whole call fits without scrolling: the region to the left, what may be said to the right', async () => {
  const { page, trouble, close } = await openPage(browser, site.url, { viewport: { width: 1366, height: 700 } });
  for (const words of CALLS) {
    await page.goto(`${site.url}/desk?q=${encodeURIComponent(words)}`);
    const of = (selector) => page.locator(selector).evaluateAll((items) => items.filter((item) => item.getClientRects().length).map((item) => item.getBoundingClientRect().bottom));
    const bottoms = { address: await of('.address'), short: await of('[id$=-short]'), aloud: await of('.answer:first-of-type .aloud'), keys: await of('.answer .copies') };
    for (const [what, list] of Object.entries(bottoms)) for (const bottom of list) assert.ok(bottom <= 700, `${words}: ${what} ends at ${bottom}`);
    assert.ok(bottoms.short.length >= 1 && bottoms.short.length <= 3, words);
    const [left, right] = await page.locator('.desk > div').evaluateAll((columns) => columns.map((column) => column.getBoundingClientRect()));
    assert.ok(left.right < right.left && right.right > 1200, 'two columns, as wide as the page');
  }
  await page.screenshot({ path: path.join(folder, '1366.png') });
  assert.deepEqual(trouble, []);
  await close();
});

test('the region: portal, way of signing in, its clock, whom to call, and the number to say', async () => {
  const text = (await ask('владивосток пароль')).text.replace(/\u00a0/g, ' ');
  const [, time, hours] = /Там сейчас (\d{1,2}:\d\d) \(\+(\d+) ч к Москве\)/.exec(text);
  assert.equal(hours, '7');
  const there = new Date(Date.now() + 10 * 3_600_000).toISOString().slice(11, 16);
  const apart = Math.abs((Number(time.split(':')[0]) * 60 + Number(time.split(':')[1])) - (Number(there.slice(0, 2)) * 60 + Number(there.slice(3))));
  assert.ok(apart <= 2 || apart >= 1438, `${time}, ${there}`);
  assert.match((await ask('калининград')).text.replace(/\u00a0/g, ' '), /Там сейчас \d{1,2}:\d\d \(-1 ч к Москве\)/);
  assert.doesNotMatch((await ask('москва')).text, /к\sМоскве/);
  assert.match(text, /class="asks">[^]*<b>/);
  assert.match(text, new RegExp(`Сказать по телефону: <span class="say">${new URL(site.url).host}/25<`));
});

test('a number opens the question: phrases to say at once, the whole of it one key away', async () => {
  const { page, trouble, close } = await openPage(browser, site.url, { permissions: ['clipboard-read', 'clipboard-write'], viewport: { width: 1366, height: 700 } });
  await page.goto(`${site.url}/desk`);
  await page.keyboard.type('7');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/desk?q=7');
  assert.match(await page.locator('.answer').first().getAttribute('data-url'), /^\/q\/7(\?|$)/);
  assert.ok((await page.locator('.answer .aloud').first().innerText()).length > 20);
  await page.keyboard.press('Alt+4');
  await page.waitForFunction(() => document.getElementById('copied').textContent === 'Скопировано');
  const whole = await page.evaluate(() => navigator.clipboard.readText());
  const url = await page.locator('.answer').first().getAttribute('data-url');
  const page7 = (await get(url.replace(/(?=\?|$)/, '.txt'))).text;
  assert.ok(whole.length > 300 && page7.startsWith(whole.split('\n').slice(0, -1).join('\n').trim()), whole);
  assert.match(whole, /\/q\/7\?cited/, 'whoever opens it came by an operator');
  assert.deepEqual(trouble, []);
  await close();
});

test('pinned answers stay in this browser, and go by the same key', async () => {
  const { page, close } = await openPage(browser, site.url, { viewport: { width: 1366, height: 700 } });
  await page.goto(`${site.url}/desk?q=17`);
  await page.keyboard.press('Alt+5');
  assert.equal(await page.locator('[data-pin]').first().getAttribute('aria-pressed'), 'true');
  await page.goto(`${site.url}/desk`);
  assert.deepEqual(await page.locator('#pinned a').evaluateAll((links) => links.map((link) => link.getAttribute('href'))), ['/q/17?region=ru-ty']);
  assert.deepEqual(await page.context().cookies(), []);
  await page.goto(`${site.url}/desk?q=17`);
  await page.keyboard.press('Alt+5');
  await page.goto(`${site.url}/desk`);
  assert.equal(await page.locator('#pinned').isVisible(), false);
  assert.equal(await page.evaluate(() => localStorage.length), 0, 'and nothing is left');
  await close();
});

test('«ответа нет» by one key: the owner sees the words, masked, and nobody else can send them', async () => {
  const { page, trouble, close } = await openPage(browser, site.url, { userAgent: BROWSER, locale: 'ru-RU', viewport: { width: 1366, height: 700 } });
  await page.goto(`${site.url}/desk?q=${encodeURIComponent('дневник говорит фиолетовым голосом 89131234567')}`);
  await page.keyboard.press('Alt+0');
  await page.waitForURL('**&noted=yes');
  assert.match((await page.locator('[role=status].good').innerText()).replace(/\u00a0/g, ' '), /Записали: ответа на «дневник говорит/);
  site.count();
  const { empty } = (await get('/stats.json?period=today')).json().searches;
  assert.deepEqual(empty.filter(({ query }) => query.startsWith('дневник говорит')), [{ query: 'дневник говорит фиолетовым голосом ###########', count: 1 }]);
  const forged = await get('/desk/none', { method: 'POST', body: 'q=forged', headers: { 'Content-Type': 'application/x-www-form-urlencoded', Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' } });
  assert.equal(forged.status, 403);
  assert.equal((await get('/desk/none')).status, 405);
  assert.deepEqual(trouble, []);
  await close();
});

test('every key has a name that says what it is for, for those who hear the page', async () => {
  const { page, close } = await openPage(browser, site.url);
  await page.goto(`${site.url}/desk?q=${encodeURIComponent('22 пароль')}`);
  const names = await page.locator('main button').evaluateAll((buttons) => buttons.filter((button) => button.getClientRects().length).map((button) => button.getAttribute('aria-label') || button.textContent.trim()));
  assert.equal(new Set(names).size, names.length, `no two alike: ${names}`);
  await close();
});
