// disk.js: what a disk may hold after the power fails. A run leaves a trace of all that it wrote, renamed and synced (inject.c);
// this replays it up to any step, and makes the images that a file system may then come back with.
//
// The model is POSIX, not a kind one: bytes are safe after fsync or fdatasync of their file, names after fsync of their
// folder, and nothing else is. What was not synced may be there, in part or not at all, bytes and names apart from each other.
import fs from 'node:fs';
import path from 'node:path';

const STEP_BYTES = 24;

export function readTrace(file) {
  const bytes = fs.readFileSync(file);
  const steps = [];
  for (let at = 0; at + STEP_BYTES <= bytes.length;) {
    const length = bytes.readUInt32LE(at + 4);
    steps.push({ what: String.fromCharCode(bytes.readUInt32LE(at)), inode: bytes.readBigUInt64LE(at + 8), offset: Number(bytes.readBigUInt64LE(at + 16)),
      bytes: bytes.subarray(at + STEP_BYTES, at + STEP_BYTES + length) });
    at += STEP_BYTES + length;
  }
  return steps;
}

function write(content, offset, bytes) {
  const out = Buffer.alloc(Math.max(content.length, offset + bytes.length));
  content.copy(out);
  bytes.copy(out, offset);
  return out;
}

const resize = (content, size) => (size <= content.length ? content.subarray(0, size) : Buffer.concat([content, Buffer.alloc(size - content.length)]));

// Applies a pending change to bytes; torn: only its first half.
function apply(content, change, torn = false) {
  if (change.what === 't') return resize(content, change.offset);
  return write(content, change.offset, torn ? change.bytes.subarray(0, change.bytes.length >> 1) : change.bytes);
}

export class Disk {
  // All that stands in the folder now is safe; unsafe(name, content) → how much of it was synced (bytes) takes some back.
  constructor(folder, synced = (name, content) => content.length) {
    this.folder = folder;
    this.files = new Map(); // inode → {now, safe, pending}
    this.names = new Map(); // path → inode, as programs see it
    this.safeNames = new Map();
    this.pendingNames = []; // {folder, path, inode or null}
    this.folders = new Map(); // inode → path
    for (const entry of [{ parentPath: path.dirname(folder), name: path.basename(folder), isDirectory: () => true, isFile: () => false },
      ...fs.readdirSync(folder, { withFileTypes: true, recursive: true })]) {
      const file = path.join(entry.parentPath ?? entry.path, entry.name);
      const { ino } = fs.statSync(file, { bigint: true });
      if (entry.isDirectory()) this.folders.set(ino, file);
      if (!entry.isFile()) continue;
      const now = fs.readFileSync(file);
      const safe = synced(path.relative(folder, file), now);
      this.files.set(ino, { now, safe: now.subarray(0, safe), pending: safe < now.length ? [{ what: 'w', offset: safe, bytes: now.subarray(safe) }] : [] });
      this.names.set(file, ino);
    }
    this.safeNames = new Map(this.names);
  }

  name(file, inode) {
    if (inode === null) this.names.delete(file);
    else this.names.set(file, inode);
    this.pendingNames.push({ file, inode });
  }

  step({ what, inode, offset, bytes }) {
    const [one, other] = bytes.toString('utf8').split('\0');
    const file = this.files.get(inode);
    switch (what) {
      case 'o':
        if (!one.startsWith(this.folder)) break;
        if (!file) this.files.set(inode, { now: Buffer.alloc(0), safe: Buffer.alloc(0), pending: [] });
        if (this.names.get(one) !== inode) this.name(one, inode);
        break;
      case 'w':
      case 't':
        if (!file) break;
        file.now = apply(file.now, { what, offset, bytes });
        file.pending.push({ what, offset, bytes });
        break;
      case 's':
        if (file) Object.assign(file, { safe: file.now, pending: [] });
        break;
      case 'd': {
        const folder = this.folders.get(inode);
        this.pendingNames = this.pendingNames.filter((change) => {
          if (path.dirname(change.file) !== folder) return true;
          if (change.inode === null) this.safeNames.delete(change.file);
          else this.safeNames.set(change.file, change.inode);
          return false;
        });
        break;
      }
      case 'r': // one change: the new name and the loss of the old one come together
        if (!this.names.has(one)) break;
        this.pendingNames.push({ file: other, inode: this.names.get(one), from: one });
        this.names.set(other, this.names.get(one));
        this.names.delete(one);
        break;
      case 'l':
        if (this.names.has(one)) this.name(other, this.names.get(one));
        break;
      case 'u':
        if (this.names.has(one)) this.name(one, null);
        break;
      case 'm':
        break;
      default:
        throw new Error(`a trace with ${what}`);
    }
  }

  // One image: Map of paths to bytes. kind: 'nothing' unsynced is there, 'names' are, 'bytes' are, 'all' is, or 'some' by the lot.
  image(kind, draw) {
    const names = new Map(kind === 'names' || kind === 'all' ? this.names : this.safeNames);
    if (kind === 'some')
      for (const { file, inode, from } of this.pendingNames.slice(0, draw(this.pendingNames.length + 1))) {
        if (from) names.delete(from);
        if (inode === null) names.delete(file);
        else names.set(file, inode);
      }
    else if (kind === 'names' || kind === 'all') { /* as programs see them */ }
    const contents = new Map();
    for (const [inode, file] of this.files) {
      let content = kind === 'bytes' || kind === 'all' ? file.now : file.safe;
      if (kind === 'some') for (const change of file.pending) if (draw(2)) content = apply(content, change, draw(4) === 0);
      contents.set(inode, content);
    }
    return new Map([...names].map(([file, inode]) => [path.relative(this.folder, file), contents.get(inode) ?? Buffer.alloc(0)]));
  }
}

export const IMAGES = ['nothing', 'names', 'bytes', 'all', 'some'];
