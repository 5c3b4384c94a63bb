// What the site says of itself: /health, and the figures for Prometheus on a socket of their own. Four workers a program: the
// figures of all of them come together exactly, also when some are killed.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { load, request } from './http.js';
import { build, scale, startSite, top } from './server.js';

const PROGRAMS = ['regions', 'guides', 'search', 'stats'];
const many = (count) => Math.max(100, Math.round(count * scale));
let site;
before(async () => { site = await startSite({ args: ['--workers', '4'] }); });
after(() => site?.stop());
const get = (address, options) => request(site.url + address, options);
const health = async () => (await get('/health')).json();
const folder = () => path.join(site.state, 'metrics');

// One request to the socket of the figures.
function ask(target, method = 'GET') {
  return new Promise((resolve, reject) => {
    const sent = http.request({ socketPath: path.join(site.run, 'metrics.sock'), path: target, method, agent: false, timeout: 10_000 }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text: Buffer.concat(parts).toString() }));
    });
    sent.on('error', reject);
    sent.on('timeout', () => sent.destroy(new Error('no answer')));
    sent.end();
  });
}

// The text format, read strictly: families in one piece, with HELP and TYPE before; {name: [{labels, value}]}.
function parse(text) {
  const found = {};
  const types = {};
  let family = '';
  assert.ok(text.endsWith('\n'));
  for (const line of text.trimEnd().split('\n')) {
    const help = /^# (HELP|TYPE) ([a-z_]+) (.+)$/.exec(line);
    if (help) {
      if (help[1] === 'HELP') assert.ok(!(help[2] in types), `${help[2]} once`);
      if (help[1] === 'TYPE') [family, types[help[2]]] = [help[2], help[3]];
      continue;
    }
    const [, name, labels = '', value] = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? assert.fail(line);
    const own = types[family] === 'histogram' ? name.replace(/_(bucket|sum|count)$/, '') : name;
    assert.equal(own, family, 'within its family');
    assert.ok(Number.isFinite(Number(value)), line);
    (found[name] ??= []).push({ labels: Object.fromEntries([...labels.matchAll(/([a-z]+)="([^"\\]*)"/g)].map(([, key, text_]) => [key, text_])), value: Number(value) });
  }
  return { found, types };
}
const figures = async () => parse((await ask('/metrics')).text).found;
// The sum of what has these labels.
const sum = (found, name, labels = {}) => (found[name] ?? [])
  .filter((line) => Object.entries(labels).every(([key, value]) => line.labels[key] === value)).reduce((all, line) => all + line.value, 0);
const requests = async (labels) => sum(await figures(), 'vhod_requests_total', labels);

test('the format is Prometheus\' own: promtool has nothing to say', async (t) => {
  await get('/'); await get('/q/7'); await get('/search?q=22'); await get('/stats');
  const { status, headers, text } = await ask('/metrics');
  assert.equal(status, 200);
  assert.equal(headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
  const { types } = parse(text);
  assert.equal(types.vhod_requests_total, 'counter');
  assert.equal(types.vhod_request_duration_seconds, 'histogram');
  const promtool = [path.join(build, 'tools/promtool'), '/usr/bin/promtool'].find((file) => fs.existsSync(file));
  if (!promtool) return t.skip('promtool is not here (Debian: package prometheus)');
  const { status: verdict, stdout, stderr } = spawnSync(promtool, ['check', 'metrics'], { input: text, encoding: 'utf8' });
  assert.equal(verdict, 0, stdout + stderr);
  assert.equal(stdout + stderr, '');
  // It can say no.
  assert.notEqual(spawnSync(promtool, ['check', 'metrics'], { input: text.replaceAll('vhod_requests_total{', 'vhod_requests_total'), encoding: 'utf8' }).status, 0);
});

test('every request of four workers is there, by route and status, once', { timeout: 120_000 }, async () => {
  const rows = [
    ['/region/ru-alt', { program: 'regions', route: '/region/{iso}', status: '200' }], ['/region/ru-zz', { program: 'regions', route: '/region/{iso}', status: '404' }],
    ['/q/7', { program: 'guides', route: '/q/{number}', status: '200' }], ['/search?q=22', { program: 'search', route: '/search', status: '200' }],
    ['/nowhere/at/all', { program: 'regions', route: 'none', status: '404' }], ['/Region/ru-alt', { program: 'regions', route: 'none', status: '301' }],
  ];
  const before_ = await figures();
  const count = many(6000);
  const { failures } = await load(site.url, count, (i) => rows[i % rows.length][0], { clients: 16 });
  const answered = await figures();
  assert.ok(failures.every((failure) => !/no answer|ECONN/.test(String(failure))), failures.slice(0, 3).join('; '));
  rows.forEach(([address, labels], row) => {
    const expected = Math.floor(count / rows.length) + (row < count % rows.length ? 1 : 0);
    assert.equal(sum(answered, 'vhod_requests_total', labels) - sum(before_, 'vhod_requests_total', labels), expected, address);
  });
  for (const program of ['regions', 'guides', 'search']) {
    const of = (found) => sum(found, 'vhod_requests_total', { program });
    const buckets = answered.vhod_request_duration_seconds_bucket.filter((line) => line.labels.program === program).map((line) => line.value);
    assert.deepEqual(buckets, buckets.toSorted((a, b) => a - b), 'cumulative');
    assert.equal(buckets.at(-1), of(answered), 'each request has its time');
    assert.equal(sum(answered, 'vhod_request_duration_seconds_count', { program }), of(answered));
    assert.ok(sum(answered, 'vhod_request_duration_seconds_sum', { program }) > 0);
  }
  const kept = sum(answered, 'vhod_pages_total', { program: 'guides', from: 'cache' }) - sum(before_, 'vhod_pages_total', { program: 'guides', from: 'cache' });
  assert.ok(kept >= count / rows.length - 8, `${kept} pages from the caches`);
  const views = (found) => sum(found, 'vhod_journal_written_total', { program: 'guides', event: 'question', client: 'person' });
  assert.equal(views(answered) - views(before_), count / rows.length >= 1 ? Math.floor(count / rows.length) + (2 < count % rows.length ? 1 : 0) : 0);
});

test('unmodified, without a body, sent as a form: each under its own status', async () => {
  const { headers } = await get('/q/7');
  const before_ = await figures();
  assert.equal((await get('/q/7', { headers: { 'If-None-Match': headers.etag } })).status, 304);
  assert.equal((await get('/q/7', { method: 'HEAD' })).status, 200);
  assert.equal((await get('/report', { method: 'POST', body: 'page=q%2F7&choice=wrong', headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'Sec-Fetch-Site': 'cross-site' } })).status, 403);
  assert.equal((await get('/q/7', { method: 'POST' })).status, 405);
  const after_ = await figures();
  const more = (labels) => sum(after_, 'vhod_requests_total', labels) - sum(before_, 'vhod_requests_total', labels);
  assert.equal(more({ route: '/q/{number}', status: '304' }), 1);
  assert.equal(more({ route: '/q/{number}', status: '200' }), 1);
  assert.equal(more({ route: '/report', status: '403' }), 1);
  assert.equal(more({ program: 'guides', status: '405' }), 1);
});

test('workers that are killed take nothing with them and leave nothing twice', { timeout: 120_000 }, async () => {
  const before_ = await requests({ program: 'regions', route: '/region/{iso}', status: '200' });
  let deaths = 0;
  let over = false;
  const killer = (async () => {
    // One at a time, and the next when the pool is whole again: a busy machine needs some time for a start.
    while (!over && deaths < 20) {
      await new Promise((passed) => { setTimeout(passed, 50); });
      const pids = site.workers('regions');
      if (over || pids.length < 4) continue;
      try {
        process.kill(pids[deaths % 4], 'SIGKILL');
        deaths++;
      } catch (error) {
        if (error.code !== 'ESRCH') throw error; // it was quicker
      }
    }
  })();
  const { good } = await load(site.url, many(6000), () => '/region/ru-alt', { clients: 8 });
  over = true;
  await killer;
  const counted = await requests({ program: 'regions', route: '/region/{iso}', status: '200' }) - before_;
  assert.ok(deaths > 0);
  assert.ok(counted >= good, `${counted} counted, ${good} answered`);
  assert.ok(counted <= good + deaths, `${counted} counted, ${good} answered, ${deaths} killed`);
});

// Each write of the workers fails, as on a full disk.
function limitFiles(size) {
  for (const program of PROGRAMS) for (const pid of site.workers(program)) execFileSync('prlimit', ['--pid', String(pid), `--fsize=${size}`]);
}

test('views are lost: /health says so and how many, and stays 200; it is over when writing works', async () => {
  site.expected = /journal/;
  await get('/q/7');
  const well = await health();
  assert.equal(well.status, 'pass');
  assert.equal(well.journal, 'ok');
  assert.match(well.written, /^20\d\d-\d\d-\d\dT/);
  limitFiles('1:unlimited');
  for (let i = 0; i < 30; i++) assert.equal((await get('/q/7')).headers['x-vhod-counted'], 'no; journal');
  const answer = await get('/health');
  assert.equal(answer.status, 200, 'a machine that only cannot count still serves');
  const ill = answer.json();
  assert.equal(ill.status, 'warn');
  assert.equal(ill.journal, 'not writable');
  assert.equal(ill.lost - well.lost, 30, 'the losses of guides, told by regions');
  assert.ok(ill.last_lost >= ill.written);
  assert.equal(sum(await figures(), 'vhod_journal_lost_total', { program: 'guides' }), ill.lost);
  limitFiles('unlimited:unlimited');
  assert.equal((await get('/q/7')).headers['x-vhod-counted'], 'yes');
  const mended = await health();
  assert.equal(mended.status, 'pass');
  assert.equal(mended.lost, ill.lost, 'what was lost stays lost');
});

test('snapshot, blocked hosts, the probe and reports are there', async () => {
  const { snapshot, published, regions } = await health();
  let found = await figures();
  assert.equal(found.vhod_snapshot_info[0].labels.identity, snapshot);
  assert.equal(sum(found, 'vhod_snapshot_published_timestamp_seconds'), Date.parse(published) / 1000);
  assert.equal(sum(found, 'vhod_snapshot_regions'), regions);
  assert.equal(sum(found, 'vhod_snapshot_ready'), 1);
  assert.equal(sum(found, 'vhod_blocked_hosts'), 0);
  assert.equal(found.vhod_probe_addresses, undefined, 'nothing was looked at yet');
  const login = new URL((await get('/region/ru-alt.json')).json().logins[0].url);
  assert.equal(site.vhod('block', login.hostname, '--sure').status, 0);
  seal({ at: '2026-11-21T08:15:00Z', targets: { [login.href]: target('silent'), 'https://example.org/': target('opened'), 'https://example.net/': target('opened') } });
  found = await figures();
  assert.equal(sum(found, 'vhod_blocked_hosts'), 1);
  assert.equal(sum(found, 'vhod_probe_addresses', { verdict: 'opened', standing: 'works' }), 2);
  assert.equal(sum(found, 'vhod_probe_addresses', { verdict: 'silent', standing: 'failing' }), 1);
  assert.equal(sum(found, 'vhod_probe_addresses', { verdict: 'gone' }), 0);
  assert.equal(sum(found, 'vhod_probe_last_run_timestamp_seconds'), Date.parse('2026-11-21T08:15:00Z') / 1000);
  assert.equal(site.vhod('unblock', login.hostname).status, 0);
  const fields = [...(await get('/region/ru-alt')).text.matchAll(/<input type="hidden" name="([a-z]+)" value="([^"]*)">/g)].map(([, name, value]) => [name, value]);
  const sent = await get('/report', {
    method: 'POST', body: new URLSearchParams({ ...Object.fromEntries(fields), choice: 'fails' }).toString(),
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'Sec-Fetch-Site': 'same-origin' },
  });
  assert.equal(sent.status, 303);
  assert.equal(sum(await figures(), 'vhod_journal_written_total', { event: 'report', client: 'person' }), 1);
});
const target = (verdict) => ({ verdict, cause: '', status: 200, since: '2026-11-21T08:00:00Z', at: '2026-11-21T08:15:00Z', to: null, title: 'x', certificate: null, title_before: 'x', owner_before: null, failing: null });
function seal(body) {
  const text = JSON.stringify(body);
  const digest = execFileSync('sha256sum', { input: text, encoding: 'utf8' }).slice(0, 64);
  fs.mkdirSync(path.join(site.state, 'probe'), { recursive: true });
  const file = path.join(site.state, 'probe/results.json');
  fs.writeFileSync(`${file}.new`, `{"format":"vhod-probe","version":1,"sha256":"${digest}","body":${text}}\n`);
  fs.renameSync(`${file}.new`, file);
}

test('the figures are on their own socket only', async () => {
  assert.equal((await get('/metrics')).status, 404);
  assert.equal((await get('/metrics', { headers: { Host: 'metrics' } })).status, 404);
  assert.doesNotMatch((await get('/health')).text, /vhod_/);
  const servers = path.join(top, 'templates/server');
  for (const name of fs.readdirSync(servers).filter((file) => file.endsWith('.conf')))
    assert.doesNotMatch(fs.readFileSync(path.join(servers, name), 'utf8'), /metrics\.sock|9187/, name);
  const socket = fs.readFileSync(path.join(servers, 'vhod-metrics.socket'), 'utf8');
  assert.match(socket, /^ListenStream=127\.0\.0\.1:9187$/m, 'on this machine until the owner says otherwise');
  assert.equal(fs.statSync(path.join(site.run, 'metrics.sock')).mode & 0o777, 0o600);
});

test('who asks for anything else gets nothing; who is slow holds nobody', async () => {
  assert.equal((await ask('/')).status, 404);
  assert.equal((await ask('/metrics/../metrics')).status, 404);
  assert.equal((await ask('/metrics', 'HEAD')).text, '');
  const { status, headers } = await ask('/metrics', 'POST');
  assert.equal(status, 405);
  assert.equal(headers.allow, 'GET, HEAD');
  const slow = Array.from({ length: 8 }, () => {
    const socket = net.connect(path.join(site.run, 'metrics.sock'));
    socket.on('error', () => {});
    socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\nX-Slow: ');
    return socket;
  });
  const began = Date.now();
  assert.equal((await ask('/metrics')).status, 200);
  assert.ok(Date.now() - began < 2000);
  slow.forEach((socket) => socket.destroy());
});

test('it gave up its rights, as the programs did', () => {
  const pids = execFileSync('pgrep', ['-f', `${path.join(build, 'bin/vhod')} metrics --listen`], { encoding: 'utf8' }).trim().split('\n');
  const own = pids.filter((pid) => { try { return fs.readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`VHOD_PATH_STATE=${site.state}\0`) && !fs.readlinkSync(`/proc/${pid}/exe`).endsWith('multiwatch'); } catch { return false; } });
  assert.equal(own.length, 1);
  assert.match(fs.readFileSync(`/proc/${own[0]}/status`, 'utf8'), /^Seccomp:\t2$/m);
});

test('a table that is none of ours is replaced; without a folder each worker counts alone and pages go on', async () => {
  site.expected = /journal|figures|metrics|cannot make/;
  fs.writeFileSync(path.join(folder(), 'guides.figures.junk'), 'x');
  fs.renameSync(path.join(folder(), 'guides.figures.junk'), path.join(folder(), 'guides.figures'));
  const restart = async () => {
    const old = PROGRAMS.flatMap((program) => site.workers(program));
    old.forEach((pid) => process.kill(pid, 'SIGTERM'));
    // A worker has opened its table when it has given up its rights.
    const ready = (pid) => { try { return !old.includes(pid) && /^Seccomp:\t2$/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8')); } catch { return false; } };
    const end = Date.now() + 60_000;
    while (Date.now() < end && PROGRAMS.some((program) => site.workers(program).length < 4 || !site.workers(program).every(ready))) await new Promise((passed) => { setTimeout(passed, 50); });
  };
  await restart();
  const before_ = await requests({ program: 'guides', status: '200' });
  for (let i = 0; i < 12; i++) assert.equal((await get('/q/7')).status, 200);
  assert.equal(await requests({ program: 'guides', status: '200' }) - before_, 12);
  assert.equal((await health()).status, 'pass');
  fs.renameSync(folder(), `${folder()}.away`);
  fs.writeFileSync(folder(), 'no folder');
  await restart();
  for (const address of ['/', '/q/7', '/search?q=22', '/health']) assert.equal((await get(address)).status, 200, address);
  assert.equal((await health()).since, null, 'it says that it knows nothing');
  fs.rmSync(folder());
  fs.renameSync(`${folder()}.away`, folder());
  await new Promise((passed) => { setTimeout(passed, 1200); });
  // A worker notices at its next request, and is started anew; which one a request meets, nobody knows.
  const alone = site.workers('guides');
  for (const end = Date.now() + 60_000; site.workers('guides').some((pid) => alone.includes(pid));) {
    assert.ok(Date.now() < end, 'all of them notice');
    await Promise.all(Array.from({ length: 8 }, () => get('/q/7')));
  }
  const back = await requests({ program: 'guides', status: '200' });
  await get('/q/7');
  assert.equal(await requests({ program: 'guides', status: '200' }), back + 1);
});

test('vhod metrics prints the same', async () => {
  const { status, stdout } = site.vhod('metrics');
  assert.equal(status, 0);
  assert.deepEqual(Object.keys(parse(stdout).found).sort(), Object.keys(await figures()).sort());
});
