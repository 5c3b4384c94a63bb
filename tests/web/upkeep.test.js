// Upkeep on the command line, as a maintainer does it: a check with its warnings, what a publish would change, a look at it before
// readers have it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { request } from './http.js';
import { build, startSite, top } from './server.js';

let site;
before(async () => { site = await startSite({ copyData: true }); });
after(() => site?.stop());

// Changes one file of the content for as long as work() takes.
async function edited(name, change, work) {
  const file = path.join(site.data, name);
  const text = fs.readFileSync(file, 'utf8');
  assert.notEqual(change(text), text);
  fs.writeFileSync(file, change(text));
  try {
    await work();
  } finally {
    fs.writeFileSync(file, text);
  }
}
const move = (text) => text.replaceAll('https://netschool.edu22.info/', 'https://moved.example/');
const snapshot = async () => (await request(`${site.url}/health`)).json().snapshot;

// vhod preview, ready: {url, output(), stop()}; stop gives its exit status.
async function preview() {
  const child = spawn(path.join(build, 'bin/vhod'), ['preview', '0'], {
    env: { ...site.environment(), TMPDIR: site.folder }, stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const exited = new Promise((resolve) => { child.once('exit', resolve); });
  child.stderr.setEncoding('utf8').on('data', (text) => { output += text; });
  const url = await new Promise((resolve, reject) => {
    exited.then(() => reject(new Error(output)));
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
      const found = /preview on (http:\/\/127\.0\.0\.1:\d+)\//.exec(output);
      if (found) resolve(found[1]);
    });
  });
  return { url, output: () => output, stop: () => { child.kill('SIGTERM'); return exited; } };
}

test('nothing to publish: diff says so, with exit status 0', () => {
  const { status, stdout } = site.vhod('diff');
  assert.equal(status, 0, stdout);
  assert.match(stdout, /would change nothing for readers/);
});

test('an address, an answer and a contact changed: diff tells all three, the address first, with exit status 4, and changes nothing', async () => {
  const before = await snapshot();
  await edited('regions/RU-ALT.ini', move, () => edited('questions/07-thrown-back.md', (text) => `${text}\nЕщё одна строка.\n`,
    () => edited('contacts/school.ini', (text) => text.replace(/^about .*$/m, 'about = Другое.'), async () => {
      const { status, stdout, stderr } = site.vhod('diff');
      assert.equal(status, 4, stdout + stderr);
      const order = ['\n      url: https://netschool.edu22.info/ → https://moved.example/\n', 'answers\n', '~ part q/7, 9\n', '+ Ещё одна строка.',
        'the rest\n', '~ contact school\n'].map((line) => stdout.indexOf(line));
      assert.ok(order.every((at, i) => at >= 0 && (i === 0 || at > order[i - 1])), `${order}\n${stdout}`);
      assert.match(stdout, /^addresses\n {2}~ address ru-alt schools\n/);
    })));
  assert.equal(await snapshot(), before);
  assert.equal(site.vhod('diff').status, 0);
});

