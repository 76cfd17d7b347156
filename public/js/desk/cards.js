// The queue by keyboard: with it a decision needs no new page.

const cards = document.getElementById("cards");
const keys = document.getElementById("keys");
// WordPress's keys and Coral's.
const actions = { a: "approve", f: "approve", u: "hold", s: "spam", d: "trash" };
const bulk = { ...actions, z: "restore", t: "trash" };

const frames = () => [...document.querySelectorAll(".card-frame:not(.leaving)")];
const current = () => document.activeElement?.closest(".card-frame:not(.leaving)") ?? null;
// show brings a card into view at once: the next key may decide on it.
const show = (frame) => {
  const card = frame.querySelector(".card");
  const tall = card.getBoundingClientRect().height > innerHeight - 160;
  card.scrollIntoView({ behavior: "instant", block: tall ? "start" : "nearest" });
};
const focus = (frame) => {
  if (!frame) return;
  frame.querySelector(".card").focus({ preventScroll: true });
  show(frame);
};
// visible reports whether enough of a card's text is on the screen to decide
// on it.
const visible = (frame) => {
  const box = (frame.querySelector(".card-text") ?? frame).getBoundingClientRect();
  const top = Math.max(0, status?.getBoundingClientRect().bottom ?? 0);
  return Math.min(box.bottom, innerHeight) - Math.max(box.top, top) >= Math.min(box.height, innerHeight / 3);
};
const idOf = (frame) => frame.querySelector(".card").id.slice(5);
// Cards whose decision is on its way to the server.
const inFlight = new Set();
const move = (by) => {
  const all = frames();
  const at = all.indexOf(current());
  focus(all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + by))]);
};

const showNext = (next) => {
  const more = document.getElementById("more");
  if (more && next) more.href = next.href;
  else more?.parentElement.remove();
};

// reload fetches the first page of the list again, which shows what others
// have done in between.
const reload = async () => {
  const address = new URL(location.href);
  for (const name of ["after", "done", "n", "op", "about"]) address.searchParams.delete(name);
  const fresh = await page(address);
  cards.replaceChildren(...fresh.getElementById("cards").childNodes);
  for (const frame of frames()) if (inFlight.has(idOf(frame))) frame.remove();
  document.querySelector(".desk-tabs").replaceWith(fresh.querySelector(".desk-tabs"));
  showNext(fresh.getElementById("more"));
};

// deal fetches the next cards while there are still some to look at.
let dealing = null;
const deal = () => {
  const more = document.getElementById("more");
  if (dealing || !more || frames().length > 8) return dealing;
  dealing = (async () => {
    const fresh = await page(more.href);
    const known = new Set([...frames().map(idOf), ...inFlight]);
    for (const frame of fresh.querySelectorAll(".card-frame")) {
      if (!known.has(idOf(frame))) cards.append(document.adoptNode(frame));
    }
    showNext(fresh.getElementById("more"));
  })().catch(() => {}).finally(() => { dealing = null; });
  return dealing;
};

const count = (counts) => {
  for (const [name, n] of Object.entries(counts ?? {})) {
    const place = document.querySelector(`.desk-tabs [data-queue="${name}"] .count`);
    if (place) place.textContent = n.toLocaleString(document.documentElement.lang);
  }
};

// decide takes the card away at once; if the server says no, it comes back.
const decide = async (frame, action, form) => {
  const fields = new FormData(form);
  fields.set("do", action);
  const all = frames(), at = all.indexOf(frame), id = idOf(frame);
  fields.set("screen", all.filter((f) => f !== frame).map(idOf).join());
  inFlight.add(id);
  frame.classList.add("leaving");
  focus(all[at + 1] ?? all[at - 1]);
  try {
    const data = await post(form.action, fields);
    inFlight.delete(id);
    say(data.message, data.operation);
    count(data.counts);
    if (data.conflict || data.stays) {
      await reload();
      focus(frames()[Math.min(at, frames().length - 1)]);
    } else frame.remove();
    if (!frames().length) await deal();
    // Behind the last card the server says what there is to say.
    if (!frames().length && !inFlight.size) await reload();
    const now = current();
    if (!now) focus(frames()[0]);
    else if (document.activeElement.matches(".card")) show(now); // cards above it have gone
  } catch (problem) {
    inFlight.delete(id);
    if (!frame.isConnected) await reload().catch(() => {});
    frame.classList.remove("leaving");
    focus(frames().find((f) => idOf(f) === id));
    say(problem.message, "", problem.signIn);
  }
  picked();
  deal();
};

// picked shows how many comments the ticked boxes stand for: one box may stand
// for a card and all that are folded under it.
const picked = () => {
  const place = document.getElementById("picked");
  if (!place) return;
  let n = 0;
  for (const box of document.querySelectorAll(".card-frame:not(.leaving) .card-pick input:checked")) n += Number(box.dataset.comments);
  place.textContent = n ? n.toLocaleString(document.documentElement.lang) : "";
};

