// The page on which editors arrange the front page. Every button works without this file.
// This file moves rows without a new page, by their buttons, by dragging and by Alt with the
// arrow keys, and updates the small picture of the page at each change.

const arranging = document.getElementById("front-form");
if (arranging) {
  const rows = [...arranging.querySelectorAll("[data-row]")];
  const fieldsOf = (row) => [row.querySelector("select"), row.querySelector('input[type="datetime-local"]')];
  const said = document.getElementById("front-said");
  let asked = 0, waiting;

  // draw updates the small picture of the page from the present fields.
  const draw = async () => {
    const mine = ++asked, fields = new URLSearchParams(new FormData(arranging));
    fields.set("do", "try");
    try {
      const answer = await fetch(arranging.action, { method: "POST", headers: { Accept: "text/html" }, body: fields });
      if (!answer.ok || mine !== asked) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("front-mini");
      if (fresh) document.getElementById("front-mini").replaceChildren(...fresh.childNodes);
    } catch { /* the button still shows it */ }
  };
  const drawSoon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(draw, 300);
  };

  // swap exchanges the values of two rows; the rows themselves stay.
  const swap = (a, b) => {
    const there = fieldsOf(rows[b]);
    fieldsOf(rows[a]).forEach((field, i) => { [field.value, there[i].value] = [there[i].value, field.value]; });
  };
  const move = (from, to, focus) => {
    if (to < 0 || to >= rows.length || from === to) return;
    for (let at = from; at !== to; at += Math.sign(to - from)) swap(at, at + Math.sign(to - from));
    focus(rows[to])?.focus();
    said.textContent = arranging.dataset.moved.replace("{place}", rows[to].querySelector(".front-place").textContent);
    drawSoon();
  };

  arranging.addEventListener("click", (event) => {
    const button = event.target.closest(".front-moves button");
    if (!button) return;
    event.preventDefault();
    const [way, place] = button.value.split("-"), from = Number(place);
    const same = (row) => row.querySelector(`button[value^="${way}"]`) ?? row.querySelector(".front-moves button");
    move(from, way === "up" ? from - 1 : from + 1, same);
  });
  arranging.addEventListener("keydown", (event) => {
    const row = event.target.closest("[data-row]");
    if (!row || !event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    const from = rows.indexOf(row);
    move(from, event.key === "ArrowUp" ? from - 1 : from + 1, (there) => there.querySelector("select"));
  });
  arranging.addEventListener("change", drawSoon);

  let dragged = -1;
  for (const [i, row] of rows.entries()) {
    // Only the name of the place can be dragged, so that text in the fields can be selected.
    const handle = row.querySelector(".front-place");
    handle.addEventListener("pointerdown", () => { row.draggable = true; });
    row.addEventListener("dragstart", (event) => {
      dragged = i;
      row.classList.add("dragged");
      event.dataTransfer.effectAllowed = "move";
    });
    row.addEventListener("dragend", () => {
      row.draggable = false;
      dragged = -1;
      for (const one of rows) one.classList.remove("dragged", "drop-here");
    });
    row.addEventListener("dragover", (event) => {
      if (dragged < 0) return;
      event.preventDefault();
      for (const one of rows) one.classList.toggle("drop-here", one === row);
    });
    row.addEventListener("drop", (event) => {
      if (dragged < 0) return;
      event.preventDefault();
      move(dragged, i, (there) => there.querySelector("select"));
    });
  }
}
