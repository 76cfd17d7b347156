// Lists the articles that the service worker keeps, the last one first.
const list = document.querySelector(".kept-articles");
const none = document.querySelector(".none-kept");
const cache = "caches" in window && (await caches.has("articles")) ? await caches.open("articles") : null;
for (const request of (await cache?.keys() ?? []).reverse()) {
  const answer = await cache.match(request, { ignoreVary: true });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const title = page.querySelector("h1");
  if (!title) continue;
  const link = Object.assign(document.createElement("a"), { href: new URL(request.url).pathname, textContent: title.textContent.trim() });
  link.dir = "auto";
  link.lang = title.closest("[lang]")?.lang ?? "";
  const item = document.createElement("li");
  item.append(link);
  list.append(item);
}
none.hidden = list.childElementCount > 0;
