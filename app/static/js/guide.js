/* Help: the panel of a page, and the tour of a desk on the first visit. */
(function () {
  "use strict";

  /* The panel: fetched when asked for; where that fails, or leads to the door, the link is followed. */
  const panel = document.getElementById("guide");
  document.addEventListener("click", async (event) => {
    const mark = event.target.closest("[data-guide]");
    if (!mark || !panel || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const body = panel.querySelector("[data-guide-body]");
    try {
      const answer = await fetch(`${mark.href}?part=1`);
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      body.innerHTML = await answer.text();
      panel.showModal();
      body.focus();
    } catch {
      location.href = mark.href;
    }
  });
  if (panel) panel.addEventListener("click", (event) => { if (event.target === panel) panel.close(); });

  /* The tour: one card at a time; the page around it stays usable. */
  const tour = document.querySelector("[data-tour]");
  if (!tour) return;
  const form = tour.querySelector("form");
  const [skip, back, next, done] = ["skip", "back", "next", "done"].map((name) => tour.querySelector(`[data-tour-${name}]`));
  const visible = (part) => part.checkVisibility({ visibilityProperty: true });
  function target(stop) {
    // The first of the alternatives that this desk shows.
    for (const selector of stop.dataset.at.split(" | ").filter(Boolean)) {
      const found = [...document.querySelectorAll(selector)].find((part) => !tour.contains(part) && visible(part));
      if (found) return found;
    }
    return null;
  }
  const stops = [...tour.querySelectorAll(".tour-stop")];
  let at = 0;

  function point(part) {
    for (const old of document.querySelectorAll(".tour-target")) old.classList.remove("tour-target");
    if (!part) return;
    part.classList.add("tour-target");
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    part.scrollIntoView({ block: "center", behavior: still ? "auto" : "smooth" });
  }

  function show(number, moved) {
    at = number;
    stops.forEach((stop, index) => { stop.hidden = index !== at; });
    const last = at === stops.length - 1;
    back.hidden = at === 0;
    next.hidden = last;
    done.hidden = !last;
    skip.hidden = last;
    tour.setAttribute("aria-label", stops[at].querySelector("h2").textContent);
    // The first card leaves the page where it is.
    if (moved) point(target(stops[at]));
    tour.focus({ preventScroll: true });
  }

  function close() {
    point(null);
    tour.remove();
    document.documentElement.classList.remove("touring");
    const main = document.getElementById("main");
    if (main) main.focus({ preventScroll: true });
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual", keepalive: true }).catch(() => {});
    close();
  });
  next.addEventListener("click", () => show(at + 1, true));
  back.addEventListener("click", () => show(at - 1, true));
  tour.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { event.stopPropagation(); form.requestSubmit(done); return; }
    if (event.key === "ArrowRight" && !next.hidden) { show(at + 1, true); return; }
    if (event.key === "ArrowLeft" && !back.hidden) { show(at - 1, true); return; }
    if (event.key !== "Tab") return;
    // Round and round within the card; Escape leads out.
    const keys = [...tour.querySelectorAll("button")].filter(visible);
    const edge = event.shiftKey ? keys[0] : keys[keys.length - 1];
    const inside = document.activeElement !== tour || !event.shiftKey;
    if (document.activeElement === edge || !inside) {
      event.preventDefault();
      (event.shiftKey ? keys[keys.length - 1] : keys[0]).focus();
    }
  });

  tour.classList.add("tour-live");
  document.documentElement.classList.add("touring");
  show(0, false);
})();
