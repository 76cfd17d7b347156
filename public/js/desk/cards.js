// The cards of the queue: keys, and decisions without a new page.

const cards = document.getElementById("cards");
const keys = document.getElementById("keys");
// WordPress's keys and Coral's.
const actions = { a: "approve", f: "approve", u: "hold", s: "spam", d: "trash" };
const bulk = { ...actions, z: "restore", t: "trash" };

const frames = () => [...document.querySelectorAll(".card-frame:not(.leaving)")];
const current = () => document.activeElement?.closest(".card-frame:not(.leaving)") ?? null;
const idOf = (frame) => frame.querySelector(".card").id.slice(5);
const withID = (id) => frames().find((frame) => idOf(frame) === id);

// room returns the part of the window that no bar covers.
const room = () => {
  let [top, bottom] = [0, innerHeight];
  for (const bar of document.querySelectorAll(".desk-head, .desk-status, .desk-foot")) {
    if (!/sticky|fixed/.test(getComputedStyle(bar).position)) continue;
    const box = bar.getBoundingClientRect();
    if (!box.height) continue;
    if (box.top > innerHeight / 2) bottom = Math.min(bottom, box.top);
    else top = Math.max(top, box.bottom);
  }
  return [top, bottom];
};
// show brings a card into view at once: the next key may decide on it.
const show = (frame) => {
  const [top, bottom] = room(), box = frame.getBoundingClientRect();
  if (box.top >= top + 4 && box.bottom <= bottom - 4) return;
  const by = box.top < top + 4 || box.height > bottom - top - 8 ? box.top - top - 8 : box.bottom - bottom + 8;
  scrollBy({ top: by, behavior: "instant" });
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
  const [top, bottom] = room();
  return Math.min(box.bottom, bottom) - Math.max(box.top, top) >= Math.min(box.height - 2, innerHeight / 3);
};
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

// reload fetches the first page of the list again, with the changes of colleagues.
const reload = async () => {
  const address = new URL(location.href);
  for (const name of ["after", "done", "n", "op", "about"]) address.searchParams.delete(name);
  const fresh = await page(address);
  cards.replaceChildren(...fresh.getElementById("cards").childNodes);
  foldAll();
  for (const frame of frames()) if (inFlight.has(idOf(frame))) frame.remove();
  document.querySelector(".desk-tabs").replaceWith(fresh.querySelector(".desk-tabs"));
  showNext(fresh.getElementById("more"));
};

// deal fetches the next cards while there are still some to look at.
let dealing = null;
const deal = () => {
  const more = document.getElementById("more");
  if (dealing || !more || frames().length > 12) return dealing;
  dealing = (async () => {
    const fresh = await page(more.href);
    const known = new Set([...frames().map(idOf), ...inFlight]);
    for (const frame of fresh.querySelectorAll(".card-frame")) {
      if (!known.has(idOf(frame))) cards.append(document.adoptNode(frame));
    }
    foldAll();
    showNext(fresh.getElementById("more"));
  })().catch(() => {}).finally(() => { dealing = null; });
  return dealing;
};

// taken holds the cards that each operation removed, with the cards that followed them.
const taken = new Map();
const take = (operation, gone, all) => {
  if (operation) taken.set(operation, gone.map((frame) => ({ frame, after: all.slice(all.indexOf(frame) + 1).map(idOf) })));
};

// Colleagues do not get the cards on this screen for two minutes. At most this often, in
// milliseconds, a decision sends the server the cards that are still on the screen.
const toldEvery = 30_000;
let told = Date.now();
const screenOf = (ids) => {
  if (Date.now() - told < toldEvery) return "";
  told = Date.now();
  return ids.join();
};

// leave removes cards and sends their decision. If the server refuses it, the cards return.
const leave = async (gone, send) => {
  const all = frames(), ids = gone.map(idOf), at = all.indexOf(gone[0]);
  for (const id of ids) inFlight.add(id);
  for (const frame of gone) frame.classList.add("leaving");
  const left = (from) => from.filter((frame) => !gone.includes(frame));
  focus(left(all.slice(at))[0] ?? left(all).at(-1));
  try {
    const data = await send(screenOf(left(all).map(idOf)));
    for (const id of ids) inFlight.delete(id);
    say(data.message, data.operation);
    count(data.counts);
    take(data.operation, gone, all);
    if (cards && (data.conflict || data.stays)) {
      await reload();
      focus(frames()[Math.min(at, frames().length - 1)]);
    } else if (cards) for (const frame of gone) frame.remove();
    else return location.reload(); // the page of one comment
    if (!frames().length) await deal();
    // After the last card the page of the server has the message for an empty queue.
    if (!frames().length && !inFlight.size) await reload();
    const now = current();
    if (!now) focus(frames()[0]);
    else if (document.activeElement.matches(".card")) show(now); // cards above it have gone
  } catch (problem) {
    for (const id of ids) inFlight.delete(id);
    if (cards && !gone[0].isConnected) await reload().catch(() => {});
    for (const frame of gone) frame.classList.remove("leaving");
    focus(withID(ids[0]));
    say(problem.message, "", problem.signIn);
  }
  picked();
  deal();
};

