// Least privilege: the running programs have given up what they do not need, and the site works as before: pages answer, a
// publish is noticed, views are written down, statistics are shown. What is refused to whom: tests/unit/test_sandbox.c.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { request } from './http.js';
import { startSite } from './server.js';

const PROGRAMS = ['regions', 'guides', 'search', 'stats'];
let site;
before(async () => { site = await startSite({ copyData: true }); });
after(() => site?.stop());
const get = (address) => request(site.url + address);
const statusOf = (pid) => Object.fromEntries(fs.readFileSync(`/proc/${pid}/status`, 'utf8').split('\n')
  .map((line) => line.split(/:\s*/, 2)));
// Sanitizers need more than a confined program has: such builds are not confined (base/sandbox.h).
const sanitized = (pid) => /lib[at]san/.test(fs.readFileSync(`/proc/${pid}/maps`, 'utf8'));

// A site answers when one worker of each program does; the other may be on its way into the sandbox.
async function settled(pid, field, value) {
  for (let tries = 0; tries < 100 && statusOf(pid)[field] !== value; tries++) {
    await new Promise((passed) => { setTimeout(passed, 100); });
  }
  return statusOf(pid)[field];
}

test('every worker is confined', async (t) => {
  for (const program of PROGRAMS) {
    const workers = site.workers(program);
    assert.equal(workers.length, 2, program);
    if (sanitized(workers[0])) return t.skip('a build under sanitizers');
    for (const worker of workers) {
      assert.equal(await settled(worker, 'Seccomp', '2'), '2', program);
      assert.equal(await settled(worker, 'NoNewPrivs', '1'), '1', program);
    }
  }
  return undefined;
});

test('pages of every program answer, and their views are written down', async () => {
  for (const address of ['/', '/region/ru-alt', '/guide/epos-link', '/q/7', '/search?q=22', '/directory.sqlite', '/qr/q/7',
    '/embed/q/7.svg', '/changes', '/desk?q=22', '/openapi.json']) {
    const { status } = await get(address);
    assert.ok(status === 200 || status === 302 || status === 303, `${address}: ${status}`);
  }
  site.count();
  const { people } = (await get('/stats.json?period=today')).json();
  assert.ok(people >= 5, `${people} views counted`);
});

test('a report is taken: its key was made before', async () => {
  const page = (await get('/region/ru-alt')).text;
  assert.match(page, /name="token" value="[0-9a-f]{64}"/);
  assert.equal(fs.statSync(path.join(site.state, 'report.key')).mode & 0o777, 0o600);
});

test('a publish is noticed', async () => {
  const file = path.join(site.data, 'guides/epos-link.md');
  fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(/^title: .*$/m, 'title: Совсем другое название'));
  assert.equal(site.vhod('publish').status, 0);
  assert.match((await get('/guide/epos-link')).text, /Совсем другое название/);
});

test('a journal file that is not there is begun: so it is on a new day', async () => {
  const folder = path.join(site.state, 'journal');
  const [name] = fs.readdirSync(folder);
  fs.renameSync(path.join(folder, name), path.join(folder, `${name}.away`));
  await new Promise((passed) => { setTimeout(passed, 1100); }); // looked after once a second
  assert.equal((await get('/region/ru-tyu')).headers['x-vhod-counted'], 'yes');
  assert.match(fs.readFileSync(path.join(folder, name), 'utf8'), /region\tru-tyu/);
  fs.rmSync(path.join(folder, `${name}.away`));
});

test('the journal folder is replaced: workers are started anew, and views are written there', async () => {
  const folder = path.join(site.state, 'journal');
  const before = site.workers('regions');
  fs.renameSync(folder, `${folder}.away`);
  fs.mkdirSync(folder);
  await new Promise((passed) => { setTimeout(passed, 1100); });
  for (let i = 0; i < 8; i++) assert.equal((await get('/region/ru-tom')).status, 200);
  assert.equal((await get('/region/ru-tom')).headers['x-vhod-counted'], 'yes');
  assert.match(fs.readFileSync(path.join(folder, fs.readdirSync(folder)[0]), 'utf8'), /region\tru-tom/);
  if (!sanitized(site.workers('regions')[0])) {
    assert.notDeepEqual(site.workers('regions'), before);
  }
});

// A rollback journal that was begun and not ended, as a collector leaves it that is killed at the wrong moment.
function leaveHotJournal(tally) {
  const copy = `${tally}.copy`;
  const script = `PRAGMA journal_mode=TRUNCATE; PRAGMA cache_size=1; PRAGMA cache_spill=1; BEGIN IMMEDIATE;
CREATE TABLE more (x TEXT); INSERT INTO more SELECT hex(randomblob(900)) FROM json_each('[${'0,'.repeat(300)}0]');
.shell cp '${tally}' '${copy}'; cp '${tally}-journal' '${copy}-journal'
ROLLBACK;`;
  execFileSync('sqlite3', [tally], { input: script });
  fs.renameSync(`${copy}-journal`, `${tally}-journal`);
  fs.renameSync(copy, tally);
}

test('a collector was killed in its commit: the statistics say "later" and come back with the next one', async () => {
  site.expected = /tally|statistics|stats/;
  site.count();
  const { people } = (await get('/stats.json?period=today')).json();
  leaveHotJournal(path.join(site.state, 'tally.db'));
  const [pid] = site.workers('stats');
  const meanwhile = (await get('/stats.json?period=today')).status;
  assert.equal(meanwhile, sanitized(pid) ? 200 : 503);
  site.count();
  const again = (await get('/stats.json?period=today')).json();
  assert.ok(again.people >= people, 'nothing that was counted is gone');
});

test('switched off by its setting, which each program tells', { timeout: 60_000 }, async (t) => {
  const open = await startSite({ env: { VHOD_SANDBOX_CONFINE: 'no' } });
  try {
    const [pid] = open.workers('regions');
    if (sanitized(pid)) return t.skip('a build under sanitizers');
    assert.equal(statusOf(pid).Seccomp, '0');
    assert.match(open.stderr, /regions: warning: \[sandbox\] confine is off/);
  } finally {
    await open.stop();
  }
  return undefined;
});
