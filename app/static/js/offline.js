/* The page without a network: lists the copies on this device, and tries again by itself. */
(function () {
  "use strict";
  const SECONDS = 15;
  const list = document.querySelector("[data-kept-pages]");
  const lang = document.documentElement.lang;
  const days = Number(list.dataset.days);

  async function show() {
    if (!window.caches) return;
    for (const name of (await caches.keys()).filter((one) => one.startsWith("nep-kept-"))) {
      const kept = await caches.open(name);
      for (const request of await kept.keys()) {
        const answer = await kept.match(request);
        const at = Number(answer.headers.get("Nep-Kept-At"));
        if (Date.now() - at < days * 86400000) list.append(await entry(request, answer, at));
      }
    }
    list.closest("section").hidden = !list.children.length;
  }
  async function entry(request, answer, at) {
    const there = new DOMParser().parseFromString(await answer.text(), "text/html");
    const line = document.querySelector("template[data-entry]").content.firstElementChild.cloneNode(true);
    const title = there.querySelector("h1")?.textContent.trim() || there.title;
    const link = line.querySelector("a");
    const time = line.querySelector("time");
    link.href = new URL(request.url).pathname;
    line.querySelector("[data-title]").textContent = title;
    time.dateTime = new Date(at).toISOString();
    time.textContent = new Date(at).toLocaleString(lang, { dateStyle: "short", timeStyle: "short" });
    return line;
  }

  async function answers() {
    try {
      return (await fetch("/sw.js", { method: "HEAD", cache: "no-store" })).ok;
    } catch { return false; }
  }
  async function again() {
    if (await answers()) location.reload();
  }
  document.querySelector("[data-again]").addEventListener("click", () => location.reload());
  addEventListener("online", again);
  setInterval(again, SECONDS * 1000);
  show();
})();
