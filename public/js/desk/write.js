// The form of an article: the text is saved while it is typed. It is also kept in this
// browser until the server has it, so neither a lost line nor an ended session loses a word.

const writing = document.getElementById("story-form");
if (writing?.dataset.autosave) {
  // Seconds after the last key, and at most that many after the first unsaved one.
  const calm = 3000, most = 6000;
  const said = document.getElementById("edit-saved"), store = `broadsheet:${writing.dataset.autosave}`;
  const names = ["title", "standfirst", "body", "tags", "byline", "slug", "language", "picture"];
  const version = writing.elements.version;
  const fields = () => new URLSearchParams(new FormData(writing));
  const text = () => names.map((name) => writing.elements[name]?.value ?? "").join("\u0000");
  let sent = text(), first = 0, timer = 0, busy = false, stopped = false;

  const say = (message, wrong) => {
    said.textContent = message;
    said.classList.toggle("edit-unsaved", Boolean(wrong));
  };
  const kept = {
    put() {
      try { localStorage.setItem(store, JSON.stringify({ version: version.value, at: Date.now(), values: names.map((n) => writing.elements[n]?.value ?? "") })); } catch { /* a full or closed store */ }
    },
    take() {
      try { return JSON.parse(localStorage.getItem(store)); } catch { return null; }
    },
    drop() {
      try { localStorage.removeItem(store); } catch { /* as above */ }
    },
  };
  const put = (values) => {
    names.forEach((name, i) => { if (writing.elements[name] && values[i] !== undefined) writing.elements[name].value = values[i]; });
    writing.dispatchEvent(new CustomEvent("write:filled"));
  };

  // merged puts a colleague's changes into the form, unless the editor has typed on.
  const merged = (theirs, before) => {
    if (text() !== before) return false;
    put(names.map((name) => theirs[name]));
    return true;
  };

  // save sends the text. A sign is sent without a change: it tells who has the form open.
  const save = async (leaving, sign) => {
    clearTimeout(timer);
    const now = text(), begun = Date.now();
    if (busy || stopped || now === sent && !sign) return;
    busy = true;
    try {
      const body = fields();
      const answer = await fetch(writing.dataset.autosave, { method: "POST", headers: { Accept: "application/json" }, body, keepalive: leaving && body.toString().length < 60000 });
      const data = answer.headers.get("content-type")?.includes("json") ? await answer.json() : {};
      if (answer.ok) {
        // A merged text that could not be shown, because the editor typed on, is merged
        // again by the next save: it still carries the older version.
        if (!data.merged || merged(data.merged, now)) {
          version.value = data.version;
          sent = data.merged ? text() : now;
        } else {
          sent = "";
        }
        first = text() === now ? 0 : begun; // letters typed since then are not saved yet
        if (text() === sent) kept.drop();
        writing.dispatchEvent(new CustomEvent("write:saved", { detail: data }));
        if (!sign) say(writing.dataset.saved.replace("{at}", data.at ?? ""));
        const others = document.getElementById("edit-others");
        if (others.textContent !== (data.others ?? "")) others.textContent = data.others ?? "";
      } else if (answer.status === 401) {
        say(writing.dataset.signedOut, true);
        busy = false;
        if (!leaving && !sign && await signInHere()) return save();
        return;
      } else if (answer.status === 409) {
        stopped = true; // pressing Save asks the question
        say(data.error || writing.dataset.overlap, true);
      } else if (!sign) {
        say(data.error || writing.dataset.unsaved, true);
      }
    } catch {
      if (!sign) say(navigator.onLine === false ? writing.dataset.offline : writing.dataset.unsaved, true);
    } finally {
      busy = false;
      if (!stopped && text() !== sent) plan();
    }
  };
  const plan = () => {
    clearTimeout(timer);
    first ||= Date.now();
    timer = setTimeout(save, Math.max(0, Math.min(calm, first + most - Date.now())));
  };

  // A text in Markdown that becomes HTML is rendered by the server first.
  let rendered = false;
  writing.elements.format.addEventListener("change", async (event) => {
    const { format, body } = writing.elements;
    if (rendered || format.value !== "html" || !body.value.trim()) return;
    event.stopPropagation();
    const fields = new URLSearchParams({ html: body.value, format: "markdown" });
    const answer = await fetch(body.dataset.paste, { method: "POST", headers: { Accept: "application/json" }, body: fields }).catch(() => null);
    if (answer?.ok) body.value = (await answer.json()).html;
    rendered = true;
    format.dispatchEvent(new Event("change", { bubbles: true }));
    rendered = false;
    plan();
  });

  const sign = () => { if (document.visibilityState === "visible" && text() === sent) save(false, true); };
  setInterval(sign, 60000);
  sign();

  let keeping = 0;
  writing.addEventListener("input", () => {
    clearTimeout(keeping);
    keeping = setTimeout(kept.put, 300);
    plan();
  });
  addEventListener("online", () => save());
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(true); });
  addEventListener("pagehide", () => save(true));
  let leaves = false;
  writing.addEventListener("submit", () => {
    leaves = true;
    clearTimeout(timer);
    stopped = true;
    kept.put(); // until the next page shows that the server has it
  });
  addEventListener("beforeunload", (event) => { if (!leaves && text() !== sent) event.preventDefault(); });

  // A text that an earlier page could not save is offered, and never put in by itself.
  const old = kept.take();
  if (old && old.values.join("\u0000") !== text()) {
    const offer = writing.querySelector("template.edit-offer")?.content.firstElementChild.cloneNode(true);
    if (offer) {
      offer.querySelector("bdi").textContent = new Date(old.at).toLocaleString(document.documentElement.lang);
      offer.querySelector("[value=take]").onclick = () => { put(old.values); version.value = old.version; offer.remove(); plan(); };
      offer.querySelector("[value=drop]").onclick = () => { kept.drop(); offer.remove(); };
      writing.querySelector(".edit-main").prepend(offer);
    }
  } else {
    kept.drop();
  }
}
