// engines.js: one small hand on three engines, as Debian packages them: Chromium (chromedriver) and WebKit (WebKitWebDriver) by
// W3C WebDriver, Firefox by WebDriver BiDi, which it speaks itself. What they share is a few verbs: open, run, press, click,
// picture. The deep tests stay with playwright (browser.js); this is for whether the main tasks work at all elsewhere.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import WebSocket from 'ws';

const START_MS = 60_000;
const ANSWER_MS = 30_000;
const KEYS = { Tab: '\uE004', Enter: '\uE007', Escape: '\uE00C', ArrowLeft: '\uE012', ArrowUp: '\uE013', ArrowRight: '\uE014', ArrowDown: '\uE015', Alt: '\uE00A', Backspace: '\uE003', Home: '\uE011', End: '\uE010' };

const exists = (command) => ['/usr/bin', '/usr/lib/chromium'].map((folder) => path.join(folder, command)).find((file) => fs.existsSync(file));
const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

// A child that dies with this process, its output kept for whoever asks why it failed.
function start(command, args, env = {}) {
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', command, ...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  child.said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => { child.said += text; });
  return child;
}

async function until(what, child, look) {
  for (const end = Date.now() + START_MS; Date.now() < end; await sleep(100)) {
    if (child.exitCode !== null) break;
    const found = await look();
    if (found) return found;
  }
  throw new Error(`${what} does not start: ${child.said.slice(-2000)}`);
}

// Keys and presses as both protocols have them (W3C Actions).
const keyActions = (values) => [{ type: 'key', id: 'keys', actions: values.flatMap((value) => [{ type: 'keyDown', value }, { type: 'keyUp', value }]) }];
const chord = (held, value) => [{ type: 'key', id: 'keys', actions: [{ type: 'keyDown', value: held }, { type: 'keyDown', value }, { type: 'keyUp', value }, { type: 'keyUp', value: held }] }];
const mouse = (...actions) => [{ type: 'pointer', id: 'mouse', parameters: { pointerType: 'mouse' }, actions }];
const moveTo = ({ x, y }) => ({ type: 'pointerMove', x: Math.round(x), y: Math.round(y), duration: 20 });

// The verbs, over perform (actions), evaluate (source of a function, arguments as JSON) and what the subclasses have besides.
class Engine {
  async run(work, ...args) { return this.evaluate(`(${work})(...${JSON.stringify(args)})`); }
  async type(text) { await this.perform(keyActions([...text])); }
  async press(name) {
    const [held, key] = name.includes('+') ? name.split('+') : [null, name];
    await this.perform(held ? chord(KEYS[held], KEYS[key] ?? key) : keyActions([KEYS[key] ?? key]));
  }
  // The middle of the first element that is seen, of those whose text has the words (if any).
  async at(selector, words = '') {
    return this.wait(`«${words}» ${selector}`, (wanted, text) => {
      const seen = [...document.querySelectorAll(wanted)].find((element) => element.textContent.includes(text) && element.getClientRects().length
        && !element.closest('details:not([open]) > :not(summary)') && getComputedStyle(element).visibility !== 'hidden');
      if (!seen) return null;
      seen.scrollIntoView({ block: 'center' });
      const box = seen.getBoundingClientRect();
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    }, selector, words);
  }
  async click(selector, words) {
    const point = await this.at(selector, words);
    await this.perform(mouse(moveTo(point), { type: 'pointerDown', button: 0 }, { type: 'pointerUp', button: 0 }));
  }
  async drag(from, to) {
    await this.perform(mouse(moveTo(from), { type: 'pointerDown', button: 0 }, moveTo(to), { type: 'pointerUp', button: 0 }));
  }
  async wait(what, work, ...args) {
    let last;
    for (const end = Date.now() + ANSWER_MS; Date.now() < end; await sleep(100)) {
      last = await this.run(work, ...args).catch(() => null); // the page may be on its way to the next
      if (last) return last;
    }
    throw new Error(`${this.name}: waited for ${what} in vain at ${await this.run(() => location.href).catch(() => 'no page')}`);
  }
  async arrive(pathname) { await this.wait(pathname, (wanted) => location.pathname + location.search === wanted && document.readyState === 'complete', pathname); }
  async picture(file) { fs.writeFileSync(file, Buffer.from(await this.shot(), 'base64')); }
}

// --- W3C WebDriver over HTTP ---

