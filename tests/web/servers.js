// servers.js: web servers of the test's own in front of a site that runs: the examples of templates/server, filled in as
// `make install` does, on free ports of loopback; and any nginx besides.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { build, top } from './server.js';

const isRoot = process.getuid() === 0;

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer().on('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

// A template of templates/server with its words filled in.
function fill(file, words) {
  const script = `set -euo pipefail; . '${top}/cgi-bin/ops/fill.sh'; guides=$(fill_prefixes "$1" guides); search=$(fill_prefixes "$1" search)
    stats=$(fill_prefixes "$1" stats); static=$(fill_static '${top}/htdocs'); file=$2; shift 2
    fill_template "$file" HTDOCS='${top}/htdocs' PREFIX=/usr/local EXTRA= GUIDES="$guides" SEARCH="$search" STATS="$stats" STATIC="$static" "$@"`;
  const args = Object.entries(words).map(([name, value]) => `${name}=${value}`);
  return execFileSync('bash', ['-c', script, 'fill', build, path.join(top, 'templates/server', file), ...args], { encoding: 'utf8' });
}

async function started(child, folder, port) {
  for (let i = 0; i < 200 && child.exitCode === null; i++) {
    const open = await new Promise((resolve) => {
      const socket = net.connect(port, '127.0.0.1', () => { socket.destroy(); resolve(true); }).on('error', () => resolve(false));
    });
    if (open) return;
    await new Promise((wake) => setTimeout(wake, 50));
  }
  child.kill('SIGTERM');
  const logs = fs.readdirSync(folder).filter((name) => name.endsWith('.log')).map((name) => fs.readFileSync(path.join(folder, name), 'utf8'));
  throw new Error(`${child.spawnargs.slice(3).join(' ')} did not start: ${logs.join('\n')}${child.said}`);
}

async function launch(command, folder, port) {
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', '--', ...command],
    { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` } });
  child.said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => { child.said += text; });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  await started(child, folder, port);
  return {
    child, folder, port, url: `http://127.0.0.1:${port}`,
    // All that it has written down.
    logs: () => fs.readdirSync(folder).filter((name) => name.endsWith('.log')).map((name) => fs.readFileSync(path.join(folder, name), 'utf8')).join(''),
    async stop() {
      child.kill('SIGTERM');
      const limit = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await exited;
      clearTimeout(limit);
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

const newFolder = () => {
  const folder = fs.mkdtempSync('/tmp/vhod-server-');
  fs.chmodSync(folder, 0o755);
  return folder;
};

const nginxFrame = (folder, http) => `
daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/main.log warn; ${isRoot ? 'user root;' : ''}
events { worker_connections 1024; }
http {
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  ${http}
}`;

const runNginx = (folder, port) => launch(['nginx', '-e', `${folder}/main.log`, '-c', `${folder}/main.conf`], folder, port);

// An nginx with whatever server block; listen stands for its address.
export async function startNginx(server) {
  const folder = newFolder();
  const port = await freePort();
  fs.writeFileSync(path.join(folder, 'main.conf'), nginxFrame(folder, `access_log ${folder}/access.log; ${server.replace('listen;', `listen 127.0.0.1:${port};`)}`));
  return runNginx(folder, port);
}

// A certificate of its own for the ports that speak TLS.
function makeCertificate(folder) {
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1',
    '-keyout', `${folder}/privkey.pem`, '-out', `${folder}/fullchain.pem`], { stdio: 'ignore' });
}

// The shipped example in front of a site's workers. run: another folder of sockets. edit(text, file) changes the examples
// further. keepUser: lighttpd gives its rights up as shipped. Besides port there are statsPort, httpPort and tlsPort.
export async function startExample(server, site, { run = site.run, edit = (text) => text, keepUser = false } = {}) {
  const folder = newFolder();
  const ports = { port: await freePort(), statsPort: await freePort(), httpPort: await freePort(), tlsPort: await freePort() };
  const words = { PORT: ports.port, RUN: run, LOG: `${folder}/error.log`, ERRORS: path.join(site.run, 'errors') };
  const files = server === 'nginx' ? ['nginx.conf', 'nginx-site.conf', 'nginx-tls.conf', 'nginx-stats.conf']
    : ['lighttpd.conf', 'lighttpd-tls.conf', 'lighttpd-stats.conf'];
  makeCertificate(folder);
  for (const file of files) {
    const text = edit(fill(file, words), file)
      .replaceAll('/etc/ssl/vhod/', `${folder}/`).replaceAll(`/etc/${server}/vhod.users`, `${folder}/users`)
      .replaceAll('127.0.0.1:8081', `127.0.0.1:${ports.statsPort}`)
      .replace(/^\s*listen \[::\].*$/mg, '').replaceAll(/listen 80\b/g, `listen 127.0.0.1:${ports.httpPort}`)
      .replaceAll(/listen 443\b/g, `listen 127.0.0.1:${ports.tlsPort}`)
      .replace(/^\$SERVER\["socket"\] == "\[::\]:\d+"\s*\{[^}]*(\$\{[^}]*\}[^}]*)*\}$/mg, '')
      .replaceAll('"0.0.0.0:80"', `"127.0.0.1:${ports.httpPort}"`).replaceAll('"0.0.0.0:443"', `"127.0.0.1:${ports.tlsPort}"`)
      .replace(/^#include /mg, 'include ');
    fs.writeFileSync(path.join(folder, file), keepUser ? text : text.replace(/^server\.(user|group)name.*$/mg, ''));
  }
  if (server === 'nginx') {
    fs.writeFileSync(path.join(folder, 'main.conf'), nginxFrame(folder, 'include nginx.conf; include nginx-tls.conf; include nginx-stats.conf;'));
    return Object.assign(await runNginx(folder, ports.port), ports);
  }
  return Object.assign(await launch(['lighttpd', '-D', '-f', `${folder}/lighttpd.conf`], folder, ports.port), ports);
}
