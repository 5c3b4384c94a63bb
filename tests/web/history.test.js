// What was published stays: every text of a question under its ?r=, what became of it since, the list and the feed of
// changes, what replaced a retired page; and the QR codes that paper carries.
import { AxeBuilder } from '@axe-core/playwright';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { HtmlValidate } from 'html-validate';
import jsQR from 'jsqr';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { launch, openPage } from './browser.js';
import { request } from './http.js';
import { startSite } from './server.js';

const TEXTS = ['Ключ лежит под ковриком.', 'Ключ лежит под **горшком**.', 'Ключ лежит в [школе](/q/1).'];
const question = (text, more = '') => `title: Где ключ?\nnumber: 90\nshort: Ответ есть.\naloud: Это проба / Она пройдёт\n`
  + `updated: 2026-11-21\nsources: doc-004\nsymptom: no-entry\n${more}\n${text}\n`;

let site;
let browser;
before(async () => { [site, browser] = await Promise.all([startSite({ copyData: true }), launch()]); });
after(async () => {
  await browser?.close();
  await site?.stop();
});
const get = (address, options) => request(site.url + address, options);
const file = (name) => path.join(site.data, name);
const ASKED = 'questions/90-where-is-the-key.md';

function publish() {
  const { status, stdout, stderr } = site.vhod('publish');
  assert.equal(status, 0, stdout + stderr);
}

