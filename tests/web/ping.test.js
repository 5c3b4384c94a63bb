// Clicks through to a portal: the link is the portal's own address; that it was followed is told by <a ping>.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch } from './browser.js';
import { BROWSER, request } from './http.js';
import { startSite } from './server.js';

let site;
before(async () => { site = await startSite(); });
after(() => site?.stop());

const ping = (iso, headers, method = 'POST') => request(`${site.url}/ping/${iso}`, { method, headers });
const departures = async (iso) => {
  site.count();
  return (await request(`${site.url}/stats.json?period=today`)).json().regions.find((region) => region.iso === iso)?.departures ?? 0;
};

test('who does not come from a page of ours is not counted', async () => {
  for (const headers of [{}, { Origin: 'https://evil.example' }, { Origin: 'null' }, { 'Ping-From': `${site.url}/region/ru-alt` },
    { 'Ping-To': 'https://portal.example/' }, { Origin: `${site.url}.evil.example` },
    { Origin: 'https://evil.example', 'Ping-From': `${site.url}/region/ru-alt`, 'Ping-To': 'https://portal.example/' }]) {
    const { status, headers: answer } = await ping('ru-alt', headers);
    assert.deepEqual([status, answer['x-vhod-counted']], [403, 'no; error'], JSON.stringify(headers));
  }
  assert.equal((await ping('ru-alt', { Origin: site.url }, 'GET')).status, 405);
  assert.equal((await ping('ru-xyz', { Origin: site.url })).status, 404);
  assert.equal((await ping('kazan', { Origin: site.url })).status, 404);
  assert.equal(await departures('ru-alt'), 0);
});

test('what a browser sends is counted, robots apart', async () => {
  for (const headers of [{ Origin: site.url }, { 'Ping-From': `${site.url}/region/ru-alt`, 'Ping-To': 'https://portal.example/' }]) {
    const { status, headers: answer, body } = await ping('ru-alt', { ...headers, 'Content-Type': 'text/ping' });
    assert.deepEqual([status, answer['x-vhod-counted'], body.length], [204, 'yes', 0]);
    assert.match(answer['cache-control'], /no-store/);
  }
  assert.equal((await ping('ru-alt', { Origin: site.url, 'User-Agent': 'curl/8' })).headers['x-vhod-counted'], 'no; library');
  assert.equal(await departures('ru-alt'), 2);
});

test('a reader clicks: the browser goes straight to the portal, and one departure is counted', { timeout: 60_000 }, async () => {
  const browser = await launch();
  try {
    const page = await browser.newPage({ userAgent: BROWSER }); // its own name says that nobody looks
    let visited;
    // The portal is not asked from here.
    await page.route((url) => url.origin !== site.url, (route) => {
      visited = route.request().url();
      return route.fulfill({ status: 200, contentType: 'text/html', body: '<title>portal</title>' });
    });
    await page.goto(`${site.url}/region/ru-ta`);
    const link = page.locator('a[ping]').first();
    const address = await link.getAttribute('href');
    assert.match(address, /^https?:\/\//);
    await link.click();
    await page.waitForURL(new URL(address).href);
    assert.equal(visited, new URL(address).href, 'no detour');
    const limit = Date.now() + 10_000;
    while (await departures('ru-ta') === 0 && Date.now() < limit) await new Promise((wake) => setTimeout(wake, 100));
    assert.equal(await departures('ru-ta'), 1);
  } finally {
    await browser.close();
  }
});

test('every button to a portal tells, on regions and in guides', async () => {
  for (const target of ['/region/ru-alt', '/guide/epos-link?region=ru-per']) {
    const { text } = await request(site.url + target);
    const buttons = text.match(/<a class="btn big[^>]*>/g);
    assert.ok(buttons?.length, target);
    for (const button of buttons) assert.match(button, / ping="http:[^"]+\/ping\/ru-[a-z]+"/, button);
  }
});
