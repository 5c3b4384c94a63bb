// internet.js: a small Internet on loopback for the probe: a name server, a certificate authority, and a web server that
// behaves as badly as it is told to. Names are made up; nothing leaves the machine.
//
// The web listens on 127.1.0.1, which the probe is allowed (WEB_NETWORK); everything else on loopback is private to it.
import { execFileSync } from 'node:child_process';
import dgram from 'node:dgram';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import tls from 'node:tls';

const WEB = '127.1.0.1';
export const WEB_NETWORK = '127.1.0.0/16';

// --- names -------------------------------------------------------------------------------------------------------------

const TYPE_A = 1;
const RCODE = { ok: 0, failure: 2, unknown: 3 };

// A name server: lookup(name) gives an IPv4 address, several with blanks between, or 'gone' (no such name), 'failure', 'mute' (no answer at all).
export async function startNameServer(lookup) {
  const socket = dgram.createSocket('udp4');
  const server = { asked: 0, mute: false };
  socket.on('message', (message, from) => {
    const { name, end, type } = readQuestion(message);
    const found = lookup(name);
    server.asked++;
    if (server.mute || found === 'mute') return;
    socket.send(reply(message, end, type, found), from.port, from.address);
  });
  await new Promise((resolve) => socket.bind(0, WEB, resolve));
  server.address = `${WEB}:${socket.address().port}`;
  server.stop = () => new Promise((resolve) => socket.close(resolve));
  return server;
}

function readQuestion(message) {
  const labels = [];
  let at = 12;
  for (; message[at]; at += message[at] + 1) labels.push(message.toString('latin1', at + 1, at + 1 + message[at]));
  return { name: labels.join('.').toLowerCase(), type: message.readUInt16BE(at + 1), end: at + 5 };
}

function reply(question, end, type, found) {
  const rcode = { gone: RCODE.unknown, failure: RCODE.failure }[found] ?? RCODE.ok;
  const address = rcode === RCODE.ok && type === TYPE_A;
  const head = Buffer.from(question.subarray(0, end));
  head.writeUInt16BE(0x8180 | rcode, 2);
  head.writeUInt16BE(1, 4);
  const all = address ? found.split(' ') : [];
  head.writeUInt16BE(all.length, 6);
  head.writeUInt32BE(0, 8);
  if (!address) return head;
  return Buffer.concat([head, ...all.map((one) => Buffer.from([0xc0, 12, 0, TYPE_A, 0, 1, 0, 0, 0, 0, 0, 4, ...one.split('.').map(Number)]))]);
}

// --- certificates --------------------------------------------------------------------------------------------------------

// An authority in a folder of its own: file (its certificate), issue(names, {days, from}) gives {key, cert}.
export class Authority {
  constructor(name = 'Probe Test Authority') {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vhod-ca-'));
    this.file = path.join(this.folder, 'ca.pem');
    this.key = path.join(this.folder, 'ca.key');
    this.count = 0;
    this.openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', this.key);
    this.openssl('req', '-x509', '-new', '-key', this.key, '-subj', `/CN=${name}`, '-days', '30', '-out', this.file);
  }

  openssl(...args) {
    execFileSync('openssl', args, { cwd: this.folder, stdio: ['ignore', 'ignore', 'pipe'] });
  }

  // days may be negative: the certificate has ended then. openssl 3.0 takes no dates for x509, so `ca` is used.
  issue(names, { days = 60 } = {}) {
    const stem = path.join(this.folder, `leaf${++this.count}`);
    const stamp = (offset) => `${new Date(Date.now() + offset * 86_400_000).toISOString().replace(/[-:T]|\.\d+/g, '').slice(0, 14)}Z`;
    fs.writeFileSync(`${stem}.cnf`, `[ca]\ndefault_ca=own\n[own]\ndatabase=${stem}.db\nserial=${stem}.srl\nnew_certs_dir=${this.folder}\n`
      + 'default_md=sha256\npolicy=any\nunique_subject=no\ncopy_extensions=none\nx509_extensions=leaf\n[any]\ncommonName=supplied\n'
      + `[leaf]\nbasicConstraints=CA:FALSE\nsubjectAltName=${names.map((name) => `DNS:${name}`).join(',')}\n`);
    fs.writeFileSync(`${stem}.db`, '');
    fs.writeFileSync(`${stem}.srl`, `${(1000 + this.count).toString(16).padStart(4, '0')}\n`);
    this.openssl('req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', `${stem}.key`,
      '-subj', `/CN=leaf${this.count}`, '-out', `${stem}.csr`);
    this.openssl('ca', '-batch', '-config', `${stem}.cnf`, '-cert', this.file, '-keyfile', this.key, '-in', `${stem}.csr`, '-out',
      `${stem}.pem`, '-notext', '-startdate', stamp(Math.min(days, 0) - 10), '-enddate', stamp(days));
    return { key: fs.readFileSync(`${stem}.key`), cert: fs.readFileSync(`${stem}.pem`) };
  }

