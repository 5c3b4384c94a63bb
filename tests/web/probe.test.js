// The probe: every verdict is played by a web, a name server and an authority of the test's own. What answers, however
// unkindly, is never called silent; what fails, fails twice before it counts; nothing is connected to that is not public.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import tls from 'node:tls';
import { Authority, WEB_NETWORK, page, redirect, startNameServer, startTrap, startWeb } from './internet.js';
import { build, top } from './server.js';

const MINUTE = 60;
const START = Math.floor(Date.now() / 1000);
const MEGABYTE = 1024 * 1024;
const BODY_LIMIT = 512 * 1024;

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vhod-probe-'));
const data = path.join(folder, 'data');
const state = path.join(folder, 'state');
let authority, stranger, names, web, trap;

// --- the sites -----------------------------------------------------------------------------------------------------------

const sent = new Map(); // bytes written by a case that never ends
const TITLE = 'Электронный дневник';
const ok = ({ socket }) => socket.end(page(TITLE));
const says = (text) => ({ socket }) => socket.end(text);
const goes = (to, status, headers) => ({ socket, host }) => socket.end(redirect(typeof to === 'function' ? to(host) : to, status, headers));
const PLAIN = ['upgraded', 'reset']; // those of http
const https = (host, rest = '/') => `https://${host}:${web.https}${rest}`;

const urlOf = (name) => (PLAIN.includes(name) ? `http://${name}.test:${web.http}/` : `https://${name}.test:${ports()[name] ?? web.https}/`);
const ports = () => ({ inside: trap.port, oldtls: web.outdated });

// Writes until the other side has had enough.
function forever(call, part) {
  const { socket, host } = call;
  const more = () => {
    while (!socket.destroyed && socket.writable) {
      sent.set(host, (sent.get(host) ?? 0) + part.length);
      if (sent.get(host) > 100 * MEGABYTE) return socket.end();
      if (!socket.write(part)) return socket.once('drain', more);
    }
    return undefined;
  };
  more();
}

