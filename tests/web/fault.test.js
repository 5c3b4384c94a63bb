// Faults: what a reader has to do with nothing of. The journal cannot be written, the tally is locked or broken, the snapshot
// is replaced by rubbish, strangers hold connections open: pages go on, and what was broken works again when it is mended.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { load, request } from './http.js';
import { build, startSite } from './server.js';

let site;
before(async () => { site = await startSite(); });
after(() => site?.stop());
const get = (address, options) => request(site.url + address, options);
const inState = (name) => path.join(site.state, name);
const views = async (iso) => {
  site.count();
  return (await get('/stats.json?period=today')).json().regions.find((region) => region.iso === iso)?.views ?? 0;
};

async function pagesGoOn() {
  for (const address of ['/', '/region/ru-alt', '/guide/epos-link', '/q/7', '/search?q=22']) {
    assert.equal((await get(address)).status, 200, address);
  }
}

test('the journal cannot be written: pages go on, health says so, counting resumes by itself', async () => {
  site.expected = /journal/;
  await get('/region/ru-sve');
  const before = await views('ru-sve');
  // A file in place of the folder stops even root. Workers hold today's file open, so they have to look anew.
  fs.renameSync(inState('journal'), inState('journal.away'));
  fs.writeFileSync(inState('journal'), '');
  for (const program of ['regions', 'guides', 'search']) site.workers(program).forEach((pid) => process.kill(pid, 'SIGTERM'));
  await pagesGoOn();
  const health = (await get('/health')).json();
  assert.notEqual(health.journal, 'ok');
  fs.rmSync(inState('journal'));
  fs.renameSync(inState('journal.away'), inState('journal'));
  await new Promise((passed) => { setTimeout(passed, 1100); }); // workers look once a second, and are then started anew
  await pagesGoOn();
  await get('/region/ru-sve');
  assert.equal((await get('/health')).json().journal, 'ok');
  assert.equal(await views('ru-sve'), before + 1);
});

test('the tally is locked by somebody: pages go on at once, the statistics catch up later', { timeout: 60_000 }, async () => {
  site.expected = /journal|stats|tally|collect/;
  await get('/region/ru-tyu');
  const before = await views('ru-tyu');
  const holder = spawn('sqlite3', [inState('tally.db')], { stdio: ['pipe', 'pipe', 'inherit'] });
  holder.stdin.write('BEGIN EXCLUSIVE;\nSELECT 1;\n');
  await new Promise((locked) => holder.stdout.once('data', locked));
  const began = Date.now();
  await get('/region/ru-tyu');
  await pagesGoOn();
  assert.ok(Date.now() - began < 3000, 'pages do not wait');
  const meanwhile = await get('/stats.json?period=today'); // what it says is its own affair, but it says something
  assert.ok([200, 500, 503].includes(meanwhile.status), String(meanwhile.status));
  holder.stdin.end('ROLLBACK;\n');
  await new Promise((ended) => holder.once('exit', ended));
  assert.equal(await views('ru-tyu'), before + 1);
});

test('the snapshot is replaced by rubbish, then gone: the last good one is served; a publish mends it', async () => {
  site.expected = /journal|stats|tally|collect|directory|snapshot/;
  fs.writeFileSync(inState('rubbish'), 'no database'.repeat(5000));
  fs.renameSync(inState('rubbish'), inState('directory.db'));
  await pagesGoOn();
  fs.rmSync(inState('directory.db'));
  await pagesGoOn();
  assert.equal(site.vhod('publish').status, 0);
  await pagesGoOn();
  assert.equal((await get('/health')).status, 200);
});

test('two hundred strangers who never finish a request: everybody else is served as before', { timeout: 60_000 }, async () => {
  const strangers = Array.from({ length: 200 }, (_, i) => {
    const socket = net.connect(site.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(i % 2 ? 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ' : 'POST /search HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nx');
    return socket;
  });
  try {
    const { good, failures, seconds } = await load(site.url, 1000, () => '/region/ru-alt');
    assert.equal(good, 1000, failures.join('; '));
    assert.ok(seconds < 10, `${seconds} s`);
  } finally {
    strangers.forEach((socket) => socket.destroy());
  }
});

test('a thousand connections at once: nobody is turned away', { timeout: 60_000 }, async () => {
  const { good, failures } = await load(site.url, 1000, (i) => ['/', '/region/ru-alt', '/q/7', '/guides'][i % 4], { clients: 1000 });
  assert.equal(good, 1000, failures.slice(0, 5).join('; '));
});

test('readers who leave in the middle: no worker is lost', async () => {
  for (let i = 0; i < 50; i++) {
    await new Promise((gone) => {
      const socket = net.connect(site.port, '127.0.0.1', () => {
        socket.write('GET /regions HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n', () => setTimeout(() => { socket.destroy(); gone(); }, i % 5));
      });
      socket.on('error', gone);
    });
  }
  await pagesGoOn();
  for (const program of ['regions', 'guides', 'search', 'stats']) assert.equal(site.workers(program).length, 2, program);
});

test('many requests leave memory and descriptors where they were', { timeout: 120_000 }, async () => {
  const measure = () => site.workers('regions').map((pid) => ({
    pid, kib: Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]),
    files: fs.readdirSync(`/proc/${pid}/fd`).length,
  }));
  const round = () => load(site.url, 3000, (i) => ['/', '/regions', '/region/ru-alt', '/region/ru-ta.json', '/no-such-page',
    `/region/ru-${'abcdefgh'[i % 8]}x`][i % 6]);
  await round(); // caches fill
  const before = measure();
  await round();
  await round();
  for (const now of measure()) {
    const then = before.find(({ pid }) => pid === now.pid);
    assert.ok(then, 'the same workers');
    assert.equal(now.files, then.files);
    assert.ok(now.kib - then.kib < 1024, `${then.kib} KiB before, ${now.kib} KiB after`);
  }
});

test('a tally that is missing, or of a newer schema, is nothing that the reader asked wrongly: 503', () => {
  const folder = fs.mkdtempSync('/tmp/vhod-tally-');
  const run = (store, program, ...args) => spawnSync(path.join(build, 'bin', program), args,
    { env: { ...site.environment(), VHOD_TALLY_STORE: `sqlite:${store}` }, encoding: 'utf8' });
  const stats = (store) => run(store, 'stats.fcgi', 'GET', '/stats', 'REMOTE_USER=owner').stdout;
  try {
    const store = path.join(folder, 'tally.db');
    assert.equal(run(store, 'vhod', 'collect').status, 0);
    assert.match(stats(store), /^Status: 200/);
    assert.equal(spawnSync('sqlite3', [store, "UPDATE meta SET value = '99' WHERE key = 'schema'"]).status, 0);
    assert.match(stats(store), /^Status: 503[^]*\r\nRetry-After: /);
    assert.match(stats(path.join(folder, 'no-such-folder/tally.db')), /^Status: 503/);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});
