// The queue by keyboard. Every button is a plain form that works without
// this file; with it a decision needs no new page.

document.getElementById("error")?.focus();

const queue = document.querySelector(".desk-queue");
const cards = document.getElementById("cards");
const status = document.getElementById("desk-status");
if (queue && cards) {
  const keys = document.getElementById("keys");
  // WordPress's keys and Coral's.
  const actions = { a: "approve", f: "approve", u: "hold", s: "spam", d: "trash" };
  const frames = () => [...cards.querySelectorAll(".card-frame:not(.leaving)")];
  const current = () => document.activeElement?.closest(".card-frame:not(.leaving)") ?? null;
  const focus = (frame) => frame?.querySelector(".card").focus();

  const move = (by) => {
    const all = frames();
    const at = all.indexOf(current());
    focus(all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + by))]);
  };

  // say tells what was done, and offers to take it back.
  const say = (text, operation) => {
    const p = document.createElement("p");
    p.textContent = text;
    status.replaceChildren(p);
    if (!operation) return;
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.operation = operation;
    button.append(queue.dataset.undo + " ");
    const key = document.createElement("kbd");
    key.textContent = "z";
    button.append(key);
    button.addEventListener("click", () => undo(operation));
    status.append(button);
  };

  const post = async (address, fields) => {
    const answer = await fetch(address, { method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams(fields) });
    const data = await answer.json();
    if (!answer.ok) throw new Error(data.message);
    return data;
  };

  // The same page again: what another moderator has done in between shows.
  const reload = async () => {
    const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
    for (const id of ["cards"]) document.getElementById(id).replaceChildren(...page.getElementById(id).childNodes);
    document.querySelector(".desk-tabs").replaceWith(page.querySelector(".desk-tabs"));
    const more = document.getElementById("more"), next = page.getElementById("more");
    if (more && next) more.href = next.href;
  };

  // deal fetches the next cards while there are still some to look at.
  let dealing = null;
  const deal = () => {
    const more = document.getElementById("more");
    if (dealing || !more || frames().length > 8) return dealing;
    dealing = (async () => {
      const page = new DOMParser().parseFromString(await (await fetch(more.href)).text(), "text/html");
      const known = new Set(frames().map((f) => f.querySelector(".card").id));
      for (const frame of page.querySelectorAll(".card-frame")) {
        if (!known.has(frame.querySelector(".card").id)) cards.append(document.adoptNode(frame));
      }
      const next = page.getElementById("more");
      if (next) more.href = next.href;
      else more.parentElement.remove();
    })().catch(() => {}).finally(() => { dealing = null; });
    return dealing;
  };

  const count = (counts) => {
    for (const [name, n] of Object.entries(counts ?? {})) {
      const place = document.querySelector(`.desk-tabs a[href$="state=${name}"] .count`);
      if (place) place.textContent = n;
    }
  };

  // decide takes the card away at once; if the server says no, it comes back.
  const decide = async (frame, action, form) => {
    const fields = new FormData(form);
    fields.set("do", action);
    const all = frames(), at = all.indexOf(frame);
    frame.classList.add("leaving");
    focus(all[at + 1] ?? all[at - 1]);
    try {
      const data = await post(form.action, fields);
      say(data.message, data.operation);
      count(data.counts);
      if (data.conflict || data.stays) { await reload(); focus(frames()[Math.min(at, frames().length - 1)]); } else frame.remove();
      if (!frames().length) await deal();
      if (!current()) focus(frames()[0]);
    } catch (problem) {
      frame.classList.remove("leaving");
      focus(frame);
      say(problem.message);
    }
    deal();
  };

  const undo = async (operation) => {
    try {
      const data = await post("/desk/undo", { operation });
      await reload();
      say(data.message);
      count(data.counts);
      focus(document.getElementById("card-" + data.comment)?.closest(".card-frame") ?? frames()[0]);
    } catch (problem) {
      say(problem.message);
    }
  };

  cards.addEventListener("submit", (event) => {
    const form = event.target.closest(".card-form");
    if (!form || !event.submitter) return;
    event.preventDefault();
    decide(form.closest(".card-frame"), event.submitter.value, form);
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || keys.open) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select")) return;
    const frame = current();
    const key = event.key.toLowerCase();
    if (key === "?") keys.showModal();
    else if (key === "j") move(1);
    else if (key === "k") move(-1);
    else if (key === "z") status.querySelector("button")?.click();
    else if (key === "t") {
      const tabs = [...document.querySelectorAll(".desk-tabs a")];
      const at = tabs.findIndex((tab) => tab.hasAttribute("aria-current"));
      tabs[(at + 1) % tabs.length].click();
    } else if (frame && key === "x") frame.querySelector(".card-pick input").click();
    else if (frame && (key === "r" || key === "e" || key === "o")) frame.querySelector(".card-head .meta a").click();
    else if (frame && actions[key]) {
      const form = frame.querySelector(".card-form");
      if (form.querySelector(`[value="${actions[key]}"]`)) decide(frame, actions[key], form);
    } else return;
    event.preventDefault();
  });

  focus(frames()[0]);
}
