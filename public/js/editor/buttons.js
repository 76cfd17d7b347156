// The tools above the writing surface. Their markup and words come from the template
// #rich-tools of the page. The Tab key stops once for all tools; the arrow keys move between
// them.

class Tools {
  constructor(surface, template) {
    this.surface = surface;
    const content = template.content.cloneNode(true);
    this.element = content.querySelector(".rich-tools");
    this.foot = content.querySelector(".rich-foot");
    this.dialogs = {};
    for (const dialog of content.querySelectorAll("dialog")) {
      this.dialogs[dialog.dataset.for] = dialog;
      document.body.append(dialog);
    }
    this.buttons = [...this.element.querySelectorAll("button[data-do]")];
    const mac = /Mac|iP/.test(navigator.platform);
    for (const button of this.buttons) {
      const keys = button.getAttribute("aria-keyshortcuts");
      button.title = button.getAttribute("aria-label") ?? button.textContent;
      if (keys) button.title += ` (${mac ? keys.replaceAll("Control", "⌘").replaceAll("+", " ") : keys.replaceAll("Control", "Ctrl")})`;
    }
    this.element.addEventListener("click", ({ target }) => {
      const button = target.closest("button[data-do]");
      if (button && button.getAttribute("aria-disabled") !== "true") surface.run(button.dataset.do);
    });
    // A press of the mouse does not change the selection of the text.
    this.element.addEventListener("mousedown", (event) => event.preventDefault());
    this.element.addEventListener("keydown", (event) => this.move(event));
    this.rove(this.buttons[0]);
  }

  // move moves the focus to another button: forward is the direction of writing.
  move(event) {
    const shown = this.buttons.filter((button) => button.checkVisibility?.() ?? button.offsetParent);
    const at = shown.indexOf(document.activeElement);
    const forward = getComputedStyle(this.element).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const to = { [forward]: at + 1, [forward === "ArrowLeft" ? "ArrowRight" : "ArrowLeft"]: at - 1, Home: 0, End: -1 }[event.key];
    if (event.key === "Escape") {
      event.preventDefault();
      this.surface.focus();
    } else if (to !== undefined && at >= 0) {
      event.preventDefault();
      const next = shown.at(to % shown.length);
      this.rove(next);
      next.focus();
    }
  }

  rove(button) {
    for (const other of this.buttons) other.tabIndex = other === button ? 0 : -1;
  }

  focus() {
    this.buttons.find(({ tabIndex }) => tabIndex === 0)?.focus();
    return true;
  }

  // refresh shows which tools are pressed, and which are possible now.
  refresh() {
    const { surface } = this;
    for (const button of this.buttons) {
      const name = button.dataset.do, state = surface.stateOf(name);
      set(button, "aria-pressed", button.hasAttribute("aria-pressed") ? String(state.on) : null);
      set(button, "aria-disabled", state.can ? null : "true");
      if (name === "picture") button.hidden = !state.can && !("pictures" in surface.textarea.dataset);
    }
    for (const group of this.element.querySelectorAll("[data-in]")) {
      const hidden = surface.plain || !surface.editor || !within(surface.editor, ...group.dataset.in.split(" "));
      if (group.hidden !== hidden) group.hidden = hidden;
    }
    this.element.hidden = surface.markdown;
    const stop = this.buttons.find(({ tabIndex }) => tabIndex === 0);
    if (stop.closest("[hidden]")) this.rove(this.buttons[0]);
  }

  // count shows how long the text is. The page has the words for sample numbers, one for
  // each plural form that a language may have.
  count(words) {
    const minutes = Math.max(1, Math.floor((words + 115) / 230)); // as views.Reading
    for (const [name, n] of [["words", words], ["minutes", minutes]]) {
      const place = this.foot.querySelector(`[data-${name}]`);
      const forms = place.dataset[name].split("|"), form = new Intl.PluralRules(document.documentElement.lang).select(n);
      const index = ["zero", "one", "two", "few", "many", "other"].indexOf(form);
      const separator = this.foot.dataset.thousand.replace(/\d/g, "");
      const text = forms[index].replace(String([0, 1, 2, 3, 11, 100][index]), String(n).replace(/\B(?=(\d{3})+$)/g, separator));
      if (place.textContent !== text) place.textContent = text;
    }
  }

  // ask opens a dialog. It resolves to the pressed button's value and the typed text.
  ask(name, text, choices = {}) {
    const dialog = this.dialogs[name], field = dialog.querySelector("input, textarea");
    field.value = text;
    for (const button of dialog.querySelectorAll("button[value]")) button.hidden = choices[button.value] === false;
    dialog.returnValue = "";
    dialog.showModal();
    field.select();
    return new Promise((resolve) => {
      dialog.addEventListener("close", () => resolve({ pressed: dialog.returnValue, text: field.value.trim() }), { once: true });
    });
  }
}

const set = (element, name, value) => {
  if (element.getAttribute(name) === value) return;
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
};

// wordsIn counts the words of a top-level node as the server does.
const counted = new WeakMap();
const wordsIn = (node) => {
  if (!counted.has(node)) {
    const text = node.type.name === "raw" ? parseInert(node.attrs.html).textContent : node.textBetween(0, node.content.size, "\n", " ");
    counted.set(node, { words: (text.match(/\S+/g) ?? []).length, letters: [...text].length });
  }
  return counted.get(node);
};

const wordsOf = (doc) => {
  let words = 0, letters = 0;
  doc.forEach((node) => {
    const one = wordsIn(node);
    words += one.words;
    letters += one.letters + 1;
  });
  return countOf(words, letters);
};

const countOf = (words, letters) => (
  // Scripts without spaces: about two characters make a word.
  letters > 12 * Math.max(1, words) ? Math.floor(letters / 2) : words
);

const wordsInText = (text) => countOf((text.match(/\S+/g) ?? []).length, [...text].length);
