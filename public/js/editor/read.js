// Reading: HTML to the nodes of the model. Nothing is left out silently: a block with
// an element, an attribute or a nesting that the model lacks becomes a raw block.

// Unheld is the error for HTML that the model cannot hold.
class Unheld extends Error {}

const blockNames = new Set(["p", ...headings, "pre", "hr", "table", ...Object.keys(containers), ...Object.keys(textBlocks)]);
const paragraphHolders = new Set(["li", "td", "th", "dd"]); // one paragraph in them is bare

const isBlank = (node) => node.nodeType === Node.TEXT_NODE && !/[^ \t\n\r\f]/.test(node.data);
const isBlock = (node) => node.nodeType === Node.ELEMENT_NODE && blockNames.has(node.localName);

// parseInert makes elements of HTML that load nothing and run nothing.
const parseInert = (html) => {
  const holder = new DOMParser().parseFromString("", "text/html").createElement("div");
  holder.innerHTML = html;
  return holder;
};

// readDocument returns the top-level nodes of a body, each with its HTML and the white
// space before it.
const readDocument = (html, schema) => {
  const blocks = [];
  let gap = "", run = [];
  const add = (node, source) => {
    blocks.push({ node, source, gap });
    gap = "";
  };
  const endRun = () => {
    const last = run.length - [...run].reverse().findIndex((node) => !isBlank(node));
    const after = run.splice(last);
    if (run.length > 0) add(readWhole(run, schema), run.map(sourceOf).join(""));
    gap += after.map(sourceOf).join("");
    run = [];
  };
  for (const node of parseInert(html).childNodes) {
    if (isBlock(node) || node.nodeType === Node.COMMENT_NODE) {
      endRun();
      add(readWhole([node], schema), sourceOf(node));
    } else if (run.length > 0 || !isBlank(node)) {
      run.push(node);
    } else {
      gap += sourceOf(node);
    }
  }
  endRun();
  return blocks;
};

const sourceOf = (node) => {
  const holder = document.createElement("div");
  if (node.nodeType === Node.ELEMENT_NODE) return node.outerHTML;
  if (node.nodeType === Node.COMMENT_NODE) return `<!--${node.data}-->`;
  holder.textContent = node.data;
  return holder.innerHTML;
};

// readWhole reads one block, or a run of text and inline elements. It gives a raw block
// for HTML that the model cannot hold, and for HTML that would lose or change letters.
const readWhole = (nodes, schema) => {
  const source = nodes.map(sourceOf).join("");
  try {
    const holder = nodes[0].ownerDocument.createElement("div");
    holder.append(...nodes.map((node) => node.cloneNode(true)));
    const [json, ...more] = readFlow(holder, "doc");
    if (json && more.length === 0) {
      const node = schema.nodeFromJSON(json);
      node.check();
      if (schema.nodes.doc.contentMatch.matchType(node.type) && lettersOf(holder) === node.textBetween(0, node.content.size).replace(/[ \t\n\r\f]/g, "")) return node;
    }
  } catch (problem) {
    if (!(problem instanceof Unheld || problem instanceof RangeError)) throw problem;
  }
  return schema.nodes.raw.create({ html: source });
};

const lettersOf = (holder) => {
  const copy = holder.cloneNode(true);
  for (const caption of copy.querySelectorAll("caption")) caption.remove(); // kept as an attribute
  return copy.textContent.replace(/[ \t\n\r\f]/g, "");
};

// readFlow reads the blocks in an element; text between them makes bare paragraphs.
const readFlow = (parent, holder) => {
  const list = [], paragraphs = [];
  let run = [];
  const endRun = () => {
    if (run.some((node) => !isBlank(node))) {
      if (holder === "figure" && run.every((node) => isBlank(node) || pictureIn(node))) {
        for (const node of run) if (!isBlank(node)) list.push(readPictureBlock(node));
      } else {
        paragraphs.push([list.push({ type: "paragraph", content: readText(run), attrs: {} }) - 1, "bare"]);
      }
    }
    run = [];
  };
  for (const node of parent.childNodes) {
    if (!isBlock(node)) {
      run.push(node);
      continue;
    }
    endRun();
    if (node.localName === "p") paragraphs.push([list.length, "p"]);
    list.push(readBlock(node, holder));
  }
  endRun();
  if (list.length === 0 && holder !== "doc") paragraphs.push([list.push({ type: "paragraph", attrs: {} }) - 1, "bare"]);
  for (const [index, form] of paragraphs) {
    if ((form === "bare") !== isBareByDefault(holder, index, list[index + 1]?.type)) list[index].attrs.form = `${form} ${holder}`;
  }
  return list;
};

