// screenshots.js: every kind of page at three widths, light, dark and printed, into BUILD/screenshots with an index to look
// through. The statistics have two years of made-up accesses behind them.
import fs from 'node:fs';
import path from 'node:path';
import { fillTally } from './accesses.js';
import { launch } from './browser.js';
import { build, startSite } from './server.js';

const PAGES = {
  front: '/', 'region-alt': '/region/ru-alt', 'region-chu': '/region/ru-chu', guide: '/guide/epos-link?region=ru-per',
  question: '/q/7', search: '/search?q=%D0%B0%D0%BB%D1%82', 'search-empty': '/search?q=xyzzy', regions: '/regions',
  guides: '/guides', questions: '/questions', stats: '/stats', 'stats-year': '/stats?period=year', desk: '/desk?q=22%20%D0%BF%D0%B0%D1%80%D0%BE%D0%BB%D1%8C', 'embed-region': '/embed/region/ru-alt', about: '/about', privacy: '/privacy', accessibility: '/accessibility',
  changes: '/changes', styleguide: '/styleguide', check: '/check?address=https://netsch00l.edu22.info/', desk: '/desk?q=22', error: '/no-such-page',
};
const WIDTHS = [360, 768, 1440];
const SCHEMES = ['light', 'dark', 'print'];

const folder = path.join(build, 'screenshots');
fs.rmSync(folder, { recursive: true, force: true });
fs.mkdirSync(folder, { recursive: true });
const site = await startSite();
await fillTally(site, 800);
const browser = await launch();
const shots = [];
try {
  for (const colorScheme of SCHEMES) {
    for (const width of WIDTHS) {
      const printed = colorScheme === 'print';
      const context = await browser.newContext({ locale: 'ru-RU', colorScheme: printed ? 'light' : colorScheme, viewport: { width, height: 800 } });
      const page = await context.newPage();
      if (printed) await page.emulateMedia({ media: 'print' });
      for (const [name, address] of Object.entries(PAGES)) {
        const file = `${name}-${width}-${colorScheme}.png`;
        await page.goto(site.url + address);
        await page.screenshot({ path: path.join(folder, file), fullPage: true });
        shots.push({ name, width, colorScheme, file });
      }
      await context.close();
    }
  }
} finally {
  await browser.close();
  await site.stop();
}

const section = (name) => `<h2>${name}</h2>\n${shots.filter((shot) => shot.name === name)
  .map(({ file, width, colorScheme }) => `<figure><a href="${file}"><img src="${file}" alt="${name}, ${width}, ${colorScheme}" loading="lazy" `
    + `width="${Math.round(width / 3)}"></a><figcaption>${width}, ${colorScheme}</figcaption></figure>`).join('\n')}`;
fs.writeFileSync(path.join(folder, 'index.html'), `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>vhod: screenshots</title>
<style>body{font:1rem/1.5 sans-serif;margin:2rem}figure{display:inline-block;margin:0 1rem 1rem 0;vertical-align:top}img{border:1px solid #999}</style>
<h1>Every kind of page</h1>
${Object.keys(PAGES).map(section).join('\n')}
</html>
`);
console.log(`${shots.length} pictures in ${path.join(folder, 'index.html')}`);
