// Signing in at the desk without leaving the page, after the session has ended.

let signingIn = null;
// signInHere opens the sign-in. It resolves to true when the same account has signed
// in, and to false when the dialog was closed.
const signInHere = () => {
  const dialog = document.getElementById("sign-in-here");
  if (!dialog?.showModal) return Promise.resolve(false);
  signingIn ??= new Promise((resolve) => {
    const form = dialog.querySelector("form"), refused = document.getElementById("sign-in-refused");
    let key = "", done = false;
    const step = (name) => {
      for (const part of form.querySelectorAll("[data-step]")) part.hidden = part.dataset.step !== name;
      const part = form.querySelector(`[data-step="${name}"]`);
      (part.contains(document.activeElement) && document.activeElement.matches("input") ? document.activeElement : part.querySelector("input")).select();
    };
    const send = async () => {
      const code = key && !form.querySelector('[data-step="code"]').hidden;
      const fields = new URLSearchParams(code ? { key, code: form.elements.code.value } : { email: form.elements.email.value, password: form.elements.password.value });
      const answer = await fetch(code ? "/login/code/" : "/login", { method: "POST", headers: { Accept: "application/json" }, body: fields });
      const data = await answer.json();
      refused.textContent = data.message ?? "";
      if (data.step === "done") {
        // Another account must not send the text that this account typed.
        if (String(data.account) !== foot.dataset.account) return location.reload();
        done = true;
        document.dispatchEvent(new CustomEvent("desk:signed-in"));
        return dialog.close();
      }
      key = data.key ?? "";
      step(data.step ?? "sign-in");
    };
    form.onsubmit = (event) => {
      event.preventDefault();
      send().catch(() => { refused.textContent = foot.dataset.failed; });
    };
    form.querySelector("button[type=button]").onclick = () => dialog.close();
    dialog.onclose = () => {
      form.reset();
      refused.textContent = "";
      resolve(done);
    };
    dialog.showModal();
    step("sign-in");
  }).finally(() => { signingIn = null; });
  return signingIn;
};
