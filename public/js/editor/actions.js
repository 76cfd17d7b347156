// The actions of the editor's buttons and keys. An action is a function of the editor; on
// tells whether its button is shown as pressed, and can whether the action is possible now.

// chainOf begins a chain of commands with the focus in the surface. Tiptap's own focus command
// runs a frame later, and would take the focus from an element that got it since.
const chainOf = (editor) => {
  editor.view.focus();
  return editor.chain();
};

const within = (editor, ...names) => {
  const { $from } = editor.state.selection;
  for (let depth = $from.depth; depth > 0; depth--) {
    if (names.includes($from.node(depth).type.name)) return { node: $from.node(depth), pos: $from.before(depth) };
  }
  return null;
};

// outermost finds the outermost node of a name, such as a gallery, a figure of figures.
const outermost = (editor, name) => {
  const { $from } = editor.state.selection;
  for (let depth = 1; depth <= $from.depth; depth++) {
    if ($from.node(depth).type.name === name) return { node: $from.node(depth), pos: $from.before(depth) };
  }
  return null;
};

const selectedPicture = ({ state: { selection } }) => ["picture", "image"].includes(selection.node?.type.name) ? selection : null;

// toggle switches a mark that has two elements, such as strong and b.
const toggle = (...names) => ({
  on: (editor) => names.some((name) => editor.isActive(name)),
  do: (editor) => {
    const active = names.filter((name) => editor.isActive(name));
    if (active.length === 0) return chainOf(editor).setMark(names[0]).run();
    const chain = chainOf(editor);
    for (const name of active) chain.unsetMark(name);
    return chain.run();
  },
  can: (editor) => !editor.isActive("pre"),
});

const heading = (level) => ({
  on: (editor) => editor.isActive("heading", { level }),
  do: (editor) => chainOf(editor).toggleNode("heading", "paragraph", { level }).run(),
});

const list = (name) => ({
  on: (editor) => within(editor, "ul", "ol")?.node.type.name === name,
  do: (editor) => chainOf(editor).toggleList(name, "li").run(),
});

const inTable = (command) => ({
  can: (editor) => tiptap.isInTable(editor.state),
  do: (editor) => {
    editor.view.focus();
    return command(editor.state, editor.view.dispatch);
  },
});

const isPullQuote = (node) => node.type.name === "figure" && node.firstChild.type.name === "blockquote";

// pullQuote wraps paragraphs into a figure with a quote, or takes them out again.
const pullQuote = {
  on: (editor) => Boolean(within(editor, "figure") && isPullQuote(within(editor, "figure").node)),
  do: (editor) => {
    const { state, view } = editor, { figure, blockquote } = state.schema.nodes, around = within(editor, "figure");
    view.focus();
    if (around) {
      if (!isPullQuote(around.node)) return false;
      let blocks = tiptap.Fragment.empty;
      around.node.forEach((child) => {
        blocks = blocks.append(child.type === blockquote ? child.content
          : tiptap.Fragment.from(child.type.name === "figcaption" ? state.schema.nodes.paragraph.create(null, child.content) : child));
      });
      const tr = state.tr.replaceWith(around.pos, around.pos + around.node.nodeSize, blocks);
      view.dispatch(tr.setSelection(tiptap.Selection.near(tr.doc.resolve(around.pos + 1))).scrollIntoView());
      return true;
    }
    const range = state.selection.$from.blockRange(state.selection.$to);
    if (!range?.parent.canReplaceWith(range.startIndex, range.endIndex, figure)) return false;
    view.dispatch(state.tr.wrap(range, [{ type: figure }, { type: blockquote }]).scrollIntoView());
    return true;
  },
};

const insertTable = (editor) => {
  const { table, row, th, td, paragraph } = editor.schema.nodes;
  const cells = (type) => Array.from({ length: 3 }, () => type.create(null, paragraph.create()));
  const made = table.create(null, [row.create({ part: "head" }, cells(th)), row.create(null, cells(td)), row.create(null, cells(td))]);
  const { tr } = editor.state;
  tr.replaceSelectionWith(made);
  let at = tr.selection.from;
  tr.doc.descendants((node, pos) => {
    if (node === made) at = pos;
    return at !== pos;
  });
  editor.view.dispatch(tr.setSelection(tiptap.TextSelection.near(tr.doc.resolve(at + 1))).scrollIntoView());
  editor.view.focus();
};

// headRow makes headings of the cells of the first row, or plain cells again.
const headRow = (state, dispatch) => {
  const { $from } = state.selection;
  for (let depth = $from.depth; depth > 0; depth--) {
    const table = $from.node(depth);
    if (table.type.name !== "table") continue;
    const first = table.firstChild, head = first.attrs.part !== "head", { th, td } = state.schema.nodes;
    const cells = [];
    first.forEach((cell) => cells.push((head ? th : td).create({ ...cell.attrs, ...(head ? { scope: "col" } : {}) }, cell.content)));
    const row = first.type.create({ ...first.attrs, part: head ? "head" : "body" }, cells);
    const from = $from.before(depth) + 1;
    const tr = state.tr.replaceWith(from, from + first.nodeSize, row);
    if (dispatch) dispatch(tr.setSelection(tiptap.Selection.near(tr.doc.resolve(Math.min($from.pos, tr.doc.content.size)))));
    return true;
  }
  return false;
};

