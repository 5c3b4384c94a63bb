// Files that are not what they should be: each file of the state and the settings, damaged in every way or replaced by something
// else, under every command and every program that reads it. Right or refused, in a bounded time, with a word about it; no
// crash, no log that grows with every request; and what was published stays, or comes back with the next publish.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Totals, full, lottery, runUnder, said } from './inject.js';
import { Worker, judge } from './worker.js';
import { NOW, World, bin, date, dump } from './world.js';

const RUN_LIMIT_MS = 15_000;
const FLIPS = full ? 60 : 3;
const totals = new Totals();
let world;
let ready; // a state with all files there are
let uncounted;
let right; // what undisturbed workers answer
before(async () => {
  world = await new World().prepare();
  ready = path.join(world.folder, 'ready');
  fs.cpSync(world.start, ready, { recursive: true, preserveTimestamps: true });
  for (const [program, args] of [['vhod', ['collect']], ['regions.fcgi', ['GET', '/region/ru-alt']]]) {
    const { status, stderr } = await runUnder(world.control, { clock: NOW }, bin(program), args, { env: world.environment(world.before, ready) });
    assert.equal(status, 0, stderr);
  }
  uncounted = path.join(world.folder, 'uncounted'); // the same without a tally
  fs.cpSync(ready, uncounted, { recursive: true, preserveTimestamps: true });
  fs.rmSync(path.join(uncounted, 'tally.db'));
  right = await asked(await place(), (worker) => worker);
});
after(() => world?.remove());

// --- what is done to a file -----------------------------------------------------------------------------------------------

const sqlite = (sql) => (file) => { execFileSync('sqlite3', [file, sql]); };
const replaced = (make) => (file) => { fs.rmSync(file, { recursive: true, force: true }); make(file); };
const changed = (change) => (file) => {
  const content = fs.readFileSync(file);
  fs.rmSync(file); // a new file, as whoever copies one makes it
  fs.writeFileSync(file, change(content));
};

// Ways that go for any file; newer: what a later version would have written. In the short form some of them, others for each
// file, and those that hang or loop what is not careful always.
let files = 0;
function ways(newer) {
  const all = [...everyWay(newer)];
  const turn = files++;
  return full ? all : all.filter(([way], n) => (n + turn) % 4 === 0 || /pipe|itself|zero$/.test(way));
}

function* everyWay(newer) {
  yield ['gone', (file) => fs.rmSync(file, { recursive: true })];
  yield ['empty', changed(() => '')];
  yield ['cut in half', changed((content) => content.subarray(0, content.length >> 1))];
  yield ['without its last byte', changed((content) => content.subarray(0, -1))];
  yield ['cut at a page', changed((content) => content.subarray(0, Math.max(1, (content.length >> 12) - 1) << 12))];
  yield ['zeros', changed((content) => Buffer.alloc(content.length))];
  yield ['a page of zeros in it', changed((content) => { content.fill(0, Math.min(4096, content.length >> 1), Math.min(8192, content.length)); return content; })];
  yield ['text', changed(() => 'This is a text.\n'.repeat(500))];
  yield ['random bytes', changed((content) => { const draw = lottery(3); return content.map(() => draw(256)); })];
  yield ['longer', changed((content) => Buffer.concat([content, Buffer.alloc(5000, 120)]))];
  yield ['a folder', replaced((file) => fs.mkdirSync(file))];
  yield ['a pipe', replaced((file) => execFileSync('mkfifo', [file]))];
  yield ['a link to itself', replaced((file) => fs.symlinkSync(file, file))];
  yield ['a link to nothing', replaced((file) => fs.symlinkSync(`${file}.none`, file))];
  yield ['a link to /dev/zero', replaced((file) => fs.symlinkSync('/dev/zero', file))];
  yield ['another database', replaced((file) => sqlite('CREATE TABLE a (b); INSERT INTO a VALUES (1)')(file))];
  if (newer) yield ['of a newer version', newer];
  const draw = lottery(7);
  for (let n = 0; n < FLIPS; n++) {
    yield [`one bit flipped (${n})`, changed((content) => { if (content.length) content[draw(content.length)] ^= 1 << draw(8); return content; })];
  }
}

// --- who reads it -------------------------------------------------------------------------------------------------------------

