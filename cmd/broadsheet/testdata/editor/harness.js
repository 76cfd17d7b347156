// Gives the surface of the editor to the tests.
const textarea = document.getElementById("body");
const { richEditors } = await import(document.querySelector('script[src*="/assets/editor."]').src);
globalThis.surface = await richEditors.get(textarea);

// takeThrough fetches bodies, takes each through the editor and sends back what came out.
globalThis.takeThrough = async (from) => {
  const bodies = await (await fetch(`/bodies?from=${from}`)).json();
  const out = bodies.map((html) => {
    surface.setHTML(html);
    const untouched = surface.html(), raw = [];
    surface.editor.state.doc.forEach((node) => node.type.name === "raw" && raw.push(node.attrs.html));
    return { untouched, modelled: surface.html(true), raw };
  });
  // Plain and rich in turn, with the last one.
  if (out.length > 0) {
    textarea.value = bodies.at(-1);
    await surface.showRich();
    surface.showPlain();
    out.at(-1).switched = textarea.value;
    await surface.showRich();
  }
  await fetch(`/results?from=${from}`, { method: "POST", body: JSON.stringify(out) });
  return out.length;
};

// paste pastes HTML as a browser would, at the selection.
globalThis.paste = (html, text = "") => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/html", html);
  clipboardData.setData("text/plain", text);
  surface.editor.view.dom.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
};
document.documentElement.dataset.ready = "yes";
