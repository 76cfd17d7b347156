// The block nodes of the model, each named by its element where it has one.

// Block elements that hold other blocks.
const containers = {
  blockquote: { attributes: ["cite"], content: "block+", group: "block", defining: true, typed: /^\s*>\s$/ },
  ul: { attributes: [], content: "li+", group: "block list", typed: /^\s*[-*•]\s$/ },
  ol: { attributes: ["start"], content: "li+", group: "block list", typed: /^\s*(\d{1,4})[.)]\s$/ },
  li: { attributes: ["id"], content: "block+", defining: true },
  dl: { attributes: [], content: "(dt|dd)+", group: "block" },
  dd: { attributes: [], content: "block+", defining: true },
  div: { attributes: ["class", "role"], content: "block+", group: "block" },
  section: { attributes: [], content: "block+", group: "block" },
  figure: { attributes: ["class"], content: "(block|picture|figcaption)+", group: "block", defining: true, isolating: true },
};

// Block elements that hold text.
const textBlocks = {
  dt: { attributes: [] },
  figcaption: { attributes: [], isolating: true },
};

const pictureAttributes = ["src", "alt", "width", "height"];
const headings = ["h2", "h3", "h4", "h5", "h6"];

// elementNode makes the node of an element that has the element's own name.
// typed is the text at the start of a paragraph that wraps it into the element.
const elementNode = (tag, { attributes, typed, ...rest }) => tiptap.Node.create({
  name: tag,
  ...rest,
  addInputRules() {
    const getAttributes = ([, number]) => (number > 1 ? { start: number } : {});
    return typed ? [tiptap.wrappingInputRule({ find: typed, type: this.type, getAttributes })] : [];
  },
  addAttributes: () => attributesOf(attributes),
  parseHTML: () => [{ tag, getAttrs: (element) => pickAttributes(element, attributes) }],
  renderHTML: ({ node }) => [tag, setAttributes(node.attrs), 0],
});

const paragraphNode = () => tiptap.Node.create({
  name: "paragraph",
  priority: 1000, // the block that comes where none is named
  group: "block",
  content: "inline*",
  // form is "p" or "bare" and the name of the node that holds the paragraph, if it was
  // read there and is not in the form that isBare gives a new one.
  addAttributes: () => ({ ...attributesOf([]), form: { default: null } }),
  parseHTML: () => [{ tag: "p", getAttrs: (element) => pickAttributes(element, []) }],
  renderHTML: ({ node }) => ["p", setAttributes(node.attrs, "form"), 0],
});

const headingNode = () => tiptap.Node.create({
  name: "heading",
  group: "block",
  content: "inline*",
  defining: true,
  addAttributes: () => ({ ...attributesOf([]), level: { default: 2 } }),
  parseHTML: () => headings.map((tag, index) => ({ tag, getAttrs: (element) => ({ ...pickAttributes(element, []), level: index + 2 }) })),
  renderHTML: ({ node }) => [`h${node.attrs.level}`, setAttributes(node.attrs, "level"), 0],
  addInputRules() {
    return [2, 3].map((level) => tiptap.textblockTypeInputRule({ find: new RegExp(`^#{${level}}\\s$`), type: this.type, getAttributes: { level } }));
  },
});

