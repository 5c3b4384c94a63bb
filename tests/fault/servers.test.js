// The shipped examples of web servers, started as they are but for names and ports: what they write down of readers, which
// headers their own answers carry, how port 80 leads to TLS, and who they run as.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { raw } from '../web/http.js';
import { startSite, top } from '../web/server.js';
import { startExample } from '../web/servers.js';

let site;
before(async () => { site = await startSite({ env: { VHOD_SITE_URL: 'https://school.example' } }); });
after(() => site?.stop());

const ADDRESS = '127.7.8.9';
const MARKS = ['QUERYMARK', 'REFERERMARK', 'AGENTMARK', 'COOKIEMARK', 'HOSTMARK', ADDRESS];

function ask(url, { method = 'GET', headers = {}, body, host } = {}) {
  return new Promise((resolve, reject) => {
    const client = url.startsWith('https:') ? https : http;
    const sent = client.request(url, { method, localAddress: ADDRESS, rejectUnauthorized: false, agent: false, headers: {
      Host: host ?? 'school.example', 'User-Agent': 'Mozilla/5.0 (AGENTMARK) Gecko/20100101', Referer: 'https://other.example/REFERERMARK?REFERERMARK',
      Cookie: 'id=COOKIEMARK', ...headers } }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, raw: response.rawHeaders, text: Buffer.concat(parts).toString() }));
      response.on('error', reject);
    });
    sent.on('error', (error) => (error.code === 'ECONNRESET' || error.code === 'EPIPE' ? resolve({ status: 0, headers: {}, text: '' }) : reject(error)));
    sent.end(body);
  });
}

const SAFE = {
  'x-content-type-options': 'nosniff', 'referrer-policy': 'same-origin', 'cross-origin-opener-policy': 'same-origin',
};
const HSTS = /^max-age=\d{8,}/;
const policyOf = ({ headers, text }) => headers['content-security-policy'] ?? /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(text)?.[1];

function isSafe(answer, what, tls) {
  assert.match(policyOf(answer) ?? '', /default-src 'none'/, `${what}: Content-Security-Policy`);
  // What lighttpd cannot read as a request it answers before any of its settings: the page speaks for itself.
  if ([400, 413, 431].includes(answer.status) && !answer.headers['x-content-type-options'] && answer.lighttpd) return;
  for (const [name, value] of Object.entries(SAFE)) assert.equal(answer.headers[name], value, `${what}: ${name}`);
  if (tls) assert.match(answer.headers['strict-transport-security'] ?? '', HSTS, `${what}: Strict-Transport-Security`);
  for (const name of Object.keys(answer.headers)) {
    if (name === 'set-cookie') continue;
    assert.equal(answer.raw.filter((word, at) => at % 2 === 0 && word.toLowerCase() === name).length, 1, `${what}: ${name} stands once`);
  }
}