let undoing = false;
const undo = async (operation) => {
  if (undoing) return;
  undoing = true;
  try {
    const before = new Set(frames().map(idOf));
    const data = await post("/desk/undo", { operation });
    await reload();
    say(data.message);
    count(data.counts);
    focus(frames().find((f) => !before.has(idOf(f))) ?? frames()[0]);
  } catch (problem) {
    say(problem.message, "", problem.signIn);
  } finally {
    undoing = false;
  }
};

// around shows what is known around a comment, on the card itself.
const around = async (details) => {
  if (!details.open || !details.dataset.from) return;
  const from = details.dataset.from;
  delete details.dataset.from;
  try {
    const section = (await page(from)).getElementById("around");
    section.querySelector("h2").remove();
    for (const attribute of ["id", "aria-labelledby"]) section.removeAttribute(attribute);
    details.querySelector("p").replaceWith(document.adoptNode(section));
  } catch {
    details.dataset.from = from;
  }
};

// open shows a part of a card and puts the caret into its field.
const open = (frame, part) => {
  const details = frame.querySelector(part);
  if (!details) return;
  details.open = true;
  details.querySelector("select, textarea, a")?.focus();
};

// decideBulk sends the form for what is picked.
const decideBulk = (action) => {
  const form = document.getElementById("bulk");
  if (!form) return;
  form.querySelector("details").open = true;
  form.querySelector(`button[value="${action}"]`)?.click();
};

if (cards) {
  cards.addEventListener("submit", (event) => {
    const form = event.target.closest(".card-form");
    if (!form || !event.submitter) return;
    event.preventDefault();
    const frame = form.closest(".card-frame");
    if (!frame.matches(".leaving")) decide(frame, event.submitter.value, form);
  });
  // The second half of a double click meets the card that took the place of
  // the first.
  let last = { at: -1e9, x: 0, y: 0 };
  cards.addEventListener("click", (event) => {
    if (!event.detail || !event.target.closest(".card-form button, button.do-decline")) return;
    const near = Math.hypot(event.clientX - last.x, event.clientY - last.y) < 10;
    if (event.detail > 1 || near && event.timeStamp - last.at < 600) event.preventDefault();
    last = { at: event.timeStamp, x: event.clientX, y: event.clientY };
  }, true);
  cards.addEventListener("change", picked);
  // A toggle does not bubble, but it can be caught on its way down.
  cards.addEventListener("toggle", (event) => {
    if (event.target.matches(".card-around")) around(event.target);
  }, true);
}

const onCard = {
  x: (frame) => frame.querySelector(".card-pick input")?.click(),
  o: (frame) => frame.querySelector(".card-open").click(),
  r: (frame) => open(frame, ".card-answer"),
  e: (frame) => open(frame, ".card-edit"),
  q: (frame) => open(frame, ".card-edit"),
  l: (frame) => open(frame, ".card-decline"),
  i: (frame) => { const d = frame.querySelector(".card-around"); if (d) d.open = !d.open; },
  b: (frame) => frame.querySelector("a.card-ban")?.click(),
};
const anywhere = {
  j: () => move(1),
  k: () => move(-1),
  z: () => status.querySelector("button")?.click(),
  "?": () => keys?.showModal(),
  "/": () => find(),
  t: () => {
    const tabs = [...document.querySelectorAll(".desk-tabs [data-queue]")];
    tabs[(tabs.findIndex((tab) => tab.hasAttribute("aria-current")) + 1) % tabs.length]?.click();
  },
};
const find = () => {
  const details = document.getElementById("find");
  if (!details) return;
  details.open = true;
  details.querySelector("input[type=search]").focus();
};

// press does what a key stands for and reports whether it stands for anything.
const press = (event) => {
  const key = event.key.toLowerCase();
  if (event.ctrlKey) return key === "f" && document.getElementById("find") && (find(), true);
  if (event.shiftKey && key === "x") {
    const boxes = [...document.querySelectorAll(".card-pick input")];
    const on = boxes.some((box) => !box.checked);
    for (const box of boxes) box.checked = on;
    picked();
    return true;
  }
  if (event.shiftKey && bulk[key]) return decideBulk(bulk[key]), true;
  if (anywhere[key]) return anywhere[key](), true;
  const frame = current() ?? (cards ? null : frames()[0]);
  if (!frame) return false;
  if (!visible(frame) && (onCard[key] || actions[key])) return focus(frame), true;
  if (onCard[key]) return onCard[key](frame), true;
  const button = actions[key] && frame.querySelector(`.card-form [value="${actions[key]}"]`);
  return Boolean(button) && (button.click(), true);
};

if (queue) {
  document.addEventListener("keydown", (event) => {
    if (event.metaKey || event.altKey || keys?.open) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select")) {
      if (event.key === "Escape") focus(current());
      return;
    }
    // A key that is held down moves, and does nothing else.
    if (event.repeat && !/^([jk]|Tab|Arrow.*|Page.*|Home|End)$/i.test(event.key)) return event.preventDefault();
    if (press(event)) event.preventDefault();
  });
  addEventListener("pageshow", picked);
  if (!document.getElementById("error")) focus(frames()[0]);
}
