// clients.js: what the public lists say about data/clients.tsv as it is: figures, and rows to look at and add. Run it by
// `make clients`; exit status 1 if people would be taken for programs, or over 0.5 % of the crawlers for people.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { browsers, crawlers, isbot, PEOPLE, SOURCE } from './agents.js';

const build = process.env.VHOD_BUILD ?? fileURLToPath(new URL('../../build', import.meta.url));
const data = fileURLToPath(new URL('../../data', import.meta.url));

const judge = (agents) => execFileSync(`${build}/bin/vhod`, ['judge', '--data', data],
  { input: `${agents.join('\n')}\n`, maxBuffer: 1 << 28, encoding: 'utf8' }).trimEnd().split('\n').map((line) => line.split('\t')[0]);

// A row for a crawler: its pattern where that is a plain text, with marks where it is short; null where it is not, or fits people.
const plain = (pattern) => {
  const text = pattern.replace(/^\(\^\| \)/, '|').replace(/\[([a-z])([a-z])\]/gi, (all, a, b) => (a.toLowerCase() === b.toLowerCase() ? a : all));
  const bare = text.replace(/^[\^|]/, '').replace(/\\([^a-z0-9])/gi, '$1').toLowerCase();
  if (/[\\*+?()[\]{}|$^]|\.\*/.test(text.replace(/^[\^|]/, '').replace(/\\[^a-z0-9]/gi, '')) || bare.length < 3) return null;
  if (lower.some((agent) => agent.includes(bare))) return null;
  return (/^[\^|]/.test(text) ? text[0] : bare.length < 5 ? '|' : '') + bare;
};
const people = [...new Set(browsers)];
const lower = people.map((agent) => agent.toLowerCase());

const words = judge(crawlers.map(({ agent }) => agent));
const missed = crawlers.filter(({ agent }, i) => words[i] === 'person' && !PEOPLE.some((known) => known.test(agent)));
const other = crawlers.filter(({ kinds }, i) => words[i] !== 'person' && !kinds.includes(words[i]));
const lost = judge(people).flatMap((word, i) => (word === 'person' ? [] : [`${word}\t${people[i]}`]));
const today = new Date().toISOString().slice(0, 10);

console.log(`# ${crawlers.length} crawlers: ${missed.length} would be people, ${other.length} of another kind than the list's;`
  + ` isbot misses ${crawlers.filter(({ agent }) => !isbot(agent)).length}`);
console.log(`# ${people.length} different browsers: ${lost.length} would be none`);
for (const agent of lost) console.log(`# none: ${agent}`);
for (const { agent, pattern, kinds } of missed) {
  console.log(`# ${agent}`);
  const row = plain(pattern);
  console.log(row === null ? `# by hand: ${pattern}` : [row, kinds[0], SOURCE, today].join('\t'));
}
process.exit(lost.length > 0 || missed.length > crawlers.length * 0.005 ? 1 : 0);
