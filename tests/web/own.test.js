// The site is theirs: another name and contact, another colour in both themes and in frames, templates of the owner's in place
// of ours, which an upgrade leaves alone; and what does not fit is told at the start, with the line.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { launch, openPage } from './browser.js';
import { request } from './http.js';
import { build, startSite, top } from './server.js';

let site;
let browser;
let own; // folder of the owner's templates
const write = (name, text) => {
  fs.mkdirSync(path.dirname(path.join(own, name)), { recursive: true });
  fs.writeFileSync(path.join(own, name), text);
};
before(async () => {
  own = fs.mkdtempSync('/tmp/vhod-own-');
  write('parts/foot-links.mustache', '<li><a href="https://school.example/imprint">Кто мы</a></li>\n');
  write('parts/foot-lines.mustache', '<p>Департамент образования, ИНН 0000000000</p>\n');
  [site, browser] = await Promise.all([startSite({ env: { VHOD_SITE_NAME: 'Школьный вход', VHOD_SITE_CONTACT: 'help@school.example', VHOD_SITE_ACCENT: '5b2a86',
    VHOD_SITE_ACCENT_DARK: 'd9b8ff', VHOD_PATH_OWN_TEMPLATES: own } }), launch()]);
});
after(async () => {
  await browser?.close();
  await site?.stop();
  fs.rmSync(own, { recursive: true, force: true });
});
const get = (address) => request(site.url + address);
// One program by itself, with other settings: it answers, or says why it does not start.
const start = (env) => spawnSync(path.join(build, 'bin/regions.fcgi'), ['GET', '/about'], { env: { ...site.environment(), ...env }, encoding: 'utf8' });

test('name, contact, colour and foot are the owner\'s on every page, and nothing complains in another colour', async () => {
  for (const colorScheme of ['light', 'dark']) {
    const context = await browser.newContext({ colorScheme, locale: 'ru-RU' });
    const page = await context.newPage();
    const trouble = [];
    page.on('console', (message) => { if (message.type() === 'error') trouble.push(message.text()); });
    const wanted = colorScheme === 'light' ? 'rgb(91, 42, 134)' : 'rgb(217, 184, 255)';
    for (const address of ['/region/ru-alt', '/guide/epos-link', '/regions', '/for-schools']) {
      await page.goto(site.url + address);
      assert.match(await page.title(), /Школьный вход$/);
      assert.equal(await page.locator('header .mark rect').evaluate((rect) => getComputedStyle(rect).fill), wanted, address);
      assert.equal(await page.locator('footer').getByRole('link', { name: 'Кто мы' }).count(), 1);
      assert.equal(await page.locator('footer').getByText('ИНН 0000000000').count(), 1);
      assert.ok(await page.getByRole('link', { name: 'help@school.example' }).count());
    }
    for (const [query, colour] of [['', wanted], ['?theme=light', 'rgb(91, 42, 134)'], ['?theme=dark', 'rgb(217, 184, 255)']]) {
      await page.goto(`${site.url}/embed/region/ru-alt${query}`);
      assert.equal(await page.locator('.btn').first().evaluate((button) => getComputedStyle(button).backgroundColor), colour, `${colorScheme} ${query}`);
    }
    for (const [query, colour] of [['', wanted], ['?theme=light', 'rgb(91, 42, 134)'], ['?theme=dark', 'rgb(217, 184, 255)']]) {
      await page.goto(`${site.url}/embed/region/ru-alt.svg${query}`);
      assert.equal(await page.locator('.door').evaluate((bar) => getComputedStyle(bar).fill), colour, `card, ${colorScheme} ${query}`);
    }
    assert.deepEqual(trouble, []);
    await context.close();
  }
});