async function assertPage(address) {
  const { status, text } = await get(address);
  assert.equal(status, 200, address);
  const { results } = await new HtmlValidate({ extends: ['html-validate:recommended'],
    rules: { 'no-trailing-whitespace': 'off', 'doctype-style': 'off', 'void-style': 'off', 'long-title': 'off',
      'no-implicit-button-type': 'off', 'tel-non-breaking': 'off' } }).validateString(text);
  const faults = results.flatMap(({ messages }) => messages).map(({ ruleId, message, line }) => `${line}: ${ruleId}: ${message}`);
  assert.deepEqual(faults, [], address);
  for (const colorScheme of ['light', 'dark']) {
    const { page, trouble, close } = await openPage(browser, site.url, { colorScheme });
    await page.goto(site.url + address);
    const { violations } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
    assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`), [], `${address} ${colorScheme}`);
    assert.deepEqual(trouble, [], address);
    await close();
  }
  return text;
}

// --- nothing has changed yet -----------------------------------------------------------------------------------------

test('the first publish is where counting begins: the feed is empty and says since when', async () => {
  const { changes, began, updated } = (await get('/changes.json')).json();
  assert.deepEqual(changes, []);
  assert.match(began, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.equal(updated, began);
  const page = await assertPage('/changes');
  assert.match(page, /Пока ничего не менялось/);
  assert.match(page, /Учёт идёт с\s\d+\s[а-я]+\s\d{4}\sгода/);
  assert.ok((await get('/')).text.includes('href="/changes"'), 'in the foot of every page');
});

// --- three texts -----------------------------------------------------------------------------------------------------

test('three texts of one question: each can be cited, and says what became of it', async () => {
  for (const text of TEXTS) {
    fs.writeFileSync(file(ASKED), question(text));
    publish();
  }
  const current = (await get('/q/90.json')).json();
  assert.equal(current.revision, 3);
  assert.deepEqual(current.revisions.map(({ number, url }) => [number, url]),
    [[2, `${site.url}/q/90?r=2`], [1, `${site.url}/q/90?r=1`]]);
  const expected = [/<p>Ключ лежит под ковриком\.<\/p>/, /<p>Ключ лежит под <strong>горшком<\/strong>\.<\/p>/];
  for (const [i, html] of expected.entries()) {
    const revision = (await get(`/q/90.json?r=${i + 1}`)).json();
    assert.equal(revision.revision, i + 1);
    assert.match(revision.html, html);
    assert.equal(revision.current.url, `${site.url}/q/90`);
    assert.ok(revision.difference.added_count > 0 && revision.difference.removed_count > 0);
    assert.match(revision.difference.html, /<ins>[^]*школе[^]*<\/ins>/);
    const page = await assertPage(`/q/90?r=${i + 1}`);
    assert.ok(page.includes(revision.html.trim()));
    assert.match(page, /С тех пор изменено/);
    assert.ok(page.includes(`<link rel="canonical" href="${site.url}/q/90">`));
    assert.match(page, /<meta name="robots" content="noindex">/);
    assert.ok(page.includes('href="/q/90"'));
    assert.match((await get(`/q/90.txt?r=${i + 1}`)).text, /С тех пор изменено/);
  }
  const page = (await get('/q/90')).text;
  for (const number of [1, 2]) assert.ok(page.includes(`href="/q/90?r=${number}"`));
});

test('the present text under its own number is the page itself; numbers that are none are 404', async () => {
  const [plain, numbered] = [await get('/q/90'), await get('/q/90?r=3')];
  assert.equal(numbered.status, 200);
  assert.equal(numbered.text, plain.text);
  assert.ok(numbered.text.includes(`<link rel="canonical" href="${site.url}/q/90">`));
  for (const address of ['/q/90?r=4', '/q/90?r=9999', '/q/7?r=2', '/guide/epos-link?r=2', '/q/90.json?r=4']) {
    assert.equal((await get(address)).status, 404, address);
  }
  for (const address of ['/q/90?r=0', '/q/90?r=x', '/q/90?r=1.5', '/q/90?r=-1', '/guide/epos-link?r=99999']) {
    assert.equal((await get(address)).status, 400, address);
  }
});

test('a difference is read aloud as one: marks carry words', async () => {
  const { page, close } = await openPage(browser, site.url);
  await page.goto(`${site.url}/q/90?r=1`);
  const words = await page.evaluate(() => ['ins', 'del'].map((name) => getComputedStyle(
    document.querySelector(`.diff ${name}`), '::before').content));
  assert.match(words[0], /добавлено/);
  assert.match(words[1], /убрано/);
  const lines = await page.evaluate(() => ['ins', 'del'].map((name) => getComputedStyle(
    document.querySelector(`.diff ${name}`)).textDecorationLine));
  assert.deepEqual(lines, ['underline', 'line-through'], 'not by colour alone');
  await close();
});

test('the snapshot is lost: published again, every text still answers', async () => {
  const before = await Promise.all([1, 2].map(async (r) => (await get(`/q/90.json?r=${r}`)).json()));
  fs.rmSync(path.join(site.state, 'directory.db'));
  publish();
  assert.equal((await get('/q/90.json')).json().revision, 3);
  assert.deepEqual(await Promise.all([1, 2].map(async (r) => (await get(`/q/90.json?r=${r}`)).json())), before);
});

test('a damaged archive: publishing is refused, says what to do, and the site goes on', async () => {
  const archive = path.join(site.state, 'history.db');
  const good = fs.readFileSync(archive);
  const bad = Buffer.from(good);
  const at = bad.indexOf('ковриком');
  assert.ok(at > 0);
  bad.write('порогом_', at);
  fs.writeFileSync(archive, bad);
  try {
    const { status, stderr } = site.vhod('publish');
    assert.equal(status, 3);
    assert.match(stderr, /history\.db is damaged at entry \d+: .*Put back the newest whole copy/);
    assert.equal(site.vhod('check').status, 3);
    assert.equal((await get('/q/90?r=1')).status, 200);
  } finally {
    fs.writeFileSync(archive, good);
  }
  publish();
});

// --- changes ---------------------------------------------------------------------------------------------------------

let marks; // ids of the changes, by what they say
test('changes of a guide and of addresses are listed, newest first', async () => {
  const guide = fs.readFileSync(file('guides/epos-link.md'), 'utf8');
  fs.writeFileSync(file('guides/epos-link.md'), guide.replace('Нажмите', 'Смело нажмите'));
  const region = fs.readFileSync(file('regions/RU-ALT.ini'), 'utf8');
  fs.writeFileSync(file('regions/RU-ALT.ini'), `${region.replaceAll('https://netschool.edu22.info/', 'https://new.edu22.info/')
    .replace('= Для школ\n', '= «Сетевой <регион> & К°»\n')}
[former.90]
url = https://netschool.edu22.info/
portal = Прежний
until = 2026-11-20
replaced_by = https://new.edu22.info/
sources = doc-004
`);
  publish();
  const { changes } = (await get('/changes.json')).json();
  const told = changes.map(({ subject, change, number, revision, region, address, before }) => (
    [subject, change, number ?? region?.iso ?? null, revision ?? address, before?.address ?? null]));
  assert.deepEqual(told.filter(([subject]) => ['login', 'former', 'question'].includes(subject)), [
    ['login', 'changed', 'ru-alt', 'https://new.edu22.info/', 'https://netschool.edu22.info/'],
    ['question', 'changed', 90, 3, null], ['question', 'changed', 90, 2, null], ['question', 'added', 90, 1, null],
  ]);
  assert.ok(told.some(([subject, change, , revision]) => subject === 'guide' && change === 'changed' && revision === 2));
  marks = changes.map(({ id }) => id);
  assert.equal(new Set(marks).size, marks.length);
  const page = await assertPage('/changes');
  for (const id of marks) assert.ok(page.includes(`id="${id}"`), 'its address leads to its place');
  assert.ok(page.includes('href="/q/90?r=2#difference"'));
  const old = await get('/guide/epos-link?r=1');
  assert.match(old.text, /<ins>Смело нажмите<\/ins>/);
});

test('/changes.atom is well-formed and has what RFC 4287 asks for; its ids stay', async () => {
  const { headers, text } = await get('/changes.atom');
  assert.match(headers['content-type'], /^application\/atom\+xml/);
  const { page, close } = await openPage(browser, site.url);
  const feed = await page.evaluate((source) => {
    const xml = new DOMParser().parseFromString(source, 'application/xml');
    const children = (node, name) => [...node.children].filter((child) => child.localName === name
      && child.namespaceURI === 'http://www.w3.org/2005/Atom');
    const describe = (node) => ({
      id: children(node, 'id').map((child) => child.textContent), title: children(node, 'title').map((child) => child.textContent),
      updated: children(node, 'updated').map((child) => child.textContent), summary: children(node, 'summary').map((child) => child.textContent),
      author: children(node, 'author').map((child) => children(child, 'name')[0]?.textContent),
      links: children(node, 'link').map((child) => [child.getAttribute('rel'), child.getAttribute('href')]),
    });
    return { error: xml.querySelector('parsererror')?.textContent ?? null, root: xml.documentElement.localName,
      feed: describe(xml.documentElement), entries: children(xml.documentElement, 'entry').map(describe) };
  }, text);
  await close();
  assert.equal(feed.error, null);
  assert.equal(feed.root, 'feed');
  const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
  for (const node of [feed.feed, ...feed.entries]) {
    for (const name of ['id', 'title', 'updated']) assert.equal(node[name].length, 1, `one ${name}`);
    assert.match(node.updated[0], rfc3339);
    assert.ok(node.title[0].trim());
    assert.ok(URL.canParse(node.id[0]));
    assert.equal(node.links.filter(([rel]) => rel === 'alternate').length, 1);
  }
  assert.equal(feed.feed.author.length, 1);
  assert.ok(feed.feed.links.some(([rel, href]) => rel === 'self' && href === `${site.url}/changes.atom`));
  assert.deepEqual(feed.entries.map(({ id }) => id[0]), marks.map((id) => `${site.url}/changes#${id}`));
  const times = feed.entries.map(({ updated }) => updated[0]);
  assert.deepEqual(times, times.toSorted().reverse());
  assert.equal(feed.feed.updated[0], times[0]);
  assert.ok(feed.entries.some(({ summary }) => summary[0].includes('«Сетевой <регион> & К°»')), 'text is escaped once');
  // another publish: the same entries keep their ids
  fs.appendFileSync(file(ASKED), '\nИ ещё.\n');
  publish();
  const again = (await get('/changes.json')).json().changes.map(({ id }) => id);
  assert.deepEqual(again.slice(1), marks);
  assert.match((await get('/changes', { headers: { Accept: 'application/atom+xml' } })).headers['content-type'], /atom/);
});

