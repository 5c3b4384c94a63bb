// Logs of web servers and caches, folded by the site's own command: each sample of logs/ comes to the counts it names, or is
// refused with the place and the formats that would fit, and then nothing of it is counted. Also packed, rotated, cut, put
// together, from standard input, and of two machines that begin alike.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { build, startSite, top } from './server.js';

const SAMPLES = path.join(top, 'tests/web/logs');
let site, folder;
before(async () => {
  site = await startSite();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vhod-logs-'));
});
after(async () => {
  await site?.stop();
  if (folder) fs.rmSync(folder, { recursive: true });
});

// vhod collect on a log, with a store of its own: {status, stdout, stderr}.
function collect(store, log, format, { fields = '', input, args = [] } = {}) {
  return spawnSync(path.join(build, 'bin/vhod'), ['collect', '--access-log', log, '--format', format, ...args], {
    env: { ...site.environment(), VHOD_TALLY_STORE: `sqlite:${path.join(folder, store)}`, VHOD_JOURNAL_LOG_FIELDS: fields },
    encoding: 'utf8', timeout: 60_000, input: input ?? '',
  });
}
const views = (store) => {
  const file = path.join(folder, store);
  return fs.existsSync(file) ? Number(execFileSync('sqlite3', [file, 'SELECT coalesce(sum(views), 0) FROM day'], { encoding: 'utf8' })) : 0;
};
const counted = ({ stdout }) => /collected: (.*)\n/.exec(stdout)?.[1];
const write = (name, text) => { const file = path.join(folder, name); fs.writeFileSync(file, text); return file; };

const AGENT = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
const line = (second, target = '/region/ru-alt', day = 21) => `203.0.113.${second % 250} - - [${day}/Nov/2026:${String(Math.floor(second / 3600) % 24).padStart(2, '0')}:`
  + `${String(Math.floor(second / 60) % 60).padStart(2, '0')}:${String(second % 60).padStart(2, '0')} +0300] "GET ${target} HTTP/1.1" 200 512 "-" "${AGENT}"\n`;
const lines = (from, count, ...rest) => Array.from({ length: count }, (_, i) => line(from + i, ...rest)).join('');

