// inject.js: drives inject.c. Orders to one process at a time through its control file; a run of a program under orders; the
// list of places where a fault can be put; and a campaign: one run for each of them, judged, and the totals.
//
// A campaign knows one rule: right or refused, never a wrong success, old state kept, no crash. What "right" is, says its
// judge.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from '../web/server.js';

// As in inject.c.
export const KINDS = ['alloc', 'write', 'sync', 'name', 'open', 'truncate', 'map', 'close', 'read', 'stat', 'lock', 'net', 'random'];
const SLOTS = ['armed', 'kinds', 'at', 'from', 'error', 'short', 'clock', 'jumpAt', 'jump', 'seen', 'injected', 'readings', 'say'];
const SLOT_COUNT = 64;
const SITE_BYTES = 32;

export const library = path.join(build, 'fault/inject.so');
// 'full' by `make fault`; else the short form of `make test`.
export const full = process.env.VHOD_FAULT === 'full';
const RUN_LIMIT_MS = 20_000;
// Runs at a time.
const LANES = Math.max(1, Math.min(4, os.cpus().length));

export const mask = (...kinds) => kinds.reduce((sum, kind) => sum | (1 << KINDS.indexOf(kind)), 0);
export const everyKind = (1 << KINDS.length) - 1;

// In memory where that is possible: a fault suite waits for no disk.
export function scratch() {
  const where = fs.existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir();
  return fs.mkdtempSync(path.join(where, 'vhod-fault-'));
}

export class Control {
  constructor(file) {
    this.file = file;
    fs.writeFileSync(file, Buffer.alloc(SLOT_COUNT * 8));
    this.fd = fs.openSync(file, 'r+');
  }

  // All slots anew: { armed, kinds, at, from, error, short, clock, jumpAt, jump, say }.
  order(slots) {
    const page = Buffer.alloc(SLOT_COUNT * 8);
    for (const [name, value] of Object.entries(slots)) page.writeBigInt64LE(BigInt(value), SLOTS.indexOf(name) * 8);
    fs.writeSync(this.fd, page, 0, page.length, 0);
  }

  // What came of it: { seen, injected, readings, counts: {alloc: …} }.
  read() {
    const page = Buffer.alloc(SLOT_COUNT * 8);
    fs.readSync(this.fd, page, 0, page.length, 0);
    const slot = (n) => Number(page.readBigUInt64LE(n * 8));
    return { seen: slot(SLOTS.indexOf('seen')), injected: slot(SLOTS.indexOf('injected')), readings: slot(SLOTS.indexOf('readings')),
      counts: Object.fromEntries(KINDS.map((kind, n) => [kind, slot(SLOTS.length + n)])) };
  }

  close() { fs.closeSync(this.fd); }
}

// Runs a program to its end: {status, signal, stdout (Buffer), stderr, hung}. Memory is filled before and after its use, so
// that what is used too early or too late is not right by chance.
export function run(program, args, { env, input, cwd, limit = RUN_LIMIT_MS, stdout } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env: { MALLOC_PERTURB_: '90', ...env }, stdio: [input === undefined ? 'ignore' : 'pipe', stdout ?? 'pipe', 'pipe'] });
    const out = [];
    let stderr = '';
    let hung = false;
    const timer = setTimeout(() => { hung = true; child.kill('SIGKILL'); }, limit);
    child.on('error', reject);
    child.stdout?.on('data', (part) => out.push(part));
    child.stderr.setEncoding('utf8').on('data', (text) => { stderr += text; });
    child.stdin?.on('error', () => {}); // who refuses early does not read
    child.stdin?.end(input);
    child.on('close', (status, signal) => {
      clearTimeout(timer);
      resolve({ status, signal: hung ? null : signal, stdout: Buffer.concat(out), stderr, hung });
    });
  });
}

// Runs it under orders of a control.
export async function runUnder(control, slots, program, args, options = {}) {
  control.order({ armed: 1, kinds: everyKind, say: 1, ...slots });
  const result = await run(program, args, { ...options,
    env: { ...options.env, LD_PRELOAD: library, INJECT_CONTROL: control.file } });
  return { ...result, ...control.read() };
}

