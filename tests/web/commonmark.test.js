// The examples of the CommonMark specification, each as the text of a question: what is published is what the specification
// says, to the byte, or the text is refused for one of the reasons below, each of which has its own count here.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { build, top } from './server.js';

const { tests: examples } = createRequire(import.meta.url)('commonmark-spec');
const FIRST = 1000; // number of the first example's question
// On purpose different: refused, and why. The first that fits the file's first fault counts.
const REFUSED = {
  'a tab': /has a tab/,
  'raw HTML': /raw HTML/,
  'a heading above ###': /too high|cut/,
  'a rule': /a line across the page/,
  'code by indentation': /four blanks/,
  'an address that readers may not be sent to': /link ".*" (must|is no link|leads nowhere)/,
  'a link without a text': /has no text/,
  'an address defined apart': /cannot be defined apart/,
  'an image that is no figure': /is an image|needs a text|figure "/,
  'an entity for a character': /entity "/,
  'emphasis inside a word': /inside of a word/,
  'a number that begins no list': /begins no list/,
  'nested too deeply': /nested too deeply/,
  'a fence that is not closed': /fenced block is not closed/,
  'a list not numbered 1, 2, 3; a title of a link; a language of code; an empty text': /not read as it is written|has no text|is no slot|slot "/,
  'metadata of a part': /unknown key|must stand directly|must be a line|title of the part|is required|part has no text/,
};

let folder;
let faults;
let html;
const vhod = (...args) => execFileSync(path.join(build, 'bin/vhod'), args, {
  encoding: 'utf8', maxBuffer: 64 << 20, stdio: ['ignore', 'pipe', 'pipe'],
  env: { ...process.env, VHOD_SETTINGS: path.join(folder, 'data/vhod.ini'), VHOD_PATH_STATE: path.join(folder, 'state') },
});
const fileOf = (number) => path.join(folder, 'data/questions', `${FIRST + number}-example.md`);

before(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vhod-commonmark-'));
  fs.cpSync(path.join(top, 'data'), path.join(folder, 'data'), { recursive: true });
  for (const { number, markdown } of examples) {
    fs.writeFileSync(fileOf(number), `title: Пример ${number}\nshort: Пример.\naloud: Раз / Два\nupdated: 2026-11-21\n`
      + `sources: doc-004\nsymptom: no-entry\nnumber: ${FIRST + number}\n\n${markdown.replace(/→/g, '\t')}`);
  }
  faults = new Map();
  let told;
  try {
    told = vhod('check', '--json');
  } catch (error) {
    assert.equal(error.status, 1);
    told = String(error.stdout);
  }
  for (const { severity, file, message } of JSON.parse(told)) {
    const found = /(\d+)-example\.md$/.exec(file);
    if (severity !== 'fault') continue;
    assert.ok(found, `${file}: ${message}`);
    const number = Number(found[1]) - FIRST;
    if (!faults.has(number)) faults.set(number, message);
  }
  for (const number of faults.keys()) fs.rmSync(fileOf(number));
  vhod('publish');
  const rows = execFileSync('sqlite3', ['-json', path.join(folder, 'state/directory.db'),
    `SELECT number - ${FIRST} AS number, html, (SELECT count(*) FROM part WHERE article = id) AS parts FROM article WHERE number > ${FIRST}`],
  { encoding: 'utf8', maxBuffer: 64 << 20 });
  html = new Map(JSON.parse(rows).map((row) => [row.number, row]));
});
after(() => fs.rmSync(folder, { recursive: true, force: true }));

test('every example that is published has the HTML of the specification', (t) => {
  const cut = examples.filter(({ number }) => html.get(number)?.parts > 0); // "## " begins a part of ours
  const compared = examples.filter(({ number }) => html.has(number) && html.get(number).parts === 0);
  const other = compared.filter((example) => html.get(example.number).html !== example.html.replace(/→/g, '\t'));
  assert.deepEqual(other.map((example) => ({ ...example, ours: html.get(example.number).html })), []);
  assert.equal(html.size + faults.size, examples.length);
  assert.ok(compared.length > 200, `${compared.length} compared`);
  t.diagnostic(`${examples.length} examples: ${compared.length} the same, ${cut.length} cut into parts, ${faults.size} refused`);
});

test('every example that is refused is so for a reason that FORMAT.md tells', (t) => {
  const counts = {};
  for (const [number, message] of faults) {
    const reason = Object.keys(REFUSED).find((name) => REFUSED[name].test(message));
    assert.ok(reason, `example ${number}: ${message}`);
    counts[reason] = (counts[reason] ?? 0) + 1;
  }
  for (const [reason, count] of Object.entries(counts).sort((a, b) => b[1] - a[1])) t.diagnostic(`${count} ${reason}`);
});
