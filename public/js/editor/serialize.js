// Writing: the nodes of the model to HTML, in the form in which the server's cleaner
// keeps it.

const escapes = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "\u00a0": "&nbsp;" };
const escapeHTML = (text) => text.replace(/[&<>"\u00a0]/g, (letter) => escapes[letter]);

const startTag = (name, attributes = {}) => {
  let tag = `<${name}`;
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) tag += ` ${key}="${escapeHTML(String(value))}"`;
  }
  return `${tag}>`;
};

const wrap = (name, attributes, content) => `${startTag(name, attributes)}${content}</${name}>`;

// writeBlock returns the HTML of the block at an index of its holder.
const writeBlock = (node, holder, index) => {
  const { type: { name }, attrs } = node;
  switch (name) {
    case "paragraph":
      return writeParagraph(node, holder, index);
    case "heading": {
      const { level, ...rest } = attrs;
      return wrap(`h${level}`, rest, writeText(node));
    }
    case "pre": {
      const { code, ...rest } = attrs, text = writeText(node);
      // A parser leaves out a line feed right behind the start tag.
      return wrap("pre", rest, code ? `<code>${text}</code>` : `${text.startsWith("\n") ? "\n" : ""}${text}`);
    }
    case "hr":
      return startTag("hr", attrs);
    case "picture":
      return writePicture(attrs);
    case "raw":
      return attrs.html;
    case "table":
      return writeTable(node);
    case "td":
    case "th":
      return wrap(name, writtenCell(node), writeBlocks(node));
  }
  if (node.type.inlineContent) return wrap(name, attrs, writeText(node));
  const inside = writeBlocks(node);
  return wrap(name, attrs, ["ul", "ol", "dl", "blockquote", "div", "section"].includes(name) ? `\n${inside}\n` : inside);
};

// writeBlocks returns the blocks in a node, each on a line where a space cannot show.
const writeBlocks = (node) => {
  const parts = [];
  node.forEach((child, offset, index) => parts.push(writeBlock(child, node, index)));
  return parts.filter((part) => part !== "").join(["figure", "li", "td", "th", "dd"].includes(node.type.name) ? "" : "\n");
};

const writeParagraph = (node, holder, index) => {
  const text = writeText(node);
  if (isBare(holder, index)) return text;
  const { form, ...attrs } = node.attrs;
  return text === "" ? "" : wrap("p", attrs, text); // without text it does not show on a page
};

// isBare tells whether the paragraph at an index of its holder has no element. Two such
// paragraphs one after the other would run together.
const isBare = (holder, index) => {
  const { form, ...attrs } = holder.child(index).attrs, name = holder.type.name;
  if (Object.values(attrs).some((value) => value !== null)) return false;
  const before = index > 0 ? holder.child(index - 1) : null;
  const next = index + 1 < holder.childCount ? holder.child(index + 1).type.name : undefined;
  const [read, where] = (form ?? "").split(" ");
  if (where === name ? read !== "bare" : !isBareByDefault(name, index, next)) return false;
  return !(before?.type.name === "picture" || before?.type.name === "paragraph" && isBare(holder, index - 1));
};

const writePicture = ({ link, ...attrs }) => {
  const img = startTag("img", attrs);
  return link ? wrap("a", link, img) : img;
};

const writeTable = (node) => {
  const { caption, ...attrs } = node.attrs;
  let out = caption === null ? "" : `<caption>${caption}</caption>`;
  for (const [part, tag] of [["head", "thead"], ["body", "tbody"], ["foot", "tfoot"]]) {
    const rows = [];
    node.forEach((row) => {
      const { part: own, ...rest } = row.attrs;
      if (own === part) rows.push(wrap("tr", rest, writeBlocks(row)));
    });
    if (rows.length > 0) out += `\n${wrap(tag, {}, `\n${rows.join("\n")}\n`)}`;
  }
  return wrap("table", attrs, `${out}\n`);
};

// writeText returns the text of a block with its marks. Marks that go on from one piece
// to the next are one element.
const writeText = (node) => {
  let out = "", open = [];
  const close = (depth) => {
    while (open.length > depth) out += `</${open.pop().type.name}>`;
  };
  node.forEach((child) => {
    let same = 0;
    while (same < open.length && same < child.marks.length && open[same].eq(child.marks[same])) same++;
    close(same);
    for (const mark of child.marks.slice(same)) {
      out += startTag(mark.type.name, mark.attrs);
      open.push(mark);
    }
    if (child.isText) out += escapeHTML(child.text);
    else out += child.type.name === "br" ? "<br>" : startTag("img", child.attrs);
  });
  close(0);
  return out;
};
