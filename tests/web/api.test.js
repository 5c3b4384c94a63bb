// The API is what /openapi.json says: the description passes a public linter, and every response of every operation it
// documents validates against it, errors too. A field that is sent and not described fails as well: describe it in
// templates/api/openapi.json.
import { createConfig, lintFromString } from '@redocly/openapi-core';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { request } from './http.js';
import { build, startSite } from './server.js';

const CHANGED = 'title: Пробный вопрос\nshort: Пробный ответ.\naloud: Это проба / Она пройдёт\nupdated: 2026-11-21\nsources: doc-004\nsymptom: no-entry\nnumber: 97\n\nПодробности.\n';
const RETIRED = 'title: Пробный вопрос\nshort: Пробный ответ.\naloud: Это проба / Она пройдёт\nupdated: 2026-11-21\nsources: doc-004\nsymptom: no-entry\nnumber: 98\n\nПодробности.\n';

let site;
let description;
let operations; // id -> {address, operation}
before(async () => {
  site = await startSite({ copyData: true });
  // a question that was there and was taken out, for 410, and one that has an older text
  const file = path.join(site.data, 'questions/98-trial.md');
  for (const [text, other] of [[RETIRED, CHANGED], [RETIRED.replace('\n\n', '\nretired: 2026-11-21\nreplaced_by: q/8\n\n'), `${CHANGED}\nЕщё.\n`]]) {
    fs.writeFileSync(file, text);
    fs.writeFileSync(path.join(site.data, 'questions/97-trial.md'), other);
    const { status, stdout, stderr } = site.vhod('publish');
    assert.equal(status, 0, stdout + stderr);
  }
  description = (await get('/openapi.json')).json();
  operations = new Map(Object.entries(description.paths)
    .map(([address, { get: operation }]) => [operation.operationId, { address, operation }]));
});
after(() => site?.stop());
const get = (address, options) => request(site.url + address, options);
const query = (values) => new URLSearchParams(values).toString();

// --- the description ------------------------------------------------------------------------------------------------

test('the description passes the linter', async () => {
  const config = await createConfig({ extends: ['recommended'], rules: {
    'info-license': 'off', // the owner of a site chooses one
    'operation-4xx-response': 'off', // an address without parameters cannot be asked wrongly
    'operation-2xx-response': 'off', // /go/ only ever redirects
    'no-server-example.com': 'off', // the tests run on loopback
  } });
  const problems = await lintFromString({ source: JSON.stringify(description), absoluteRef: '/openapi.json', config });
  assert.deepEqual(problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`), []);
});

test('the description names this site and may be read from everywhere', async () => {
  const { headers } = await get('/openapi.json');
  assert.equal(headers['access-control-allow-origin'], '*');
  assert.deepEqual(description.servers.map((server) => server.url), [site.url]);
});

// --- responses ------------------------------------------------------------------------------------------------------

// Closes every object that lists its properties, so that what is not described shows.
function closed(schema) {
  if (Array.isArray(schema)) return schema.map(closed);
  if (schema === null || typeof schema !== 'object') return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  if (copy.type === 'object' && copy.properties) copy.additionalProperties = false;
  return copy;
}

let ajv;
function validatorOf(schema) {
  if (!ajv) {
    ajv = new Ajv({ strict: false, allErrors: true });
    addFormats(ajv);
    ajv.addSchema({ $id: 'api', components: { schemas: closed(description.components.schemas) } });
  }
  return ajv.compile(JSON.parse(JSON.stringify(closed(schema)).replaceAll('"#/components/', '"api#/components/')));
}

const resolve = (object) => (object.$ref
  ? object.$ref.slice(2).split('/').reduce((node, key) => node[key], description) : object);

const validators = new Map();
// What is wrong with a response of an operation, as lines.
function faultsOf(id, response) {
  const { operation } = operations.get(id);
  const documented = operation.responses[response.status];
  if (!documented) return [`status ${response.status} is not documented`];
  const { content, headers = {} } = resolve(documented);
  const faults = Object.keys(headers).filter((name) => !(name.toLowerCase() in response.headers))
    .map((name) => `header ${name} is missing`);
  if (!content) return faults;
  const type = response.headers['content-type'].split(';')[0];
  if (!content[type]) return [...faults, `type ${type} is not documented`];
  if (!/json$/.test(type)) return faults;
  const key = `${id} ${response.status}`;
  if (!validators.has(key)) validators.set(key, validatorOf(content[type].schema));
  const validate = validators.get(key);
  if (validate(response.json())) return faults;
  return [...faults, ...validate.errors.slice(0, 5)
    .map((error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`)];
}

