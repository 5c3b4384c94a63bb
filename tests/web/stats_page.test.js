// The statistics page with two years of made-up accesses behind it: one set of numbers in every form (page, chart, table,
// JSON, CSV, weekly text), addresses for every view, and a page that a person can read: on a telephone, in the dark, printed.
import { AxeBuilder } from '@axe-core/playwright';
import assert from 'node:assert/strict';
import { HtmlValidate } from 'html-validate';
import { after, before, test } from 'node:test';
import { fillTally } from './accesses.js';
import { launch, openPage } from './browser.js';
import { request } from './http.js';
import { startSite } from './server.js';

const DAY = 86_400_000;
const TABLES = ['regions', 'guides', 'questions', 'pages', 'kinds', 'searches', 'missing', 'referrers', 'links', 'embeds',
  'reports', 'days', 'hours'];

let site;
let browser;
let today; // in the site's time zone, as the page sees it
// A connection each: the tests below keep the process busy for longer than the server keeps one open.
const get = (address) => request(site.url + address, { agent: false });
const json = async (query = '') => (await get(`/stats.json${query}`)).json();
const sum = (rows, field) => rows.reduce((total, row) => total + row[field], 0);
const dateOf = (days) => new Date(Date.parse(today) + days * DAY).toISOString().slice(0, 10);
// The number in a text with thin spaces between its digits.
const numberIn = (text) => Number(text.replace(/[\u202f\s]/g, ''));

before(async () => {
  [site, browser] = await Promise.all([startSite(), launch()]);
  today = await fillTally(site, 800);
});
after(async () => {
  await browser?.close();
  await site?.stop();
});

