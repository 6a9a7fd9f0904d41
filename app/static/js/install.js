/* Registers the worker, tells of a new version, and says so when a page is a kept copy. */
(function () {
  "use strict";
  const root = document.documentElement;
  const here = document.currentScript;
  const worker = here.dataset.worker;
  const path = location.pathname;
  const { serviceWorker } = navigator;
  let typing = false;
  addEventListener("input", () => { typing = true; });

  /* The bars that the device draws follow the chosen theme, not only the device's. */
  function paint() {
    const theme = root.dataset.bsTheme;
    if (!theme) return;
    for (const meta of document.querySelectorAll("meta[name=theme-color]")) {
      meta.content = here.dataset[theme];
    }
  }
  document.addEventListener("nep:theme", paint);
  paint();

  function part(name) {
    const source = document.querySelector(`template[data-shell="${name}"]`);
    return source && source.content.firstElementChild.cloneNode(true);
  }

  /* A copy says that it is one; back on the network it gives way, unless somebody writes in it. */
  function tellKept() {
    const main = document.getElementById("main");
    const line = part("kept");
    if (!root.dataset.kept || !main || !line) return;
    const time = line.querySelector("time");
    const kept = new Date(root.dataset.kept);
    const today = kept.toDateString() === new Date().toDateString();
    time.dateTime = root.dataset.kept;
    time.textContent = kept.toLocaleString(root.lang, today
      ? { hour: "2-digit", minute: "2-digit" }
      : { hour: "2-digit", minute: "2-digit", day: "2-digit", month: "2-digit" });
    line.querySelector("[data-retry]").addEventListener("click", () => location.reload());
    main.prepend(line);
    for (const old of document.querySelectorAll("[data-toast]")) old.remove();
    addEventListener("online", () => { if (!typing && !path.startsWith("/filing/")) location.reload(); });
  }
  tellKept();

  /* A form sent into nothing would take what was typed with it. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    // A field named "action" would stand before the property of that name.
    if ((form.getAttribute("action") || "").endsWith("/logout/")) {
      forget();
      forgetFilings();
    }
    if (navigator.onLine || !window.nep) return;
    event.preventDefault();
    const line = part("unsent");
    if (line) window.nep.tell(line.textContent.trim());
  });

  async function forget(all = false) {
    if (!window.caches) return;
    for (const name of await caches.keys()) {
      if (name.startsWith(all ? "nep-" : "nep-kept-")) await caches.delete(name);
    }
  }

  /* Results being filed: what the server has is forgotten, words that it has not wait for their writer. */
  function forgetFilings() {
    try {
      for (const key of Object.keys(localStorage).filter((one) => one.startsWith("nep-filing:"))) {
        const held = JSON.parse(localStorage.getItem(key)) || {};
        if (!held.out && !held.wanted && !Object.keys(held.mine || {}).length) localStorage.removeItem(key);
      }
    } catch { /* private windows keep nothing */ }
  }

  /* The device offers to install; the menu holds the offer. */
  addEventListener("beforeinstallprompt", (event) => {
    const button = document.querySelector("[data-install]");
    if (!button) return;
    event.preventDefault();
    button.hidden = false;
    button.onclick = () => event.prompt();
  });
  addEventListener("appinstalled", () => {
    for (const button of document.querySelectorAll("[data-install]")) button.hidden = true;
  });

  if (!serviceWorker) return; /* plain HTTP: everything works but without copies */
  if (!worker) {
    serviceWorker.getRegistrations().then((known) => Promise.all(known.map((one) => one.unregister())));
    forget(true);
    return;
  }

  let wanted = false;
  serviceWorker.addEventListener("controllerchange", () => { if (wanted) location.reload(); });
  /* A worker that began while this page was on its way has not seen it: it is asked for once more. */
  async function isKept() {
    for (const name of (await caches.keys()).filter((one) => one.startsWith("nep-kept-"))) {
      if (await (await caches.open(name)).match(path)) return true;
    }
    return false;
  }
  serviceWorker.ready.then((known) => setTimeout(async () => {
    if (!(await isKept())) known.active.postMessage({ type: "keep", path });
  }, 500));

  function tellNew(waiting) {
    const toasts = document.querySelector(".toasts");
    const toast = part("update");
    if (!toasts || !toast || toasts.querySelector("[data-update]")) return;
    toast.querySelector("[data-update]").addEventListener("click", () => {
      wanted = true;
      waiting.postMessage({ type: "activate" });
    });
    toasts.append(toast);
  }
  function watch(installing) {
    installing.addEventListener("statechange", () => {
      if (installing.state === "installed" && serviceWorker.controller) tellNew(installing);
    });
  }
  addEventListener("load", async () => {
    try {
      const known = await serviceWorker.register(worker, { scope: "/" });
      if (known.waiting && serviceWorker.controller) tellNew(known.waiting);
      if (known.installing) watch(known.installing);
      known.addEventListener("updatefound", () => watch(known.installing));
    } catch { /* a private window, or a certificate that the browser does not trust */ }
  });
})();
