// The bulk actions at the foot appear, opened, at the first tick.

const bulkForm = document.getElementById("bulk");
if (bulkForm) {
  const all = bulkForm.elements.all, part = bulkForm.querySelector("details");
  // The bar asks for the number of comments in the whole list when it appears and after each
  // decision, because the number in the page becomes stale.
  let asked = 0;
  const askWhole = async () => {
    if (bulkForm.hidden) return;
    const mine = ++asked, fresh = await page(location.href).catch(() => null);
    const label = fresh?.querySelector("#bulk label")?.lastChild;
    if (label && mine === asked) all.parentElement.lastChild.textContent = label.textContent;
  };
  const show = (n) => {
    const hidden = !n && !all.checked;
    if (hidden === bulkForm.hidden) return;
    bulkForm.hidden = hidden;
    part.open = !hidden;
    askWhole();
  };
  bulkForm.hidden = true;
  document.addEventListener("desk:counted", askWhole);
  bulkForm.classList.add("with-script");
  document.addEventListener("desk:picked", (event) => show(event.detail.picked));
  all.addEventListener("change", () => show(document.querySelectorAll(".card-pick input:checked").length));
}