  remove() {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

// --- the web -------------------------------------------------------------------------------------------------------------

// Reads one request and hands it over as {host, path, head}; what is answered is the site's matter, byte by byte.
function listen(socket, web, scheme) {
  let text = '';
  socket.on('error', () => {}); // the other side has seen enough
  socket.on('data', function take(part) {
    text += part.toString('latin1');
    if (!text.includes('\r\n\r\n')) return;
    socket.off('data', take);
    const host = (/^host: ([^\r\n:]*)/im.exec(text)?.[1] ?? '').toLowerCase();
    const call = { host, scheme, path: text.split(' ')[1], head: text, socket };
    web.calls.push({ host, path: call.path, scheme, head: text });
    web.open.set(host, (web.open.get(host) ?? 0) + 1);
    web.most = Math.max(web.most, web.open.get(host));
    web.together = Math.max(web.together, [...web.open.values()].filter(Boolean).length);
    socket.once('close', () => web.open.set(host, web.open.get(host) - 1));
    web.answer(call);
  });
}

// The fatal alert protocol_version in a record of TLS 1.0 (RFC 5246, 7.2).
const PROTOCOL_VERSION = Buffer.from([0x15, 0x03, 0x01, 0, 2, 2, 70]);

// Starts a web server for https, one for http, and one for an encryption of long ago: {https, http, outdated (ports), calls, most (requests at once to one host), together}.
// answer(call) answers; contexts(host) gives the certificate to show, or null to refuse the handshake.
export async function startWeb(answer, contexts) {
  const web = { calls: [], open: new Map(), most: 0, together: 0, answer, sockets: new Set() };
  const keep = (socket) => { web.sockets.add(socket); socket.once('close', () => web.sockets.delete(socket)); };
  const secure = tls.createServer({
    SNICallback: (host, done) => {
      const found = contexts(host.toLowerCase());
      if (found) done(null, found);
      else done(new Error('no such host'));
    },
  }, (socket) => listen(socket, web, 'https'));
  secure.on('tlsClientError', () => {});
  const plain = net.createServer((socket) => listen(socket, web, 'http'));
  // By hand, as a server of long ago answers our greeting: node's own hangs up with its alert still unsent when it is busy.
  const outdated = net.createServer((socket) => socket.once('data', () => socket.end(PROTOCOL_VERSION)).on('error', () => {}));
  const servers = [secure, plain, outdated];
  for (const server of servers) {
    server.on('connection', keep);
    await new Promise((resolve) => server.listen(0, WEB, resolve));
  }
  web.https = secure.address().port;
  web.http = plain.address().port;
  web.outdated = outdated.address().port;
  web.stop = async () => {
    for (const socket of web.sockets) socket.destroy();
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  };
  return web;
}

// A server that nobody may connect to: {port, connections}.
export async function startTrap(address = '127.0.0.1') {
  const trap = { connections: 0 };
  const server = net.createServer((socket) => { trap.connections++; socket.destroy(); });
  await new Promise((resolve) => server.listen(0, address, resolve));
  trap.port = server.address().port;
  trap.stop = () => new Promise((resolve) => server.close(resolve));
  return trap;
}

export const page = (title, { status = '200 OK', headers = '', body = '<p>Войти</p>' } = {}) => {
  const html = `<!doctype html><html><head><title>${title}</title></head><body>${body}</body></html>`;
  return `HTTP/1.1 ${status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(html)}\r\n${headers}`
    + `Connection: close\r\n\r\n${html}`;
};
export const redirect = (to, status = '302 Found', headers = '') =>
  `HTTP/1.1 ${status}\r\nLocation: ${to}\r\n${headers}Content-Length: 0\r\nConnection: close\r\n\r\n`;