// The calls of a run in their order: [{kind, hash, library}]. The hash tells the place in the code by the innermost frames.
export async function callsOf(control, slots, program, args, options = {}) {
  const file = `${control.file}.sites`;
  const result = await runUnder(control, slots, program, args, { ...options, limit: 120_000, env: { ...options.env, INJECT_SITES: file } });
  return { result, calls: takeCalls(file) };
}

export function takeCalls(file) {
  const bytes = fs.readFileSync(file);
  const calls = [];
  for (let at = 0; at + SITE_BYTES <= bytes.length; at += SITE_BYTES) {
    const name = bytes.subarray(at + 8, at + SITE_BYTES);
    calls.push({ kind: KINDS[bytes.readUInt32LE(at)], hash: bytes.readUInt32LE(at + 4), library: name.toString('latin1').replace(/\0.*/s, '') });
  }
  fs.rmSync(file);
  return calls;
}

const ERRNO = { EINTR: 4, EIO: 5, EAGAIN: 11, EACCES: 13, ENOSPC: 28, EROFS: 30, EMFILE: 24, EDQUOT: 122 };
// Ways for a call of a kind to fail, the usual one first. "from": all that follow as well.
const WAYS = {
  alloc: [{}, { from: 1 }],
  write: [{}, { from: 1 }, { error: ERRNO.EIO }, { short: 1 }, { short: 1, from: 1 }, { error: ERRNO.EINTR }],
  sync: [{}, { from: 1 }, { error: ERRNO.ENOSPC }],
  name: [{}, { from: 1 }, { error: ERRNO.EROFS }],
  open: [{}, { from: 1 }, { error: ERRNO.EACCES }, { error: ERRNO.EIO }],
  truncate: [{}, { from: 1 }, { error: ERRNO.ENOSPC }],
  map: [{}, { from: 1 }],
  close: [{}],
  read: [{}, { from: 1 }, { short: 1 }, { error: ERRNO.EINTR }],
  stat: [{}, { from: 1 }, { error: ERRNO.EIO }],
  lock: [{}, { from: 1 }, { error: ERRNO.EAGAIN }],
  net: [{}, { from: 1 }],
  random: [{}],
};

// A generator of numbers that are the same in every run.
export function lottery(seed) {
  let state = seed >>> 0 || 1;
  return (limit) => {
    state ^= state << 13; state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5; state >>>= 0;
    return state % limit;
  };
}

export function shuffle(list, draw) {
  for (let n = list.length - 1; n > 0; n--) {
    const other = draw(n + 1);
    [list[n], list[other]] = [list[other], list[n]];
  }
  return list;
}

// Which faults to put: for each place in the code its first call in every way, its last and one in between in the usual way.
// `at` counts the calls of that kind. Each place once comes first, then the rest, both shuffled the same way in every run, so
// that as many as there is time for are an even sample; of these, `most`. How many there were is told by `of`.
export function plan(calls, most) {
  const places = new Map();
  const seen = new Map();
  for (const { kind, hash } of calls) {
    const key = `${kind} ${hash}`;
    const number = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, number);
    if (!places.has(key)) places.set(key, []);
    places.get(key).push(number);
  }
  const draw = lottery(12345);
  const once = [];
  const more = [];
  for (const [key, numbers] of places) {
    const kind = key.slice(0, key.indexOf(' '));
    const [usual, ...others] = WAYS[kind];
    once.push({ kind, at: numbers[0], ...usual });
    for (const way of others) more.push({ kind, at: numbers[0], ...way });
    if (numbers.length > 1) more.push({ kind, at: numbers.at(-1) });
    if (numbers.length > 2) more.push({ kind, at: numbers[1 + draw(numbers.length - 2)] });
  }
  const all = full ? [...shuffle(once, draw), ...shuffle(more, draw)] : shuffle([...once, ...more], draw);
  return Object.assign(all.slice(0, most), { of: all.length, places: places.size });
}

