// What maintainers read, in their language: by the locale, also where it is not installed; the same faults at the same places with
// the same exit status; and English for everybody else.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { build, top } from './server.js';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vhod-messages-'));
const data = path.join(folder, 'data');
const languages = { C: {}, ru: { LANG: 'ru_RU.UTF-8' } };
const env = (more) => {
  const own = Object.entries(process.env).filter(([name]) => !/^(VHOD_|LC_|LANG)/.test(name));
  return { ...Object.fromEntries(own), VHOD_SETTINGS: path.join(data, 'vhod.ini'), VHOD_PATH_DATA: data,
    VHOD_PATH_STATE: path.join(folder, 'state'), VHOD_PATH_TEMPLATES: path.join(top, 'templates'), ...more };
};
const vhod = (locale, ...words) => spawnSync(path.join(build, 'bin/vhod'), words, { env: env(locale), encoding: 'utf8' });

before(() => {
  fs.cpSync(path.join(top, 'data'), data, { recursive: true });
  const change = (file, from, to) => {
    const text = fs.readFileSync(path.join(data, file), 'utf8');
    assert.ok(from.test(text), file);
    fs.writeFileSync(path.join(data, file), text.replace(from, to));
  };
  change('regions/RU-ALT.ini', /^url *=.*$/m, 'url = ftp://netschool.edu22.info/');
  change('regions/RU-PER.ini', /^timezone *=.*$/m, 'timezone = Asia/Nowhere\nnosuchkey = 1');
  change('questions/07-thrown-back.md', /^updated: .*$/m, 'updated: yesterday');
  fs.appendFileSync(path.join(data, 'sources.tsv'), 'one\ttwo\n');
});
after(() => fs.rmSync(folder, { recursive: true, force: true }));

// "file:line: [section] key" of every fault, without what is wrong there.
const places = (text) => text.split('\n').filter((line) => /^\S+:\d+: /.test(line))
  .map((line) => /^\S+:\d+: (warning: )?(\[[^\]]+\] )?([a-z_]+(?=: ))?/.exec(line)[0]);

test('the faults of content: in Russian the same ones at the same places, with the same exit status', () => {
  const [english, russian] = Object.values(languages).map((locale) => vhod(locale, 'check'));
  assert.equal(english.status, 1, english.stderr);
  assert.equal(russian.status, 1, russian.stderr);
  assert.ok(places(english.stderr).length >= 4, english.stderr);
  assert.deepEqual(places(russian.stderr), places(english.stderr));
  assert.match(english.stderr, /url: must begin with https:\/\/ or http:\/\/ and name a host$/m);
  assert.match(russian.stderr, /url: должно начинаться с https:\/\/ или http:\/\/ и называть сайт$/m);
  assert.match(russian.stderr, /timezone: такого часового пояса система не знает/);
  assert.match(russian.stderr, /nosuchkey: неизвестный ключ; здесь бывают: name,/);
  assert.match(russian.stderr, /sources\.tsv:\d+: столбцы как в строке заголовков/);
  assert.match(russian.stderr, /^ошибок: \d+; опубликованный снимок не изменился$/m);
  for (const line of russian.stderr.trim().split('\n')) assert.match(line, /[а-яё]/, 'no line is left in English');
  const json = JSON.parse(vhod(languages.ru, 'check', '--json').stdout);
  assert.ok(JSON.stringify(json).includes('должно начинаться'));
});

test('every text of every command: none in English, and every conversion of a format kept', () => {
  const { status, stdout } = vhod(languages.ru, 'help');
  assert.equal(status, 0);
  const abouts = stdout.split('\n').filter((line) => /^ {2}[a-z]+ +\S/.test(line));
  assert.equal(abouts.length, vhod({}, 'help').stdout.split('\n').filter((line) => /^ {2}[a-z]+ +\S/.test(line)).length);
  for (const line of abouts) assert.match(line, /[а-яё]/);
  execFileSync('msgfmt', ['--check', '-o', '/dev/null', path.join(top, 'cgi-bin/po/ru.po')]);
});

test('whose locale asks for it: by the variables in their order, and no other language gets half of it', () => {
  const said = (locale) => (/[а-яё]/.test(vhod(locale, 'nonsense').stderr) ? 'ru' : 'en');
  for (const [locale, language] of [[{}, 'en'], [{ LANG: 'C' }, 'en'], [{ LANG: 'C.UTF-8' }, 'en'], [{ LANG: 'POSIX' }, 'en'],
    [{ LANG: 'ru_RU.UTF-8' }, 'ru'], [{ LANG: 'ru_RU' }, 'ru'], [{ LANG: 'ru' }, 'ru'], [{ LANG: 'ru_UA.UTF-8' }, 'ru'],
    [{ LC_ALL: 'C', LANG: 'ru_RU.UTF-8' }, 'en'], [{ LC_ALL: 'ru_RU.UTF-8', LANG: 'C' }, 'ru'], [{ LC_MESSAGES: 'ru_RU.UTF-8' }, 'ru'],
    [{ LC_MESSAGES: 'C', LANG: 'ru_RU.UTF-8' }, 'en'], [{ LC_CTYPE: 'ru_RU.UTF-8' }, 'en'], [{ LANG: 'de_DE.UTF-8' }, 'en'],
    [{ LANG: 'ru_RU.KOI8-R' }, 'ru'], [{ LANG: '../../etc' }, 'en'], [{ LANG: 'x'.repeat(5000) }, 'en']]) {
    assert.equal(said(locale), language, JSON.stringify(locale).slice(0, 80));
  }
});

test('installed, the catalogue is found beside the command; without it, English', () => {
  const prefix = path.join(folder, 'usr');
  fs.mkdirSync(path.join(prefix, 'bin'), { recursive: true });
  fs.copyFileSync(path.join(build, 'bin/vhod'), path.join(prefix, 'bin/vhod'));
  fs.chmodSync(path.join(prefix, 'bin/vhod'), 0o755);
  const said = () => spawnSync(path.join(prefix, 'bin/vhod'), ['nonsense'], { env: env(languages.ru), encoding: 'utf8' });
  assert.match(said().stderr, /^vhod: no such command/);
  fs.cpSync(path.join(build, 'locale'), path.join(prefix, 'share/locale'), { recursive: true });
  assert.match(said().stderr, /^vhod: нет такой команды/);
  assert.equal(said().status, 2);
  // What is no catalogue is English. (One that was cut off in its middle crashes the C library itself: a package's business.)
  const file = path.join(prefix, 'share/locale/ru/LC_MESSAGES/vhod.mo');
  for (const part of [Buffer.alloc(0), Buffer.alloc(1000, 0xff)]) {
    fs.writeFileSync(file, part);
    assert.equal(said().signal, null);
    assert.match(said().stderr, /^vhod: no such command/);
  }
});
