// Exactness: a known mix of requests by several clients, while workers and collectors are killed at random moments. Every
// total is what the clients saw. A worker that is killed may have written a view down whose answer never arrived; so for
// each kind and id: arrived <= counted <= arrived + kills, and the same for all of them together.
import assert from 'node:assert/strict';
import { spawn, execFileSync } from 'node:child_process';
import http from 'node:http';
import path from 'node:path';
import { after, test } from 'node:test';
import { BROWSER, LANGUAGE, request } from '../web/http.js';
import { build, scale, startSite } from '../web/server.js';
import { startPostgres } from './postgres.js';

const REQUESTS = Math.max(4000, Math.round(200_000 * scale));
const CLIENTS = 8;
const ROBOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
const REGIONS = ['ru-alt', 'ru-ta', 'ru-per', 'ru-sve', 'ru-kr', 'ru-mo', 'ru-ad', 'ru-ko'];

const sites = [];
let postgres;
after(async () => {
  for (const site of sites) await site.stop();
  await postgres?.remove();
});

// --- the mix: what is asked, how it is answered, what it counts as ---------------------------------------------------------

const page = (target, kind, id, more = {}) => ({ target, status: 200, client: 'person', kind, id, ...more });
const MIX = [
  ...REGIONS.flatMap((iso) => [page(`/region/${iso}`, 'region', iso), page(`/region/${iso}.json`, 'region', iso)]),
  ...REGIONS.map((iso) => page(`/region/${iso}`, 'region', iso, { referrer: 'school.example' })),
  page('/', 'page', '/'),
  page('/regions.csv', 'page', '/regions'),
  page('/guide/epos-link', 'guide', 'epos-link'),
  page('/q/17', 'question', '17'),
  page('/q/17?cited', 'cited', 'q/17'),
  page('/search?q=qwxz', 'search', '…', { query: 'qwxz' }),
  page('/region/ru-alt', 'region', 'ru-alt', { client: 'robot', headers: { 'User-Agent': ROBOT } }),
  page('/q/17', 'question', '17', { client: 'robot', headers: { 'User-Agent': '' } }),
  page('/guide/epos-link', 'guide', 'epos-link', { client: 'prefetch', status: 503, counted: 'no; prefetch', headers: { 'Sec-Purpose': 'prefetch' } }),
  page('/region/ru-ta', 'region', 'ru-ta', { client: 'staff', headers: { 'X-Staff': 'yes' } }),
  page('/go/ru-ta', 'departure', 'ru-ta', { status: 303 }),
  page('/ping/ru-per', 'departure', 'ru-per', { status: 204, method: 'POST', own: true }),
  page('/lost/page', 'missing', '…', { status: 404, referrer: 'school.example' }),
  page('/health', null, null),
];
const keyOf = (row) => `${row.client} ${row.kind} ${row.id}`;

// Sends the mix with several connections; resolves with what arrived: Map of keys to numbers, and how many got no answer.
async function send(origins, count) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: CLIENTS });
  const arrived = new Map();
  const referred = new Map();
  let next = 0;
  let failed = 0;
  async function client() {
    while (next < count) {
      const i = next++;
      const row = MIX[i % MIX.length];
      const origin = origins[Math.floor(i / MIX.length) % origins.length];
      const headers = { 'User-Agent': BROWSER, 'Accept-Language': LANGUAGE, ...row.headers };
      if (row.referrer) headers.Referer = `https://${row.referrer}/a/page`;
      if (row.own) headers.Origin = origin;
      try {
        const { status, headers: answer } = await request(origin + row.target, { method: row.method, headers, agent });
        // a web server whose worker was killed says 503 as well: what a worker refused, it says
        if (status !== row.status || (row.counted && answer['x-vhod-counted'] !== row.counted)) failed++;
        else if (row.kind) {
          arrived.set(keyOf(row), (arrived.get(keyOf(row)) ?? 0) + 1);
          if (row.referrer) referred.set(keyOf(row), (referred.get(keyOf(row)) ?? 0) + 1);
        }
      } catch {
        failed++;
      }
    }
  }
  await Promise.all(Array.from({ length: CLIENTS }, client));
  agent.destroy();
  return { arrived, referred, failed };
}

// --- the killing ------------------------------------------------------------------------------------------------------------

const random = (limit) => Math.floor(Math.random() * limit);
const pause = (ms) => new Promise((wake) => setTimeout(wake, ms));

// Kills one worker after the other until stopped; stop() resolves with how many died.
function killWorkers(group) {
  let kills = 0;
  let going = true;
  const done = (async () => {
    while (going) {
      await pause(150 + random(450));
      const site = group[random(group.length)];
      const pids = site.workers(['regions', 'guides', 'search'][random(3)]);
      if (!pids.length) continue;
      try {
        process.kill(pids[random(pids.length)], 'SIGKILL');
        kills++;
      } catch (error) {
        if (error.code !== 'ESRCH') throw error; // it was quicker
      }
    }
  })();
  return { async stop() { going = false; await done; return kills; } };
}

