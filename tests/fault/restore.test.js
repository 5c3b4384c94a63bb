// Backup and restore under faults. A backup that is said to be made can be restored and holds all; one that is not leaves no
// file. A restore ends with the whole of the backup in place, or is refused; the same restore, undisturbed, then succeeds. And
// a host that was blocked stays blocked, whatever is put back.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Totals, callsOf, campaign, explain, full, mask, plan, runUnder, said, slotsOf } from './inject.js';
import { NOW, World, bin, dump } from './world.js';

const totals = new Totals();
let world;
let site; // a state with all there is
let file; // a backup of it
const environment = (lane, data) => world.environment(data, lane.state);
const vhod = (lane, args, slots = {}, data = world.before) => runUnder(lane.control, { clock: NOW, armed: 0, ...slots }, bin('vhod'), args, { env: environment(lane, data) });

before(async () => {
  world = await new World().prepare();
  const lane = world.lane(0);
  lane.reset();
  for (const args of [['collect'], ['block', 'edu22.info', '--why', 'trial']]) assert.equal((await vhod(lane, args)).status, 0, args[0]);
  file = path.join(world.folder, 'backup.tar.gz');
  const made = await vhod(lane, ['backup', file]);
  assert.equal(made.status, 0, made.stderr);
  site = path.join(world.folder, 'site');
  fs.cpSync(lane.state, site, { recursive: true, preserveTimestamps: true });
  lane.close();
});
after(() => world?.remove());

// What a restored site has, without what was kept beside.
function holds(state, data) {
  const text = (name) => (fs.existsSync(path.join(state, name)) ? fs.readFileSync(path.join(state, name)).toString('base64') : 'none');
  const tree = (folder) => fs.readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name)).filter((name) => !/vhod\.ini$/.test(name)).sort()
    .map((name) => `${path.relative(folder, name)} ${fs.readFileSync(name).toString('base64')}`);
  return JSON.stringify([text('directory.db'), text('report.key'), text('blocks.json'), dump(path.join(state, 'history.db')), dump(path.join(state, 'tally.db')),
    tree(path.join(state, 'journal')), tree(data)]);
}

// A machine that has an older site, or nothing; its content is its own.
function machine(n, older) {
  const lane = world.lane(n, older ? world.start : path.join(world.folder, 'nothing'));
  fs.mkdirSync(path.join(world.folder, 'nothing'), { recursive: true });
  const data = path.join(lane.folder, 'data');
  return { lane, data, reset() {
    lane.reset();
    for (const name of fs.readdirSync(lane.folder)) if (/^data/.test(name)) fs.rmSync(path.join(lane.folder, name), { recursive: true });
    fs.cpSync(world.after, data, { recursive: true });
  } };
}

test('blocked hosts are in a backup, and no restore takes one off', async () => {
  const { lane, data, reset } = machine(1, false);
  reset();
  assert.equal((await vhod(lane, ['restore', file], {}, data)).status, 0);
  assert.match(fs.readFileSync(path.join(lane.state, 'blocks.json'), 'utf8'), /edu22\.info/);
  assert.equal((await vhod(lane, ['block', 'eljur.ru', '--why', 'later', '--sure'], {}, data)).status, 0);
  assert.equal((await vhod(lane, ['restore', file], { clock: NOW + 60 }, data)).status, 0);
  assert.match(fs.readFileSync(path.join(lane.state, 'blocks.json'), 'utf8'), /eljur\.ru/);
  lane.close();
});

test('backup', async (t) => {
  const whole = fs.readFileSync(file);
  const calling = world.lane(0, site);
  calling.reset();
  const to = (lane) => path.join(lane.folder, 'made.tar.gz');
  const { calls } = await callsOf(calling.control, { clock: NOW }, bin('vhod'), ['backup', to(calling)], { env: environment(calling, world.before) });
  calling.close();
  await campaign(totals, 'backup', plan(calls, full ? 12_000 : 20), async (n) => {
    const lane = world.lane(n, site);
    return { close: () => lane.close(), async run(fault) {
      lane.reset();
      fs.rmSync(to(lane), { force: true });
      const result = await vhod(lane, ['backup', to(lane)], { armed: 1, kinds: mask(fault.kind), ...slotsOf(fault) });
      const there = fs.existsSync(to(lane));
      // libarchive (3.6) writes through NULL in archive_write_open_fd(): before a byte was written, and with nothing changed.
      if (result.signal === 'SIGSEGV' && /^libarchive\.so\.13 < pack_open/.test(explain(result.stderr)) && fs.statSync(to(lane)).size === 0)
        return { result, verdict: 'known' };
      if (result.status === 0) return { result, verdict: there && fs.readFileSync(to(lane)).equals(whole) ? 'right' : 'exit 0 and another backup' };
      return { result, verdict: said(result.stderr) === '' ? `exit ${result.status} without a word` : there && !fs.readFileSync(to(lane)).equals(whole) ? 'a part of a backup is left' : 'refused' };
    } };
  }, full ? 60 : 6);
  t.diagnostic(`backup: ${calls.length} calls`);
});

test('restore', async (t) => {
  const first = machine(0, true);
  first.reset();
  const clean = await vhod(first.lane, ['restore', file], {}, first.data);
  assert.equal(clean.status, 0, clean.stderr);
  const right = holds(first.lane.state, first.data);
  first.reset();
  const before = holds(first.lane.state, first.data);
  const { calls } = await callsOf(first.lane.control, { clock: NOW }, bin('vhod'), ['restore', file], { env: environment(first.lane, first.data) });
  first.lane.close();
  await campaign(totals, 'restore', plan(calls, full ? 12_000 : 20), async (n) => {
    const { lane, data, reset } = machine(n, true);
    return { close: () => lane.close(), async run(fault) {
      reset();
      const result = await vhod(lane, ['restore', file], { armed: 1, kinds: mask(fault.kind), ...slotsOf(fault) }, data);
      if (result.status === 0) return { result, verdict: holds(lane.state, data) === right ? 'right' : 'exit 0 and another site' };
      if (said(result.stderr) === '') return { result, verdict: `exit ${result.status} without a word` };
      const now = fs.existsSync(data) ? holds(lane.state, data) : 'the content is away';
      if (now !== before && now !== right && !/restore/.test(result.stderr)) return { result, verdict: 'refused, and it is neither the old site nor the new one' };
      const again = await vhod(lane, ['restore', file], { clock: NOW + 60 }, data);
      if (again.status !== 0) return { result, verdict: `and then for ever: ${said(again.stderr)}` };
      return { result, verdict: holds(lane.state, data) === right ? 'refused' : 'the next restore ends otherwise' };
    } };
  }, full ? 60 : 8);
  t.diagnostic(`restore: ${calls.length} calls`);
});

test('the rule held', (t) => totals.say(t));
