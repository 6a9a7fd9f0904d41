/* The bell tells how many notices are new: asked for after the page is there, lest it wait. */
(function () {
  "use strict";
  const bell = document.querySelector("[data-bell]");
  if (!bell) return;
  const every = 300000;
  /* What is known for a while is not known any more once notices were read: the next page asks. */
  const READ = "nep-notices-read";
  if (location.pathname.startsWith(bell.pathname)) addEventListener("pagehide", () => sessionStorage.setItem(READ, "1"));
  async function ask() {
    if (document.hidden || !navigator.onLine) return;
    try {
      const cache = sessionStorage.getItem(READ) ? "reload" : "default";
      const answer = await fetch(bell.dataset.bell, { cache, credentials: "same-origin", headers: { Accept: "application/json" } });
      if (!answer.ok || answer.redirected) return;
      sessionStorage.removeItem(READ);
      const { count, words } = await answer.json();
      const badge = bell.querySelector("[data-bell-count]");
      badge.hidden = !count;
      const shown = count > 99 ? "99+" : String(count);
      badge.textContent = shown;
      // Who speaks to the device says what is seen: the name has to hold it.
      bell.setAttribute("aria-label", words.replace(/[\d.,]+/, shown));
      bell.title = words;
    } catch { /* the network is away: the bell says nothing */ }
  }
  setTimeout(ask, 200);
  setInterval(ask, every);
})();
