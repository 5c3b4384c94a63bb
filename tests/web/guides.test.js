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
  assert.ok(logins.some((login) => page.includes(`href="${login.url}"`) && page.includes(login.typed)), 'the region’s own address');
  const plain = (await get('/guide/moya-shkola-login')).text;
  assert.doesNotMatch(plain, /<table/, 'no list of regions');
  assert.match(plain, /Назовите свой регион/);
  const only = (await get('/guide/epos-link')).text;
  assert.match(spaced(only), /Показано для региона: <b>Пермский край<\/b>/, 'a guide about one region asks nothing');
  assert.equal((await get('/guide/epos-link.json')).json().applies, null, 'and programs get what they asked for');
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
    assert.ok(spaced(page.text).includes(escapeHtml(question.short)), `${number}: the short answer is on the page`);
    const text = spaced((await get(`/q/${number}.txt`)).text);
    assert.ok(text.includes(question.short), `${number}: and in the text`);
    for (const part of question.parts) assert.ok(text.includes(part.title), `${number}: ${part.title}`);
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

// --- the reader's region ------------------------------------------------------------------------------------------------

// What stands open on a served page: numbers of parts or steps.
const openOn = (html) => [...html.matchAll(/<(?:section class="text"|li) id="(?:part|step)-(\d+)"([^>]*)>/g)]
  .filter(([, , rest]) => !/folded/.test(rest)).map(([, number]) => Number(number));

// A region's portals and ways of signing in decide, once more from the published data and by other means than the site.
function concerns({ portals, regions, via }, region, federal) {
  if (regions.length && !regions.some(({ iso }) => iso === region.iso)) return false;
  if (portals.some(({ id }) => federal.has(id))) return true;
  if (!portals.length && !via) return true;
  if (!portals.length && !region.logins.length) return true;
  return region.logins.some((login) => (login.status !== 'college' || portals.length === 1)
    && (!portals.length || portals.some(({ id }) => id === login.portal.id))
    && (!via || ['both', 'unknown', via].includes(login.via)));
}

// The limits of a part as they hold: of each kind its own, or else the article's.
const inherited = (part, whole) => ({
  portals: part.portals.length ? part.portals : whole.portals,
  regions: part.regions.length ? part.regions : whole.regions,
  via: part.via ?? whole.via,
});

test('83 regions × all articles: no part stands open that is for another portal, and none is folded that is for this one', { timeout: 600_000 }, async () => {
  const { regions, portals, guides, questions } = (await get('/directory.json')).json();
  const federal = new Set(portals.filter((portal) => portal.federal).map(({ id }) => id));
  const wrong = [];
  let open = 0;
  for (const path of [...guides.map(({ id }) => `/guide/${id}`), ...questions.map(({ number }) => `/q/${number}`)]) {
    const article = (await get(`${path}.json`)).json();
    const parts = article.steps ?? article.parts;
    for (const region of regions) {
      const { status, text } = await get(`${path}?region=${region.iso}`);
      const shown = new Set(openOn(text));
      assert.equal(status, 200);
      open += shown.size;
      const own = concerns(article.limits, region, federal);
      if (own === /class="card warnbox">Это (?:про|верно|для)/.test(text)) wrong.push(`${path} in ${region.iso}: ${own ? 'refused' : 'not refused'}`);
      for (const { number, limits, holds } of parts) {
        const right = own && concerns(inherited(limits, article.limits), region, federal);
        if (shown.has(number) && !right) wrong.push(`${path} in ${region.iso}: ${number} is open`);
        const fold = !article.limits || !holds || (await foldsOf(path)).has(number);
        if (!shown.has(number) && right && !fold) wrong.push(`${path} in ${region.iso}: ${number} is folded`);
      }
    }
  }
  assert.deepEqual(wrong.slice(0, 20), []);
  console.log(`# ${open} answered: open parts in ${regions.length} regions and ${guides.length + questions.length} articles`);
});

