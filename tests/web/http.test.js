// HTTP: what every answer must be like, whatever is asked: caching, compression, redirects, errors, strictness, headers.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { raw, request } from './http.js';
import { DATA, ERRORS, PAGES } from './pages.js';
import { build, startSite, webServer } from './server.js';

const PAGE_BUDGET = 14 * 1024; // what a server may send before the first acknowledgement comes back
// The longest guide, 17 steps with 9 drawings, keeps to the budget as Brotli, which every browser takes over TLS; the few that
// have gzip only wait for a second flight.
const LONGEST = /^\/guide\/child-under-14/;
const HEADERS_MAX = 4096; // nginx refuses more from a program

let site;
before(async () => { site = await startSite(); });
after(() => site?.stop());
const get = (address, options) => request(site.url + address, options);
const encoded = (address, encoding) => get(address, { headers: { 'Accept-Encoding': encoding } });
const sizeOfHeaders = (response) => response.rawHeaders.reduce((sum, text) => sum + Buffer.byteLength(text) + 2, 0);

// --- every page -----------------------------------------------------------------------------------------------------

for (const address of [...PAGES, ...DATA]) {
  test(`${address}: 200, typed, sized, with all security headers`, async () => {
    const response = await get(address);
    const { headers } = response;
    assert.equal(response.status, 200);
    assert.match(headers['content-type'], /^(text\/(html|csv|plain)|application\/(json|atom\+xml)|image\/svg\+xml)/);
    if (/^text/.test(headers['content-type'])) assert.match(headers['content-type'], /charset=utf-8/i);
    assert.equal(Number(headers['content-length']), response.body.length);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.ok(headers['referrer-policy']);
    assert.ok(headers['cross-origin-opener-policy']);
    assert.ok(headers['cross-origin-resource-policy']);
    assert.match(headers['content-security-policy'], /default-src 'none'/);
    assert.match(headers['content-security-policy'], /base-uri 'none'/);
    assert.match(headers['content-security-policy'], /frame-ancestors/);
    assert.doesNotMatch(headers['content-security-policy'], /unsafe/);
    assert.ok(headers['cache-control']);
    assert.equal(headers['set-cookie'], undefined);
    assert.equal(headers.server, webServer() === 'nginx' ? 'nginx' : undefined); // no version
    assert.ok(sizeOfHeaders(response) < HEADERS_MAX, `${sizeOfHeaders(response)} bytes of headers`);
    if (/json/.test(headers['content-type'])) {
      response.json();
      assert.equal(headers['access-control-allow-origin'], '*');
    }
  });
}