// decide sends a card's form, with the button that was pressed.
const decide = (frame, form, name, value) => leave([frame], async (screen) => {
  const fields = new FormData(form);
  fields.set(name, value);
  fields.set("screen", screen);
  const data = await post(form.action, fields);
  // Comments that were unticked in the fold stay in the list.
  if (frame.querySelector(".fold input:not(:checked)")) data.stays = true;
  return data;
});

// answer sends the form of a reply or of a changed text.
const answer = async (frame, form) => {
  if (form.matches(".busy")) return;
  form.classList.add("busy");
  const id = idOf(frame);
  try {
    const send = () => post(form.action, new FormData(form));
    if (form.closest(".card-answer") && frame.querySelector(".state-hold, .card-form .do-approve") && cards) return await leave([frame], send);
    const data = await send();
    say(data.message, data.operation);
    count(data.counts);
    if (!cards) return location.reload();
    await reload();
    focus(withID(id) ?? frames()[0]);
  } catch (problem) {
    say(problem.message, "", problem.signIn);
  } finally {
    form.classList.remove("busy");
  }
};

// back puts the cards of an operation back in their places, in their new versions.
const back = (operation, versions) => {
  const gone = taken.get(operation);
  taken.delete(operation);
  if (!gone || !versions) return false;
  const fresh = Object.fromEntries(versions.map((one) => [one.split(".")[0], one]));
  if (gone.some(({ frame }) => !fresh[idOf(frame)])) return false;
  for (const { frame, after } of gone.toReversed()) {
    if (withID(idOf(frame))) continue;
    frame.classList.remove("leaving");
    for (const part of frame.querySelectorAll("details[open]")) part.open = false;
    for (const field of frame.querySelectorAll('[name="comment"], [name="version"]')) {
      if (field.matches("textarea")) continue;
      if (field.name === "version") field.value = fresh[idOf(frame)].split(".")[1];
      else field.value = field.value.split(",").map((one) => fresh[one.split(".")[0]] ?? one).join();
    }
    for (const box of frame.querySelectorAll(".card-pick input")) box.checked = false;
    const next = after.map(withID).find(Boolean);
    if (next) next.before(frame);
    else cards.append(frame);
  }
  for (const nothing of cards.querySelectorAll(".desk-empty")) nothing.remove();
  focus(gone[0].frame);
  picked();
  return true;
};
document.addEventListener("desk:undone", async ({ detail: { operation, data } }) => {
  if (data.story) return; // see stories.js
  if (!cards) return location.reload();
  if (back(operation, data.restored)) return;
  const before = new Set(frames().map(idOf));
  await reload().catch(() => {});
  focus(frames().find((frame) => !before.has(idOf(frame))) ?? frames()[0]);
  picked();
});

// picked shows how many comments the ticked boxes stand for: one box may stand
// for a card and all that are folded under it.
const picked = () => {
  const place = document.getElementById("picked");
  if (!place) return;
  let n = 0;
  for (const box of document.querySelectorAll(".card-frame:not(.leaving) .card-pick input:checked")) n += Number(box.dataset.comments);
  place.textContent = n ? n.toLocaleString(document.documentElement.lang) : "";
  document.dispatchEvent(new CustomEvent("desk:picked", { detail: { picked: n } }));
};

// folded makes the box of a card stand for the ticked comments of its fold.
const folded = (frame) => {
  const box = frame.querySelector(".card-pick input");
  const ticked = [...frame.querySelectorAll(".card-form input[name=comment][type=hidden], .fold input:checked")];
  if (!box) return;
  box.value = ticked.map((one) => one.value).join();
  box.dataset.comments = ticked.length;
};
// Without this script the box of a card stands for its own comment only, because plain HTML
// cannot follow the ticks of the fold.
const foldAll = () => {
  for (const fold of document.querySelectorAll(".card-alike")) folded(fold.closest(".card-frame"));
};
foldAll();

// around loads the context of a comment into its card.
const around = async (details) => {
  if (!details.open || !details.dataset.from) return;
  const from = details.dataset.from;
  delete details.dataset.from;
  try {
    const section = (await page(from)).getElementById("around");
    section.querySelector("h2").remove();
    for (const attribute of ["id", "aria-labelledby"]) section.removeAttribute(attribute);
    details.querySelector(".card-around").replaceWith(document.adoptNode(section));
  } catch {
    details.dataset.from = from;
  }
};

