// Snapshot: whatever comes to lie at directory.db, readers get the right address. Each case puts something there, asks the
// workers that run, has them killed so that others start meanwhile, and asks those; then a publish mends it.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { load, request } from '../web/http.js';
import { startSite } from '../web/server.js';

let site;
let right; // what the snapshot answers: address -> body
let bytes; // the snapshot as it was published
const ASKED = ['/region/ru-alt', '/region/ru-alt.json', '/region/ru-ta', '/q/7', '/guide/epos-link.json', '/regions.csv',
  '/search.json?q=%D0%B1%D0%B0%D1%80%D0%BD%D0%B0%D1%83%D0%BB', '/check.json?address=netschool.edu22.info', '/directory.sqlite'];
const snapshot = () => path.join(site.state, 'directory.db');
const get = (target) => request(site.url + target, { headers: { 'Accept-Encoding': 'identity' } });

before(async () => {
  site = await startSite();
  bytes = fs.readFileSync(snapshot());
  right = new Map();
  for (const address of ASKED) {
    const { status, body } = await get(address);
    assert.equal(status, 200, address);
    right.set(address, body);
  }
  assert.ok(right.get('/region/ru-alt').includes('netschool.edu22.info'));
  assert.ok(right.get('/directory.sqlite').equals(bytes));
});
after(() => site?.stop());

async function answersAreRight(when) {
  for (const address of ASKED) {
    for (let i = 0; i < 3; i++) { // there are two workers of each program
      const { status, body } = await get(address);
      assert.equal(status, 200, `${address} ${when}`);
      assert.ok(body.equals(right.get(address)), `${address} answers something else ${when}`);
    }
  }
}

// Ends every worker; the supervisor starts others.
async function newWorkers() {
  const programs = ['regions', 'guides', 'search', 'stats'];
  const old = new Set(programs.flatMap((program) => site.workers(program)));
  old.forEach((pid) => process.kill(pid, 'SIGKILL'));
  const limit = Date.now() + 20_000;
  for (;;) {
    const now = programs.flatMap((program) => site.workers(program));
    if (now.length === old.size && !now.some((pid) => old.has(pid))) return;
    assert.ok(Date.now() < limit, 'no new workers');
    await new Promise((later) => setTimeout(later, 50));
  }
}