// Links may lead anywhere; what a browser fetches by itself is ours, also in the style.
for (const address of PAGES) {
  test(`${address}: nothing is loaded from elsewhere`, async () => {
    const { text } = await get(address);
    const loaded = [...text.matchAll(/<(?:img|script|iframe|source|video|audio|object|embed|input|use|image)\b[^>]*?\s(?:src|data|href|xlink:href)="([^"]*)"/g),
      ...text.matchAll(/<link\b[^>]*\brel="(?:stylesheet|icon|apple-touch-icon|manifest|preload|modulepreload|preconnect|dns-prefetch)"[^>]*\bhref="([^"]*)"/g),
      ...text.matchAll(/url\(["']?([^"')]*)/g)].map(([, where]) => where);
    assert.ok(loaded.length > 0, 'what is looked at is found');
    for (const where of loaded) assert.equal(new URL(where, site.url).origin, new URL(site.url).origin, where);
    assert.doesNotMatch(text, /\ssrcset=|@import/);
  });
}

// /styleguide has one of everything, for those who work on the site.
for (const address of PAGES.filter((page) => page !== '/styleguide')) {
  test(`${address} fits one round trip when compressed`, async () => {
    for (const encoding of ['gzip', 'br']) {
      const { body, headers } = await encoded(address, encoding);
      assert.equal(headers['content-encoding'], encoding);
      const budget = LONGEST.test(address) && encoding === 'gzip' ? PAGE_BUDGET + 1024 : PAGE_BUDGET;
      assert.ok(body.length <= budget, `${body.length} bytes as ${encoding}`);
    }
  });

  test(`${address}: HEAD is GET without the body`, async () => {
    const whole = await get(address);
    const head = await get(address, { method: 'HEAD' });
    assert.equal(head.status, 200);
    assert.equal(head.body.length, 0);
    for (const name of ['content-type', 'content-length', 'etag', 'cache-control', 'vary', 'content-security-policy']) {
      assert.equal(head.headers[name], whole.headers[name], name);
    }
  });
}

// --- caching and compression ----------------------------------------------------------------------------------------

for (const address of ['/', '/regions', '/region/ru-alt', '/region/ru-alt.json', '/regions.csv', '/guide/epos-link', '/q/7']) {
  test(`${address}: encodings decode to the same bytes and have tags of their own`, async () => {
    const plain = await encoded(address, 'identity');
    const gzip = await encoded(address, 'gzip');
    const brotli = await encoded(address, 'br');
    assert.equal(plain.headers['content-encoding'], undefined);
    assert.equal(gzip.headers['content-encoding'], 'gzip');
    assert.equal(brotli.headers['content-encoding'], 'br');
    assert.ok(gzip.body.length < plain.body.length && brotli.body.length < plain.body.length);
    assert.equal(gzip.text, plain.text);
    assert.equal(brotli.text, plain.text);
    const tags = [plain, gzip, brotli].map((response) => response.headers.etag);
    assert.equal(new Set(tags).size, 3, tags.join(' '));
    for (const response of [plain, gzip, brotli]) assert.match(response.headers.vary, /accept-encoding/i);
  });

  test(`${address}: 304 for the tag of the same encoding, and for no other`, async () => {
    for (const encoding of ['identity', 'gzip', 'br']) {
      const { headers } = await encoded(address, encoding);
      const ask = (tag) => get(address, { headers: { 'Accept-Encoding': encoding, 'If-None-Match': tag } });
      for (const tag of [headers.etag, `W/${headers.etag}`, `"x", ${headers.etag}`, '*']) {
        const again = await ask(tag);
        assert.equal(again.status, 304, tag);
        assert.equal(again.body.length, 0);
        assert.equal(again.headers.etag, headers.etag);
        assert.equal(again.headers['cache-control'], headers['cache-control']);
        assert.equal(again.headers.vary, headers.vary);
      }
      for (const tag of ['"x"', headers.etag.replace(/"$/, 'x"'), 'garbage', '"']) {
        assert.equal((await ask(tag)).status, 200, tag);
      }
    }
  });
}

test('qualities decide: gzip;q=0 is not sent, br is preferred when liked as much', async () => {
  assert.equal((await encoded('/', 'gzip;q=0')).headers['content-encoding'], undefined);
  assert.equal((await encoded('/', 'gzip;q=0.5, br;q=0.9')).headers['content-encoding'], 'br');
  assert.equal((await encoded('/', 'gzip;q=0.9, br;q=0.5')).headers['content-encoding'], 'gzip');
  assert.equal((await encoded('/', 'zstd')).headers['content-encoding'], undefined);
});

test('Accept chooses the representation, an extension wins over it, and Vary says so', async () => {
  const json = await get('/region/ru-alt', { headers: { Accept: 'application/json' } });
  assert.match(json.headers['content-type'], /^application\/json/);
  assert.match(json.headers.vary, /\baccept\b(?!-)/i);
  const html = await get('/region/ru-alt', { headers: { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });
  assert.match(html.headers['content-type'], /^text\/html/);
  assert.match(html.headers.vary, /\baccept\b(?!-)/i);
  const named = await get('/region/ru-alt.json', { headers: { Accept: 'text/html' } });
  assert.match(named.headers['content-type'], /^application\/json/);
  assert.doesNotMatch(named.headers.vary, /\baccept\b(?!-)/i);
});

// --- addresses ------------------------------------------------------------------------------------------------------

for (const [given, canonical] of [
  ['/regions/', '/regions'], ['/region/ru-alt/', '/region/ru-alt'], ['/REGION/RU-ALT', '/region/ru-alt'],
  ['/Guides', '/guides'], ['/guide/EPOS-link', '/guide/epos-link'], ['/q/7/', '/q/7'], ['/region/RU-ALT.json', '/region/ru-alt.json'],
  ['/guide/epos-link/?region=ru-per', '/guide/epos-link?region=ru-per'], ['/search/?q=1', '/search?q=1'],
]) {
  test(`${given} moves to ${canonical} for ever`, async () => {
    const response = await get(given);
    assert.equal(response.status, 301);
    assert.equal(new URL(response.headers.location, site.url).href, site.url + canonical);
  });
}

for (const [address, status] of ERRORS) {
  test(`${address}: ${status} as a page and as a problem document`, async () => {
    const page = await get(address, { headers: { Accept: 'text/html' } });
    assert.equal(page.status, status);
    assert.match(page.headers['content-type'], /^text\/html/);
    assert.match(page.text, /<h1>[^<]/);
    assert.match(page.headers['cache-control'], /no-store/);
    const problem = await get(address, { headers: { Accept: 'application/json' } });
    assert.equal(problem.status, status);
    assert.match(problem.headers['content-type'], /^application\/problem\+json/);
    const { type, title, status: said, detail } = problem.json();
    assert.ok(type && title && detail);
    assert.equal(said, status);
  });
}

for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND']) {
  test(`${method} is refused with the methods that are allowed`, async () => {
    const { status, head } = await raw(site.port, `${method} /regions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n`
      + 'Connection: close\r\n\r\n');
    assert.equal(status, 405);
    if (method === 'TRACE' && webServer() === 'nginx') return; // its own answer
    assert.match(head, /\r\nAllow: .*GET/i);
  });
}

test('a long address is 414, a huge header 431, a huge body 413', async () => {
  assert.equal((await get(`/search?q=${'a'.repeat(3000)}`)).status, 414);
  assert.equal((await get('/', { headers: { 'X-Big': 'a'.repeat(20_000) } })).status, 431);
  const body = 'a'.repeat(100_000);
  const { status } = await raw(site.port, `POST /search HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${body.length}\r\n`
    + 'Connection: close\r\n\r\n' + body);
  assert.equal(status, 413);
});

// --- requests that no browser sends ---------------------------------------------------------------------------------

const head = (line, ...fields) => `${[line, ...fields, 'Connection: close'].join('\r\n')}\r\n\r\n`;
const HOST = 'Host: 127.0.0.1';
for (const [what, bytes, expected] of [
  ['a bad escape', head('GET /a%zz HTTP/1.1', HOST), [400]],
  ['a NUL in the path', head('GET /region/%00 HTTP/1.1', HOST), [400]],
  ['a line end in the path', head('GET /region/%0d%0aX:1 HTTP/1.1', HOST), [400]],
  ['a line end in the query', head('GET /search?q=%0d%0aX:1 HTTP/1.1', HOST), [400]],
  ['a NUL in the query', head('GET /search?q=%00 HTTP/1.1', HOST), [400]],
  ['UTF-8 that is none', head('GET /search?q=%ff%fe HTTP/1.1', HOST), [400]],
  ['an overlong slash', head('GET /region/%c0%afetc HTTP/1.1', HOST), [400]],
  ['an encoded slash', head('GET /a/..%2f..%2fetc HTTP/1.1', HOST), [400]],
  ['dot segments', head('GET /../../etc/passwd HTTP/1.1', HOST), [400]],
  ['two slashes in front', head('GET //evil.example//x HTTP/1.1', HOST), [400, 404]],
  ['a backslash', head('GET /\\evil.example HTTP/1.1', HOST), [400, 404]],
  ['another host in the address', head('GET http://evil.example/ HTTP/1.1', HOST), [400, 200]],
  ['a host with markup', head('GET / HTTP/1.1', 'Host: a<script>"'), [400, 200]], // nginx lets it pass; it is not shown
  ['two hosts', head('GET / HTTP/1.1', HOST, 'Host: evil.example'), [400]],
  ['no host', head('GET / HTTP/1.1'), [400]],
  ['no host, HTTP/1.0', 'GET / HTTP/1.0\r\n\r\n', [200]],
  ['two lengths', head('POST / HTTP/1.1', HOST, 'Content-Length: 1', 'Content-Length: 2'), [400]],
  ['length and chunks', head('POST / HTTP/1.1', HOST, 'Content-Length: 5', 'Transfer-Encoding: chunked'), [400]],
  ['control bytes in a field', head('GET / HTTP/1.1', HOST, 'User-Agent: a\x1b[31mb'), [400, 200]],
  ['raw Cyrillic in the query', head('GET /search?q=Барнаул HTTP/1.1', HOST), [200]],
  ['raw Cyrillic in the path', head('GET /Барнаул HTTP/1.1', HOST), [400, 404]],
  ['a foreign host name', head('GET / HTTP/1.1', 'Host: evil.example'), [200]],
  ['seventeen parameters', head(`GET /search?${'a=1&'.repeat(17)} HTTP/1.1`, HOST), [400]],
  ['an HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [400, 405, 505]],
  ['no HTTP at all', 'hello\r\n\r\n', [0, 400]],
  ['a TLS hello', Buffer.from('16030100050100000100', 'hex'), [0, 400]],
]) {
  test(`${what}: ${expected.join(' or ')}, and nothing of it comes back raw`, async () => {
    const answer = await raw(site.port, bytes);
    assert.ok(expected.includes(answer.status), `status ${answer.status}`);
    assert.doesNotMatch(answer.head, /^X: ?1/m);
    assert.doesNotMatch(answer.head + answer.body, /a<script>|https?:\/\/evil\.example|\/\/evil\.example/);
    if (answer.status >= 400) assert.match(answer.body, /[а-я]{4}/, 'an error page in Russian');
    assert.equal((await get('/health')).status, 200, 'and the site goes on');
  });
}

test('a redirect never leaves the site, whatever the path', async () => {
  for (const address of ['//evil.example/', '/\\evil.example/', '/%5cevil.example/', '/%2f%2fevil.example/', '///REGIONS/']) {
    const { head: fields } = await raw(site.port, head(`GET ${address} HTTP/1.1`, HOST));
    const location = /^location: *(.*)$/im.exec(fields)?.[1];
    if (location) assert.equal(new URL(location, site.url).origin, site.url, address);
  }
});

test('a query is shown as text, not as markup', async () => {
  const { text } = await get(`/search?q=${encodeURIComponent('"><script>alert(1)</script>')}`);
  assert.doesNotMatch(text, /<script>alert/);
  assert.match(text, /&lt;script&gt;/);
});

test('plain files: the icon, with its type and a life in caches; nothing else of the disk', async () => {
  const icon = await get('/favicon.svg');
  assert.equal(icon.status, 200);
  assert.match(icon.headers['content-type'], /^image\/svg\+xml/);
  assert.match(icon.headers['cache-control'], /max-age=\d+/);
  assert.equal(icon.headers['x-content-type-options'], 'nosniff');
  assert.equal((await get('/favicon.svg', { headers: { 'If-None-Match': icon.headers.etag } })).status, 304);
  for (const address of ['/Makefile', '/data/vhod.ini', '/vhod.ini', '/.git/config', '/htdocs/', '/state/directory.db']) {
    assert.ok([301, 404].includes((await get(address)).status), address); // 301: to lower case
  }
});

// --- without a snapshot ----------------------------------------------------------------------------------------------

// Answers one request without a server, with a state folder of its own.
function command(state, ...args) {
  const { stdout: output, signal } = spawnSync(path.join(build, 'bin/regions.fcgi'), args, {
    env: { ...site.environment(), VHOD_PATH_STATE: state }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'],
  });
  assert.equal(signal, null);
  const border = output.indexOf('\r\n\r\n');
  return { head: output.slice(0, border), body: output.slice(border + 4) };
}

test('before anything is published: 503 with Retry-After, as a page and as a problem document', () => {
  const empty = path.join(site.folder, 'empty');
  fs.mkdirSync(empty);
  const page = command(empty, 'GET', '/', 'HTTP_ACCEPT=text/html');
  assert.match(page.head, /^Status: 503 /);
  assert.match(page.head, /^Retry-After: \d+/m);
  assert.match(page.body, /<h1>/);
  const problem = command(empty, 'GET', '/health', 'HTTP_ACCEPT=application/json');
  assert.match(problem.head, /^Status: 503 /);
  assert.match(problem.head, /^Content-Type: application\/problem\+json/m);
  assert.equal(JSON.parse(problem.body).status, 503);
});

test('a snapshot that is garbage: an error page, no crash', () => {
  const broken = path.join(site.folder, 'broken');
  fs.mkdirSync(broken);
  fs.writeFileSync(path.join(broken, 'directory.db'), 'this is no database'.repeat(1000));
  const page = command(broken, 'GET', '/');
  assert.match(page.head, /^Status: 50[03] /);
  assert.match(page.body, /<h1>/);
});
