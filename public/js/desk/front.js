// The page on which editors arrange the front page. Every button works without this file.
// This file moves rows without a new page, by their buttons, by dragging and by Alt with the
// arrow keys, swaps a story that is chosen a second time, takes the value of a colleague, and
// updates the small picture of the page at each change.

const arranging = document.getElementById("front-form");
if (arranging) {
  const all = [...arranging.querySelectorAll("[data-row]")];
  const rowsBeside = (row) => [...row.closest("[data-rows]").querySelectorAll("[data-row]")];
  const storyOf = (row) => row.querySelector("select");
  const endOf = (row) => row.querySelector('input[type="datetime-local"]');
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

  // put chooses a story. A list of another row may lack it, so put adds it there.
  const put = (select, value, title, dir = "") => {
    if (![...select.options].some((option) => option.value === value)) {
      const option = new Option(title, value);
      option.dir = dir;
      select.add(option);
    }
    select.value = value;
  };
  const chosen = (select) => [select.value, select.selectedOptions[0]?.text ?? "", select.selectedOptions[0]?.dir ?? ""];
  // held has the stories of the rows before the present change.
  const held = new Map(all.map((row) => [row, chosen(storyOf(row))]));
  // hold notes the stories, and gives each field the direction of its headline.
  const hold = () => {
    for (const row of all) {
      held.set(row, chosen(storyOf(row)));
      storyOf(row).dir = storyOf(row).selectedOptions[0]?.dir ?? "";
    }
  };
  const say = (row) => { said.textContent = arranging.dataset.moved.replace("{place}", storyOf(row).labels[0].textContent); };

  // swap exchanges the values of two rows; the rows themselves stay.
  const swap = (a, b) => {
    const here = chosen(storyOf(a)), there = chosen(storyOf(b));
    put(storyOf(a), ...there);
    put(storyOf(b), ...here);
    [endOf(a).value, endOf(b).value] = [endOf(b).value, endOf(a).value];
  };
  const move = (row, to, focus) => {
    const rows = rowsBeside(row), from = rows.indexOf(row);
    if (to < 0 || to >= rows.length || from === to) return;
    for (let at = from; at !== to; at += Math.sign(to - from)) swap(rows[at], rows[at + Math.sign(to - from)]);
    hold();
    focus(rows[to])?.focus();
    say(rows[to]);
    drawSoon();
  };

  arranging.addEventListener("click", (event) => {
    const button = event.target.closest(".front-moves button");
    if (!button) return;
    event.preventDefault();
    const row = button.closest("[data-row]"), way = button.value.split("-")[0], from = rowsBeside(row).indexOf(row);
    const same = (there) => there.querySelector(`button[value^="${way}"]`) ?? there.querySelector(".front-moves button");
    move(row, way === "up" ? from - 1 : from + 1, same);
  });
  arranging.addEventListener("click", (event) => {
    const theirs = event.target.closest("[data-take] button")?.closest("[data-take]");
    if (theirs?.dataset.value === undefined) return; // the server fills the fields of a timed change
    event.preventDefault();
    const field = document.getElementById(theirs.dataset.take), row = theirs.closest("[data-row]");
    if (field instanceof HTMLSelectElement) put(field, theirs.dataset.value, theirs.querySelector("bdi")?.textContent ?? "");
    else field.value = theirs.dataset.value;
    if (row) endOf(row).value = theirs.dataset.end;
    theirs.remove();
    hold();
    field.focus();
    drawSoon();
  });
  arranging.addEventListener("keydown", (event) => {
    const row = event.target.closest("[data-row]");
    if (!row || !event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    const from = rowsBeside(row).indexOf(row);
    move(row, event.key === "ArrowUp" ? from - 1 : from + 1, storyOf);
  });
  // A story that is chosen for a second row leaves the first one, which gets the other story.
  arranging.addEventListener("change", (event) => {
    const row = event.target.closest("[data-row]");
    if (row && event.target === storyOf(row) && event.target.value !== "") {
      const other = all.find((one) => one !== row && storyOf(one).value === event.target.value);
      if (other) {
        put(storyOf(other), ...held.get(row));
        say(other);
      }
    }
    hold();
    drawSoon();
  });

  let dragged;
  for (const row of all) {
    // Only the name of the place can be dragged, so that text in the fields can be selected.
    const handle = row.querySelector(".front-place");
    handle.addEventListener("pointerdown", () => { row.draggable = true; });
    row.addEventListener("dragstart", (event) => {
      dragged = row;
      row.classList.add("dragged");
      event.dataTransfer.effectAllowed = "move";
    });
    row.addEventListener("dragend", () => {
      row.draggable = false;
      dragged = undefined;
      for (const one of all) one.classList.remove("dragged", "drop-here");
    });
    row.addEventListener("dragover", (event) => {
      if (!dragged || !rowsBeside(row).includes(dragged)) return;
      event.preventDefault();
      for (const one of all) one.classList.toggle("drop-here", one === row);
    });
    row.addEventListener("drop", (event) => {
      if (!dragged) return;
      event.preventDefault();
      move(dragged, rowsBeside(row).indexOf(row), storyOf);
    });
  }
}
