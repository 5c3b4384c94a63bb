// postgres.js: a PostgreSQL server for one test file (postgres.sh), with its address and a way to ask it.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { top } from '../web/server.js';

const START_LIMIT_MS = 60_000;

class Postgres {
  constructor() {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vhod-pg-'));
  }

  get password() { return fs.readFileSync(path.join(this.folder, 'password'), 'utf8'); }

  // For [tally] store; of a database that is there.
  address(database) { return `postgresql://vhod:${this.password}@/${database}?host=${this.folder}`; }

  // Rows of a statement as arrays of texts.
  ask(sql, database = 'postgres') {
    const text = execFileSync('psql', ['-X', '-q', '-A', '-t', '-F', '\t', '-v', 'ON_ERROR_STOP=1', '-c', sql,
      this.address(database)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    return text.split('\n').filter(Boolean).map((line) => line.split('\t'));
  }

  async start() {
    this.child = spawn('setpriv', ['--pdeathsig', 'INT', '--', path.join(top, 'tests/fault/postgres.sh'), this.folder],
      { stdio: 'ignore' });
    this.ended = new Promise((resolve) => this.child.once('exit', resolve));
    const limit = Date.now() + START_LIMIT_MS;
    for (;;) {
      try {
        this.ask('SELECT 1');
        return this;
      } catch (error) {
        if (Date.now() > limit || this.child.exitCode !== null) throw new Error(`PostgreSQL did not start: ${error.message}`);
        await new Promise((wake) => setTimeout(wake, 100));
      }
    }
  }

  // SIGINT ends it in order, SIGQUIT at once; data stay, and start() goes on with them.
  async stop(signal = 'SIGINT') {
    if (!this.child) return;
    this.child.kill(signal);
    await this.ended;
    this.child = null;
  }

  async remove() {
    await this.stop('SIGQUIT');
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

export function startPostgres() {
  return new Postgres().start();
}
