// oEmbed 1.0: found from the page, right in every field, and the same code as the page offers.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { request } from './http.js';
import { startSite } from './server.js';

const PAGES = ['/region/ru-alt', '/guide/epos-link', '/guide/epos-link?region=ru-per', '/q/17'];

let site;
before(async () => { site = await startSite(); });
after(() => site?.stop());
const get = (address, options) => request(site.url + address, options);
const ask = (url, more = '') => get(`/oembed?url=${encodeURIComponent(url)}${more}`);
const unescape = (text) => text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&amp;/g, '&');

for (const address of PAGES) {
  test(`${address} says where its oEmbed is, and that is complete`, async () => {
    const { text } = await get(address);
    const link = /<link rel="alternate" type="application\/json\+oembed" href="([^"]+)" title="[^"]+">/.exec(text);
    const response = await request(unescape(link[1]));
    assert.equal(response.status, 200);
    assert.match(response.headers['content-type'], /^application\/json/);
    assert.equal(response.headers['access-control-allow-origin'], '*');
    assert.match(response.headers['cache-control'], /^public, max-age=/);
    const document = response.json();
    assert.equal(document.type, 'rich');
    assert.equal(document.version, '1.0');
    assert.ok(document.title && document.provider_name);
    assert.equal(document.provider_url, site.url);
    assert.ok(Number.isInteger(document.width) && Number.isInteger(document.height) && Number.isInteger(document.cache_age));
    const [quotation, frame] = document.html.split('</blockquote>');
    assert.equal(frame, unescape(/<textarea id="share-frame"[^>]*>([^<]*)</.exec(text)[1]), 'the code of the page');
    assert.match(quotation, /^<blockquote><p><a href="[^"]+">[^<]+<\/a><\/p>(<p><a href="[^"]+\/go\/[a-z-]+">[^<]+<\/a><\/p>)?$/, 'links alone');
    for (const [, url] of quotation.matchAll(/href="([^"]+)"/g)) assert.ok([200, 303].includes((await request(unescape(url))).status), url);
    assert.match(document.html, new RegExp(`width="${document.width}" height="${document.height}"`));
    assert.equal((await request(unescape(/src="([^"]+)"/.exec(document.html)[1]))).status, 200);
  });
}

test('an address is ours in any form that leads to the page', async () => {
  const plain = (await ask(`${site.url}/region/ru-alt`)).json();
  for (const form of ['/region/ru-alt/', '/Region/RU-ALT', '/region/ru-alt?utm_source=x', '/region/ru-alt#share', '/region/ru-alt.', '/22', '/22/',
    '/go/ru-alt', '/GO/RU-ALT', '/embed/region/ru-alt', '/embed/region/ru-alt.svg?theme=dark', '/qr/region/ru-alt.png', '/region/ru-alt.json']) {
    assert.deepEqual((await ask(site.url + form)).json(), plain, form);
  }
  assert.deepEqual((await ask(`${site.url.replace('http:', 'https:')}/region/ru-alt`)).json(), plain);
  assert.deepEqual((await ask(`${site.url.replace(/(:\d+)$/, '.$1')}/region/ru-alt`)).json(), plain, 'the dot that ends a host');
  const question = (await ask(`${site.url}/q/7?region=ru-per`)).json();
  for (const form of ['/q/07?region=ru-per', '/q/007.?region=ru-per', '/Q/7?x=1&region=ru-per', '/embed/q/7?region=ru-per', '/q/7.txt?region=ru-per']) {
    assert.deepEqual((await ask(site.url + form)).json(), question, form);
  }
  assert.deepEqual((await ask(`${site.url}/1`)).json(), (await ask(`${site.url}/region/ru-ad`)).json(), 'a zero that was lost');
});

test('the room that the consumer has is respected', async () => {
  const narrow = (await ask(`${site.url}/q/17`, '&maxwidth=300&maxheight=200')).json();
  assert.deepEqual([narrow.width, narrow.height], [300, 200]);
  assert.match(narrow.html, /width="300" height="200"/);
  const wide = (await ask(`${site.url}/q/17`, '&maxwidth=9000')).json();
  assert.equal(wide.width, 480);
});

test('what is not ours, or is nothing to place: 404, as a problem document', async () => {
  for (const url of ['https://elsewhere.example/region/ru-alt', `${site.url}.evil.example/region/ru-alt`, `${site.url}/`, `${site.url}/about`,
    `${site.url}/region/ru-xx`, `${site.url}/region/`, `${site.url}/guide/no-such`, `${site.url}/q/9999`, `${site.url}/q/0`, `${site.url}/999`, `${site.url}/0000`, `${site.url}/go/`, `${site.url}/embed/about`,
    'ftp://x/', 'nonsense', `http://user@${site.url.slice(7)}/q/17`, `${site.url}/region/${'a'.repeat(140)}`]) {
    const response = await ask(url);
    assert.equal(response.status, 404, url);
    assert.match(response.headers['content-type'], /^application\/problem\+json/, url);
  }
});

test('formats: json, or none named; xml is 501; anything else that is asked for wrongly is 400', async () => {
  const url = encodeURIComponent(`${site.url}/q/17`);
  assert.equal((await get(`/oembed?url=${url}&format=json`)).status, 200);
  const xml = await get(`/oembed?url=${url}&format=xml`);
  assert.equal(xml.status, 501);
  assert.match(xml.headers['content-type'], /^application\/problem\+json/);
  assert.equal((await get(`/oembed?url=${url}&maxwidth=x`)).json().parameter, 'maxwidth', 'and says which');
  for (const query of ['', '?url=', `?url=${url}&maxwidth=0`, `?url=${url}&maxwidth=x`, '?url=%ff']) {
    const answer = await get(`/oembed${query}`, { headers: { Accept: 'text/html' } });
    assert.ok([400, 404].includes(answer.status), query);
    if (!query.includes('%')) assert.match(answer.headers['content-type'], /^application\/problem\+json/, query); // an address that cannot be read is no page's
  }
});
