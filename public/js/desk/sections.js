// The sections of a story: words filter the list, and a ticked section moves to the sections
// of the story. The first of these is the main section unless another one is chosen.

const sectionBox = document.querySelector(".edit-sections");
if (sectionBox) {
  const [chosen, others] = sectionBox.querySelectorAll(".section-list"), find = sectionBox.querySelector("[type=search]");
  const many = 12; // a list of so many sections gets a field to filter it
  const plainOf = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();
  const radios = () => [...chosen.querySelectorAll("[type=radio]")].filter((radio) => radio.closest("li").querySelector("[type=checkbox]").checked);
  find.closest("p").hidden = others.children.length < many;

  const narrow = () => {
    const words = plainOf(find.value).split(/\s+/u).filter(Boolean);
    for (const row of others.children) row.hidden = !words.every((word) => plainOf(row.querySelector("label").textContent).includes(word));
  };
  find.addEventListener("input", (event) => {
    event.stopPropagation(); // it is no part of the story
    narrow();
  });
  find.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.isComposing) return;
    event.preventDefault();
    if (!find.value.trim()) return;
    [...others.children].find((row) => !row.hidden)?.querySelector("[type=checkbox]").click();
    find.value = "";
    narrow();
    find.focus();
  });
  // The sections of a colleague's save, the main one first.
  document.addEventListener("write:sections", ({ detail }) => {
    const missing = new Set(detail);
    for (const input of sectionBox.querySelectorAll("[type=hidden]")) input.remove();
    for (const box of sectionBox.querySelectorAll("[type=checkbox]")) {
      missing.delete(box.value);
      box.checked = detail.includes(box.value);
      if (box.checked && others.contains(box)) chosen.append(box.closest("li"));
    }
    // A section that is younger than this page has no row.
    for (const value of missing) sectionBox.append(Object.assign(document.createElement("input"), { type: "hidden", name: "category", value }));
    for (const radio of sectionBox.querySelectorAll("[type=radio]")) radio.checked = radio.value === detail[0];
  });
  sectionBox.addEventListener("change", ({ target }) => {
    if (target.type !== "checkbox") return;
    if (target.checked && others.contains(target)) {
      chosen.append(target.closest("li"));
      target.focus({ preventScroll: true });
    }
    const open = radios();
    if (!open.some((radio) => radio.checked) && open.length) open[0].checked = true;
  });
}
