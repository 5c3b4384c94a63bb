// Embeds: what a school's website places is shown on a page of another origin, without script and cookies, in frames of the
// promised heights; what was retired says so there; and the code that our pages offer is exactly what works.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { launch } from './browser.js';
import { BROWSER, request } from './http.js';
import { build, startSite } from './server.js';

const SUBJECTS = { region: '/region/ru-alt', guide: '/guide/epos-link?region=ru-per', question: '/q/17?region=ru-per' };
const WIDTHS = [240, 280, 320, 480, 760, 1200];
const GAP = 0.27; // of its height: what two lines of a frame may be apart
const RETIRED = 'epos-link';
const folder = path.join(build, 'screenshots', 'embeds');

let site;
let browser;
let school; // {url, html}: a web server of another origin that shows school.html
before(async () => {
  [site, browser, school] = await Promise.all([startSite({ copyData: true }), launch(), startSchool()]);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
});
after(async () => {
  school?.close();
  await browser?.close();
  await site?.stop();
});
const get = (address, options) => request(site.url + address, options);

function startSchool() {
  return new Promise((resolve) => {
    const own = { html: '' };
    const server = http.createServer((_, response) => {
      for (const [name, value] of Object.entries(own.headers ?? {})) response.setHeader(name, value);
      response.setHeader('Content-Type', 'text/html; charset=utf-8');
      response.end(own.html);
    }).listen(0, '127.0.0.2', () => {
      own.host = `127.0.0.2:${server.address().port}`;
      own.url = `http://${own.host}/school-page`;
      own.close = () => server.close();
      resolve(own);
    });
  });
}

const unescape = (text) => text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&#39;/g, "'")
  .replace(/&amp;/g, '&');

// The code that a page offers, by the name of its form: {link, go or address, frame, picture}.
async function codes(address) {
  const { text } = await get(address);
  return Object.fromEntries([...text.matchAll(/<textarea id="share-([a-z]+)"[^>]*>([^<]*)<\/textarea>/g)]
    .map(([, name, code]) => [name, unescape(code)]));
}

// Everything that can be placed.
async function everything() {
  const [regions, guides, questions] = await Promise.all(['/regions', '/guides', '/questions']
    .map(async (list) => (await get(`${list}.json`)).json()[list.slice(1)]));
  const articles = [...guides.map(({ id }) => `/guide/${id}`), ...questions.map(({ number }) => `/q/${number}`)];
  return [...regions.map(({ iso }) => `/region/${iso}`), ...articles,
    ...['ru-mow', 'ru-rya'].flatMap((iso) => articles.map((address) => `${address}?region=${iso}`))];
}

// The picture of an embed's address, which may end with a query.
const picture = (address) => `/embed${address.replace(/(?=\?|$)/, '.svg')}`;

const sizeOf = (code) => ({ width: Number(/ width="(\d+)"/.exec(code)[1]), height: Number(/ height="(\d+)"/.exec(code)[1]) });
const kindOf = (address) => ({ region: 'region', guide: 'guide', q: 'question' })[address.split('/')[1]];

