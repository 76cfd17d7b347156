// Keys of the form of a story, of the list of stories and of the desk's breaking line. A key
// presses a button of the page; the manual lists the keys.

const keyed = document.getElementById("story-form");
keyed?.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.repeat) return;
  const press = (selector) => {
    const button = document.querySelector(selector); // the moves are in the bar at the foot
    if (!button) return;
    event.preventDefault();
    event.stopPropagation();
    button.click();
  };
  if (event.key.toLowerCase() === "s" && !event.shiftKey) press('.edit-moves [value="save"], .edit-moves [value="correct"]');
  if (event.key !== "Enter") return;
  const note = event.target.closest(".edit-note-new, .edit-note-do");
  press(note ? `#${note.closest("[id]").id} .${note.className} button` : ".edit-moves .edit-go");
}, true);
keyed?.querySelector(".edit-keys")?.removeAttribute("hidden");

// Escape leaves a field. A letter then moves the focus to a part of the form.
if (keyed) {
  const first = (...selectors) => selectors.map((selector) => [...keyed.querySelectorAll(selector)].find((e) => e.checkVisibility())).find(Boolean);
  const parts = {
    h: () => first("#title"),
    t: () => first(".rich-text", "#body"),
    s: () => first("#section-find", '#category [type="checkbox"]'),
    k: () => first("#tags-find", "#tags"),
    b: () => first("#byline-find", "#byline"),
    c: () => first("#correction_text"),
  };
  const acts = { p: '[name="action"][value="pictures"]', m: "#minor" };
  const place = keyed.querySelector("h1");
  place.tabIndex = -1;
  document.addEventListener("keydown", (event) => {
    const leaves = event.key === "Escape" && event.target.closest(".rich-text"); // the editor keeps that key for itself
    if (event.defaultPrevented && !leaves || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
    const inField = event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true]");
    if (event.key === "Escape" && inField && keyed.contains(inField)) {
      event.preventDefault();
      place.focus({ preventScroll: true });
      return;
    }
    if (inField || event.shiftKey || event.repeat || document.body.dataset.keys === "off") return;
    const key = keyOf(event), to = parts[key]?.() ?? (acts[key] && keyed.querySelector(acts[key]));
    if (!to) return;
    event.preventDefault();
    if (acts[key]) return to.click();
    to.focus();
    to.scrollIntoView({ block: "nearest" });
  });
}

// In the list of stories, j and k move the focus to the next and the previous story, and a
// letter presses a button of the story with the focus.
const storyRows = document.querySelector(".edit-list") && queue ? [...document.querySelectorAll(".edit-list .story")] : [];
if (queue && !cards) {
  const here = () => storyRows.indexOf(document.activeElement?.closest(".story"));
  const step = (by) => storyRows[Math.min(storyRows.length - 1, Math.max(0, here() + by))]?.querySelector("a, button")?.focus();
  const onRow = (value) => () => storyRows[here()]?.querySelector(`.front-now [value="${value}"]`)?.click();
  if (storyRows.length) Object.assign(anywhere, { j: () => step(1), k: () => step(-1), l: onRow("lead"), b: onRow("breaking") });
  const fresh = document.querySelector(".edit-head a.button");
  if (fresh) anywhere.n = () => fresh.click();
}
