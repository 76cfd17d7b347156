// Fields that propose names: tags, bylines, and the targets of merged terms. The form still
// sends the plain field, which gets every chosen or typed name, so the server needs nothing
// for this file.

// splitRole splits a line of a byline into the name and the role in brackets after it.
const splitRole = (line) => {
  const found = /^(.*?)\s*\((.*)\)$/u.exec(line.trim());
  return found ? { name: found[1], role: found[2] } : { name: line.trim(), role: "" };
};

class Suggest {
  constructor(plain) {
    this.plain = plain;
    this.kind = plain.dataset.suggest;
    this.many = plain.dataset.many; // separator of several names: comma or line
    this.items = [];
    this.found = [];
    this.at = -1;
    this.asked = 0;
    const make = (tag, options) => Object.assign(document.createElement(tag), options);
    this.input = make("input", { type: "text", autocomplete: "off", id: `${plain.id}-find`, role: "combobox", dir: "auto" });
    if (!this.many && plain.maxLength > 0) this.input.maxLength = plain.maxLength;
    this.list = make("ul", { id: `${plain.id}-found`, className: "story-found suggest-found", role: "listbox", hidden: true });
    this.said = make("span", { className: "quiet", role: "status" });
    this.wrap = make("span", { className: "suggest" });
    const label = plain.labels[0], attributes = { "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id };
    for (const [name, value] of Object.entries(attributes)) this.input.setAttribute(name, value);
    for (const name of ["aria-invalid", "aria-describedby"]) if (plain.hasAttribute(name)) this.input.setAttribute(name, plain.getAttribute(name));
    this.list.setAttribute("aria-label", label?.textContent.trim() ?? "");
    if (this.many) {
      this.chips = make(this.many === "line" ? "ol" : "ul", { className: `suggest-chips suggest-${this.many}`, dir: "auto" });
      this.chips.setAttribute("aria-label", label?.textContent.trim() ?? "");
      this.wrap.append(this.chips);
    }
    const box = make("span", { className: "story-picker" });
    box.append(this.input, this.list);
    this.wrap.append(box, this.said);
    plain.after(this.wrap);
    // The plain field is hidden. Links to it, such as those of errors, go to the new field.
    plain.classList.add("suggest-plain");
    plain.tabIndex = -1;
    plain.setAttribute("aria-hidden", "true");
    plain.addEventListener("focus", () => this.input.focus());
    if (label) label.htmlFor = this.input.id;
    this.read();
    plain.form?.addEventListener("write:filled", () => this.read());
    plain.form?.addEventListener("reset", () => setTimeout(() => this.read()));
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => { this.take(); this.shut(); });
    this.input.addEventListener("paste", (event) => {
      const text = event.clipboardData.getData("text");
      if (!this.many || !this.parts(text)[1]) return;
      event.preventDefault();
      for (const part of this.parts(text)) this.add(part);
    });
  }

  parts(text) { return text.split(this.many === "line" ? /\n/u : /[,،、，\n]/u).map((part) => part.trim()).filter(Boolean); }

  // read reads the names from the plain field.
  read() {
    if (!this.many) {
      this.input.value = this.plain.value;
      if (this.kind === "articles" && /^\d+$/u.test(this.plain.value)) this.find(this.plain.value).then(([story]) => story && this.choose(story)).catch(() => {});
      return;
    }
    this.items = this.parts(this.plain.value).map((text) => this.many === "line" ? splitRole(text) : { name: text, role: "" });
    this.input.value = "";
    this.draw();
  }

  // write writes all names to the plain field, including the words that are being typed.
  write(number) {
    const text = ({ name, role }) => role ? `${name} (${role})` : name;
    const names = this.many ? this.items.map(text) : [];
    if (this.input.value.trim()) names.push(this.input.value.trim());
    const value = number ?? names.join(this.many === "line" ? "\n" : ", ");
    if (value === this.plain.value) return;
    this.plain.value = value;
    this.plain.dispatchEvent(new Event("input", { bubbles: true }));
  }

  say(key, name) { this.said.textContent = (this.plain.dataset[key] ?? "").replace("{name}", name); }

  button(key, name, sign, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = sign;
    button.setAttribute("aria-label", (this.plain.dataset[key] ?? sign).replace("{name}", name));
    button.onclick = act;
    return button;
  }

  draw() {
    this.chips.hidden = this.items.length === 0;
    this.chips.replaceChildren(...this.items.map((item, i) => {
      const li = document.createElement("li"), name = document.createElement("bdi");
      name.textContent = item.name;
      li.append(name);
      if (this.many === "line") {
        const role = Object.assign(document.createElement("input"), { value: item.role, placeholder: this.plain.dataset.roleHint ?? "", dir: "auto", autocomplete: "off" });
        role.setAttribute("aria-label", this.plain.dataset.role.replace("{name}", item.name));
        role.addEventListener("keydown", (event) => {
          if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
          event.preventDefault();
          this.input.focus();
        });
        role.addEventListener("input", (event) => { event.stopPropagation(); item.role = role.value.replace(/[()\n]/gu, "").trim(); this.write(); });
        li.append(role);
        const up = this.button("earlier", item.name, "↑", () => {
          this.items.splice(i - 1, 0, ...this.items.splice(i, 1));
          this.draw();
          this.write();
          (this.chips.children[i - 1].querySelector("button:not([disabled])") ?? this.input).focus();
        });
        up.disabled = i === 0;
        li.append(up);
      }
      li.append(this.button("remove", item.name, "×", () => {
        this.items.splice(i, 1);
        this.draw();
        this.write();
        this.say("removed", item.name);
        this.input.focus();
      }));
      return li;
    }));
  }