const codeNode = () => tiptap.Node.create({
  name: "pre",
  group: "block",
  content: "text*",
  code: true,
  defining: true,
  addAttributes: () => ({ ...attributesOf([]), code: { default: true } }), // <code> inside of it
  parseHTML: () => [{ tag: "pre", preserveWhitespace: "full", getAttrs: (element) => pickAttributes(element, []) }],
  renderHTML: ({ node }) => ["pre", setAttributes(node.attrs, "code"), ["code", 0]],
  addInputRules() {
    return [tiptap.textblockTypeInputRule({ find: /^```\s$/, type: this.type })];
  },
});

// pictureNode is the picture of a figure: a block, so that no text can be beside it. link holds
// the attributes of the link around it.
const pictureNode = () => tiptap.Node.create({
  name: "picture",
  atom: true,
  draggable: true,
  addAttributes: () => ({ ...attributesOf(pictureAttributes), link: { default: null } }),
  parseHTML: () => [{ tag: "figure > img, figure > a > img", priority: 60, getAttrs: readPicture }],
  renderHTML: ({ node }) => ["img", shownPicture(node)],
});

const imageNode = () => tiptap.Node.create({
  name: "image",
  group: "inline",
  inline: true,
  atom: true,
  draggable: true,
  addAttributes: () => attributesOf(pictureAttributes),
  parseHTML: () => [{ tag: "img[src]", getAttrs: (element) => pickAttributes(element, pictureAttributes) }],
  renderHTML: ({ node }) => ["img", shownPicture(node)],
});

const readPicture = (img) => {
  const around = img.parentElement.localName === "a" ? pickAttributes(img.parentElement, markAttributes.a) : null;
  return { ...pickAttributes(img, pictureAttributes), link: around };
};

// shownPicture leaves out the address of a picture of another site: a page loads from
// its own site only, and the cleaner makes a link of such a picture.
const shownPicture = (node) => {
  const shown = setAttributes(node.attrs, "link");
  if (!/^\/?[^/\\:]/.test(shown.src ?? "")) delete shown.src;
  return shown;
};

const breakNode = () => tiptap.Node.create({
  name: "br",
  group: "inline",
  inline: true,
  selectable: false,
  linebreakReplacement: true,
  parseHTML: () => [{ tag: "br" }],
  renderHTML: () => ["br"],
  renderText: () => "\n",
});

const ruleNode = () => tiptap.Node.create({
  name: "hr",
  group: "block",
  addAttributes: () => attributesOf([]),
  parseHTML: () => [{ tag: "hr", getAttrs: (element) => pickAttributes(element, []) }],
  renderHTML: ({ node }) => ["hr", setAttributes(node.attrs)],
  addInputRules() {
    return [tiptap.nodeInputRule({ find: /^(?:---|—-)\s?$/, type: this.type })];
  },
});

// A table is rows; a row knows its part: head, body or foot. The caption is HTML.
const tableNodes = () => [
  tiptap.Node.create({
    name: "table",
    group: "block",
    content: "row+",
    isolating: true,
    addAttributes: () => ({ ...attributesOf([]), caption: { default: null } }),
    parseHTML: () => [{ tag: "table", getAttrs: (element) => ({ ...pickAttributes(element, []), caption: element.caption?.innerHTML ?? null }) }],
    renderHTML: ({ node }) => ["table", setAttributes(node.attrs, "caption"), ["tbody", 0]],
  }),
  tiptap.Node.create({
    name: "row",
    content: "(td|th)*",
    addAttributes: () => ({ ...attributesOf([]), part: { default: "body" } }),
    parseHTML: () => [{ tag: "tr", getAttrs: (element) => ({ ...pickAttributes(element, []), part: partOfRow(element) }) }],
    renderHTML: ({ node }) => ["tr", setAttributes(node.attrs, "part"), 0],
  }),
  ...["td", "th"].map((tag) => tiptap.Node.create({
    name: tag,
    content: "block+",
    isolating: true,
    addAttributes: () => ({
      ...attributesOf(tag === "th" ? ["class", "scope"] : ["class"]),
      colspan: { default: 1 }, rowspan: { default: 1 }, colwidth: { default: null },
    }),
    parseHTML: () => [{ tag, getAttrs: readCell }],
    renderHTML: ({ node }) => [tag, setAttributes(writtenCell(node)), 0],
  })),
];

// tableRoles tells ProseMirror's tables which node is which.
const tableRoles = () => tiptap.Extension.create({
  name: "tableRoles",
  extendNodeSchema: (extension) => {
    const tableRole = { table: "table", row: "row", td: "cell", th: "header_cell" }[extension.name];
    return tableRole ? { tableRole } : {};
  },
  addProseMirrorPlugins: () => [tiptap.tableEditing()],
});

const partOfRow = (row) => ({ THEAD: "head", TFOOT: "foot" })[row.parentElement?.tagName] ?? "body";

const readCell = (cell) => {
  const attributes = pickAttributes(cell, ["class", "scope"]);
  for (const name of ["colspan", "rowspan"]) attributes[name] = Number(cell.getAttribute(name)) || 1;
  return attributes;
};

const writtenCell = (node) => {
  const { colspan, rowspan, colwidth, ...attributes } = node.attrs;
  if (colspan !== 1) attributes.colspan = colspan;
  if (rowspan !== 1) attributes.rowspan = rowspan;
  return attributes;
};

// rawNode holds HTML that the other nodes cannot hold, unchanged. The page shows it rendered if
// all its elements are harmless, or else as source.
const rawNode = (label) => tiptap.Node.create({
  name: "raw",
  group: "block",
  atom: true,
  draggable: true,
  addAttributes: () => ({ html: { default: "" } }),
  parseHTML: () => [{ tag: "div[data-raw]", priority: 70, getAttrs: (element) => ({ html: element.dataset.raw }) }],
  renderHTML: ({ node }) => ["div", { "data-raw": node.attrs.html }],
  addNodeView: () => ({ node }) => {
    const dom = document.createElement("div");
    dom.className = "rich-raw";
    dom.contentEditable = "false";
    const words = document.createElement("p");
    words.className = "rich-raw-label";
    words.textContent = label;
    dom.append(words, shownHTML(node.attrs.html));
    return { dom, ignoreMutation: () => true };
  },
});

const documentNodes = (label) => [
  tiptap.Node.create({ name: "doc", topNode: true, content: "block+" }),
  tiptap.Node.create({ name: "text", group: "inline" }),
  paragraphNode(), headingNode(), codeNode(), pictureNode(), imageNode(), breakNode(), ruleNode(), rawNode(label),
  ...Object.entries(containers).map(([tag, spec]) => elementNode(tag, spec)),
  ...Object.entries(textBlocks).map(([tag, spec]) => elementNode(tag, { content: "inline*", ...spec })),
  ...tableNodes(), tableRoles(),
];
