// Starting: the writing surface takes the place of the textarea and keeps it up to date.

// loaded is the HTML that a top-level node was read from, and the white space before it.
// An unchanged node is written as it was read, byte for byte.
const loaded = new WeakMap();
const written = new WeakMap(); // the HTML of other top-level nodes

// writeDocument returns the HTML of a document. again writes even the unchanged nodes
// from the model; tests compare that.
const writeDocument = (doc, again = false) => {
  let out = "";
  doc.forEach((node, offset, index) => {
    const was = again ? undefined : loaded.get(node);
    let html = was?.source ?? written.get(node);
    if (html === undefined || again || node.type.name === "paragraph" && !was) {
      html = writeBlock(node, doc, index);
      written.set(node, html);
    }
    if (html !== "") out += (was?.gap ?? (out === "" ? "" : "\n")) + html;
  });
  return out;
};

// richEditor makes a rich editor of a textarea of HTML. The page has the part
// "rich-tools"; the textarea has the address of the library in data-rich and that of the
// cleaner of pasted HTML in data-paste. The textarea stays the field of its form: it
// follows every change, with an input event. A script that fills the form itself sends it
// the event "write:filled".
//
// With data-pictures there is a button for pictures. It sends the textarea an event
// "rich-picture", and dropped and pasted files are in detail.files. The page answers by
// detail.insert({src, alt, width, height, caption, credit}), once for each picture, or by
// detail.gallery with a list of them, which become one block.
const richEditor = async (textarea) => {
  const surface = new Surface(textarea, document.getElementById("rich-tools"));
  if (surface.markdown || prefersPlain()) surface.showPlain();
  else await surface.showRich();
  return surface;
};

// The choice between plain and rich is kept in the browser, where it keeps anything.
const choice = "rich-plain";
const prefersPlain = () => {
  try {
    return localStorage.getItem(choice) === "yes";
  } catch {
    return false;
  }
};

const keepChoice = (plain) => {
  try {
    localStorage.setItem(choice, plain ? "yes" : "no");
  } catch {} // It is asked again next time.
};

// roundCursor is the space, in px, between the cursor and the edges of the window during
// typing: the tools above and the foot of the desk below cover the text.
const roundCursor = (tools) => ({
  get top() { return tools.offsetHeight + 16; },
  get bottom() { return (document.querySelector(".desk-foot")?.offsetHeight ?? 0) + 16; },
  left: 0,
  right: 0,
});

// calm is how long, in ms, the counts may be behind the text.
const calm = 500;

class Surface {
  constructor(textarea, template) {
    this.textarea = textarea;
    this.words = { ...template.content.querySelector(".rich-tools").dataset };
    this.tools = new Tools(this, template);
    this.frame = document.createElement("div");
    this.frame.className = "rich";
    // A paragraph of the form holds the textarea and may hold no block.
    (textarea.closest("p") ?? textarea).after(this.frame);
    this.place = document.createElement("div");
    this.frame.append(this.tools.element, this.place, textarea, this.tools.foot);
    const { form } = textarea;
    form?.addEventListener("write:filled", () => this.fill());
    for (const counted of form?.querySelectorAll(".edit-counted") ?? []) counted.hidden = true; // the foot counts on
    form?.addEventListener("change", ({ target }) => target.name === "format" && this.formatChanged(target.value));
    textarea.addEventListener("input", () => this.plain && this.count());
  }

  // markdown reports whether the text is Markdown. Then only the textarea is shown.
  get markdown() { return this.textarea.form?.elements.format?.value === "markdown"; }

  // start loads the library and makes the surface, once.
  async start() {
    if (this.editor) return;
    tiptap ??= await import(this.textarea.dataset.rich);
    const room = roundCursor(this.tools.element);
    this.editor = new tiptap.Editor({
      element: this.place,
      editable: !this.textarea.readOnly,
      injectCSS: false, // the policy of the page refuses it; css/editor has the rules
      extensions: [
        ...documentNodes(this.words.raw), ...markExtensions(), keysExtension((name) => this.run(name)),
        pasteExtension(this), cardExtension(this.words.card),
      ],
      editorProps: { attributes: this.surfaceAttributes(), scrollMargin: room, scrollThreshold: room },
      onUpdate: () => this.changed(),
      onTransaction: () => this.refreshSoon(),
    });
  }