// A CSV without line ends in its cells, as rows of cells.
async function csv(query) {
  const { status, text } = await get(`/stats.csv${query}`);
  assert.equal(status, 200, query);
  return text.split('\r\n').filter(Boolean).map((line) => [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,"]*))/g)]
    .map(([, quoted, bare]) => (quoted === undefined ? bare : quoted.replaceAll('""', '"'))));
}

for (const query of ['', '?period=today', '?period=7', '?period=28', '?period=year', '?compare=before', '?compare=none']) {
  test(`all numbers of /stats.json${query} agree`, async () => {
    const document = await json(query);
    const kinds = Object.fromEntries(document.kinds.map((row) => [row.kind, row.views]));
    assert.ok(document.people > 1000);
    assert.equal(sum(document.kinds, 'views'), document.people);
    assert.equal(sum(document.days, 'people'), document.people);
    assert.equal(sum(document.days, 'robots'), document.robots);
    assert.equal(sum(document.days, 'dropped'), document.dropped);
    assert.equal(document.clients.person, document.people);
    assert.equal(document.clients.robot, document.robots);
    assert.equal(sum(document.regions, 'views'), kinds.region);
    assert.equal(sum(document.regions, 'departures'), kinds.departure);
    assert.equal(sum(document.map.tiles, 'views'), kinds.region);
    assert.equal(sum(document.guides, 'views'), kinds.guide);
    assert.equal(sum(document.questions, 'views'), kinds.question);
    assert.equal(sum(document.guides, 'cited') + sum(document.questions, 'cited'), kinds.cited);
    assert.equal(sum(document.pages, 'views'), kinds.page);
    assert.equal(sum(document.missing, 'count'), kinds.missing);
    assert.equal(sum(document.reports, 'count'), kinds.report);
    assert.equal(document.searches.count, kinds.search);
    assert.equal(sum(document.searches.empty, 'count'), document.searches.empty_count);
    if (document.hours.length) assert.equal(sum(document.hours, 'views'), document.people);
    if (query === '?compare=none') assert.equal(document.before, null);
    else {
      assert.equal(sum(document.kinds, 'before'), document.people_before);
      assert.equal(sum(document.days, 'before'), document.people_before);
    }
  });
}

test('each period is the days it says, beside the days it says', async () => {
  const days = ({ from, to }) => (Date.parse(to) - Date.parse(from)) / DAY + 1;
  for (const [query, length] of [['?period=today', 1], ['?period=7', 7], ['?period=28', 28], ['', 28]]) {
    const document = await json(query);
    assert.deepEqual([document.to, days(document), document.unfinished], [query === '?period=today' ? today : dateOf(-1), length, query === '?period=today'],
      `${query}: whole days, but for the one that runs`);
    assert.equal(days(document.before), length);
    const apart = (Date.parse(document.to) - Date.parse(document.before.to)) / DAY;
    assert.ok(apart === 364 || apart === 371, 'the same weekday');
  }
  const year = await json('?period=year');
  assert.match(year.from, /-09-01$/);
  const before = await json('?period=7&compare=before');
  assert.equal(before.before.to, dateOf(-8));
  assert.deepEqual([year.to, (await json('?from=2026-11-01')).to, (await json(`?from=${today}`)).to], [dateOf(-1), dateOf(-1), today]);
  const chosen = await json('?from=2026-01-12&to=2026-01-25');
  assert.deepEqual([chosen.period, chosen.before.from, chosen.before.to], ['chosen', '2025-01-13', '2025-01-26']);
  assert.equal((await json('?from=2025-09-01&to=2025-09-07')).before.from, '2024-09-02', 'week 1 beside week 1');
  // Two halves are the whole.
  const [first, second, whole] = await Promise.all(['?from=2026-01-12&to=2026-03-05', '?from=2026-03-06&to=2026-06-30',
    '?from=2026-01-12&to=2026-06-30'].map(json));
  assert.equal(first.people + second.people, whole.people);
  assert.equal(sum(first.regions, 'views') + sum(second.regions, 'views'), sum(whole.regions, 'views'));
});

test('what makes no sense is refused', async () => {
  for (const query of ['period=31', 'period=..', 'compare=last', 'table=secrets', 'from=2026-02-30', 'from=2026-02-02&to=2026-02-01',
    'from=2999-01-01', 'from=1000-01-01', 'table=regions%00', 'sort=regions.secret', 'sort=secrets.views', 'sort=regions', 'sort=.', 'sep=tab']) {
    assert.equal((await get(`/stats?${query}`)).status, 400, query);
  }
});

test('half a day is never compared with whole ones', async () => {
  for (const query of ['period=today', `from=${dateOf(-6)}&to=${today}`]) {
    const { text } = await get(`/stats?${query}`);
    assert.match(text, /Разницу\sсчитать\sрано/, query);
    assert.doesNotMatch(text, /class="(?:up|down)"/, query);
  }
  for (const query of ['', 'period=7', 'period=year']) assert.match((await get(`/stats?${query}`)).text, /class="(?:up|down)"/, query);
});

test('every table can be sorted by each of its columns, and says by which', async () => {
  const { text } = await get('/stats?period=year');
  const links = [...text.matchAll(/<th scope="col"[^>]*><a href="(\/stats\?period=year&amp;compare=year&amp;sort=([a-z]+)\.([a-z_]+)#([a-z]+))">/g)];
  const found = new Set(links.map(([, , table]) => table));
  for (const table of ['kinds', 'days', 'regions', 'questions', 'guides', 'searches', 'words', 'missing', 'referrers', 'links', 'embeds', 'reports', 'pages']) assert.ok(found.has(table), table);
  const { page, trouble, close } = await openPage(browser, site.url);
  for (const [, href, table, field, section] of links) {
    const answer = await get(href.replaceAll('&amp;', '&'));
    assert.equal(answer.status, 200, href);
    assert.equal([...answer.text.matchAll(/aria-sort="(?:descending|ascending)"/g)].length > 0, true, href);
    if (!['regions', 'questions', 'searches', 'days'].includes(table)) continue;
    await page.goto(site.url + href.replaceAll('&amp;', '&'));
    const at = await page.locator(`#${section} [aria-sort]`).first().evaluate((th) => th.cellIndex);
    const cells = (await page.locator(`#${section} tbody tr:not(.sum)`).evaluateAll((rows, index) => rows.map((row) => row.cells[index].textContent), at)).map((cell) => cell.trim());
    const values = field === 'number' ? cells.map((cell) => parseInt(cell, 10)) : cells;
    if (field === 'number') assert.deepEqual(values, [...values].sort((a, b) => b - a), href);
    else if (/^(?:name|query)$/.test(field)) assert.deepEqual(values, [...values].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))), href);
    else assert.deepEqual(values.map(numberIn), values.map(numberIn).sort((a, b) => b - a), href);
  }
  assert.deepEqual(trouble, []);
  await close();
});