class Classic extends Engine {
  async call(method, command, body) {
    const answer = await fetch(`${this.base}${command}`, { method, body: body && JSON.stringify(body), headers: body && { 'Content-Type': 'application/json' }, signal: AbortSignal.timeout(START_MS) });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${this.name}: ${command}: ${value.error}: ${value.message}`);
    return value;
  }
  async begin(capabilities) {
    const { sessionId } = await this.call('POST', '/session', { capabilities: { alwaysMatch: capabilities } });
    this.base += `/session/${sessionId}`;
  }
  async open(url) { await this.call('POST', '/url', { url }); }
  async evaluate(source) { return this.call('POST', '/execute/sync', { script: `return ${source}`, args: [] }); }
  async perform(actions) { await this.call('POST', '/actions', { actions }); }
  async cookies() { return (await this.call('GET', '/cookie')).map(({ name, value }) => `${name}=${value}`); }
  async size(width, height) { await this.call('POST', '/window/rect', { width, height }); }
  async shot() { return this.call('GET', '/screenshot'); }
  async close() {
    await this.call('DELETE', '').catch(() => {});
    this.child.kill('SIGTERM');
    this.screen?.kill('SIGTERM');
  }
}

async function driver(name, command, args, capabilities, env) {
  const engine = new Classic();
  const port = await freePort();
  engine.name = name;
  engine.base = `http://127.0.0.1:${port}`;
  engine.child = start(command, args(port), env);
  await until(name, engine.child, () => fetch(`${engine.base}/status`).then((answer) => answer.ok, () => false));
  await engine.begin(capabilities);
  return engine;
}

const chromium = () => driver('chromium', exists('chromedriver'), (port) => [`--port=${port}`], {
  'goog:chromeOptions': { binary: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--headless=new', '--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--lang=ru'] },
});

// WebKitGTK draws only where there is a screen: one in memory.
async function webkit() {
  const screen = start('/usr/bin/Xvfb', ['-displayfd', '1', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp']);
  try {
    const display = await until('Xvfb', screen, () => /^(\d+)\n/.exec(screen.said)?.[1]);
    const engine = await driver('webkit', exists('WebKitWebDriver'), (port) => [`--port=${port}`], {
      'webkitgtk:browserOptions': { binary: execFileSync('sh', ['-c', 'ls /usr/lib/*/webkit2gtk-4.*/MiniBrowser | head -1'], { encoding: 'utf8' }).trim(), args: ['--automation'] },
    }, { DISPLAY: `:${display}`, GDK_BACKEND: 'x11', LIBGL_ALWAYS_SOFTWARE: '1', WEBKIT_DISABLE_COMPOSITING_MODE: '1', WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1', NO_AT_BRIDGE: '1' });
    engine.screen = screen;
    return engine;
  } catch (error) {
    screen.kill('SIGTERM');
    throw error;
  }
}

// --- WebDriver BiDi ---

class BiDi extends Engine {
  waiting = new Map();
  next = 1;
  send(method, params) {
    const id = this.next++;
    this.socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error(`${this.name}: no answer to ${method}`)), START_MS);
      this.waiting.set(id, ({ type, result, error, message }) => {
        clearTimeout(limit);
        if (type === 'success') resolve(result);
        else reject(new Error(`${this.name}: ${method}: ${error}: ${message}`));
      });
    });
  }
  async connect(url) {
    this.socket = new WebSocket(`${url}/session`);
    this.socket.on('message', (text) => {
      const message = JSON.parse(text);
      this.waiting.get(message.id)?.(message);
      this.waiting.delete(message.id);
    });
    await new Promise((resolve, reject) => this.socket.once('open', resolve).once('error', reject));
    await this.send('session.new', { capabilities: {} });
    const { contexts } = await this.send('browsingContext.getTree', {});
    this.context = contexts[0].context;
  }
  async open(url) { await this.send('browsingContext.navigate', { context: this.context, url, wait: 'complete' }); }
  async evaluate(source) {
    const { type, result, exceptionDetails } = await this.send('script.evaluate', {
      target: { context: this.context }, awaitPromise: true, expression: `Promise.resolve(${source}).then((value) => JSON.stringify(value ?? null))`,
    });
    if (type !== 'success') throw new Error(`${this.name}: ${exceptionDetails.text}`);
    return JSON.parse(result.value);
  }
  async perform(actions) { await this.send('input.performActions', { context: this.context, actions }); }
  async cookies() {
    const { cookies } = await this.send('storage.getCookies', { partition: { type: 'context', context: this.context } });
    return cookies.map(({ name, value }) => `${name}=${value.value}`);
  }
  async size(width, height) { await this.send('browsingContext.setViewport', { context: this.context, viewport: { width, height } }); }
  async shot() { return (await this.send('browsingContext.captureScreenshot', { context: this.context })).data; }
  async close() {
    await this.send('browser.close', {}).catch(() => {});
    this.socket?.close();
    if (this.child.exitCode === null) await Promise.race([new Promise((resolve) => { this.child.once('exit', resolve); }), sleep(5000)]);
    this.child.kill('SIGKILL');
    fs.rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function firefox() {
  const engine = new BiDi();
  engine.name = 'firefox';
  engine.profile = fs.mkdtempSync(path.join(os.tmpdir(), 'vhod-firefox-'));
  // Nothing of its own is asked of the network.
  fs.writeFileSync(path.join(engine.profile, 'user.js'), ['"app.update.enabled", false', '"browser.shell.checkDefaultBrowser", false', '"datareporting.policy.dataSubmissionEnabled", false',
    '"app.normandy.enabled", false', '"services.settings.server", "http://127.0.0.1:9/"', '"network.captive-portal-service.enabled", false', '"network.connectivity-service.enabled", false',
    '"browser.safebrowsing.downloads.enabled", false', '"extensions.getAddons.cache.enabled", false', '"intl.accept_languages", "ru"'].map((line) => `user_pref(${line});`).join('\n'));
  engine.child = start('/usr/bin/firefox-esr', ['--headless', '--no-remote', '--profile', engine.profile, '--remote-debugging-port', '0', 'about:blank'], { HOME: engine.profile });
  try {
    await engine.connect(await until('firefox', engine.child, () => /WebDriver BiDi listening on (ws:\S+)/.exec(engine.child.said)?.[1]));
  } catch (error) {
    engine.child.kill('SIGKILL');
    throw error;
  }
  return engine;
}

// Each engine with what it needs; missing: the Debian packages that would bring it here, or ''.
export const engines = [
  { name: 'chromium', launch: chromium, missing: exists('chromedriver') ? '' : 'chromium-driver' },
  { name: 'firefox', launch: firefox, missing: exists('firefox-esr') ? '' : 'firefox-esr' },
  { name: 'webkit', launch: webkit, missing: exists('WebKitWebDriver') && exists('Xvfb') ? '' : 'webkit2gtk-driver xvfb' },
];
