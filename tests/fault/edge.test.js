// A cache in front (nginx) that answers for us: its access log and our journal together count each view once, whoever
// answered it, and the totals are what the clients saw.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { BROWSER, LANGUAGE, request } from '../web/http.js';
import { scale, startSite } from '../web/server.js';

const ROUNDS = Math.max(40, Math.round(500 * scale));
const ROBOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
const TEST_ADDRESS = '127.66.0.1';

let site;
let edge; // {url, log, child}

// Pages are kept for a minute for everyone, whatever the site says of them; requests that are passed on carry the header.
async function startEdge() {
  const folder = path.join(site.folder, 'edge');
  const log = path.join(folder, 'access.log');
  fs.mkdirSync(folder);
  fs.chmodSync(site.folder, 0o755);
  for (let tries = 0; tries < 20; tries++) {
    const port = 10000 + Math.floor(Math.random() * 22000);
    fs.writeFileSync(path.join(folder, 'nginx.conf'), `
daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log; user root;
events { worker_connections 256; }
http {
  access_log ${log} combined;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u;
  scgi_temp_path ${folder}/s;
  proxy_cache_path ${folder}/cache keys_zone=pages:4m;
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass ${site.url}; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $proxy_host;
      proxy_set_header X-Edge 1;
      proxy_cache pages; proxy_cache_valid 200 1m; proxy_ignore_headers Cache-Control; proxy_cache_key $request_uri;
      proxy_cache_lock on; add_header X-Cache $upstream_cache_status always;
    }
  }
}`);
    const child = spawn('setpriv', ['--pdeathsig', 'TERM', '--', 'nginx', '-e', `${folder}/error.log`, '-c', `${folder}/nginx.conf`],
      { stdio: 'ignore', env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` } });
    const url = `http://127.0.0.1:${port}`;
    for (let i = 0; i < 100 && child.exitCode === null; i++) {
      try {
        await request(`${url}/health`);
        return { url, log, child };
      } catch {
        await new Promise((wake) => setTimeout(wake, 50));
      }
    }
    child.kill('SIGTERM');
  }
  throw new Error('nginx did not start');
}

before(async () => {
  site = await startSite({ env: { VHOD_JOURNAL_EDGE_HEADER: 'X-Edge', VHOD_STATS_STAFF_NETWORKS: '127.66.0.0/16' } });
  const own = site.environment.bind(site);
  site.environment = () => ({ ...own(), VHOD_JOURNAL_EDGE_HEADER: 'X-Edge', VHOD_STATS_STAFF_NETWORKS: '127.66.0.0/16' });
  edge = await startEdge();
});
after(async () => {
  if (edge) {
    const ended = new Promise((resolve) => edge.child.once('exit', resolve));
    edge.child.kill('SIGTERM');
    await ended;
  }
  await site?.stop();
});

// What is asked, what it counts as, and by whom; status other than 200 comes from the site and is in its journal.
const MIX = [
  { target: '/region/ru-alt', key: 'person region ru-alt' },
  { target: '/region/ru-alt.json', key: 'person region ru-alt' },
  { target: '/region/ru-ta', key: 'person region ru-ta', headers: { Referer: 'https://school.example/page?x=1' } },
  { target: '/q/17', key: 'person question 17' },
  { target: '/q/17?cited', key: 'person cited q/17' },
  { target: '/guide/epos-link?region=ru-per', key: 'person guide epos-link' },
  { target: '/', key: 'person page /' },
  { target: '/regions?utm_source=x', key: 'person page /regions' },
  { target: '/search?q=qwxz', key: 'person search …' },
  { target: '/region/ru-alt', key: 'robot region ru-alt', headers: { 'User-Agent': ROBOT } },
  { target: '/region/ru-alt', key: 'robot region ru-alt', headers: { 'User-Agent': '' } },
  { target: '/region/ru-ta', key: 'staff region ru-ta', localAddress: TEST_ADDRESS },
  { target: '/go/ru-ta', key: 'person departure ru-ta', status: 303 },
  { target: '/nowhere', key: 'person missing …', status: 404 },
  { target: '/ping/ru-per', key: 'person departure ru-per', status: 204, method: 'POST', own: true },
  { target: '/Region/ru-alt', status: 301 },
  { target: '/region/ru-alt', method: 'HEAD' },
  { target: '/health' },
];

function ask(row) {
  return new Promise((resolve, reject) => {
    const headers = { 'User-Agent': BROWSER, 'Accept-Language': LANGUAGE, ...row.headers, ...(row.own ? { Origin: site.url } : {}) };
    const sent = http.request(edge.url + row.target, { method: row.method ?? 'GET', localAddress: row.localAddress, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response));
    });
    sent.on('error', reject);
    sent.end();
  });
}

