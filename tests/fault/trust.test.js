// Who reads the statistics: a user whom the web server has authenticated, or who reaches a socket that is the owner's. Nothing
// that a client or a proxy says of itself opens them.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { request } from '../web/http.js';
import { build, startSite, top } from '../web/server.js';
import { startExample, startNginx } from '../web/servers.js';

let local; // make run, as anybody starts it
let known; // make run for a site that is known by another name
before(async () => {
  local = await startSite();
  known = await startSite({ env: { VHOD_SITE_URL: 'https://school.example' } });
});
after(async () => {
  await local?.stop();
  await known?.stop();
});

const PLACES = ['/stats', '/stats.json', '/stats.csv?table=regions', '/stats?from=2026-11-01'];
const basic = (user) => `Basic ${Buffer.from(user).toString('base64')}`;
// What somebody might say to be taken for the owner.
const CLAIMS = [
  {}, { Host: '127.0.0.1' }, { Host: 'localhost' }, { Authorization: basic('owner:x') }, { 'Remote-User': 'owner' }, { 'X-Remote-User': 'owner' },
  { 'X-Forwarded-For': '127.0.0.1' }, { 'X-Real-IP': '127.0.0.1' }, { Forwarded: 'for=127.0.0.1;host=127.0.0.1' }, { Remote_User: 'owner' },
  { 'X-Forwarded-User': 'owner' }, { REMOTE_ADDR: '127.0.0.1' },
];

async function closedTo(url, claims = CLAIMS) {
  for (const headers of claims) {
    for (const place of PLACES) {
      const { status, text } = await request(url + place, { headers });
      assert.equal(status, 403, `${place} for ${JSON.stringify(headers)}`);
      assert.doesNotMatch(text, /"people"/);
    }
  }
}

async function openTo(url, headers = {}) {
  const response = await request(`${url}/stats.json`, { headers });
  assert.equal(response.status, 200);
  assert.ok('people' in response.json());
}

test('make run: open to this machine, and closed behind the proxy_pass of an nginx that is told nothing else', async () => {
  await openTo(local.url);
  const proxy = await startNginx(`server { listen; location / { proxy_pass ${local.url}; } }`);
  try {
    assert.equal((await request(`${proxy.url}/`)).status, 200);
    await closedTo(proxy.url);
  } finally {
    await proxy.stop();
  }
});

test('make run for a site that is known elsewhere: closed, whatever stands in front', async () => {
  await closedTo(known.url);
  const proxies = [
    `location / { proxy_pass ${known.url}; }`,
    `location / { proxy_pass ${known.url}; proxy_http_version 1.1; proxy_set_header Connection ""; }`,
    `location / { proxy_pass ${known.url}; proxy_http_version 1.1; proxy_set_header Host $host; proxy_set_header X-Real-IP $remote_addr; }`,
  ];
  for (const location of proxies) {
    const proxy = await startNginx(`server { listen; ${location} }`);
    try {
      await closedTo(proxy.url);
    } finally {
      await proxy.stop();
    }
  }
});

const users = (folder) => fs.writeFileSync(path.join(folder, 'users'), `owner:${execFileSync('openssl', ['passwd', '-apr1', 'secret'], { encoding: 'utf8' })}`);

for (const server of ['nginx', 'lighttpd']) {
  test(`${server} as shipped: closed, but for the statistics' own socket`, async () => {
    const front = await startExample(server, known);
    try {
      assert.equal((await request(`${front.url}/`)).status, 200);
      await closedTo(front.url);
      await openTo(`http://127.0.0.1:${front.statsPort}`);
      await openTo(`http://127.0.0.1:${front.statsPort}`, { Host: `localhost:${front.statsPort}` });
      // a page elsewhere whose name was pointed at this machine
      for (const Host of ['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example', `evil.example:${front.statsPort}`]) {
        const { status } = await request(`http://127.0.0.1:${front.statsPort}/stats.json`, { headers: { Host } });
        assert.ok([403, 421].includes(status), `${Host}: ${status}`);
      }
    } finally {
      await front.stop();
    }
  });

  test(`${server} with its lines for users taken in: who signs in, and nobody else`, async () => {
    const front = await startExample(server, known, { edit: (text) => text.replaceAll('#AUTH ', '') });
    try {
      users(front.folder);
      for (const headers of CLAIMS) {
        for (const place of PLACES) assert.equal((await request(front.url + place, { headers })).status, 401, JSON.stringify(headers));
      }
      assert.equal((await request(`${front.url}/stats`, { headers: { Authorization: basic('owner:wrong') } })).status, 401);
      assert.equal((await request(`${front.url}/stats`, { headers: { Authorization: basic('other:secret') } })).status, 401);
      await openTo(front.url, { Authorization: basic('owner:secret') });
      // a name that nobody asked for makes no reader one of the staff
      const page = await request(`${front.url}/region/ru-alt`, { headers: { Authorization: basic('reader:x') } });
      assert.equal(page.headers['x-vhod-counted'], 'yes');
    } finally {
      await front.stop();
    }
  });
}

test('this machine is trusted only where a site is known by this machine', () => {
  const settings = fs.readFileSync(path.join(top, 'data/vhod.ini'), 'utf8');
  assert.match(settings, /^loopback = no$/m);
  const run = (url) => spawnSync(path.join(build, 'bin/stats.fcgi'), ['GET', '/stats', 'REMOTE_ADDR=127.0.0.1'],
    { env: { ...local.environment(), VHOD_STATS_LOOPBACK: 'yes', VHOD_SITE_URL: url }, encoding: 'utf8' });
  const refused = run('https://school.example');
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /\[stats\] loopback: yes is only for a site whose \[site\] url is on this machine/);
  assert.match(run('http://127.0.0.1:8080').stdout, /^Status: 200/);
  assert.match(run('http://localhost').stdout, /^Status: 200/);
});
