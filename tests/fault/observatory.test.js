// What the headers are worth by the published rules of the HTTP Observatory (MDN, version 1: its SCORE_TABLE and its rules for
// each header): a page, an embed, a file, data and error pages, behind TLS in both server examples. Computed here, because the
// scanner itself asks the network.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import https from 'node:https';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { startSite } from '../web/server.js';
import { startExample } from '../web/servers.js';

const LEAST = 130;
const LEAST_EMBED = 120; // pages with Cross-Origin-Embedder-Policy may show them, which costs the ten points of a page that nobody may
const HALF_A_YEAR = 15_768_000;
const BONUS_FROM = 90; // what is above 100 counts only where nothing much is missing
let site;
before(async () => { site = await startSite({ env: { VHOD_SITE_URL: 'https://school.example' } }); });
after(() => site?.stop());

function ask(url) {
  return new Promise((resolve, reject) => {
    const client = url.startsWith('https:') ? https : http;
    client.get(url, { rejectUnauthorized: false, agent: false, headers: { Host: 'school.example' } }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text: Buffer.concat(parts).toString() }));
    }).on('error', reject);
  });
}

const directives = (policy) => new Map((policy ?? '').split(';').map((part) => part.trim().split(/\s+/)).filter(([name]) => name)
  .map(([name, ...sources]) => [name.toLowerCase(), sources]));
const BROAD = ['ftp:', 'http:', 'https:', '*', 'http://*', 'https://*'];
const INLINE = ["'unsafe-inline'", 'data:'];