test('a colour that cannot be read is refused with its contrast, and so is what is none', () => {
  for (const [name, value, says] of [['VHOD_SITE_ACCENT', 'ffcc00', /contrast of 1\.51/], ['VHOD_SITE_ACCENT_DARK', '102030', /contrast of \d\.\d\d/], ['VHOD_SITE_ACCENT', 'red', /must be a colour like 0b5b48/],
    ['VHOD_SITE_ACCENT', '0b5b48}body{display:none', /must be a colour/]]) {
    const { status, stderr } = start({ [name]: value });
    assert.notEqual(status, 0);
    assert.match(stderr, says);
    assert.match(stderr, /accent/);
  }
});

test('a template that no longer fits is named at the start, with its line; one that takes no place is warned of', () => {
  const broken = fs.mkdtempSync('/tmp/vhod-broken-');
  const put = (name, text) => {
    fs.rmSync(broken, { recursive: true });
    fs.mkdirSync(path.join(broken, path.dirname(name)), { recursive: true });
    fs.writeFileSync(path.join(broken, name), text);
    return start({ VHOD_PATH_OWN_TEMPLATES: broken });
  };
  for (const [name, text, says] of [
    ['pages/about.mustache', '{{<parts/layout}}\n{{$title}}x{{/title}}\n{{$sidebar}}y{{/sidebar}}\n{{/parts/layout}}\n', /pages\/about\.mustache:3: \{\{<parts\/layout\}\} has no block sidebar/],
    ['pages/about.mustache', '\n\n{{>parts/no-such}}\n', /pages\/about\.mustache:3: .*parts\/no-such/],
    ['pages/about.mustache', 'a\n{{#b}}\nc\n', /pages\/about\.mustache:2: /],
    ['pages/about.mustache', 'a\n\n{{{name}}}\n', /pages\/about\.mustache:3: /],
  ]) {
    const { status, stderr } = put(name, text);
    assert.notEqual(status, 0, text);
    assert.match(stderr, says);
  }
  const idle = put('pages/abuot.mustache', 'x');
  assert.equal(idle.status, 0, idle.stderr);
  assert.match(idle.stderr, /abuot\.mustache: takes no template's place/);
  fs.rmSync(broken, { recursive: true });
  const none = start({ VHOD_PATH_OWN_TEMPLATES: broken });
  assert.notEqual(none.status, 0);
  assert.match(none.stderr, /no such folder; mend \[path\] own_templates/);
});

test('the owner\'s folder is only read', async () => {
  await get('/about');
  assert.deepEqual(fs.readdirSync(own, { recursive: true }).sort(), ['parts', 'parts/foot-lines.mustache', 'parts/foot-links.mustache']);
});

test('a page of the owner\'s: from a file to the foot of every page, and away again', async () => {
  const theirs = await startSite({ copyData: true });
  const ask = (address) => request(theirs.url + address);
  try {
    assert.equal((await ask('/page/imprint')).status, 404);
    assert.doesNotMatch((await ask('/')).text, /href="\/page\//);
    const folder = path.join(theirs.data, 'pages');
    fs.mkdirSync(folder);
    fs.writeFileSync(path.join(folder, 'imprint.md'), 'title: Кто ведёт справочник\nposition: 2\n\nДепартамент. Пишите [нам](mailto:help@school.example).\n\n## По какому праву\n\n- Приказ № 5 & устав\n');
    fs.writeFileSync(path.join(folder, 'rules.md'), 'title: Правила\nposition: 1\n\nСмотрите [кто мы](/page/imprint) и [вопрос](/q/7).\n');
    assert.equal(theirs.vhod('check').status, 0);
    assert.match(theirs.vhod('diff').stdout, /page imprint/);
    assert.equal(theirs.vhod('publish').status, 0);
    const page = await ask('/page/imprint');
    assert.equal(page.status, 200);
    assert.match(page.text, /<h1>Кто ведёт справочник<\/h1>[^]*<h2>По какому праву<\/h2>[^]*<li>Приказ №\s5 &amp; устав<\/li>/);
    for (const address of ['/', '/region/ru-alt', '/q/7', '/no-such-page', '/stats']) {
      const foot = (await ask(address)).text.split('<footer')[1];
      assert.deepEqual([...foot.matchAll(/href="(\/page\/[a-z]+)"/g)].map(([, href]) => href), ['/page/rules', '/page/imprint'], address);
    }
    assert.doesNotMatch((await ask('/embed/region/ru-alt')).text, /\/page\//);
    assert.match((await ask('/sitemap.xml')).text, /\/page\/imprint</);
    assert.equal((await ask('/page/imprint.json')).json().title, 'Кто ведёт справочник');
    // the mark: a drawing by the rules of figures
    const logo = path.join(theirs.data, 'logo.svg');
    for (const bad of ['<svg viewBox="0 0 32 16"><script>x</script></svg>', '<svg viewBox="0 0 32 16"><image href="https://evil.example/x.png"/></svg>', '<svg viewBox="0 0 32 16"><rect style="fill:red"/></svg>', 'no drawing']) {
      fs.writeFileSync(logo, bad);
      const { status, stdout, stderr } = theirs.vhod('check');
      assert.equal(status, 1, bad);
      assert.match(stdout + stderr, /logo\.svg:\d+: /);
    }
    fs.writeFileSync(logo, '<svg viewBox="0 0 32 16"><rect width="32" height="16" fill="#5b2a86"/></svg>');
    assert.equal(theirs.vhod('publish').status, 0);
    const opened = await openPage(browser, theirs.url);
    await opened.page.goto(`${theirs.url}/page/imprint`);
    const box = await opened.page.locator('header .mark .logo svg').boundingBox();
    assert.ok(Math.abs(box.width / box.height - 2) < 0.1, `as wide as it is drawn: ${box.width} by ${box.height}`);
    assert.equal(await opened.page.locator('header .mark svg').count(), 1, 'in place of ours');
    assert.ok((await opened.page.locator('header').boundingBox()).height <= 72);
    assert.deepEqual(opened.trouble, []);
    await opened.close();
    fs.rmSync(logo);
    for (const [text, says] of [
      ['title: A\nposition: 1\n\nx\n', /pages\/rules\.md:2: position: is also the position of "extra"/],
      ['title: A\nposition: 3\n\n[нет](/page/none)\n', /pages\/extra\.md:4: link "\/page\/none" leads nowhere/],
      ['title: A\nposition: 3\n\n<script>x</script>\n', /pages\/extra\.md:4: /],
      ['title: A\nposition: 3\n\n## Раздел\nregions: ru-alt\n\nx\n', /pages\/extra\.md:5: regions: is for guides and questions/],
      ['title: A\nposition: 3\nshort: x\n\nx\n', /pages\/extra\.md:3: unknown key "short" for a page/],
      ['title: A\n\nx\n', /pages\/extra\.md: position: is required/],
      ['title: A\nposition: 3\n', /pages\/extra\.md: has no text/],
    ]) {
      fs.writeFileSync(path.join(folder, 'extra.md'), text);
      const { status, stdout, stderr } = theirs.vhod('check');
      assert.equal(status, 1, text);
      assert.match(stdout + stderr, says);
    }
    fs.rmSync(path.join(folder, 'extra.md'));
    fs.rmSync(path.join(folder, 'imprint.md'));
    assert.match(theirs.vhod('check').stderr + theirs.vhod('check').stdout, /pages\/rules\.md:4: link "\/page\/imprint" leads nowhere/);
    fs.rmSync(folder, { recursive: true });
    assert.equal(theirs.vhod('publish').status, 0);
    assert.equal((await ask('/page/imprint')).status, 404);
  } finally {
    await theirs.stop();
  }
});

test('vhod check warns of a site without a contact, and of no other', () => {
  const check = (contact) => spawnSync(path.join(build, 'bin/vhod'), ['check'], { env: { ...site.environment(), VHOD_SITE_CONTACT: contact }, encoding: 'utf8' });
  assert.match(check('').stdout, /vhod\.ini: warning: \[site\] contact: is empty/);
  assert.equal(check('').status, 0, 'it stops nothing');
  assert.doesNotMatch(check('help@school.example').stdout, /contact: is empty/);
});
