// The service worker keeps the last articles that were read, for reading offline.
// While there is a network, every page comes from it: nothing here can be stale.
// Only what any visitor may see is kept, never a personal answer and nothing of
// the desk.
const PAGES = "articles", PARTS = "parts"; // the cache of articles; of their styles, scripts and pictures
const MOST_PAGES = 10, MOST_BYTES = 1 << 20; // of one page or picture
const OFFLINE = "/offline/";
const found = { ignoreVary: true };

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keepOfflinePage());
});

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
  // The page that was open before the worker was there was read, too.
  for (const client of await self.clients.matchAll({ type: "window" })) {
    const url = new URL(client.url);
    if (!url.search && !personal(url.pathname)) await fetch(url.pathname).then((answer) => keep(url, answer)).catch(() => {});
  }
})()));

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.mode === "navigate" && request.method === "GET") event.respondWith(page(event, url));
  // Who signs in or out, or asks to be forgotten, leaves no trace of what was read.
  else if (request.mode === "navigate" && forgets(url.pathname)) event.waitUntil(forget());
  else if (request.method === "GET" && /^\/(assets|media)\//.test(url.pathname)) event.respondWith(part(request, url));
});

const personal = (path) => /^\/(desk|login|logout|password|comments|mail|held|digest|preview|first)(\/|$)/.test(path);
const forgets = (path) => path === "/logout" || path === "/login" || path === "/comments/mine/";

async function page(event, url) {
  let answer;
  try {
    answer = (await event.preloadResponse) || (await fetch(event.request));
  } catch {
    return (await keptPage(url.pathname)) || (await caches.match(OFFLINE, found)) || Response.error();
  }
  if (!personal(url.pathname)) event.waitUntil(keep(url, answer.clone()));
  return answer;
}

const keptPage = async (path) => (await caches.open(PAGES)).match(path, found);

// keep keeps an article, and forgets one that is gone or has moved.
async function keep(url, answer) {
  const pages = await caches.open(PAGES);
  if (answer.status === 404 || answer.status === 410 || answer.type === "opaqueredirect") return void (await pages.delete(url.pathname, found));
  const control = answer.headers.get("Cache-Control") || "";
  if (answer.status !== 200 || answer.redirected || url.search || !/\bpublic\b/.test(control) || /private|no-store/.test(control)) return;
  const html = await answer.clone().text();
  if (html.length > MOST_BYTES || !html.includes('property="og:type" content="article"')) return;
  await pages.delete(url.pathname, found); // the newest is the last
  await pages.put(url.pathname, answer);
  await keepParts(html);
  const keys = await pages.keys();
  if (keys.length <= MOST_PAGES) return;
  for (const old of keys.slice(0, keys.length - MOST_PAGES)) await pages.delete(old, found);
  await dropParts(pages);
}

// partsOf returns the addresses that a page needs: its styles and scripts, and the lead picture.
function partsOf(html) {
  const parts = html.match(/\/assets\/[\w.-]+\.(?:css|js|svg)/g) || [];
  const lead = html.match(/<img src="(\/media\/[^"]+)"[^>]*fetchpriority="high"/);
  return lead ? [...parts, lead[1]] : parts;
}

async function keepParts(html) {
  const cache = await caches.open(PARTS);
  for (const address of partsOf(html)) {
    if (await cache.match(address, found)) continue;
    const answer = await fetch(address).catch(() => null);
    if (answer?.status !== 200) continue;
    if ((await answer.clone().blob()).size <= MOST_BYTES) await cache.put(address, answer);
  }
}

// dropParts drops the parts that no kept page needs.
async function dropParts(pages) {
  const cache = await caches.open(PARTS), needed = new Set([OFFLINE]);
  const kept = await Promise.all((await pages.keys()).map((key) => pages.match(key, found)));
  for (const answer of [...kept, await cache.match(OFFLINE, found)]) {
    if (answer) for (const address of partsOf(await answer.text())) needed.add(address);
  }
  for (const key of await cache.keys()) if (!needed.has(new URL(key.url).pathname)) await cache.delete(key, found);
}

// part answers from the network; offline, with the kept answer, or with another width of the
// same picture.
async function part(request, url) {
  try {
    return await fetch(request);
  } catch (problem) {
    const cache = await caches.open(PARTS), folder = url.pathname.replace(/[^/]*$/, "");
    const same = await cache.match(request, found);
    if (same) return same;
    const other = folder !== "/assets/" && (await cache.keys()).find((key) => new URL(key.url).pathname.startsWith(folder));
    if (other) return cache.match(other, found);
    throw problem;
  }
}

async function keepOfflinePage() {
  const answer = await fetch(OFFLINE, { cache: "reload", credentials: "omit" });
  if (answer.status !== 200) throw new Error("no offline page");
  const cache = await caches.open(PARTS);
  await cache.put(OFFLINE, answer.clone());
  await keepParts(await answer.text());
}

async function forget() {
  await caches.delete(PAGES);
  await caches.delete(PARTS);
  await keepOfflinePage().catch(() => {});
}