  add(text) {
    const item = this.many === "line" ? splitRole(text) : { name: text.trim(), role: "" };
    const same = (one) => one.name.toLocaleLowerCase() === item.name.toLocaleLowerCase();
    if (item.name && !this.items.some(same)) {
      this.items.push(item);
      this.draw();
      this.say("added", item.name);
    }
    this.input.value = "";
    this.write();
  }

  // take makes a name from the words in the field. A known name keeps its own spelling.
  take() {
    const words = this.input.value.trim();
    if (!this.many || !words) return;
    const known = this.found.find(({ name }) => name.toLocaleLowerCase() === words.toLocaleLowerCase());
    for (const part of this.parts(known?.name ?? words)) this.add(part);
  }

  // choose takes a proposal. For a story the field gets the number.
  choose({ name, number }) {
    if (this.many) this.add(name);
    else {
      this.input.value = name;
      this.write(number);
    }
    this.shut();
  }

  typed() {
    const parts = this.parts(this.input.value);
    if (this.many === "comma" && /[,،、，]/u.test(this.input.value)) {
      const rest = /[,،、，]\s*$/u.test(this.input.value) ? "" : parts.pop();
      for (const part of parts) {
        this.input.value = part;
        this.take();
      }
      this.input.value = rest;
    }
    this.write();
    clearTimeout(this.waits);
    if (!this.input.value.trim()) {
      this.asked++;
      return this.shut();
    }
    this.waits = setTimeout(() => this.ask().catch(() => {}), 120);
  }

  async find(words) {
    const answer = await fetch(`/desk/${this.kind}/find?s=${encodeURIComponent(words)}`, { headers: { Accept: "application/json" } });
    if (!answer.ok) return [];
    const { names, articles } = await answer.json();
    return names?.map((name) => ({ name })) ?? articles.map(({ id, title, published }) => ({ name: title, number: String(id), day: published }));
  }

  async ask() {
    const turn = ++this.asked, found = await this.find(splitRole(this.input.value).name);
    if (turn === this.asked && document.activeElement === this.input) this.show(found);
  }

  show(found) {
    this.found = found;
    const same = (a, b) => a.toLocaleLowerCase() === b.toLocaleLowerCase();
    const open = found.filter(({ name }) => !this.items.some((item) => same(item.name, name)));
    const words = splitRole(this.input.value).name, { fresh } = this.plain.dataset;
    if (fresh && words && open.length && !found.some(({ name }) => same(name, words))) open.push({ name: this.input.value.trim(), text: fresh.replace("{name}", words) });
    this.list.replaceChildren(...open.map((one, i) => {
      const li = Object.assign(document.createElement("li"), { id: `${this.list.id}-${i}`, role: "option", textContent: one.text ?? one.name, dir: "auto" });
      li.ariaSelected = "false";
      if (one.day) li.append(Object.assign(document.createElement("small"), { textContent: one.day }));
      li.addEventListener("mousedown", (event) => { event.preventDefault(); this.choose(one); });
      li.one = one;
      return li;
    }));
    this.list.hidden = !open.length;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.mark(-1);
  }

  mark(to) {
    const options = [...this.list.children];
    this.at = to;
    options.forEach((option, i) => { option.ariaSelected = String(i === to); });
    if (options[to]) {
      this.input.setAttribute("aria-activedescendant", options[to].id);
      options[to].scrollIntoView({ block: "nearest" });
    } else this.input.removeAttribute("aria-activedescendant");
  }

  shut() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.mark(-1);
  }

  key(event) {
    const options = [...this.list.children], open = !this.list.hidden && options.length > 0;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const to = { ArrowDown: this.at + 1, ArrowUp: this.at < 0 ? options.length - 1 : this.at - 1, Home: 0, End: options.length - 1 }[event.key];
    if (open && to !== undefined && (this.at >= 0 || event.key.startsWith("Arrow"))) {
      event.preventDefault();
      this.mark((to + options.length) % options.length);
    } else if (event.key === "ArrowDown" && !open && this.input.value.trim()) {
      event.preventDefault();
      this.ask().catch(() => {});
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      this.shut();
    } else if (event.key === "Enter" && (this.at >= 0 && open || this.many && this.input.value.trim())) {
      event.preventDefault();
      if (this.at >= 0 && open) this.choose(options[this.at].one);
      else this.take();
      this.shut();
    } else if (event.key === "Backspace" && this.many && this.input.value === "" && this.items.length) {
      event.preventDefault();
      const { name, role } = this.items.pop();
      this.input.value = role ? `${name} (${role})` : name;
      this.draw();
      this.write();
    }
  }
}

document.querySelectorAll("[data-suggest]:not([readonly])").forEach((plain) => new Suggest(plain));