export const slotsOf = ({ at, from = 0, error = 0, short = 0 }) => ({ at, from, error, short });

// The functions of ours that a stack of inject.c goes through, innermost first: "article_read < read_all < …".
export function explain(stderr) {
  const functions = [];
  for (const [, module, offset] of stderr.matchAll(/^inject: kind \d+: (\S+)\+(0x[0-9a-f]+)$/gm)) {
    const file = path.join(build, 'bin', module);
    if (!fs.existsSync(file)) {
      if (!/^(inject|libc\.)/.test(module) && functions.at(-1) !== module) functions.push(module);
      continue;
    }
    const name = execFileSync('addr2line', ['-f', '-i', '-e', file, (parseInt(offset, 16) - 1).toString(16)], { encoding: 'utf8' }).split('\n');
    functions.push(`${name[0]} ${path.basename(name[1] ?? '').replace(/ .*/, '')}`);
  }
  return functions.slice(0, 12).join(' < ');
}

// What a program said, without stacks, in one line.
export const said = (stderr) => stderr.replace(/^inject: .*\n/gm, '').trim().split('\n').slice(-2).join(' | ').slice(0, 240);

// Totals of a test file.
export class Totals {
  constructor() { Object.assign(this, { injected: 0, refused: 0, known: 0, right: 0, wrong: [], crashes: [], planned: 0, of: 0 }); }

  // verdict: 'right', 'refused', or what is wrong with it.
  take(name, result, verdict) {
    if (result.injected > 0) this.injected++;
    const where = () => `\n      ${said(result.stderr)}\n      ${explain(result.stderr)}`;
    // known: a library of Debian's that dies without memory, where nothing of ours could look, and does no harm.
    if (result.signal && verdict === 'known') this.known++;
    else if (result.signal || result.hung) this.keep(this.crashes, `${name}: ${result.hung ? 'hung' : result.signal} ${where()}`);
    else if (verdict === 'right') this.right++;
    else if (verdict === 'refused') this.refused++;
    else this.keep(this.wrong, `${name}: ${verdict} ${where()}`);
  }

  // VHOD_FAULT_LOG: a file that has them at once; a full run is long.
  keep(list, text) {
    list.push(text);
    if (process.env.VHOD_FAULT_LOG) fs.appendFileSync(process.env.VHOD_FAULT_LOG, `${text}\n`);
  }

  say(t) {
    t.diagnostic(`${this.injected} faults injected, ${this.wrong.length} wrong successes, ${this.crashes.length} crashes `
      + `(${this.right} right, ${this.refused} refused${this.known ? `, ${this.known} known deaths of a library` : ''}; ${this.planned} of ${this.of} faults planned)`);
    const bad = [...this.crashes, ...this.wrong];
    if (bad.length) throw new Error(`${bad.length} of ${this.injected}:\n${bad.slice(0, Number(process.env.VHOD_FAULT_SHOW || 12)).join('\n')}`);
  }
}

export const describe = (fault) => `${fault.kind} ${fault.at}${fault.from ? ' and all that follow' : ''}`
  + `${fault.error ? ` errno ${fault.error}` : ''}${fault.short ? ' short' : ''}`;

// One run for each fault, several at a time; lane(n) makes what one lane needs: {run(fault) → {result, verdict}, close()}.
// Ends at `seconds` whatever is left, and says so in the totals.
export async function campaign(totals, name, faults, lane, seconds = full ? 1200 : 60) {
  let next = 0;
  const until = Date.now() + seconds * 1000;
  const lanes = await Promise.all(Array.from({ length: LANES }, (_, n) => lane(n)));
  await Promise.all(lanes.map(async (own) => {
    while (next < faults.length && Date.now() < until) {
      const fault = faults[next++];
      const { result, verdict } = await own.run(fault);
      totals.take(`${name}: ${describe(fault)}`, result, verdict);
    }
    await own.close?.();
  }));
  totals.planned += Math.min(next, faults.length);
  totals.of += faults.of ?? faults.length;
}
