// The list of articles: a change is saved in place. Fields that ask for an article
// propose headlines.

{
  const storyOf = (id) => document.getElementById("story-" + id);

  // refreshStory fetches an article's row again, even if the article no longer belongs in the
  // list. The focus keeps its place in the row; always moves the focus there.
  const refreshStory = async (id, always = false) => {
    const row = storyOf(id);
    if (!row) return;
    const here = new URL(location);
    for (const name of ["done", "op"]) here.searchParams.delete(name);
    here.searchParams.set("id", id);
    const fresh = (await page(here.pathname + here.search)).getElementById("story-" + id);
    if (!fresh) return;
    const at = document.activeElement, within = row.contains(at);
    const place = within && at.closest(".story-more") ? "summary" : ".story-do button";
    row.replaceWith(document.adoptNode(fresh));
    if (!within && !always) return;
    const to = fresh.querySelector(place);
    to.focus({ preventScroll: true });
    to.scrollIntoView({ block: "nearest" });
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches(".story-form") || event.defaultPrevented) return;
    event.preventDefault();
    if ("busy" in form.dataset) return;
    form.dataset.busy = "";
    try {
      const data = await post(form.action, new FormData(form, event.submitter));
      say(data.message, data.operation);
      await refreshStory(data.story);
    } catch (problem) {
      say(problem.message, "", problem.signIn);
    } finally {
      delete form.dataset.busy;
    }
  }, true);

  // The button that undid the change is gone, so the focus goes to the article's row. The
  // queue shows nothing of the change; the article's own page does.
  document.addEventListener("desk:undone", ({ detail: { data } }) => {
    if (!data.story) return;
    if (storyOf(data.story)) refreshStory(data.story, true).catch(() => {});
    else if (!cards) location.reload();
    else if (document.activeElement === document.body) focus(frames()[0]);
  });

  // pick makes a field for an article's number a combobox of headlines. The number stays
  // the field's value, so that the form is the same without script.
  const pick = (field, n) => {
    const input = field.cloneNode();
    for (const name of ["id", "name", "inputmode", "data-articles", "data-choose", "data-words"]) input.removeAttribute(name);
    Object.assign(input, { type: "text", autocomplete: "off", size: 24, dir: "auto" });
    input.removeAttribute("size");
    const list = document.createElement("ul");
    const wrap = document.createElement("span");
    const none = document.createElement("span");
    wrap.className = "story-picker";
    none.className = "story-none";
    none.role = "status";
    list.className = "story-found";
    list.id = "story-found-" + n;
    list.hidden = true;
    list.role = "listbox";
    const label = field.labels[0];
    label?.querySelector("small")?.replaceChildren(field.dataset.words);
    list.ariaLabel = label?.textContent.trim() ?? "";
    input.id = field.id;
    field.id += "-number";
    for (const [name, value] of [["role", "combobox"], ["aria-expanded", "false"], ["aria-controls", list.id], ["aria-autocomplete", "list"]]) input.setAttribute(name, value);
    field.type = "hidden";
    field.before(wrap);
    wrap.append(field, input, none, list);

    let at = -1, asked = 0;
    const options = () => [...list.children];
    const mark = (to) => {
      at = to;
      options().forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
      if (options()[at]) {
        input.setAttribute("aria-activedescendant", options()[at].id);
        options()[at].scrollIntoView({ block: "nearest" });
      } else input.removeAttribute("aria-activedescendant");
    };
    const shut = () => {
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      mark(-1);
    };
    // The form is not sent while words are typed but no article is chosen.
    const check = () => input.setCustomValidity(input.value.trim() && !field.value ? field.dataset.choose : "");
    const choose = (option) => {
      field.value = option.dataset.id;
      input.value = option.dataset.title;
      check();
      shut();
    };
    const show = (articles, message = "") => {
      none.textContent = message;
      list.replaceChildren(...articles.map((article, i) => {
        const option = document.createElement("li");
        const day = document.createElement("small");
        Object.assign(option, { id: `${list.id}-${i}`, role: "option", dir: "auto", textContent: article.title });
        Object.assign(option.dataset, { id: article.id, title: article.title });
        day.textContent = article.published;
        option.append(day);
        option.addEventListener("mousedown", (event) => { event.preventDefault(); choose(option); });
        return option;
      }));
      list.hidden = !articles.length;
      input.setAttribute("aria-expanded", String(!!articles.length));
      mark(-1);
    };
    const ask = async (words) => {
      const turn = ++asked;
      const answer = await fetch("/desk/articles/find?s=" + encodeURIComponent(words), { headers: { Accept: "application/json" } });
      if (!answer.ok || turn !== asked) return;
      const data = await answer.json();
      if (turn === asked) show(data.articles, data.message);
    };
    let wait;
    input.addEventListener("input", () => {
      // A typed number stays one; other words stand for an article only once it is chosen.
      field.value = /^\d*$/.test(input.value.trim()) ? input.value.trim() : "";
      check();
      none.textContent = "";
      clearTimeout(wait);
      if (!input.value.trim()) {
        asked++;
        return shut();
      }
      wait = setTimeout(() => ask(input.value).catch(() => {}), 150);
    });
    input.addEventListener("keydown", (event) => {
      const all = options();
      if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        return shut();
      }
      if (list.hidden || !all.length) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        mark((at + (event.key === "ArrowDown" ? 1 : at < 0 ? 0 : -1) + all.length) % all.length);
      } else if (event.key === "Enter" && (all[at] || !field.value)) {
        event.preventDefault();
        choose(all[at] ?? all[0]);
      }
    });
    input.addEventListener("blur", shut);
    if (field.value) {
      fetch("/desk/articles/find?s=" + encodeURIComponent(field.value), { headers: { Accept: "application/json" } })
        .then((answer) => answer.json())
        .then((data) => { if (String(data.articles[0]?.id) === field.value) input.value = data.articles[0].title; })
        .catch(() => {});
    }
  };
  document.querySelectorAll("input[data-articles]").forEach(pick);
}
