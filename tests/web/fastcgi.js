// fastcgi.js: a raw FastCGI client, for what no web server would send; and a pool of workers of its own to send it to.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { build } from './server.js';
import { BROWSER, LANGUAGE } from './http.js';

export const BEGIN = 1;
export const PARAMS = 4;
export const STDIN = 5;
export const STDOUT = 6;
export const END = 3;

export function record(type, content = Buffer.alloc(0), id = 1) {
  const bytes = Buffer.from(content);
  const header = Buffer.from([1, type, id >> 8, id & 255, bytes.length >> 8, bytes.length & 255, 0, 0]);
  return Buffer.concat([header, bytes]);
}

export const begin = (role = 1) => record(BEGIN, [0, role, 0, 0, 0, 0, 0, 0]);

function length(n) {
  return n < 128 ? [n] : [0x80 | (n >> 24), (n >> 16) & 255, (n >> 8) & 255, n & 255];
}

export function variables(values) {
  return Buffer.concat(Object.entries(values).map(([name, value]) => {
    const [left, right] = [Buffer.from(name), Buffer.from(String(value))];
    return Buffer.concat([Buffer.from([...length(left.length), ...length(right.length)]), left, right]);
  }));
}

// A whole request as a web server sends it. body: null for none; declared: its CONTENT_LENGTH.
export function request(uri, { method = 'GET', body = null, declared = body?.length ?? '', extra = {} } = {}) {
  const values = { REQUEST_METHOD: method, REQUEST_URI: uri, CONTENT_LENGTH: declared, REMOTE_ADDR: '192.0.2.1',
    HTTP_USER_AGENT: BROWSER, HTTP_ACCEPT_LANGUAGE: LANGUAGE, CONTENT_TYPE: body === null ? '' : 'application/x-www-form-urlencoded', ...extra };
  return Buffer.concat([begin(), record(PARAMS, variables(values)), record(PARAMS),
    ...(body ? [record(STDIN, body)] : []), record(STDIN)]);
}

// What the records of an answer hold: {status, body, ended}. status is 0 where there was none.
export function parse(bytes) {
  const parts = [];
  let ended = false;
  for (let at = 0; at + 8 <= bytes.length;) {
    const size = bytes.readUInt16BE(at + 4);
    if (bytes[at + 1] === STDOUT) parts.push(bytes.subarray(at + 8, at + 8 + size));
    if (bytes[at + 1] === END) ended = true;
    at += 8 + size + bytes[at + 6];
  }
  const text = Buffer.concat(parts).toString('utf8');
  return { status: Number(/^Status: (\d{3})/.exec(text)?.[1] || 0), text, body: text.split('\r\n\r\n').slice(1).join('\r\n\r\n'), ended };
}

// Sends bytes and resolves when the worker closes: what came back, and after how many milliseconds.
export function exchange(socketPath, bytes, { half = false, limit = 40_000 } = {}) {
  return new Promise((resolve, reject) => {
    const began = Date.now();
    const parts = [];
    const socket = net.connect(socketPath, () => { if (half) socket.end(bytes); else socket.write(bytes); });
    socket.setTimeout(limit, () => socket.destroy(new Error('the worker did not close')));
    socket.on('data', (part) => parts.push(part));
    socket.on('error', (error) => { if (!['ECONNRESET', 'EPIPE'].includes(error.code)) reject(error); });
    socket.on('close', () => resolve({ ...parse(Buffer.concat(parts)), bytes: Buffer.concat(parts), ms: Date.now() - began }));
  });
}

// A connection that has sent something and says no more; close() ends it.
export function hold(socketPath, bytes) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(socketPath, () => socket.write(bytes, () => resolve(socket)));
    socket.on('error', (error) => { if (!['ECONNRESET', 'EPIPE'].includes(error.code)) reject(error); });
    socket.resume();
  });
}

const childrenOf = (pid) => {
  try {
    return fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
};

// Workers of a program on a socket of their own, under the real supervisor, with the settings of a site that runs.
export async function startPool(site, program, { workers = 2, signal = 'TERM', env = {} } = {}) {
  const socket = path.join(fs.mkdtempSync('/tmp/vhod-raw-'), 's');
  const child = spawn('spawn-fcgi', ['-n', '-s', socket, '-b', '1024', '--', '/usr/bin/multiwatch', '-f', String(workers),
    '-r', '1000000', '-t', '10', '-s', signal, '--', path.join(build, `bin/${program}.fcgi`)],
  { env: { ...site.environment(), ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
  const pool = { socket, child, stderr: '' };
  child.stderr.setEncoding('utf8').on('data', (text) => { pool.stderr += text; });
  pool.workers = () => childrenOf(child.pid).filter((pid) => {
    try { return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0].endsWith(`/${program}.fcgi`); } catch { return false; }
  });
  pool.exited = new Promise((resolve) => child.once('exit', (code, killed) => resolve({ code, killed })));
  // Ends the pool as make run does, by a signal to the supervisor.
  pool.stop = async (how = 'SIGTERM') => {
    const limit = setTimeout(() => { for (const pid of pool.workers()) process.kill(pid, 'SIGKILL'); child.kill('SIGKILL'); }, 20_000);
    child.kill(how);
    const ended = await pool.exited;
    clearTimeout(limit);
    fs.rmSync(path.dirname(socket), { recursive: true, force: true });
    return ended;
  };
  const deadline = Date.now() + 20_000;
  for (;;) {
    try {
      if (pool.workers().length === workers && (await exchange(socket, request('/health'))).status === 200) return pool;
    } catch { /* not there yet */ }
    if (Date.now() > deadline) throw new Error(`the pool did not start: ${pool.stderr}`);
    await new Promise((wake) => setTimeout(wake, 50));
  }
}
