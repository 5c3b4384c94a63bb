// agents.js: the User-Agents of public lists, and what they should count as. The lists are development packages: nothing of
// them is in the programs but the names of crawlers in data/clients.tsv.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
export { isbot } from 'isbot'; // the library's judgement, to compare with

const folder = (name) => {
  let at = path.dirname(createRequire(import.meta.url).resolve(name));
  while (!fs.existsSync(path.join(at, 'package.json')) || JSON.parse(fs.readFileSync(path.join(at, 'package.json'))).name !== name)
    at = path.dirname(at);
  return at;
};
const version = (name) => JSON.parse(fs.readFileSync(path.join(folder(name), 'package.json'))).version;
const list = (name, file) => JSON.parse(fs.readFileSync(path.join(folder(name), file)));

// The list's word for what a crawler is for, as one of our kinds. What is not here is a robot.
const KINDS = { 'feed-reader': 'feed', 'social-preview': 'preview', 'http-library': 'library', 'browser-automation': 'library',
  archiver: 'archive', monitoring: 'monitor', 'ai-crawler': 'ai' };

export const SOURCE = `crawler-user-agents ${version('crawler-user-agents')}`;

// [{agent, pattern, kinds: what the list says}]
export const crawlers = list('crawler-user-agents', 'crawler-user-agents.json').flatMap(({ pattern, instances, tags }) => {
  const kinds = (tags ?? []).map((tag) => KINDS[tag]).filter(Boolean);
  return (instances ?? []).map((agent) => ({ agent, pattern, kinds: kinds.length > 0 ? kinds : ['robot'] }));
});

// Every draw of the list, as often as it is in it.
export const browsers = list('user-agents', 'dist/user-agents.json').map(({ userAgent }) => userAgent);

// In the list of crawlers, and people all the same: readers in the apps of Facebook and Instagram, on phones of their own.
export const PEOPLE = [/ MetaIAB Facebook$/, / Instagram [\d.]+ Android /];