// isBareByDefault tells whether a paragraph has no element of its own: the only one of
// a list item or a cell, which another block such as an inner list may follow.
const isBareByDefault = (holder, index, next) => index === 0 && next !== "paragraph" && paragraphHolders.has(holder);

const attributesOrThrow = (element, names) => {
  const attributes = readAttributes(element, names);
  if (!attributes) throw new Unheld(`attributes of ${element.localName}`);
  return attributes;
};

const readBlock = (element, holder) => {
  const name = element.localName;
  switch (true) {
    case name === "p":
      return { type: "paragraph", attrs: attributesOrThrow(element, []), content: readText(element.childNodes) };
    case headings.includes(name):
      return { type: "heading", attrs: { ...attributesOrThrow(element, []), level: Number(name[1]) }, content: readText(element.childNodes) };
    case name === "pre":
      return readCode(element);
    case name === "hr":
      return { type: "hr", attrs: attributesOrThrow(element, []) };
    case name === "table":
      return readTable(element);
    case name in textBlocks:
      return { type: name, attrs: attributesOrThrow(element, textBlocks[name].attributes), content: readText(element.childNodes) };
    case name === "ul" || name === "ol" || name === "dl":
      return { type: name, attrs: attributesOrThrow(element, containers[name].attributes), content: readItems(element) };
    case name in containers:
      return { type: name, attrs: attributesOrThrow(element, containers[name].attributes), content: readFlow(element, name) };
  }
  throw new Unheld(`${name} in ${holder}`);
};

// readItems reads the items of a list, which has no text of its own.
const readItems = (element) => {
  const items = [];
  for (const node of element.childNodes) {
    if (isBlank(node)) continue;
    const fits = element.localName === "dl" ? ["dt", "dd"] : ["li"];
    if (!fits.includes(node.localName)) throw new Unheld(`${node.nodeName} in ${element.localName}`);
    items.push(readBlock(node, element.localName));
  }
  return items;
};

const readCode = (element) => {
  const [inner, ...more] = element.childNodes;
  const wrapped = inner?.nodeName === "CODE" && more.length === 0 && inner.attributes.length === 0;
  const content = [];
  readRun(wrapped ? inner.childNodes : element.childNodes, [], content);
  if (content.some(({ type }) => type !== "text")) throw new Unheld("a break or picture in pre");
  return { type: "pre", attrs: { ...attributesOrThrow(element, []), code: wrapped }, content };
};

const readTable = (element) => {
  const rows = [], parts = [], attrs = attributesOrThrow(element, []);
  for (const node of element.childNodes) {
    if (isBlank(node)) continue;
    if (node.nodeName === "CAPTION" && node.attributes.length === 0 && !("caption" in attrs) && parts.length === 0) {
      attrs.caption = node.innerHTML;
      continue;
    }
    const part = { THEAD: "head", TBODY: "body", TFOOT: "foot" }[node.nodeName];
    const order = ["head", "body", "foot"].indexOf(part);
    if (order < 0 || node.attributes.length > 0 || parts.some((earlier) => earlier >= order)) throw new Unheld("parts of a table");
    parts.push(order);
    for (const row of node.children) rows.push(readRow(row, part));
    if (node.children.length === 0 || [...node.childNodes].some((child) => child.nodeName !== "TR" && !isBlank(child))) {
      throw new Unheld(`in a ${node.nodeName}`);
    }
  }
  return { type: "table", attrs, content: rows };
};

const readRow = (row, part) => {
  const content = [];
  for (const cell of row.childNodes) {
    if (isBlank(cell)) continue;
    if (cell.nodeName !== "TD" && cell.nodeName !== "TH") throw new Unheld("in a row");
    const names = cell.nodeName === "TH" ? ["class", "scope", "colspan", "rowspan"] : ["class", "colspan", "rowspan"];
    const attrs = attributesOrThrow(cell, names);
    for (const name of ["colspan", "rowspan"]) {
      if (name in attrs && !/^[1-9]\d*$/.test(attrs[name])) throw new Unheld(`${name} ${attrs[name]}`);
      if (name in attrs) attrs[name] = Number(attrs[name]);
    }
    content.push({ type: cell.localName, attrs, content: readFlow(cell, cell.localName) });
  }
  return { type: "row", attrs: { ...attributesOrThrow(row, []), part }, content };
};

