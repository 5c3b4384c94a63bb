// FastCGI as no web server speaks it: requests cut off, lengths that lie, connections that say nothing. A worker lives on,
// others are served meanwhile, and no part of a request is ever taken for the whole.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PARAMS, STDIN, begin, exchange, hold, record, request, startPool, variables } from './fastcgi.js';
import * as http from './http.js';
import { startSite } from './server.js';

let site;
let pool;
let first; // ids of the workers that were started; none may have been replaced
before(async () => {
  site = await startSite();
  pool = await startPool(site, 'regions');
  first = pool.workers();
});
after(async () => {
  await pool?.stop();
  await site?.stop();
});

const alive = async () => {
  assert.equal((await exchange(pool.socket, request('/health'))).status, 200);
  assert.deepEqual(pool.workers(), first, `a worker died: ${pool.stderr}`);
};

test('a request is answered, in one piece or byte by byte', async () => {
  const bytes = request('/region/ru-alt');
  const whole = await exchange(pool.socket, bytes);
  assert.deepEqual([whole.status, whole.ended], [200, true]);
  const socket = await hold(pool.socket, bytes.subarray(0, 1));
  const parts = [];
  socket.on('data', (part) => parts.push(part));
  for (let at = 1; at < bytes.length; at++) {
    socket.write(bytes.subarray(at, at + 1));
    if (at % 50 === 0) await new Promise((wake) => setTimeout(wake, 1));
  }
  await new Promise((closed) => socket.once('close', closed));
  assert.deepEqual(Buffer.concat(parts), whole.bytes);
});

const FORM = 'region=ru-alt&action=add';
test('a body that is cut off is no form: nothing is answered, and nothing done', async () => {
  const whole = await exchange(pool.socket, request('/remember', { method: 'POST', body: FORM }));
  assert.ok(whole.status > 0 && whole.ended);
  const cut = { method: 'POST', body: FORM.slice(0, 13), declared: FORM.length };
  for (const bytes of [
    request('/remember', cut), // the web server says it ends here
    request('/remember', cut).subarray(0, -8), // or dies before
    request('/remember', { method: 'POST', body: null, declared: FORM.length }),
  ]) {
    const { status, bytes: answer } = await exchange(pool.socket, bytes, { half: true });
    assert.deepEqual([status, answer.length], [0, 0]);
  }
  await alive();
});

test('a body over the limit is answered with 413', async () => {
  const body = Buffer.alloc(60_000, 'a');
  const bytes = Buffer.concat([begin(), record(PARAMS, variables({ REQUEST_METHOD: 'POST', REQUEST_URI: '/remember', CONTENT_LENGTH: 180_000,
    CONTENT_TYPE: 'application/x-www-form-urlencoded' })), record(PARAMS), record(STDIN, body), record(STDIN, body), record(STDIN, body), record(STDIN)]);
  assert.equal((await exchange(pool.socket, bytes)).status, 413);
  await alive();
});

test('variables that are cut off are no request', async () => {
  const bytes = request('/region/ru-alt');
  for (let at = 1; at < bytes.length; at += 7) {
    const { status } = await exchange(pool.socket, bytes.subarray(0, at), { half: true });
    assert.equal(status, 0, `${at} bytes`);
  }
  for (const missing of [{ REQUEST_URI: '/' }, { REQUEST_METHOD: 'GET' }, {}]) {
    const { status } = await exchange(pool.socket, Buffer.concat([begin(), record(PARAMS, variables(missing)), record(PARAMS), record(STDIN)]));
    assert.equal(status, 0);
  }
  await alive();
});

test('lengths that lie, questions and rubbish end the connection and no worker', async () => {
  const lies = ['ffffffffffffffff', '7fffffff', 'fffffffe0141', 'feffffff0141', '80ffffff80ffffff41', '01ff', '0201'];
  const rubbish = [Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'), Buffer.alloc(70_000, 0xff), Buffer.alloc(16), record(9, variables({
    FCGI_MAX_CONNS: '', FCGI_MAX_REQS: '', FCGI_MPXS_CONNS: '', fCGI_MAX_CONNS: '', FCGI_MAX_CONNs: '' }), 0)];
  for (let round = 0; round < 4; round++) { // each worker gets its part
    for (const lie of lies) {
      const bytes = Buffer.concat([begin(), record(PARAMS, Buffer.from(lie, 'hex')), record(PARAMS), record(STDIN)]);
      assert.equal((await exchange(pool.socket, bytes)).status, 0, lie);
    }
    for (const bytes of rubbish) assert.equal((await exchange(pool.socket, bytes, { half: true })).status, 0);
    assert.equal((await exchange(pool.socket, Buffer.concat([begin(2), record(PARAMS)]))).ended, true); // another role
  }
  await alive();
});

test('what follows a request on its connection is no request', async () => {
  const twice = Buffer.concat([request('/health'), request('/region/ru-alt', { extra: { REMOTE_USER: 'owner' } })]);
  const { text, status } = await exchange(pool.socket, twice);
  assert.equal(status, 200);
  assert.equal(text.match(/^Status: /gm).length, 1);
  await alive();
});

const HELD = 40;
test(`${HELD} half requests hold nobody, and are given up after their time`, { timeout: 60_000 }, async () => {
  const bytes = request('/region/ru-alt');
  const began = Date.now();
  const held = await Promise.all(Array.from({ length: HELD }, (_, i) => hold(pool.socket, bytes.subarray(0, [0, 3, 8, 20, bytes.length - 8][i % 5]))));
  const closed = held.map((socket) => new Promise((done) => socket.once('close', () => done(Date.now() - began))));
  // One that sends a byte a second is no better: the time is for all of the request.
  const slow = setInterval(() => { if (held[4].writable) held[4].write(Buffer.from([1])); }, 1000);
  for (let i = 0; i < 20; i++) {
    const { status, ms } = await exchange(pool.socket, bytes);
    assert.equal(status, 200);
    assert.ok(ms < 1500, `a request waited ${ms} ms`);
  }
  const times = await Promise.all(closed);
  clearInterval(slow);
  assert.ok(Math.min(...times) >= 9000, `given up after ${Math.min(...times)} ms`);
  assert.ok(Math.max(...times) <= 14_000, `held for ${Math.max(...times)} ms`);
  await alive();
});

test('more connections than a worker waits for: the oldest give way', { timeout: 60_000 }, async () => {
  const held = await Promise.all(Array.from({ length: 300 }, () => hold(pool.socket, begin())));
  for (let i = 0; i < 10; i++) {
    const { status, ms } = await exchange(pool.socket, request('/region/ru-alt'));
    assert.equal(status, 200);
    assert.ok(ms < 5000, `a request waited ${ms} ms`);
  }
  held.forEach((socket) => socket.destroy());
  await alive();
});

test('a peer that does not take its answer holds nobody', { timeout: 60_000 }, async () => {
  const big = request('/directory.sqlite');
  const lazy = await Promise.all(Array.from({ length: 6 }, async () => {
    const socket = await hold(pool.socket, big);
    socket.pause();
    return socket;
  }));
  for (let i = 0; i < 10; i++) {
    const { status, ms } = await exchange(pool.socket, request('/region/ru-alt'));
    assert.deepEqual([status, ms < 1500], [200, true], `${ms} ms`);
  }
  lazy.forEach((socket) => socket.destroy());
  const { status, bytes } = await exchange(pool.socket, big);
  assert.deepEqual([status, bytes.length > 500_000], [200, true]);
  await alive();
});

test('the site itself goes on', async () => {
  assert.equal((await http.request(`${site.url}/`)).status, 200);
});
