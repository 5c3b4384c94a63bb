// The clock jumps, forth and back, before a command, in the middle of it, and under a worker that answers. What is in the
// archive stays in its order, nothing is counted twice, no page from another time outlives the jump, nothing crashes.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Totals, full, runUnder, said } from './inject.js';
import { Worker, differ } from './worker.js';
import { DAY, NOW, World, bin, date, dump, line } from './world.js';

const JUMPS = { 'an hour': 3600, 'two days': 2 * DAY, 'ten years': 3653 * DAY };
const both = Object.entries(JUMPS).flatMap(([name, seconds]) => [[`${name} forward`, seconds], [`${name} back`, -seconds]]);
const totals = new Totals();
let world;
let ready;
before(async () => {
  world = await new World().prepare();
  ready = path.join(world.folder, 'ready');
  fs.cpSync(world.start, ready, { recursive: true, preserveTimestamps: true });
  const { status, stderr } = await runUnder(world.control, { clock: NOW }, bin('regions.fcgi'), ['GET', '/region/ru-alt'],
    { env: world.environment(world.before, ready) });
  assert.equal(status, 0, stderr);
});
after(() => world?.remove());

const sqlite = (file, sql) => execFileSync('sqlite3', ['-readonly', file, sql], { encoding: 'utf8' }).split('\n').filter(Boolean);
const vhod = (lane, args, slots, data = world.after) => runUnder(lane.control, { clock: NOW, armed: 0, ...slots }, bin('vhod'), args, { env: world.environment(data, lane.state) });
const took = (result) => ({ ...result, injected: 1 });

test('publish at another time: the archive never goes back, and the next publish works', async () => {
  for (const [name, jump] of both) {
    const lane = world.lane(0, ready);
    lane.reset();
    const old = fs.readFileSync(path.join(lane.state, 'directory.db'));
    const history = path.join(lane.state, 'history.db');
    const before = dump(history);
    const result = await vhod(lane, ['publish'], { clock: NOW + jump });
    let verdict = result.status === 0 ? 'right' : 'refused';
    if (result.status !== 0 && said(result.stderr) === '') verdict = 'silent';
    if (result.status !== 0 && (!old.equals(fs.readFileSync(path.join(lane.state, 'directory.db'))) || dump(history) !== before)) verdict = 'refused, and it has written';
    const times = sqlite(history, 'SELECT published FROM entry ORDER BY number');
    if (times.join() !== [...times].sort().join()) verdict = `the archive has ${times.at(-1)} after ${times.at(-2)}`;
    const next = await vhod(lane, ['publish'], { clock: NOW + Math.max(jump, 0) + 60 });
    if (next.status !== 0) verdict = `and then the next publish fails: ${said(next.stderr)}`;
    totals.take(`publish ${name}`, took(result), verdict);
    lane.close();
  }
});

// Days of counters, and the sum of all views.
const sums = (lane) => sqlite(path.join(lane.state, 'tally.db'), 'SELECT day, client, kind, id, views FROM day ORDER BY 1, 2, 3, 4').join('\n');

test('collect at another time, and again at the right one: each view once', async () => {
  const right = world.lane(0, ready);
  right.reset();
  await vhod(right, ['collect']);
  const expected = sums(right);
  right.close();
  for (const [name, jump] of both) {
    const lane = world.lane(0, ready);
    lane.reset();
    const journals = fs.readdirSync(path.join(lane.state, 'journal')).length;
    const first = await vhod(lane, ['collect'], { clock: NOW + jump });
    const second = await vhod(lane, ['collect']);
    let verdict = first.status === 0 && second.status === 0 ? 'right' : `${said(first.stderr)} ${said(second.stderr)}`;
    if (verdict === 'right' && sums(lane) !== expected) verdict = 'other sums than at the right time';
    if (verdict === 'right' && jump < 0 && fs.readdirSync(path.join(lane.state, 'journal')).length < journals - 1) verdict = 'it deleted a journal that is young';
    totals.take(`collect ${name}`, took(first), verdict);
    lane.close();
  }
});

test('a jump in the middle of a command', async () => {
  for (const args of [['publish'], ['collect'], ['report', '--week']]) {
    for (const jump of [3653 * DAY, -3653 * DAY]) {
      for (let at = 1; at <= (full ? 12 : 3); at++) {
        const lane = world.lane(0, ready);
        lane.reset();
        const result = await vhod(lane, args, { jumpAt: at, jump });
        let verdict = result.status === 0 ? 'right' : said(result.stderr) === '' ? 'silent' : 'refused';
        const next = await vhod(lane, args, { clock: NOW + Math.max(jump, 0) + 60 });
        if (next.status !== 0) verdict = `the next one fails: ${said(next.stderr)}`;
        totals.take(`${args[0]}: ${jump > 0 ? 'forward' : 'back'} at reading ${at}`, took(result), verdict);
        lane.close();
      }
    }
  }
});

test('a worker: what it answered at another time is not what it answers now', async () => {
  for (const [program, target] of [['regions', '/region/ru-alt'], ['regions', '/'], ['guides', '/q/7'], ['guides', '/guide/epos-link'], ['regions', '/changes.atom']]) {
    const lane = world.lane(0, ready);
    lane.reset();
    // With its cache, where a page could outlive the jump.
    const worker = await new Worker(world, lane, program, { env: { VHOD_CACHE_KIB: '8192' } }).start();
    const right = await worker.ask({ target });
    assert.equal(right.status, 200, target);
    for (const [name, jump] of both) {
      const away = await worker.ask({ target }, { clock: NOW + jump });
      const back = await worker.ask({ target });
      const log = await worker.log();
      let verdict = away.status === 200 ? 'right' : `${away.status} at the other time`;
      if (back.text !== right.text) verdict = `after it: ${differ(back.text, right.text)}`;
      totals.take(`${target}: ${name}`, { injected: 1, signal: worker.child ? null : 'ended', stderr: log }, verdict);
    }
    for (let at = 1; at <= (full ? 10 : 3); at++) {
      const torn = await worker.ask({ target }, { jumpAt: at, jump: 400 * DAY });
      const back = await worker.ask({ target });
      totals.take(`${target}: a jump at reading ${at}`, { injected: 1, signal: worker.child ? null : 'ended', stderr: await worker.log() },
        torn.status !== 200 ? `${torn.status}` : back.text === right.text ? 'right' : `after it: ${differ(back.text, right.text)}`);
    }
    await worker.stop();
    lane.close();
  }
});

test('views of a time that was wrong are counted under it, and those of after it as ever', async () => {
  const lane = world.lane(0, ready);
  lane.reset();
  fs.rmSync(path.join(lane.state, 'journal'), { recursive: true });
  fs.mkdirSync(path.join(lane.state, 'journal'));
  const days = [NOW, NOW + 800 * DAY, NOW - 800 * DAY];
  for (const when of days) fs.writeFileSync(path.join(lane.state, 'journal', `front1-${date(when)}.log`), line(when, 'region', 'ru-alt'));
  const first = await vhod(lane, ['collect']);
  fs.appendFileSync(path.join(lane.state, 'journal', `front1-${date(NOW)}.log`), line(NOW + 1, 'region', 'ru-alt'));
  const second = await vhod(lane, ['collect']);
  const rows = sums(lane).split('\n').map((row) => row.split('|'));
  const views = rows.reduce((sum, row) => sum + Number(row.at(-1)), 0);
  totals.take('journals of other days', took(second), first.status === 0 && second.status === 0 && rows.length === 3 && views === 4 ? 'right' : `${rows.length} days, ${views} views`);
  lane.close();
});

test('the rule held', (t) => totals.say(t));