// --- retired ---------------------------------------------------------------------------------------------------------

test('a retired question: 410 with what replaced it, for people and for programs, under every revision', async () => {
  fs.writeFileSync(file(ASKED), question(TEXTS[2], 'retired: 2026-11-21\nreplaced_by: q/7\n'));
  publish();
  const { title } = (await get('/q/7.json')).json();
  for (const address of ['/q/90', '/q/90?r=1', '/q/90?r=99']) {
    const page = await get(address);
    assert.equal(page.status, 410, address);
    assert.ok(page.text.includes('<a href="/q/7">'), 'link');
    assert.match(page.text, /Раньше здесь был ответ «Где ключ\?»/);
    assert.ok(page.text.includes(`<a href="/q/7">${title.replace(/"/g, '&quot;')}</a>`), 'title');
  }
  const problem = await get('/q/90.json');
  assert.equal(problem.status, 410);
  assert.match(problem.headers['content-type'], /^application\/problem\+json/);
  const { status, replaced_by: by, replaced_title: name, detail } = problem.json();
  assert.deepEqual([status, by, name], [410, '/q/7', title]);
  assert.ok(detail.includes(title));
  assert.equal((await get('/qr/q/90')).status, 410);
  const [change] = (await get('/changes.json')).json().changes;
  assert.deepEqual([change.subject, change.change, change.number], ['question', 'removed', 90]);
  assert.match((await get('/changes')).text, /Убран ответ 90\. Где ключ\?/);
});

