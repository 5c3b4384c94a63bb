// world.js: what a fault is put into: content, a state folder as it was before, and the same after an undisturbed run to
// compare with. The clock stands still (inject.c), so that two runs of one thing give the same bytes.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { build, top } from '../web/server.js';
import { Control, runUnder, scratch } from './inject.js';

export const DAY = 86400;
// When content was published first, and when everything else happens: noon of two days that are over for the real clock
// too, so that nothing in the journal is younger than the files that hold it.
const noon = (daysAgo) => Math.floor(Date.now() / 1000 / DAY - daysAgo) * DAY + DAY / 2;
export const THEN = noon(9);
export const NOW = noon(2);

export const bin = (name) => path.join(build, 'bin', name);
export const date = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 10);

// Files of a folder, those of locks left out: Map of names to contents.
export function filesOf(folder) {
  const found = new Map();
  for (const entry of fs.readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const file = path.join(entry.parentPath ?? entry.path, entry.name);
    if (entry.isFile() && !/\.lock$/.test(entry.name)) found.set(path.relative(folder, file), fs.readFileSync(file));
  }
  return found;
}

// What a database says, however its pages lie; '' if there is none.
export function dump(file) {
  if (!fs.existsSync(file)) return '';
  return execFileSync('sqlite3', ['-readonly', file, 'PRAGMA integrity_check', '.dump'], { encoding: 'utf8', maxBuffer: 64 << 20 });
}

// Names of files that are not the same in both, empty ones and missing ones being alike.
export function differing(one, other) {
  const names = new Set([...one.keys(), ...other.keys()]);
  return [...names].filter((name) => !(one.get(name) ?? Buffer.alloc(0)).equals(other.get(name) ?? Buffer.alloc(0)));
}

const RS = '\x1e';
export function line(when, kind, id, { results = -1, referrer = '', client = 'person', language = 'ru' } = {}) {
  return `${RS}${when}\t${kind}\t${id}\t${results}\t${referrer}\t${client}\t${language}\n`;
}

// A journal of some days: every kind of event, torn pieces, records that were lost, and a file that is to be deleted.
export function writeJournal(folder) {
  const kinds = [['region', 'ru-alt'], ['region', 'ru-ta'], ['page', '/'], ['guide', 'epos-link'], ['question', '7'], ['cited', 'q/17'],
    ['search', 'дневник', { results: 3 }], ['search', 'qwxz', { results: 0 }], ['missing', '…'], ['departure', 'ru-alt'],
    ['report', 'region/ru-alt fails'], ['report', 'q/7 helped'], ['region', 'ru-alt', { client: 'robot' }], ['embed', 'region/ru-ta', { referrer: 'school.example' }]];
  fs.mkdirSync(folder, { recursive: true });
  for (const day of [500, 8, 1, 0]) {
    const begin = NOW - day * DAY - 3600;
    let text = '';
    for (let n = 0; n < 40; n++) {
      const [kind, id, more] = kinds[n % kinds.length];
      if (n === 11) text += `${RS}${begin}\tregion\tru-`; // torn by a full disk
      if (n === 20) text += line(begin + n, 'lost', '3');
      text += line(begin + n * 60, kind, id, more);
    }
    fs.writeFileSync(path.join(folder, `front1-${date(begin)}.log`), text);
  }
}

// A small part of data/, so that a command over it takes a few milliseconds and thousands of them can be tried: some files of
// each kind, and then what `vhod check` finds fault with is taken out line by line until nothing is left to take out.
function writeSmall(data, environment) {
  const kept = { regions: /^RU-(ALT|TA|PER)\./, guides: /epos-link|moya-shkola-login/, figures: /epos-link|moya-shkola-login/, questions: /^(01|07|17|36)-/ };
  fs.cpSync(path.join(top, 'data'), data, { recursive: true });
  for (const [folder, names] of Object.entries(kept))
    for (const name of fs.readdirSync(path.join(data, folder))) if (!names.test(name)) fs.rmSync(path.join(data, folder, name));
  for (const [name, rows] of [['places.tsv', /\tru-(alt|ta|per)\t/i], ['clients.tsv', /bot/]]) {
    const [head, ...lines] = fs.readFileSync(path.join(data, name), 'utf8').split('\n');
    fs.writeFileSync(path.join(data, name), [head, ...lines.filter((line) => rows.test(line)).slice(0, 20), ''].join('\n'));
  }
  for (let round = 0; round < 40; round++) {
    const { status, stderr } = spawnSync(bin('vhod'), ['check', '--data', data], { env: environment, encoding: 'utf8' });
    if (status === 0) return;
    const wrong = new Map();
    for (const [, file, number] of stderr.matchAll(/^(\/.*?)(?::(\d+))?: /gm)) wrong.set(file, (wrong.get(file) ?? new Set()).add(Number(number ?? 0)));
    assert.ok(wrong.size > 0, stderr);
    for (const [file, numbers] of wrong) {
      const lines = fs.readFileSync(file, 'utf8').split('\n').filter((_, n) => !numbers.has(n + 1));
      if (numbers.has(0)) fs.rmSync(file);
      else fs.writeFileSync(file, lines.join('\n'));
    }
  }
  throw new Error('no small part of data/ can be made: tests/fault/world.js');
}

