// vhod export and vhod import: a table for a spreadsheet and back, byte for byte; what is changed is that and nothing else; what a
// check refuses is refused.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { startSite } from './server.js';

let site;
before(async () => { site = await startSite({ copyData: true }); });
after(() => site?.stop());

const read = (name) => fs.readFileSync(path.join(site.data, name), 'utf8');
// Every file of the content: {name: text}.
const everything = () => Object.fromEntries(fs.readdirSync(site.data, { recursive: true })
  .filter((name) => fs.statSync(path.join(site.data, name)).isFile()).map((name) => [name, read(name)]));
const exported = (what) => {
  const { status, stdout, stderr } = site.vhod('export', what);
  assert.equal(status, 0, stderr);
  return stdout;
};
function imported(what, csv, ...options) {
  const file = path.join(site.folder, 'table.csv');
  fs.writeFileSync(file, csv);
  return site.vhod('import', what, file, ...options);
}
const differing = (a, b) => Object.keys({ ...a, ...b }).filter((name) => a[name] !== b[name]);

for (const what of ['logins', 'contacts', 'places']) {
  test(`${what}: out and in again changes no byte; with semicolons, tabs, a byte order mark and LF neither`, () => {
    const before = everything();
    const csv = exported(what);
    assert.ok(csv.split('\r\n').length > 20);
    assert.deepEqual([imported(what, csv, '--write').stdout, imported(what, `\uFEFF${csv.replaceAll('\r\n', '\n')}`, '--write').stdout],
      ['nothing changes\n', 'nothing changes\n']);
    if (what === 'places') {
      // no quoted comma can be lost in this one: cells parted otherwise
      const rows = read('places.tsv').split('\n').filter(Boolean);
      for (const separator of [';', '\t']) {
        const table = rows.map((row) => row.split('\t').map((cell) => (cell.includes(separator) ? `"${cell}"` : cell)).join(separator)).join('\n');
        assert.equal(imported(what, table, '--write').stdout, 'nothing changes\n');
      }
    }
    assert.deepEqual(differing(before, everything()), []);
  });
}

test('one cell changed: told first, written only with --write, and one line of one file differs', () => {
  const before = everything();
  const csv = exported('logins').replace('С 10 января 2026 года входят через Госуслуги.', 'Вход через Госуслуги; с 10 января 2026 года.');
  const dry = imported('logins', csv);
  assert.equal(dry.status, 0, dry.stderr);
  assert.match(dry.stdout, /RU-ALT\.ini: \[login\.schools\] note: .* → .*\nnot written: --write does\n$/);
  assert.deepEqual(differing(before, everything()), []);
  assert.equal(imported('logins', csv, '--write').status, 0);
  const now = everything();
  assert.deepEqual(differing(before, now), ['regions/RU-ALT.ini']);
  const lines = (text) => text.split('\n');
  const [old, changed] = [lines(before['regions/RU-ALT.ini']), lines(now['regions/RU-ALT.ini'])];
  assert.equal(old.length, changed.length);
  assert.deepEqual(changed.filter((line, i) => line !== old[i]), ['note       = "Дневник и журнал школ края. Вход через Госуслуги; с 10 января 2026 года."']);
  fs.writeFileSync(path.join(site.data, 'regions/RU-ALT.ini'), before['regions/RU-ALT.ini']);
});

test('a key taken out, a key added, a row added: only these lines', () => {
  const before = read('regions/RU-ALT.ini');
  const csv = 'region,id,since,system,title,button,url,portal,audience,via,status,sources\r\n'
    + 'RU-ALT,schools,,Сетевой регион,Для школ,Войти: школы,https://netschool.edu22.info/,setevoy-region,all,esia,current,"alt-sh19, netschoolpy, che-zadali"\r\n'
    + 'RU-ALT,more,,,Ещё один,Войти: ещё,https://more.example/,setevoy-region,all,esia,optional,doc-003\r\n';
  const { status, stdout, stderr } = imported('logins', csv, '--write');
  assert.equal(status, 0, stdout + stderr);
  const after = read('regions/RU-ALT.ini');
  fs.writeFileSync(path.join(site.data, 'regions/RU-ALT.ini'), before);
  assert.ok(!after.includes('since      = 2026-01-10'));
  assert.ok(after.includes('\nsystem     = Сетевой регион\n'));
  assert.match(after, /\n\[login\.more\]\ntitle = Ещё один\nbutton = Войти: ещё\nurl += https:\/\/more\.example\/\n/);
  const left = after.split('\n').filter((line) => !before.split('\n').includes(line));
  assert.equal(left.filter((line) => line.startsWith('[')).length, 1);
  assert.equal(before.split('\n').filter((line) => !after.split('\n').includes(line)).join(), 'since      = 2026-01-10');
});

test('what a check refuses is refused, with the file, and nothing is written', () => {
  const before = everything();
  const { status, stderr } = imported('logins', exported('logins').replace('https://netschool.edu22.info/', 'htps://netschool.edu22.info/'), '--write');
  assert.equal(status, 1);
  assert.ok(stderr.includes(`${path.join(site.data, 'regions/RU-ALT.ini')}:`), stderr);
  assert.match(stderr, /\[login\.schools\] url: must/);
  assert.deepEqual(differing(before, everything()), []);
});

test('a table that cannot be read: told with its line', () => {
  for (const [csv, told] of [['region,id,colour\r\nRU-ALT,schools,red\r\n', /table\.csv:1: no such column: "colour"/],
    ['region,id,note\r\nRU-ALT,schools\r\n', /table\.csv:2: a row has more or fewer cells/], ['region,id,note\r\nRU-XXX,schools,x\r\n', /table\.csv:2: there is no file/],
    ['region,id,note\r\n../x,schools,x\r\n', /table\.csv:2: a row must say whose it is/], ['region,id,note\r\nRU-ALT,schools,"a\nb"\r\n', /table\.csv:2: a line end/]]) {
    const { status, stderr } = imported('logins', csv, '--write');
    assert.equal(status, 1, stderr);
    assert.match(stderr, told);
  }
});
