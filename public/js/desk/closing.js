// Closing and opening the comments of a card's story on the card itself.

// closing opens the form on the card, or the page of the form if the card has none.
const closing = async (frame) => {
  const link = frame.querySelector("a.card-closing");
  if (!link || "busy" in link.dataset) return;
  if (frame.querySelector(".card-closing-panel")) return close(frame);
  link.dataset.busy = "";
  try {
    const form = (await page(link.href)).querySelector("form.story-quick");
    if (!form) return location.assign(link.href);
    const panel = document.createElement("div"), title = document.createElement("p");
    panel.className = "card-panel card-closing-panel";
    panel.role = "group";
    title.id = `closing-${idOf(frame)}`;
    title.append(...frame.querySelector(".card-story").cloneNode(true).childNodes);
    panel.setAttribute("aria-labelledby", title.id);
    panel.append(title, document.adoptNode(form));
    frame.querySelector(".card-row").append(panel);
    form.querySelector("button").setAttribute("aria-describedby", title.id);
    form.querySelector("button").focus({ preventScroll: true });
    show(frame);
  } catch {
    location.assign(link.href);
  } finally {
    delete link.dataset.busy;
  }
};
onCard.c = closing;

document.addEventListener("submit", async (event) => {
  const form = event.target, frame = form.closest(".card-closing-panel")?.closest(".card-frame");
  if (!frame) return;
  event.preventDefault();
  if ("busy" in form.dataset) return;
  form.dataset.busy = "";
  try {
    const data = await post(form.action, new FormData(form, event.submitter));
    say(data.message, data.operation);
    close(frame);
  } catch (problem) {
    say(problem.message, "", problem.signIn);
  } finally {
    delete form.dataset.busy;
  }
}, true);