test('faults: diff tells them as check does', () => edited('regions/RU-ALT.ini', (text) => text.replace('https://', 'htps://'), () => {
  const { status, stderr } = site.vhod('diff');
  assert.equal(status, 1);
  assert.match(stderr, /RU-ALT\.ini:\d+: \[login/);
}));

test('a changed address without its former one is warned of; the lines offered, pasted, settle it', () => edited('regions/RU-ALT.ini', move, () => {
  const file = path.join(site.data, 'regions/RU-ALT.ini');
  const lost = JSON.parse(site.vhod('check', '--json').stdout).filter(({ message }) => /is neither here/.test(message));
  assert.equal(lost.length, 1);
  assert.equal(lost[0].severity, 'warning');
  assert.equal(lost[0].file, file);
  assert.match(fs.readFileSync(file, 'utf8').split('\n')[lost[0].line - 1], /moved\.example/);
  assert.match(site.vhod('check').stdout, /RU-ALT\.ini:\d+: warning: \[login\.schools\] url: https:\/\/netschool/);
  fs.appendFileSync(file, `\n${lost[0].add}`);
  const { status, stdout, stderr } = site.vhod('check');
  assert.equal(status, 0, stderr);
  assert.doesNotMatch(stdout, /is neither here/);
}));

test('a misspelt id: the fault says which is meant', () => edited('regions/RU-ALT.ini', (text) => text.replace('portal     = setevoy-region', 'portal     = setevoi-region'), () => {
  const { status, stderr } = site.vhod('check');
  assert.equal(status, 1);
  assert.match(stderr, /no such file in portals: "setevoi-region": did you mean "setevoy-region"\?/);
}));

test('preview: shows what is not published, says so on every page, follows edits, and is counted nowhere', async () => {
  const views = async () => {
    site.count();
    const { regions, guides, questions } = (await request(`${site.url}/stats.json?period=today`)).json();
    return JSON.stringify({ regions, guides, questions });
  };
  const old = await snapshot();
  const counted = await views();
  await edited('regions/RU-ALT.ini', move, async () => {
    const shown = await preview();
    try {
      const page = await request(`${shown.url}/region/ru-alt`);
      assert.equal(page.status, 200);
      assert.ok(page.text.includes('https://moved.example/'));
      for (const address of ['/', '/region/ru-alt', '/q/7', '/guide/epos-link', '/search?q=x', '/nothing', '/embed/q/7']) {
        const { text, headers } = await request(shown.url + address);
        assert.match(text, /class="preview"/, address);
        assert.equal(headers['x-vhod-preview'], 'yes');
        assert.match(headers['x-vhod-counted'] ?? 'no; offline', /^no/, address);
      }
      assert.equal((await request(`${shown.url}/suggest.js`)).status, 200);
      assert.equal((await request(`${shown.url}/../data/vhod.ini`)).status, 404);
      assert.equal((await request(`${shown.url}/report`, { method: 'POST' })).status, 405);
      await edited('questions/07-thrown-back.md', (text) => `${text}\nСвежая строка.\n`, async () => {
        assert.match((await request(`${shown.url}/q/7`)).text, /Свежая строка/);
      });
      await edited('questions/07-thrown-back.md', (text) => text.replace('updated:', 'update:'), async () => {
        assert.equal((await request(`${shown.url}/q/7`)).status, 200);
        assert.match(shown.output(), /07-thrown-back\.md.*did you mean "updated"/);
      });
      const live = await request(`${site.url}/region/ru-alt`, { headers: { 'User-Agent': 'curl/8' } });
      assert.ok(!live.text.includes('moved.example'));
      assert.doesNotMatch(live.text, /class="preview"/);
    } finally {
      assert.equal(await shown.stop(), 0, shown.output());
    }
  });
  assert.equal(await views(), counted);
  assert.equal(await snapshot(), old);
  assert.deepEqual(fs.readdirSync(site.folder).filter((name) => name.startsWith('vhod-draft-')), []);
});

const SAMPLES = { region: ['regions', 'RU-ALT.ini', 'RU-ALT'], portal: ['portals', 'sample.ini', 'sample'], contact: ['contacts', 'sample.ini', 'sample'],
  guide: ['guides', 'sample.md', 'sample'], question: ['questions', null, 'sample-words'] };
const sample = (kind) => fs.readFileSync(path.join(top, 'templates/new', kind + (kind === 'guide' || kind === 'question' ? '.md' : '.ini')), 'utf8');

// Puts a file in its place, or takes it away (null), for as long as work() takes.
async function placed(file, text, work) {
  const old = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : null;
  const put = (what) => (what === null ? fs.rmSync(file, { force: true }) : fs.writeFileSync(file, what));
  put(text);
  try {
    await work();
  } finally {
    put(old);
  }
}

for (const [kind, [folder, name, word]] of Object.entries(SAMPLES)) {
  test(`the sample of a ${kind} stands in FORMAT.md, and passes a check as it stands`, () => {
    const format = fs.readFileSync(path.join(top, 'cgi-bin/content/FORMAT.md'), 'utf8');
    const text = sample(kind);
    assert.ok(format.includes(text.replace(/^(?=.)/gm, '    ')), `templates/new/${kind} is not what FORMAT.md shows`);
    return placed(path.join(site.data, folder, name ?? '9999-sample.md'), text, () => {
      const { status, stderr } = site.vhod('check');
      assert.equal(status, 0, stderr);
    });
  });

  test(`vhod new ${kind}: faults are the empty keys, and filled in it passes; nothing is written over`, () => placed(
    path.join(site.data, folder, name ?? '42-sample-words.md'), null, async () => {
      const { status, stdout } = site.vhod('new', kind, word);
      assert.equal(status, 0);
      const file = stdout.split(': fill')[0];
      const text = fs.readFileSync(file, 'utf8');
      try {
        assert.equal(site.vhod('new', kind, word).status === 0 && kind !== 'question', false);
        const { stderr } = site.vhod('check');
        const lines = stderr.split('\n').filter((line) => line.includes(':') && !line.startsWith('faults: '));
        const empty = text.split('\n').filter((line) => /^\w+\s*[=:]$/.test(line));
        assert.ok(empty.length > 0);
        assert.ok(lines.every((line) => line.includes(path.basename(file)) || /43-sample/.test(line)), stderr);
        assert.ok(lines.length >= empty.length, stderr);
        fs.writeFileSync(file, text.replace(/^(\w+)\s*[=:]$/gm, (line, key) => new RegExp(`^${key}\\s*[=:].*$`, 'm').exec(sample(kind))[0]));
        fs.rmSync(path.join(site.data, 'questions/43-sample-words.md'), { force: true });
        const filled = site.vhod('check');
        assert.equal(filled.status, 0, filled.stderr);
      } finally {
        fs.rmSync(file, { force: true });
      }
    }));
}