const sqlite = (sql) => execFileSync('sqlite3', ['-separator', ' ', path.join(site.state, 'tally.db'), sql], { encoding: 'utf8' })
  .split('\n').filter(Boolean);

test(`${ROUNDS * MIX.length} requests through a cache: the log and the journal count each view once`, { timeout: 300_000 }, async (t) => {
  const seen = new Map();
  let hits = 0;
  for (let i = 0; i < ROUNDS; i++) {
    const answers = await Promise.all(MIX.map(ask));
    for (const [n, response] of answers.entries()) {
      const { key, target, status = 200 } = MIX[n];
      assert.equal(response.statusCode, status, target);
      if (key) seen.set(key, (seen.get(key) ?? 0) + 1);
      if (response.headers['x-cache'] === 'HIT') hits++;
    }
    if (i % 10 === 5) { // as a timer would: the log grows meanwhile
      assert.equal(site.vhod('collect', '--access-log', edge.log, '--format', 'combined').status, 0);
    }
  }
  assert.ok(hits > ROUNDS, `${hits} answered by the cache`);
  fs.renameSync(edge.log, `${edge.log}.1`); // rotated
  const last = site.vhod('collect', '--access-log', `${edge.log}.1`, '--format', 'combined');
  assert.equal(last.status, 0, last.stderr);
  assert.match(site.vhod('collect', '--access-log', `${edge.log}.1`, '--format', 'combined').stdout, /^collected: 0 records, 0 dropped/);
  assert.equal(site.vhod('collect').status, 0);
  const counted = new Map(sqlite('SELECT client, kind, id, sum(views) FROM day GROUP BY 1, 2, 3')
    .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]));
  const sorted = (map) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  assert.deepEqual(sorted(counted), sorted(seen));
  assert.deepEqual(sqlite("SELECT query, sum(count) FROM search WHERE client = 'person' GROUP BY query"), [`qwxz ${ROUNDS}`]);
  assert.deepEqual(sqlite("SELECT host, sum(views) FROM referrer GROUP BY host"), [`school.example ${ROUNDS}`]);
  t.diagnostic(`${[...seen.values()].reduce((sum, n) => sum + n, 0)} counted, ${hits} of them answered by the cache`);
});

test('what the site passes on through the cache says who counts it', async () => {
  assert.equal((await request(`${site.url}/region/ru-per`)).headers['x-vhod-counted'], 'yes');
  assert.equal((await request(`${site.url}/region/ru-per`, { headers: { 'X-Edge': '1' } })).headers['x-vhod-counted'], 'no; edge');
  assert.equal((await request(`${edge.url}/region/ru-per?fresh`)).headers['x-vhod-counted'], 'no; edge');
});

test('a form that is not said, or another one, is refused', () => {
  for (const args of [['--access-log', edge.log], ['--access-log', edge.log, '--format', 'combined', '--rebuild', 'x'], ['--explain'], ['--format', 'combined']])
    assert.equal(site.vhod('collect', ...args).status, 2, args.join(' '));
  assert.equal(site.vhod('collect', '--access-log', `${edge.log}.none`, '--format', 'combined').status, 3);
});
