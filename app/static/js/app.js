/* What every page does: colours, questions before doing, the guard of unsaved forms. */
(function () {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  /* Colours */
  function showTheme() {
    for (const button of all("[data-theme-choice]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === nepTheme.chosen()));
    }
  }
  document.addEventListener("nep:theme", showTheme);
  showTheme();

  /* Questions: <button data-confirm="…"> asks in a dialog, then does what it would have done. */
  function ask(text, tone) {
    const dialog = document.getElementById("ask");
    const yes = dialog.querySelector("[data-ask-yes]");
    document.getElementById("ask-text").textContent = text;
    yes.classList.toggle("btn-danger", tone === "danger");
    yes.classList.toggle("btn-primary", tone !== "danger");
    dialog.returnValue = "";
    dialog.showModal();
    return new Promise((answer) => {
      dialog.addEventListener("close", () => answer(dialog.returnValue === "yes"), { once: true });
    });
  }
  function tell(text) {
    document.getElementById("tell-text").textContent = text;
    document.getElementById("tell").showModal();
  }
  window.nep = { ask, tell };

  document.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (!button || !button.dataset.confirm || button.dataset.agreed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!(await ask(button.dataset.confirm, button.dataset.tone))) return;
    button.dataset.agreed = "1";
    event.target.requestSubmit(button);
    delete button.dataset.agreed;
  }, true);

  /* A form with typed entries is not left by accident. */
  // What came back with errors is not saved yet either, nor what is held through a login.
  let typed = Boolean(document.querySelector("form[data-guard] .field-wrong, form[data-guard=held]"));
  for (const form of all("form[data-guard]")) {
    form.addEventListener("input", () => { typed = true; });
    form.addEventListener("change", () => { typed = true; });
    form.addEventListener("submit", () => { typed = false; });
  }
  addEventListener("beforeunload", (event) => { if (typed) event.preventDefault(); });

  /* Nothing is sent twice by a double click. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    // On a weak network an answer takes long: who taps again meanwhile would save it twice.
    setTimeout(() => { delete form.dataset.sent; }, 15000);
  });
  addEventListener("pageshow", () => { for (const form of all("form[data-sent]")) delete form.dataset.sent; });

  document.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-theme-choice]");
    if (choice) nepTheme.choose(choice.dataset.themeChoice);
    if (event.target.closest("[data-back]")) history.back();
    if (event.target.closest("[data-leave]")) typed = false;
    const reveal = event.target.closest("[data-reveal]");
    if (reveal) {
      const field = document.getElementById(reveal.dataset.reveal);
      const shown = field.type === "password";
      field.type = shown ? "text" : "password";
      reveal.setAttribute("aria-pressed", String(shown));
    }
  });

  /* A menu that closes gives the focus back to its button, also when an entry was chosen. */
  document.addEventListener("hidden.bs.dropdown", (event) => {
    const here = document.activeElement;
    if (here === document.body || event.target.parentElement.contains(here)) event.target.focus();
  });

  /* Toasts go by themselves, unless the pointer or the focus rests on them. */
  for (const toast of all("[data-toast]")) {
    const timer = setInterval(() => {
      if (toast.matches(":hover, :focus-within")) return;
      clearInterval(timer);
      toast.remove();
    }, 6000);
  }

  /* What was done must not cover what can be done next, wherever the bar of the page stands. */
  const toasts = document.querySelector(".toasts");
  const bars = all(".save-bar, .show-foot, .filing-foot, .list-bulk");
  function stepAside() {
    toasts.style.bottom = "";
    const { top, bottom } = toasts.getBoundingClientRect();
    if (bottom === top) return;
    const tops = bars.map((bar) => bar.getBoundingClientRect())
      .filter((bar) => bar.height && bar.top < bottom && bar.bottom > top).map((bar) => bar.top);
    if (tops.length) toasts.style.bottom = `${innerHeight - Math.min(...tops) + 8}px`;
  }
  if (toasts && bars.length) {
    const sized = new ResizeObserver(stepAside);
    for (const one of [toasts, ...bars]) sized.observe(one);
    addEventListener("scroll", stepAside, { passive: true });
    addEventListener("resize", stepAside);
  }

  /* A form that came back: straight to the list of what to mend. */
  const focus = document.querySelector("[data-focus]");
  if (focus) focus.focus();

  /* Folded parts of the menu and the open tab are remembered. */
  for (const part of all("details[data-keep]")) {
    const key = `nep-${part.dataset.keep}`;
    try {
      const kept = sessionStorage.getItem(key);
      if (kept !== null && !part.querySelector("[aria-current]")) part.open = kept === "1";
      part.addEventListener("toggle", () => sessionStorage.setItem(key, part.open ? "1" : "0"));
    } catch { /* private windows keep nothing */ }
  }
  // A menu longer than the window begins where one is.
  const here = document.querySelector(".side [aria-current]");
  const side = here && here.closest(".side");
  if (side && here.offsetTop + here.offsetHeight > side.clientHeight) {
    side.scrollTop = here.offsetTop - side.clientHeight / 2;
  }

  const tabs = document.querySelector("[data-keep-tab]");
  if (tabs) {
    const open = location.hash && tabs.querySelector(`[data-bs-target="${CSS.escape(location.hash).replace("\\#", "#")}"]`);
    if (open) tabler.Tab.getOrCreateInstance(open).show();
    tabs.addEventListener("shown.bs.tab", (event) => history.replaceState(null, "", event.target.dataset.bsTarget));
  }
})();
