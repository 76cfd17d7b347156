// The reason why the server refuses the value of a field, beside the field, as in the page
// that answers a refused form.

// markField shows a reason at a field of a form, or none for "". A field in a closed part of
// the page is made visible.
const markField = (field, reason) => {
  if (!field) return;
  const id = `${field.id}-error`;
  let said = document.getElementById(id);
  if (!reason) {
    said?.remove();
    describe(field, id, false);
    return;
  }
  if (!said) {
    said = Object.assign(document.createElement("span"), { id, className: "field-error" });
    const sign = Object.assign(document.createElement("span"), { ariaHidden: "true", textContent: "▲ " });
    said.append(sign, document.createElement("span"));
    (field.closest(".form-field") ?? field.parentElement).append(said);
  }
  const text = said.lastElementChild;
  if (text.ariaHidden === "true") said.replaceChildren(text, Object.assign(document.createElement("span"), { textContent: reason }));
  else if (text.textContent !== reason) text.textContent = reason;
  describe(field, id, true);
  field.closest("details")?.setAttribute("open", "");
  field.closest("p[hidden]")?.removeAttribute("hidden");
};

// describe tells screen readers about the reason: at the field, and at the field or surface
// that a script has put in its place.
const describe = (field, id, wrong) => {
  const others = [document.getElementById(`${field.id}-find`), field.closest("form")?.querySelector(`.rich-text[aria-labelledby="${field.id}-label"]`)];
  for (const one of [field, ...others]) {
    if (!one) continue;
    const ids = new Set((one.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
    if (wrong) ids.add(id);
    else ids.delete(id);
    if (ids.size > 0) one.setAttribute("aria-describedby", [...ids].join(" "));
    else one.removeAttribute("aria-describedby");
    if (wrong) one.setAttribute("aria-invalid", "true");
    else one.removeAttribute("aria-invalid");
  }
};
