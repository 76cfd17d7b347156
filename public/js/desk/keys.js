// Keys of the form of a story: they press its buttons. The form lists them.

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
