// The bulk actions at the foot: they are there from the first tick on, and open.

const bulkForm = document.getElementById("bulk");
if (bulkForm) {
  const all = bulkForm.elements.all, part = bulkForm.querySelector("details");
  const show = (n) => {
    bulkForm.hidden = !n && !all.checked;
    part.open = !bulkForm.hidden;
  };
  bulkForm.classList.add("with-script");
  document.addEventListener("desk:picked", (event) => show(event.detail.picked));
  all.addEventListener("change", () => show(document.querySelectorAll(".card-pick input:checked").length));
}
