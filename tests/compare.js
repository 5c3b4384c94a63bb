// compare.js BASE_A BASE_B: are two running sites the same, byte for byte? Shows that a change of structure changes no page.
//
//   mkdir -p /tmp/a /tmp/b && head -c 32 /dev/urandom | sha256sum | cut -c1-64 | tee /tmp/a/report.key >/tmp/b/report.key
//   VHOD_SITE_URL=https://vhod.example cgi-bin/ops/serve.sh --build OLD --port 8081 --state /tmp/a &
//   VHOD_SITE_URL=https://vhod.example cgi-bin/ops/serve.sh --build NEW --port 8082 --state /tmp/b &
//   node tests/compare.js http://127.0.0.1:8081 http://127.0.0.1:8082
//
// Fetches from both: every address of both sitemaps, its twins (.json .txt .csv .atom), its embeds (page and .svg) and its QR
// code, the addresses of EXTRA, and whatever a page of either site links to within the site. Compares status, headers and
// body. Nothing is normalised but each site's own host:port; a QR code has it inside, and forms hold a token, which is why
// both sites get one VHOD_SITE_URL and one report.key. Prints the first addresses that differ, then how many were compared
// and how many differ; exit status 1 if any does. (Each site takes templates and data of the tree whose serve.sh started it.)
//
// Does not: look at /stats and /health, which tell of the machine; post anything.

const [A, B] = process.argv.slice(2).map((base) => base.replace(/\/+$/, ''));
const CLIENTS = 6;
const LIMIT = 20_000; // addresses; more is a page that links without end
const SHOWN = 60; // differences
const TWINS = ['.json', '.txt', '.csv', '.atom'];
const AGENT = 'Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0';
// What says nothing about the page: the moment, the connection, the length (of the host's name), the web server.
const IGNORED = new Set(['date', 'connection', 'keep-alive', 'transfer-encoding', 'content-length', 'server', 'etag',
  'last-modified', 'age', 'set-cookie']);
const SKIPPED = /^\/(stats|health|ping|remember|look|report)\b/;
const EXTRA = ['/', '/sitemap.xml', '/robots.txt', '/opensearch.xml', '/openapi.json', '/site.webmanifest', '/styleguide',
  '/desk', '/desk?q=22%20%D0%BF%D0%B0%D1%80%D0%BE%D0%BB%D1%8C', '/search', '/search?q=', '/search?q=xyzzy',
  ...['барнаул', 'забыл пароль', '22', 'netschool.edu22.info', 'бфрнаул', ',fhyfek', 'войти', 'москва'].flatMap((words) =>
    ['/search?q=', '/search.json?q=', '/search?exact=1&q='].map((path) => path + encodeURIComponent(words))),
  ...['netschool.edu22.info', 'https://es.ciur.ru/', 'www.gosuslugi.ru', 'login.dnevnik.ru', 'https://netsch00l.edu22.info/', 'x']
    .flatMap((text) => ['/check?address=', '/check.json?address='].map((path) => path + encodeURIComponent(text))),
  '/directory.json', '/directory.csv', '/directory.sqlite', '/regions.csv?bom=1', '/nothing-here', '/region/ru-xx',
  '/region/ru-xx.json', '/q/9999', '/guide/no-such-guide', '/embed/q/9999', '/q/17?r=99'];

async function get(base, address) {
  const response = await fetch(base + address, { redirect: 'manual', headers: { 'User-Agent': AGENT } });
  const body = Buffer.from(await response.arrayBuffer());
  const headers = [...response.headers].filter(([name]) => !IGNORED.has(name));
  return { status: response.status, type: response.headers.get('content-type') || '', headers, body };
}