const samples = fs.readdirSync(SAMPLES).filter((name) => !name.endsWith('.md')).map((name) => {
  const text = fs.readFileSync(path.join(SAMPLES, name), 'utf8').split('\n');
  const head = Object.fromEntries(text.filter((one) => one.startsWith('#! ')).map((one) => /^#! (\S+) (.*)$/.exec(one).slice(1)));
  return { name, head, body: text.filter((one) => !one.startsWith('#! ')).join('\n') };
});

test('there are samples of each kind', () => {
  assert.ok(samples.filter(({ head }) => head.counts).length >= 25);
  assert.ok(samples.filter(({ head }) => head.refused).length >= 20);
});

for (const { name, head, body } of samples) {
  test(`${name}: ${head.counts ?? `refused at ${head.refused}`}`, () => {
    const log = write(name, body);
    const first = collect(`${name}.db`, log, head.format, { fields: head.fields });
    if (head.counts) {
      assert.equal(first.status, 0, first.stderr);
      assert.equal(counted(first), head.counts);
      assert.equal(counted(collect(`${name}.db`, log, head.format, { fields: head.fields })), '0 records, 0 dropped, 0 noise, of 0 lines');
      assert.equal(views(`${name}.db`), Number.parseInt(head.counts, 10));
      return;
    }
    const [place, ...words] = head.refused.split(' ');
    assert.notEqual(first.status, 0);
    assert.ok(first.stderr.includes(`${log}:${place}: expected `), first.stderr);
    if (words.join('')) assert.match(first.stderr, new RegExp(`would fit --format [^.]*\\b${words.join(' ')}\\b`));
    else assert.match(first.stderr, /no known format fits the line|would fit/);
    assert.equal(views(`${name}.db`), 0);
    assert.doesNotMatch(first.stderr, /203\.0\.113|Firefox|198\.51/, 'nothing of a reader is in the message');
    // The position stayed: under its own format all of it counts.
    const own = words.join(' ').split(', ')[0];
    if (!own || name.endsWith('later')) return;
    assert.equal(collect(`${name}.db`, log, own).status, 0);
    assert.ok(views(`${name}.db`) === 3 || own === 'common', `${views(`${name}.db`)} as ${own}`);
  });
}

for (const [tool, ending] of [['gzip', 'gz'], ['bzip2', 'bz2'], ['xz', 'xz'], ['zstd', 'zst']]) {
  test(`packed by ${tool}: read as it is, and known after it was packed`, () => {
    const log = write(`packed-${ending}`, lines(0, 500));
    assert.equal(counted(collect(`${ending}.db`, log, 'combined')), '500 records, 0 dropped, 0 noise, of 500 lines');
    fs.appendFileSync(log, lines(500, 20));
    fs.writeFileSync(`${log}.${ending}`, execFileSync(tool, ['-c', log]));
    assert.equal(counted(collect(`${ending}.db`, `${log}.${ending}`, 'combined')), '20 records, 0 dropped, 0 noise, of 20 lines');
    assert.equal(views(`${ending}.db`), 520);
    fs.writeFileSync(`${log}.cut`, fs.readFileSync(`${log}.${ending}`).subarray(0, -20));
    const cut = collect(`${ending}-cut.db`, `${log}.cut`, 'combined');
    assert.notEqual(cut.status, 0, 'a packed log that is cut is refused');
  });
}

test('standard input, whole and packed', () => {
  assert.equal(counted(collect('input.db', '-', 'combined', { input: lines(0, 30) })), '30 records, 0 dropped, 0 noise, of 30 lines');
  assert.equal(counted(collect('input.db', '-', 'combined', { input: lines(0, 40) })), '10 records, 0 dropped, 0 noise, of 10 lines');
  assert.equal(counted(collect('input.db', '-', 'combined', { input: execFileSync('gzip', ['-c'], { input: lines(0, 45) }) })), '5 records, 0 dropped, 0 noise, of 5 lines');
  assert.equal(counted(collect('input.db', '-', 'combined', { input: '' })), '0 records, 0 dropped, 0 noise, of 0 lines');
});

test('logs of two machines that begin with the same line are two', () => {
  const same = line(0, '/health');
  const one = write('one', same);
  collect('two.db', one, 'combined'); // folded while that line was all it had
  fs.appendFileSync(one, lines(10, 100));
  collect('two.db', one, 'combined');
  assert.equal(views('two.db'), 100);
  const other = write('other', same + lines(5000, 50));
  const refused = collect('two.db', other, 'combined');
  assert.notEqual(refused.status, 0, 'shorter than the first: it could be that one, cut');
  assert.match(refused.stderr, /begins as a log that was counted, and is shorter/);
  fs.appendFileSync(other, lines(5050, 150));
  assert.equal(counted(collect('two.db', other, 'combined')), '200 records, 0 dropped, 0 noise, of 201 lines');
  assert.equal(views('two.db'), 300);
  assert.equal(counted(collect('two.db', one, 'combined')), '0 records, 0 dropped, 0 noise, of 0 lines');
});

test('rotated, cut, edited, put together', () => {
  const log = write('access.log', lines(0, 300));
  collect('life.db', log, 'combined');
  fs.renameSync(log, `${log}.1`);
  fs.writeFileSync(log, lines(1000, 40));
  assert.equal(counted(collect('life.db', log, 'combined')), '40 records, 0 dropped, 0 noise, of 40 lines');
  assert.equal(counted(collect('life.db', `${log}.1`, 'combined')), '0 records, 0 dropped, 0 noise, of 0 lines');
  // copytruncate
  fs.copyFileSync(log, `${log}.2`);
  fs.truncateSync(log);
  fs.appendFileSync(log, lines(2000, 7));
  assert.equal(counted(collect('life.db', log, 'combined')), '7 records, 0 dropped, 0 noise, of 7 lines');
  // put together: the older one first, the newer one first, with one that was never seen
  for (const parts of [[`${log}.1`, log], [log, `${log}.1`], [write('unseen', lines(9000, 20)), `${log}.1`]]) {
    const all = write('all', parts.map((file) => fs.readFileSync(file, 'utf8')).join(''));
    const { status, stderr } = collect('life.db', all, 'combined');
    assert.notEqual(status, 0);
    assert.match(stderr, /all:\d+: here begins a log that was counted already; give logs one by one/);
  }
  // edited before the place it is folded up to
  const edited = write('edited', fs.readFileSync(`${log}.1`, 'utf8').replace('203.0.113.200', '203.0.113.201') + lines(400, 3));
  assert.match(collect('life.db', edited, 'combined').stderr, /begins as a log that was counted, and goes on otherwise/);
  // cut by hand
  const cut = write('cut', fs.readFileSync(`${log}.1`, 'utf8').split('\n').slice(0, 100).join('\n') + '\n');
  assert.match(collect('life.db', cut, 'combined').stderr, /shorter than what was counted/);
  assert.equal(views('life.db'), 347);
});

test('a log that becomes another one later keeps what was counted, and its position', () => {
  const log = write('mixed', lines(0, 50_000));
  assert.equal(collect('mixed.db', log, 'combined').status, 0);
  fs.appendFileSync(log, lines(60_000, 20).replace(/^/gm, 'help.school.example:443 ').slice(0, -'help.school.example:443 '.length));
  const { status, stderr } = collect('mixed.db', log, 'combined');
  assert.notEqual(status, 0);
  assert.match(stderr, /mixed:50001:1: expected an address of a reader; the line would fit --format vhost_combined/);
  assert.equal(views('mixed.db'), 50_000);
});

test('--explain tells what lines would count as, and counts nothing', () => {
  const robot = line(7).replace(AGENT, 'Googlebot/2.1 (+http://www.google.com/bot.html)');
  const log = write('explained', lines(0, 3) + lines(3, 2, '/q/7') + line(5, '/nothing').replace(' 200 ', ' 404 ') + robot + `203.0.113.9 - - [21/Nov/2026:12:00:00 +0300] "" 400 0 "-" "-"\n` + 'torn\n');
  const { status, stdout } = collect('explained.db', log, 'combined', { args: ['--explain'] });
  assert.equal(status, 0);
  assert.deepEqual(stdout.trim().split('\n').map((one) => one.trim().replace(/\s+/g, ' ')).sort(), [
    '1 noise: bytes that are no request', '1 not counted: status 404', '1 not of the format: not an address of a reader',
    '1 region by robot', '2 question by person', '3 region by person'].sort());
  assert.ok(!fs.existsSync(path.join(folder, 'explained.db')));
});

test('a format that is none, and a mapping with a fault, are named', () => {
  const log = write('any', lines(0, 1));
  assert.match(collect('any.db', log, 'combind').stderr, /there is no format "combind"; there are common, combined, /);
  assert.match(collect('any.db', log, 'json', { fields: 'time=ts address=ip' }).stderr, /\[journal\] log_fields: it names no status/);
  assert.match(collect('any.db', log, 'json', { fields: 'when=ts' }).stderr, /\[journal\] log_fields: a word is not FIELD=NAME/);
});