test('a retired page that nothing replaced says so without a link', async () => {
  fs.writeFileSync(file(ASKED), question(TEXTS[2], 'retired: 2026-11-21\n'));
  publish();
  const page = await get('/q/90');
  assert.equal(page.status, 410);
  assert.ok(!page.text.includes('Теперь вместо этого'));
  const problem = (await get('/q/90.json')).json();
  assert.deepEqual([problem.replaced_by, problem.replaced_title], [null, null]);
});

// --- QR codes --------------------------------------------------------------------------------------------------------

// The picture as a browser paints it, at so many pixels a module.
async function paint(page, address, scale) {
  return page.evaluate(async ([source, pixels]) => {
    const image = new Image();
    image.src = source;
    await image.decode();
    const canvas = document.createElement('canvas');
    const text = await (await fetch(source)).text();
    canvas.width = canvas.height = Number(/viewBox="0 0 (\d+) /.exec(text)[1]) * pixels;
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return { size: canvas.width, data: [...context.getImageData(0, 0, canvas.width, canvas.height).data] };
  }, [address, scale]);
}

for (const [address, target] of [['/qr/region/ru-alt', '/region/ru-alt'], ['/qr/q/17', '/q/17'],
  ['/qr/guide/setevoy-region-link', '/guide/setevoy-region-link'], ['/qr/q/17.svg', '/q/17']]) {
  test(`${address}: another program reads the page’s address from it`, async () => {
    const { status, headers, text } = await get(address);
    assert.equal(status, 200);
    assert.match(headers['content-type'], /^image\/svg\+xml/);
    assert.match(headers['cache-control'], /max-age=300/);
    assert.equal(headers['cross-origin-resource-policy'], 'cross-origin');
    const { page, trouble, close } = await openPage(browser, site.url, { colorScheme: 'dark' });
    await page.goto(`${site.url}/`);
    const scale = 4;
    const { size, data } = await paint(page, address, scale);
    assert.deepEqual(trouble, []);
    await close();
    const found = jsQR(Uint8ClampedArray.from(data), size, size, { inversionAttempts: 'dontInvert' });
    assert.equal(found?.data, site.url + target);
    // four modules of white on every side
    const white = (x, y) => data[(y * size + x) * 4] === 255 && data[(y * size + x) * 4 + 3] === 255;
    const quiet = 4 * scale;
    for (let i = 0; i < size; i++) {
      for (let d = 0; d < quiet; d++) {
        assert.ok(white(i, d) && white(d, i) && white(i, size - 1 - d) && white(size - 1 - d, i));
      }
    }
    assert.ok(!white(quiet + 1, quiet + 1), 'and the code begins right there');
    assert.ok(text.includes(`aria-label="QR-код: ${site.url}${target}"`));
  });
}

test('no code of a page that is not there', async () => {
  for (const address of ['/qr/q/9999', '/qr/region/ru-xx', '/qr/guide/none', '/qr/q/0', '/qr/', '/qr/stats', '/qr/q/17.gif']) {
    assert.equal((await get(address)).status, address === '/qr/' ? 301 : 404, address);
  }
});
