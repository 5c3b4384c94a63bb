// Backup and restore of a whole site, while it runs: nothing that was counted before is missing, nothing that is damaged is put in
// place, and what was there is kept.
import assert from 'node:assert/strict';
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { request } from './http.js';
import { build, startSite } from './server.js';

let site;
let work;
before(async () => {
  site = await startSite({ copyData: true });
  work = fs.mkdtempSync(path.join(os.tmpdir(), 'vhod-backup-'));
});
after(async () => {
  await site?.stop();
  fs.rmSync(work, { recursive: true, force: true });
});
const get = (address) => request(site.url + address);
const inWork = (name) => path.join(work, name);
const guide = () => path.join(site.data, 'guides/epos-link.md');
const pause = (ms) => new Promise((passed) => { setTimeout(passed, ms); });

// The maintainer's command for another place than the running site's.
function vhodIn(folder, ...args) {
  return spawnSync(path.join(build, 'bin/vhod'), args, {
    encoding: 'utf8',
    env: { ...site.environment(), VHOD_PATH_STATE: path.join(folder, 'state'), VHOD_PATH_DATA: path.join(folder, 'data') },
  });
}

const ask = (file, sql) => execFileSync('sqlite3', [file, sql], { encoding: 'utf8' }).trim();

// People's views that a restored site knows of.
function countIn(folder) {
  const { status, stderr } = vhodIn(folder, 'collect');
  assert.equal(status, 0, stderr);
  return Number(ask(path.join(folder, 'state/tally.db'), "SELECT coalesce(sum(views), 0) FROM day WHERE client = 'person'"));
}

// All that a folder holds, as one text to compare.
function picture(folder) {
  return fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name)).sort()
    .map((file) => `${path.relative(folder, file)} ${execFileSync('sha256sum', [file], { encoding: 'utf8' }).slice(0, 64)}`).join('\n');
}

test('a backup made while readers read, collectors collect and somebody publishes', { timeout: 120_000 }, async () => {
  let going = true;
  let counted = 0;
  const readers = Array.from({ length: 4 }, async () => {
    while (going) if ((await get('/region/ru-alt')).headers['x-vhod-counted'] === 'yes') counted++;
  });
  const others = (async () => {
    for (let n = 0; going; n++) {
      fs.writeFileSync(guide(), fs.readFileSync(guide(), 'utf8').replace(/^title: .*$/m, `title: Название ${n}`));
      for (const command of ['publish', 'collect']) {
        await promisify(execFile)(path.join(build, 'bin/vhod'), [command], { env: site.environment() })
          .catch((error) => assert.equal(error.code, 3, error.stderr)); // the backup is at it
      }
    }
  })();
  for (let i = 0; i < 3; i++) {
    await pause(400);
    const least = counted;
    await promisify(execFile)(path.join(build, 'bin/vhod'), ['backup', inWork(`busy${i}.tar.gz`)], { env: site.environment() });
    const most = counted + 4; // a view that is written down may not have arrived yet
    assert.ok(most - 4 > least, 'readers went on meanwhile');
    const folder = inWork(`busy${i}`);
    fs.mkdirSync(folder);
    const restored = vhodIn(folder, 'restore', inWork(`busy${i}.tar.gz`));
    assert.equal(restored.status, 0, restored.stderr);
    assert.equal(vhodIn(folder, 'verify').status, 0);
    const known = countIn(folder);
    assert.ok(known >= least && known <= most, `${known} of ${least} to ${most}`);
    // Text and archive are of one publish, so that the next one has nothing to do or goes through.
    const published = vhodIn(folder, 'publish');
    assert.equal(published.status, 0, published.stderr);
  }
  going = false;
  await Promise.all([...readers, others]);
  assert.ok(counted > 100, `${counted} views`);
});

test('a backup is one file for its owner only, and every tar opens it', () => {
  const file = inWork('busy0.tar.gz');
  assert.equal(fs.statSync(file).mode & 0o777, 0o600);
  const names = execFileSync('tar', ['-tzf', file], { encoding: 'utf8' }).split('\n');
  for (const name of ['state/directory.db', 'state/history.db', 'state/report.key', 'tally/tally.db', 'settings/vhod.ini',
    'content/regions/RU-ALT.ini', 'MANIFEST']) assert.ok(names.includes(`vhod-backup/${name}`), name);
  assert.ok(names.some((name) => /^vhod-backup\/state\/journal\/front1-[\d-]+\.log$/.test(name)));
});

test('nothing is left behind in the state, and no file is written over', () => {
  assert.deepEqual(fs.readdirSync(site.state).filter((name) => /backup|restored/.test(name)), []);
  const again = site.vhod('backup', inWork('busy0.tar.gz'));
  assert.equal(again.status, 3);
  assert.match(again.stderr, /File exists/);
});

