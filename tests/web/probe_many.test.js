// Many addresses in one run of the probe: 10,000 at full scale. Memory stays flat, one request at a time to each host.
import assert from 'node:assert/strict';
import { spawn, execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import tls from 'node:tls';
import { Authority, WEB_NETWORK, page, startNameServer, startWeb } from './internet.js';
import { build, scale, top } from './server.js';

const COUNT = Math.round(10_000 * scale);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vhod-many-'));
const data = path.join(folder, 'data');
const env = () => ({
  PATH: process.env.PATH, VHOD_SETTINGS: path.join(data, 'vhod.ini'), VHOD_PATH_DATA: data, VHOD_PATH_STATE: path.join(folder, 'state'),
  VHOD_PROBE_CA_FILE: authority.file, VHOD_PROBE_NAME_SERVERS: names.address, VHOD_PROBE_ALLOW_NETWORKS: WEB_NETWORK,
  VHOD_PROBE_RETRIES: '0', VHOD_PROBE_PARALLEL: '16', VHOD_PROBE_PAUSE_MS: '0', VHOD_PROBE_CONNECT_SECONDS: '30',
});
const body = 'слово '.repeat(2000);
let authority, names, web;

before(async () => {
  authority = new Authority();
  names = await startNameServer(() => '127.1.0.1');
  const wide = tls.createSecureContext(authority.issue(['*.many.example']));
  web = await startWeb(({ socket, host }) => socket.end(page(`Дневник ${host}`, { body })), () => wide);
  fs.cpSync(path.join(top, 'data'), data, { recursive: true });
  const regions = fs.readdirSync(path.join(data, 'regions')).map((name) => path.join(data, 'regions', name));
  const section = /^\[login\.schools\]\n(?:(?!\[).*\n?)*/m.exec(fs.readFileSync(path.join(data, 'regions/RU-ALT.ini'), 'utf8'))[0];
  for (const file of regions) { // several addresses: how to choose is said, and what each button opens
    fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(/^choose.*\n/m, '').replace('[region]\n', '[region]\nchoose = Какой?\n')
      .replace(/^title.*\n(?!button)/gm, '$&button = Войти\n'));
  }
  for (let i = 0; i < COUNT; i++) { // a few to each region: files of content have a limit
    fs.appendFileSync(regions[i % regions.length], `\n${section.replace('[login.schools]', `[login.many${i}]`)
      .replace(/^url\s*=.*$/m, `url = https://host${i}.many.example:${web.https}/`)}`);
  }
  execFileSync(path.join(build, 'bin/vhod'), ['publish'], { env: env(), stdio: 'pipe' });
});
after(async () => {
  await web?.stop();
  await names?.stop();
  authority?.remove();
  fs.rmSync(folder, { recursive: true, force: true });
});

test(`${COUNT} addresses in one run, in flat memory`, async (t) => {
  const child = spawn(path.join(build, 'bin/vhod'), ['probe'], { env: env(), stdio: ['ignore', 'pipe', 'pipe'] });
  const samples = [];
  let output = '';
  const began = Date.now();
  child.stdout.setEncoding('utf8').on('data', (text) => { output += text; });
  child.stderr.setEncoding('utf8').on('data', (text) => { output += text; });
  const watch = setInterval(() => {
    try {
      const rss = Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0);
      const files = fs.readdirSync(`/proc/${child.pid}/fd`).length;
      if (rss > 0) samples.push({ done: web.calls.length, rss, files });
    } catch { /* it has just ended */ }
  }, 50);
  const status = await new Promise((resolve) => child.once('close', resolve));
  clearInterval(watch);
  assert.equal(status, 0, output.slice(-500));
  const many = web.calls.filter(({ host }) => host.endsWith('.many.example'));
  assert.equal(new Set(many.map(({ host }) => host)).size, COUNT);
  assert.equal(web.most, 1);
  // From a tenth on, when every place has worked, until the last fetch.
  const during = samples.filter(({ done }) => done > COUNT / 10 && done < web.calls.length);
  const early = Math.max(...during.filter(({ done }) => done < COUNT / 4).map(({ rss }) => rss));
  const late = Math.max(...during.map(({ rss }) => rss));
  const files = Math.max(...during.map((sample) => sample.files));
  t.diagnostic(`${COUNT} answered in ${((Date.now() - began) / 1000).toFixed(1)} s; memory ${early} KiB by a quarter, ${late} KiB at most; `
    + `${files} descriptors at most`);
  assert.ok(late - early < 2048, `${early} -> ${late} KiB`);
  assert.ok(files < 100, `${files} descriptors`);
});