// Each rule: how many points, from the answer.
const RULES = {
  'content-security-policy'({ headers, text }) {
    const meta = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(text)?.[1];
    const csp = directives(headers['content-security-policy'] ?? meta);
    if (!csp.size) return -25;
    const of = (name) => csp.get(name) ?? csp.get('default-src') ?? ['*'];
    const hashed = (sources) => (sources.some((source) => /^'(sha(256|384|512)|nonce)-/.test(source)) ? sources.filter((source) => source !== "'unsafe-inline'") : sources);
    const [script, style, object] = [hashed(of('script-src')), hashed(of('style-src')), of('object-src')];
    const has = (sources, words) => sources.some((source) => words.includes(source));
    if (has(script, [...BROAD, ...INLINE]) || has(object, BROAD)) return -20;
    if ([...csp].some(([name, sources]) => name !== 'img-src' && name !== 'media-src' && sources.some((source) => /^(http|ftp):/.test(source)))) return -20;
    if (has([...script, ...style], ["'unsafe-eval'"])) return -10;
    if (has(style, [...BROAD, ...INLINE])) return 0;
    return csp.get('default-src')?.join() === "'none'" ? 10 : 5;
  },
  cookies({ headers }) {
    if (!headers['set-cookie']) return 0;
    return headers['set-cookie'].every((cookie) => /; Secure/.test(cookie) && /; HttpOnly/.test(cookie) && /; SameSite=(Lax|Strict)/.test(cookie)) ? 5 : -40;
  },
  'cross-origin-resource-sharing': ({ headers }) => (headers['access-control-allow-origin'] && headers['access-control-allow-credentials'] ? -50 : 0),
  'referrer-policy'({ headers }) {
    if (!headers['referrer-policy']) return 0;
    return ['no-referrer', 'same-origin', 'strict-origin', 'strict-origin-when-cross-origin'].includes(headers['referrer-policy']) ? 5 : -5;
  },
  'strict-transport-security'({ headers }) {
    const [, age] = /max-age=(\d+)/.exec(headers['strict-transport-security'] ?? '') ?? [];
    if (age === undefined) return -20;
    return Number(age) >= HALF_A_YEAR ? 0 : -10;
  },
  'subresource-integrity': ({ text }) => ([...text.matchAll(/<script[^>]* src="([^"]*)"/g)].some(([, source]) => !source.startsWith('/') || source.startsWith('//')) ? -5 : 0),
  'x-content-type-options': ({ headers }) => (headers['x-content-type-options'] === 'nosniff' ? 0 : -5),
  'x-frame-options'({ headers }) {
    if (directives(headers['content-security-policy']).has('frame-ancestors')) return 5;
    return /^(deny|sameorigin)$/i.test(headers['x-frame-options'] ?? '') ? 0 : -20;
  },
  'cross-origin-resource-policy'({ headers }) {
    const policy = headers['cross-origin-resource-policy'];
    if (policy === undefined || policy === 'cross-origin') return 0;
    return ['same-origin', 'same-site'].includes(policy) ? 10 : -5;
  },
};

function score(answer, redirected) {
  const points = { redirection: redirected ? 0 : -20 };
  for (const [name, rule] of Object.entries(RULES)) points[name] = rule(answer);
  const base = Object.values(points).filter((value) => value < 0).reduce((sum, value) => sum + value, 100);
  return { points, total: base >= BONUS_FROM ? Object.values(points).filter((value) => value > 0).reduce((sum, value) => sum + value, base) : base };
}

test('the rules can say no', () => {
  const headers = { 'content-security-policy': "default-src 'none'; frame-ancestors 'none'", 'referrer-policy': 'same-origin', 'x-content-type-options': 'nosniff',
    'strict-transport-security': 'max-age=63072000', 'cross-origin-resource-policy': 'same-origin' };
  assert.equal(score({ headers, text: '' }, true).total, 130);
  assert.equal(score({ headers, text: '' }, false).total, 80, 'no way from port 80');
  assert.equal(score({ headers: { ...headers, 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors *" }, text: '' }, true).total, 120);
  assert.equal(score({ headers: {}, text: '' }, true).total, 30);
});

for (const server of ['nginx', 'lighttpd']) {
  test(`${server}: page, embed, file, data and error are worth ${LEAST} each, the embed ${LEAST_EMBED}`, async (t) => {
    const front = await startExample(server, site);
    try {
      const moved = await ask(`http://127.0.0.1:${front.httpPort}/`);
      const redirected = moved.status === 301 && moved.headers.location === 'https://school.example/';
      for (const [address, status] of [['/', 200], ['/region/ru-alt', 200], ['/q/7', 200], ['/search?q=22', 200], ['/check', 200], ['/embed/region/ru-alt', 200],
        ['/embed/q/7', 200], ['/favicon.svg', 200], ['/copy.js', 200], ['/icon-192.png', 200], ['/regions.json', 200], ['/regions.csv', 200], ['/robots.txt', 200],
        ['/no-such-page', 404], ['/embed/region/ru-zz', 404], ['/stats', 403]]) {
        const answer = await ask(`https://127.0.0.1:${front.tlsPort}${address}`);
        assert.equal(answer.status, status, address);
        const { points, total } = score(answer, redirected);
        t.diagnostic(`${server} ${address} ${total}`);
        assert.ok(total >= (address.startsWith('/embed/') ? LEAST_EMBED : LEAST), `${address}: ${total} ${JSON.stringify(points)}`);
      }
    } finally {
      await front.stop();
    }
  });

  // lighttpd cannot say frame-ancestors for a page of its own without saying it for those of the programs.
  test(`${server}: so are its own error pages, as far as it lets them`, async (t) => {
    const away = fs.mkdtempSync('/tmp/vhod-away-');
    const front = await startExample(server, site, { run: away });
    try {
      const { points, total } = score(await ask(`https://127.0.0.1:${front.tlsPort}/`), true);
      t.diagnostic(`${server} without workers ${total}`);
      assert.ok(total >= (server === 'nginx' ? LEAST : 80), `${total} ${JSON.stringify(points)}`);
      assert.equal(points['content-security-policy'], 10, 'its style is named by its hash');
    } finally {
      await front.stop();
      fs.rmSync(away, { recursive: true });
    }
  });
}
