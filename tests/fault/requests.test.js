// Requests under faults: each call that answering makes fails in turn, in a worker under the raw FastCGI protocol and in a
// program that answers one request on the command line. What comes back is, byte for byte, what an undisturbed worker answers,
// or a 5xx, or nothing; the same request after it is answered right by the same worker. A view that could not be written down
// says so, and is counted as lost.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Totals, campaign, everyKind, full, mask, plan, runUnder, slotsOf, takeCalls } from './inject.js';
import { Worker, differ, judge } from './worker.js';
import { NOW, World, bin } from './world.js';

const totals = new Totals();
let world;
let ready; // a state with everything that programs read
before(async () => {
  world = await new World().prepare();
  ready = path.join(world.folder, 'ready');
  fs.cpSync(world.start, ready, { recursive: true, preserveTimestamps: true });
  for (const [program, args] of [['vhod', ['collect']], ['regions.fcgi', ['GET', '/region/ru-alt']]]) { // a tally, a key
    const { status, stderr } = await runUnder(world.control, { clock: NOW }, bin(program), args, { env: world.environment(world.before, ready) });
    assert.equal(status, 0, stderr);
  }
});
after(() => world?.remove());

// --- one kind of request ---------------------------------------------------------------------------------------------------

// Tries one kind of request.
async function torture(t, name, program, what, { some = 40 } = {}) {
  const first = world.lane(0, ready);
  first.reset();
  const sites = path.join(first.folder, 'sites');
  const watched = await new Worker(world, first, program).start({ sites });
  await watched.ask(what); // whatever happens only once has happened
  const right = await watched.ask(what, { armed: 1, kinds: everyKind });
  assert.ok(right.status > 0 && right.status < 500, `${right.status} ${right.text.slice(0, 200)} ${watched.stderr}`);
  // A page that may say what was reported lately says nothing of it while that file cannot be looked at.
  fs.renameSync(path.join(first.state, 'reports.json'), path.join(first.state, 'reports.away'));
  const quiet = await watched.ask(what);
  const aid = (fault, answer) => ['stat', 'open', 'read'].includes(fault.kind) && judge(answer, quiet) === 'right';
  if (what.status) assert.equal(right.status, what.status, right.text.slice(0, 200));
  await watched.stop();
  const calls = takeCalls(sites);
  first.close();

  // Who cannot accept any more does not answer, of course.
  const faults = plan(calls.filter(({ kind }) => kind !== 'net'), full ? 12_000 : some);
  await campaign(totals, name, faults, async (n) => {
    const lane = world.lane(n, ready);
    lane.reset();
    const worker = await new Worker(world, lane, program).start();
    assert.equal((await worker.ask(what)).text, right.text, 'an undisturbed worker answers the same');
    return {
      close: async () => { await worker.stop(); lane.close(); },
      async run(fault) {
        const answer = await worker.ask(what, { armed: 1, kinds: mask(fault.kind), ...slotsOf(fault) });
        const result = { ...worker.result, stderr: await worker.log(), signal: null, hung: Boolean(answer.trouble) };
        let verdict = judge(answer, right);
        if ((what.says && what.says.test(answer.text)) || aid(fault, answer)) verdict = 'right';
        const next = worker.child ? await worker.ask(what) : null;
        if (!next || next.bytes.length === 0) {
          const { status, signal } = worker.child ? {} : await worker.ended;
          if (signal) result.signal = signal;
          else verdict = `after it the worker ${worker.child ? 'does not answer' : `ended with ${status}`}`;
          worker.child?.kill('SIGKILL');
          await worker.ended;
          await worker.start();
        } else if (judge(next, right) !== 'right') {
          verdict = `the request after it: ${next.status}: ${differ(next.text, right.text)}`;
        }
        return { result, verdict };
      },
    };
  }, full ? 14 : 4);
  t.diagnostic(`${name}: ${calls.length} calls in ${faults.places} places`);
}

// --- kinds of requests ------------------------------------------------------------------------------------------------------

const get = (program, target, status = 200, more = {}) => [`GET ${target}`, program, { target, status, ...more }];
const REQUESTS = [
  get('regions', '/region/ru-alt'), get('regions', '/'), get('regions', '/regions.csv'), get('regions', '/region/ru-ta.json'),
  get('regions', '/check?address=http://edu22.lnfo/login'), get('regions', '/embed/region/ru-alt'), get('regions', '/qr/region/ru-alt'),
  get('regions', '/directory.sqlite'), get('regions', '/directory.json'), get('regions', '/changes.atom'),
  get('regions', '/oembed?url=http%3A%2F%2F127.0.0.1%3A8080%2Fregion%2Fru-alt'), get('regions', '/go/ru-alt', 303), get('regions', '/health', 200, { says: /"journal":"(not writable|unknown)"/ }), get('regions', '/nowhere', 404),
  get('regions', '/Region/ru-alt', 301), get('guides', '/guide/epos-link'), get('guides', '/q/7'), get('guides', '/q/7?r=1'),
  get('guides', '/guides.txt'), get('search', '/search?q=%D1%82%D0%B0%D1%82%D0%B0%D1%80'), get('search', '/search?q=ghbdtn'), get('search', '/desk?q=epos'),
  get("stats", "/stats", 200, { extra: { REMOTE_ADDR: "127.0.0.1" } }),
  get('regions', '/region/ru-alt', 200, { extra: { HTTP_ACCEPT_ENCODING: 'gzip', HTTP_COOKIE: 'region=ru-alt' } }),
];

test('a worker that answers', async (t) => {
  const some = process.env.ONLY ? REQUESTS.filter(([name]) => name.includes(process.env.ONLY)) : REQUESTS;
  for (const [name, program, what] of some) await t.test(name, (inner) => torture(inner, name, program, what, { some: 10 }));
});

test('the rule held', (t) => totals.say(t));
