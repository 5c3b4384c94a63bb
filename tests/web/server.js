// server.js: starts a whole site for one test file (web server, workers, its own snapshot, journal and tally), and ends it.
//
// Nothing is shared between two sites: a free port, a state folder of its own, and, where a test edits content, a copy
// of data/. Should the test process die, the kernel ends the site (setpriv --pdeathsig). Ends only processes that it
// started, by their ids.
import { spawn, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const top = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const build = path.resolve(process.env.VHOD_BUILD || path.join(top, 'build'));
// 1 = full counts; `make test` takes less, CI may take more.
export const scale = Number(process.env.VHOD_TEST_SCALE || 1);
// Which web server stands in front: lighttpd, or nginx (nginx.test.js).
export const webServer = () => process.env.VHOD_TEST_SERVER || 'lighttpd';

const START_LIMIT_MS = 90_000;
const STOP_LIMIT_MS = 30_000;
// What the log of a healthy site never has: an error of a program, or a word of a sanitizer.
const TROUBLE = /: error: |runtime error:|(Address|Leak|UndefinedBehavior)Sanitizer/;

// The environment without settings of whoever runs the tests.
function cleanEnvironment(extra) {
  const own = Object.entries(process.env).filter(([name]) => !/^VHOD_/.test(name));
  return { ...Object.fromEntries(own), LC_ALL: 'C.UTF-8', ...extra }; // what commands say is compared with their English
}

function childrenOf(pid) {
  try {
    return fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return []; // it has just ended
  }
}

function commandOf(pid) {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  } catch {
    return [];
  }
}

class Site {
  // What the site's processes have written to standard error so far.
  stderr = '';
  // Set it where a test provokes errors on purpose: lines that match are no trouble.
  expected = null;

  // Runs the maintainer's command with this site's settings: {status, stdout, stderr}.
  vhod(...args) {
    try {
      const stdout = execFileSync(path.join(build, 'bin/vhod'), args, {
        env: this.environment(), encoding: 'utf8', timeout: 60_000, stdio: ['ignore', 'pipe', 'pipe'],
      });
      return { status: 0, stdout, stderr: '' };
    } catch (error) {
      return { status: error.status, stdout: String(error.stdout), stderr: String(error.stderr) };
    }
  }

  // Folds what the journal holds, so that the statistics are up to date: no page of the site does it. The site's own timer
  // may be at it.
  count() {
    let result;
    for (let tries = 0; tries < 50; tries++) {
      result = this.vhod('collect');
      if (result.status !== 3) break;
      execFileSync('sleep', ['0.1']);
    }
    if (result.status !== 0) throw new Error(`vhod collect: ${result.stderr}`);
  }

  environment() {
    return cleanEnvironment({
      VHOD_SETTINGS: path.join(this.data, 'vhod.ini'), VHOD_PATH_DATA: this.data, VHOD_PATH_STATE: this.state,
      VHOD_PATH_TEMPLATES: path.join(top, 'templates'), VHOD_SITE_URL: this.url,
    });
  }

  // The folder of the workers' sockets and the web server's own files.
  get run() {
    for (const pid of childrenOf(this.child.pid)) {
      const file = commandOf(pid).find((word) => /\/vhod\.\w+\/(lighttpd|main)\.conf$/.test(word));
      if (file) return path.dirname(file);
    }
    throw new Error('the web server of the site is not there');
  }

  // Process ids of a program's workers at this moment, the supervisor's excluded.
  workers(program) {
    const ofPool = (pid) => commandOf(pid).some((word) => word.endsWith(`/${program}.fcgi`));
    return childrenOf(this.child.pid).filter(ofPool).flatMap(childrenOf)
      .filter((pid) => commandOf(pid)[0]?.endsWith(`/${program}.fcgi`)); // not one that is only about to become a worker
  }

  // Ends the site and fails if it did not end well, or if it logged an error.
  async stop() {
    if (!this.running) return;
    const exited = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    const limit = setTimeout(() => this.child.kill('SIGKILL'), STOP_LIMIT_MS);
    if (this.child.exitCode === null && this.child.signalCode === null) await exited;
    clearTimeout(limit);
    this.running = false;
    fs.rmSync(this.folder, { recursive: true, force: true });
    // The memory of journal/report_limit.h outlives those that share it.
    const digest = createHash('sha256').update(this.state).digest('hex').slice(0, 16);
    fs.rmSync(`/dev/shm/vhod-reports-${process.geteuid()}-${digest}`, { force: true });
    const trouble = this.stderr.split('\n').filter((line) => TROUBLE.test(line) && !this.expected?.test(line));
    if (this.child.signalCode) throw new Error('the site did not stop within its limit');
    if (trouble.length) throw new Error(`the site logged errors:\n${trouble.slice(0, 20).join('\n')}`);
  }
}

// Starts a site and resolves when it answers. Options: copyData (a copy of data/ that the test may edit, site.data),
// env (more environment), args (more arguments of serve.sh).
export async function startSite({ copyData = false, env = {}, args = [] } = {}) {
  const site = new Site();
  site.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vhod-test-'));
  site.state = path.join(site.folder, 'state');
  site.data = path.join(top, 'data');
  if (copyData) {
    site.data = path.join(site.folder, 'data');
    fs.cpSync(path.join(top, 'data'), site.data, { recursive: true });
  }
  site.child = spawn('setpriv', ['--pdeathsig', 'TERM', '--', path.join(top, 'cgi-bin/ops/serve.sh'), '--build', build,
    '--port', 'auto', '--state', site.state, '--data', site.data,
    '--server', webServer(), ...args],
  { env: cleanEnvironment(env), stdio: ['ignore', 'pipe', 'pipe'] });
  site.running = true;
  site.child.stderr.setEncoding('utf8').on('data', (text) => { site.stderr += text; });
  await ready(site);
  return site;
}

function ready(site) {
  return new Promise((resolve, reject) => {
    let output = '';
    const giveUp = (why) => {
      site.child.kill('SIGTERM');
      reject(new Error(`${why}\n${output}${site.stderr}`));
    };
    const limit = setTimeout(() => giveUp('the site did not start in time'), START_LIMIT_MS);
    const onExit = () => { clearTimeout(limit); giveUp('the site ended before it was ready'); };
    site.child.once('exit', onExit);
    site.child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
      const found = /vhod: (http:\/\/127\.0\.0\.1:(\d+))\//.exec(output);
      if (!found) return;
      clearTimeout(limit);
      site.child.off('exit', onExit);
      site.url = found[1];
      site.port = Number(found[2]);
      resolve();
    });
  });
}