for (const server of ['nginx', 'lighttpd']) {
  test(`${server}: pages, files and its own error pages carry the headers, with TLS and without`, async () => {
    const front = await startExample(server, site);
    const away = fs.mkdtempSync('/tmp/vhod-away-'); // nobody listens here
    const broken = await startExample(server, site, { run: away });
    try {
      for (const address of ['/', '/guides', '/stats']) {
        for (const [base, tls] of [[broken.url, false], [`https://127.0.0.1:${broken.tlsPort}`, true]]) {
          const answer = await ask(base + address);
          assert.ok([502, 503].includes(answer.status), `${address}: ${answer.status}`);
          assert.match(answer.text, /Справочник пока не отвечает/);
          isSafe(answer, `${address} without workers`, tls);
        }
      }
      for (const [base, tls] of [[front.url, false], [`https://127.0.0.1:${front.tlsPort}`, true]]) {
        for (const address of ['/', '/region/ru-alt', '/favicon.svg', '/copy.js', '/icon-192.png', '/embed/region/ru-alt', '/regions.json']) {
          const answer = await ask(base + address);
          assert.equal(answer.status, 200, address);
          isSafe(answer, address, tls);
        }
        for (const [address, options, status] of [
          ['/no-such-page', {}, 404], ['/x%2fy', {}, 400], ['/remember', { method: 'POST', body: 'x'.repeat(20_000) }, 413],
          ['/favicon.svg', { method: 'POST', body: 'x' }, 405], ['/favicon.svg', { headers: { Range: 'bytes=900000-' } }, 200],
          ['/', { headers: { 'X-Long': 'x'.repeat(server === 'nginx' ? 9000 : 10_000) } }, 431],
        ]) {
          const answer = await ask(base + address, options);
          answer.lighttpd = server === 'lighttpd';
          if (address === '/favicon.svg' && server === 'lighttpd' && answer.status === 200) continue; // it sends files for a POST too
          const known = answer.status === status || (server === 'nginx' && status === 431 && answer.status === 400);
          assert.ok(known, `${address}: ${answer.status}`);
          isSafe(answer, `${address} (${status})`, tls);
        }
      }
    } finally {
      await front.stop();
      await broken.stop();
      fs.rmSync(away, { recursive: true });
    }
  });

  test(`${server}: port 80 leads to TLS, with path and query`, async () => {
    const front = await startExample(server, site);
    try {
      for (const target of ['/', '/region/ru-alt', '/search?q=%D0%BA%D0%B0%D0%B7%D0%B0%D0%BD%D1%8C&x=1', '/favicon.svg', '/stats']) {
        const answer = await ask(`http://127.0.0.1:${front.httpPort}${target}`);
        assert.deepEqual([answer.status, answer.headers.location], [301, `https://school.example${target}`]);
      }
      const page = await ask(`https://127.0.0.1:${front.tlsPort}/`);
      assert.equal(page.status, 200);
      assert.match(page.headers['strict-transport-security'], HSTS);
      const said = (version) => execFileSync('bash', ['-c', `openssl s_client -connect 127.0.0.1:${front.tlsPort} -${version} </dev/null 2>&1 | grep -c '^    Protocol\\|^New, TLS' || true`], { encoding: 'utf8' });
      assert.notEqual(said('tls1_3').trim(), '0');
      assert.equal((await new Promise((done) => {
        const old = https.request({ host: '127.0.0.1', port: front.tlsPort, maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0', rejectUnauthorized: false },
          () => done('answered')).on('error', () => done('refused'));
        old.end();
      })), 'refused', 'TLS 1.1');
    } finally {
      await front.stop();
    }
  });

  test(`${server}: whatever goes wrong, nothing of readers is written down`, { timeout: 120_000 }, async () => {
    const away = fs.mkdtempSync('/tmp/vhod-away-'); // nobody listens here
    const front = await startExample(server, site);
    const broken = await startExample(server, site, { run: away });
    try {
      const targets = ['/?q=QUERYMARK', '/search?q=QUERYMARK', '/guide/epos-link?region=QUERYMARK', '/QUERYMARK', '/x%2fQUERYMARK', '/favicon.svg?QUERYMARK',
        `/${'QUERYMARK'.repeat(1200)}`, '/no-such.png?QUERYMARK', '/directory.sqlite?QUERYMARK', '/stats?from=QUERYMARK'];
      const statuses = new Set();
      for (const base of [front, broken]) {
        for (const target of targets) statuses.add((await ask(base.url + target)).status);
        statuses.add((await ask(`${base.url}/remember?QUERYMARK`, { method: 'POST', body: 'QUERYMARK'.repeat(5000) })).status);
        statuses.add((await ask(`${base.url}/remember?QUERYMARK`, { method: 'POST', body: 'QUERYMARK' })).status);
        statuses.add((await ask(`${base.url}/?QUERYMARK`, { host: 'HOSTMARK.example' })).status);
        for (const bytes of ['GET /?QUERYMARK HTTP/1.1\r\nHost: a b\r\n\r\n', 'GET /?QUERYMARK HTTP/1.1\r\nHost: x\r\nX: \x01QUERYMARK\r\nConnection: close\r\n\r\n',
          'BREW /?QUERYMARK HTTP/1.1\r\nHost: HOSTMARK\r\nConnection: close\r\n\r\n', 'GET /?QUERYMARK HTTP/9.9\r\nHost: HOSTMARK\r\n\r\n']) {
          statuses.add((await raw(base.port, Buffer.from(bytes))).status);
        }
      }
      // a reader who leaves in the middle, and one who does not read a large answer for a while
      for (let i = 0; i < 3; i++) {
        const socket = net.connect({ port: front.port, host: '127.0.0.1', localAddress: ADDRESS });
        socket.on('error', () => {});
        socket.write(`GET /directory.sqlite?QUERYMARK HTTP/1.1\r\nHost: HOSTMARK\r\nReferer: https://x/REFERERMARK\r\n\r\n`);
        await new Promise((wake) => { socket.once('data', wake); });
        socket.pause();
        await new Promise((wake) => setTimeout(wake, 300));
        socket.destroy();
      }
      // a worker that is killed with a request in hand
      site.workers('regions').forEach((pid) => process.kill(pid, 'SIGKILL'));
      statuses.add((await ask(`${front.url}/region/ru-alt?QUERYMARK`)).status);
      assert.ok([200, 400, 404, 413].every((status) => statuses.has(status)) && [500, 502, 503].some((status) => statuses.has(status)), [...statuses].join());
      await new Promise((wake) => setTimeout(wake, 500));
      for (const one of [front, broken]) {
        const text = one.logs();
        for (const mark of MARKS) assert.ok(!text.includes(mark), `${mark}: ${text.split('\n').filter((line) => line.includes(mark)).slice(0, 3).join('\n')}`);
      }
      if (server === 'lighttpd') assert.match(front.logs(), /server started/, 'it has a log, and that is what was looked at');
    } finally {
      await front.stop();
      await broken.stop();
      fs.rmSync(away, { recursive: true });
    }
  });
}

test('nginx: one client has its share of connections, and others theirs', { timeout: 60_000 }, async () => {
  const front = await startExample('nginx', site);
  const held = [];
  try {
    for (let i = 0; i < 80; i++) { // a form that never comes
      const socket = net.connect({ port: front.port, host: '127.0.0.1', localAddress: '127.9.9.9' });
      socket.on('error', () => {});
      socket.resume();
      await new Promise((open) => { socket.once('connect', open); });
      socket.write('POST /remember HTTP/1.1\r\nHost: school.example\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nregion');
      held.push(socket);
    }
    await new Promise((wake) => setTimeout(wake, 300));
    const status = (localAddress) => new Promise((resolve, reject) => {
      http.get(`${front.url}/`, { localAddress, agent: false }, (response) => { response.resume(); resolve(response); }).on('error', reject);
    });
    const refused = await status('127.9.9.9');
    assert.equal(refused.statusCode, 429);
    assert.equal(refused.headers['x-content-type-options'], 'nosniff');
    assert.equal((await status('127.9.9.8')).statusCode, 200);
  } finally {
    held.forEach((socket) => socket.destroy());
    await front.stop();
  }
});

test('lighttpd gives its rights up', async (t) => {
  if (process.getuid() !== 0) return t.skip('only root has rights to give up');
  const front = await startExample('lighttpd', site, { keepUser: true });
  try {
    const uid = execFileSync('id', ['-u', 'www-data'], { encoding: 'utf8' }).trim();
    const status = fs.readFileSync(`/proc/${front.child.pid}/status`, 'utf8');
    assert.match(status, new RegExp(`^Uid:\\t${uid}\\t${uid}\\t${uid}\\t${uid}$`, 'm'));
    assert.doesNotMatch(status, /^Groups:.*\b0\b/m);
  } finally {
    await front.stop();
  }
});

test('every status that a server answers by itself has a page', () => {
  const text = fs.readFileSync(path.join(top, 'templates/server/errors.txt'), 'utf8');
  const known = new Set([...text.matchAll(/^(\d{3})\|/mg)].map((match) => match[1]));
  const used = [...fs.readFileSync(path.join(top, 'templates/server/nginx-site.conf'), 'utf8').matchAll(/\/errors\/(\d{3})\.html/g)].map((match) => match[1]);
  assert.deepEqual(used.filter((status) => !known.has(status)), []);
  assert.ok(used.length > 12);
});

for (const server of ['nginx', 'lighttpd']) {
  test(`${server}: no answer tells a version`, async () => {
    const away = fs.mkdtempSync('/tmp/vhod-away-');
    const [front, broken] = [await startExample(server, site), await startExample(server, site, { run: away })];
    try {
      for (const url of [`${front.url}/`, `${front.url}/favicon.svg`, `${front.url}/no-such-page`, `${front.url}/x%2fy`, `http://127.0.0.1:${front.httpPort}/`, `${broken.url}/`]) {
        const { headers, text } = await ask(url);
        assert.doesNotMatch(headers.server ?? '', /\d/, url);
        assert.equal(headers['x-powered-by'], undefined, url);
        assert.doesNotMatch(text, /(nginx|lighttpd)\/\d/, url);
      }
    } finally {
      await front.stop();
      await broken.stop();
      fs.rmSync(away, { recursive: true });
    }
  });
}

// The style of these pages is named by its hash, in the page and where nginx says it beside.
test('the hash of the error pages\' style is that of their style', () => {
  const page = fs.readFileSync(path.join(top, 'templates/server/error.html'), 'utf8');
  const [, style] = /<style>([^]*?)<\/style>/.exec(page);
  const hash = `'sha256-${crypto.createHash('sha256').update(style).digest('base64')}'`;
  for (const file of ['error.html', 'nginx-site.conf'])
    assert.ok(fs.readFileSync(path.join(top, 'templates/server', file), 'utf8').includes(`style-src ${hash};`), `${file}: ${hash}`);
});