  surfaceAttributes() {
    const { textarea } = this, label = textarea.labels?.[0];
    const attributes = { class: "rich-text article-body", role: "textbox", "aria-multiline": "true", "aria-readonly": String(textarea.readOnly) };
    if (label) {
      label.id ||= `${textarea.id}-label`;
      attributes["aria-labelledby"] = label.id;
      label.addEventListener("click", (event) => {
        if (this.plain) return;
        event.preventDefault();
        this.focus();
      });
    }
    for (const name of ["aria-describedby", "aria-invalid", "lang", "dir", "spellcheck"]) {
      if (textarea.getAttribute(name)) attributes[name] = textarea.getAttribute(name);
    }
    return attributes;
  }

  // html returns the text as HTML: the very text that was read, while nothing is changed.
  // again writes every node from the model.
  html(again = false) {
    const { doc } = this.editor.state;
    return !again && doc.eq(this.read) ? this.source : writeDocument(doc, again);
  }

  // setHTML replaces the text and clears the history of undo and redo.
  setHTML(html) {
    const { schema, view } = this.editor, doc = this.parse(html);
    this.source = html;
    this.read = doc;
    view.updateState(view.state.constructor.create({ doc, schema, plugins: view.state.plugins }));
    this.refreshSoon();
  }

  parse(html) {
    const { schema } = this.editor, blocks = readDocument(html, schema);
    for (const { node, source, gap } of blocks) loaded.set(node, { source, gap });
    return schema.nodes.doc.create(null, blocks.length > 0 ? blocks.map(({ node }) => node) : schema.nodes.paragraph.create());
  }

  // changed writes the text into the textarea, and informs the form. It writes only the
  // changed blocks again.
  changed() {
    const html = this.html();
    if (html === this.textarea.value) return;
    this.textarea.value = html;
    this.textarea.dispatchEvent(new Event("input", { bubbles: true }));
    this.counting ??= setTimeout(() => this.count(), calm);
  }

  // fill reads the textarea's new text. The parts that did not change stay, with the cursor.
  // Undo does not revert the new text.
  fill() {
    const html = this.textarea.value;
    if (this.plain || !this.editor || html === this.html()) return;
    const { view } = this.editor, { doc } = view.state, wanted = this.parse(html);
    const start = doc.content.findDiffStart(wanted.content);
    if (start === null) return;
    let { a, b } = doc.content.findDiffEnd(wanted.content);
    const overlap = Math.max(0, start - Math.min(a, b));
    [a, b] = [a + overlap, b + overlap];
    const tr = view.state.tr.replace(start, a, wanted.slice(start, b));
    if (!tr.doc.eq(wanted)) return this.setHTML(html);
    this.source = html;
    this.read = tr.doc;
    view.dispatch(tr.setMeta("addToHistory", false));
    this.count();
  }

  count() {
    clearTimeout(this.counting);
    this.counting = undefined;
    const { textarea } = this;
    this.tools.count(this.plain ? wordsInText(parseInert(textarea.value).textContent) : wordsOf(this.editor.state.doc));
  }

  showPlain() {
    this.plain = true;
    this.place.hidden = true;
    this.textarea.hidden = false;
    this.tools.refresh();
    this.count();
  }

  async showRich() {
    try {
      await this.start();
    } catch {
      return this.showPlain(); // the library could not be loaded
    }
    this.plain = false;
    this.setHTML(this.textarea.value);
    this.place.hidden = false;
    this.textarea.hidden = true;
    this.tools.refresh();
    this.count();
  }

  formatChanged(format) {
    if (format === "markdown") this.showPlain();
    else if (!prefersPlain()) this.showRich();
  }

  focus() {
    if (this.plain) this.textarea.focus();
    else this.editor.view.focus();
  }

  // run carries out the command of a button or a key.
  run(name) {
    if (name === "tools") return this.tools.focus();
    if (name === "plain") return this.switchPlain();
    if (this.plain || !this.editor.isEditable) return false;
    if (name === "link") return this.askLink();
    if (name === "picture") return selectedPicture(this.editor) ? this.askAlt() : this.takeFiles([]);
    return actions[name].do(this.editor);
  }

  async switchPlain() {
    keepChoice(!this.plain);
    // The caret is not lost with the view that goes away.
    const here = document.activeElement;
    const writing = here === this.textarea || Boolean(this.place?.contains(here)) && !here.matches("button");
    if (this.plain) await this.showRich();
    else this.showPlain();
    if (writing) this.focus();
    this.tools.refresh();
  }

