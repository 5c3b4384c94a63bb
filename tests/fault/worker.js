// worker.js: one program that serves FastCGI on a socket of its own, with the injector in it, and requests to it.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after } from 'node:test';
import { STDOUT, exchange, request } from '../web/fastcgi.js';
import { decode } from '../web/http.js';
import { library } from './inject.js';
import { NOW, bin } from './world.js';

const START_LIMIT_MS = 20_000;
const ANSWER_LIMIT_MS = 15_000;

// A test that fails half-way leaves its worker alive, and the file would wait for it until its limit.
const living = new Set();
after(() => living.forEach((child) => child.kill('SIGKILL')));

export class Worker {
  // lane of a World; env: more settings; before: what is put in front of the program (prlimit and the like).
  constructor(world, lane, program, { env = {}, data = world.before, before = [] } = {}) {
    Object.assign(this, { world, lane, program, env, data, before, socket: path.join(lane.folder, 's') });
  }

  // Resolves when it answers, or has ended. slots: orders for its start.
  async start({ sites, slots = {} } = {}) {
    fs.rmSync(this.socket, { force: true });
    this.lane.control.order({ clock: NOW, ...slots });
    this.stderr = '';
    this.child = spawn('spawn-fcgi', ['-n', '-s', this.socket, '-b', '64', '--', ...this.before, bin(`${this.program}.fcgi`)], {
      env: { MALLOC_PERTURB_: '90', ...this.world.environment(this.data, this.lane.state, { VHOD_CACHE_KIB: '0', ...this.env }), LD_PRELOAD: library,
        INJECT_CONTROL: this.lane.control.file, ...(sites ? { INJECT_SITES: sites } : {}) }, stdio: ['ignore', 'ignore', 'pipe'] });
    this.child.stderr.setEncoding('utf8').on('data', (text) => { this.stderr += text; });
    const { child } = this;
    living.add(child);
    this.ended = new Promise((resolve) => child.once('exit', (status, signal) => {
      living.delete(child);
      this.child = null;
      resolve({ status, signal });
    }));
    const until = Date.now() + START_LIMIT_MS;
    while (this.child && !await this.#listens() && Date.now() < until) await new Promise((wake) => setTimeout(wake, 2));
    return this;
  }

  // A socket's file is there before anybody listens behind it.
  async #listens() {
    return exchange(this.socket, request('/nowhere')).then(() => true, (error) => !['ENOENT', 'ECONNREFUSED'].includes(error.code));
  }

  // What comes back under orders: {bytes, text, status, ended}; status 0: nothing came. result: what the injector says.
  async ask(what, slots = {}) {
    this.lane.control.order({ clock: NOW, say: 1, ...slots });
    try {
      return await exchange(this.socket, request(what.target, what), { limit: ANSWER_LIMIT_MS });
    } catch (error) {
      const trouble = /did not close/.test(error.message); // else nobody was there to answer
      return { bytes: Buffer.alloc(0), status: 0, text: '', ended: false, trouble };
    } finally {
      this.result = this.lane.control.read();
      this.lane.control.order({ clock: NOW });
    }
  }

  // Lines of the log since the last call.
  async log() {
    await new Promise((turn) => setImmediate(turn));
    const { stderr } = this;
    this.stderr = '';
    return stderr;
  }

  async stop(signal = 'SIGTERM') {
    this.child?.kill(signal);
    return this.ended;
  }
}

// The body of an answer without its compression; empty for one that is not compressed otherwise than the other.
function plain({ bytes }) {
  const content = [];
  for (let at = 0; at + 8 <= bytes.length; at += 8 + bytes.readUInt16BE(at + 4) + bytes[at + 6])
    if (bytes[at + 1] === STDOUT) content.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt16BE(at + 4)));
  const whole = Buffer.concat(content);
  const border = whole.indexOf('\r\n\r\n');
  const head = whole.subarray(0, border).toString('latin1');
  const kept = head.split('\r\n').filter((field) => !/^(Content-(Encoding|Length)|ETag):/.test(field)).join('\n');
  return Buffer.concat([Buffer.from(unlost(kept)), decode(whole.subarray(border + 4), /^Content-Encoding: (\S+)/m.exec(head)?.[1])]);
}

// What differs from one answer to the next of its own accord: whether the journal took the view (or the page that is
// missing, which counts as none); and on the owner's page, which counts the errors that were just made, their number and so the page's length.
export const unlost = (text) => {
  const same = text.replace('X-Vhod-Counted: no; journal', /^Status: [45]/.test(text) ? 'X-Vhod-Counted: no; error' : 'X-Vhod-Counted: yes');
  const errors = /(?<=Ошибок\sсервера:\s)\d+/;
  return errors.test(same) ? same.replace(errors, '0').replace(/^Content-Length: \d+/m, '') : same;
};

// A part of an answer is none: the web server says so. An error that is the right answer may come without its design.
export function judge(answer, right) {
  if (answer.status >= 500 || answer.status === 0 || !answer.ended) return 'refused';
  if (unlost(answer.text) === unlost(right.text)) return 'right';
  if (answer.status === right.status && plain(answer).equals(plain(right))) return 'right'; // not compressed, for want of memory
  if (answer.status === right.status && right.status >= 400 && /^Content-Type: text\/plain/m.test(answer.text)) return 'refused';
  return `${answer.status}: ${differ(answer.text, right.text)}`;
}

export function differ(one, other) {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return JSON.stringify(`${one.slice(Math.max(0, at - 40), at + 80)} <> ${other.slice(at, at + 80)}`);
}
