// Comfort only: every page works without this file.

// The site as an app: the worker keeps the last articles for reading offline. When it
// is switched off, the browser's worker is replaced by one that removes itself.
const workers = navigator.serviceWorker;
if (document.querySelector('link[rel="manifest"]')) addEventListener("load", () => workers?.register("/sw.js").catch(() => {}));
else workers?.getRegistration().then((worker) => worker?.update()).catch(() => {});

// Back to top is a plain link at the foot of a story; once the reader has
// scrolled it also stays in view.
const top = document.querySelector(".back-to-top");
if (top && "IntersectionObserver" in window) {
  const button = top.cloneNode(true);
  button.classList.add("floating");
  button.hidden = true;
  top.after(button); // inside the landmark that it belongs to
  const mark = document.querySelector(".masthead");
  let away = false, atEnd = false, atForm = false;
  const update = () => { button.hidden = !away || atEnd || atForm; };
  new IntersectionObserver(([e]) => { away = !e.isIntersecting; update(); }, { rootMargin: "600px 0px 0px" }).observe(mark);
  new IntersectionObserver(([e]) => { atEnd = e.isIntersecting; update(); }).observe(top);
  // It must not lie on what somebody is filling in.
  const fields = document.getElementById("respond");
  if (fields) new IntersectionObserver(([e]) => { atForm = e.isIntersecting; update(); }).observe(fields);
}

// A refused form comes back with a summary of what is wrong; it is read
// first.
document.getElementById("error")?.focus();

// After posting, the browser comes to the writer's own comment. That it waits
// is said in the title, and again to screen readers, which do not read a live
// region that was there from the start.
const place = /^#comment-\d+$/.test(location.hash) ? document.getElementById(location.hash.slice(1)) : null;
const waits = place?.querySelector(":scope > .comment-body > .comment-awaiting-moderation");
if (waits) {
  const said = waits.firstChild.textContent.trim();
  if (!new URLSearchParams(location.search).has("unapproved")) document.title = `${said} – ${document.title}`;
  place.focus();
  setTimeout(() => waits.replaceChildren(...waits.cloneNode(true).childNodes), 500);
}

// What the reader recommends is said, and taken back, where the comment is.
for (const back of document.querySelectorAll(".own-voices button")) {
  const button = document.querySelector(`.comment-actions button[formaction="${back.getAttribute("formaction")}"]`);
  if (!button) continue;
  const item = back.closest("li"), list = item.parentNode;
  button.before(Object.assign(document.createElement("strong"), { className: "mine", textContent: `✓ ${button.textContent.trim()}` }));
  button.replaceWith(back);
  item.remove();
  if (!list.childElementCount) list.remove();
}

// The reply form.
const form = document.getElementById("commentform");
if (form) {
  const field = (name) => form.elements.namedItem(name);
  const text = field("comment");
  const store = {
    get(key) { try { return localStorage.getItem(key); } catch { return null; } },
    set(key, value) { try { value === null ? localStorage.removeItem(key) : localStorage.setItem(key, value); } catch { /* no drafts then */ } },
  };
  const draft = () => `draft ${field("comment_post_ID").value} ${field("comment_parent").value}`;

  // A draft is kept until the comment has arrived: the page that answers a
  // post leads to the comment itself, any other answer is a refusal.
  const sent = store.get("draft sent");
  if (sent && /^#comment-\d+$/.test(location.hash) && !document.getElementById("error")) store.set(sent, null);
  store.set("draft sent", null);
  const restore = () => { if (!text.value) text.value = store.get(draft()) ?? ""; };
  restore();

  // How long the writer took, from the first look at the field.
  let began = 0;
  text.addEventListener("focus", () => { began ||= performance.now(); });

  // The comment as it would look, while it is typed, once it was asked for.
  let waiting, shown = document.getElementById("preview");
  const preview = async () => {
    const answer = await fetch("/comment/preview/", { method: "POST", body: new URLSearchParams({ comment: text.value }) }).catch(() => null);
    if (answer?.ok) shown.querySelector(".comment-text").innerHTML = await answer.text();
  };
  text.addEventListener("input", () => {
    store.set(draft(), text.value || null);
    if (!shown) return;
    clearTimeout(waiting);
    waiting = setTimeout(preview, 700);
  });

  let gone = false;
  form.addEventListener("submit", (event) => {
    if (["preview", "verify"].includes(event.submitter?.name)) return;
    if (gone) { event.preventDefault(); return; } // a second click
    gone = true;
    store.set("draft sent", draft());
    if (began) {
      const took = Object.assign(document.createElement("input"), { type: "hidden", name: "took", value: ((performance.now() - began) / 1000).toFixed(1) });
      form.append(took);
    }
  });
  addEventListener("pageshow", () => { gone = false; });
}

// The link below a story is copied, and the apps of the device are offered.
const share = document.querySelector(".share");
if (share) {
  const url = document.querySelector("link[rel=canonical]")?.href ?? location.href.split("#")[0];
  const copy = share.querySelector("a:last-of-type");
  copy.addEventListener("click", (event) => {
    if (!navigator.clipboard) return;
    event.preventDefault();
    copy.ariaLive = "polite";
    navigator.clipboard.writeText(url).then(() => { copy.textContent = share.dataset.copied; }, () => { location.href = url; });
  });
  if (navigator.share) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: share.dataset.sheet });
    button.addEventListener("click", () => { navigator.share({ title: document.querySelector("h1").textContent, url }).catch(() => {}); });
    share.append(button);
  }
}

// Whether comments were added since the page came. Asked twice a minute, and
// only while somebody looks.
const comments = document.getElementById("comments");
if (comments?.dataset.article) {
  let tag = "", link;
  const ask = async () => {
    if (document.hidden) return;
    const answer = await fetch(`/comments/count/${comments.dataset.article}/`, { headers: tag ? { "If-None-Match": tag } : {} }).catch(() => null);
    if (answer?.status !== 200) return;
    tag = answer.headers.get("ETag") ?? "";
    const added = (await answer.json()).comments - comments.dataset.count;
    if (added <= 0) return;
    link ??= Object.assign(document.createElement("a"), { className: "new-comments", href: `${location.pathname}?order=newest#comments` });
    link.textContent = comments.dataset.new.replace("{n}", added.toLocaleString(document.documentElement.lang));
    if (!link.isConnected) comments.querySelector("h2").after(link);
  };
  setInterval(ask, 30_000);
}

// The copy of a story for other sites is copied by one click.
for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  if (!navigator.clipboard || !field) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      button.textContent = button.dataset.copied;
    } catch { field.focus(); } // the text is selected, and can be copied by hand
  });
}