const answered = new Set(); // "getRegion 404"
async function expect(id, status, parameters = {}) {
  const { address, operation } = operations.get(id);
  const rest = { ...parameters };
  const target = address.replace(/\{(\w+)\}/g, (_, name) => {
    const value = rest[name];
    delete rest[name];
    return value;
  });
  for (const name of Object.keys(rest)) {
    assert.ok(operation.parameters.map(resolve).some((parameter) => parameter.name === name), `${id}: ${name} is described`);
  }
  const response = await get(Object.keys(rest).length ? `${target}?${query(rest)}` : target,
    { headers: { Accept: 'application/json' } });
  assert.equal(response.status, status, `${target} ${JSON.stringify(rest)}`);
  assert.deepEqual(faultsOf(id, response), [], `${target} ${JSON.stringify(rest)}`);
  answered.add(`${id} ${status}`);
  return response;
}

// The examples of the description, as parameters.
function examplesOf(operation) {
  return Object.fromEntries((operation.parameters ?? []).map(resolve)
    .map(({ name, example }) => [name, name === 'url' ? `${site.url}/q/17` : example]));
}

test('every operation answers its own examples as described', async () => {
  for (const [id, { operation }] of operations) {
    await expect(id, Number(Object.keys(operation.responses)[0]), examplesOf(operation));
  }
});

test('every region, guide and question validates', async () => {
  const { regions } = (await expect('getRegions', 200)).json();
  for (const { iso } of regions) {
    await expect('getRegion', 200, { iso });
    await expect('getRegionText', 200, { iso });
    await expect('goToRegion', 303, { iso });
  }
  for (const { id } of (await expect('getGuides', 200)).json().guides) {
    await expect('getGuide', 200, { id });
    await expect('getGuide', 200, { id, region: 'ru-chu' });
    await expect('getOEmbed', 200, { url: `${site.url}/guide/${id}` });
  }
  for (const { number } of (await expect('getQuestions', 200)).json().questions) {
    await expect('getQuestion', 200, { number });
    await expect('getQuestion', 200, { number, region: 'ru-per' });
  }
  for (const region of ['ru-per', 'ru-mow']) {
    await expect('getGuides', 200, { region });
    await expect('getQuestions', 200, { region });
    await expect('search', 200, { q: 'не пускает', region });
  }
  await expect('getQuestion', 200, { number: 97, r: 1 });
  await expect('getGuide', 200, { id: 'epos-link', r: 1 });
  assert.ok((await expect('getChanges', 200)).json().changes.length > 0);
});

test('searches and checks of all kinds validate', async () => {
  for (const q of ['', 'Барнаул', '22', '656049', '17', 'пароль', 'xyzzy', 'а', 'Новгород', '<script>', '\u{1f600}', 'q'.repeat(256)]) {
    await expect('search', 200, { q });
  }
  for (const address of ['netschool.edu22.info', 'http://netschool.edu22.info', 'https://es.ciur.ru', 'www.gosuslugi.ru',
    'www.gosuslugi.ru/school', 'https://login.dnevnik.ru', 'https://a@netschool.edu22.info', 'netsch00l.edu22.info', 'привет',
    'https://netsсhool.edu22.info', 'школа.рф', 'a.example b.example', 'https://[::1]:9/', '\u{1f600}', 'a'.repeat(1900)]) {
    await expect('checkAddress', 200, { address });
  }
});

test('errors are problem documents, as described', async () => {
  await expect('getRegion', 404, { iso: 'ru-xx' });
  await expect('goToRegion', 404, { iso: 'ru-xx' });
  await expect('checkAddress', 400);
  await expect('search', 400, { q: 'q'.repeat(257) });
  await expect('getGuide', 404, { id: 'no-such-guide' });
  await expect('getGuide', 400, { id: 'epos-link', region: '<' });
  await expect('getGuides', 400, { region: '<' });
  await expect('getQuestions', 400, { region: 'Пермь' });
  await expect('getQuestion', 404, { number: 9999 });
  await expect('getQuestion', 410, { number: 98 });
  await expect('getOEmbed', 400);
  await expect('getOEmbed', 404, { url: 'https://elsewhere.example/q/17' });
  await expect('getOEmbed', 410, { url: `${site.url}/q/98` });
  await expect('getOEmbed', 501, { url: `${site.url}/q/17`, format: 'xml' });
});

