// The check list is updated after every autosave of the form.

const checkBox = document.getElementById("checks");
checkBox?.closest("form").addEventListener("write:saved", ({ detail }) => {
  if (!detail?.checks) return;
  const span = (className, text) => Object.assign(document.createElement("span"), { className, textContent: text });
  checkBox.querySelector(".edit-checks").replaceChildren(...detail.checks.map((check) => {
    const li = document.createElement("li"), sign = span("edit-check-sign", check.state === "passed" ? "✓" : "▲");
    const text = span("edit-check-text", "");
    li.className = `edit-check edit-check-${check.state}`;
    sign.ariaHidden = "true";
    const link = check.field && check.state !== "passed" ? Object.assign(document.createElement("a"), { href: `#${check.field}` }) : document.createElement("span");
    link.textContent = check.text;
    text.append(link, " ", span(check.state === "passed" ? "quiet" : "meta", checkBox.dataset[check.state]));
    li.append(sign, text);
    if (check.by) li.append(span("meta", checkBox.dataset.by.replace("{sections}", check.by)));
    if (check.what) {
      const list = document.createElement("ul");
      list.append(...check.what.map((what) => Object.assign(document.createElement("li"), { textContent: what, dir: "auto" })));
      li.append(list);
    }
    if (check.waiting) li.append(span("meta", checkBox.dataset.waiting));
    return li;
  }));
});
