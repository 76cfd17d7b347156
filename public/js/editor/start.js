// Starting: the writing surface takes the place of the textarea and keeps it up to date.

// loaded is the HTML that a top-level node was read from, and the white space before it.
// A node that nobody has changed is written as it was read, byte for byte.
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

const libraryOf = async (address) => {
  tiptap ??= await import(address);
  return tiptap;
};

// richEditor makes a rich editor of a textarea of HTML. The address of the library is in
// data-tiptap, the words of the page in other data attributes. The textarea stays the
// field of the form: it is up to date half a second after a change, and whenever its
// form is sent. Options:
//
//   picture(insert)  asks for a picture and calls insert({src, alt, caption, credit})
export const richEditor = async (textarea, options = {}) => {
  await libraryOf(textarea.dataset.tiptap);
  const surface = new Surface(textarea, options);
  surface.showRich();
  return surface;
};

// unsaved is how long, in ms, the textarea may be behind the surface.
const unsaved = 500;

class Surface {
  constructor(textarea, options) {
    this.textarea = textarea;
    this.options = options;
    this.frame = document.createElement("div");
    this.frame.className = "rich";
    textarea.before(this.frame);
    this.editor = new tiptap.Editor({
      element: this.frame,
      injectCSS: false, // the policy of the page refuses it; css/editor has the rules
      extensions: this.extensions(),
      editorProps: { attributes: this.surfaceAttributes() },
      onUpdate: () => this.changed(),
    });
    textarea.form?.addEventListener("submit", () => this.save());
    textarea.form?.addEventListener("formdata", (event) => {
      this.save();
      event.formData.set(textarea.name, textarea.value);
    });
    addEventListener("pagehide", () => this.save());
  }

  extensions() {
    return [...documentNodes(this.textarea.dataset.raw ?? ""), ...markExtensions()];
  }

  surfaceAttributes() {
    const { textarea } = this, label = textarea.labels?.[0];
    if (label) label.id ||= `${textarea.id}-label`;
    const attributes = { class: "rich-text article-body", role: "textbox", "aria-multiline": "true" };
    if (label) attributes["aria-labelledby"] = label.id;
    if (textarea.getAttribute("aria-describedby")) attributes["aria-describedby"] = textarea.getAttribute("aria-describedby");
    for (const name of ["lang", "dir"]) if (textarea.getAttribute(name)) attributes[name] = textarea.getAttribute(name);
    return attributes;
  }

  // html returns the text as HTML: the very text that was read, while nothing is changed.
  html(again = false) {
    if (!again && this.editor.state.doc.eq(this.read)) return this.source;
    return writeDocument(this.editor.state.doc, again);
  }

  // setHTML replaces the text; what was undone and done before is forgotten.
  setHTML(html) {
    const { schema, view } = this.editor;
    const blocks = readDocument(html, schema);
    for (const { node, source, gap } of blocks) loaded.set(node, { source, gap });
    const nodes = blocks.length > 0 ? blocks.map(({ node }) => node) : [schema.nodes.paragraph.create()];
    const doc = schema.nodes.doc.create(null, nodes);
    this.source = html;
    this.read = doc;
    view.updateState(view.state.constructor.create({ doc, schema, plugins: view.state.plugins }));
  }

  // changed has the textarea follow soon.
  changed() {
    this.waiting ??= setTimeout(() => this.save(), unsaved);
  }

  // save writes the text into the textarea, and tells the form.
  save() {
    clearTimeout(this.waiting);
    this.waiting = undefined;
    if (this.plain) return;
    const html = this.html();
    if (html === this.textarea.value) return;
    this.textarea.value = html;
    this.textarea.dispatchEvent(new Event("input", { bubbles: true }));
  }

  showPlain() {
    this.save();
    this.plain = true;
    this.frame.hidden = true;
    this.textarea.hidden = false;
  }

  showRich() {
    this.plain = false;
    this.setHTML(this.textarea.value);
    this.frame.hidden = false;
    this.textarea.hidden = true;
  }
}

for (const textarea of document.querySelectorAll("textarea[data-rich]")) richEditor(textarea);
