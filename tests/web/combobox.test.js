// The search field as a combobox (htdocs/suggest.js), by the acceptance list of the WAI-ARIA Authoring Practices: editable
// combobox, list autocomplete with manual selection. What the pattern leaves open is held here too: what is open belongs to
// what stands in the field, also while an answer is on its way, when the focus goes, and when a page is come back to.
// (suggest.test.js: the criteria of the GOV.UK accessible autocomplete, and the form without any of this.)
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, openPage } from './browser.js';
import { startSite } from './server.js';

let site;
let browser;
before(async () => { [site, browser] = await Promise.all([startSite(), launch()]); });
after(async () => {
  await browser?.close();
  await site?.stop();
});

const ANSWER_MS = 700; // longer than any answer takes after the last key
const field = (page) => page.locator('[role=combobox]');
const options = (page) => page.getByRole('option');

// What assistive technology is told at this moment.
const told = (page) => page.evaluate(() => {
  const input = document.querySelector('[role=combobox]');
  const active = input.getAttribute('aria-activedescendant');
  const list = document.getElementById(input.getAttribute('aria-controls'));
  const all = [...list.querySelectorAll('[role=option]')];
  return {
    value: input.value,
    focused: document.activeElement === input,
    expanded: input.getAttribute('aria-expanded'),
    shown: list.checkVisibility(),
    active: active === null ? null : all.findIndex((option) => option.id === active),
    selected: all.flatMap((option, index) => (option.getAttribute('aria-selected') === 'true' ? [index] : [])),
    count: all.length,
    caret: [input.selectionStart, input.selectionEnd],
  };
});

// The states that the parts above may have together; any other is a fault.
function assertWhole({ expanded, shown, active, selected, count, focused }) {
  assert.equal(expanded, String(shown), 'aria-expanded says whether the list is seen');
  assert.deepEqual(selected, active === null ? [] : [active], 'selected is what is active, and nothing else');
  if (shown) assert.ok(count > 0 && focused, 'a list is open only under a field that has the focus');
  else assert.equal(active, null, 'nothing is active in a list that is not there');
}

async function state(page) {
  const now = await told(page);
  assertWhole(now);
  return now;
}
const closed = async (page, why) => assert.equal((await state(page)).shown, false, why);

async function open(t, extra = {}) {
  const opened = await openPage(browser, site.url, extra);
  await opened.page.goto(`${site.url}/`);
  t.after(async () => {
    assert.deepEqual(opened.trouble, []);
    await opened.close();
  });
  return opened.page;
}

async function type(page, text) {
  await field(page).pressSequentially(text);
  await options(page).first().waitFor();
  return state(page);
}

// Answers of /search.json for these words wait until release() is called.
async function holdBack(page, words) {
  let release;
  const wait = new Promise((resolve) => { release = resolve; });
  const asked = new Promise((resolve) => {
    page.route((url) => url.pathname === '/search.json' && url.searchParams.get('q') === words, async (route) => {
      resolve();
      await wait;
      await route.continue().catch(() => {}); // the page may have dropped it
    });
  });
  return { asked, release };
}

test('roles, states and properties', async (t) => {
  const page = await open(t);
  assert.equal(await field(page).getAttribute('aria-autocomplete'), 'list');
  assert.equal(await field(page).getAttribute('aria-expanded'), 'false');
  const list = page.locator(`#${await field(page).getAttribute('aria-controls')}`);
  assert.equal(await list.getAttribute('role'), 'listbox');
  assert.ok(await list.getAttribute('aria-label'));
  const { active } = await type(page, 'об');
  assert.equal(active, null, 'manual selection: nothing is chosen for the reader');
});

test('Down and Up in the field: to the first and to the last suggestion; in the list: on, and round', async (t) => {
  const page = await open(t);
  const { count, value } = await type(page, 'об');
  for (const [key, index] of [['ArrowDown', 0], ['ArrowDown', 1], ['ArrowUp', 0], ['ArrowUp', count - 1], ['ArrowDown', 0]]) {
    await page.keyboard.press(key);
    assert.equal((await state(page)).active, index, key);
  }
  await page.keyboard.press('Escape');
  await closed(page);
  for (const [key, last] of [['ArrowDown', false], ['Escape'], ['ArrowUp', true]]) {
    await page.keyboard.press(key);
    if (key === 'Escape') continue;
    await options(page).first().waitFor();
    assert.equal((await state(page)).active, last ? count - 1 : 0, `${key} opens a list that is closed`);
  }
  assert.equal((await state(page)).value, value, 'what was typed is never replaced');
});

test('Alt with Down opens without a choice, Alt with Up closes', async (t) => {
  const page = await open(t);
  await type(page, 'об');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Alt+ArrowDown');
  await options(page).first().waitFor();
  assert.equal((await state(page)).active, null);
  await page.keyboard.press('Alt+ArrowUp');
  await closed(page);
});

test('Left, Right, Home and End go back to the text, and move in it', async (t) => {
  const page = await open(t);
  await type(page, 'обл');
  for (const [key, caret] of [['ArrowLeft', 2], ['ArrowRight', 3], ['Home', 0], ['End', 3]]) {
    await page.keyboard.press('ArrowDown');
    assert.notEqual((await state(page)).active, null);
    await page.keyboard.press(key);
    const now = await state(page);
    assert.equal(now.active, null, key);
    assert.deepEqual(now.caret, [caret, caret], key);
  }
});

test('what is typed after an arrow counts: no old suggestion is taken', async (t) => {
  const page = await open(t);
  await type(page, 'моск');
  await page.keyboard.press('ArrowDown');
  await field(page).pressSequentially('овская');
  const now = await state(page);
  assert.equal(now.active, null);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/region/ru-mos');
});

