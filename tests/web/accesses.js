// accesses.js: a site whose statistics have something to say: made-up accesses of many days, up to and with today.
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { request } from './http.js';
import { top } from './server.js';

// Fills a running site's tally and resolves with today's date, as the site sees it.
export async function fillTally(site, days) {
  site.count();
  const today = (await request(`${site.url}/stats.json?period=today`, { agent: false })).json().to;
  execFileSync(path.join(top, 'tests/bench/synthetic_tally.sh'), ['--tally', path.join(site.state, 'tally.db'), '--last', today,
    '--days', String(days), '--directory', path.join(site.state, 'directory.db')], { stdio: ['ignore', 'ignore', 'inherit'] });
  return today;
}
