// Comfort only: every page works without this file.

// Back to top is a plain link at the foot of a story; once the reader has
// scrolled it also stays in view.
const top = document.querySelector(".back-to-top");
if (top && "IntersectionObserver" in window) {
  const button = top.cloneNode(true);
  button.classList.add("floating");
  button.hidden = true;
  document.body.append(button);
  const mark = document.querySelector(".masthead");
  let away = false, atEnd = false;
  const update = () => { button.hidden = !away || atEnd; };
  new IntersectionObserver(([e]) => { away = !e.isIntersecting; update(); }, { rootMargin: "600px 0px 0px" }).observe(mark);
  new IntersectionObserver(([e]) => { atEnd = e.isIntersecting; update(); }).observe(top);
}

// A refused form comes back with a summary of what is wrong; it is read
// first.
document.getElementById("error")?.focus();