let lanes = 0;
async function place() {
  const lane = world.lane(++lanes, ready);
  lane.reset();
  return lane;
}

const command = (args) => async (lane) => runUnder(lane.control, { clock: NOW, armed: 0 }, bin('vhod'), args,
  { env: world.environment(world.after, lane.state), limit: RUN_LIMIT_MS });

const ASKED = {
  regions: [{ target: '/region/ru-alt' }, { target: '/region/ru-ta.json' }, { target: '/directory.sqlite' }, { target: '/check.json?address=netschool.edu22.info' }],
  guides: [{ target: '/guide/epos-link' }, { target: '/q/7' }],
  search: [{ target: '/search.json?q=%D0%B1%D0%B0%D1%80%D0%BD%D0%B0%D1%83%D0%BB' }],
  stats: [{ target: '/stats.json', extra: { REMOTE_ADDR: '127.0.0.1' } }],
};

// What workers of all programs answer before and after something was done to the state: Map of targets to answers.
async function asked(lane, damage, { running = false, programs = Object.keys(ASKED) } = {}) {
  const answers = new Map();
  if (!running) damage(lane);
  for (const program of programs) {
    const worker = await new Worker(world, lane, program).start();
    if (running) {
      for (const what of ASKED[program]) await worker.ask(what);
      damage(lane);
    }
    worker.log();
    let hung = false;
    for (const what of ASKED[program]) {
      if (hung) break; // the next one would wait as long
      answers.set(what.target, await worker.ask(what));
      hung = Boolean(answers.get(what.target).trouble);
    }
    await worker.log();
    for (let n = 0; n < 10 && !hung; n++) await worker.ask(ASKED[program][0]);
    const lines = (await worker.log()).split('\n').length - 1;
    answers.set(`${program}: lines of ten more requests`, lines);
    const { signal, status } = worker.child ? await worker.stop(hung ? 'SIGKILL' : 'SIGTERM') : await worker.ended;
    answers.set(`${program}: end`, signal ?? (status === 0 ? 0 : `exit ${status}`));
    if (running) lane.reset();
  }
  return answers;
}

// Programs over a damaged state. may: for each target that is not as it was, what it may be ({status, …} → true).
function judgeAnswers(name, answers, may = () => false) {
  for (const [what, answer] of answers) {
    const result = { injected: 1, signal: null, hung: false, stderr: '' };
    if (/: end$/.test(what)) {
      if (typeof answer === 'string' && /^SIG/.test(answer)) totals.take(`${name}: ${what}`, { ...result, signal: answer }, '');
      continue;
    }
    if (/: lines/.test(what)) { // statistics have one reader, and he wants to know each time
      if (!/^stats/.test(what)) totals.take(`${name}: ${what}`, result, answer <= 3 ? 'right' : `${answer}`);
      continue;
    }
    const verdict = judge(answer, right.get(what));
    totals.take(`${name}: ${what}`, { ...result, hung: Boolean(answer.trouble) }, verdict === 'right' || verdict === 'refused' || !may(what, answer) ? verdict : 'right');
  }
}

// --- the files ----------------------------------------------------------------------------------------------------------------

test('the snapshot', async () => {
  for (const [way, damage] of ways(sqlite("UPDATE meta SET value = '99' WHERE key = 'schema'"))) {
    const spoil = (lane) => damage(path.join(lane.state, 'directory.db'));
    for (const running of [true, false]) {
      const lane = await place();
      judgeAnswers(`snapshot ${way}, ${running ? 'running' : 'starting'}`, await asked(lane, spoil, { running, programs: ['regions', 'guides', 'search'] }));
      lane.close();
    }
    const lane = await place();
    for (const args of [['search', 'барнаул'], ['verify'], ['check'], ['publish']]) {
      lane.reset();
      spoil(lane);
      const result = await command(args)(lane);
      totals.take(`snapshot ${way}: ${args[0]}`, { ...result, injected: 1 }, result.status === 0 ? 'right' : said(result.stderr) === '' ? 'silent' : 'refused');
    }
    lane.close();
  }
});

