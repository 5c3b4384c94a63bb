// chrome.js: Chromium as people have it, for what the test tool's own start turns off: the cache of whole pages, rendering ahead,
// tabs that come back after a restart. It is held by the DevTools protocol alone, at the page that is seen; who asks for more
// uses browser.js.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import WebSocket from 'ws';

const START_MS = 60_000;
const ANSWER_MS = 15_000;
const AGENT = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
const sleep = (ms) => new Promise((passed) => { setTimeout(passed, ms); });

// Waits for what look gives, at most so long; the last it gave.
export async function until(look, limit = ANSWER_MS) {
  for (const end = Date.now() + limit; ; await sleep(50)) {
    const value = await Promise.resolve().then(look).catch(() => null);
    if (value || Date.now() > end) return value;
  }
}

class Chrome {
  constructor(folder) { this.folder = folder; }

  async start(more = []) {
    const file = path.join(this.folder, 'DevToolsActivePort');
    fs.rmSync(file, { force: true });
    this.child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', process.env.CHROMIUM || '/usr/bin/chromium', '--headless=new', '--no-sandbox', '--disable-dev-shm-usage',
      '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--remote-debugging-port=0', '--lang=ru',
      `--user-agent=${AGENT}`, `--user-data-dir=${this.folder}`, ...more], { stdio: 'ignore' });
    this.ended = new Promise((done) => { this.child.once('exit', done); });
    this.port = await until(() => Number(fs.readFileSync(file, 'utf8').split('\n')[0]), START_MS);
    if (!this.port) throw new Error('Chromium does not start');
  }

  // The page that is seen: another one each time that a page is shown which was kept or rendered ahead.
  async pages() { return (await (await fetch(`http://127.0.0.1:${this.port}/json/list`)).json()).filter(({ type }) => type === 'page'); }
  async call(method, params = {}) {
    const [page] = await this.pages();
    const socket = new WebSocket(page.webSocketDebuggerUrl);
    try {
      return await new Promise((answered, failed) => {
        const limit = setTimeout(() => failed(new Error(`${method}: no answer`)), ANSWER_MS);
        socket.once('error', failed);
        socket.once('open', () => socket.send(JSON.stringify({ id: 1, method, params })));
        socket.on('message', (text) => {
          const { id, result, error } = JSON.parse(text);
          if (id !== 1) return;
          clearTimeout(limit);
          if (error) failed(new Error(`${method}: ${error.message}`));
          else answered(result);
        });
      });
    } finally {
      socket.close();
    }
  }
  async run(expression) { return (await this.call('Runtime.evaluate', { expression, returnByValue: true, userGesture: true })).result.value; }
  // Resolves when the page at that address is complete.
  async arrive(url) {
    if (!await until(async () => await this.run('document.readyState === "complete" && location.href') === url)) throw new Error(`waited for ${url}, at ${await this.run('location.href')}`);
  }
  async open(url) { await this.call('Page.navigate', { url }); await this.arrive(url); }
  // What a reader does with the browser's arrows; marks the page first, and tells whether the one that comes is one it marked.
  async go(by, url) {
    await this.run(`history.go(${by})`);
    await this.arrive(url);
    return await this.run('window.seenBefore === true');
  }
  async mark() { await this.run('window.seenBefore = true'); }
  async stop() {
    this.child.kill('SIGTERM');
    await Promise.race([this.ended, sleep(10_000).then(() => this.child.kill('SIGKILL'))]);
  }
}

export async function startChrome(folder, more) {
  const chrome = new Chrome(folder);
  await chrome.start(more);
  return chrome;
}
