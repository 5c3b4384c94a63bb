// make install twice: what somebody has edited in between is never overwritten, content and settings alike.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { build, top } from '../web/server.js';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'vhod-install-'));
after(() => fs.rmSync(root, { recursive: true, force: true }));

const install = () => execFileSync(path.join(top, 'cgi-bin/ops/install.sh'),
  ['--build', build, '--prefix', '/usr', '--destdir', root], { encoding: 'utf8' });

test('an edit, a file added and a file removed outlive a second installation', { timeout: 120_000 }, () => {
  install();
  const content = path.join(root, 'var/lib/vhod/content');
  const settings = path.join(root, 'etc/vhod/vhod.ini');
  const region = path.join(content, 'regions/RU-ALT.ini');
  const edited = `${fs.readFileSync(region, 'utf8')}; the school board's own note\n`;
  fs.writeFileSync(region, edited);
  fs.writeFileSync(path.join(content, 'regions/own-note.txt'), 'ours');
  fs.rmSync(path.join(content, 'regions/RU-TA.ini'));
  fs.appendFileSync(settings, '; ours\n');
  const kept = fs.readFileSync(settings, 'utf8');
  install();
  assert.equal(fs.readFileSync(region, 'utf8'), edited);
  assert.equal(fs.readFileSync(path.join(content, 'regions/own-note.txt'), 'utf8'), 'ours');
  assert.ok(!fs.existsSync(path.join(content, 'regions/RU-TA.ini')), 'what was removed stays removed');
  assert.equal(fs.readFileSync(settings, 'utf8'), kept);
  assert.ok(fs.existsSync(`${settings}.new`), 'the new settings lie beside');
  assert.ok(fs.existsSync(path.join(root, 'usr/bin/vhod')));
});
