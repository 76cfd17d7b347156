// The frame of the desk: the foot with its messages and their undo, requests, and forms that
// are sent once. Every button is a plain form that works without these files. The server
// joins the files of this folder into one module, in the order of their names.

document.getElementById("error")?.focus();

const queue = document.querySelector(".desk-queue, .desk-page");
const foot = document.querySelector(".desk-foot");
const status = document.getElementById("desk-status");
const earlier = document.getElementById("desk-earlier");
// page fetches a page of the desk. If the session has ended it opens the sign-in dialog, and
// fetches the page once more.
const page = async (address, again = true) => {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(foot.dataset.failed);
  if (answer.redirected && new URL(answer.url).pathname.startsWith("/login")) {
    if (again && await signInHere()) return page(address, false);
    throw new Error(foot.dataset.failed);
  }
  return new DOMParser().parseFromString(await answer.text(), "text/html");
};

// undoButton makes the button that undoes one operation.
const undoButton = (operation, describedBy) => {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.operation = operation;
  button.setAttribute("aria-describedby", describedBy);
  button.append(foot.dataset.undo);
  return button;
};

const maxEarlier = 5;
let remembered = 0;
// remember moves the message at the foot to the earlier ones if its operation can be undone.
const remember = () => {
  const operation = operationAt(status.querySelector("button"));
  if (!operation) return;
  const li = document.createElement("li"), text = document.createElement("span");
  text.id = `desk-was-${++remembered}`;
  const said = document.getElementById("desk-said");
  text.textContent = said.dataset.done ?? said.textContent;
  li.append(text, " ", undoButton(operation, text.id));
  const list = earlier.querySelector("ol");
  list.prepend(li);
  while (list.children.length > maxEarlier) list.lastElementChild.remove();
  earlier.hidden = false;
};

// operationAt returns the operation that a button of the foot undoes.
const operationAt = (button) => button?.dataset.operation ?? button?.form?.elements.operation?.value ?? "";

// forget removes an operation from the foot, because it is undone or cannot be undone.
const forget = (operation) => {
  for (const button of foot.querySelectorAll("button")) {
    if (operationAt(button) === operation) (button.closest("li") ?? button.closest("form") ?? button).remove();
  }
  if (!earlier.querySelector("li")) earlier.hidden = true;
};

// say shows a message at the foot, with a button that undoes an operation. signIn is the
// address of the sign-in page if the session has ended.
const say = (text, operation, signIn) => {
  remember();
  const p = document.createElement("p");
  p.id = "desk-said";
  p.textContent = text;
  status.replaceChildren(p);
  if (signIn) {
    const link = document.createElement("a");
    Object.assign(link, { href: signIn, target: "_blank", rel: "noopener", textContent: foot.dataset.signIn });
    status.append(link);
  }
  if (!operation) return;
  const button = undoButton(operation, "desk-said"), key = document.createElement("kbd");
  key.textContent = "z";
  key.ariaHidden = "true";
  button.append(" ", key);
  status.append(button);
};

// post sends fields and returns the answer. If the session has ended it opens the sign-in
// dialog, and sends the same fields once more.
const post = async (address, fields, again = true) => {
  let answer, data;
  try {
    answer = await fetch(address, { method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams(fields) });
    data = await answer.json();
  } catch {
    throw new Error(foot.dataset.failed);
  }
  if (data.sign_in && again && await signInHere()) return post(address, fields, false);
  if (!answer.ok) throw Object.assign(new Error(data.message), { signIn: data.sign_in });
  return data;
};

// count shows the numbers of comments on the tabs, and the number of held ones in the title.
const count = (counts) => {
  for (const [name, n] of Object.entries(counts ?? {})) {
    const place = document.querySelector(`.desk-tabs [data-queue="${name}"] .count`);
    if (place) place.textContent = n.toLocaleString(document.documentElement.lang);
  }
  if (counts) document.dispatchEvent(new CustomEvent("desk:counted"));
  if (counts?.hold === undefined) return;
  const title = document.title.replace(/^\(\P{L}*\) /u, "");
  document.title = counts.hold ? `(${counts.hold.toLocaleString(document.documentElement.lang)}) ${title}` : title;
};

const undoing = new Set(); // operations whose undo is not answered yet
// undo undoes an operation and sends the event desk:undone, at which the page restores cards.
const undo = async (operation) => {
  if (!operation || undoing.has(operation)) return;
  undoing.add(operation);
  try {
    const data = await post("/desk/undo", { operation });
    if (data.next) return location.assign(data.next); // the page shows what was undone
    forget(operation);
    say(data.message);
    count(data.counts);
    document.dispatchEvent(new CustomEvent("desk:undone", { detail: { operation, data } }));
  } catch (problem) {
    if (!problem.signIn && problem.message !== foot.dataset.failed) forget(operation);
    say(problem.message, "", problem.signIn);
  } finally {
    undoing.delete(operation);
  }
};
// undoLast undoes the nth newest operation that is not undone yet.
const undoLast = (nth = 1) => {
  const buttons = [...foot.querySelectorAll("#desk-status button, #desk-earlier button")];
  undo(buttons.map(operationAt).filter((operation) => operation && !undoing.has(operation))[nth - 1]);
};

if (foot) {
  foot.addEventListener("click", (event) => {
    const operation = operationAt(event.target.closest("#desk-status button, #desk-earlier button"));
    if (!operation) return;
    event.preventDefault();
    undo(operation);
  });
  // The foot never covers the element with the focus.
  new ResizeObserver(() => {
    document.documentElement.style.scrollPaddingBlockEnd = `${foot.offsetHeight + 16}px`;
  }).observe(foot);
}

if (queue) {
  // A form of plain HTML is sent only once, even on a slow connection.
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if ("sent" in event.target.dataset) return event.preventDefault();
    event.target.dataset.sent = "";
  });
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });
}
