// Starts the editor as a page of the desk would, and gives its surface to the tests.
import { richEditor } from "/assets/editor.js";

const textarea = document.getElementById("body");
globalThis.surface = await richEditor(textarea);

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
    surface.showRich();
    surface.showPlain();
    out.at(-1).switched = textarea.value;
    surface.showRich();
  }
  await fetch(`/results?from=${from}`, { method: "POST", body: JSON.stringify(out) });
  return out.length;
};
document.documentElement.dataset.ready = "yes";
