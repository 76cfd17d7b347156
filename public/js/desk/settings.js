// The page of settings: the preview follows the fields, and the time zone has
// suggestions. Without script the button Preview does the same.

{
  const form = document.querySelector("form[data-preview]");
  let asked = 0, timer;
  const preview = async () => {
    const mine = ++asked;
    const fields = new URLSearchParams(new FormData(form));
    fields.set("do", "preview");
    try {
      const answer = await fetch(form.action, { method: "POST", body: fields });
      if (answer.redirected || mine !== asked) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(form.dataset.preview);
      if (fresh && mine === asked) document.getElementById(form.dataset.preview).replaceChildren(...fresh.children);
    } catch {
      // If the request fails, the last preview stays.
    }
  };
  form?.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(preview, 250);
  });

  const zone = document.querySelector("input[data-zones]");
  if (zone && Intl.supportedValuesOf) {
    const list = document.createElement("datalist");
    list.id = "zones";
    list.append(...Intl.supportedValuesOf("timeZone").map((name) => new Option("", name)));
    zone.after(list);
    zone.setAttribute("list", list.id);
  }
}

{
  // The field gets the focus, except on a touch screen, where that would open a keyboard.
  const word = document.getElementById("forbid-word");
  if (word && !location.hash && document.activeElement === document.body && !matchMedia("(pointer: coarse)").matches) word.focus({ preventScroll: true });

  // Judging a text and testing the rules show their results without a new page.
  const form = document.querySelector(".rules-form");
  form?.addEventListener("submit", async (event) => {
    const place = { judge: "verdict", try: "run" }[event.submitter?.value];
    if (!place || "plain" in form.dataset) return;
    event.preventDefault();
    const fields = new URLSearchParams(new FormData(form, event.submitter));
    form.ariaBusy = "true";
    try {
      const answer = await fetch(form.action, { method: "POST", body: fields });
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".rules-form");
      if (!fresh) throw new Error(answer.status);
      form.replaceChildren(...fresh.children);
      (document.getElementById(place) || form.querySelector("[aria-invalid]"))?.focus();
    } catch {
      // The page of the answer says what is wrong.
      form.dataset.plain = "";
      form.requestSubmit(event.submitter.isConnected ? event.submitter : form.querySelector(`[value="${event.submitter.value}"]`));
    } finally {
      form.removeAttribute("aria-busy");
    }
  });
}