const actions = {
  bold: toggle("strong", "b"),
  italic: toggle("em", "i"),
  heading: heading(2),
  subheading: heading(3),
  bullets: list("ul"),
  numbers: list("ol"),
  deeper: { can: (editor) => Boolean(within(editor, "li")), do: (editor) => chainOf(editor).sinkListItem("li").run() },
  shallower: { can: (editor) => Boolean(within(editor, "li")), do: (editor) => chainOf(editor).liftListItem("li").run() },
  quote: {
    on: (editor) => Boolean(within(editor, "blockquote")) && !pullQuote.on(editor),
    do: (editor) => chainOf(editor).toggleWrap("blockquote").run(),
    can: (editor) => !pullQuote.on(editor),
  },
  pull: pullQuote,
  code: { on: (editor) => editor.isActive("pre"), do: (editor) => chainOf(editor).toggleNode("pre", "paragraph").run() },
  table: { can: (editor) => !tiptap.isInTable(editor.state), do: insertTable },
  undo: { can: ({ state }) => tiptap.undoDepth(state) > 0, do: ({ state, view }) => tiptap.undo(state, view.dispatch) },
  redo: { can: ({ state }) => tiptap.redoDepth(state) > 0, do: ({ state, view }) => tiptap.redo(state, view.dispatch) },
  "row-add": inTable((...it) => tiptap.addRowAfter(...it)),
  "row-delete": inTable((...it) => tiptap.deleteRow(...it)),
  "column-add": inTable((...it) => tiptap.addColumnAfter(...it)),
  "column-delete": inTable((...it) => tiptap.deleteColumn(...it)),
  "row-head": inTable(headRow),
  "table-delete": inTable((...it) => tiptap.deleteTable(...it)),
};

// keys of the writing surface. Tab leaves it, as in every field; in a table it goes to
// the next cell.
const surfaceKeys = {
  "Mod-b": "bold", "Mod-i": "italic", "Mod-k": "link", "Mod-Alt-2": "heading", "Mod-Alt-3": "subheading",
  "Mod-Shift-7": "numbers", "Mod-Shift-8": "bullets", "Mod-Shift-b": "quote", "Mod-Shift-u": "pull", "Mod-Alt-c": "code",
  "Mod-]": "deeper", "Mod-[": "shallower", "Mod-z": "undo", "Mod-Shift-z": "redo", "Mod-y": "redo",
};

// leaveFigure moves the cursor after a figure: from its caption, from its selected picture, or
// from an empty paragraph at the end of its quote.
const leaveFigure = (editor) => {
  const { state, view } = editor, { $from, empty, node } = state.selection, figure = outermost(editor, "figure");
  const picture = node?.type.name === "picture";
  if (!empty && !picture || !figure) return false;
  const caption = $from.parent.type.name === "figcaption";
  const end = figure.pos + figure.node.nodeSize;
  const last = $from.parent.type.name === "paragraph" && $from.parent.content.size === 0 && $from.end() + ($from.depth - state.doc.resolve(figure.pos).depth) === end;
  if (!caption && !picture && !last) return false;
  const tr = state.tr.insert(end, state.schema.nodes.paragraph.create());
  tr.setSelection(tiptap.TextSelection.create(tr.doc, end + 1));
  if (last && $from.node(-1).childCount > 1) tr.delete($from.before(), $from.after());
  view.dispatch(tr.scrollIntoView());
  return true;
};

const atItemStart = ({ state: { selection: { $from, empty } } }) =>
  empty && $from.parentOffset === 0 && $from.depth > 1 && $from.node(-1).type.name === "li" && $from.index(-1) === 0;

const keysExtension = (run) => tiptap.Extension.create({
  name: "keys",
  priority: 200, // before those of Tiptap
  addProseMirrorPlugins: () => [tiptap.history(), tiptap.dropCursor({ class: "rich-drop", color: false }), tiptap.gapCursor()],
  addKeyboardShortcuts() {
    const keys = {
      Enter: () => leaveFigure(this.editor) || this.editor.commands.splitListItem("li"),
      "Shift-Enter": () => this.editor.commands.first(({ commands }) => [() => commands.exitCode(), () => commands.insertContent({ type: "br" })]),
      Backspace: () => atItemStart(this.editor) && this.editor.commands.liftListItem("li"),
      Tab: () => tiptap.goToNextCell(1)(this.editor.state, this.editor.view.dispatch),
      "Shift-Tab": () => tiptap.goToNextCell(-1)(this.editor.state, this.editor.view.dispatch),
      "Alt-F10": () => run("tools"),
    };
    for (const [key, name] of Object.entries(surfaceKeys)) {
      keys[key] = () => {
        run(name);
        return true;
      };
    }
    return keys;
  },
});
