// Stops: by the supervisor of make run, by a plain kill, and as systemd does it with the units we ship. What a worker has in
// hand is finished, what could not be written is said, and no process is left.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { exchange, hold, parse, request, startPool } from '../web/fastcgi.js';
import * as http from '../web/http.js';
import { startSite, top } from '../web/server.js';

let site;
before(async () => { site = await startSite(); });
after(() => site?.stop());

const pause = (ms) => new Promise((wake) => setTimeout(wake, ms));

// One value of a unit file; undefined if it has none.
function unitValue(name, key) {
  const text = fs.readFileSync(path.join(top, 'templates/server', name), 'utf8');
  return new RegExp(`^${key}=(.*)$`, 'm').exec(text)?.[1];
}

// What each of these sends to whom.
const signalOf = (command) => /multiwatch .*-s (\w+) /.exec(command)[1];
const unitSignal = signalOf(unitValue('vhod@.service', 'ExecStart'));
const runSignal = signalOf(fs.readFileSync(path.join(top, 'cgi-bin/ops/serve.sh'), 'utf8'));
const WAYS = [
  ['make run ends its supervisor', runSignal, (pool) => pool.child.kill('SIGTERM')],
  ['Ctrl-C reaches the supervisor', runSignal, (pool) => pool.child.kill('SIGINT')],
  ['systemd ends the main process of a unit', unitSignal, (pool) => pool.child.kill(unitValue('vhod@.service', 'KillSignal') ?? 'SIGTERM')],
  ...['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGUSR1'].map((signal) => [`kill -${signal} of a worker`, runSignal,
    (pool) => pool.workers().forEach((pid) => process.kill(pid, signal))]),
];

// A request half in, and an answer half out.
async function halves(pool) {
  const bytes = request('/region/ru-alt');
  const asking = await hold(pool.socket, bytes.subarray(0, -3));
  const asked = [];
  asking.on('data', (part) => asked.push(part));
  const reading = await hold(pool.socket, request('/directory.sqlite'));
  const read = [];
  await new Promise((first) => reading.once('data', (part) => { read.push(part); reading.pause(); first(); }));
  reading.on('data', (part) => read.push(part));
  reading.pause();
  const closed = [asking, reading].map((socket) => new Promise((done) => socket.once('close', done)));
  return {
    async finish() {
      asking.write(bytes.subarray(-3));
      reading.resume();
      await Promise.all(closed);
      return [parse(Buffer.concat(asked)), parse(Buffer.concat(read))];
    },
  };
}

for (const [what, signal, stop] of WAYS) {
  test(`${what}: what is in hand is finished`, { timeout: 60_000 }, async () => {
    const pool = await startPool(site, 'regions', { workers: 1, signal });
    try {
      const whole = await exchange(pool.socket, request('/directory.sqlite'));
      const hand = await halves(pool);
      const workers = pool.workers();
      stop(pool);
      await pause(300);
      const [asked, read] = await hand.finish();
      assert.deepEqual([asked.status, asked.ended], [200, true]);
      assert.deepEqual([read.status, read.ended, read.text.length], [200, true, whole.text.length]);
      const deadline = Date.now() + 5000;
      while (workers.some((pid) => pool.workers().includes(pid)) && Date.now() < deadline) await pause(20);
      assert.ok(!workers.some((pid) => pool.workers().includes(pid)), 'the worker has ended');
    } finally {
      await pool.stop();
    }
  });
}

// True once a process has a handler for the signal. Before that nothing of ours has run, and how long the system takes
// to load a program says nothing about it.
function catches(pid, signal) {
  try {
    const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'latin1'))[1];
    return (BigInt(`0x${caught}`) >> BigInt(signal - 1)) % 2n === 1n;
  } catch {
    return false;
  }
}

test('workers that are all told to stop while they start serve those who wait', { timeout: 90_000 }, async () => {
  const pool = await startPool(site, 'regions', { workers: 1, signal: runSignal });
  let kills = 0;
  const storm = setInterval(() => {
    for (const pid of pool.workers()) {
      if (!catches(pid, os.constants.signals.SIGTERM)) continue;
      try { process.kill(pid, 'SIGTERM'); kills++; } catch { /* it was quicker */ }
    }
  }, 2);
  try {
    const waits = [];
    for (let i = 0; i < 30; i++) {
      const { status, ms } = await exchange(pool.socket, request('/region/ru-alt'), { limit: 40_000 });
      assert.equal(status, 200);
      waits.push(ms);
    }
    assert.ok(kills >= 20, `${kills} kills`);
    assert.ok(Math.max(...waits) < 20_000, `${Math.max(...waits)} ms`);
  } finally {
    clearInterval(storm);
    await pool.stop();
  }
});

test('peers that do not go on delay a stop by seconds only', { timeout: 60_000 }, async () => {
  const pool = await startPool(site, 'regions', { workers: 2, signal: runSignal });
  await halves(pool);
  const began = Date.now();
  await pool.stop();
  assert.ok(Date.now() - began < 6000, `${Date.now() - began} ms`);
});

const lost = (folder) => fs.readdirSync(folder).flatMap((name) => fs.readFileSync(path.join(folder, name), 'latin1').split('\n'))
  .filter((line) => line.split('\t')[1] === 'lost').reduce((sum, line) => sum + Number(line.split('\t')[2]), 0);

// Views that could not be written are counted in the workers; the count must outlive them.
async function loseSome(folder, ask) {
  const today = path.join(folder, `front1-${new Date().toISOString().slice(0, 10)}.log`);
  fs.mkdirSync(today, { recursive: true }); // a folder in place of the file stops even root
  for (let i = 0; i < 6; i++) assert.equal(await ask(), 200);
  fs.rmdirSync(today);
}

for (const [what, signal, stop] of WAYS.slice(0, 3)) {
  test(`${what}: the number of lost views is written down`, { timeout: 60_000 }, async () => {
    const state = fs.mkdtempSync('/tmp/vhod-stop-');
    fs.copyFileSync(path.join(site.state, 'directory.db'), path.join(state, 'directory.db'));
    const pool = await startPool(site, 'regions', { workers: 1, signal, env: { VHOD_PATH_STATE: state } });
    await loseSome(path.join(state, 'journal'), async () => (await exchange(pool.socket, request('/region/ru-alt'))).status);
    stop(pool);
    await pool.exited;
    assert.equal(lost(path.join(state, 'journal')), 6);
    await pool.stop();
    fs.rmSync(state, { recursive: true });
  });
}

test('make run ended as a whole: lost views are written down, and no process is left', { timeout: 90_000 }, async () => {
  const other = await startSite();
  other.expected = /journal/;
  const workers = ['regions', 'guides', 'search', 'stats'].flatMap((program) => other.workers(program));
  assert.equal(workers.length, 8);
  const folder = path.join(other.state, 'journal');
  await loseSome(folder, async () => (await http.request(`${other.url}/region/ru-ta`)).status);
  const ended = new Promise((done) => other.child.once('exit', done));
  other.child.kill('SIGTERM');
  await ended;
  assert.equal(lost(folder), 6);
  assert.deepEqual(workers.filter((pid) => fs.existsSync(`/proc/${pid}`)), []);
  other.running = false;
  fs.rmSync(other.folder, { recursive: true, force: true });
});
