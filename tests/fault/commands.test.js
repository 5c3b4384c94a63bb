// Commands under faults: each call into memory, disk and names that a command makes fails in turn, once, and with all that
// follow. One rule: what ends with 0 has done and said exactly what an undisturbed run does; everything else says why, and
// leaves the state as it was, or such that the same command, undisturbed, comes to the same end. No crash, no hang.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Totals, callsOf, campaign, explain, full, mask, plan, run, runUnder, said, slotsOf } from './inject.js';
import { NOW, World, bin, differing, dump, filesOf } from './world.js';

const totals = new Totals();
let world;
let counted; // a state with a tally
let blocked; // and one with a blocked host
before(async () => {
  world = await new World().prepare();
  counted = path.join(world.folder, 'counted');
  fs.cpSync(world.start, counted, { recursive: true, preserveTimestamps: true });
  const { status, stderr } = await runUnder(world.control, { clock: NOW }, bin('vhod'), ['collect'], { env: world.environment(world.after, counted) });
  assert.equal(status, 0, stderr);
  blocked = path.join(world.folder, 'blocked');
  fs.cpSync(world.start, blocked, { recursive: true, preserveTimestamps: true });
  const block = await runUnder(world.control, { clock: NOW }, bin('vhod'), ['block', 'eljur.ru', '--sure'], { env: world.environment(world.after, blocked) });
  assert.equal(block.status, 0, block.stderr);
});
after(() => world?.remove());

// --- one command ----------------------------------------------------------------------------------------------------------

const databases = (state) => Object.fromEntries(['history.db', 'tally.db'].map((name) => [name, dump(path.join(state, name))]));

// What was said, without the folder of the lane in it.
const here = (lane, stdout) => stdout.toString().replaceAll(lane.folder, '');

// How the state after a run is to be compared: files by their bytes; databases that differ in bytes by what they say.
function sameState(state, reference) {
  const different = differing(filesOf(state), reference.files).filter((name) => !(name in reference.said));
  const said = databases(state);
  different.push(...Object.keys(said).filter((name) => said[name] !== reference.said[name]));
  return different.filter((name) => !/-journal$|^\..*\.tmp$/.test(name)); // what could not even be removed is hidden, and is never read
}

// Fresh reports are an aid to pages: a run that says that it could not write them, or that failed, may have lost some of them;
// it must not have made any up. (The statistics have them all: tally.db is compared.)
function fewerReports(state, right) {
  const file = path.join(state, 'reports.json');
  const count = (text) => (text ? JSON.parse(text).fails.reduce((sum, { count }) => sum + count, 0) : 0);
  return count(fs.existsSync(file) && fs.readFileSync(file, 'utf8')) <= count(right.files.get('reports.json')?.toString());
}

// Tries a command: options start (the state before), data, how many faults in the short form, and seconds of the full one.
async function torture(t, name, args, { start = world.start, data = world.after, some = 60, seconds = 90, writes = false, env = {} } = {}) {
  const whole = async (lane, slots) => {
    lane.reset();
    return runUnder(lane.control, { clock: NOW, ...slots }, bin('vhod'), args.map((arg) => arg.replace('STATE', lane.state)),
      { env: world.environment(data, lane.state, env) });
  };
  const place = world.lane(0, start);
  place.reset();
  const untouched = { files: filesOf(place.state), said: databases(place.state) };
  const clean = await whole(place, {});
  assert.equal(clean.status, 0, clean.stderr);
  const right = { stdout: here(place, clean.stdout), files: filesOf(place.state), said: databases(place.state) };
  const again = await whole(place, {});
  assert.equal(here(place, again.stdout), right.stdout, 'two undisturbed runs say the same');
  assert.deepEqual(differing(filesOf(place.state), right.files), [], 'and leave the same bytes');
  place.reset();
  const { calls } = await callsOf(place.control, { clock: NOW }, bin('vhod'), args.map((arg) => arg.replace('STATE', place.state)),
    { env: world.environment(data, place.state, env) });
  place.close();

  // 'right', 'refused', or what is wrong.
  async function judge(lane, result) {
    // glibc's look-up of who is at the keyboard dies without memory, before anything is changed.
    if (result.signal && /^who block\.c/.test(explain(result.stderr)) && !lane.touched) return 'known';
    if (result.signal || result.hung) return 'crashed';
    if (result.status === 0) {
      if (here(lane, result.stdout) !== right.stdout) return `exit 0, and said: ${result.stdout.toString().trim().slice(0, 200)}`;
      const different = sameState(lane.state, right)
        .filter((name) => !(name === 'reports.json' && /reports\.json/.test(said(result.stderr)) && fewerReports(lane.state, right)));
      return different.length ? `exit 0, and other than it should be: ${different}` : 'right';
    }
    if (result.stderr === '') return `exit ${result.status} without a word`;
    if (!lane.touched || differing(filesOf(lane.state), untouched.files).length === 0) return 'refused';
    if (!writes) return `exit ${result.status}, and it has written: ${differing(filesOf(lane.state), untouched.files)}`;
    // Something was done already. The same again, undisturbed, must end as if nothing had been.
    const served = fs.readFileSync(path.join(lane.state, 'directory.db'));
    if (!served.equals(untouched.files.get('directory.db')) && !served.equals(right.files.get('directory.db'))) return 'a snapshot that is neither the old nor the new';
    const second = await runUnder(lane.control, { clock: NOW }, bin('vhod'), args.map((arg) => arg.replace('STATE', lane.state)),
      { env: world.environment(data, lane.state, env) });
    if (second.status !== 0 && !(/is not blocked/.test(second.stderr) && sameState(lane.state, right).length === 0)) return `refused, and then for ever: ${said(second.stderr)}`;
    const different = sameState(lane.state, right).filter((name) => !(name === 'reports.json' && fewerReports(lane.state, right)));
    return different.length ? `refused, and the next run ends otherwise: ${different}` : 'refused';
  }

  const faults = plan(calls, full ? 12_000 : some);
  await campaign(totals, name, faults, async (n) => {
    const lane = world.lane(n, start);
    return { close: () => lane.close(), async run(fault) {
      const result = await whole(lane, { kinds: mask(fault.kind), ...slotsOf(fault) });
      return { result, verdict: await judge(lane, result) };
    } };
  }, full ? seconds : 12);
  t.diagnostic(`${name}: ${calls.length} calls in ${faults.places} places`);
}

// --- all of them ------------------------------------------------------------------------------------------------------------

test('check', (t) => torture(t, 'check', ['check'], { some: 30 }));
test('publish over what is there', (t) => torture(t, 'publish', ['publish'], { some: 40, seconds: 240, writes: true }));
test('collect, the first time', (t) => torture(t, 'collect', ['collect'], { some: 30, writes: true }));
test('report --week', (t) => torture(t, 'report', ['report', '--week'], { some: 15, start: counted }));
test('search', (t) => torture(t, 'search', ['search', 'войти', 'в', 'эпос'], { some: 15 }));
test('block', (t) => torture(t, 'block', ['block', 'edu22.info', '--why', 'trial'], { some: 12, start: blocked, writes: true }));
test('unblock', (t) => torture(t, 'unblock', ['unblock', 'eljur.ru'], { some: 12, start: blocked, seconds: 45, writes: true }));
test('verify', (t) => torture(t, 'verify', ['verify'], { some: 12, seconds: 45 }));
test('the rule held', (t) => totals.say(t));
