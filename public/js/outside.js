// Films, posts and charts of other sites. A page calls nobody: the frame is made at the
// click on its link. Without script, and with a key for a new window, it is a plain link.
for (const box of document.querySelectorAll("[data-frame]")) {
  const link = box.querySelector("a");
  link.addEventListener("click", (event) => {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || box.querySelector("iframe")) return;
    event.preventDefault();
    const frame = document.createElement("iframe");
    frame.title = link.textContent;
    frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-presentation");
    // YouTube requires the Referer header since July 2025 and else shows its error 153.
    // strict-origin sends scheme and host, and never the path: the site learns the paper,
    // not the story. It also holds on the page of a preview, which sends no referrer.
    frame.referrerPolicy = box.dataset.origin ? "strict-origin" : "no-referrer";
    frame.allow = "fullscreen; encrypted-media; picture-in-picture";
    frame.src = box.dataset.frame;
    box.prepend(frame);
    box.classList.add("outside-open");
    frame.focus();
  });
}
