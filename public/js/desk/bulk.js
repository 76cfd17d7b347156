// The bulk actions at the foot: they are there from the first tick on, and open.

const bulkForm = document.getElementById("bulk");
if (bulkForm) {
  const all = bulkForm.elements.all, part = bulkForm.querySelector("details");
  // How many comments the whole list has is asked when the bar appears, and again after
  // each decision while it is there: the number of the page grows old.
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
