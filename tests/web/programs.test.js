// The programs from the command line: what they say without a web server.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { build, top } from './server.js';

const header = fs.readFileSync(path.join(top, 'cgi-bin/base/version.h'), 'utf8');
const VERSION = /#define VHOD_VERSION "([^"]+)"/.exec(header)[1];

// Without settings and anywhere: a version must be had where nothing else works.
const run = (program, ...args) => spawnSync(path.join(build, 'bin', program), args,
  { cwd: '/', env: { PATH: process.env.PATH }, encoding: 'utf8', timeout: 20_000 });

test('every program tells its version, the same', () => {
  const programs = fs.readdirSync(path.join(build, 'bin'));
  assert.deepEqual(programs.sort(), ['guides.fcgi', 'regions.fcgi', 'search.fcgi', 'stats.fcgi', 'vhod']);
  for (const program of programs) {
    const { status, stdout, stderr } = run(program, '--version');
    const name = program === 'vhod' ? 'vhod' : `${program} (vhod)`;
    assert.deepEqual([status, stdout, stderr], [0, `${name} ${VERSION}\n`, ''], program);
  }
  assert.equal(run('vhod', 'version').stdout, `vhod ${VERSION}\n`);
});

test('what is no command is told with the usage, on standard error', () => {
  for (const [program, args] of [['regions.fcgi', ['--versions']], ['regions.fcgi', ['--version', 'x']], ['vhod', ['--nonsense']], ['vhod', []]]) {
    const { status, stdout, stderr } = run(program, ...args);
    assert.deepEqual([status, stdout], [2, ''], `${program} ${args}`);
    assert.match(stderr, /usage|vhod help/);
  }
});
