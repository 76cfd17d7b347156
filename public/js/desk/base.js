// The frame of the desk: messages with their undo, requests, forms that are sent
// once. Every button is a plain form that works without these files. The files of
// this folder are joined into one module, in the order of their names.

document.getElementById("error")?.focus();

const queue = document.querySelector(".desk-queue, .desk-page");
const status = document.getElementById("desk-status");
const page = async (address) => {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(queue.dataset.failed);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
};

// say tells what was done, and offers to take it back. signIn is the address
// of the sign-in where the session has ended.
const say = (text, operation, signIn) => {
  const p = document.createElement("p");
  p.id = "desk-said";
  p.textContent = text;
  status.replaceChildren(p);
  if (signIn) {
    const link = document.createElement("a");
    Object.assign(link, { href: signIn, target: "_blank", rel: "noopener", textContent: queue.dataset.signIn });
    status.append(link);
  }
  if (!operation) return;
  const button = document.createElement("button");
  button.type = "button";
  button.append(queue.dataset.undo + " ");
  const key = document.createElement("kbd");
  key.textContent = "z";
  key.ariaHidden = "true";
  button.setAttribute("aria-describedby", "desk-said");
  button.append(key);
  button.addEventListener("click", () => undo(operation));
  status.append(button);
};

const post = async (address, fields) => {
  let answer, data;
  try {
    answer = await fetch(address, { method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams(fields) });
    data = await answer.json();
  } catch {
    throw new Error(queue.dataset.failed);
  }
  if (!answer.ok) throw Object.assign(new Error(data.message), { signIn: data.sign_in });
  return data;
};

// count shows the numbers of comments on the tabs.
const count = (counts) => {
  for (const [name, n] of Object.entries(counts ?? {})) {
    const place = document.querySelector(`.desk-tabs [data-queue="${name}"] .count`);
    if (place) place.textContent = n.toLocaleString(document.documentElement.lang);
  }
};

// undo takes an operation back and tells the page, which puts its cards back.
let undoing = false;
const undo = async (operation) => {
  if (undoing) return;
  undoing = true;
  try {
    const data = await post("/desk/undo", { operation });
    say(data.message);
    count(data.counts);
    document.dispatchEvent(new CustomEvent("desk:undone", { detail: { operation, data } }));
  } catch (problem) {
    say(problem.message, "", problem.signIn);
  } finally {
    undoing = false;
  }
};

if (queue) {
  // A form of plain HTML is sent once, also on a slow line.
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if ("sent" in event.target.dataset) return event.preventDefault();
    event.target.dataset.sent = "";
  });
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });
}
