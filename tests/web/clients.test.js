// People and programs: the crawlers and browsers of public lists ask the running site for a page, the feed and an embed, and
// what they count as is what the lists say of them.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { browsers, crawlers, isbot, PEOPLE } from './agents.js';
import { LANGUAGE, request } from './http.js';
import { startSite } from './server.js';

const PAGES = ['/region/ru-alt', '/changes.atom', '/embed/region/ru-alt'];
const SHARE = 0.005; // of the crawlers, at most so many may count as people
const DRAWS = 5000;

let site;
let agent;
before(async () => {
  site = await startSite();
  agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
});
after(() => { agent?.destroy(); return site?.stop(); });

// What each counts as; fields are what it sends beside its name.
async function judge(agents, page, fields = {}) {
  const words = new Map();
  const names = [...new Set(agents)];
  let next = 0;
  await Promise.all(Array.from({ length: 8 }, async () => {
    while (next < names.length) {
      const name = names[next++];
      const { status, headers } = await request(site.url + page, { agent, headers: { ...fields, 'User-Agent': Buffer.from(name).toString('latin1') } });
      assert.equal(status, 200, name);
      words.set(name, headers['x-vhod-counted'].replace('yes', 'person').replace('no; ', ''));
    }
  }));
  return words;
}

for (const page of PAGES) {
  test(`crawlers are no people: ${page}`, async (t) => {
    const words = await judge(crawlers.map((crawler) => crawler.agent), page);
    const people = crawlers.filter((crawler) => words.get(crawler.agent) === 'person');
    const kinds = {};
    for (const { agent: name, kinds: [kind] } of crawlers) {
      kinds[kind] ??= { same: 0, other: 0, person: 0 };
      kinds[kind][words.get(name) === 'person' ? 'person' : crawlers.find((c) => c.agent === name).kinds.includes(words.get(name)) ? 'same' : 'other']++;
    }
    if (page === PAGES[0]) {
      for (const [kind, { same, other, person }] of Object.entries(kinds)) t.diagnostic(`${kind}: ${same} as that, ${other} as another program, ${person} as people`);
      t.diagnostic(`counted ${people.length} of ${crawlers.length} crawlers as people; isbot takes ${crawlers.filter((c) => !isbot(c.agent)).length} for people`);
    }
    assert.ok(crawlers.length >= 2000);
    assert.ok(people.length <= crawlers.length * SHARE, people.map((crawler) => crawler.agent).join('\n'));
    // not one that is not known, and named, as a person
    assert.deepEqual(people.filter(({ agent: name }) => !PEOPLE.some((known) => known.test(name))), []);
    const right = crawlers.filter(({ agent: name, kinds: list }) => list.includes(words.get(name))).length;
    assert.ok(right > crawlers.length * 0.95, `${right} of their own kind`);
  });

  test(`browsers are people: ${page}`, async (t) => {
    assert.ok(browsers.length >= DRAWS);
    const words = await judge(browsers, page);
    const lost = browsers.filter((name) => words.get(name) !== 'person');
    if (page === PAGES[0]) t.diagnostic(`counted ${browsers.length - lost.length} of ${browsers.length} draws of ${words.size} browsers as people`);
    assert.deepEqual([...new Set(lost)], []);
  });
}

test('site builders that fetch what their pages embed are no people', async () => {
  const words = await judge(['WordPress/6.4.2; https://school.example', 'WordPress.com; https://school.example',
    'Tilda/1.0', 'Mozilla/5.0 (compatible; TildaBot/1.0)', 'Drupal (+http://drupal.org/)', '1C-Bitrix'], '/embed/region/ru-alt');
  for (const [name, word] of words) assert.equal(word, 'builder', name);
});

test('a browser that behaves like none is counted apart, and shown', async () => {
  const [name] = browsers.filter((one) => /Chrome\/1\d\d/.test(one) && !/wv\)/.test(one));
  const cases = [
    [{ 'Accept-Language': '' }, 'pretender'],
    [{ 'X-Forwarded-Proto': 'https' }, 'pretender'],
    [{ 'X-Forwarded-Proto': 'https', 'Sec-Fetch-Site': 'none' }, 'person'],
    [{ 'Accept-Language': LANGUAGE }, 'person'],
  ];
  site.count();
  const earlier = (await request(`${site.url}/stats.json?period=today`)).json().clients;
  for (const [fields, word] of cases) assert.equal((await judge([name], '/region/ru-ta', fields)).get(name), word, JSON.stringify(fields));
  site.count();
  const document = (await request(`${site.url}/stats.json?period=today`)).json();
  assert.equal(document.clients.pretender - (earlier.pretender ?? 0), 2);
  assert.equal(document.clients.person - earlier.person, 2);
  const programs = ['robot', 'feed', 'preview', 'library', 'builder', 'archive', 'ai'];
  assert.equal(document.robots, programs.reduce((sum, word) => sum + document.clients[word], 0));
  for (const word of programs) assert.ok(document.clients[word] > 0, word);
  assert.match((await request(`${site.url}/stats?period=today`)).text, /но ведут себя не как браузер<\/th><td class="n">2</);
});