// Parts that are always folded, by the file they are written in.
const folds = new Map();
async function foldsOf(address) {
  if (!folds.has(address)) {
    const [, kind, id] = address.split('/');
    const folder = path.join(top, 'data', kind === 'guide' ? 'guides' : 'questions');
    const name = fs.readdirSync(folder).find((file) => (kind === 'guide' ? file === `${id}.md` : parseInt(file, 10) === Number(id)));
    const heads = fs.readFileSync(path.join(folder, name), 'utf8').split(/^## /m).slice(1).map((part) => part.split('\n\n')[0]);
    folds.set(address, new Set(heads.flatMap((head, i) => (/^fold: yes$/m.test(head) ? [i + 1] : []))));
  }
  return folds.get(address);
}

for (const [iso, own, others] of [
  ['ru-mow', 'В Москве (МЭШ)', ['В «Сетевом городе»', 'В «Сетевом регионе» (Алтайский край)', 'В Рязанской области']],
  ['ru-alt', 'В «Сетевом регионе» (Алтайский край)', ['В «Сетевом городе»', 'В Москве (МЭШ)', 'В Рязанской области']],
  ['ru-rya', 'В Рязанской области', ['В Москве (МЭШ)', 'В «Сетевом регионе» (Алтайский край)']],
  ['ru-per', null, ['В «Сетевом городе»', 'В Москве (МЭШ)', 'В Рязанской области', 'В «Сетевом регионе» (Алтайский край)']],
]) {
  test(`/q/6 for ${iso}: the own case is open, the others are folded under their names`, async () => {
    const { text } = await get(`/q/6?region=${iso}`);
    const opened = [...text.matchAll(/<section class="text" id="part-\d+">\n<h2>([^<]*)<\/h2>/g)].map(([, title]) => title);
    if (own) assert.ok(opened.includes(own), opened.join(', '));
    for (const title of others) {
      assert.ok(!opened.includes(title), title);
      assert.match(text, new RegExp(`<summary><h3>${title.replace(/[()]/g, '\\$&')}</h3></summary>`));
    }
    const question = (await get(`/q/6.json?region=${iso}`)).json();
    const part = question.parts.find(({ title }) => title === own);
    assert.equal(question.said.short, part?.short ?? question.short);
    assert.ok(spaced(text).includes(escapeHtml(question.said.short)));
  });
}

test('/q/6 without a region: every limited case folded under its name, what is for all open, the field at the top', async () => {
  const { text } = await get('/q/6');
  const question = (await get('/q/6.json')).json();
  assert.ok(question.parts.some(({ limited }) => limited) && question.parts.some(({ limited }) => !limited));
  for (const { number, title, limited, open } of question.parts) {
    if (limited) assert.equal(open, false, title);
    assert.equal(openOn(text).includes(number), open, title);
    assert.ok(text.includes(title));
  }
  const field = text.indexOf('<input type="search" id="where"');
  assert.ok(field > 0 && field < text.indexOf('Коротко'));
  assert.match(text, /<link rel="canonical" href="[^"]*\/q\/6">/);
});

test('a guide of another portal says so at the top, with what there is instead, and none of its steps is open', async () => {
  const { text } = await get('/guide/epos-link?region=ru-mow');
  const main = spaced(text.slice(text.indexOf('<main')));
  assert.match(main, /Это про «ЭПОС»\. В Москве — /);
  assert.ok(main.indexOf('Это про «ЭПОС»') < main.indexOf('class="steps"'));
  assert.deepEqual(openOn(text), []);
  const plain = spaced((await get('/guide/epos-link.txt?region=ru-mow')).text);
  assert.match(plain, /Это про «ЭПОС»\. В Москве — /);
});

test('an article for one portal says whose it is also where no region is known', async () => {
  assert.match(spaced((await get('/guide/moya-shkola-login')).text), /Это про «Моя школа»/);
});

test('the field: a town, a code, a name lead to the address that keeps the region; several are offered; nonsense is said', async () => {
  for (const [where, iso] of [['Барнаул', 'ru-alt'], ['59', 'ru-per'], ['Татарстан', 'ru-ta'], ['656049', 'ru-alt']]) {
    for (const page of ['/q/6', '/guide/child-under-14', '/questions', '/guides']) {
      const there = await get(`${page}?where=${encodeURIComponent(where)}`);
      assert.equal(there.status, 303, `${page} ${where}`);
      assert.match(there.headers.location, new RegExp(`${page}\\?region=${iso}$`));
    }
  }
  const several = await get(`/q/6?where=${encodeURIComponent('новгород')}`);
  assert.equal(several.status, 200);
  assert.ok([...several.text.matchAll(/<a href="\/q\/6\?region=ru-[a-z]+">/g)].length >= 2);
  const none = await get('/q/6?where=xyzzyplugh');
  assert.equal(none.status, 200);
  assert.match(spaced(none.text), /«xyzzyplugh» не нашлось/);
  assert.match((await get('/q/6?where=%3Cscript%3E')).text, /&lt;script&gt;/);
  assert.equal((await get('/q/6?where=')).status, 200);
});

test('the choice is asked once, and does not count as another view', async () => {
  const { text } = await get('/q/6?region=ru-per');
  assert.equal([...text.matchAll(/name="where"/g)].length, 1);
  assert.match(spaced(text), /Показано для региона: <b>Пермский край<\/b>/);
  for (const address of ['/q/6?where=59', '/q/6?where=xyzzyplugh']) {
    assert.match((await get(address)).headers['x-vhod-counted'] ?? 'no', /no/, address);
  }
});

test('what is given out keeps the region: links, short address, QR code, embeds, text', async () => {
  for (const address of ['/q/6', '/guide/child-under-14']) {
    const { text } = await get(`${address}?region=ru-per`);
    const shared = text.slice(text.indexOf('id="share"'));
    for (const form of [`${address}?region=ru-per`, `/embed${address}?region=ru-per`, `/embed${address}.svg?region=ru-per`]) {
      assert.ok(shared.includes(form), `${address}: ${form}`);
    }
    assert.match(text, new RegExp(`class="say">[^<]*${address}\\?region=ru-per<`));
    assert.ok(text.includes(`href="${address}.txt?region=ru-per"`));
    assert.match(text, new RegExp(`<link rel="canonical" href="[^"]*${address}">`), 'the canonical address has none');
    const code = (await get(`/qr${address}?region=ru-per`)).text;
    assert.notEqual(code, (await get(`/qr${address}`)).text);
  }
  const links = [...(await get('/q/6?region=ru-per')).text.matchAll(/href="(\/(?:q|guide)\/[^"#]+)"/g)].map(([, url]) => url)
    .filter((url) => !/\.(?:txt|json)/.test(url));
  assert.ok(links.some((url) => url.endsWith('?region=ru-per')));
  const region = (await get('/region/ru-per')).text;
  for (const [, url] of region.matchAll(/href="(\/(?:q|guide)\/[^".#]+)"/g)) assert.match(url, /\?region=ru-per$/);
});

test('the remembered region counts where the address names none, and only on pages', async () => {
  const headers = { Cookie: 'regions=ru-per' };
  const { text, headers: sent } = await get('/q/7', { headers });
  assert.match(spaced(text), /Показано для региона: <b>Пермский край<\/b>/);
  assert.match(sent['cache-control'], /private/);
  assert.match(spaced((await get('/q/7?region=ru-mow', { headers })).text), /Показано для региона: <b>Москва<\/b>/);
  assert.equal((await get('/q/7.json', { headers })).json().applies, null);
  assert.doesNotMatch((await get('/embed/q/7', { headers })).text, /ru-per/);
});

test('text for mail and chat: the parts under their names; of another portal’s part the name alone', async () => {
  const all = spaced((await get('/q/7.txt')).text);
  const own = spaced((await get('/q/7.txt?region=ru-per')).text);
  const { parts } = (await get('/q/7.json?region=ru-per')).json();
  for (const { title, text, applies } of parts) {
    assert.ok(all.includes(title) && own.includes(title), title);
    const words = spaced(text).slice(0, 60);
    assert.ok(all.includes(words), title);
    assert.equal(own.includes(words), applies, title);
  }
  assert.match(own, /Регион: Пермский край/);
});

test('what something is known from stands on the page, with dates', async () => {
  for (const address of ['/q/6', '/guide/child-under-14', '/q/4']) {
    const { sources } = (await get(`${address}.json`)).json();
    assert.ok(sources.length > 0, address);
    const { text } = await get(address);
    const list = text.slice(text.indexOf('Откуда это известно</summary>'));
    assert.ok(text.includes('<details class="card noprint" id="sources">'), address);
    for (const { title, url, date } of sources) {
      assert.ok(spaced(list).includes(escapeHtml(title)), title);
      if (url) assert.ok(list.includes(`href="${escapeHtml(url)}"`), url);
      if (date) assert.ok(list.includes(date.slice(0, 4)), `${title}: ${date}`);
    }
  }
});

test('who helps: the article’s own, then the region’s, then where to find out; each says what it is known from', async () => {
  const { text } = await get('/q/7?region=ru-per');
  const help = text.slice(text.indexOf('<section id="help">'), text.indexOf('id="sources"'));
  assert.match(spaced(help), /Сначала — в школу/);
  assert.match(spaced(help), /номер этого вопроса: 7/);
  assert.match(spaced(help), /класс ребёнка/);
  const where = help.indexOf('Где узнать телефон поддержки');
  assert.ok(where > 0 && where > help.indexOf('Сначала'));
  assert.match(help.slice(where), /Откуда это известно/);
});

test('a contact for one symptom is offered with that symptom only', async () => {
  const { contacts } = (await get('/directory.json')).json();
  const { questions } = (await get('/questions.json')).json();
  const dir = path.join(top, 'data/contacts');
  const limited = fs.readdirSync(dir).flatMap((name) => {
    const found = /^symptoms *= *(.*)$/m.exec(fs.readFileSync(path.join(dir, name), 'utf8'));
    return found ? [[name.replace('.ini', ''), found[1].split(/, */)]] : [];
  });
  for (const [id, symptoms] of limited) {
    const regions = (await get('/directory.json')).json().regions.filter((region) => region.contacts.includes(id));
    for (const { number, symptom } of questions) {
      for (const { iso } of regions.slice(0, 2)) {
        const { region, contacts: own } = (await get(`/q/${number}.json?region=${iso}`)).json();
        const offered = region.contacts.some((contact) => contact.id === id) || own.some((contact) => contact.id === id);
        if (!own.some((contact) => contact.id === id)) assert.equal(offered, symptoms.includes(symptom), `${id} on ${number}`);
      }
    }
  }
  assert.ok(contacts.length > 5);
});

test('lists: what is about the region first, by what parents say; what is not says whose it is and what there is instead', async () => {
  const { symptoms, questions } = (await get('/questions.json?region=ru-mow')).json();
  const { text } = await get('/questions?region=ru-mow');
  const heads = [...text.matchAll(/<h2>([^<]*)<\/h2>/g)].map(([, title]) => title);
  assert.deepEqual(heads.filter((title) => symptoms.some((symptom) => symptom.title === title)),
    symptoms.map(({ title }) => title).filter((title) => heads.includes(title)), 'in their order');
  const elsewhere = questions.filter(({ applies }) => applies === false);
  const split = text.indexOf('Не для вашего региона');
  for (const { number, applies } of questions) {
    const at = text.indexOf(`href="/q/${number}?region=ru-mow"`);
    assert.ok(at > 0, number);
    assert.equal(split > 0 && at > split && applies === false, applies === false, `${number}`);
  }
  if (elsewhere.length) assert.match(spaced(text.slice(split)), /Это (?:про|верно|для)/);
  const guides = await get('/guides?region=ru-mow');
  assert.match(spaced(guides.text.slice(guides.text.indexOf('Не для вашего региона'))), /Это про «ЭПОС»\. В Москве — /);
});

// Ordinary spaces for no-break ones.
function spaced(text) {
  return text.replace(/\u00a0/g, ' ');
}

function escapeHtml(text) {
  const names = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (sign) => names[sign]);
}