// host (without .test) -> [what it does, the verdict that must come of it in the end]
const cases = {
  opens: [ok, 'opened'],
  big: [(call) => { call.socket.write(page(TITLE).replace(/Content-Length.*\r\n/, '')); forever(call, Buffer.alloc(65536, 'x')); }, 'opened'],
  windows: [({ socket }) => socket.end(Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=windows-1251\r\n'
    + 'Connection: close\r\n\r\n<title>'), Buffer.from([0xc4, 0xed, 0xe5, 0xe2, 0xed, 0xe8, 0xea]), Buffer.from('</title>')])), 'opened'],
  chain: [({ socket, host, path: at }) => {
    const step = Number(at.slice(1) || 0);
    socket.end(step < 8 ? redirect(`/${step + 1}`) : page(TITLE));
  }, 'opened'],
  toolong: [({ socket, path: at }) => socket.end(redirect(`/${Number(at.slice(1) || 0) + 1}`)), 'loop'],
  circle: [goes((host) => https(host === 'circle.test' ? 'circle2.test' : 'circle.test'), '301 Moved Permanently'), 'loop'],
  cookie: [({ socket, head }) => socket.end(/\r\ncookie: seen=1/i.test(head) ? page(TITLE) : redirect('/', '302 Found', 'Set-Cookie: seen=1\r\n')), 'opened'],
  temporary: [goes(() => https('opens.test')), 'opened'],
  moved: [goes(() => https('new.moved.test'), '301 Moved Permanently'), 'moved'],
  upgraded: [({ socket, scheme, host }) => socket.end(scheme === 'http' ? redirect(https(host), '308 Permanent Redirect') : page(TITLE)), 'moved'],
  stolen: [goes(() => https('casino.evil.example')), 'owner'],
  changed: [(call) => call.socket.end(page(call.later ? 'Купить дешёвые шины' : TITLE)), 'changed'],
  c401: [says(page('Вход', { status: '401 Unauthorized', headers: 'WWW-Authenticate: Basic realm="x"\r\n' })), 'refused'],
  c403: [says(page('Forbidden', { status: '403 Forbidden' })), 'refused'],
  c403slow: [({ socket }) => socket.write('HTTP/1.1 403 Forbidden\r\nContent-Length: 100\r\n\r\n'), 'refused'],
  c429: [says(page('Slow down', { status: '429 Too Many Requests', headers: 'Retry-After: 60\r\n' })), 'refused'],
  c405: [says(page('No', { status: '405 Method Not Allowed' })), 'refused'],
  wall: [says(page('Just a moment...', { status: '503 Service Unavailable' })), 'refused'],
  wall200: [says(page('Проверка браузера')), 'refused'],
  challenge: [says(page('x', { status: '403 Forbidden', headers: 'cf-mitigated: challenge\r\n' })), 'refused'],
  captcha: [goes('/showcaptcha?x=1'), 'refused'],
  c404: [says(page('Не найдено', { status: '404 Not Found' })), 'missing'],
  c410: [says(page('Gone', { status: '410 Gone' })), 'missing'],
  c500: [says(page('Ошибка', { status: '500 Internal Server Error' })), 'error'],
  c502: [says(page('Bad Gateway', { status: '502 Bad Gateway' })), 'error'],
  slow: [() => {}, 'silent'],
  drip: [({ socket }) => { socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>Дневник</title>'); }, 'slow'],
  half: [({ socket }) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<title>Дневник'), 'error'],
  halfclosed: [({ socket }) => { socket.end(); }, 'silent'],
  reset: [({ socket }) => socket.resetAndDestroy(), 'silent'],
  old: [says('<h1>HTTP/0.9</h1>'), 'error'],
  headers: [(call) => { call.socket.write('HTTP/1.1 200 OK\r\n'); forever(call, Buffer.from(`X-Pad: ${'a'.repeat(1000)}\r\n`.repeat(60))); }, 'error'],
  oneheader: [(call) => { call.socket.write('HTTP/1.1 200 OK\r\nX-Pad: '); forever(call, Buffer.alloc(65536, 'a')); }, 'error'],
  redirectbody: [(call) => { call.socket.write(`HTTP/1.1 302 Found\r\nLocation: ${https('opens.test')}\r\n\r\n`); forever(call, Buffer.alloc(65536, 'x')); }, 'opened'],
  topriv1: [goes(() => `http://127.0.0.1:${trap.port}/`), 'private'],
  topriv2: [goes(() => `http://2130706433:${trap.port}/`), 'private'],
  topriv3: [goes(() => `http://[::ffff:127.0.0.1]:${trap.port}/`), 'private'],
  topriv4: [goes(() => `http://inside.test:${trap.port}/`), 'private'],
  topriv5: [goes('http://169.254.169.254/latest/meta-data/'), 'private'],
  inside: [null, 'private'],
  mixed: [ok, 'opened'], // a private address beside a public one: only the public one is asked
  toftp: [goes('ftp://opens.test/'), 'beyond'],
  toapp: [goes('intent://login#Intent;scheme=app;end'), 'beyond'],
  touser: [goes(() => https('user:secret@opens.test')), 'beyond'],
  todead: [goes('https://dead.other.test/'), 'beyond'],
  expired: [ok, 'certificate'],
  wronghost: [ok, 'certificate'],
  unknownca: [ok, 'issuer'],
  ending: [ok, 'expiring'],
  nohandshake: [ok, 'silent'],
  oldtls: [ok, 'tls'],
  closed: [null, 'silent'],
  nxdomain: [null, 'gone'],
  dnsfails: [null, 'silent'],
  dnsmute: [null, 'silent'],
};
// These answer, and must never be called silent.
const ANSWERING = Object.keys(cases).filter((name) => /^(c4|wall|challenge|captcha|to|chain|circle|cookie|temporary|moved|upgraded|redirect|stolen)/.test(name));

function lookup(name) {
  const special = { 'nxdomain.test': 'gone', 'dnsfails.test': 'failure', 'dnsmute.test': 'mute', 'inside.test': '127.0.0.1', 'mixed.test': '10.255.255.1 127.1.0.1',
    'closed.test': '127.1.0.2', 'dead.other.test': '127.1.0.2' };
  return special[name] ?? '127.1.0.1';
}

let later = false;
function answer(call) {
  const found = cases[call.host === 'circle2.test' ? 'circle' : call.host.replace(/\.test$/, '')];
  call.later = later;
  (found?.[0] ?? ok)(call);
}

// --- the content -----------------------------------------------------------------------------------------------------------

// All addresses of the content lead to our web; one more for each case, copied from a section that is there.
function makeContent() {
  fs.cpSync(path.join(top, 'data'), data, { recursive: true });
  for (const name of ['regions', 'portals', 'contacts']) {
    for (const file of fs.readdirSync(path.join(data, name)).filter((entry) => entry.endsWith('.ini'))) {
      const whole = path.join(data, name, file);
      fs.writeFileSync(whole, fs.readFileSync(whole, 'utf8').replace(/^((?:url|replaced_by)\s*=\s*)(https?):\/\/([^/:\s]+)(?::\d+)?/gm,
        (all, key, scheme, host) => `${key}${scheme}://${host}:${scheme === 'https' ? web.https : web.http}`));
    }
  }
  const file = path.join(data, 'regions/RU-ALT.ini');
  const text = fs.readFileSync(file, 'utf8');
  const section = /^\[login\.schools\]\n(?:(?!\[).*\n?)*/m.exec(text)[0];
  const more = Object.keys(cases).map((name) => {
    const url = `url = ${urlOf(name)}${PLAIN.includes(name) ? '\nplain_http = проба' : ''}`;
    return `\n${section.replace('[login.schools]', `[login.${name}]`).replace(/^url\s*=.*$/m, url)}`;
  });
  fs.appendFileSync(file, more.join(''));
}

const env = (extra = {}) => ({
  PATH: process.env.PATH, VHOD_SETTINGS: path.join(data, 'vhod.ini'), VHOD_PATH_DATA: data, VHOD_PATH_STATE: state, VHOD_SITE_CONTACT: 'owner@example.org',
  VHOD_SITE_URL: 'https://vhod.example', VHOD_PROBE_CA_FILE: authority.file, VHOD_PROBE_NAME_SERVERS: names.address,
  VHOD_PROBE_ALLOW_NETWORKS: WEB_NETWORK, VHOD_PROBE_SECONDS: '5', VHOD_PROBE_CONNECT_SECONDS: '2', VHOD_PROBE_RETRY_SECONDS: '0',
  VHOD_PROBE_PAUSE_MS: '0', VHOD_PROBE_PARALLEL: '8', ...extra,
});

function vhod(args, extra) {
  return new Promise((resolve) => {
    const child = spawn(path.join(build, 'bin/vhod'), args, { env: env(extra), stdio: ['ignore', 'pipe', 'pipe'] });
    const out = { stdout: '', stderr: '', peak: 0, rss: [] };
    for (const name of ['stdout', 'stderr']) child[name].setEncoding('utf8').on('data', (text) => { out[name] += text; });
    const watch = setInterval(() => {
      try {
        out.rss.push(Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0));
      } catch { /* it has just ended */ }
    }, 100);
    child.once('close', (status) => { clearInterval(watch); resolve({ status, ...out }); });
  });
}
// A probe some minutes after the first.
const probe = (minutes, extra = {}) => vhod(['probe'], { VHOD_NOW: String(START + minutes * MINUTE), ...extra });
const file = (name) => path.join(state, 'probe', name);
const results = () => JSON.parse(fs.readFileSync(file('results.json'), 'utf8')).body.targets;
const verdictOf = (name) => results()[urlOf(name)]?.verdict;
const failingOf = (name) => results()[urlOf(name)]?.failing;

before(async () => {
  authority = new Authority();
  stranger = new Authority('Somebody Else');
  names = await startNameServer(lookup);
  trap = await startTrap();
  const context = (issuer, hosts, options) => tls.createSecureContext(issuer.issue(hosts, options));
  const good = new Map();
  const special = { 'expired.test': context(authority, ['expired.test'], { days: -3 }), 'wronghost.test': context(authority, ['right.test']),
    'unknownca.test': context(stranger, ['unknownca.test']), 'ending.test': context(authority, ['ending.test'], { days: 5 }), 'nohandshake.test': null };
  const wide = context(authority, [...Object.keys(cases).map((name) => `${name}.test`), 'circle2.test', 'new.moved.test', 'casino.evil.example']);
  web = await startWeb(answer, (host) => {
    if (host in special) return special[host];
    if (/^[^.]+\.(test|moved\.test|evil\.example)$/.test(host)) return wide;
    if (!good.has(host)) good.set(host, context(authority, [host]));
    return good.get(host);
  });
  makeContent();
  const published = await vhod(['publish']);
  assert.equal(published.status, 0, published.stderr);
});
after(async () => {
  await web?.stop();
  await trap?.stop();
  await names?.stop();
  authority?.remove();
  stranger?.remove();
  fs.rmSync(folder, { recursive: true, force: true });
});

// --- tests -----------------------------------------------------------------------------------------------------------------

test('one look: what answers has its verdict; no failure counts yet', async () => {
  const { status, stdout, stderr } = await probe(0);
  assert.equal(status, 0, stderr);
  for (const [name, [, verdict]] of Object.entries(cases)) {
    const needsProof = ['missing', 'error', 'silent', 'gone', 'certificate', 'owner'].includes(verdict);
    if (name === 'changed') assert.equal(verdictOf(name), 'opened');
    else if (needsProof) {
      assert.equal(verdictOf(name), 'unknown', name);
      assert.equal(failingOf(name)?.verdict, verdict, name);
      assert.equal(failingOf(name).count, 1, name);
    } else assert.equal(verdictOf(name), verdict, `${name}: ${JSON.stringify(results()[urlOf(name)])}`);
  }
  assert.match(stdout, /^probed: \d+ addresses, /m);
  assert.match(stdout, /^refused\s+https:\/\/c403\.test:\d+\/ answers, and lets no program in \(HTTP 403\); to do: open it in a browser/m);
});

test('who we are, what we ask for: our address, no credentials; one at a time from each host, a few in all', () => {
  for (const { head } of web.calls) {
    assert.match(head, /^GET /);
    assert.match(head, /\r\nuser-agent: vhod-probe\/1 \(\+https:\/\/vhod\.example\/about; owner@example\.org\)\r\n/i);
    assert.doesNotMatch(head, /\r\n(authorization|proxy-|referer)/i);
  }
  assert.equal(web.most, 1, 'requests at once to one host');
  assert.ok(web.together > 1 && web.together <= 8, `${web.together} hosts at once`);
});

test('limits: an endless page is left at 512 KB, an endless header at once; private targets see no connection', () => {
  const slack = 4 * MEGABYTE; // what stands in buffers between two processes of one machine
  for (const name of ['big', 'headers', 'oneheader', 'redirectbody']) {
    const each = sent.get(`${name}.test`) / web.calls.filter(({ host }) => host === `${name}.test`).length;
    assert.ok(each < (name === 'big' ? BODY_LIMIT : 0) + slack, `${name}: ${each} bytes`);
  }
  assert.equal(trap.connections, 0);
  assert.ok(!web.calls.some(({ head }) => /secret/.test(head)));
});

test('titles are kept in clean UTF-8, whatever their encoding; certificates with their end', () => {
  assert.equal(results()[urlOf('windows')].title, 'Дневник');
  assert.equal(results()[urlOf('opens')].title, TITLE);
  const days = (Date.parse(results()[urlOf('ending')].certificate) / 1000 - START) / 86_400;
  assert.ok(days > 4 && days < 6, `${days}`);
});

test('a second look too soon proves nothing', async () => {
  await probe(5);
  assert.equal(verdictOf('slow'), 'unknown');
  assert.equal(failingOf('slow').count, 2);
});

test('after the patience that was set, each has its verdict, failing since it failed first', async () => {
  later = true;
  const { stdout, stderr } = await probe(11);
  assert.doesNotMatch(stderr, /error/);
  for (const [name, [, verdict]] of Object.entries(cases)) assert.equal(verdictOf(name), verdict, `${name}: ${JSON.stringify(results()[urlOf(name)])}`);
  for (const name of ANSWERING) assert.notEqual(verdictOf(name), 'silent', name);
  const silent = results()[urlOf('slow')];
  assert.equal(Date.parse(silent.since) / 1000, START);
  assert.equal(Date.parse(silent.at) / 1000, START + 11 * MINUTE);
  assert.match(stdout, /^changed .*"Купить дешёвые шины" was "Электронный дневник"; to do: open it/m);
  assert.match(stdout, /^owner .*at https:\/\/casino\.evil\.example:/m);
});

test('what works again, works at once', async () => {
  const [silent] = cases.slow;
  cases.slow[0] = ok;
  await probe(22);
  cases.slow[0] = silent;
  assert.equal(verdictOf('slow'), 'opened');
  assert.equal(failingOf('slow'), null);
  assert.equal(Date.parse(results()[urlOf('slow')].since) / 1000, START + 22 * MINUTE);
});

test('what a person took for right, is: --accept', async () => {
  for (const name of ['changed', 'stolen']) assert.equal((await vhod(['probe', '--accept', urlOf(name)])).status, 0);
  assert.notEqual((await vhod(['probe', '--accept', 'https://nobody.test/'])).status, 0);
  await probe(33);
  assert.equal(verdictOf('changed'), 'opened');
  assert.equal(verdictOf('stolen'), 'opened');
});

test('a network that is down: one line, no verdicts, the file as it was', async () => {
  const before = fs.readFileSync(file('results.json'), 'utf8');
  names.mute = true;
  const { status, stdout, stderr } = await probe(50, { VHOD_PROBE_PARALLEL: '32', VHOD_PROBE_RETRIES: '0' });
  names.mute = false;
  assert.equal(status, 0);
  assert.equal(stdout, '');
  assert.match(stderr, /^vhod: warning: probe: nothing at all was reached; [^\n]*\n$/);
  assert.equal(fs.readFileSync(file('results.json'), 'utf8'), before);
});

test('a network that is half down: what worked a minute ago is not called failing', async () => {
  const [host] = [...new Set(web.calls.map(({ host: name }) => name))].filter((name) => !/test$|example$/.test(name));
  const before = results();
  const old = web.answer;
  web.answer = (call) => (call.host === host ? ok(call) : call.socket.destroy());
  const { stderr } = await probe(60, { VHOD_PROBE_RETRIES: '0' });
  await probe(75, { VHOD_PROBE_RETRIES: '0' });
  web.answer = old;
  assert.match(stderr, /most of what worked before was not reached/);
  for (const [url, { verdict }] of Object.entries(before)) {
    if (verdict === 'opened') assert.equal(results()[url].verdict, 'opened', url);
  }
});

test('history: one span for each verdict, longer with each look; 90 days, and no longer', async () => {
  const history = () => JSON.parse(fs.readFileSync(file('history.json'), 'utf8')).body;
  const spans = history()[urlOf('slow')];
  assert.deepEqual(spans.slice(0, 2).map(([verdict, from, to]) => [verdict, (Date.parse(from) / 1000 - START) / MINUTE, (Date.parse(to) / 1000 - START) / MINUTE]),
    [['silent', 11, 11], ['opened', 22, 75]]);
  await probe(92 * 24 * 60);
  assert.ok(history()[urlOf('opens')].every(([, , to]) => Date.parse(to) / 1000 > START + 2 * 86_400));
});

test('a damaged file of results is ignored, and said; the next run begins anew', async () => {
  const text = fs.readFileSync(file('results.json'), 'utf8');
  fs.writeFileSync(file('results.json'), text.replace('"verdict":"expiring"', '"verdict":"silent"'));
  const { status, stderr } = await probe(92 * 24 * 60 + 10);
  assert.equal(status, 0);
  assert.match(stderr, /results\.json: damaged, or no vhod-probe of version 1; it is ignored/);
  assert.equal(verdictOf('opens'), 'expiring', 'by the clock of this run');
  assert.equal(verdictOf('closed'), 'unknown');
});

test('two runs at once: the second says so and leaves', async () => {
  const [first, second] = await Promise.all([probe(92 * 24 * 60 + 20), new Promise((resolve) => setTimeout(resolve, 300)).then(() => probe(92 * 24 * 60 + 20))]);
  assert.equal(first.status, 0);
  assert.notEqual(second.status, 0);
  assert.match(second.stderr, /another run is under way/);
});
