// Comments that arrive while the queue is open: their number, and a button that adds them
// without moving the cards on the screen.

const news = document.getElementById("news");
if (news && cards) {
  const least = 20_000, most = 300_000;
  let wait = least, timer = 0, stopped = false;
  const known = () => new Set([...document.querySelectorAll(".card-frame")].map(idOf));
  const oldestFirst = news.dataset.order === "oldest";
  const show = (n) => {
    news.hidden = !n;
    news.querySelector(".count").textContent = n.toLocaleString(document.documentElement.lang);
  };
  const ask = async () => {
    clearTimeout(timer);
    if (stopped || document.hidden) return;
    try {
      const answer = await fetch(`/desk/comments/new?since=${news.dataset.since}`, { headers: { Accept: "application/json" } });
      const data = await answer.json();
      stopped = Boolean(data.sign_in);
      if (!answer.ok) throw new Error(data.message);
      wait = least;
      count(data.counts);
      const there = known();
      show(data.comments.filter((id) => !there.has(String(id)) && !inFlight.has(String(id))).length);
    } catch {
      wait = Math.min(most, wait * 2);
    }
    if (!stopped) timer = setTimeout(ask, wait);
  };
  news.addEventListener("click", async () => {
    news.hidden = true;
    const reading = current(), before = reading?.getBoundingClientRect().top;
    // In a list with the oldest first, new comments come after those behind "More": they are
    // fetched from there, and come after the card with the focus.
    const behind = oldestFirst && document.getElementById("more"), address = new URL(location.href);
    if (behind) address.searchParams.set("after", news.dataset.since);
    const fresh = await page(address).catch(() => null);
    if (!fresh) return;
    const there = known(), since = Number(news.dataset.since);
    const isNew = (id) => !there.has(id) && !inFlight.has(id) && (!behind || Number(id) > since);
    const added = [...fresh.querySelectorAll(".card-frame")].filter((frame) => isNew(idOf(frame)))
      .map((frame) => document.adoptNode(frame));
    if (behind && reading) reading.after(...added);
    else if (oldestFirst) cards.append(...added);
    else cards.prepend(...added);
    if (added.length) for (const nothing of cards.querySelectorAll(".desk-empty")) nothing.remove();
    news.dataset.since = fresh.getElementById("news")?.dataset.since ?? news.dataset.since;
    if (reading) scrollBy({ top: reading.getBoundingClientRect().top - before, behavior: "instant" });
    else focus(added[0]);
  });
  document.addEventListener("visibilitychange", ask);
  document.addEventListener("desk:signed-in", () => {
    stopped = false;
    ask();
  });
  timer = setTimeout(ask, wait);
}