  // stateOf returns whether a tool is on, and whether it can be used.
  stateOf(name) {
    const { editor, textarea } = this;
    if (name === "plain") return { on: this.plain, can: !this.markdown };
    if (this.plain || !editor) return { on: false, can: false };
    if (name === "link") return { on: editor.isActive("a"), can: !editor.isActive("pre") };
    if (name === "picture") return { on: Boolean(selectedPicture(editor)), can: Boolean(selectedPicture(editor)) || "pictures" in textarea.dataset };
    const { on, can } = actions[name];
    return { on: on?.(editor) ?? false, can: editor.isEditable && (can?.(editor) ?? true) };
  }

  // refreshSoon brings the tools up to date after the next paint: typing does not wait.
  refreshSoon() {
    this.frameWaiting ??= requestAnimationFrame(() => setTimeout(() => {
      this.frameWaiting = undefined;
      this.tools.refresh();
    }));
  }

  async askLink() {
    const { editor } = this, before = editor.getAttributes("a").href ?? "";
    const { pressed, text } = await this.tools.ask("link", before, { remove: before !== "" });
    const chain = chainOf(editor).extendMarkRange("a");
    if (pressed === "remove" || pressed === "set" && text === "") return chain.unsetMark("a").run();
    if (pressed !== "set") return editor.view.focus();
    const href = /^[a-z][a-z0-9+.-]*:|^[/#?]/i.test(text) ? text : `https://${text}`;
    const { empty } = editor.state.selection;
    if (empty && !before) return chainOf(editor).insertContent({ type: "text", text, marks: [{ type: "a", attrs: { href } }] }).run();
    return chain.setMark("a", { href }).run();
  }

  async askAlt() {
    const { editor } = this, selection = selectedPicture(editor);
    const { pressed, text } = await this.tools.ask("picture", selection.node.attrs.alt ?? "");
    const now = editor.state.doc.nodeAt(selection.from);
    if (pressed === "set" && now?.eq(selection.node)) {
      const { tr } = editor.state;
      tr.setNodeMarkup(selection.from, null, { ...now.attrs, alt: text });
      editor.view.dispatch(tr.setSelection(tiptap.NodeSelection.create(tr.doc, selection.from)));
    }
    editor.view.focus();
  }

  // takeFiles asks the page for pictures, or gives it those that were dropped.
  takeFiles(files) {
    if (!("pictures" in this.textarea.dataset)) return false;
    const insert = (picture) => this.insertFigure(this.figureOf(picture));
    const gallery = (pictures) => this.insertGallery(pictures);
    return this.textarea.dispatchEvent(new CustomEvent("rich-picture", { bubbles: true, detail: { files, insert, gallery } }));
  }

  figureOf({ caption = "", credit = "", ...attrs }) {
    const { schema } = this.editor, { figure, picture, figcaption } = schema.nodes;
    const text = [];
    if (caption) text.push(schema.text(credit ? `${caption} ` : caption));
    if (credit) text.push(schema.text(credit, [schema.marks.small.create()]));
    return figure.create(null, [picture.create(attrs), figcaption.create(null, text)]);
  }

  insertGallery(pictures) {
    const { figure } = this.editor.schema.nodes;
    this.insertFigure(figure.create({ class: "gallery" }, pictures.map((one) => this.figureOf(one))));
  }

  insertFigure(made) {
    const { editor } = this, { tr } = editor.state, { $to } = editor.state.selection;
    // It comes behind the block that the cursor is in.
    const at = $to.depth > 0 ? $to.after(1) : $to.pos;
    tr.insert(at, made);
    // The cursor goes into the first caption: a selected picture would be replaced by typing.
    editor.view.dispatch(tr.setSelection(tiptap.Selection.findFrom(tr.doc.resolve(at), 1, true)).scrollIntoView());
    editor.view.focus();
  }

  // say tells something at the foot of the surface.
  say(text) {
    this.tools.foot.querySelector("[role=status]").textContent = text;
  }
}

// richEditors are the editors of the page, by textarea: promises of their surfaces.
export const richEditors = new Map();
for (const textarea of document.querySelectorAll("textarea[data-rich]")) richEditors.set(textarea, richEditor(textarea));
