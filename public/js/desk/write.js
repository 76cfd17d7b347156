// The form of an article saves the text while it is typed. The browser also stores the text
// until the server has it, so neither a lost connection nor an ended session loses a word.
// The first save of a new article creates it.

const writing = document.getElementById("story-form");
if (writing && (writing.dataset.autosave || writing.dataset.create)) {
  // A save begins calm ms after the last key, and at most most ms after the first unsaved key.
  // After each failure the next attempt waits longer, up to patient ms.
  const calm = 3000, most = 6000, patient = 10000;
  // Browsers send at most 64 KiB in all requests with keepalive; this leaves some room, in bytes.
  const leavable = 63000;
  // The sign-in dialog does not open again for this long after it was closed, in ms.
  const unasked = 60000;
  const said = document.getElementById("edit-saved");
  const names = ["title", "standfirst", "body", "tags", "byline", "slug", "language", "picture"];
  const times = ["publish_at", "apply_at", "withdraw_at", "embargo"];
  const version = writing.elements.version;
  const values = () => names.map((name) => writing.elements[name]?.value ?? "");
  const text = () => values().join("\u0000");
  // An autosave stores no times, but the server says which of them it would refuse.
  const clocks = () => times.map((name) => writing.elements[name]?.value ?? "").join();
  // sections has the ticked sections and the main one.
  const sections = () => [...writing.querySelectorAll(".edit-sections input:checked")].map((input) => input.name + input.value).join();
  let sent = text(), seen = clocks(), first = 0, timer = 0, busy = null, stopped = false, refused = "";
  let fails = 0, next = 0, closed = 0;

  // The server recognises the saves of this page by the fields tab and nth, even if an answer
  // was lost: they are not changes of a colleague.
  const hidden = (name, value) => {
    const field = Object.assign(document.createElement("input"), { type: "hidden", name, value });
    writing.append(field);
    return field;
  };
  const page = crypto.getRandomValues(new Uint32Array(4)).join("");
  hidden("tab", page);
  const nth = hidden("nth", 0);
  const count = () => { nth.value = Number(nth.value) + 1; };

  const filled = () => packed(new FormData(writing));
  const send = (address, body, keepalive) => fetch(address, {
    method: "POST", body, keepalive, headers: { Accept: "application/json", "Content-Type": packedForm },
  });
  const short = (body) => body.length < leavable && new Blob([body]).size < leavable;

  const say = (message, wrong) => {
    said.textContent = message;
    said.classList.toggle("edit-unsaved", Boolean(wrong));
  };

  // tooLong reports whether the server would refuse the form because of its size, and says it
  // at the text. The browser sends the lines of a form with two characters at their ends.
  const above = (part, most) => part.length * 4 > most && new Blob([part.replaceAll("\n", "\r\n")]).size > most;
  const tooLong = (body = filled()) => {
    const long = above(body, writing.dataset.maxForm) || above(writing.elements.body.value, writing.dataset.maxBody);
    if (long) {
      nameWrong([{ field: "body", reason: writing.dataset.tooLong }]);
      say(writing.dataset.tooLong, true);
    } else if (wrong.get("body") === writing.dataset.tooLong) {
      nameWrong([...wrong].filter(([field]) => field !== "body").map(([field, reason]) => ({ field, reason })));
    }
    return long;
  };

  // wrong has the reasons at the fields that the server refuses. A reason that came with the
  // page is removed when its field has another value.
  const wrong = new Map();
  const came = [...writing.querySelectorAll("[aria-invalid]")].filter((field) => field.name).map((field) => [field, field.value]);
  const nameWrong = (list) => {
    const now = new Map(list.map(({ field, reason }) => [field, reason]));
    for (const [field, value] of came) if (field.value !== value && !now.has(field.name)) wrong.set(field.name, "");
    for (const field of wrong.keys()) if (!now.has(field)) markField(document.getElementById(field), "");
    wrong.clear();
    for (const [field, reason] of now) {
      wrong.set(field, reason);
      markField(document.getElementById(field), reason);
    }
  };

  // The browser keeps the text of each page of its own, so that two tabs with one story
  // do not lose each other's.
  const place = () => `broadsheet:${writing.dataset.autosave || writing.dataset.create}`;
  const kept = {
    store: `${place()}#${page}`,
    full: false,
    put() {
      try {
        localStorage.setItem(kept.store, JSON.stringify({ version: version.value, format: writing.elements.format?.value, at: Date.now(), values: values() }));
        kept.full = false;
      } catch { kept.full = true; }
    },
    take(store) {
      try { return JSON.parse(localStorage.getItem(store)); } catch { return null; }
    },
    drop(store = kept.store) {
      try { localStorage.removeItem(store); } catch { /* a closed store */ }
    },
    // others returns the stores of earlier pages with this story, the newest first.
    others() {
      try {
        return Object.keys(localStorage).filter((store) => store !== kept.store && (store === place() || store.startsWith(`${place()}#`)))
          .sort((a, b) => (kept.take(b)?.at ?? 0) - (kept.take(a)?.at ?? 0));
      } catch { return []; }
    },
  };
  const put = (list) => {
    names.forEach((name, i) => { if (writing.elements[name] && list[i] !== undefined) writing.elements[name].value = list[i]; });
    writing.dispatchEvent(new CustomEvent("write:filled"));
  };
  // unsaved shows that the server does not have the text, and whether the browser has.
  const unsaved = (message) => say(kept.full ? writing.dataset.full : message, true);

  // change returns the shortest part of a text to replace, so that it becomes the other text.
  const change = (from, to) => {
    let start = 0, end = 0;
    while (start < from.length && from[start] === to[start]) start++;
    while (end < Math.min(from.length, to.length) - start && from.at(-1 - end) === to.at(-1 - end)) end++;
    return { start, end: from.length - end, text: to.slice(start, to.length - end) };
  };
  // both makes two changes of a text, or returns undefined if they meet.
  const both = (before, mine, theirs) => {
    if (mine === before) return theirs;
    if (theirs === before) return mine;
    const [first, second] = [change(before, mine), change(before, theirs)].sort((a, b) => a.start - b.start);
    if (first.end >= second.start) return undefined;
    return before.slice(0, first.start) + first.text + before.slice(first.end, second.start) + second.text + before.slice(second.end);
  };
  // merged puts a colleague's changes into the form, beside what the editor has typed since the
  // save. A value that the server could not store stays in its field.
  const merged = (theirs, before, ticked) => {
    const now = values(), old = before.split("\u0000");
    const list = names.map((name, i) => (theirs[name] === undefined || wrong.has(name) ? now[i] : both(old[i], now[i], theirs[name])));
    if (list.includes(undefined)) return false;
    if (list.some((part, i) => part !== now[i])) put(list);
    if (sections() === ticked) document.dispatchEvent(new CustomEvent("write:sections", { detail: theirs.categories }));
    return true;
  };

  // created makes the form of a new article the form of the stored article.
  const created = ({ address, autosave }) => {
    if (!address) return;
    kept.drop();
    writing.setAttribute("action", address); // the buttons are named action, too
    writing.dataset.autosave = autosave;
    kept.store = `${place()}#${page}`;
    hold();
    history.replaceState(history.state, "", address);
  };

  const took = (data, now, ticked, begun, sign) => {
    fails = 0;
    nameWrong(data.wrong ?? []);
    if (!writing.dataset.autosave) created(data);
    // If the editor has typed on where the colleague's text is, the next save merges again: it
    // still carries the older version.
    const stored = names.map((name, i) => (wrong.has(name) ? undefined : data.merged?.[name]) ?? now.split("\u0000")[i]).join("\u0000");
    if (!data.merged || merged(data.merged, now, ticked)) {
      version.value = data.version;
      sent = stored;
    } else {
      sent = "";
    }
    first = text() === sent ? 0 : begun; // letters typed since then are not saved yet
    if (text() === sent && !names.some((name) => wrong.has(name))) kept.drop();
    else kept.put();
    writing.dispatchEvent(new CustomEvent("write:saved", { detail: data }));
    if (data.error) say(data.error, true);
    else if (!sign || said.classList.contains("edit-unsaved")) say(writing.dataset.saved.replace("{at}", data.at ?? ""));
    const others = document.getElementById("edit-others");
    if (others && others.textContent !== (data.others ?? "")) others.textContent = data.others ?? "";
  };

  const save = (sign, leaving) => {
    clearTimeout(timer);
    const same = text() === sent;
    if (busy || stopped || same && clocks() === seen && sign !== true) return busy;
    busy = attempt(same, leaving === true).finally(() => {
      busy = null;
      if (!stopped && (text() !== sent && text() !== refused || clocks() !== seen)) plan();
    });
    return busy;
  };
  // attempt sends the text. sign means that no text changed: the request only shows colleagues
  // that the form is open, and asks about the times. Only a request while leaving, and the one that creates an article,
  // uses keepalive, because the browser limits the total size of these requests.
  const attempt = async (sign, leaving) => {
    const now = text(), ticked = sections(), begun = Date.now();
    seen = clocks();
    count();
    const body = filled();
    if (tooLong(body)) return void (refused = now);
    let answer, data = {};
    try {
      answer = await send(writing.dataset.autosave || writing.dataset.create, body, (leaving || !writing.dataset.autosave) && short(body));
      if (answer.headers.get("content-type")?.includes("json")) data = await answer.json();
    } catch {
      later();
      if (!sign) unsaved(navigator.onLine === false ? writing.dataset.offline : writing.dataset.unsaved);
      return;
    }
    if (answer.ok && data.version !== undefined) return took(data, now, ticked, begun, sign);
    later();
    if (answer.status === 401) {
      unsaved(writing.dataset.signedOut);
      if (!sign && Date.now() - closed > unasked) {
        await signInHere();
        closed = Date.now();
      }
    } else if (answer.status === 409) {
      stopped = true; // the answer to Save shows the overlap
      say(data.error || writing.dataset.overlap, true);
    } else {
      // The same text would be refused again.
      if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) refused = now;
      if (data.wrong) nameWrong(data.wrong);
      else if (answer.status === 413) nameWrong([{ field: "body", reason: writing.dataset.tooLong }]);
      if (!sign && answer.status === 422 && data.error) say(data.error, true);
      else if (!sign && answer.status === 413) say(writing.dataset.tooLong, true);
      else if (!sign) unsaved(data.error || data.message || writing.dataset.unsaved);
    }
  };
  const later = () => {
    fails++;
    next = Date.now() + Math.min(patient, 1000 * 2 ** fails);
  };
  const soon = () => {
    fails = next = closed = 0;
    save();
  };
  const plan = () => {
    clearTimeout(timer);
    first ||= Date.now();
    const now = Date.now();
    timer = setTimeout(save, Math.max(0, next - now, Math.min(calm, first + most - now)));
  };
  document.addEventListener("desk:signed-in", () => Promise.resolve(busy).then(soon));

  // leave sends the unsaved text when the page is hidden, because it may not be shown again.
  // The browser finishes the request even after the page is gone.
  let left = sent;
  const leave = () => {
    const now = text();
    if (stopped || now === sent) return;
    kept.put();
    if (!busy) {
      left = now;
      return void save(false, true);
    }
    if (left === now || !writing.dataset.autosave) return;
    count();
    const body = filled();
    if (!short(body)) return;
    left = now;
    send(writing.dataset.autosave, body, true).catch(() => {});
  };

  // A text in Markdown that becomes HTML is rendered by the server first.
  let rendered = false;
  writing.elements.format?.addEventListener("change", async (event) => {
    const { format, body } = writing.elements;
    if (rendered || format.value !== "html" || !body.value.trim()) return;
    event.stopPropagation();
    const answer = await send(body.dataset.paste, packed([["html", body.value], ["format", "markdown"]])).catch(() => null);
    if (answer?.ok) body.value = (await answer.json()).html;
    rendered = true;
    format.dispatchEvent(new Event("change", { bubbles: true }));
    rendered = false;
    plan();
  });

  const sign = () => { if (writing.dataset.autosave && document.visibilityState === "visible" && text() === sent) save(true); };
  setInterval(sign, 60000);
  sign();

  let keeping = 0;
  writing.addEventListener("input", () => {
    clearTimeout(keeping);
    keeping = setTimeout(() => (text() === sent ? kept.drop() : kept.put()), 300);
    plan();
  });
  addEventListener("online", soon);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") leave(); });
  addEventListener("pagehide", leave);
  let leaves = false;
  writing.addEventListener("submit", (event) => {
    if (tooLong()) {
      event.preventDefault();
      kept.put();
      return void document.getElementById("body-error").scrollIntoView({ block: "center" });
    }
    // A new article is not stored twice.
    if (busy && !writing.dataset.autosave) {
      event.preventDefault();
      const { submitter } = event;
      return void busy.then(() => writing.requestSubmit(submitter));
    }
    count();
    leaves = true;
    clearTimeout(timer);
    clearTimeout(keeping);
    stopped = true;
    kept.put(); // until the next page shows that the server has it
  });
  addEventListener("pageshow", (event) => { if (event.persisted) stopped = leaves = false; });
  // A text that can be sent while the page is left needs no question. It is sent here, because
  // Chromium loses some of the requests that begin in "pagehide".
  addEventListener("beforeunload", (event) => {
    if (!leaves) leave();
    if (leaves || text() === sent || !stopped && fails === 0 && navigator.onLine !== false && short(filled())) return;
    kept.put();
    event.preventDefault();
  });

  // offer asks the editor whether to take over a text that an earlier page could not save.
  const offer = (store) => {
    const old = kept.take(store);
    if (!old || old.values.join("\u0000") === text() || old.values.join("").trim() === "") return kept.drop(store);
    const box = writing.querySelector("template.edit-offer")?.content.firstElementChild.cloneNode(true);
    if (!box) return;
    box.querySelector("bdi").textContent = new Date(old.at).toLocaleString(document.documentElement.lang);
    box.querySelector("[value=take]").onclick = async () => {
      // The text of this page is saved before the other one replaces it.
      if (text() !== sent) await save();
      if (text() !== sent) return;
      put(old.values);
      if (old.version !== "") version.value = old.version;
      kept.put();
      if (!kept.full) kept.drop(store);
      box.remove();
      plan();
    };
    box.querySelector("[value=drop]").onclick = () => { kept.drop(store); box.remove(); };
    writing.querySelector(".edit-main").prepend(box);
  };
  // A new article that was saved has another address now.
  const same = (old) => old && old.values.slice(0, 3).every((part, i) => part === values()[i]);
  try {
    for (const store of Object.keys(localStorage)) {
      if (store.startsWith("broadsheet:") && store !== kept.store && sent.trim() && same(kept.take(store))) kept.drop(store);
    }
  } catch { /* a closed store */ }
  // An open tab holds a lock on its store, so that other tabs do not offer its text.
  const hold = () => navigator.locks?.request(kept.store, () => new Promise(() => {})).catch(() => {});
  hold();
  for (const store of kept.others()) {
    if (!navigator.locks || !store.includes("#")) offer(store);
    else navigator.locks.request(store, { signal: AbortSignal.timeout(3000) }, () => offer(store)).catch(() => {});
  }
}
