// The rich editor: a writing surface on a textarea of HTML. The files of this folder are
// joined into one module, in the order of their names. It loads the vendored Tiptap only
// when a page has such a textarea. The model holds what the server's cleaner keeps in an
// article (models/richtext, policy.go); other parts stay as raw blocks.

// The library, from public/vendor/tiptap, once it has been loaded.
let tiptap;

// Attributes that every element may have.
const commonAttributes = ["lang", "dir"];

// Inline elements and their attributes, outermost first: links hold the others.
const markAttributes = {
  a: ["href", "title", "class", "role"],
  del: ["datetime"],
  ins: ["datetime"],
  abbr: ["title"],
  time: ["datetime"],
  q: ["cite"],
  strong: [],
  b: [],
  em: [],
  i: [],
  u: [],
  s: [],
  mark: [],
  small: [],
  cite: [],
  sup: ["id"],
  sub: [],
  kbd: [],
  samp: [],
  var: [],
  code: [],
};

// separateMarks are not joined: two adjacent elements, or one inside another, look different
// from one long element.
const separateMarks = new Set(["q", "kbd", "samp", "time", "sub", "sup", "abbr"]);

// attributesOf returns the attributes that a node or a mark has, null where absent.
const attributesOf = (names) => {
  const attributes = {};
  for (const name of [...names, ...commonAttributes]) {
    attributes[name] = { default: null, parseHTML: (element) => element.getAttribute(name) };
  }
  return attributes;
};

// readAttributes takes the named attributes from an element. It returns null if the
// element has others, which the model would lose.
const readAttributes = (element, names) => {
  const attributes = {};
  for (const { name, value } of element.attributes) {
    if (!names.includes(name) && !commonAttributes.includes(name)) return null;
    attributes[name] = value;
  }
  return attributes;
};

// setAttributes returns those attributes that are set, for the page. An address that
// would run a script has no effect on the page; the model keeps it for the cleaner.
const setAttributes = (attributes, ...left) => {
  const set = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || left.includes(name)) continue;
    if (name === "href" && !/^(https?:|mailto:|tel:|[/#?]|[^:]*$)/i.test(value)) continue;
    set[name] = value;
  }
  return set;
};

// markExtensions makes a mark of every inline element. The first has the highest rank.
const markExtensions = () => Object.entries(markAttributes).map(([tag, names], index) => tiptap.Mark.create({
  name: tag,
  priority: 900 - index,
  inclusive: tag !== "a",
  addAttributes: () => attributesOf(names),
  parseHTML: () => [{ tag, getAttrs: (element) => readAttributes(element, names) ?? pickAttributes(element, names) }],
  renderHTML: ({ mark }) => [tag, setAttributes(mark.attrs), 0],
}));

// pickAttributes takes the named attributes and leaves out the others.
const pickAttributes = (element, names) => {
  const attributes = {};
  for (const name of [...names, ...commonAttributes]) {
    if (element.hasAttribute(name)) attributes[name] = element.getAttribute(name);
  }
  return attributes;
};
