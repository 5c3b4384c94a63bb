// Links: everything that a page of the site links to within the site is there, and so is the place on the page.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { request } from './http.js';
import { startSite } from './server.js';

let site;
before(async () => { site = await startSite(); });
after(() => site?.stop());

const unescape = (text) => text.replace(/&amp;/g, '&').replace(/&#39;/g, "'").replace(/&quot;/g, '"');

function linksOf(html) {
  const found = html.matchAll(/<(?:a|link|img|script|use|form(?! [^>]*method="post")|iframe|source)\b[^>]*?\s(?:href|src|action)="([^"]*)"/g);
  return [...found].map((match) => unescape(match[1]));
}

// Every article looks otherwise for every region: those of a few regions stand for all (guides.test.js goes through them).
const FOLLOWED = ['ru-alt', 'ru-per', 'ru-mow'];
const isRepetition = (url) => url.searchParams.has('region') && !FOLLOWED.includes(url.searchParams.get('region'));

test('no link within the site leads nowhere', { timeout: 480_000 }, async () => {
  const pages = new Map(); // address -> {status, html, ids}
  const from = new Map([['/', 'the start']]);
  const queue = ['/'];
  const anchors = []; // [page, address, id]
  const outside = new Set();
  while (queue.length) {
    const address = queue.shift();
    const response = await request(site.url + address);
    const isPage = /^text\/html/.test(response.headers['content-type'] || '');
    const html = isPage ? response.text : '';
    pages.set(address, { status: response.status, ids: new Set([...html.matchAll(/\sid="([^"]*)"/g)].map((m) => m[1])) });
    const next = response.headers.location ? [response.headers.location] : linksOf(html);
    for (const link of next) {
      const url = new URL(link, site.url + address);
      if (url.origin !== site.url) {
        outside.add(url.protocol);
        continue;
      }
      if (isRepetition(url)) continue;
      const target = url.pathname + url.search;
      if (url.hash) anchors.push([address, target, decodeURIComponent(url.hash.slice(1))]);
      if (from.has(target)) continue;
      from.set(target, address);
      queue.push(target);
    }
  }
  const broken = [...pages].filter(([, page]) => ![200, 301, 303].includes(page.status))
    .map(([address, page]) => `${address} (${page.status}), linked from ${from.get(address)}`);
  assert.deepEqual(broken, []);
  assert.deepEqual(anchors.filter(([, target, id]) => !pages.get(target).ids.has(id))
    .map(([page, target, id]) => `${target}#${id}, linked from ${page}`), []);
  assert.ok(pages.size > 100, `${pages.size} addresses seen`);
  assert.deepEqual([...outside].filter((protocol) => !['https:', 'http:', 'tel:', 'mailto:'].includes(protocol)), []);
});