// The answer as one Buffer to compare, with the site's own host:port taken out.
function sameness(base, answer) {
  const host = base.replace(/^https?:\/\//, '');
  const without = (text) => text.split(host).join('HOST').split(encodeURIComponent(host)).join('HOST');
  const head = `${answer.status}\n${answer.headers.map(([name, value]) => `${name}: ${value}`).sort().join('\n')}\n\n`;
  return without(head + answer.body.toString('latin1'));
}

const pathOf = (link, base) => {
  const url = new URL(link, base);
  return url.pathname + url.search;
};

const unescape = (text) => text.replace(/&amp;/g, '&').replace(/&#39;/g, "'").replace(/&quot;/g, '"');

// What a page links to within its site; the site may call itself by another name (VHOD_SITE_URL).
function linksOf(base, address, html) {
  const own = [new URL(base).origin];
  const canonical = /<link[^>]*rel="canonical"[^>]*href="([^"]*)"/.exec(html);
  if (canonical) own.push(new URL(canonical[1], base + address).origin);
  const found = html.matchAll(/<(?:a|link|img|script|use|iframe|source|object)\b[^>]*?\s(?:href|src|data)="([^"]*)"/g);
  return [...found].flatMap((match) => {
    const url = new URL(unescape(match[1]), base + address);
    return own.includes(url.origin) && /^https?:$/.test(url.protocol) ? [url.pathname + url.search] : [];
  });
}

async function sitemap(base) {
  const answer = await get(base, '/sitemap.xml');
  if (answer.status !== 200) throw new Error(`${base}/sitemap.xml: status ${answer.status}`);
  return [...answer.body.toString().matchAll(/<loc>([^<]*)<\/loc>/g)].map((match) => pathOf(unescape(match[1]), base));
}

// A page's other representations, embeds and pictures; what a page does not have is 404 on both sides and not counted.
function relatives(path) {
  const twins = path === '/' ? [] : TWINS.map((twin) => path + twin);
  return [path, ...twins, ...(/^\/(region|guide|q)\//.test(path) ? [`/embed${path}`, `/embed${path}.svg`, `/qr${path}`] : [])];
}

async function compare(address, enqueue) {
  for (let tries = 2; ; tries--) { // once more, should the minute or the day have turned between the two
    const [a, b] = await Promise.all([get(A, address), get(B, address)]);
    const [left, right] = [sameness(A, a), sameness(B, b)];
    for (const [base, answer] of [[A, a], [B, b]]) {
      if (/^text\/html/.test(answer.type)) linksOf(base, address, answer.body.toString()).forEach(enqueue);
    }
    if (left !== right && tries > 1) continue;
    if (left === right) return { counted: a.status !== 404, difference: null };
    const at = [...left].findIndex((letter, i) => letter !== right[i]);
    const near = (text) => JSON.stringify(Buffer.from(text.slice(Math.max(0, at - 30), at + 50), 'latin1').toString());
    return { counted: true, difference: `${a.status} ${b.status} at byte ${at}\n    A ${near(left)}\n    B ${near(right)}` };
  }
}

async function main() {
  if (!A || !B) throw new Error('usage: compare.js BASE_A BASE_B');
  const known = new Set();
  const queue = [];
  const enqueue = (address) => {
    if (known.has(address) || SKIPPED.test(address)) return;
    if (known.size >= LIMIT) throw new Error(`more than ${LIMIT} addresses`);
    known.add(address);
    queue.push(address);
  };
  const mapped = new Set([...await sitemap(A), ...await sitemap(B)]);
  [...mapped].flatMap(relatives).concat(EXTRA).forEach(enqueue);
  let compared = 0, differ = 0, busy = 0;
  await new Promise((resolve, reject) => {
    const next = () => {
      if (!queue.length && !busy) resolve();
      while (queue.length && busy < CLIENTS) {
        const address = queue.shift();
        busy++;
        compare(address, enqueue).then(({ counted, difference }) => {
          busy--;
          if (counted) compared++;
          if (difference && ++differ <= SHOWN) console.log(`${address}: ${difference}`);
          next();
        }).catch((error) => reject(new Error(`${address}: ${error.message}`, { cause: error })));
      }
    };
    next();
  });
  console.log(`${mapped.size} addresses in the sitemaps; ${compared} compared, ${differ} differ`);
  process.exitCode = differ ? 1 : 0;
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 2;
});