for (const [of, list, key] of [['region/ru-mow', 'regions', 'iso'], ['q/7', 'questions', 'number'], ['guide/epos-link', 'guides', 'id']]) {
  test(`${of} by itself: its days add up to its row, with who links to it`, async () => {
    for (const query of ['period=28', 'period=today', 'from=2026-01-12&to=2026-06-30']) {
      const whole = await json(`?${query}`);
      const own = await json(`?of=${of}&${query}`);
      const row = whole[list].find((item) => `${item[key]}` === of.split('/')[1]);
      assert.deepEqual([own.views, own.more], [row.views, row.departures ?? row.cited], query);
      assert.equal(sum(own.days, 'views'), row.views);
      assert.equal(own.days.length, (Date.parse(whole.to) - Date.parse(whole.from)) / DAY + 1);
      assert.deepEqual(own.links, whole.links.filter(({ path }) => path === `/${of}`));
    }
    const { text } = await get(`/stats?of=${of}`);
    assert.match(text, /<h1>/);
    assert.match((await get('/stats')).text, new RegExp(`href="/stats\\?of=${of}&amp;period=28&amp;compare=year"`), 'the table leads there');
  });
}

test('what is no thing of the directory has no statistics of its own', async () => {
  for (const of of ['region/ru-xx', 'q/9999', 'about', '..', '/etc/passwd', `guide/${'a'.repeat(200)}`]) assert.equal((await get(`/stats?of=${encodeURIComponent(of)}`)).status, 404, of);
});

test('numbers of a chart stand beside its bars, never on them', async () => {
  const { page, close } = await openPage(browser, site.url);
  for (const width of [360, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`${site.url}/stats?from=2026-08-20&to=2026-10-20`);
    const over = await page.evaluate(() => [...document.querySelectorAll('.plot')].flatMap((plot) => {
      const bars = [...plot.querySelectorAll('.c-bar')].map((bar) => bar.getBoundingClientRect()).filter(({ height }) => height > 0);
      return [...plot.querySelectorAll('text')].filter((text) => {
        const box = text.getBoundingClientRect();
        return box.width > 0 && bars.some((bar) => box.right > bar.left + 1 && box.left < bar.right - 1 && box.bottom > bar.top + 1 && box.top < bar.bottom - 1);
      }).map((text) => text.textContent);
    }));
    assert.deepEqual(over, [], `${width}`);
  }
  await close();
});

test('the page shows the numbers of the JSON, folded rows among them', async () => {
  const { page, trouble, close } = await openPage(browser, site.url);
  await page.goto(`${site.url}/stats?period=year`);
  const document = await json('?period=year');
  const column = async (section, cell) => (await page.locator(`#${section} tbody tr:not(.sum) td:nth-of-type(${cell})`).allTextContents())
    .map(numberIn).reduce((total, value) => total + value, 0);
  assert.equal(numberIn(await page.locator('#total .sum td').first().textContent()), document.people);
  assert.equal(await column('total', 1), document.people);
  assert.equal(await column('regions', 1), sum(document.regions, 'views'));
  assert.equal(await column('regions', 2), sum(document.regions, 'before'));
  assert.equal(await column('regions', 4), sum(document.regions, 'departures'));
  assert.equal(await column('questions', 1), sum(document.questions, 'views'));
  assert.equal(await column('searches', 1), document.searches.empty_count);
  assert.equal(await column('days', 1), document.people);
  assert.equal(await column('days', 3), document.robots);
  assert.deepEqual(trouble, []);
  await close();
});

test('charts are well-formed pictures of the table below them', async () => {
  const { page, close } = await openPage(browser, site.url);
  for (const query of ['?period=year', '?period=7', '?period=28&compare=none', '?from=2024-10-01&to=2026-09-30']) {
    await page.goto(`${site.url}/stats${query}`);
    const document = await json(query);
    const charts = await page.evaluate(() => [...window.document.querySelectorAll('figure svg.chart, figure svg.tiles')].map((svg) => {
      const parsed = new DOMParser().parseFromString(new XMLSerializer().serializeToString(svg), 'image/svg+xml');
      const box = svg.getBoundingClientRect();
      return { section: svg.closest('section').id, broken: Boolean(parsed.querySelector('parsererror')), label: svg.getAttribute('aria-label'),
        titles: [...svg.querySelectorAll('rect title, svg > title')].map((title) => title.textContent),
        outside: [...svg.querySelectorAll('.c-bar')].filter((bar) => {
          const { left, right, top: high, bottom } = bar.getBoundingClientRect();
          return left < box.left - 1 || right > box.right + 1 || high < box.top - 1 || bottom > box.bottom + 1;
        }).length };
    }));
    for (const chart of charts) {
      assert.equal(chart.broken, false, chart.section);
      assert.equal(chart.outside, 0, chart.section);
      assert.ok(chart.label.length > 10);
    }
    const values = (section) => charts.find((chart) => chart.section === section).titles.map((title) => numberIn(title.split(': ').at(-1)));
    assert.deepEqual(values('days'), document.days.map((day) => day.people));
    assert.deepEqual(values('robots'), document.days.map((day) => day.robots));
    assert.equal(values('regions').reduce((a, b) => a + b, 0), sum(document.regions, 'views'));
    if (query === '?period=7') assert.equal(values('hours').reduce((a, b) => a + b, 0), document.people);
  }
  await close();
});

