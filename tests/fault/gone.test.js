// PostgreSQL goes away at any moment of a collect: each call to the net fails in turn, once, or with all that follow, as when
// the server is gone for good. The command says so, or tries again by itself; a collect after it comes to the sums that an
// undisturbed one has, each view once. (machines.test.js and exact.test.js stop and kill the server itself.)
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Totals, full, lottery, mask, runUnder, said, shuffle } from './inject.js';
import { startPostgres } from './postgres.js';
import { NOW, World, bin } from './world.js';

const totals = new Totals();
let world;
let postgres;
before(async () => { [world, postgres] = [await new World().prepare(), await startPostgres()]; });
after(async () => {
  await postgres?.remove();
  world?.remove();
});

let databases = 0;
function database() {
  const name = `tally${++databases}`;
  postgres.ask(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'`);
  return name;
}

const sums = (name) => ['day', 'hour', 'week', 'search', 'referrer'].map((table) =>
  postgres.ask(`SELECT row_to_json(t)::text FROM ${table} AS t ORDER BY 1`, name).flat().join('\n')).join('\n');

test('each call to the net fails in turn', { timeout: 600_000 }, async (t) => {
  const collect = (lane, name, slots = {}) => runUnder(lane.control, { clock: NOW, armed: 0, ...slots }, bin('vhod'), ['collect'],
    { env: world.environment(world.after, lane.state, { VHOD_TALLY_STORE: postgres.address(name) }), limit: 60_000 });
  const quiet = world.lane(0);
  quiet.reset();
  const first = database();
  const clean = await collect(quiet, first);
  assert.equal(clean.status, 0, clean.stderr);
  const right = sums(first);
  assert.ok(right.includes('ru-alt'));
  quiet.reset();
  const { seen: calls } = await collect(quiet, database(), { armed: 1, kinds: mask('net') });
  quiet.close();
  const faults = shuffle(Array.from({ length: calls * 2 }, (_, n) => ({ at: 1 + (n >> 1), from: n & 1 })), lottery(8));
  const until = Date.now() + (full ? 90_000 : 3_000);
  let done = 0;
  // The command waits before it tries again, so several at a time.
  await Promise.all(Array.from({ length: 6 }, async (_, n) => {
    const lane = world.lane(n);
    while (done < faults.length && Date.now() < until) {
      const fault = faults[done++];
      lane.reset();
      const name = database();
      const result = await collect(lane, name, { armed: 1, kinds: mask('net'), ...fault });
      const again = await collect(lane, name);
      let verdict = result.status === 0 ? 'right' : said(result.stderr) === '' ? 'silent' : 'refused';
      if (again.status !== 0) verdict = `and then for ever: ${said(again.stderr)}`;
      else if (sums(name) !== right) verdict = 'other sums in the end';
      totals.take(`net ${fault.at}${fault.from ? ' and all that follow' : ''}`, result, verdict);
      postgres.ask(`DROP DATABASE ${name} WITH (FORCE)`);
    }
    lane.close();
  }));
  totals.planned += done;
  totals.of += faults.length;
  t.diagnostic(`collect into PostgreSQL: ${calls} calls to the net`);
});

test('the rule held', (t) => totals.say(t));
