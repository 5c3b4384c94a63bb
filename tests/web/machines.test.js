// For machines: sitemap, robots.txt, OpenSearch, manifest and icons, and what the head of a page tells programs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch } from './browser.js';
import { request } from './http.js';
import { PAGES } from './pages.js';
import { startSite } from './server.js';

let site;
let browser;
let page;
before(async () => {
  [site, browser] = await Promise.all([startSite(), launch()]);
  page = await browser.newPage();
});
after(async () => {
  await browser?.close();
  await site?.stop();
});
const get = (address, options) => request(site.url + address, options);

// The document as a tree of {name, namespace, attributes, text, children}, by a real parser; null if not well-formed.
const parseXml = (text) => page.evaluate((source) => {
  const document = new DOMParser().parseFromString(source, 'application/xml');
  if (document.querySelector('parsererror')) return null;
  const tree = (element) => ({
    name: element.localName, namespace: element.namespaceURI, text: element.textContent,
    attributes: Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value])),
    children: [...element.children].map(tree),
  });
  return tree(document.documentElement);
}, text);
const child = (element, name) => element.children.find((item) => item.name === name);

test('the sitemap follows its protocol, and every address in it is a canonical page', async () => {
  const response = await get('/sitemap.xml');
  assert.match(response.headers['content-type'], /^application\/xml/);
  const root = await parseXml(response.text);
  assert.deepEqual([root?.name, root?.namespace], ['urlset', 'http://www.sitemaps.org/schemas/sitemap/0.9']);
  const addresses = [];
  for (const item of root.children) {
    assert.equal(item.name, 'url');
    const unknown = item.children.map(({ name }) => name).filter((name) => !['loc', 'lastmod'].includes(name));
    assert.deepEqual(unknown, []);
    const lastmod = child(item, 'lastmod');
    if (lastmod) assert.match(lastmod.text, /^\d{4}-\d\d-\d\d$/);
    addresses.push(child(item, 'loc').text);
  }
  assert.equal(new Set(addresses).size, addresses.length);
  for (const address of addresses) {
    assert.ok(address.startsWith(`${site.url}/`));
    const { status, text } = await request(address, { headers: { Accept: 'text/html' } });
    assert.equal(status, 200, address);
    assert.match(text, new RegExp(`<link rel="canonical" href="${address.replace(/[.?]/g, '\\$&')}">`), address);
    assert.doesNotMatch(text, /<meta name="robots" content="noindex">/, address);
  }
  const { regions, guides, questions } = (await get('/directory.json')).json();
  for (const { url } of [...regions, ...guides, ...questions]) assert.ok(addresses.includes(url), url);
});

test('robots.txt names the sitemap and keeps robots from answers to single questions', async () => {
  const { text, headers } = await get('/robots.txt');
  assert.match(headers['content-type'], /^text\/plain/);
  assert.ok(text.includes(`\nSitemap: ${site.url}/sitemap.xml\n`));
  for (const line of text.trimEnd().split('\n')) assert.match(line, /^(User-agent: \S+|(Dis)?[Aa]llow: \/\S*|Sitemap: \S+|)$/);
  for (const path of ['/stats', '/search?', '/check?', '/go/']) assert.ok(text.includes(`\nDisallow: ${path}\n`), path);
});

test('OpenSearch: the description is valid, and its template searches', async () => {
  const response = await get('/opensearch.xml');
  assert.match(response.headers['content-type'], /^application\/opensearchdescription\+xml/);
  const root = await parseXml(response.text);
  assert.deepEqual([root?.name, root?.namespace], ['OpenSearchDescription', 'http://a9.com/-/spec/opensearch/1.1/']);
  const name = child(root, 'ShortName').text;
  assert.ok(name.length > 0 && name.length <= 16, name);
  assert.ok(child(root, 'Description').text.length <= 1024);
  const urls = root.children.filter((item) => item.name === 'Url').map((item) => item.attributes);
  const html = urls.find(({ type }) => type === 'text/html');
  assert.match(html.template, /\{searchTerms\}/);
  const found = await request(html.template.replace('{searchTerms}', encodeURIComponent('Барнаул')));
  assert.equal(new URL(found.headers.location, site.url).pathname, '/region/ru-alt');
  assert.equal(urls.find(({ rel }) => rel === 'self').template, `${site.url}/opensearch.xml`);
  for (const image of root.children.filter((item) => item.name === 'Image')) {
    assert.equal((await request(image.text)).status, 200, image.text);
  }
});

// Width and height of a PNG, from its header.
function pngSize(bytes) {
  assert.equal(bytes.subarray(1, 4).toString('latin1'), 'PNG');
  return `${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`;
}

test('the manifest: a name, and icons that are there and as large as they say', async () => {
  const response = await get('/site.webmanifest');
  assert.match(response.headers['content-type'], /^application\/manifest\+json/);
  const manifest = response.json();
  assert.ok(manifest.name && manifest.short_name && manifest.lang === 'ru');
  assert.equal((await get(manifest.start_url)).status, 200);
  assert.ok(['192x192', '512x512'].every((size) => manifest.icons.some(({ sizes }) => sizes === size)));
  for (const { src, sizes, type } of manifest.icons) {
    const icon = await get(src);
    assert.equal(icon.status, 200, src);
    assert.ok(icon.headers['content-type'].startsWith(type), src);
    if (type === 'image/png') assert.equal(pngSize(icon.body), sizes);
  }
  assert.equal(pngSize((await get('/apple-touch-icon.png')).body), '180x180');
});

test('the browser accepts the manifest', async () => {
  const context = await browser.newContext();
  const tab = await context.newPage();
  await tab.goto(`${site.url}/`);
  const session = await context.newCDPSession(tab);
  const { url, errors } = await session.send('Page.getAppManifest');
  assert.equal(url, `${site.url}/site.webmanifest`);
  assert.deepEqual(errors, []);
  await context.close();
});

// The operator's page and the embeds are nobody's to find or to share.
for (const address of PAGES.filter((page) => !/^\/(desk|embed)\b/.test(page))) {
  test(`${address}: canonical address, Open Graph, search and manifest in the head`, async () => {
    const { text } = await get(address);
    const head = text.slice(0, text.indexOf('</head>'));
    const path = address.split('?')[0];
    assert.equal(head.match(/<link rel="canonical" href="([^"]*)">/g)?.length, 1);
    assert.ok(head.includes(`<link rel="canonical" href="${site.url}${path}">`));
    const og = Object.fromEntries([...head.matchAll(/<meta property="og:(\w+)" content="([^"]*)">/g)].map((m) => [m[1], m[2]]));
    assert.equal(og.url, site.url + path);
    assert.equal(og.locale, 'ru_RU');
    assert.ok(og.title && og.description && og.site_name);
    assert.ok(head.includes(`<title>${og.title} — ${og.site_name}</title>`), og.title);
    assert.equal(head.match(/<meta name="description" content="[^"]+">/g)?.length, 1);
    assert.equal((await request(og.image)).status, 200);
    for (const [, href] of head.matchAll(/<link rel="(?:alternate|search|manifest|icon|apple-touch-icon)"[^>]*? href="([^"]*)"/g)) {
      assert.equal((await get(href.replaceAll('&amp;', '&').replace(site.url, ''))).status, 200, href);
    }
  });
}

test('an error page has no canonical address', async () => {
  const { text } = await get('/no-such-page');
  assert.doesNotMatch(text, /rel="canonical"|og:url/);
});
