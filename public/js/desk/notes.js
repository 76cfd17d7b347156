// Notes beside their paragraphs: a mark at each paragraph with open notes leads to them, and a
// button at the paragraph of the cursor begins a new note. The marks are positioned over the
// text and are no part of it.

const noteBox = document.getElementById("notes");
if (noteBox) {
  const words = (block) => (block?.textContent ?? "").split(/\s+/u).filter(Boolean).join(" ");
  const open = [...noteBox.querySelectorAll(".edit-note:not([data-done])[data-words]:not([data-words=''])")];
  const marks = [], fresh = document.createElement("button");
  let surface, frame, waits = 0;

  // blockOf returns the paragraph of a note: by its words, or else by its index.
  const blockOf = (note) => {
    const blocks = [...surface.children];
    const same = blocks.filter((block) => words(block) === note.dataset.words);
    const at = Number(note.dataset.index), far = (block) => Math.abs(blocks.indexOf(block) - at);
    return same.sort((a, b) => far(a) - far(b))[0] ?? blocks[at];
  };
  const put = (mark, block) => {
    mark.hidden = !block;
    if (block) mark.style.insetBlockStart = `${block.getBoundingClientRect().top - frame.getBoundingClientRect().top}px`;
  };
  const caret = () => {
    const { anchorNode } = getSelection();
    return surface.contains(anchorNode) ? [...surface.children].find((block) => block.contains(anchorNode)) : null;
  };
  const place = () => {
    waits = 0;
    const taken = new Map();
    for (const { mark, note } of marks) {
      const block = blockOf(note), before = taken.get(block) ?? 0;
      put(mark, block);
      mark.style.marginBlockStart = `${before * 1.75}rem`;
      taken.set(block, before + 1);
    }
    const at = caret();
    if (at || document.activeElement !== fresh) {
      put(fresh, at && words(at) ? at : null);
      fresh.style.marginBlockStart = `${(taken.get(at) ?? 0) * 1.75}rem`;
      if (at) fresh.about = words(at);
    }
  };
  const soon = () => { waits ||= requestAnimationFrame(place); };

  const start = (found) => {
    surface = found;
    frame = surface.closest(".rich");
    frame.classList.toggle("rich-noted", open.length > 0);
    open.forEach((note, i) => {
      const mark = document.createElement("button");
      mark.type = "button";
      mark.className = "note-mark";
      mark.textContent = String(i + 1);
      mark.setAttribute("aria-label", `${noteBox.dataset.mark}: ${i + 1}`);
      mark.onclick = () => { note.scrollIntoView({ block: "center" }); note.focus(); };
      marks.push({ mark, note });
      frame.append(mark);
    });
    const form = noteBox.querySelector(".edit-note-new");
    if (form) {
      fresh.type = "button";
      fresh.className = "note-mark note-mark-add";
      fresh.textContent = "+";
      fresh.hidden = true;
      fresh.setAttribute("aria-label", noteBox.dataset.add);
      fresh.title = noteBox.dataset.add;
      fresh.onmousedown = (event) => event.preventDefault(); // the cursor stays
      fresh.onclick = () => {
        form.open = true;
        const { note_words: about, note_paragraph: list, note_text: text } = noteBox.closest("form").elements;
        about.value = fresh.about ?? "";
        const [first] = [...list.options].filter((o) => o.value >= 0 && fresh.about?.startsWith(o.text.replace(/…$/u, "")));
        if (first) list.value = first.value;
        text.scrollIntoView({ block: "center" });
        text.focus();
      };
      frame.append(fresh);
      form.querySelector("select").addEventListener("change", () => { noteBox.closest("form").elements.note_words.value = ""; });
      document.addEventListener("selectionchange", soon);
    }
    new ResizeObserver(soon).observe(surface);
    surface.addEventListener("input", soon);
    place();
  };

  // The rich editor is loaded on demand, and made again after a change of format.
  const main = noteBox.closest("form").querySelector(".edit-main");
  const look = () => {
    const found = main.querySelector(".rich-text");
    if (found && found !== surface) {
      for (const { mark } of marks.splice(0)) mark.remove();
      start(found);
    }
  };
  new MutationObserver(look).observe(main, { childList: true, subtree: true });
  look();
}