test('the archive', async () => {
  const lane = await place();
  const before = { snapshot: fs.readFileSync(path.join(lane.state, 'directory.db')), said: dump(path.join(lane.state, 'history.db')) };
  await command(['publish'])(lane);
  const after = { snapshot: fs.readFileSync(path.join(lane.state, 'directory.db')), said: dump(path.join(lane.state, 'history.db')) };
  for (const [way, damage] of ways(sqlite('PRAGMA user_version = 99'))) {
    lane.reset();
    damage(path.join(lane.state, 'history.db'));
    const result = await command(['publish'])(lane);
    const snapshot = fs.readFileSync(path.join(lane.state, 'directory.db'));
    let verdict = 'refused';
    if (result.status === 0) verdict = snapshot.equals(after.snapshot) && dump(path.join(lane.state, 'history.db')) === after.said ? 'right' : 'published over a damaged archive';
    else if (!snapshot.equals(before.snapshot)) verdict = 'refused, and the snapshot is another';
    else if (said(result.stderr) === '') verdict = 'silent';
    totals.take(`archive ${way}: publish`, { ...result, injected: 1 }, verdict);
  }
  lane.close();
});

test('the tally', async () => {
  for (const [way, damage] of ways(sqlite("UPDATE meta SET value = '99' WHERE key = 'schema'"))) {
    const spoil = (lane) => damage(path.join(lane.state, 'tally.db'));
    const lane = await place();
    // A flipped bit in a number is a number: counters have no digests, the journals do it over (--rebuild).
    judgeAnswers(`tally ${way}`, await asked(lane, spoil, { programs: ['stats'] }), (what, { status }) => status === 200 && /flipped|zeros in it|gone|empty|longer|cut|last byte/.test(way));
    for (const args of [['collect'], ['report', '--week']]) {
      lane.reset();
      spoil(lane);
      const result = await command(args)(lane);
      totals.take(`tally ${way}: ${args[0]}`, { ...result, injected: 1 }, result.status === 0 ? 'right' : said(result.stderr) === '' ? 'silent' : 'refused');
    }
    lane.close();
  }
});

test('a journal', async () => {
  const lane = world.lane(++lanes, uncounted);
  const name = `front1-${date(NOW)}.log`;
  const records = (stdout) => Number(/^collected: (\d+) records/.exec(stdout)?.[1]);
  lane.reset();
  const most = records((await command(['collect'])(lane)).stdout.toString());
  for (const [way, damage] of ways()) {
    lane.reset();
    damage(path.join(lane.state, 'journal', name));
    const result = await command(['collect'])(lane);
    let verdict = said(result.stderr) === '' ? 'silent' : 'refused';
    if (result.status === 0) verdict = records(result.stdout.toString()) <= most ? 'right' : `${result.stdout} of ${most}`;
    totals.take(`journal ${way}: collect`, { ...result, injected: 1 }, verdict);
    if (!/folder|pipe|link/.test(way)) continue;
    const answers = await asked(lane, () => {}, { programs: ['regions'] }); // that write to it
    judgeAnswers(`journal ${way}`, answers);
  }
  lane.close();
});

for (const [file, name] of [['report.key', 'the key of reports'], ['reports.json', 'the fresh reports']]) {
  test(name, async () => {
    for (const [way, damage] of ways()) {
      const lane = await place();
      // The page stands without its form, or without what was reported lately.
      judgeAnswers(`${file} ${way}`, await asked(lane, ({ state }) => {
        if (!fs.existsSync(path.join(state, file))) fs.writeFileSync(path.join(state, file), '{"fails": []}');
        damage(path.join(state, file));
      }, { programs: ['regions', 'guides'] }), (what, { status }) => status === 200);
      lane.close();
    }
  });
}

test('the settings', async () => {
  for (const [way, damage] of ways()) {
    const lane = await place();
    const data = path.join(lane.folder, 'data');
    fs.cpSync(world.before, data, { recursive: true });
    damage(path.join(data, 'vhod.ini'));
    for (const [program, args] of [['vhod', ['check']], ['regions.fcgi', ['GET', '/region/ru-alt']]]) {
      const result = await runUnder(lane.control, { clock: NOW, armed: 0 }, bin(program), args, { env: world.environment(data, lane.state), limit: RUN_LIMIT_MS });
      totals.take(`settings ${way}: ${program}`, { ...result, injected: 1 }, result.status === 0 ? 'right' : said(result.stderr) === '' ? 'silent' : 'refused');
    }
    lane.close();
  }
});

test('the rule held', (t) => totals.say(t));
