// The choice of a picture in the form of a story: for its lead picture, and for the text
// where the rich editor asks.

class PictureChoice {
  constructor(template) {
    this.dialog = template.content.firstElementChild.cloneNode(true);
    document.body.append(this.dialog);
    const part = (selector) => this.dialog.querySelector(selector);
    this.list = part('[data-pane="list"]');
    this.one = part('[data-pane="one"]');
    this.grid = part(".choose-grid");
    this.said = part(".choose-said");
    this.wrong = part(".choose-wrong");
    this.words = part("input[type=search]");
    this.files = part("input[type=file]");
    this.more = part('[data-do="more"]');
    this.gallery = part('[data-do="gallery"]');
    const { focus_x: across, focus_y: down } = this.one.elements;
    aim(part(".media-whole"), across, down, part(".media-whole").dataset.focus);
    let typing;
    this.words.oninput = () => {
      clearTimeout(typing);
      typing = setTimeout(() => this.find(), 200);
    };
    this.files.onchange = () => {
      this.upload([...this.files.files]);
      this.files.value = "";
    };
    this.more.onclick = () => this.find(this.before);
    this.gallery.onclick = () => this.answer(this.picked());
    part('[data-do="back"]').onclick = () => this.showList();
    part('[data-do="close"]').onclick = () => this.dialog.close();
    this.one.onsubmit = (event) => {
      event.preventDefault();
      this.use();
    };
    this.dialog.onclose = () => this.answer(null);
    this.dialog.addEventListener("dragover", (event) => event.preventDefault());
    this.dialog.addEventListener("drop", (event) => {
      event.preventDefault();
      this.upload([...event.dataTransfer.files]);
    });
    this.dialog.addEventListener("paste", (event) => this.upload(imagesOf(event.clipboardData)));
  }

  // ask resolves to the chosen pictures, or to null. forText allows several pictures; the lead
  // picture is only one.
  ask(forText, files = []) {
    this.forText = forText;
    this.queue = new UploadQueue(this.dialog.querySelector(".media-queue"), this.dialog.dataset, {
      taken: (picture) => this.put(picture, true),
      ended: ({ pictures, failed }) => {
        if (pictures.length === 1 && failed === 0 && !this.many) this.show(pictures[0]);
        this.pick();
      },
    });
    this.queue.list.replaceChildren();
    this.queue.list.hidden = true;
    this.many = false;
    this.dialog.classList.toggle("choose-text", forText);
    this.dialog.showModal();
    this.showList();
    this.words.value = "";
    const found = this.find();
    if (files.length > 0) found.then(() => this.upload(files));
    return new Promise((resolve) => { this.resolve = resolve; });
  }

  answer(pictures) {
    this.resolve?.(pictures);
    this.resolve = null;
    if (this.dialog.open) this.dialog.close();
  }

  showList() {
    this.one.hidden = true;
    this.list.hidden = false;
    this.words.focus();
  }

  async find(before) {
    const query = new URLSearchParams({ s: this.words.value, ...(before ? { before } : {}) });
    this.asked = query;
    try {
      const answer = await fetch(`/desk/media/find?${query}`, { headers: { Accept: "application/json" } });
      if (answer.status === 401 && await signInHere()) return this.find(before);
      if (!answer.ok) throw new Error(answer.statusText);
      const { pictures, next } = await answer.json();
      if (this.asked !== query) return; // the search words have changed
      if (!before) this.grid.replaceChildren();
      for (const picture of pictures) this.put(picture);
      this.before = next;
      this.more.hidden = !next;
      this.said.textContent = this.grid.children.length === 0 ? this.dialog.dataset.none : "";
    } catch {
      this.said.textContent = this.dialog.dataset.unreached;
    }
    this.pick();
  }

  // put adds a picture to the grid. fresh puts it first, and chooses it for a text.
  put(picture, fresh = false) {
    for (const tile of this.grid.children) if (tile.picture.id === picture.id) tile.remove();
    const tile = this.dialog.querySelector("template").content.firstElementChild.cloneNode(true);
    tile.picture = picture;
    tile.querySelector("img").src = picture.thumb;
    tile.querySelector(".media-name").textContent = picture.name;
    tile.querySelector(".media-gap").textContent = picture.gaps.join(", ");
    tile.querySelector("button").onclick = () => this.show(tile.picture);
    const box = tile.querySelector("input");
    box.setAttribute("aria-label", `${box.parentElement.textContent.trim()}: ${picture.name}`);
    box.checked = fresh && this.forText;
    box.onchange = () => this.pick();
    if (fresh) this.grid.prepend(tile);
    else this.grid.append(tile);
    this.said.textContent = "";
  }

  picked() {
    return [...this.grid.children].filter((tile) => tile.querySelector("input").checked).map(({ picture }) => picture);
  }

  pick() { this.gallery.hidden = !this.forText || this.picked().length === 0; }

  upload(files) {
    if (files.length === 0) return;
    this.showList();
    this.many ||= files.length > 1 || this.queue.pictures.length > 0;
    this.queue.add(files);
  }