// pictureIn returns the picture that a node is, or that is all of the link that it is.
const pictureIn = (node) => {
  if (node.nodeName === "A" && node.children.length === 1 && [...node.childNodes].every((child) => child.nodeName === "IMG" || isBlank(child))) {
    return node.firstElementChild;
  }
  return node.nodeName === "IMG" ? node : null;
};

const readPictureBlock = (node) => {
  const attrs = attributesOrThrow(pictureIn(node), pictureAttributes);
  if (node.nodeName === "A") attrs.link = attributesOrThrow(node, markAttributes.a);
  return { type: "picture", attrs };
};

// readText reads the text of a block. White space that does not show is left out.
const readText = (nodes) => {
  const content = [];
  readRun(nodes, [], content);
  let space = true; // before this, a space would not show
  for (const item of content) {
    if (item.type === "text") {
      item.text = item.text.replace(/[ \t\n\r\f]+/g, " ");
      if (space && item.text.startsWith(" ")) item.text = item.text.slice(1);
      if (item.text !== "") space = item.text.endsWith(" ");
    } else {
      space = item.type === "br";
    }
  }
  trimEnds(content);
  return content.filter(({ type, text }) => type !== "text" || text !== "");
};

// trimEnds leaves out the spaces before a break and at the end.
const trimEnds = (content) => {
  let end = true;
  for (const item of [...content].reverse()) {
    if (item.type === "text") {
      if (end) item.text = item.text.replace(/ $/, "");
      end = end && item.text === "";
    } else {
      end = item.type === "br";
    }
  }
};

const readRun = (nodes, marks, content) => {
  for (const node of nodes) {
    if (node.nodeType === Node.TEXT_NODE) {
      if (node.data !== "") content.push({ type: "text", text: node.data, marks });
      continue;
    }
    const name = node.localName;
    if (name === "br" && node.attributes.length === 0) {
      content.push({ type: "br", marks });
    } else if (name === "img") {
      content.push({ type: "image", attrs: attributesOrThrow(node, pictureAttributes), marks });
    } else if (name in markAttributes) {
      readRun(node.childNodes, withMark(node, marks), content);
    } else {
      throw new Unheld(node.nodeName);
    }
  }
};

// withMark adds the mark of an inline element. Some elements cannot be marks: those
// that show something even without text, or whose borders would be lost.
const withMark = (element, marks) => {
  const name = element.localName, attrs = attributesOrThrow(element, markAttributes[name]);
  const same = marks.find(({ type }) => type === name);
  const beside = element.previousSibling;
  const touches = beside?.localName === name || beside?.nodeType === Node.TEXT_NODE && beside.data === "";
  if (separateMarks.has(name) && (same || touches)) throw new Unheld(`${name} at another`);
  if (element.childNodes.length === 0 && (name === "q" || element.hasAttribute("id"))) throw new Unheld(`an empty ${name}`);
  if (!same) return [...marks, { type: name, attrs }];
  if (JSON.stringify(same.attrs) !== JSON.stringify(attrs)) throw new Unheld(`${name} in another`);
  return marks;
};

// Elements that the page may show in a raw block.
const harmless = new Set([...blockNames, ...Object.keys(markAttributes), "br", "img", "thead", "tbody", "tfoot", "tr", "td", "th", "caption"]);

// shownHTML shows HTML as elements without addresses, or as source if an element in it
// is unknown or out of its place.
const shownHTML = (html) => {
  const holder = parseInert(html);
  const elements = [...holder.querySelectorAll("*")];
  const odd = (element) => !harmless.has(element.localName) || element.localName === "li" && !element.parentElement.matches("ul, ol");
  if (elements.length === 0 || elements.some(odd)) {
    const source = document.createElement("pre");
    source.textContent = html;
    return source;
  }
  for (const element of elements) {
    for (const { name } of [...element.attributes]) {
      if (!["alt", "dir", "lang", "colspan", "rowspan", "start", "cite"].includes(name)) element.removeAttribute(name);
    }
  }
  const shown = document.createElement("div");
  shown.inert = true;
  shown.append(...holder.childNodes);
  return shown;
};