test('each way of changing the field ends the choice and the list at once', async (t) => {
  const page = await open(t);
  const changes = {
    'a letter': () => field(page).pressSequentially('р'),
    Backspace: () => page.keyboard.press('Backspace'),
    Delete: async () => { await page.keyboard.press('Home'); await page.keyboard.press('Delete'); },
    'cut': async () => { await page.keyboard.press('Control+a'); await page.keyboard.press('Control+x'); },
    paste: () => page.keyboard.insertText('тверь'),
    'emptied': () => field(page).fill(''),
  };
  for (const [name, change] of Object.entries(changes)) {
    await field(page).fill('');
    await type(page, 'тве');
    await page.keyboard.press('ArrowDown');
    assert.equal((await state(page)).active, 0, name);
    await change();
    await closed(page, name);
  }
});

test('the list that comes is the answer to what stands in the field, whatever comes late', async (t) => {
  const page = await open(t);
  const early = await holdBack(page, 'тве');
  await field(page).pressSequentially('тве');
  await early.asked;
  await field(page).fill('');
  await type(page, 'барнаул');
  early.release();
  await page.waitForTimeout(ANSWER_MS);
  assert.match(await options(page).first().innerText(), /Алтайский край/);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/region/ru-alt');
});

test('Escape closes the list and keeps the text; while an answer is on its way, it drops the answer', async (t) => {
  const page = await open(t);
  await type(page, 'тве');
  await page.keyboard.press('Escape');
  assert.equal((await state(page)).value, 'тве');
  await field(page).fill('');
  const answer = await holdBack(page, 'барн');
  await field(page).pressSequentially('барн');
  await answer.asked;
  await page.keyboard.press('Escape');
  answer.release();
  await page.waitForTimeout(ANSWER_MS);
  await closed(page, 'an answer opens nothing after Escape');
  assert.equal((await state(page)).value, 'барн');
  await page.keyboard.press('ArrowDown'); // asked for anew
  await options(page).first().waitFor();
  await field(page).pressSequentially('а');
  await page.keyboard.press('Escape'); // before it is even asked
  await page.waitForTimeout(ANSWER_MS);
  await closed(page, 'nothing is asked after Escape');
  assert.equal((await state(page)).value, 'барна');
});

test('Tab leaves: the list closes, what was typed stays, nothing is taken', async (t) => {
  const page = await open(t);
  await type(page, 'тве');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Tab');
  await closed(page);
  assert.equal((await state(page)).value, 'тве');
  assert.equal(page.url(), `${site.url}/`);
});

test('who has left the field sees no list come up', async (t) => {
  const page = await open(t);
  const answer = await holdBack(page, 'тве');
  await field(page).pressSequentially('тве');
  await answer.asked;
  await page.keyboard.press('Tab');
  await page.keyboard.press('Shift+Tab'); // and comes back: the answer to a question of before is none
  answer.release();
  await page.waitForTimeout(ANSWER_MS);
  await closed(page);
});

test('a press of the mouse that is taken off the option takes nothing; the list closes with the next press beside it', async (t) => {
  const page = await open(t);
  await type(page, 'об');
  const box = await options(page).first().boundingBox();
  const heading = await page.getByRole('heading', { level: 1 }).boundingBox();
  await page.mouse.move(box.x + 20, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(heading.x + 5, heading.y + 5, { steps: 4 });
  await page.mouse.up();
  const now = await state(page);
  assert.ok(now.focused, 'the field has kept the focus');
  assert.equal(page.url(), `${site.url}/`);
  await page.mouse.click(heading.x + 5, heading.y + 5);
  await page.waitForTimeout(50);
  await closed(page);
  await type(page, 'л');
  await page.mouse.move(box.x + 20, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(heading.x + 5, heading.y + 5, { steps: 4 });
  await page.mouse.up();
  await page.keyboard.press('Tab');
  await closed(page, 'nor does it outlive the focus');
});

test('a press on another option than the one it ends on takes neither', async (t) => {
  const page = await open(t);
  await type(page, 'об');
  const [first, second] = [await options(page).nth(0).boundingBox(), await options(page).nth(1).boundingBox()];
  await page.mouse.move(first.x + 20, first.y + 20);
  await page.mouse.down();
  await page.mouse.move(second.x + 20, second.y + 20, { steps: 3 });
  await page.mouse.up();
  assert.equal(page.url(), `${site.url}/`);
  assert.equal((await state(page)).active, null);
  await page.mouse.click(second.x + 20, second.y + 20);
  await page.waitForURL((url) => url.pathname !== '/');
});

test('come back to: the field as it was, no list, no choice; and it works again', async (t) => {
  const page = await open(t);
  await type(page, 'барна');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/region/ru-alt');
  await page.goBack();
  await page.waitForURL(`${site.url}/`);
  await closed(page);
  await field(page).fill('');
  const { active } = await type(page, 'тве');
  assert.equal(active, null);
});

// Headless browsers keep no page for "back", so the events are sent as the browser would: the state must not survive them.
test('a page that is kept for "back" is kept with its list closed, and wakes so', async (t) => {
  const page = await open(t);
  await type(page, 'об');
  await page.keyboard.press('ArrowDown');
  await page.evaluate(() => window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })));
  await closed(page);
  const answer = await holdBack(page, 'обл');
  await field(page).pressSequentially('л');
  await answer.asked;
  await page.evaluate(() => window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));
  answer.release();
  await page.waitForTimeout(ANSWER_MS);
  await closed(page);
});
