// Publishing: a broken edit changes nothing and is told plainly; a good one is seen at once; readers notice neither.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { load, request } from './http.js';
import { scale, startSite } from './server.js';

let site;
before(async () => { site = await startSite({ copyData: true }); });
after(() => site?.stop());
const get = (address, options) => request(site.url + address, options);
const snapshot = async () => (await get('/health')).json().snapshot;

// Changes files of the content ({name: function of the text, or the whole text of a new file}) for as long as work() takes.
async function edited(changes, work) {
  const before = new Map();
  for (const [name, change] of Object.entries(changes)) {
    const file = path.join(site.data, name);
    const text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : null;
    before.set(file, text);
    const changed = typeof change === 'string' ? change : change(text);
    assert.notEqual(changed, text, `${name} holds what the test changes`);
    fs.writeFileSync(file, changed);
  }
  try {
    await work();
  } finally {
    for (const [file, text] of before) text === null ? fs.rmSync(file) : fs.writeFileSync(file, text);
  }
}

function publish() {
  const { status, stdout, stderr } = site.vhod('publish');
  assert.equal(status, 0, stdout + stderr);
}

test('check finds nothing wrong with the content as it is', () => {
  const { status, stdout, stderr } = site.vhod('check');
  assert.equal(status, 0, stdout + stderr);
});

test('a broken file: exit status 1, one line for each fault with file and line, and the site goes on', async () => {
  const old = await snapshot();
  await edited({
    'regions/RU-ALT.ini': (text) => text.replace('https://netschool.edu22.info/', 'htps://netschool.edu22.info/')
      .replace('timezone  = Asia/Barnaul', 'timezone  = Asia/Nowhere').replace('[login.colleges]\n', '[login.colleges]\ncolour = red\n'),
    'questions/07-thrown-back.md': (text) => text.replace(/^title: .*\n/m, '').replace(/^updated: .*$/m, 'updated: soon'),
  }, async () => {
    const { status, stdout, stderr } = site.vhod('publish');
    const faults = (stdout + stderr).split('\n').filter((line) => /\.(ini|md):/.test(line));
    const told = faults.join('\n');
    assert.equal(status, 1);
    assert.equal(faults.length, 5, told);
    for (const fault of [/RU-ALT\.ini:11: .*timezone/, /RU-ALT\.ini:22: .*url/, /RU-ALT\.ini:34: .*colour/,
      /07-thrown-back\.md:\d+: .*updated/, /07-thrown-back\.md: .*title/]) assert.match(told, fault);
    assert.equal(await snapshot(), old);
    assert.ok((await get('/region/ru-alt')).text.includes('https://netschool.edu22.info/'));
  });
});

test('a good edit is seen by the next request, and by caches that ask', async () => {
  const { headers } = await get('/region/ru-alt');
  await edited({ 'regions/RU-ALT.ini': (text) => text.replace(/^choose    = .*$/m, 'choose    = Свежая заметка.') }, async () => {
    publish();
    const again = await get('/region/ru-alt', { headers: { 'If-None-Match': headers.etag } });
    assert.equal(again.status, 200);
    assert.ok(again.text.includes('Свежая заметка.'));
  });
  publish();
  assert.ok(!(await get('/region/ru-alt')).text.includes('Свежая заметка.'));
});

test('a new answer, then retired: the address says so and what replaced it; and it cannot just vanish', async () => {
  const name = 'questions/99-trial.md';
  const text = 'title: Пробный вопрос\nshort: Пробный ответ.\naloud: Это проба / Она пройдёт\nupdated: 2026-11-21\nsources: doc-004\nsymptom: no-entry\nnumber: 99\n\nПодробности.\n';
  await edited({ [name]: text }, async () => {
    publish();
    assert.equal((await get('/q/99')).status, 200);
    fs.writeFileSync(path.join(site.data, name), text.replace('\n\n', '\nretired: 2026-11-21\nreplaced_by: q/8\n\n'));
    publish();
    const page = await get('/q/99');
    assert.equal(page.status, 410);
    assert.match(page.text, /href="\/q\/8"/);
    const problem = await get('/q/99.json');
    assert.equal(problem.status, 410);
    assert.match(problem.headers['content-type'], /^application\/problem\+json/);
    assert.ok(!(await get('/questions')).text.includes('href="/q/99"'));
  });
  const { status, stdout, stderr } = site.vhod('publish');
  assert.equal(status, 1);
  assert.match(stdout + stderr, /99/);
  fs.rmSync(path.join(site.state, 'directory.db'));
  assert.equal(site.vhod('publish').status, 1, 'the archive remembers it without the snapshot');
  fs.rmSync(path.join(site.state, 'history.db')); // as a maintainer would who means it
  publish();
  assert.equal((await get('/q/99')).status, 404);
});

const PUBLISHES = Math.max(20, Math.round(200 * scale));
test(`${PUBLISHES} publishes in a row under load: every request answered, no mixture, never backwards`, { timeout: 300_000 }, async () => {
  const file = path.join(site.data, 'regions/RU-ALT.ini');
  const text = fs.readFileSync(file, 'utf8');
  const mark = (n) => text.replace(/^choose    = У школ.*$/m, `choose    = Издание ${n}.`)
    .replace(/^note       = Дневник.*$/m, `note       = Издание ${n}.`);
  let publishing = true;
  let count = 0;
  let unlike = 0;
  fs.writeFileSync(file, mark(0));
  assert.equal(site.vhod('publish').status, 0);
  // One client after the other asks, so each knows what it saw before; a page holds the mark twice.
  const reader = async () => {
    let last = -1;
    while (publishing) {
      const { good, failures } = await load(site.url, 40, () => '/region/ru-alt.json', { clients: 1, check: (response) => {
        const region = response.json();
        const marks = [region.choose, ...region.logins.map((login) => login.note)]
          .map((note) => /Издание (\d+)/.exec(note ?? '')?.[1]).filter(Boolean).map(Number);
        if (marks.length !== 2 || marks[0] !== marks[1] || marks[0] < last) unlike++;
        [last] = marks;
      } });
      assert.equal(good, 40, failures.join('; '));
      count += good;
    }
  };
  const { spawn } = await import('node:child_process');
  const { build } = await import('./server.js');
  const publishBeside = () => new Promise((resolve) => {
    spawn(path.join(build, 'bin/vhod'), ['publish'], { env: site.environment(), stdio: 'ignore' }).on('exit', resolve);
  });
  const readers = [reader(), reader(), reader()];
  try {
    for (let n = 1; n <= PUBLISHES; n++) {
      fs.writeFileSync(file, mark(n));
      assert.equal(await publishBeside(), 0);
    }
  } finally {
    publishing = false;
    await Promise.all(readers);
    fs.writeFileSync(file, text);
  }
  assert.equal(unlike, 0, 'answers that were mixed or went backwards');
  assert.ok(count > PUBLISHES, `${count} requests`);
  assert.equal((await get('/region/ru-alt.json')).json().choose, `Издание ${PUBLISHES}.`);
  const left = fs.readdirSync(site.state).filter((name) => /tmp|new|~/.test(name));
  assert.deepEqual(left, [], 'no temporary file stays');
});