test('an embed: cacheable, without cookie, with its one script, and the settings say who may frame it', async () => {
  for (const address of ['/embed/region/ru-alt', '/embed/guide/epos-link', '/embed/q/17']) {
    for (const form of [address, `${address}.svg`, `${address}.png`]) {
      const { status, headers, text } = await get(form);
      assert.equal(status, 200, form);
      assert.match(headers['cache-control'], /^public, max-age=[1-9]/);
      assert.equal(headers['set-cookie'], undefined);
      // Both stand on other people's pages; whose, frame-ancestors says of a frame.
      assert.equal(headers['cross-origin-resource-policy'], 'cross-origin');
      assert.match(headers['content-security-policy'], /frame-ancestors \*/);
      if (form.endsWith('.png')) continue;
      const scripts = [...text.matchAll(/<script>([^<]*)<\/script>/g)].map(([, script]) => createHash('sha256').update(script).digest('base64'));
      assert.equal(scripts.length, form === address ? 1 : 0);
      const allowed = /script-src ([^;]*)/.exec(headers['content-security-policy'])?.[1];
      assert.equal(allowed, scripts.length ? `'sha256-${scripts[0]}'` : undefined, 'its own script, and no other');
      assert.doesNotMatch(text, /<script src|<link rel="stylesheet"/);
      assert.ok(text.length < 8 * 1024, `${text.length} bytes`);
    }
  }
  const { stdout, stderr } = spawnSync(path.join(build, 'bin/regions.fcgi'), ['GET', '/embed/region/ru-alt'], {
    env: { ...site.environment(), VHOD_SITE_FRAME_ANCESTORS: 'https://school.example' }, encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  assert.match(stdout + stderr, /frame-ancestors https:\/\/school\.example\r\n/);
  const { headers } = await get('/region/ru-alt');
  assert.match(headers['content-security-policy'], /frame-ancestors 'none'/, 'and pages that are no embeds cannot be framed');
});

test('the picture shows the address of today', async () => {
  const { logins } = (await get('/region/ru-alt.json')).json();
  const { text, headers } = await get('/embed/region/ru-alt.svg');
  assert.match(headers['content-type'], /^image\/svg\+xml/);
  assert.match(text, /xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  for (const { typed } of logins.filter(({ status }) => status === 'current')) assert.ok(text.includes(typed), typed);
});

// Two addresses at most stand in a frame: those in use, and never one that a region only has beside them.
test('frame and picture show addresses in use, and no other', async () => {
  let others = 0;
  for (const { iso } of (await get('/regions.json')).json().regions) {
    const { logins } = (await get(`/region/${iso}.json`)).json();
    const inUse = logins.filter(({ status }) => ['current', 'transition'].includes(status)).map(({ typed }) => typed);
    const rest = logins.map(({ typed }) => typed).filter((typed) => !inUse.some((used) => used.includes(typed)));
    if (!rest.length) continue;
    const texts = await Promise.all(['', '.svg'].map(async (form) => (await get(`/embed/region/${iso}${form}`)).text));
    for (const typed of rest) for (const text of texts) assert.ok(!text.includes(`>${typed}<`), `${iso}: ${typed}`);
    others += rest.length;
  }
  assert.ok(others > 0, 'there are such addresses');
});

for (const [kind, address] of Object.entries(SUBJECTS)) {
  test(`${address}: four forms of code, absolute and escaped`, async () => {
    const forms = await codes(address);
    assert.deepEqual(Object.keys(forms).sort(), ['frame', kind === 'region' ? 'go' : 'address', 'link', 'picture'].sort());
    for (const [name, code] of Object.entries(forms)) assert.ok(code.includes(site.url), `${name}: ${code}`);
    assert.match(forms.frame, /^<iframe src="[^"]+" width="\d+" height="\d+" title="[^"]+" loading="lazy" style="[^"]*"><\/iframe>$/);
    for (const code of Object.values(forms)) assert.doesNotMatch(code, /<script| on[a-z]+=/);
    const links = Object.values(forms).flatMap((code) => [...code.matchAll(/(?:href|src)="([^"]+)"/g)]).map(([, url]) => unescape(url));
    for (const url of links) assert.ok([200, 303].includes((await request(url)).status), url);
  });
}

for (const colorScheme of ['light', 'dark']) {
  test(`all four forms stand in a page of another origin, ${colorScheme}, scripts and cookies off`, async () => {
    const seen = [];
    const context = await browser.newContext({ locale: 'ru-RU', colorScheme, userAgent: BROWSER, javaScriptEnabled: false, viewport: { width: 1100, height: 1800 } });
    const page = await context.newPage();
    page.on('response', async (response) => seen.push([response.url(), response.status(), await response.headerValue('set-cookie')]));
    const parts = [];
    for (const [kind, address] of Object.entries(SUBJECTS)) {
      parts.push(`<section><h2>${kind}</h2>${Object.values(await codes(address)).map((code) => `<p>${code}</p>`).join('\n')}</section>`);
    }
    school.html = `<!doctype html><html lang="ru"><meta charset="utf-8"><meta name="color-scheme" content="light dark">
      <title>Школа № 3</title><style>body{font-family:serif;margin:1rem;display:flex;flex-wrap:wrap;gap:1rem;
      background:${colorScheme === 'dark' ? '#223' : '#eef'}}</style>${parts.join('\n')}`;
    await page.goto(school.url, { waitUntil: 'networkidle' });
    await page.screenshot({ path: path.join(folder, `school-${colorScheme}.png`), fullPage: true });

    const ours = seen.filter(([url]) => url.startsWith(site.url));
    assert.equal(ours.filter(([url]) => /\/embed\//.test(url)).length, 6, 'three frames and three pictures');
    assert.deepEqual(ours.filter(([url, status, cookie]) => status !== 200 || cookie || !/\/embed\//.test(url)), [], 'and nothing else of ours');
    assert.deepEqual(await context.cookies(), []);
    assert.equal(page.frames().length, 4);
    for (const frame of page.frames().slice(1)) {
      assert.ok((await frame.locator('h1').innerText()).length > 3, frame.url());
      assert.equal(await frame.locator('a:not([target=_blank][rel=noopener])').count(), 0, 'every link opens a window of its own');
    }
    for (const picture of await page.locator('img').all()) {
      assert.deepEqual(await picture.evaluate((img) => [img.naturalWidth, img.naturalHeight]), [480, 160]);
    }
    await context.close();
  });
}

test('on a telephone the frame is as wide as the page, and still whole', async () => {
  const context = await browser.newContext({ viewport: { width: 320, height: 700 }, javaScriptEnabled: false });
  const page = await context.newPage();
  const { frame, picture } = await codes(SUBJECTS.region);
  school.html = `<!doctype html><html lang="ru"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Школа</title>
    <body style="margin:10px">${frame}${picture}`;
  await page.goto(school.url, { waitUntil: 'networkidle' });
  await page.screenshot({ path: path.join(folder, 'school-320.png'), fullPage: true });
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'no sideways scrolling');
  await context.close();
});

// In the page: the most pixels from the end of one line of text to the beginning of the next.
function widestGap() {
  const range = document.createRange();
  const rows = [];
  for (const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); walker.nextNode();) {
    if (!walker.currentNode.data.trim() || walker.currentNode.parentElement.closest('script')) continue;
    range.selectNodeContents(walker.currentNode);
    for (const { top, bottom, height } of range.getClientRects()) if (height) rows.push([top, bottom]);
  }
  rows.sort(([a], [b]) => a - b);
  let end = 0;
  let gap = 0;
  for (const [top, bottom] of [...rows, [innerHeight, innerHeight]]) {
    gap = Math.max(gap, top - end);
    end = Math.max(end, bottom);
  }
  return Math.round(gap);
}

test('no frame of the promised height has a scroll bar or a hole, whatever it shows', { timeout: 300_000 }, async () => {
  const sizes = {};
  for (const [kind, address] of Object.entries(SUBJECTS)) sizes[kind] = sizeOf((await codes(address)).frame);
  const context = await browser.newContext({ locale: 'ru-RU' });
  const page = await context.newPage();
  const tallest = {};
  const widest = {};
  const faults = [];
  for (const address of await everything()) {
    const kind = kindOf(address);
    await page.setViewportSize({ width: WIDTHS[0], height: 100 }); // so low that the content alone decides
    await page.goto(`${site.url}/embed${address}`);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 100 });
      const [tall, wide] = await page.evaluate(() => [document.documentElement.scrollHeight, document.documentElement.scrollWidth]);
      if ((tallest[kind]?.[0] ?? 0) < tall) tallest[kind] = [tall, width, address];
      if (tall > sizes[kind].height || wide > width) faults.push(`${address} at ${width}: ${wide} × ${tall}`);
      await page.setViewportSize({ width, height: sizes[kind].height });
      const gap = await page.evaluate(widestGap);
      if ((widest[kind]?.[0] ?? 0) < gap) widest[kind] = [gap, width, address];
      if (gap > GAP * sizes[kind].height) faults.push(`${address} at ${width}: a hole of ${gap}`);
    }
  }
  await context.close();
  console.log(`# tallest: ${JSON.stringify(tallest)}, widest gaps: ${JSON.stringify(widest)}`);
  assert.deepEqual(faults, []);
});

// What WordPress does with an address that it asked our oEmbed for (wp-includes/embed.php, wp-embed.js): everything but the
// quotation and the frame goes; the frame is hidden, has a secret, and a sandbox that opens no windows; what it says of its
// height shows it in place of the quotation, and a link of the frame's own host opens in the page.
const wordpress = (html) => {
  const [, quotation = '', frame] = /(<blockquote>.*?<\/blockquote>)?.*(<iframe.*?><\/iframe>)/s.exec(html);
  const kept = frame.replace(/ (style|loading)="[^"]*"/g, '').replace(/ src="([^"]*)"/, ' src="$1#?secret=Abc123" data-secret="Abc123"')
    .replace('<iframe', '<iframe class="wp-embedded-content" sandbox="allow-scripts" security="restricted" style="position: absolute; visibility: hidden;"');
  return `<!doctype html><html lang="ru"><meta charset="utf-8"><title>Школа</title><body>${quotation.replace('<blockquote>', '<blockquote data-secret="Abc123" class="wp-embedded-content">')}${kept}
  <script>
    addEventListener('message', ({ data, source }) => {
      if (!data || !data.secret || !data.message || !data.value || /[^a-zA-Z0-9]/.test(data.secret)) return;
      const frame = document.querySelector('iframe[data-secret="' + data.secret + '"]');
      if (!frame || source !== frame.contentWindow) return;
      document.querySelector('blockquote').style.display = 'none';
      frame.removeAttribute('style');
      if (data.message === 'height') frame.height = Math.min(1000, Math.max(200, parseInt(data.value, 10)));
      if (data.message === 'link' && new URL(data.value).host === new URL(frame.src).host && document.activeElement === frame) top.location.href = data.value;
    });
  </script>`;
};

for (const scripts of [true, false]) {
  test(`on a WordPress page, scripts ${scripts ? 'on: the frame, and one press leads to the portal' : 'off: the quotation, and its links'}`, async () => {
    const { html } = (await get(`/oembed?url=${encodeURIComponent(`${site.url}/region/ru-ta`)}`)).json();
    const go = (await get('/go/ru-ta')).headers.location;
    school.html = wordpress(html);
    const context = await browser.newContext({ javaScriptEnabled: scripts, viewport: { width: 700, height: 700 } });
    const page = await context.newPage();
    const asked = [];
    await context.route(/^https?:\/\/(?!127\.)/, (route) => { asked.push(route.request().url()); return route.fulfill({ body: 'the portal' }); });
    await page.goto(school.url, { waitUntil: 'networkidle' });
    const frame = page.locator('iframe');
    assert.equal(await frame.isVisible(), scripts);
    assert.equal(await page.locator('blockquote').isVisible(), !scripts);
    if (scripts) {
      const { height, content } = await page.frames()[1].evaluate(() => ({ height: innerHeight, content: document.body.getBoundingClientRect().height }));
      assert.ok(height >= content && height < content + 40, `${height} for ${content}`);
      await page.screenshot({ path: path.join(folder, 'wordpress.png'), fullPage: true });
      await page.frameLocator('iframe').locator('.btn').first().click();
    } else {
      await page.locator('blockquote a').last().click();
    }
    await page.waitForURL(go.endsWith('/') ? go : `${go}/`);
    assert.ok(asked[0].startsWith(go), `${asked}`);
    await context.close();
  });
}

// What other pages may ask of a frame, and browsers of third parties.
const HOSTS = {
  'COEP: require-corp': { headers: { 'Cross-Origin-Embedder-Policy': 'require-corp', 'Cross-Origin-Opener-Policy': 'same-origin' } },
  'sandbox="allow-scripts"': { attributes: 'sandbox="allow-scripts"' },
  'sandbox=""': { attributes: 'sandbox' },
  'parameters that are none': { query: '?theme=%22%3E%3Cscript%3E&region=zz&x=%D0%BF&secret=1' },
};
for (const [name, { headers = {}, attributes = '', query = '' }] of Object.entries(HOSTS)) {
  test(`a frame under ${name}: the address can be read and selected, and nothing complains`, async () => {
    const context = await browser.newContext({ locale: 'ru-RU' });
    const page = await context.newPage();
    const trouble = [];
    page.on('console', (message) => { if (message.type() === 'error') trouble.push(message.text()); });
    school.headers = headers;
    school.html = `<!doctype html><html lang="ru"><meta charset="utf-8"><title>Школа</title><iframe ${attributes} width="480" height="410"
      src="${site.url}/embed/region/ru-ta${query}"></iframe><img alt="" src="${site.url}/embed/region/ru-ta.png"><img alt="" src="${site.url}/qr/region/ru-ta.svg">`;
    await page.goto(school.url, { waitUntil: 'networkidle' });
    school.headers = {};
    const { typed } = (await get('/region/ru-ta.json')).json().logins[0];
    const address = page.frameLocator('iframe').locator('.say').first();
    assert.equal(await address.innerText(), typed);
    assert.equal(await address.evaluate((element) => getComputedStyle(element).userSelect), 'all', 'one press selects the whole address');
    for (const image of await page.locator('img').all()) assert.ok(await image.evaluate((img) => img.naturalWidth > 0), 'pictures too');
    assert.deepEqual(trouble.filter((text) => !/Blocked script execution/.test(text)), [], 'a sandbox without scripts says that it has none');
    await context.close();
  });
}

test('with storage of third parties blocked the frame is the same: it stores nothing', async () => {
  const strict = await launch({ args: ['--test-third-party-cookie-phaseout'] });
  const page = await strict.newPage();
  school.html = `<!doctype html><html lang="ru"><meta charset="utf-8"><title>Школа</title><iframe width="480" height="410" src="${site.url}/embed/region/ru-ta"></iframe>`;
  await page.goto(school.url, { waitUntil: 'networkidle' });
  assert.equal(await page.frameLocator('iframe').locator('.btn').count() > 0, true);
  assert.deepEqual(await page.context().cookies(), []);
  await strict.close();
});

for (const theme of ['light', 'dark']) {
  test(`theme=${theme} holds against the visitor's device, in frame and pictures`, async () => {
    const context = await browser.newContext({ colorScheme: theme === 'light' ? 'dark' : 'light', viewport: { width: 480, height: 410 } });
    const page = await context.newPage();
    const wanted = theme === 'light' ? 255 : 19; // red of #fff, of #13171a
    await page.goto(`${site.url}/embed/region/ru-ta?theme=${theme}`);
    assert.match(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor), new RegExp(`^rgb\\(${wanted},`));
    for (const form of ['svg', 'png']) {
      await page.goto(`${site.url}/embed/region/ru-ta.${form}?theme=${theme}`);
      assert.equal(await reds(page, `${site.url}/embed/region/ru-ta.${form}?theme=${theme}`), wanted, form);
    }
    await context.close();
  });
}

// Red of the pixel in the middle of the right edge of a picture.
async function reds(page, address) {
  await page.goto(`${site.url}/about`);
  return page.evaluate(async (source) => {
    const image = new Image();
    image.src = source;
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width: 480, height: 160 });
    const pen = canvas.getContext('2d');
    pen.drawImage(image, 0, 0, 480, 160);
    return pen.getImageData(470, 80, 1, 1).data[0];
  }, new URL(address).pathname + new URL(address).search);
}

test('as PNG: twice the pixels, letters of ours on it, and no address that is not there', async () => {
  for (const address of ['/embed/region/ru-alt', '/embed/guide/epos-link?region=ru-per', '/embed/q/7']) {
    const { status, headers, body } = await get(address.replace(/(?=\?|$)/, '.png'));
    assert.equal(status, 200, address);
    assert.equal(headers['content-type'], 'image/png');
    assert.deepEqual([body.subarray(1, 4).toString(), body.readUInt32BE(16), body.readUInt32BE(20)], ['PNG', 960, 320], address);
    assert.ok(body.length > 4000 && body.length < 64 * 1024, `${address}: ${body.length} bytes`);
  }
  const [one, other] = await Promise.all(['ru-alt', 'ru-ta'].map(async (iso) => (await get(`/embed/region/${iso}.png`)).body));
  assert.notDeepEqual(one, other);
  const missing = await get('/embed/region/ru-xx.png');
  assert.equal(missing.status, 404);
  assert.equal(missing.headers['content-type'], 'image/png', 'where a picture stands, a picture says so');
});

test('no text leaves a picture', { timeout: 300_000 }, async () => {
  const context = await browser.newContext({ locale: 'ru-RU', viewport: { width: 480, height: 160 } });
  const page = await context.newPage();
  const trouble = [];
  page.on('console', (message) => { if (message.type() === 'error') trouble.push(message.text()); });
  for (const address of await everything()) {
    await page.goto(site.url + picture(address));
    const worst = await page.evaluate(() => Math.max(...[...document.querySelectorAll('text')].map((text) => {
      const box = text.getBBox();
      return Math.max(box.x + box.width - 470, box.y + box.height - 155);
    })));
    if (worst > 0) trouble.push(`${address}: ${Math.ceil(worst)} pixels too far`);
    if (/ru-alt|ru-vla|ru-ore|epos-link|q\/10$/.test(address)) {
      await page.screenshot({ path: path.join(folder, `card${address.replaceAll('/', '-')}.png`) });
    }
  }
  await context.close();
  assert.deepEqual(trouble, []);
});

test('who embeds and who links stands in the statistics, by host', async () => {
  const from = (host) => ({ headers: { 'User-Agent': BROWSER, Referer: `https://${host}/page` } });
  await get('/embed/region/ru-ta', from('one.example'));
  await get('/embed/region/ru-ta.svg', from('one.example'));
  await get('/embed/q/7', from('two.example'));
  await get('/guide/epos-link', from('two.example'));
  site.count();
  const { embeds, links } = (await get('/stats.json?period=today')).json();
  const find = (list, wanted) => list.find(({ host, id }) => host === wanted[0] && id === wanted[1])?.count;
  assert.equal(find(embeds, ['one.example', 'region/ru-ta']), 2);
  assert.equal(find(embeds, ['two.example', 'q/7']), 1);
  assert.equal(find(embeds, [school.host, 'q/17']), 4, 'frame and picture, in both themes');
  assert.equal(links.find(({ host, kind, id }) => host === 'two.example' && kind === 'guide' && id === 'epos-link')?.count, 1);
  assert.match((await get('/stats?period=today')).text, /one\.example/);
});

test('an embed for a region has the words for it, and says where it is about another portal', async () => {
  const { said, short } = (await get('/q/6.json?region=ru-rya')).json();
  assert.notEqual(said.short, short);
  const own = (await get('/embed/q/6?region=ru-rya')).text.replace(/\u00a0/g, ' ');
  assert.ok(own.includes(said.short));
  assert.match(own, /href="[^"]*\/q\/6\?region=ru-rya"/);
  const guide = (await get('/embed/guide/child-under-14?region=ru-rya')).text;
  const { steps } = (await get('/guide/child-under-14.json?region=ru-rya')).json();
  const own8 = steps.filter(({ open }) => open).slice(0, 8).map(({ number }) => number);
  for (const { number } of steps) assert.equal(guide.includes(`#step-${number}"`), own8.includes(number), `${number}`);
  assert.match((await get('/embed/guide/epos-link?region=ru-mow')).text.replace(/\u00a0/g, ' '), /Это про «ЭПОС»\. В Москве — /);
});

test('nothing is there: the frame says so', async () => {
  for (const address of ['/embed/region/ru-xx', '/embed/guide/no-such', '/embed/q/9999']) {
    for (const form of [address, `${address}.svg`]) {
      const { status, text, headers } = await get(form);
      assert.equal(status, 404, form);
      assert.match(text, /Здесь\sничего\sнет/);
      assert.match(headers['content-security-policy'], /frame-ancestors \*/);
    }
  }
});

test('before a guide is retired, vhod check names the sites that use it; then frame and picture say so', async () => {
  const file = path.join(site.data, 'guides', `${RETIRED}.md`);
  const { frame, picture } = await codes(`/guide/${RETIRED}`);
  fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(/^title:/m, 'retired: 2026-11-20\nreplaced_by: child-under-14\ntitle:'));
  for (const name of fs.readdirSync(path.join(site.data, 'guides')).map((base) => path.join('guides', base))
    .concat(fs.readdirSync(path.join(site.data, 'questions')).map((base) => path.join('questions', base)))) {
    // Nothing may refer to what is retired.
    const other = path.join(site.data, name);
    const text = fs.readFileSync(other, 'utf8').replaceAll(`/guide/${RETIRED}`, '/guide/child-under-14')
      .replace(/^related: (.*)\n/m, (_, ids) => {
        const left = ids.split(', ').filter((id) => id !== RETIRED);
        return left.length ? `related: ${left.join(', ')}\n` : '';
      });
    fs.writeFileSync(other, text);
  }
  const check = site.vhod('check');
  assert.equal(check.status, 0, check.stderr);
  assert.match(check.stdout, /two\.example/);
  assert.match(check.stdout, new RegExp(`guide/${RETIRED}`));
  assert.equal(site.vhod('publish').status, 0);
  assert.doesNotMatch(site.vhod('check').stdout, /two\.example/, 'once it is published there is nothing left to think over');

  const embed = await get(`/embed/guide/${RETIRED}`);
  assert.equal(embed.status, 410);
  assert.match(embed.text, /больше\sне\sдействует/);
  assert.match(embed.text, /href="[^"]*\/guide\/child-under-14"/);
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 700, height: 760 } });
  const page = await context.newPage();
  school.html = `<!doctype html><html lang="ru"><meta charset="utf-8"><title>Школа</title>${frame}${picture}`;
  await page.goto(school.url, { waitUntil: 'networkidle' });
  assert.match(await page.frames()[1].locator('h1').innerText(), /не\sдействует/);
  assert.equal(await page.locator('img').evaluate((img) => img.naturalWidth), 480);
  await page.screenshot({ path: path.join(folder, 'retired.png'), fullPage: true });
  await context.close();
});