// Starts a collector after the other and kills most of them.
function killCollectors(site) {
  let kills = 0;
  let going = true;
  const done = (async () => {
    while (going) {
      const child = spawn(path.join(build, 'bin/vhod'), ['collect'], { env: site.environment(), stdio: 'ignore' });
      const ended = new Promise((resolve) => child.once('exit', (status, signal) => resolve(signal)));
      const timer = setTimeout(() => child.kill('SIGKILL'), random(120));
      if (await ended) kills++;
      clearTimeout(timer);
      await pause(random(100));
    }
  })();
  return { async stop() { going = false; await done; return kills; } };
}

// --- the comparison ---------------------------------------------------------------------------------------------------------

// rows: [key, counted] for all keys there are.
function compare(t, { arrived, failed }, kills, rows, dropped) {
  const counted = new Map(rows);
  let all = 0;
  let seen = 0;
  for (const number of counted.values()) all += number;
  for (const [key, number] of arrived) {
    const have = counted.get(key) ?? 0;
    seen += number;
    assert.ok(have >= number && have <= number + kills, `${key}: ${number} arrived, ${have} counted, ${kills} kills`);
  }
  for (const key of counted.keys()) assert.ok(arrived.has(key), `${key} was counted and never asked for`);
  t.diagnostic(`${all} counted, ${seen} arrived, ${failed} without answer, ${kills} workers killed, ${dropped} dropped`);
  assert.ok(all >= seen && all <= seen + kills, `${seen} arrived, ${all} counted, ${kills} kills`);
  assert.ok(failed <= kills, `${failed} without answer, ${kills} kills`);
  assert.ok(dropped <= kills, `${dropped} torn, ${kills} kills`);
}

const sums = (table, by = 'client, kind, id', sum = 'views') => `SELECT ${by}, sum(${sum}) FROM ${table} GROUP BY ${by} ORDER BY ${by}`;
const toRows = (lines) => lines.map((line) => [line.slice(0, -1).join(' '), Number(line.at(-1))]);

function askSqlite(file, sql) {
  const text = execFileSync('sqlite3', ['-separator', '\t', file, sql], { encoding: 'utf8' });
  return text.split('\n').filter(Boolean).map((line) => line.split('\t'));
}

// The same in every table that holds it: by hour, day and week, and the words behind '…'.
function checkTables(ask) {
  const days = ask(sums('day'));
  for (const table of ['hour', 'week']) assert.deepEqual(ask(sums(table)), days, table);
  assert.deepEqual(ask(sums('total', 'client, kind')), ask(sums('day', 'client, kind')));
  const of = (kind) => toRows(days).filter(([key]) => key.startsWith(`person ${kind} `)).reduce((sum, [, n]) => sum + n, 0);
  assert.deepEqual(ask("SELECT query, sum(count) FROM search WHERE client = 'person' GROUP BY query"), [['qwxz', String(of('search'))]]);
  assert.deepEqual(ask("SELECT path, referrer, sum(count) FROM missing WHERE client = 'person' GROUP BY path, referrer"),
    [['/lost/page', 'school.example', String(of('missing'))]]);
  return days;
}

const droppedOf = (ask) => Number(ask('SELECT coalesce(sum(count), 0) FROM dropped')[0][0]);

// --- one machine, SQLite ----------------------------------------------------------------------------------------------------

test(`${REQUESTS} requests, workers and collectors killed: every total is what the clients saw`, { timeout: 900_000 }, async (t) => {
  const site = await startSite({ env: { VHOD_STATS_STAFF_HEADER: 'X-Staff' } });
  site.expected = /in use by somebody else/; // its own collector meets ours
  sites.push(site);
  const assassins = [killWorkers([site]), killCollectors(site)];
  const result = await send([site.url], REQUESTS);
  const [kills, collectors] = await Promise.all(assassins.map((one) => one.stop()));
  assert.ok(kills > 5 && collectors > 5, `${kills} workers and ${collectors} collectors killed`);
  let collected = site.vhod('collect');
  for (let tries = 0; collected.status === 3 && tries < 50; tries++) { // the site's own timer may be at it
    await pause(100);
    collected = site.vhod('collect');
  }
  assert.equal(collected.status, 0, collected.stderr);
  t.diagnostic(`${collectors} collectors killed`);
  const file = path.join(site.state, 'tally.db');
  const ask = (sql) => askSqlite(file, sql);
  compare(t, result, kills, toRows(checkTables(ask)), droppedOf(ask));
  assert.deepEqual(ask('PRAGMA integrity_check'), [['ok']]);

  await t.test('counted anew from the journals that were kept, all of it is the same', () => {
    const again = path.join(site.folder, 'again.db');
    const rebuilt = site.vhod('collect', '--rebuild', again);
    assert.equal(rebuilt.status, 0, rebuilt.stderr);
    for (const table of ['hour', 'day', 'week', 'total', 'language', 'referrer', 'search', 'missing', 'dropped']) {
      const rows = (one) => askSqlite(one, `SELECT * FROM ${table}`).map((row) => row.join(' ')).sort();
      assert.deepEqual(rows(again), rows(file), table);
    }
    assert.notEqual(site.vhod('collect', '--rebuild', again).status, 0, 'a file that is there is left alone');
  });
});

