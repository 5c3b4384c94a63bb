// queries.js: queries made from data/ by rules, one a line: class, query, what must be found (isos or q/N, "|" between equal ones), rank
// allowed. `node queries.js [EACH]` writes at most EACH of a class (default 25, 0: all), the same ones each time. The sample in
// tests/unit/queries.tsv was made with it, above what was added by hand.
'use strict';
const fs = require('node:fs');
const path = require('node:path');

const data = path.join(__dirname, '../../data');
const each = process.argv[2] === undefined ? 25 : Number(process.argv[2]);

// --- data ---------------------------------------------------------------------------------------------------------

function readIni(file) {
  const sections = {};
  let section;
  for (const line of fs.readFileSync(file, 'utf8').split('\n')) {
    const head = line.match(/^\[(.+)\]$/);
    const pair = line.match(/^(\w+)\s*=\s*"?(.*?)"?\s*$/);
    if (head) section = sections[head[1]] = {};
    else if (pair && section) section[pair[1]] = pair[2];
  }
  return sections;
}

const list = (text) => (text || '').split(',').map((item) => item.trim()).filter(Boolean);
const regions = fs.readdirSync(path.join(data, 'regions')).sort().map((file) => {
  const sections = readIni(path.join(data, 'regions', file));
  const parts = Object.entries(sections);
  return {
    iso: file.replace('.ini', '').toLowerCase(), ...sections.region,
    logins: parts.filter(([name]) => name.startsWith('login.')).map(([, login]) => login),
    formers: parts.filter(([name]) => name.startsWith('former.')).map(([, former]) => former),
  };
});
const places = fs.readFileSync(path.join(data, 'places.tsv'), 'utf8').trim().split('\n').slice(1).map((line) => {
  const [name, region, population, , , aliases] = line.split('\t');
  return { name, region, population: Number(population), aliases: list(aliases) };
}).sort((a, b) => b.population - a.population);
const portals = Object.fromEntries(fs.readdirSync(path.join(data, 'portals')).map((file) =>
  [file.replace('.ini', ''), readIni(path.join(data, 'portals', file)).portal]));

