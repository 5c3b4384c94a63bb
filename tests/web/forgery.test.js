// What /check catches and whom it accuses: permutations of our hosts by dnstwist, class by class; real government domains; every
// address of the directory however it is written. dnstwist makes no look-ups here (--format list).
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { request } from './http.js';
import { startSite, top } from './server.js';

const CLASSES = ['addition', 'bitsquatting', 'dictionary', 'homoglyph', 'hyphenation', 'insertion', 'omission', 'plural', 'repetition',
  'replacement', 'subdomain', 'transposition', 'various', 'vowel-swap'];
const HOSTS = 30;
const SAMPLE = 12; // of each class of a host
const GOVERNMENT = process.env.VHOD_GOV_DOMAINS || path.resolve(top, '../shared/facts/2026-11/gov-domains.txt');
// Some classes make nothing of some hosts, which dnstwist calls an error.
function permutations(name, host) {
  const words = name === 'dictionary' ? ['-d', '/usr/share/dnstwist/dictionaries/english.dict'] : [];
  try {
    return execFileSync('dnstwist', ['--fuzzers', name, ...words, '--format', 'list', host], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .split('\n').filter((line) => line && line !== host);
  } catch {
    return [];
  }
}
const have = (command) => { try { execFileSync('which', [command], { stdio: 'ignore' }); return true; } catch { return false; } };

let site, logins;
before(async () => {
  site = await startSite({ env: { VHOD_CACHE_KIB: '0' } });
  logins = (await get('/regions.json')).json().regions.flatMap((region) => region.logins.map(({ url }) => url));
});
after(() => site?.stop());
const get = (address) => request(site.url + address);
const check = async (address) => (await get(`/check.json?address=${encodeURIComponent(address)}`)).json();

async function each(items, work) {
  const queue = [...items];
  await Promise.all(Array.from({ length: 6 }, async () => { for (let item; (item = queue.shift()) !== undefined;) await work(item); }));
}

test('every address of the directory, however it is written, is accused of nothing', async () => {
  const accused = [];
  await each(new Set(logins), async (url) => {
    const { protocol, host, hostname, port, pathname } = new URL(url);
    const www = hostname.startsWith('www.') ? hostname.slice(4) : `www.${hostname}`;
    const shown = port ? `:${port}` : '';
    const ways = [url, host, host.toUpperCase(), `${hostname}.${shown}`, `${protocol}//${www}${shown}${pathname}`,
      `${protocol}//${host}${pathname.replace(/\/?$/, '/')}below/this?x=1#y`, ...(port ? [] : [`http://${host}${pathname}`, `${protocol}//${hostname}:${protocol === 'https:' ? 443 : 80}${pathname}`])];
    for (const way of ways) {
      const answer = await check(way);
      if (answer.look_alike || !['current', 'federal', 'former'].includes(answer.verdict)) accused.push(`${way}: ${answer.verdict} ${answer.look_alike?.why ?? ''}`);
    }
    const below = await check(`https://unheard-of.${hostname}/`);
    if (below.look_alike) accused.push(`unheard-of.${hostname}: ${below.look_alike.why}`);
  });
  assert.deepEqual(accused, []);
});

test('permutations by dnstwist, recognised by class', { skip: !have('dnstwist') }, async (t) => {
  const hosts = [...new Set(logins.map((url) => new URL(url).hostname))].filter((host) => !host.startsWith('xn--') && !/^\d/.test(host)).slice(0, HOSTS);
  const lines = [];
  let caught = 0, all = 0;
  // All of them first: while dnstwist runs, nobody here answers the server.
  const made = new Map(CLASSES.map((name) => [name, hosts.map((host) => permutations(name, host))]));
  for (const name of CLASSES) {
    const missed = [];
    let count = 0;
    await each(made.get(name), async (list) => {
      const step = Math.max(1, Math.floor(list.length / SAMPLE));
      for (let i = 0; i < list.length; i += step) {
        const answer = await check(list[i]);
        count++;
        // The same domain is its owner's: said so, and no forgery.
        if (!answer.look_alike && !answer.domain && answer.verdict === 'unknown') missed.push(list[i]);
      }
    });
    all += count;
    caught += count - missed.length;
    lines.push(`${name} ${count ? ((1 - missed.length / count) * 100).toFixed(1) : '-'} % of ${count}${missed.length ? ` (${missed.slice(0, 4).join(' ')})` : ''}`);
  }
  for (const line of lines) t.diagnostic(line);
  t.diagnostic(`over all ${(caught / all * 100).toFixed(1)} % of ${all}`);
  assert.ok(caught / all > 0.9, lines.join('\n'));
});

test('real government domains are not accused', { skip: !fs.existsSync(GOVERNMENT) }, async (t) => {
  const accused = [];
  const names = fs.readFileSync(GOVERNMENT, 'utf8').split(/\s+/).filter((name) => /^[\w.-]+\.\w+$/.test(name));
  await each(names, async (name) => {
    const { look_alike: like, verdict } = await check(name);
    if (verdict === 'unknown' && like) accused.push(`${name}: ${like.why} ${like.host}`);
  });
  t.diagnostic(`${accused.length} of ${names.length} accused: ${accused.join(', ')}`);
  assert.ok(accused.length <= 2, accused.join('\n'));
});
