// Guides and questions: every one answers in every form, and says the same in all of them.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { request } from './http.js';
import { startSite, top } from './server.js';

let site;
before(async () => { site = await startSite(); });
after(() => site?.stop());
const get = (address, options) => request(site.url + address, options);
const files = (folder) => fs.readdirSync(path.join(top, 'data', folder)).filter((name) => name.endsWith('.md'));

test('every guide of data/ is in the list and has a page, JSON and text', async () => {
  const { guides } = (await get('/guides.json')).json();
  const ids = files('guides').map((name) => name.replace(/\.md$/, ''));
  assert.deepEqual(guides.map((guide) => guide.id).sort(), ids.sort());
  for (const id of ids) {
    const guide = (await get(`/guide/${id}.json`)).json();
    const page = await get(`/guide/${id}`);
    assert.equal(page.status, 200, id);
    assert.ok(guide.steps.length > 0, id);
    guide.steps.forEach((step, i) => {
      assert.equal(step.number, i + 1);
      assert.ok(page.text.includes(`id="step-${i + 1}"`), `${id}: step ${i + 1} can be linked to`);
    });
    const text = (await get(`/guide/${id}.txt`)).text;
    assert.ok(text.includes(guide.title), id);
    assert.ok(!/<[a-z]+[ >]/.test(text), `${id}: no markup in the text`);
  }
});

test('JSON of a guide: the fields of the promise', async () => {
  const guide = (await get('/guide/epos-link.json')).json();
  for (const field of ['id', 'title', 'url', 'audience', 'steps', 'contacts', 'questions']) {
    assert.ok(field in guide, field);
  }
  for (const step of guide.steps) {
    for (const field of ['number', 'title', 'html', 'figure']) assert.ok(field in step, field);
  }
});

test('a guide fills in the reader’s region', async () => {
  const { logins } = (await get('/region/ru-per.json')).json();
  assert.ok(logins.length > 0);
  const page = (await get('/guide/epos-link?region=ru-per')).text;
  assert.ok(logins.some((login) => page.includes(`href="${login.url}"`)), 'the region’s own address');
  assert.notEqual((await get('/guide/epos-link?region=ru-xx')).status, 500);
  assert.equal((await get('/guide/epos-link?region=%3Cscript%3E')).status, 400);
});

test('every question of data/ is in the list, by its number, and has a page, JSON and text', async () => {
  const { questions } = (await get('/questions.json')).json();
  const numbers = files('questions').map((name) => parseInt(name, 10)).sort((a, b) => a - b);
  assert.deepEqual(questions.map((question) => question.number), numbers);
  for (const { number, title, url } of questions) {
    assert.equal(url, `${site.url}/q/${number}`);
    const page = await get(`/q/${number}`);
    assert.equal(page.status, 200);
    const question = (await get(`/q/${number}.json`)).json();
    assert.equal(question.title, title);
    assert.ok(page.text.includes(escapeHtml(question.short)), `${number}: the short answer is on the page`);
    assert.ok((await get(`/q/${number}.txt`)).text.includes(question.short), `${number}: and in the text`);
  }
});

test('JSON of a question: the fields of the promise', async () => {
  const question = (await get('/q/17.json')).json();
  for (const field of ['number', 'title', 'url', 'short', 'html', 'revision', 'updated', 'contacts', 'related']) {
    assert.ok(field in question, field);
  }
  assert.match(question.updated, /^\d{4}-\d\d-\d\d$/);
});

test('numbers and ids that are none are 404', async () => {
  for (const address of ['/q/0', '/q/007', '/q/9999', '/q/12345', '/q/x', '/guide/', '/guide/none', '/guide/a_b']) {
    const { status } = await get(address);
    assert.ok(status === 404 || status === 301, `${address}: ${status}`);
  }
});

function escapeHtml(text) {
  const names = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (sign) => names[sign]);
}