test('1 September and new addresses are marked where they fall', async () => {
  const { page, close } = await openPage(browser, site.url);
  await page.goto(`${site.url}/stats?from=2026-08-20&to=2026-09-20`);
  const mark = page.locator('#days .chart text', { hasText: '1 сентября' });
  assert.equal(await mark.count(), 1);
  const bar = page.locator('#days .c-bar', { hasText: /^1\sсентября\s2026/ });
  const [line, box] = [await page.locator('#days .c-event').boundingBox(), await bar.boundingBox()];
  assert.ok(line.x >= box.x - 1 && line.x <= box.x + box.width + 1);
  await page.goto(`${site.url}/stats?from=2026-10-01&to=2026-10-28`);
  assert.equal(await page.locator('#days .chart text', { hasText: 'сентября' }).count(), 0);
  await close();
});

test('every table is there as CSV, with the numbers of the JSON, safe for spreadsheets', async () => {
  const document = await json();
  const rows = { ...document, searches: document.searches.empty };
  for (const table of TABLES) {
    const [headings, ...lines] = await csv(`?table=${table}`);
    assert.equal(lines.length, rows[table].length, table);
    for (const field of ['views', 'count', 'people', 'robots', 'departures', 'cited']) {
      const at = headings.indexOf(field);
      if (at >= 0) assert.equal(lines.reduce((total, line) => total + Number(line[at]), 0), sum(rows[table], field), `${table} ${field}`);
    }
  }
  assert.deepEqual(await csv(''), await csv('?table=regions'));
  assert.ok((await csv('?table=searches&period=year')).some(([query]) => query === "'=cmd|calc"));
  assert.match((await get('/stats.csv?bom=1')).text, /^\ufeff/);
});

test('links of the page lead to what they say', async () => {
  const { text } = await get('/stats?from=2026-03-02&to=2026-03-15&compare=before');
  const links = [...text.matchAll(/href="(\/stats[^"]*)"/g)].map(([, href]) => href.replaceAll('&amp;', '&'));
  for (const table of TABLES.filter((name) => name !== 'hours')) {
    assert.ok(links.includes(`/stats.csv?table=${table}&from=2026-03-02&to=2026-03-15&compare=before`), table);
  }
  assert.ok(links.includes('/stats?period=year&compare=before'));
  for (const link of new Set(links)) assert.equal((await get(link)).status, 200, link);
  for (const anchor of ['total', 'days', 'regions', 'questions', 'guides', 'cited', 'searches', 'missing', 'referrers', 'embeds',
    'reports', 'pages', 'robots', 'dropped']) assert.match(text, new RegExp(`id="${anchor}"`));
});

test('without anything to compare with the page says so and compares nothing', async () => {
  const { text } = await get('/stats?from=2024-10-01&to=2024-10-31');
  assert.match(text, /Сравнить не с чем/);
  assert.doesNotMatch(text, /Год назад|Разница/);
  const empty = await get('/stats?from=2020-01-01&to=2020-01-31');
  assert.match(empty.text, /Страниц регионов никто не открывал/);
});