const fold = (text) => text.toLowerCase().replace(/ё/g, 'е').replace(/[-—–]/g, ' ').replace(/[.«»"()]/g, '').replace(/\s+/g, ' ').trim();
// Every name, with the regions that may stand first for it: those of the largest place, and of any region called so.
const owners = new Map();
const claim = (name, iso, population) => {
  const key = fold(name);
  const entry = owners.get(key) || { isos: new Set(), best: -1, place: null };
  if (population === Infinity) entry.isos.add(iso);
  else if (population > entry.best) Object.assign(entry, { best: population, place: iso });
  owners.set(key, entry);
};
for (const region of regions) for (const name of [region.name, region.short, ...list(region.aliases)]) claim(name, region.iso, Infinity);
// Names, and short forms of them («Ростов»), before former and colloquial ones («Куйбышев»).
const isPart = (few, many) => fold(few).split(' ').every((word) => fold(many).split(' ').includes(word));
for (const place of places) for (const name of [place.name, ...place.aliases.filter((alias) => isPart(alias, place.name))]) claim(name, place.region, place.population);
for (const place of places) for (const alias of place.aliases) if (!owners.has(fold(alias))) claim(alias, place.region, place.population);
const expect = (name) => {
  const entry = owners.get(fold(name));
  return [...new Set([...entry.isos, ...(entry.place ? [entry.place] : [])])].join('|');
};
const known = (text) => owners.has(fold(text));

// --- a random sequence that is always the same ----------------------------------------------------------------------

let state = 20261121;
const random = (limit) => {
  state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
  return (state >> 8) % limit;
};

// --- ways to write ----------------------------------------------------------------------------------------------------

const LATIN_KEYS = "`qwertyuiop[]asdfghjkl;'zxcvbnm,./";
const RUSSIAN_KEYS = 'ёйцукенгшщзхъфывапролджэячсмитьбю.';
const SHIFTED = { '`': '~', '[': '{', ']': '}', ';': ':', "'": '"', ',': '<', '.': '>', '/': '?' };
const otherKeys = (text, upper) => [...text.toLowerCase()].map((letter) => {
  const at = RUSSIAN_KEYS.indexOf(letter);
  if (at < 0) return letter;
  return upper ? SHIFTED[LATIN_KEYS[at]] || LATIN_KEYS[at].toUpperCase() : LATIN_KEYS[at];
}).join('');
const otherRussian = (text) => [...text].map((letter) => {
  const at = LATIN_KEYS.indexOf(letter);
  return at < 0 ? letter : RUSSIAN_KEYS[at];
}).join('');

const LETTERS = 'абвгдеёжзийклмнопрстуфхцчшщъыьэюя';
const WRITINGS = { // letter by letter
  passport: 'a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh shch ie y  e iu ia',
  map: "a b v g d e yo zh z i y k l m n o p r s t u f kh ts ch sh shch  y ' e yu ya",
  habit: 'a b v g d e e zh z i y k l m n o p r s t u f h c ch sh sh  y  e yu ya',
  gost: 'a b v g d e jo zh z i j k l m n o p r s t u f x c ch sh shh  y  e ju ja',
  iso: 'a b v g d e e j z i y k l m n o p r s t u f h ts ch sh sch  i  e yu ya',
};
const latin = (text, writing) => {
  const letters = WRITINGS[writing].split(' ');
  return [...text.toLowerCase()].map((letter) => {
    const at = LETTERS.indexOf(letter);
    return at < 0 ? letter : letters[at];
  }).join('');
};

// Some case of one word, by its ending; null if no rule is sure.
const prepositional = (word) => {
  if (/(ый|ой)$/.test(word)) return word.replace(/(ый|ой)$/, 'ом');
  if (/[гкхшжщч]ий$/.test(word)) return word.replace(/ий$/, /[гкх]ий$/.test(word) ? 'ом' : 'ем');
  if (/ний$/.test(word)) return word.replace(/ий$/, 'ем');
  if (/ая$/.test(word)) return word.replace(/ая$/, 'ой');
  if (/ое$/.test(word)) return word.replace(/ое$/, 'ом');
  if (/ые$/.test(word)) return word.replace(/ые$/, 'ых');
  if (/ие$/.test(word)) return word.replace(/ие$/, 'их');
  if (/ия$/.test(word)) return word.replace(/я$/, 'и');
  if (/[ая]$/.test(word)) return word.replace(/[ая]$/, 'е');
  if (/о$/.test(word)) return word.replace(/о$/, 'е');
  if (/ь$/.test(word)) return word.replace(/ь$/, /(мань|зань|мень|верь|рмь|стань|тань|бань|дань)$/.test(word) ? 'и' : 'е');
  if (/[ыи]$/.test(word) && !/(сочи|льятти|коми)$/i.test(word)) return word.replace(/ы$/, 'ах').replace(/и$/, 'ах');
  if (/й$/.test(word)) return word.replace(/й$/, 'е');
  if (/(ец|ел)$/.test(word)) return null;
  return /[бвгджзклмнпрстфхцчшщ]$/.test(word) ? `${word}е` : null;
};
const genitive = (word) => {
  if (/(ый|ой|ое)$/.test(word)) return word.replace(/(ый|ой|ое)$/, 'ого');
  if (/[гкх]ий$/.test(word)) return word.replace(/ий$/, 'ого');
  if (/ий$/.test(word)) return word.replace(/ий$/, 'его');
  if (/ая$/.test(word)) return word.replace(/ая$/, 'ой');
  if (/(ые|ие)$/.test(word)) return word.replace(/е$/, 'х');
  if (/[гкхжчшщ]а$/.test(word)) return word.replace(/а$/, 'и');
  if (/а$/.test(word)) return word.replace(/а$/, 'ы');
  if (/я$/.test(word)) return word.replace(/я$/, 'и');
  if (/о$/.test(word)) return word.replace(/о$/, 'а');
  if (/(ец|ел|ок|й|[ыиэеуью])$/.test(word)) return null;
  return /[бвгджзклмнпрстфхцчшщ]$/.test(word) ? `${word}а` : null;
};
const caseOf = (name, how) => {
  const words = name.split(' ').map((word) => word.split('-'));
  const forms = words.map((parts) => parts.map((part, i) => (i > 0 || /^(на|по)$/.test(part) ? part : how(part))));
  if (words.length > 1 || words[0].length > 1) return forms.flat().includes(null) || words[0].length > 2 ? null : forms.map((parts) => parts.join('-')).join(' ');
  return forms[0][0];
};

const NEIGHBOURS = ['йцукенгшщзхъ', 'фывапролджэ', 'ячсмитьбю'];
const neighbour = (letter) => {
  for (const row of NEIGHBOURS) {
    const at = row.indexOf(letter);
    if (at >= 0) return row[at + (at + 1 < row.length ? 1 : -1)];
  }
  return 'о';
};
const edit = (text, at, how) => {
  const a = text[at];
  const b = text[at + 1];
  switch (how) {
    case 'swap': return text.slice(0, at) + b + a + text.slice(at + 2);
    case 'missing': return text.slice(0, at) + text.slice(at + 1);
    case 'doubled': return text.slice(0, at) + a + text.slice(at);
    case 'key': return text.slice(0, at) + neighbour(a) + text.slice(at + 1);
    case 'extra': return text.slice(0, at + 1) + neighbour(a) + text.slice(at + 1);
    case 'vowel': return text.slice(0, at) + ({ о: 'а', а: 'о', е: 'и', и: 'е', я: 'е', ы: 'и' }[a] || a) + text.slice(at + 1);
    default: return text;
  }
};
const typo = (name, how, edits) => {
  let text = name.toLowerCase().replace(/ё/g, 'е');
  for (let i = 0, tries = 0; i < edits && tries < 50; tries += 1) {
    const next = edit(text, random(text.length - 1), how);
    if (next === text || /(^|[ -])([ -]|$)/.test(next)) continue;
    text = next;
    i += 1;
  }
  return fold(text) === fold(name) || known(text) ? null : text;
};

// --- classes ------------------------------------------------------------------------------------------------------------

const classes = {};
const add = (name, query, expected, rank = 1) => {
  if (!query || !expected) return;
  (classes[name] ||= []).push([name, query, expected, rank].join('\t'));
};
const towns = places.filter((place) => expect(place.name).split('|').includes(place.region));
const short = (name) => name.replace(/ область/, ' обл.').replace(/^Республика /, 'Респ. ').replace('автономный округ', 'АО');

for (const region of regions) {
  add('region', region.name, region.iso);
  add('region', region.short, expect(region.short));
  add('region', region.name.toUpperCase(), region.iso);
  add('region-short', short(region.name), region.iso);
  add('region-short', short(region.name).replace(/\./g, ''), region.iso);
  add('region-case', region.place, region.iso);
  add('region-case', `школы ${region.place}`, region.iso);
  add('region-english', region.english, region.iso);
  add('region-order', region.name.split(' ').reverse().join(' '), region.iso);
  add('region-latin', latin(region.short, 'map').replace(/[^a-z' -]/g, ''), expect(region.short));
  add('region-latin', latin(region.short, 'habit').replace(/[^a-z' -]/g, ''), expect(region.short));
  add('region-layout', otherKeys(region.short), expect(region.short));
  add('region-layout', otherKeys(region.name, true), region.iso);
  for (const alias of list(region.aliases)) add('alias', alias.toLowerCase(), expect(alias));
  for (const code of list(region.codes)) {
    add('code', code, region.iso);
    add('code', `${code} регион`, region.iso);
    add('code', `регион ${code}`, region.iso);
    add('code-words', `дневник ${code}`, region.iso);
  }
  add('code-words', `${list(region.codes)[0]} ${region.capital || region.short}`, region.iso);
  for (const range of list(region.postcodes)) {
    const first = range.split('-')[0];
    if (!regions.some((other) => list(other.codes).includes(first))) add('postcode', first, region.iso);
    add('postcode', `${first}0${10 + random(90)}`, region.iso);
    add('postcode', `индекс ${first}${100 + random(900)}`, region.iso);
  }
  for (const how of ['swap', 'missing', 'key', 'vowel']) add('region-typo', typo(region.short, how, 1), expect(region.short), 3);
  add('iso', region.iso, region.iso);
  add('iso', region.iso.toUpperCase(), region.iso);
  add('iso', `https://vhod.example/region/${region.iso}`, region.iso);
  for (const [kind, rows] of [['host', region.logins], ['host-former', region.formers]]) {
    for (const { url } of rows) {
      const { host, hostname, pathname } = new URL(url);
      const sharing = regions.filter((other) => other.logins.concat(other.formers).some((row) => row.url.replace(/\/$/, '') === url.replace(/\/$/, ''))).map((other) => other.iso);
      if (sharing.length > 1) continue;
      const deep = regions.some((other) => other !== region && other.logins.concat(other.formers).some((row) => new URL(row.url).hostname === hostname));
      add(kind, url, region.iso);
      add(kind, url.toUpperCase().replace(/^HTTPS/, 'https').replace(deep ? pathname.toUpperCase() : '', deep ? pathname : ''), region.iso);
      if (deep) continue;
      add(kind, host, region.iso);
      add(kind, `http://www.${hostname}/about?x=1#y`, region.iso);
      add(kind, `${hostname}:8080`, region.iso);
      if (!/xn--/.test(hostname)) add('host-layout', otherRussian(hostname), region.iso);
    }
  }
  for (const login of region.logins) {
    const portal = portals[login.portal];
    const town = places.find((place) => place.region === region.iso && expect(place.name) === region.iso);
    if (town && portal) add('portal-place', `${(login.system || portal.name).replace(/[«»().]/g, ' ').replace(/\s+/g, ' ').trim()} ${town.name}`, region.iso);
  }
}

const FILLERS = ['электронный дневник ', 'вход в электронный дневник ', 'дневник ', 'школьный портал ', 'сетевой город ', 'как войти в журнал ', 'сайт дневника г. '];
const AFTER = [' электронный дневник вход', ' дневник', ' школа', ' личный кабинет', ' вход через', ' портал официальный сайт'];
towns.forEach((place, i) => {
  const iso = expect(place.name);
  add('place', place.name, iso);
  add('place', place.name.toLowerCase(), iso);
  add('place-upper', place.name.toUpperCase(), iso);
  add('place-filler', FILLERS[i % FILLERS.length] + place.name, iso);
  add('place-filler', place.name.toLowerCase() + AFTER[i % AFTER.length], iso);
  add('place-prefixed', `${['г. ', 'г.', 'город ', 'гор. ', 'г '][i % 5]}${place.name}`, iso);
  const where = caseOf(place.name, prepositional);
  const of = caseOf(place.name, genitive);
  if (where && !known(where)) add('place-case', `в ${where}`, iso);
  if (of && !known(of)) add('place-case', `школы ${of}`, iso);
  if (/ё/i.test(place.name)) add('place-yo', place.name.replace(/ё/g, 'е').replace(/Ё/g, 'Е'), iso);
  if (/[- ]/.test(place.name)) {
    add('place-hyphen', place.name.replace(/-/g, ' ').replace(/ (?!.* )/, ' '), iso);
    add('place-hyphen', place.name.replace(/[- ]/g, ''), iso);
    add('place-hyphen', place.name.replace(/ /g, '-'), iso);
    add('place-order', place.name.split(/[- ]/).reverse().join(' '), iso);
  }
  add('layout', otherKeys(place.name), iso);
  add('layout-upper', otherKeys(place.name, true), iso);
  if (i % 4 === 0) add('layout-latin', otherRussian(latin(place.name, 'map').replace(/'/g, '')), iso, 3);
  for (const writing of Object.keys(WRITINGS)) add(`latin-${writing}`, latin(place.name, writing), iso);
  const region = regions.find((other) => other.iso === place.region);
  add('place-region', `${place.name} ${region.short}`, place.region);
  add('place-region', `${short(region.name)}, г. ${place.name}`, place.region);
  const letters = place.name.length;
  if (letters >= 6 && place.population > 50000) add('prefix', place.name.slice(0, Math.ceil(letters * 0.7)), iso, 3);
  if (letters >= 4) for (const how of ['swap', 'missing', 'doubled', 'key', 'extra', 'vowel']) add(`typo-${how}`, typo(place.name, how, 1), iso, 3);
  if (letters >= 9) for (const how of ['swap', 'missing', 'key', 'vowel']) add('typo-two', typo(place.name, how, 2), iso, 3);
});
for (const place of places) for (const alias of place.aliases) add('place-alias', alias.toLowerCase(), expect(alias));
// Towns that share a name: with the region's name beside it, each is found.
for (const place of places) {
  if (expect(place.name) === place.region || places.filter((other) => other.name === place.name).length < 2) continue;
  add('twin', `${place.name} ${regions.find((region) => region.iso === place.region).short}`, place.region);
  add('twin', place.name, place.region, 6);
}
for (let number = 1; number <= 18; number += 1)
  for (const query of [`${number}`, `вопрос ${number}`, `Вопрос №${number}`, `№${number}`, `q/${number}`, `/q/${number}`, `https://vhod.example/q/${number}`, `вопрос номер ${number}`])
    add('question-number', query, `q/${number}`);

for (const [, lines] of Object.entries(classes).sort()) {
  const unique = [...new Set(lines)];
  const step = each && unique.length > each ? unique.length / each : 1;
  for (let i = 0; i < unique.length; i += step) console.log(unique[Math.floor(i)]);
}
