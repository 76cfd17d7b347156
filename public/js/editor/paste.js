// Pasting: HTML from other programs goes through the server's one cleaner. HTML that was
// copied in the editor is inserted unchanged.

// pasteHTML cleans HTML and inserts it where the cursor was when it was pasted. If the request
// fails, it inserts only the text.
const pasteHTML = async (surface, html, text) => {
  const { editor } = surface;
  const mark = {};
  editor.view.dispatch(editor.state.tr.setMeta(pastes, { add: mark }).deleteSelection());
  let clean, said = "";
  try {
    const answer = await fetch(surface.textarea.dataset.paste, {
      method: "POST", headers: { Accept: "application/json", "Content-Type": packedForm }, body: packed([["html", html]]),
    });
    if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
    clean = (await answer.json()).html;
  } catch {
    clean = plainBlocks(text || parseInert(html).textContent);
    said = surface.words.plainPaste;
  }
  const at = pastes.getState(editor.state).find(undefined, undefined, (spec) => spec.mark === mark)[0]?.from ?? editor.state.selection.from;
  const { tr } = editor.state;
  tr.setMeta(pastes, { remove: mark }).setMeta("paste", true);
  tr.setSelection(tiptap.TextSelection.near(tr.doc.resolve(at)));
  const slice = sliceOf(clean, editor.schema);
  if (slice.size > 0) tr.replaceSelection(slice);
  editor.view.dispatch(tr.scrollIntoView());
  surface.say(said);
};

const plainBlocks = (text) => text.split(/\n\s*\n/).filter((block) => block.trim() !== "")
  .map((block) => `<p>${escapeHTML(block.trim()).replaceAll("\n", "<br>")}</p>`).join("\n");

// sliceOf reads HTML as a piece of a document. A single paragraph joins the text around it.
const sliceOf = (html, schema) => {
  const nodes = readDocument(html, schema).map(({ node }) => node);
  const content = tiptap.Fragment.from(nodes);
  const open = (node) => Number(node?.isTextblock ?? false);
  return new tiptap.Slice(content, open(nodes[0]), open(nodes.at(-1)));
};

// takeIn handles pasted or dropped pictures and foreign HTML. It returns false for anything
// else, which ProseMirror handles.
const takeIn = (surface, event, data) => {
  const html = data?.getData("text/html") ?? "", text = data?.getData("text/plain") ?? "";
  const pictures = [...data?.files ?? []].filter(({ type }) => type.startsWith("image/"));
  const { editor, textarea } = surface;
  if (!editor.isEditable) return false;
  if (pictures.length > 0 && !html) {
    event.preventDefault();
    return surface.takeFiles(pictures);
  }
  if (!html || html.includes("data-pm-slice") || editor.isActive("pre") || !textarea.dataset.paste) return false;
  event.preventDefault();
  pasteHTML(surface, html, text);
  return true;
};

// pastes is the plugin that tracks the places of pasted texts while the server cleans them.
let pastes;
const pasteExtension = (surface) => {
  pastes ??= new tiptap.PluginKey("pastes");
  return tiptap.Extension.create({
    name: "pastes",
    addProseMirrorPlugins: () => [new tiptap.Plugin({
      key: pastes,
      state: {
        init: () => tiptap.DecorationSet.empty,
        apply: (tr, places) => {
          const { add, remove } = tr.getMeta(pastes) ?? {};
          places = places.map(tr.mapping, tr.doc);
          if (remove) places = places.remove(places.find(undefined, undefined, (spec) => spec.mark === remove));
          if (!add) return places;
          const wait = document.createElement("span");
          wait.className = "rich-wait";
          return places.add(tr.doc, [tiptap.Decoration.widget(tr.selection.from, wait, { mark: add })]);
        },
      },
      props: {
        decorations: (state) => pastes.getState(state),
        // ProseMirror would parse the HTML first, and the policy of the page complains
        // about each style in it.
        handleDOMEvents: {
          paste: (view, event) => takeIn(surface, event, event.clipboardData),
          drop: (view, event) => {
            if (view.dragging) return false;
            const at = view.posAtCoords({ left: event.clientX, top: event.clientY });
            if (at) view.dispatch(view.state.tr.setSelection(tiptap.Selection.near(view.state.doc.resolve(at.pos))));
            return takeIn(surface, event, event.dataTransfer);
          },
        },
      },
    })],
  });
};

// A paragraph that has only the address of a page of this site is shown as a card on the
// page, so the editor marks it.
const cards = new WeakMap();
const isCard = (node) => {
  if (node.type.name !== "paragraph") return false;
  if (!cards.has(node)) {
    const text = node.textContent.trim(), only = node.childCount === 1 && node.firstChild.isText ? node.firstChild : null;
    const href = only?.marks.find(({ type }) => type.name === "a")?.attrs.href ?? (only?.marks.length === 0 && /^(\/|https?:)\S+$/.test(text) ? text : "");
    cards.set(node, /^\/[^/\s]+\/\S*$/.test(href) || href.startsWith(`${location.origin}/`));
  }
  return cards.get(node);
};

const cardExtension = (label) => tiptap.Extension.create({
  name: "cards",
  addProseMirrorPlugins: () => [new tiptap.Plugin({
    props: {
      decorations: ({ doc }) => {
        const list = [];
        doc.forEach((node, offset) => {
          if (isCard(node)) list.push(tiptap.Decoration.node(offset, offset + node.nodeSize, { class: "rich-card", "data-label": label }));
        });
        return list.length > 0 ? tiptap.DecorationSet.create(doc, list) : null;
      },
    },
  })],
});
