// Passkeys: the forms that begin one, and the question for one, show themselves only where
// the browser can do it. What the authenticator answers is sent as a plain form. A form
// has the challenge, or the address to fetch it from.
if (globalThis.PublicKeyCredential?.parseCreationOptionsFromJSON) {
  for (const offer of document.querySelectorAll("[data-passkey-offer]")) offer.hidden = false;
}
for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON) break;
  form.hidden = false;
  const status = form.querySelector("[role=status]");
  const create = form.dataset.passkey === "create";
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    status.textContent = "";
    button.disabled = true;
    try {
      const { options, begin } = form.dataset;
      let data = options && { options: JSON.parse(options), key: form.elements.key.value };
      if (!data) {
        const answer = await fetch(begin, { method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams(new FormData(form)) });
        data = await answer.json();
        if (!answer.ok) throw new Error(data.message);
      }
      const { publicKey } = data.options;
      const credential = create
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
      form.elements.key.value = data.key;
      form.elements.credential.value = JSON.stringify(credential);
      for (const field of form.querySelectorAll("[type=password]")) field.disabled = true; // was checked already
      form.submit();
    } catch (problem) {
      // What the browser says itself is in nobody's words.
      status.textContent = problem instanceof DOMException ? form.dataset.cancelled : problem.message;
      button.disabled = false;
    }
  });
}