// open shows a part of a card and puts the caret into its first field or button.
const open = (frame, part) => {
  const details = frame.querySelector(part);
  if (!details) return;
  details.open = true;
  details.querySelector(".card-reasons button, textarea")?.focus({ preventScroll: true });
  show(frame);
};
const close = (frame) => {
  for (const part of frame.querySelectorAll(".card-part[open]")) part.open = false;
  frame.querySelector(".card-ban-panel, .card-closing-panel")?.remove();
  focus(frame);
};

// ban opens the form of a ban on the card, or the page of the form if the card has none.
const ban = async (frame) => {
  const link = frame.querySelector("a.card-ban");
  if (!link || link.matches(".busy")) return;
  if (frame.querySelector(".card-ban-panel")) return close(frame);
  link.classList.add("busy");
  try {
    const address = new URL(link.href);
    address.searchParams.set("part", "panel");
    const fresh = await page(address);
    const form = fresh.querySelector("form");
    if (!form || fresh.querySelector("main")) return location.assign(link.href);
    const panel = document.createElement("div");
    panel.className = "card-panel card-ban-panel";
    panel.append(...fresh.body.childNodes);
    frame.querySelector(".card-row").append(document.adoptNode(panel));
    (panel.querySelector("[autofocus]") ?? panel.querySelector("select, input:not([type=hidden]), textarea, button"))?.focus({ preventScroll: true });
    show(frame);
  } catch {
    location.assign(link.href);
  } finally {
    link.classList.remove("busy");
  }
};
const sendBan = async (frame, form, submitter) => {
  if (form.matches(".busy")) return;
  form.classList.add("busy");
  try {
    const data = await post(form.action, new FormData(form, submitter));
    say(data.message, data.operation);
    close(frame);
    // A ban may have moved other comments of the same writer.
    if (data.operation && cards) await reload().then(() => focus(withID(idOf(frame)) ?? frames()[0]));
  } catch (problem) {
    form.classList.remove("busy");
    say(problem.message, "", problem.signIn);
  }
};

// decideBulk sends the form for what is picked.
const decideBulk = (action) => {
  const form = document.getElementById("bulk");
  const button = form?.querySelector(`button[value="${action}"]`);
  if (button) form.requestSubmit(button);
};
// sendBulk decides the picked cards, or all that match, without a new page.
const sendBulk = async (form, submitter) => {
  const gone = frames().filter((frame) => frame.querySelector(".card-pick input:checked"));
  const all = form.elements.all?.checked;
  if (!gone.length && !all) return;
  const fields = new FormData(form, submitter);
  await leave(all ? frames() : gone, async (screen) => {
    fields.set("screen", screen);
    const data = await post(form.action, fields);
    if (all || gone.some((frame) => frame.querySelector(".fold input:not(:checked)"))) data.stays = true;
    return data;
  });
  if (form.elements.all) form.elements.all.checked = false;
};

document.addEventListener("submit", (event) => {
  const form = event.target, frame = form.closest(".card-frame");
  if (form.id === "bulk" && cards && event.submitter) {
    event.preventDefault();
    sendBulk(form, event.submitter);
  } else if (frame && form.matches(".card-form")) {
    if (!event.submitter) return;
    event.preventDefault();
    if (!frame.matches(".leaving")) decide(frame, form, event.submitter.name, event.submitter.value);
  } else if (frame && form.closest(".card-ban-panel")) {
    event.preventDefault();
    sendBan(frame, form, event.submitter);
  } else if (frame && form.matches(".card-panel, .card-panel-form")) {
    event.preventDefault();
    answer(frame, form);
  }
}, true);

if (cards) {
  // The second click of a double click would decide on the card that took the place of the
  // first card, so it is ignored.
  let last = { at: -1e9, x: 0, y: 0 };
  cards.addEventListener("click", (event) => {
    if (!event.detail || !event.target.closest(".card-row :is(button, summary, .card-ban)")) return;
    const near = Math.hypot(event.clientX - last.x, event.clientY - last.y) < 10;
    if (event.detail > 1 || near && event.timeStamp - last.at < 600) event.preventDefault();
    last = { at: event.timeStamp, x: event.clientX, y: event.clientY };
  }, true);
  cards.addEventListener("change", (event) => {
    if (event.target.closest(".fold")) folded(event.target.closest(".card-frame"));
    picked();
  });
}
document.addEventListener("click", (event) => {
  const link = event.target.closest("a.card-ban");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  ban(link.closest(".card-frame"));
});
// The event toggle does not bubble, so the listener uses the capture phase.
document.addEventListener("toggle", (event) => {
  if (event.target.matches?.(".card-side")) around(event.target);
  // The field of an answer gets the focus, except on a touch screen, where that would open a
  // keyboard. The event comes late on a busy machine: it must not take the focus from the
  // button after the field when the answer is already written.
  const answers = event.target.matches?.(".card-answer[open]") && !matchMedia("(pointer: coarse)").matches;
  const inside = event.target.contains(document.activeElement) && !document.activeElement.matches("summary");
  if (answers && !inside) event.target.querySelector("textarea").focus({ preventScroll: true });
}, true);

