// What the machine has no more of: room on the disk, rights, descriptors, memory; and standard output that takes nothing. Right
// or refused, nothing lost that was there, and all is well again when the machine has it again.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Totals, full, run, runUnder, said } from './inject.js';
import { Worker, judge } from './worker.js';
import { NOW, World, bin, differing, dump, filesOf } from './world.js';

const totals = new Totals();
let world;
let ready;
before(async () => {
  world = await new World().prepare();
  ready = path.join(world.folder, 'ready');
  fs.cpSync(world.start, ready, { recursive: true, preserveTimestamps: true });
  const { status, stderr } = await runUnder(world.control, { clock: NOW }, bin('regions.fcgi'), ['GET', '/region/ru-alt'],
    { env: world.environment(world.before, ready) }); // makes the key
  assert.equal(status, 0, stderr);
});
after(() => world?.remove());

const steps = (from, to, count) => Array.from({ length: count }, (_, n) => Math.round(from + (to - from) * (n / (count - 1)) ** 2));
const COMMANDS = { check: ['check'], publish: ['publish'], collect: ['collect'], report: ['report', '--week'], search: ['search', 'епос'], verify: ['verify'] };

// What each command says and leaves undisturbed; and whether a run under a limit is right, refused, or what else.
class Measure {
  constructor(lane, args) { Object.assign(this, { lane, args }); }

  go(before = [], options = {}) {
    const [program, ...more] = [...before, bin('vhod')];
    return runUnder(this.lane.control, { clock: NOW, armed: 0 }, program, [...more, ...this.args],
      { env: world.environment(world.after, this.lane.state), ...options });
  }

  async learn() {
    this.lane.reset();
    this.untouched = filesOf(this.lane.state);
    const { status, stdout, stderr } = await this.go();
    assert.equal(status, 0, stderr);
    this.right = { stdout: stdout.toString(), ...this.look() };
    return this;
  }

  look() {
    const files = filesOf(this.lane.state);
    const said = ['history.db', 'tally.db'].map((name) => dump(path.join(this.lane.state, name))).join('\n');
    return { snapshot: files.get('directory.db'), said };
  }

  same() {
    const now = this.look();
    return now.said === this.right.said && Boolean(now.snapshot?.equals(this.right.snapshot));
  }

  async judge(result) {
    if (result.status === 0) {
      if (result.stdout.toString() !== this.right.stdout) return `exit 0, and said ${result.stdout.toString().slice(0, 100)}`;
      return this.same() ? 'right' : 'exit 0, and the state is another';
    }
    if (said(result.stderr) === '') return `exit ${result.status} without a word`;
    const served = fs.readFileSync(path.join(this.lane.state, 'directory.db'));
    if (!served.equals(this.untouched.get('directory.db')) && !served.equals(this.right.snapshot)) return 'a snapshot that is neither the old nor the new';
    if (differing(filesOf(this.lane.state), this.untouched).length === 0) return 'refused';
    const again = await this.go();
    if (again.status !== 0) return `and then for ever: ${said(again.stderr)}`;
    return this.same() ? 'refused' : 'refused, and the next run ends otherwise';
  }
}

async function tryLimits(name, before, limits) {
  for (const [command, args] of Object.entries(COMMANDS)) {
    const lane = world.lane(0, ready);
    const measure = await new Measure(lane, args).learn();
    for (const limit of limits) {
      lane.reset();
      const result = await measure.go(before(limit));
      totals.take(`${name} ${limit}: ${command}`, { ...result, injected: 1 }, await measure.judge(result));
    }
    lane.close();
  }
}

test('no file may grow over a size (a full disk, for a process)', () => tryLimits('largest file', (size) => ['prlimit', `--fsize=${size}`, '--'], steps(0, 700_000, full ? 40 : 5)));

test('few descriptors', () => tryLimits('descriptors', (count) => ['prlimit', `--nofile=${count}`, '--'], steps(4, 24, full ? 16 : 4)));

test('little memory', () => tryLimits('bytes of address space', (size) => ['prlimit', `--as=${size}`, '--'], steps(30e6, 120e6, full ? 40 : 5)));

test('standard output that is full', async () => {
  for (const [command, args] of Object.entries(COMMANDS)) {
    const lane = world.lane(0, ready);
    lane.reset();
    const out = fs.openSync('/dev/full', 'w');
    const result = await run(bin('vhod'), args, { env: world.environment(world.after, lane.state), stdout: out });
    fs.closeSync(out);
    totals.take(`/dev/full: ${command}`, { ...result, injected: 1 }, result.status !== 0 && said(result.stderr) !== '' ? 'refused' : `exit ${result.status}`);
    lane.close();
  }
});

