// No address, cookie or user agent of a reader in any file that is written: requests carry marks in all these places, and
// every file of the site is searched for them afterwards; so is the database.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { startSite } from '../web/server.js';
import { startPostgres } from './postgres.js';

const ADDRESS = '127.7.8.9'; // all of 127.0.0.0/8 is this machine
const MARKS = {
  'User-Agent': 'Mozilla/5.0 (AGENTMARK) Gecko/20100101',
  Cookie: 'id=COOKIEMARK',
  'X-Forwarded-For': '198.51.100.77',
  Forwarded: 'for=198.51.100.78',
  'X-Real-IP': '198.51.100.79',
  Via: '1.1 VIAMARK',
  'X-Staff': 'STAFFMARK',
  Referer: 'https://school.example/REFERERMARK?q=REFERERMARK',
  'Accept-Language': 'ru-RU-x-LANGMARK',
  'Ping-From': 'https://school.example/PINGMARK',
  From: 'FROMMARK@example.org',
};
const FORBIDDEN = ['AGENTMARK', 'COOKIEMARK', '198.51.100.7', 'VIAMARK', 'STAFFMARK', 'REFERERMARK', 'LANGMARK', 'PINGMARK',
  'FROMMARK', ADDRESS, 'TRACKMARK', 'Gecko/20100101'];

let site;
let postgres;
before(async () => {
  postgres = await startPostgres();
  site = await startSite({ env: { VHOD_STATS_STAFF_NETWORKS: '127.7.0.0/16' } });
});
after(async () => {
  await site?.stop();
  await postgres?.remove();
});

function ask(target, { method = 'GET', headers = {} } = {}) {
  return new Promise((resolve, reject) => {
    const sent = http.request(site.url + target, { method, localAddress: ADDRESS, headers: { ...MARKS, ...headers } }, (response) => {
      response.resume();
      response.on('end', () => resolve(response));
    });
    sent.on('error', reject);
    sent.end();
  });
}

function filesUnder(folder) {
  return fs.readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
}

function search(text, where) {
  for (const mark of FORBIDDEN) assert.ok(!text.includes(mark), `${mark} is in ${where}`);
}

test('nothing of a reader is in any file or message', async () => {
  for (const target of ['/', '/region/ru-alt', '/region/ru-alt.json', '/q/17?cited&utm_source=TRACKMARK', '/guide/epos-link', '/search?q=qwxz',
    '/nowhere', '/nowhere%2e%2e/', '/a/../b', '/%ff', '/go/ru-ta', '/stats', '/health', '/embed/region/ru-alt']) await ask(target);
  await ask('/ping/ru-alt', { method: 'POST' });
  await ask('/ping/ru-alt', { method: 'POST', headers: { Origin: site.url } });
  await ask('/region/ru-alt', { method: 'HEAD' });
  const counted = await ask('/region/ru-alt');
  assert.equal(counted.headers['x-vhod-counted'], 'no; staff', 'the address was seen, and judged');

  // The log of a cache in front holds it all; what is made of it does not.
  const log = path.join(site.folder, 'edge-access');
  const line = (target) => `${ADDRESS} - - [21/Nov/2026:12:00:00 +0300] "GET ${target} HTTP/2.0" 200 512 "${MARKS.Referer}" "${MARKS['User-Agent']}"\n`;
  fs.writeFileSync(log, ['/region/ru-ta', '/q/17?utm_source=TRACKMARK', '/search?q=qwxz', 'AGENTMARK'].map(line).join('') + 'AGENTMARK\n');
  const collected = site.vhod('collect', '--access-log', log, '--format', 'combined');
  assert.match(collected.stdout, /^collected: 3 records, 1 dropped, 0 noise, of 5 lines/, collected.stderr);
  fs.rmSync(log);
  assert.equal(site.vhod('collect').status, 0);

  const written = filesUnder(site.folder);
  assert.ok(written.some((file) => file.includes('journal')) && written.some((file) => file.endsWith('tally.db')), String(written));
  for (const file of written) search(fs.readFileSync(file, 'latin1'), file);
  search(site.stderr + collected.stdout + collected.stderr, 'a message');
  const journal = written.filter((file) => file.includes('/journal/')).map((file) => fs.readFileSync(file, 'latin1')).join('');
  assert.ok(journal.includes('school.example'), 'the host of the referrer is what is kept');
});

test('nor in the database that several machines share', () => {
  postgres.ask("CREATE DATABASE tally TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'");
  const own = site.environment();
  const env = { ...own, VHOD_TALLY_STORE: postgres.address('tally') };
  execFileSync(path.join(process.env.VHOD_BUILD ?? 'build', 'bin/vhod'), ['collect'], { env });
  const dump = execFileSync('pg_dump', ['--inserts', postgres.address('tally')], { encoding: 'utf8' });
  assert.ok(dump.includes('ru-alt') && dump.includes('school.example'));
  search(dump, 'the database');
});