// Where the keys are switched off, a button shows them.
const keysShow = document.getElementById("keys-show");
if (keysShow && keys) {
  keysShow.hidden = false;
  keysShow.addEventListener("click", () => keys.showModal());
}

const onCard = {
  x: (frame) => frame.querySelector(".card-pick input")?.click(),
  o: (frame) => frame.querySelector(".card-open").click(),
  r: (frame) => open(frame, ".card-answer"),
  e: (frame) => open(frame, ".card-edit"),
  q: (frame) => open(frame, ".card-edit"),
  l: (frame) => open(frame, ".card-decline"),
  i: (frame) => { const d = frame.querySelector(".card-side"); d.open = !d.open; },
  w: (frame) => frame.querySelector("a.card-writer")?.click(),
  b: ban,
};
const anywhere = {
  j: () => move(1),
  k: () => move(-1),
  z: () => undoLast(nth),
  g: () => { going = true; },
  "?": () => keys?.showModal(),
  "/": () => find(),
  t: () => {
    const tabs = [...document.querySelectorAll(".desk-tabs [data-queue]")];
    tabs[(tabs.findIndex((tab) => tab.hasAttribute("aria-current")) + 1) % tabs.length]?.click();
  },
};
const find = () => {
  const field = document.getElementById("desk-q");
  field?.focus();
  field?.select();
};

// keyOf returns the key of an event in lower case. On a layout of another script, such
// as the Arabic one, it is what the same key has on a Latin layout.
const keyOf = (event) => {
  if (/^[ -~]+$/.test(event.key)) return event.key.toLowerCase();
  if (event.code === "Slash") return event.shiftKey ? "?" : "/";
  return event.code.replace(/^(Key|Digit|Numpad)(?=.$)/, "").toLowerCase();
};

// nth is the digit typed before z: 2 undoes the operation before the last.
let nth = 1;

// After g a digit opens a page of the menu, and b the field of the breaking line.
let going = false;
const go = (key) => {
  const link = going && (key === "b" ? document.querySelector(".desk-breaking") : /^[1-9]$/.test(key) && document.querySelectorAll(".desk-head nav a")[key - 1]);
  going = false;
  link?.click?.();
  return Boolean(link);
};

// press carries out the action of a key and reports whether the key has one.
const press = (event) => {
  const key = keyOf(event);
  if (!event.ctrlKey && !event.shiftKey && go(key)) return true;
  if (key !== "z") nth = 1;
  if (event.ctrlKey) return key === "f" && document.getElementById("desk-q") && (find(), true);
  if (event.shiftKey && key === "x") {
    const boxes = [...document.querySelectorAll(".card-pick input")];
    const on = boxes.some((box) => !box.checked);
    for (const box of boxes) box.checked = on;
    picked();
    return true;
  }
  if (event.shiftKey && bulk[key]) return decideBulk(bulk[key]), true;
  const frame = current() ?? (cards ? null : frames()[0]);
  // In the open menu each reason has its key.
  const reason = frame && [...frame.querySelectorAll(".card-decline[open] button[name=decline]")]
    .find((button) => button.querySelector("kbd")?.textContent === key);
  if (reason) return reason.click(), true;
  if (key === "escape" && frame) return close(frame), true;
  if (/^[2-5]$/.test(key)) return nth = Number(key), true;
  if (anywhere[key]) {
    anywhere[key]();
    nth = 1;
    return true;
  }
  if (!frame) return false;
  if (!visible(frame) && (onCard[key] || actions[key])) return focus(frame), true;
  if (onCard[key]) return onCard[key](frame), true;
  const button = actions[key] && frame.querySelector(`.card-form [value="${actions[key]}"]`);
  return Boolean(button) && (button.click(), true);
};

if (queue) {
  // The key that opened a field must not write into it while it is held down.
  let pressed = "";
  document.addEventListener("keyup", () => { pressed = ""; });
  document.addEventListener("keydown", (event) => {
    if (event.repeat && event.code === pressed) return event.preventDefault();
    if (event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select")) {
      if (event.key === "Escape" && current()) close(current());
      return;
    }
    if (document.body.dataset.keys === "off" && event.key !== "Escape") return;
    // A key that is held down only moves; it repeats no decision.
    if (event.repeat && !/^([jk]|tab|arrow.*|page.*|home|end)$/.test(keyOf(event))) return event.preventDefault();
    if (!press(event)) return;
    if (!/^[jk]$/.test(keyOf(event))) pressed = event.code;
    event.preventDefault();
  });
  addEventListener("pageshow", picked);
  if (!document.getElementById("error")) focus(frames()[0]);
}
