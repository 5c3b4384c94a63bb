// http.js: requests as tests need them: nothing decoded, followed or repeated behind their back; raw bytes; and load.
import http from 'node:http';
import net from 'node:net';
import zlib from 'node:zlib';

// A browser that people use; without it a request counts as a robot's.
// Browsers also always say which languages their reader wants; without that a request counts as a pretender's.
export const LANGUAGE = 'ru-RU,ru;q=0.9';
export const BROWSER = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0';
const TIMEOUT_MS = 15_000;

// One request: {status, headers, body (Buffer, as sent), text, json()}. Rejects when no whole answer comes. A connection of its own,
// unless an agent says otherwise: one that was kept for a while may be closed by the server just then.
export function request(url, { method = 'GET', headers = {}, body, agent = false } = {}) {
  return new Promise((resolve, reject) => {
    const sent = http.request(url, {
      method, agent, timeout: TIMEOUT_MS, headers: { 'User-Agent': BROWSER, 'Accept-Language': LANGUAGE, ...headers },
    }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        if (!response.complete) return reject(new Error('the answer was cut short'));
        const bytes = Buffer.concat(parts);
        resolve({
          status: response.statusCode, headers: response.headers, rawHeaders: response.rawHeaders, body: bytes,
          get text() { return decode(bytes, response.headers['content-encoding']).toString('utf8'); },
          json() { return JSON.parse(this.text); },
        });
      });
    });
    sent.on('timeout', () => sent.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
    sent.on('error', reject);
    sent.end(body);
  });
}

export function decode(bytes, encoding) {
  if (encoding === 'gzip') return zlib.gunzipSync(bytes);
  if (encoding === 'br') return zlib.brotliDecompressSync(bytes);
  return bytes;
}

// Sends bytes as they are and resolves with everything that comes back until the server closes: {status, head, body}.
// status is 0 if the server closed without an answer. The request has to ask for the close: our own end stays open, for to
// some servers a half-closed connection is a reader who left.
export function raw(port, bytes) {
  return new Promise((resolve, reject) => {
    const parts = [];
    const socket = net.connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('no answer to raw bytes')));
    socket.on('data', (part) => parts.push(part));
    socket.on('error', (error) => (error.code === 'ECONNRESET' ? finish() : reject(error)));
    socket.on('close', finish);
    function finish() {
      const all = Buffer.concat(parts);
      const border = all.indexOf('\r\n\r\n');
      const head = all.subarray(0, border < 0 ? all.length : border).toString('latin1');
      resolve({ status: Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1] || 0), head,
        body: border < 0 ? '' : all.subarray(border + 4).toString('utf8') });
    }
  });
}

// Load: `count` requests by `clients` connections, target(i) names the address. Resolves with what came of it:
// {good: whole 200 answers, failed: everything else, failures: [what, …], seconds}. check(response) may throw.
export async function load(origin, count, target, { clients = 8, headers = {}, check } = {}) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: clients });
  const result = { good: 0, failed: 0, failures: [], seconds: 0 };
  const began = performance.now();
  let next = 0;
  async function client() {
    let memory; // what check() kept of this client's last answer
    while (next < count) {
      const i = next++;
      try {
        const response = await request(origin + target(i), { agent, headers });
        if (response.status !== 200) throw new Error(`status ${response.status}`);
        if (check) memory = check(response, memory);
        result.good++;
      } catch (error) {
        result.failed++;
        if (result.failures.length < 50) result.failures.push(error.message);
      }
    }
  }
  await Promise.all(Array.from({ length: clients }, client));
  agent.destroy();
  result.seconds = (performance.now() - began) / 1000;
  return result;
}