test('503 before anything is published is described for every operation', () => {
  const empty = path.join(site.folder, 'empty');
  fs.mkdirSync(empty);
  const program = { search: 'search', getGuide: 'guides', getGuides: 'guides', getQuestion: 'guides', getQuestions: 'guides' };
  for (const [id, { address }] of operations) {
    const target = address.replace('{iso}', 'ru-alt').replace('{id}', 'epos-link').replace('{number}', '17');
    const { stdout } = spawnSync(path.join(build, `bin/${program[id] ?? 'regions'}.fcgi`),
      ['GET', target, 'HTTP_ACCEPT=application/json'],
      { env: { ...site.environment(), VHOD_PATH_STATE: empty }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const [head, body] = stdout.split('\r\n\r\n');
    const headers = Object.fromEntries(head.split('\r\n').map((line) => {
      const [name, ...value] = line.split(': ');
      return [name.toLowerCase(), value.join(': ')];
    }));
    assert.match(headers.status, /^503 /, target);
    assert.deepEqual(faultsOf(id, { status: 503, headers, json: () => JSON.parse(body) }), [], target);
    answered.add(`${id} 503`);
  }
});

// What only a fault of ours could bring about.
const UNREACHABLE = new Set(['getRegionsTable 400', 'getDirectoryTable 400', 'getRegionText 404', 'getQuestion 400', 'getGuide 410']);
test('every documented response was seen', () => {
  const missing = [...operations].flatMap(([id, { operation }]) => Object.keys(operation.responses).map((status) => `${id} ${status}`))
    .filter((response) => !answered.has(response) && !UNREACHABLE.has(response));
  assert.deepEqual(missing, []);
});

// --- the whole directory --------------------------------------------------------------------------------------------

for (const kind of ['json', 'csv', 'sqlite']) {
  test(`/directory.${kind} carries its SHA-256 in every encoding`, async () => {
    for (const encoding of ['identity', 'gzip', 'br']) {
      const { headers, body } = await get(`/directory.${kind}`, { headers: { 'Accept-Encoding': encoding } });
      const digest = createHash('sha256').update(body).digest('base64');
      assert.equal(headers['repr-digest'], `sha-256=:${digest}:`, encoding);
      assert.ok(body.length < 4 * 1024 * 1024, `${body.length} bytes`);
      if (kind !== 'json') assert.match(headers['content-disposition'], /^attachment; filename="vhod-\d{4}-\d\d-\d\d\.\w+"$/);
    }
  });
}

test('/directory.csv: one line a sign-in address, a BOM where asked, nothing that a spreadsheet runs', async () => {
  const { regions } = (await get('/directory.json')).json();
  const { text } = await get('/directory.csv');
  const rows = parseCsv(text);
  const logins = regions.flatMap((region) => region.logins.map((login) => [region.iso, login.id, login.url]));
  const [heading, ...lines] = rows;
  const column = (name) => heading.indexOf(name);
  assert.deepEqual(lines.map((line) => [line[column('iso')], line[column('id')], line[column('address')]]), logins);
  for (const cell of rows.flat()) assert.doesNotMatch(cell, /^[=+\-@\t\r]/);
  const marked = await get('/directory.csv?bom=1');
  assert.deepEqual([...marked.body.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
  assert.equal(marked.text.slice(1), text);
});

test('/directory.sqlite is the published snapshot, whole', async () => {
  const { body } = await get('/directory.sqlite', { headers: { 'Accept-Encoding': 'identity' } });
  assert.ok(body.equals(fs.readFileSync(path.join(site.state, 'directory.db'))));
  const file = path.join(site.folder, 'copy.sqlite');
  fs.writeFileSync(file, body);
  const { stdout } = spawnSync('sqlite3', [file, 'PRAGMA integrity_check(region); SELECT count(*) FROM region'], { encoding: 'utf8' });
  assert.equal(stdout, 'ok\n83\n');
});

test('lists come in the same order each time', async () => {
  for (const address of ['/regions.json', '/directory.json', '/guides.json', '/questions.json', '/search.json?q=a']) {
    const [one, two] = [await get(address), await get(`${address}${address.includes('?') ? '&' : '?'}other=1`)];
    assert.equal(one.text, two.text);
  }
  const { regions, places } = (await get('/directory.json')).json();
  assert.deepEqual(regions.map((region) => region.iso), (await get('/regions.json')).json().regions.map((region) => region.iso));
  assert.ok(places.every((place, n) => n === 0 || place.population <= places[n - 1].population));
});

// RFC 4180, as far as it is sent: quotes only around whole cells.
function parseCsv(text) {
  return text.trimEnd().split('\r\n').map((line) => {
    const cells = [];
    for (const [, quoted, plain] of `${line},`.matchAll(/(?:"((?:[^"]|"")*)"|([^,"]*)),/g)) {
      cells.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    }
    return cells;
  });
}