test('restored while it runs: the old text is served, views are counted, what was there is kept', { timeout: 60_000 }, async () => {
  const title = (n) => fs.writeFileSync(guide(), fs.readFileSync(guide(), 'utf8').replace(/^title: .*$/m, `title: ${n}`));
  title('Как было');
  assert.equal(site.vhod('publish').status, 0);
  site.count();
  const { people } = (await get('/stats.json?period=today')).json();
  assert.equal(site.vhod('backup', inWork('before.tar.gz')).status, 0);
  title('Как стало');
  assert.equal(site.vhod('publish').status, 0);
  assert.match((await get('/guide/epos-link')).text, /Как стало/);
  site.count();

  const { status, stdout, stderr } = site.vhod('restore', inWork('before.tar.gz'));
  assert.equal(status, 0, stderr);
  const [, aside] = /with (\.before-\d{8}T\d{6}) behind/.exec(stdout) ?? assert.fail(stdout);
  await pause(1100);
  assert.match((await get('/guide/epos-link')).text, /Как было/);
  assert.match(fs.readFileSync(guide(), 'utf8'), /Как было/);
  assert.match(fs.readFileSync(path.join(`${site.data}${aside}`, 'guides/epos-link.md'), 'utf8'), /Как стало/);
  for (const name of ['directory.db', 'history.db', 'tally.db', 'journal', 'report.key']) {
    assert.ok(fs.existsSync(path.join(site.state, `${name}${aside}`)), name);
  }
  assert.equal((await get('/region/ru-tom')).headers['x-vhod-counted'], 'yes');
  site.count();
  assert.equal((await get('/stats.json?period=today')).json().people, people + 2, 'those of the backup, the guide and the region since');
  assert.equal(site.vhod('publish').status, 0);
});

test('what is damaged, of a newer version, or no backup is refused, and nothing is changed', { timeout: 120_000 }, () => {
  const whole = fs.readFileSync(inWork('before.tar.gz'));
  const folder = inWork('target');
  fs.mkdirSync(folder);
  assert.equal(vhodIn(folder, 'restore', inWork('before.tar.gz')).status, 0);
  const shot = picture(folder);
  const refused = (name, bytes, why) => {
    if (bytes) fs.writeFileSync(inWork(name), bytes);
    const { status, stderr } = vhodIn(folder, 'restore', inWork(name));
    assert.equal(status, 3, name);
    assert.match(stderr, why, name);
    assert.equal(picture(folder), shot, `${name}: changed something`);
  };
  for (const share of [0, 0.01, 0.3, 0.7, 0.99]) refused(`cut-${share}`, whole.subarray(0, Math.floor(whole.length * share)), /damaged/);
  for (const share of [0.02, 0.4, 0.8]) {
    const bytes = Buffer.from(whole);
    bytes[Math.floor(bytes.length * share)] ^= 4;
    refused(`bit-${share}`, bytes, /damaged/);
  }
  refused('text', Buffer.from('no backup at all\n'.repeat(100)), /damaged, or none/);
  refused('not-there', null, /No such file/);
  refused('target', null, /no regular file/);

  // One that is whole and was made by a version to come.
  const newer = inWork('newer');
  fs.mkdirSync(newer);
  assert.equal(vhodIn(newer, 'restore', inWork('before.tar.gz')).status, 0);
  ask(path.join(newer, 'state/tally.db'), "UPDATE meta SET value = '99' WHERE key = 'schema'");
  assert.equal(vhodIn(newer, 'backup', inWork('newer.tar.gz')).status, 0);
  refused('newer.tar.gz', null, /its schema is "99"/);
});

test('with a damaged archive, tally or snapshot there is no backup, and no file that looks like one', () => {
  const folder = inWork('broken');
  fs.mkdirSync(folder);
  for (const [name, why] of [['history.db', /history\.db|archive/], ['tally.db', /tally\.db/], ['directory.db', /not what was published/]]) {
    fs.rmSync(folder, { recursive: true });
    fs.mkdirSync(folder);
    assert.equal(vhodIn(folder, 'restore', inWork('before.tar.gz')).status, 0);
    const file = path.join(folder, 'state', name);
    const bytes = fs.readFileSync(file);
    bytes.fill(0xa5, 4096, 4096 + 512);
    fs.writeFileSync(file, bytes);
    const { status, stderr } = vhodIn(folder, 'backup', inWork('broken.tar.gz'));
    assert.equal(status, 3, name);
    assert.match(stderr, why, name);
    assert.ok(!fs.existsSync(inWork('broken.tar.gz')), name);
    assert.deepEqual(fs.readdirSync(path.join(folder, 'state')).filter((left) => /\.backup/.test(left)), [], name);
  }
});

test('a place without anything: a restore makes all of it', () => {
  const folder = inWork('fresh/deep');
  const { status, stderr } = vhodIn(folder, 'restore', inWork('before.tar.gz'));
  assert.equal(status, 0, stderr);
  assert.equal(vhodIn(folder, 'publish').status, 0);
  assert.deepEqual(fs.readdirSync(path.join(folder, 'state')).filter((name) => /before-/.test(name)), ['journal.before-'.concat(
    fs.readdirSync(path.join(folder, 'state')).find((name) => name.startsWith('journal.before-')).slice('journal.before-'.length))]);
});

test('root restores for the owner of the state', (t) => {
  if (process.getuid() !== 0) return t.skip('only root can');
  const folder = inWork('owned');
  fs.mkdirSync(path.join(folder, 'state'), { recursive: true });
  fs.chmodSync(work, 0o755);
  const nobody = Number(execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' }));
  fs.chownSync(path.join(folder, 'state'), nobody, nobody);
  assert.equal(vhodIn(folder, 'restore', inWork('before.tar.gz')).status, 0);
  for (const name of fs.readdirSync(path.join(folder, 'state'))) {
    assert.equal(fs.statSync(path.join(folder, 'state', name)).uid, nobody, name);
  }
  return undefined;
});
