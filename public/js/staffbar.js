// The bar of the staff on public pages. Every button is a plain form that works
// without this file. With it, a decision changes its comment in place.
const bar = document.getElementById("staffbar"), said = document.getElementById("staff-said");

const tell = (text) => { said.replaceChildren(Object.assign(document.createElement("p"), { textContent: text })); };

// replace puts a comment, without its replies, in the place of the one that is shown.
const replace = (fresh, id) => {
  const now = document.getElementById(id), then = fresh.getElementById(id);
  if (!now || !then) return false;
  const body = (item) => item.querySelector(":scope > .comment-body, :scope > .comment-gone");
  now.className = then.className;
  body(now)?.replaceWith(body(then));
  now.focus(); // not a button of it: a held key must not decide again
  return true;
};

let busy = false;
const send = async (form, button) => {
  const fields = new URLSearchParams(new FormData(form, button)), place = new URL(fields.get("back"), location).hash.slice(1);
  let answer;
  try {
    answer = await fetch(form.action, { method: "POST", body: fields });
    if (!answer.ok) { // the browser shows why, and offers the sign-in
      form.dataset.whole = "";
      return form.requestSubmit(button);
    }
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!fresh.getElementById("staffbar") || !replace(fresh, place)) return location.assign(answer.url);
    bar.querySelector("ul").replaceWith(fresh.querySelector("#staffbar ul"));
    said.replaceChildren(...fresh.getElementById("staff-said").children);
  } catch {
    tell(bar.dataset.failed);
  }
};

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches(".staff-actions form, #staff-said form")) return;
  if ("whole" in form.dataset) return;
  event.preventDefault();
  if (busy) return;
  busy = true;
  await send(form, event.submitter);
  busy = false;
});

// Keys press what the bar has, except while one types. On a layout of another script a key is
// what it is on a Latin one.
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || bar.dataset.keys === "off") return;
  if (event.target.closest?.("input, textarea, select, [contenteditable=true]")) return;
  const key = /^[a-z]$/.test(event.key) ? event.key : event.code.replace(/^Key(?=.$)/, "").toLowerCase();
  const what = /^[a-z]$/.test(key) && bar.querySelector(`[aria-keyshortcuts="${key}"]`);
  if (!what) return;
  event.preventDefault();
  what.click();
});
