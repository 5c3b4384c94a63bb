// The power fails at any moment of a publish or a collect (disk.js says what the disk may then hold). After each: the snapshot
// is the old one or the new one, whole; the same command, run again, comes to the end it would have come to; and what a command
// has reported as done is on the disk. A view is counted once, or was lost with the journal's last lines, which nobody had synced.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Disk, IMAGES, readTrace } from './disk.js';
import { Totals, full, lottery, runUnder, said, shuffle } from './inject.js';
import { NOW, World, bin, date, dump, filesOf, line, writeJournal } from './world.js';

const totals = new Totals();
let world;
before(async () => { world = await new World().prepare(); });
after(() => world?.remove());

// The run whose trace is looked at: {steps, start: the state before, end: filesOf it after}.
async function traced(lane, args) {
  lane.reset();
  const disk = (synced) => new Disk(lane.state, synced);
  const before = fs.mkdtempSync(path.join(lane.folder, 'before-'));
  const begun = [disk(), disk((name, content) => (/journal\//.test(name) ? content.length * 0.6 | 0 : content.length))];
  fs.cpSync(lane.state, before, { recursive: true });
  const file = path.join(lane.folder, 'trace');
  const result = await runUnder(lane.control, { clock: NOW, armed: 0 }, bin('vhod'), args,
    { env: world.environment(world.after, lane.state, { INJECT_TRACE: file }) });
  assert.equal(result.status, 0, result.stderr);
  return { begun, before, steps: readTrace(file), end: filesOf(lane.state) };
}

// Different images after each of some steps: [{at, kind, image}], the ends of the run among them.
function* images(disk, steps, most) {
  const draw = lottery(99);
  const seen = new Set();
  const stride = Math.max(1, Math.floor(steps.length / most));
  // The end, the moments around a change of names, the steps that sync or cut, and of the writes an even share.
  const names = (at) => /[rlu]/.test(steps[at]?.what ?? '');
  const rank = (at) => (at === steps.length || names(at) || names(at - 1) ? 0 : steps[at - 1] && steps[at - 1].what !== 'w' ? 1 : at % stride ? 3 : 2);
  for (let at = 0; at <= steps.length; at++) {
    if (at > 0) disk.step(steps[at - 1]);
    if (rank(at) === 3) continue;
    for (const kind of IMAGES) {
      const image = disk.image(kind, draw);
      const key = createHash('sha1');
      for (const [name, content] of [...image].sort(([a], [b]) => (a < b ? -1 : 1))) key.update(`${name} ${content.length} `).update(content);
      const digest = key.digest('hex');
      if (seen.has(digest)) continue;
      seen.add(digest);
      yield { at, kind, image, last: at === steps.length, rank: rank(at) };
    }
  }
}

function lay(folder, image) {
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  for (const [name, content] of image) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), content);
  }
}

async function tryAll(t, name, found, judge) {
  let count = 0;
  const until = Date.now() + (full ? 60_000 : 5_000);
  const list = [...found];
  const picked = shuffle(list, lottery(5)).sort((a, b) => a.rank - b.rank).slice(0, full ? undefined : 40);
  for (const one of picked) {
    if (Date.now() > until) break;
    count++;
    const verdict = await judge(one);
    totals.take(`${name}: after step ${one.at}, ${one.kind} of what was not synced`, { injected: 1, signal: null, stderr: verdict.stderr ?? '' }, verdict.word);
  }
  totals.planned += count;
  totals.of += list.length;
  t.diagnostic(`${name}: ${count} images of a disk`);
}

test('publish', async (t) => {
  const lane = world.lane(0);
  const { begun, before, steps, end } = await traced(lane, ['publish']);
  const [disk] = begun;
  const old = fs.readFileSync(path.join(before, 'directory.db'));
  const history = dump(path.join(lane.state, 'history.db'));
  await tryAll(t, 'publish', images(disk, steps, full ? 400 : 60), async ({ image, last }) => {
    lay(lane.state, image);
    const served = image.get('directory.db');
    const is = served?.equals(old) ? 'old' : served?.equals(end.get('directory.db')) ? 'new' : 'torn';
    if (is === 'torn') return { word: 'a snapshot that is neither the old nor the new one' };
    if (last && is !== 'new') return { word: 'it was reported as published, and is not there' };
    if (last && dump(path.join(lane.state, 'history.db')) !== history) return { word: 'the archive has lost what was published' };
    const again = await runUnder(lane.control, { clock: NOW, armed: 0 }, bin('vhod'), ['publish'], { env: world.environment(world.after, lane.state) });
    if (again.status !== 0) return { word: `the next publish fails: ${said(again.stderr)}` };
    if (!fs.readFileSync(path.join(lane.state, 'directory.db')).equals(end.get('directory.db'))) return { word: 'the next publish makes another snapshot' };
    if (dump(path.join(lane.state, 'history.db')) !== history) return { word: 'the next publish writes another archive' };
    return { word: 'right' };
  });
  lane.close();
});

// What the counters say, their place in the files left out.
const sums = (file) => dump(file).split('\n').filter((row) => /^INSERT INTO/.test(row) && !/INTO "?(position|meta)/.test(row)).join('\n');

test('collect, and the journal goes on after it', async (t) => {
  const lane = world.lane(0);
  const { begun, steps } = await traced(lane, ['collect']);
  const counted = sums(path.join(lane.state, 'tally.db'));
  const collect = (args = []) => runUnder(lane.control, { clock: NOW, armed: 0 }, bin('vhod'), ['collect', ...args], { env: world.environment(world.after, lane.state) });
  await tryAll(t, 'collect', images(begun[1], steps, full ? 400 : 60), async ({ image, last }) => {
    lay(lane.state, image);
    const tally = path.join(lane.state, 'tally.db');
    if (last && sums(tally) !== counted) return { word: 'it was reported as collected, and is not there' };
    // Readers come again; the same machine goes on in today's file.
    const journal = path.join(lane.state, 'journal');
    fs.appendFileSync(path.join(journal, `front1-${date(NOW)}.log`), Array.from({ length: 30 }, (_, n) => line(NOW + n, 'region', 'ru-per')).join(''));
    const first = await collect();
    if (first.status !== 0) return { word: `the next collect fails: ${said(first.stderr)}` };
    const whole = path.join(lane.state, 'whole.db');
    const kept = fs.readdirSync(journal).length;
    const anew = kept === 4 ? await collect(['--rebuild', whole]) : null; // nothing was deleted: the journals say what is right
    if (anew && anew.status !== 0) return { word: `--rebuild fails: ${said(anew.stderr)}` };
    if (anew && sums(tally) !== sums(whole)) return { word: 'other sums than the journals have' };
    if (!anew && !sums(tally).includes('ru-per')) return { word: 'what came after it is not counted' };
    return { word: 'right' };
  });
  lane.close();
});

test('the rule held', (t) => totals.say(t));
