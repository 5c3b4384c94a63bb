// What `make install` puts in place: nothing that somebody has changed is written over, and systemd finds the units right and
// their exposure small. Nothing is started here; tests/package.sh runs the units under a systemd of their own.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { build, top } from './server.js';

// Of ten; systemd's word for what is below two is "OK", for what is below one "SAFE".
const EXPOSURE_MAX = 1.5;
const SERVICES = ['vhod@regions.service', 'vhod@guides.service', 'vhod@search.service', 'vhod@stats.service',
  'vhod-collect.service', 'vhod-probe.service', 'vhod-metrics.service', 'vhod-lighttpd.service'];
let root;
let examples;
const install = (...args) => execFileSync(path.join(top, 'cgi-bin/ops/install.sh'), ['--build', build, ...args], { encoding: 'utf8' });
const inRoot = (name) => path.join(root, name);

before(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'vhod-install-'));
  install('--prefix', '/usr', '--destdir', root);
  examples = inRoot('usr/share/vhod/examples');
});
after(() => fs.rmSync(root, { recursive: true, force: true }));

test('installed twice: what was edited stays, what was shipped is new', () => {
  const region = inRoot('var/lib/vhod/content/regions/RU-ALT.ini');
  const settings = inRoot('etc/vhod/vhod.ini');
  const template = inRoot('usr/share/vhod/templates/pages/region.mustache');
  const shipped = fs.readFileSync(template, 'utf8');
  for (const file of [region, settings, template]) fs.appendFileSync(file, '; edited\n');
  const extra = inRoot('var/lib/vhod/content/guides/of-our-own.md');
  fs.writeFileSync(extra, 'title: own\n');
  fs.rmSync(inRoot('var/lib/vhod/content/regions/RU-TOM.ini'));
  install('--prefix', '/usr', '--destdir', root);
  assert.match(fs.readFileSync(region, 'utf8'), /; edited\n$/);
  assert.match(fs.readFileSync(settings, 'utf8'), /; edited\n$/);
  assert.ok(fs.existsSync(`${settings}.new`));
  assert.ok(fs.existsSync(extra));
  assert.ok(!fs.existsSync(inRoot('var/lib/vhod/content/regions/RU-TOM.ini')), 'what was removed does not come back');
  assert.equal(fs.readFileSync(template, 'utf8'), shipped);
});

test('installed programs find their own settings', () => {
  const own = fs.mkdtempSync(path.join(os.tmpdir(), 'vhod-prefix-'));
  try {
    install('--prefix', own, '--seed', 'no');
    assert.ok(!fs.existsSync(path.join(own, 'var')));
    const settings = path.join(own, 'etc/vhod/vhod.ini');
    fs.writeFileSync(settings, fs.readFileSync(settings, 'utf8').replaceAll('/var/lib/vhod/content', path.join(own, 'share/vhod/content'))
      .replaceAll('/var/lib/vhod', path.join(own, 'state')));
    const run = (program, ...args) => spawnSync(path.join(own, program), args, { cwd: '/', encoding: 'utf8', env: { PATH: process.env.PATH } });
    const published = run('bin/vhod', 'publish');
    assert.equal(published.status, 0, published.stderr);
    assert.ok(fs.existsSync(path.join(own, 'state/state/directory.db')));
    const page = run('lib/vhod/regions.fcgi', 'GET', '/region/ru-alt');
    assert.match(page.stdout, /^Status: 200 OK/m, page.stderr);
    fs.appendFileSync(settings, '[site]\nnonsense = 1\n');
    assert.match(run('bin/vhod', 'check').stderr, /etc\/vhod\/vhod\.ini:\d+/);
  } finally {
    fs.rmSync(own, { recursive: true, force: true });
  }
});

test('no word of a template is left in the examples', () => {
  for (const name of fs.readdirSync(examples)) {
    assert.doesNotMatch(fs.readFileSync(path.join(examples, name), 'utf8'), /@[A-Z]+@/, name);
  }
});

function hasAnalyzer(t) {
  if (spawnSync('systemd-analyze', ['--version']).status === 0) return true;
  t.skip('systemd-analyze is not here');
  return false;
}

// The units as systemd would have them: instances are the template under another name. Programs that a unit starts and that
// are not on this machine would be found missing, so all of them are the same harmless one.
function layOut(folder) {
  for (const name of fs.readdirSync(examples).filter((file) => /\.(service|socket|timer|target)$/.test(file))) {
    const text = fs.readFileSync(path.join(examples, name), 'utf8').replace(/^(Exec\w+=)\S+/gm, '$1/bin/true');
    fs.writeFileSync(path.join(folder, name), text);
  }
}

test('systemd finds nothing wrong with the units', (t) => {
  if (!hasAnalyzer(t)) return;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vhod-units-'));
  layOut(folder);
  const units = ['vhod@regions.service', 'vhod@regions.socket', 'vhod-collect.service', 'vhod-collect.timer', 'vhod-metrics.service', 'vhod-metrics.socket', 'vhod-lighttpd.service', 'vhod.target'];
  const { stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', ...units.map((name) => path.join(folder, name))], { encoding: 'utf8' });
  fs.rmSync(folder, { recursive: true });
  // What it says of units beside ours is not ours.
  assert.deepEqual(`${stdout}${stderr}`.split('\n').filter((line) => /vhod/.test(line)), []);
});

test(`the exposure of every service is at most ${EXPOSURE_MAX}`, (t) => {
  if (!hasAnalyzer(t)) return;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vhod-units-'));
  layOut(folder);
  const shipped = fs.readdirSync(examples).filter((name) => name.endsWith('.service'));
  assert.deepEqual(shipped.filter((name) => !SERVICES.some((service) => service.replace(/@\w+/, '@') === name)), [], 'each is looked at');
  for (const service of SERVICES) {
    const template = path.join(folder, service.replace(/@\w+/, '@'));
    const unit = path.join(folder, service);
    if (unit !== template) fs.copyFileSync(template, unit);
    const { stdout, stderr } = spawnSync('systemd-analyze', ['security', '--offline=true', '--no-pager', unit], { encoding: 'utf8' });
    const [, exposure] = /Overall exposure level for \S+: ([\d.]+)/.exec(stdout) ?? assert.fail(`${service}: ${stderr}`);
    t.diagnostic(`${service} ${exposure}`);
    assert.ok(Number(exposure) <= EXPOSURE_MAX, `${service}: ${exposure}\n${stdout}`);
    const text = fs.readFileSync(unit, 'utf8');
    for (const limit of ['MemoryMax', 'TasksMax']) assert.match(text, new RegExp(`^${limit}=`, 'm'), `${service}: ${limit}`);
  }
  fs.rmSync(folder, { recursive: true });
});

test('a stop reaches the supervisor alone, which waits for its workers', () => {
  const unit = fs.readFileSync(path.join(examples, 'vhod@.service'), 'utf8');
  assert.match(unit, /^KillMode=mixed$/m);
});

test('sockets are open to the web server only', () => {
  const unit = fs.readFileSync(path.join(examples, 'vhod@.socket'), 'utf8');
  assert.match(unit, /^SocketMode=0660$/m);
  assert.match(unit, /^ListenStream=\/run\/vhod\/%i\.sock$/m);
});