const mounted = (folder, options) => {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

// A lane whose state lies on a file system of that size; null where nothing may be mounted.
function onDisk(size) {
  const lane = world.lane(0, ready);
  fs.mkdirSync(lane.state, { recursive: true });
  if (!mounted(lane.state, `size=${size}`)) {
    lane.close();
    return null;
  }
  const unmount = () => { execFileSync('umount', ['-l', lane.state]); lane.close(); };
  try {
    fs.cpSync(ready, lane.state, { recursive: true });
  } catch (error) {
    unmount();
    throw error;
  }
  return { ...lane, lane, state: lane.state, control: lane.control, close: unmount };
}

test('a disk that is full: publish and collect, and once more when it is not', async (t) => {
  const needed = execFileSync('du', ['-sk', '--apparent-size', ready], { encoding: 'utf8' }).split('\t')[0] * 1024;
  for (const [command, args] of [['publish', ['publish']], ['collect', ['collect']]]) {
    const lane = world.lane(0, ready);
    const measure = await new Measure(lane, args).learn();
    for (const more of steps(80_000, 2_500_000, full ? 24 : 4)) {
      const disk = onDisk(needed + more);
      if (!disk) return t.skip('nothing may be mounted here; the limit on file sizes above is what is left');
      const there = new Measure(disk, args);
      Object.assign(there, { untouched: filesOf(disk.state), right: measure.right });
      const result = await there.go();
      execFileSync('mount', ['-o', 'remount,size=64m', disk.state]); // there is room again
      totals.take(`a disk with ${more} bytes left: ${command}`, { ...result, injected: 1 }, await there.judge(result));
      disk.close();
    }
    lane.close();
  }
});

test('a state that cannot be written: commands that write refuse, those that read go on', async (t) => {
  if (process.getuid() !== 0) return t.skip('only root can become somebody else');
  for (const [command, args] of Object.entries(COMMANDS)) {
    const lane = world.lane(0, ready);
    const measure = await new Measure(lane, args).learn();
    lane.reset();
    execFileSync('chmod', ['-R', 'go+rX', world.folder, lane.state]);
    fs.chmodSync(lane.control.file, 0o666); // who that is has the same time of day
    const result = await measure.go(['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--inh-caps=-all', '--']);
    let verdict = await measure.judge(result);
    if (verdict === 'refused' && /check|verify|search/.test(command)) verdict = `does not read what it may read: ${said(result.stderr)}`;
    totals.take(`read-only: ${command}`, { ...result, injected: 1 }, verdict);
    lane.close();
  }
});

// --- workers --------------------------------------------------------------------------------------------------------------------

test('a worker with few descriptors', async () => {
  const lane = world.lane(0, ready);
  lane.reset();
  const what = { target: '/region/ru-alt' };
  const free = await new Worker(world, lane, 'regions').start();
  const right = await free.ask(what);
  await free.stop();
  for (let count = 4; count <= (full ? 24 : 12); count += full ? 1 : 2) {
    const worker = await new Worker(world, lane, 'regions', { before: ['/usr/bin/prlimit', `--nofile=${count}`, '--'] }).start();
    const answer = worker.child ? await worker.ask(what) : null;
    const { signal, status } = worker.child ? await worker.stop() : await worker.ended;
    const log = await worker.log();
    totals.take(`descriptors ${count}: a worker`, { injected: 1, signal, hung: Boolean(answer?.trouble), stderr: log },
      answer ? judge(answer, right) : status !== 0 && log !== '' ? 'refused' : `ended with ${status} without a word`);
  }
  lane.close();
});

test('the journal has no room: pages go on, every view is written, or lost and counted as lost', async (t) => {
  const disk = onDisk('8m');
  if (!disk) return t.skip('nothing may be mounted here');
  t.after(() => disk.close());
  fs.rmSync(path.join(disk.state, 'journal'), { recursive: true });
  fs.mkdirSync(path.join(disk.state, 'journal'));
  const what = { target: '/region/ru-alt' };
  const worker = await new Worker(world, disk, 'regions').start();
  const counts = { yes: 0, 'no; journal': 0 };
  const ask = async (times) => {
    for (let n = 0; n < times; n++) {
      const { status, text } = await worker.ask(what);
      assert.equal(status, 200);
      counts[/^X-Vhod-Counted: (.*)\r$/m.exec(text)[1]]++;
    }
  };
  await ask(20);
  const ballast = path.join(disk.state, 'ballast');
  const fd = fs.openSync(ballast, 'w');
  assert.throws(() => { for (;;) fs.writeSync(fd, Buffer.alloc(4096)); }, { code: 'ENOSPC' });
  fs.closeSync(fd);
  await ask(full ? 300 : 120); // the page of the file that is begun still has room for some
  assert.ok(counts['no; journal'] > 0, 'the disk was full');
  const told = await worker.ask({ target: '/health' });
  assert.equal(told.status, 200, 'a machine that only cannot count still serves');
  assert.match(told.text, new RegExp(`"status":"warn","journal":"not writable",.*"lost":${counts['no; journal']},`));
  fs.rmSync(ballast);
  await ask(20);
  assert.equal((await worker.stop()).status, 0);
  const collected = await runUnder(disk.control, { clock: NOW, armed: 0 }, bin('vhod'), ['collect'], { env: world.environment(world.before, disk.state) });
  const stdout = collected.stdout.toString();
  const [, records, dropped] = /^collected: (\d+) records, (\d+) dropped/.exec(stdout) ?? assert.fail(stdout + collected.stderr);
  const started = 1; // Worker.start() asks for a page that is not there, which is a view too
  const fine = Number(records) === counts.yes + started && Number(dropped) === counts['no; journal'];
  totals.take('a full disk under the journal', { injected: counts['no; journal'], signal: null, stderr: '' },
    fine ? 'right' : `${JSON.stringify(counts)} answered; ${stdout}`);
});

test('the rule held', (t) => totals.say(t));