// --- two machines, PostgreSQL -----------------------------------------------------------------------------------------------

test(`${REQUESTS / 4} requests to two machines, their database stopped and started meanwhile`, { timeout: 900_000 }, async (t) => {
  postgres = await startPostgres();
  postgres.ask("CREATE DATABASE tally TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'");
  const address = postgres.address('tally');
  const pair = [];
  for (const node of ['one', 'two']) {
    const site = await startSite({ env: { VHOD_STATS_STAFF_HEADER: 'X-Staff', VHOD_TALLY_STORE: address, VHOD_JOURNAL_NODE: node } });
    const own = site.environment.bind(site);
    site.environment = () => ({ ...own(), VHOD_TALLY_STORE: address, VHOD_JOURNAL_NODE: node });
    site.expected = /tally postgresql:|in use by somebody else/; // it is gone at times, and they say so
    sites.push(site);
    pair.push(site);
  }
  const assassins = [killWorkers(pair), ...pair.map(killCollectors)];
  let going = true;
  let stops = 0;
  const breaker = (async () => {
    while (going) {
      await pause(1500 + random(1500));
      await postgres.stop(stops % 2 ? 'SIGQUIT' : 'SIGINT');
      stops++;
      await pause(500);
      await postgres.start();
    }
  })();
  const result = await send(pair.map((site) => site.url), REQUESTS / 4);
  going = false;
  await breaker;
  const [kills, ...collectors] = await Promise.all(assassins.map((one) => one.stop()));
  assert.ok(stops > 0 && kills > 5, `${stops} stops, ${kills} kills`);
  t.diagnostic(`${collectors[0] + collectors[1]} collectors killed, the database stopped ${stops} times`);
  for (const site of pair) {
    let collected = site.vhod('collect');
    for (let tries = 0; collected.status === 3 && tries < 50; tries++) {
      await pause(200);
      collected = site.vhod('collect');
    }
    assert.equal(collected.status, 0, collected.stderr);
    assert.equal(site.vhod('collect').stdout.split(' ')[1], '0', 'and nothing is left');
  }
  const ask = (sql) => postgres.ask(`SET search_path TO vhod; ${sql}`, 'tally');
  compare(t, result, kills, toRows(checkTables(ask)), droppedOf(ask));

  await t.test('both machines show the same page', async () => {
    const [left, right] = await Promise.all(pair.map(async (site) => (await request(`${site.url}/stats.json?period=today`)).json()));
    assert.deepEqual(left.regions, right.regions);
    assert.equal(left.people, right.people);
    assert.ok(left.people > 0);
  });

  await t.test('SQLite counts the same from the same journals', () => {
    const files = pair.map((site) => {
      const file = path.join(site.folder, 'again.db');
      assert.equal(site.vhod('collect', '--rebuild', file).status, 0);
      return new Map(toRows(askSqlite(file, sums('day'))));
    });
    for (const [key, number] of toRows(ask(sums('day'))))
      assert.equal(files.reduce((sum, file) => sum + (file.get(key) ?? 0), 0), number, key);
  });

  await t.test('the password is in no file and no message of theirs', () => {
    for (const site of pair) {
      assert.ok(!site.stderr.includes(postgres.password));
      assert.throws(() => execFileSync('grep', ['-rqF', postgres.password, site.state])); // grep finds nothing: status 1
    }
  });
});

// --- the database gone ------------------------------------------------------------------------------------------------------

test('while the database is away pages go on, and what they were counts afterwards', { timeout: 120_000 }, async () => {
  const pair = sites.slice(-2);
  const before = (await request(`${pair[0].url}/stats.json?period=today`)).json().people;
  await postgres.stop();
  for (let i = 0; i < 100; i++) {
    const { status, headers } = await request(`${pair[i % 2].url}/region/ru-ad`);
    assert.deepEqual([status, headers['x-vhod-counted']], [200, 'yes']);
  }
  const began = Date.now();
  const { status } = await request(`${pair[0].url}/stats.json?period=today`);
  assert.equal(status, 503);
  assert.ok(Date.now() - began < 12_000);
  await postgres.start();
  for (const site of pair) assert.equal(site.vhod('collect').status, 0);
  assert.equal((await request(`${pair[0].url}/stats.json?period=today`)).json().people, before + 100);
});