// What is edited between the first publish and the one that is tried: a text, an address, a note.
function edit(data) {
  const region = path.join(data, 'regions/RU-ALT.ini');
  const text = fs.readFileSync(region, 'utf8');
  assert.ok(text.includes('https://netschool.edu22.info/'), 'the region has the address that is edited');
  fs.writeFileSync(region, text.replace('https://netschool.edu22.info/', 'https://netschool.edu23.info/'));
  fs.appendFileSync(path.join(data, 'guides/epos-link.md'), '\nЭта строка добавлена позже.\n');
}

// What tells a folder from one that somebody wrote to, without reading it.
function signature(folder) {
  return fs.readdirSync(folder, { withFileTypes: true, recursive: true }).map((entry) => {
    const file = path.join(entry.parentPath ?? entry.path, entry.name);
    const { ino, size, mtimeNs, ctimeNs } = fs.lstatSync(file, { bigint: true });
    return entry.isDirectory() || /\.lock$/.test(entry.name) ? file : `${file} ${ino} ${size} ${mtimeNs} ${ctimeNs}`;
  }).sort().join('\n');
}

// Content before and after an edit, and the state after the first publish.
export class World {
  constructor({ whole = false } = {}) {
    this.folder = scratch();
    this.before = path.join(this.folder, 'before');
    this.after = path.join(this.folder, 'after');
    this.start = path.join(this.folder, 'start'); // a state, never written to again
    fs.mkdirSync(this.start);
    if (whole) fs.cpSync(path.join(top, 'data'), this.before, { recursive: true });
    else writeSmall(this.before, this.environment(this.before, this.start));
    fs.cpSync(this.before, this.after, { recursive: true });
    edit(this.after);
    this.control = new Control(path.join(this.folder, 'control'));
  }

  // Settings of a run: content and state.
  environment(data, state, more = {}) {
    const own = Object.entries(process.env).filter(([name]) => !/^VHOD_/.test(name));
    return { ...Object.fromEntries(own), LC_ALL: 'C.UTF-8', VHOD_SETTINGS: path.join(data, 'vhod.ini'), VHOD_PATH_DATA: data, VHOD_PATH_STATE: state,
      VHOD_PATH_TEMPLATES: path.join(top, 'templates'), VHOD_STATS_LOOPBACK: 'yes', ...more };
  }

  // Publishes `before` and lays a journal down; resolves when the state can be copied.
  async prepare({ journal = true } = {}) {
    const { status, stderr } = await runUnder(this.control, { clock: THEN }, bin('vhod'), ['publish'],
      { env: this.environment(this.before, this.start) });
    assert.equal(status, 0, stderr);
    if (journal) writeJournal(path.join(this.start, 'journal'));
    return this;
  }

  // A lane's own place: a control, and a state that reset() makes the start again.
  lane(n, start = this.start) {
    const folder = path.join(this.folder, `lane${n}-${Math.random().toString(36).slice(2)}`);
    const state = path.join(folder, 'state');
    fs.mkdirSync(folder);
    const control = new Control(path.join(folder, 'control'));
    return { folder, state, control,
      get touched() { return !this.known || signature(state) !== this.known; },
      reset() {
        if (!this.touched) return;
        fs.rmSync(state, { recursive: true, force: true });
        fs.cpSync(start, state, { recursive: true, preserveTimestamps: true });
        this.known = signature(state);
      },
      close() { control.close(); fs.rmSync(folder, { recursive: true, force: true }); } };
  }

  remove() {
    this.control.close();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}