for (const [colorScheme, width, query] of [['light', 1440, ''], ['dark', 1440, '?period=year'], ['light', 360, '?period=year'],
  ['dark', 360, '?period=7'], ['light', 320, '?period=28']]) {
  test(`${colorScheme}, ${width} pixels, ${query || 'four weeks'}: readable, no violation of WCAG 2.2 AA, no sideways scrolling`, async () => {
    const { page, trouble, close } = await openPage(browser, site.url, { colorScheme, viewport: { width, height: 800 } });
    await page.goto(`${site.url}/stats${query}`);
    const { violations } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
    assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 160)}`), []);
    const wide = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(await wide(), 0);
    await page.evaluate(() => document.querySelectorAll('details').forEach((details) => { details.open = true; }));
    assert.equal(await wide(), 0, 'with everything unfolded');
    assert.deepEqual(trouble, []);
    await close();
  });
}

test('printed, it shows what is folded away, and no buttons', async () => {
  const { page, close } = await openPage(browser, site.url);
  await page.emulateMedia({ media: 'print' });
  await page.goto(`${site.url}/stats`);
  assert.ok(await page.locator('#regions details tbody tr').last().isVisible());
  assert.ok(await page.locator('#days details tbody tr').first().isVisible());
  for (const hidden of ['form', 'nav', 'summary']) assert.equal(await page.locator(hidden).first().isVisible(), false, hidden);
  await close();
});

test('valid HTML, for every kind of period', async () => {
  const validator = new HtmlValidate({
    extends: ['html-validate:recommended'],
    rules: { 'no-trailing-whitespace': 'off', 'doctype-style': 'off', 'void-style': 'off', 'long-title': 'off',
      'no-implicit-button-type': 'off', 'tel-non-breaking': 'off',
      'valid-autocomplete': 'off' }, // radio buttons of the foot: browsers would else restore them over the reader's choice
  });
  for (const query of ['', '?period=today', '?period=year', '?compare=none', '?from=2020-01-01&to=2020-01-31']) {
    const { text } = await get(`/stats${query}`);
    const report = await validator.validateString(text);
    assert.deepEqual(report.results.flatMap((result) => result.messages)
      .map(({ ruleId, message, line, column }) => `${query} ${line}:${column} ${ruleId}: ${message}`), []);
  }
});

test('vhod report --week says the same as the page of that week', async () => {
  const { status, stdout, stderr } = site.vhod('report', '--week');
  assert.equal(status, 0, stderr);
  const [, from, to] = /\/stats\?from=([\d-]+)&to=([\d-]+)\n$/.exec(stdout);
  assert.equal(new Date(from).getUTCDay(), 1);
  assert.equal(Date.parse(to) - Date.parse(from), 6 * DAY);
  assert.ok(to < today, 'a whole week');
  const year = await json(`?from=${from}&to=${to}`);
  const week = await json(`?from=${from}&to=${to}&compare=before`);
  const [, people, weekAgo, yearAgo] = /^Всего: ([\d\u202f]+) \(неделю назад ([\d\u202f]+).*; год назад ([\d\u202f]+)/m.exec(stdout);
  assert.deepEqual([people, weekAgo, yearAgo].map(numberIn), [year.people, week.people_before, year.people_before]);
  const [best] = year.regions;
  assert.match(stdout, new RegExp(`^- ${best.name}: ${best.views} \\(неделю назад ${week.regions[0].before}`, 'm'));
  assert.doesNotMatch(stdout, /^- .*: 0 \(неделю назад/m, 'what nobody read this week is in no list');
  assert.match(stdout, new RegExp(`^Искали и не нашли: ${year.searches.empty_count} из ${year.searches.count}$`, 'm'));
  assert.doesNotMatch(stdout, /[<>{}]|&amp;/);
  assert.match(stdout, /^Сейчас не открываются\nЗа последние сутки адреса не проверялись\.$/m);
  const grew = [...week.regions, ...week.questions, ...week.guides].filter(({ views, before }) => views >= 30 && views >= 3 * before);
  const listed = /^Выросло сильнее всего\n([^]*?)\n\n/m.exec(stdout)[1].split('\n');
  if (!grew.length) assert.deepEqual(listed, ['Ничего: как неделю назад.']);
  else assert.deepEqual(listed, grew.slice(0, 10).map(({ name, views, before }) => `- ${name}: ${views}, неделю назад ${before}`));
  const chosen = site.vhod('report', '--week', '--date', '2026-01-01').stdout;
  assert.match(chosen, /с 29\sдекабря\s2025 по 4\sянваря\s2026 года/);
  for (const wrong of [['report'], ['report', '--week', '--date', '2026-02-30'], ['check', '--week'], ['report', '--date', '2026-01-01']]) {
    assert.equal(site.vhod(...wrong).status, 2, wrong.join(' '));
  }
  assert.notEqual(site.vhod('report', '--week', '--date', '2999-01-01').status, 0);
});