  // show shows a picture with the fields of its texts, before it is used.
  show(picture) {
    const { elements } = this.one;
    this.picture = picture;
    this.list.hidden = true;
    this.one.hidden = false;
    this.wrong.textContent = "";
    const shown = this.one.querySelector("img");
    shown.src = picture.src;
    shown.width = picture.width;
    shown.height = picture.height;
    shown.alt = picture.alt;
    // The fields below do not move while the picture loads.
    shown.parentElement.style.setProperty("--wide", picture.width);
    shown.parentElement.style.setProperty("--high", picture.height);
    for (const name of ["alt", "caption", "credit", "focus_x", "focus_y"]) {
      elements[name].value = picture[name];
      elements[name].readOnly = !picture.may && !this.forText;
    }
    elements.decorative.checked = picture.decorative;
    elements.decorative.disabled = !picture.may && !this.forText;
    this.one.querySelector(".media-whole").classList.toggle("choose-fixed", !picture.may);
    elements.focus_x.dispatchEvent(new Event("input"));
    for (const help of this.one.querySelectorAll("[data-help]")) help.hidden = (help.dataset.help === "text") !== this.forText;
    const empty = ["alt", "credit"].find((name) => elements[name].value === "" && !elements[name].readOnly && !(name === "alt" && picture.decorative));
    (empty ? elements[empty] : this.one.querySelector("button.choose-use")).focus();
  }

  // use resolves ask with the picture and the typed texts. For a lead picture it stores the
  // texts in the library; for a picture in the text it stores only those that the library lacks.
  async use() {
    const { elements } = this.one, { picture } = this;
    const typed = { alt: elements.alt.value.trim(), caption: elements.caption.value.trim(), credit: elements.credit.value.trim() };
    const kept = { ...typed, decorative: elements.decorative.checked, focus_x: Number(elements.focus_x.value), focus_y: Number(elements.focus_y.value) };
    if (kept.decorative) kept.alt = typed.alt = "";
    if (this.forText) {
      for (const name of ["alt", "caption", "credit"]) kept[name] = picture[name] || kept[name];
      if (picture.alt) kept.decorative = false;
      else if (picture.decorative) Object.assign(kept, { decorative: true, alt: "" });
    }
    const changed = Object.keys(kept).some((name) => kept[name] !== picture[name]);
    if (picture.may && changed && !await this.keep(kept)) return;
    this.answer([{ ...this.picture, ...typed }]);
  }

  async keep({ decorative, ...kept }) {
    const body = new URLSearchParams({ ...kept, version: this.picture.version });
    if (decorative) body.set("decorative", "1");
    try {
      const answer = await fetch(this.picture.url, { method: "POST", headers: { Accept: "application/json" }, body });
      if (answer.status === 401 && await signInHere()) return this.keep({ decorative, ...kept });
      const data = await answer.json();
      if (answer.ok) this.picture = data;
      else this.wrong.textContent = data.message || this.dialog.dataset.unreached;
      return answer.ok;
    } catch {
      this.wrong.textContent = this.dialog.dataset.unreached;
      return false;
    }
  }
}

const lead = document.getElementById("lead"), choiceTemplate = document.getElementById("choose");
if (lead && choiceTemplate) {
  let choice;
  const ask = (forText, files) => (choice ??= new PictureChoice(choiceTemplate)).ask(forText, files);
  const number = document.getElementById("picture"), now = lead.querySelector(".lead-now");
  const choose = lead.querySelector('[value="pictures"]'), remove = lead.querySelector('[value="no-picture"]');
  lead.querySelector(".lead-number").hidden = number.getAttribute("aria-invalid") === null;

  // A script that fills the form changes the number alone. The page of the story has the
  // picture of a colleague's save.
  let shownNumber = number.value;
  number.form.addEventListener("write:filled", async () => {
    if (number.value === shownNumber) return;
    shownNumber = number.value;
    remove.hidden = !number.value;
    now.replaceChildren(number.value || lead.dataset.none);
    const fresh = number.value && await page(location.pathname).catch(() => null);
    if (fresh && fresh.getElementById("picture")?.value === number.value) now.replaceChildren(...fresh.querySelector("#lead .lead-now").childNodes);
  });
  const put = (picture) => {
    shownNumber = number.value = String(picture?.id ?? "");
    number.dispatchEvent(new Event("input", { bubbles: true }));
    const shown = picture ? lead.querySelector("template").content.firstElementChild.cloneNode(true) : null;
    if (shown) {
      shown.querySelector("a").href = picture.url;
      shown.querySelector("img").src = picture.thumb;
      shown.querySelector(".media-name").textContent = picture.name;
      shown.querySelector(".meta").textContent = picture.credit;
      shown.querySelector(".media-gap").textContent = picture.gaps.join(", ");
    }
    now.replaceChildren(...shown ? [shown] : []);
    now.append(...shown ? [] : [lead.dataset.none]);
    remove.hidden = !picture;
  };
  const askLead = async (files) => {
    const chosen = await ask(false, files);
    if (chosen) put(chosen[0]);
    choose.focus();
  };
  choose.addEventListener("click", (event) => {
    event.preventDefault();
    askLead([]);
  });
  remove.addEventListener("click", (event) => {
    event.preventDefault();
    put(null);
    choose.focus();
  });
  const dropped = (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    lead.classList.toggle("lead-over", event.type === "dragover");
    if (event.type === "drop") askLead([...event.dataTransfer.files]);
  };
  for (const type of ["dragover", "dragleave", "drop"]) lead.addEventListener(type, dropped);
  lead.addEventListener("paste", (event) => {
    const files = imagesOf(event.clipboardData);
    if (files.length > 0) askLead(files);
  });
  document.addEventListener("rich-picture", async ({ detail }) => {
    const chosen = await ask(true, detail.files);
    if (!chosen) return;
    const list = chosen.map(({ src, alt, width, height, caption, credit }) => ({ src, alt, width, height, caption, credit }));
    if (list.length > 1) detail.gallery(list);
    else detail.insert(list[0]);
  });
}