const clear = () => fs.rmSync(snapshot(), { recursive: true, force: true });
function put(content) { // as a careless program would: written beside, renamed into place
  fs.writeFileSync(`${snapshot()}.x`, content);
  fs.renameSync(`${snapshot()}.x`, snapshot());
}
function flipped() {
  const bad = Buffer.from(bytes);
  for (let at = bad.indexOf('edu22'); at >= 0; at = bad.indexOf('edu22', at)) bad.write('edu2r', at);
  return bad;
}
function changed(sql) {
  fs.writeFileSync(`${snapshot()}.y`, bytes);
  const { status, stderr } = spawnSync('sqlite3', [`${snapshot()}.y`, sql], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  fs.renameSync(`${snapshot()}.y`, snapshot());
}

const THINGS = {
  'an address changed in every place': () => put(flipped()),
  'a row removed': () => changed("DELETE FROM login WHERE region = 'ru-alt'"),
  'all regions but one removed': () => changed("DELETE FROM region WHERE iso <> 'ru-alt'"),
  'an identity that is not that of the rows': () => changed("UPDATE meta SET value = 'x' WHERE key = 'identity'"),
  'a text file': () => put('just some text\n'.repeat(1000)),
  'an empty file': () => put(''),
  'a file cut off': () => put(bytes.subarray(0, bytes.length / 2)),
  'a file of holes': () => { put(''); fs.truncateSync(snapshot(), 50_000_000_000); },
  'a FIFO': () => { clear(); execFileSync('mkfifo', [snapshot()]); },
  'a folder': () => { clear(); fs.mkdirSync(snapshot()); },
  'a symbolic link to itself': () => { clear(); fs.symlinkSync('directory.db', snapshot()); },
  'a link to a device': () => { clear(); fs.symlinkSync('/dev/zero', snapshot()); },
  'nothing': () => clear(),
};

for (const [name, make] of Object.entries(THINGS)) {
  test(`${name} at directory.db: the right addresses, from the workers there are and from new ones`, { timeout: 120_000 }, async () => {
    site.expected = /snapshot|directory/;
    const before = site.stderr.length;
    make();
    const began = Date.now();
    await answersAreRight('at once');
    assert.notEqual(site.vhod('verify').status, 0, 'vhod verify sees it');
    await newWorkers();
    await answersAreRight('from new workers');
    assert.ok(Date.now() - began < 30_000, 'nobody waits');
    const lines = site.stderr.slice(before).split('\n').length;
    assert.ok(lines < 120, `${lines} lines in the log: once a worker, not once a request`);
    if (name === 'a folder') clear(); // a rename cannot replace it
    assert.equal(site.vhod('publish').status, 0);
    assert.equal(site.vhod('verify').status, 0, 'a publish mends it');
    await newWorkers(); // all of them know it
    bytes = fs.readFileSync(snapshot());
    right.set('/directory.sqlite', bytes);
    await answersAreRight('after the publish');
  });
}

test('another snapshot copied over the file slowly, in place: no error, then the new one', { timeout: 120_000 }, async () => {
  site.expected = /snapshot|directory/;
  const other = fs.mkdtempSync(path.join(site.folder, 'other-'));
  const env = { ...site.environment(), VHOD_PATH_STATE: other, VHOD_NOW: '1790000000' };
  execFileSync(path.join(process.env.VHOD_BUILD || 'build', 'bin/vhod'), ['publish'], { env, stdio: 'ignore' });
  const fresh = fs.readFileSync(path.join(other, 'directory.db'));
  assert.ok(!fresh.equals(bytes));
  const file = fs.openSync(snapshot(), 'r+');
  fs.ftruncateSync(file, 0);
  let copying = true;
  const copy = (async () => {
    for (let at = 0; at < fresh.length; at += 16_384) {
      fs.writeSync(file, fresh, at, Math.min(16_384, fresh.length - at), at);
      await new Promise((later) => setTimeout(later, 30));
    }
    fs.closeSync(file);
    copying = false;
  })();
  let asked = 0;
  while (copying) {
    const { good, failures } = await load(site.url, 100, (i) => ASKED[i % 4], { clients: 4 });
    assert.equal(good, 100, failures.join('; '));
    const region = await get('/region/ru-alt.json');
    assert.ok(region.body.equals(right.get('/region/ru-alt.json')));
    asked += 101;
  }
  await copy;
  assert.ok(asked > 200, `${asked} requests while it was copied`);
  const limit = Date.now() + 10_000;
  for (;;) {
    const { status, body } = await get('/directory.sqlite');
    assert.equal(status, 200);
    if (body.equals(fresh)) break;
    assert.ok(body.equals(bytes), 'the one before, or the new one');
    assert.ok(Date.now() < limit, 'the new one is taken up when it has settled');
    await new Promise((later) => setTimeout(later, 200));
  }
});

test('vhod verify: a file by name, and what is said', () => {
  const bad = path.join(site.folder, 'bad.db');
  fs.writeFileSync(bad, flipped());
  const refused = site.vhod('verify', bad);
  assert.equal(refused.status, 3);
  assert.match(refused.stderr, /not what was published/);
  const copy = path.join(site.folder, 'copy.db');
  fs.writeFileSync(copy, bytes);
  const fine = site.vhod('verify', copy);
  assert.equal(fine.status, 0);
  assert.match(fine.stdout, /^fine: .*copy\.db: 83 regions, \d+ addresses, \d+ texts, published 20\d\d-.*, identity [0-9a-f]{64}$/m);
  assert.equal(site.vhod('verify', path.join(site.folder, 'nothing.db')).status, 3);
  assert.equal(site.vhod('verify', copy, bad).status, 2, 'one file at a time');
  // Both published files are looked at, and either of them counts.
  const good = `${snapshot()}.good`;
  const kept = fs.readFileSync(good);
  assert.equal(site.vhod('verify').status, 0);
  const bits = Buffer.from(kept);
  bits[bits.length >> 1] ^= 1;
  fs.writeFileSync(good, bits);
  const half = site.vhod('verify');
  fs.writeFileSync(good, kept);
  assert.equal(half.status, 3, 'the copy is damaged');
  assert.match(half.stdout, /^fine: /m);
  assert.match(half.stderr, /directory\.db\.good: not what was published/);
});
