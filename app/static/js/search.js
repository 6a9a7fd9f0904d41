/* The search box over any page: Ctrl K, "/" or the button at the top opens it. */
(function () {
  "use strict";
  const box = document.querySelector("[data-search]");
  if (!box) return;
  const field = box.querySelector("input");
  const list = box.querySelector("[role=listbox]");
  const note = box.querySelector("[data-search-note]");
  const said = box.querySelector("[data-search-said]");
  const WAIT = 120;
  const KEPT = 5;
  const key = `nep-search-${box.dataset.account}`;
  let timer = 0;
  let asking = null;
  let shown = null; /* the words that the list answers */
  let eager = false; /* Enter was pressed before the answer came */

  /* Opening and closing. A dialog keeps the focus within and gives it back by itself. */
  function open() {
    if (document.querySelector("dialog:modal, .modal.show, .offcanvas.show")) return;
    field.value = "";
    box.showModal();
    field.focus();
    ask("");
  }
  function typing(target) {
    return target.closest("input, textarea, select, [contenteditable]");
  }
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey) return;
    const chord = event.ctrlKey || event.metaKey;
    if (chord && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (box.open) box.close(); else open();
    } else if (event.key === "/" && !chord && !typing(event.target)) {
      event.preventDefault();
      open();
    }
  });
  for (const link of document.querySelectorAll("[data-search-open]")) {
    link.setAttribute("role", "button");
    link.setAttribute("aria-haspopup", "dialog");
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open();
    });
    link.addEventListener("keydown", (event) => { if (event.key === " ") { event.preventDefault(); open(); } });
  }
  box.addEventListener("click", (event) => {
    if (event.target === box || event.target.closest("[data-search-close]")) box.close();
    if (event.target.closest("[data-search-forget]")) { forget(); ask(""); field.focus(); }
  });
  box.addEventListener("close", () => { clearTimeout(timer); if (asking) asking.abort(); });

  /* Asking: the last question only. */
  field.addEventListener("input", () => {
    clearTimeout(timer);
    eager = false;
    timer = setTimeout(() => ask(field.value.trim()), WAIT);
  });
  async function ask(words) {
    if (asking) asking.abort();
    asking = new AbortController();
    box.classList.add("is-asking");
    try {
      const address = `${box.dataset.found}?${new URLSearchParams({ q: words })}`;
      const answer = await fetch(address, { signal: asking.signal, headers: { Accept: "text/html" } });
      if (answer.redirected) { location.reload(); return; } /* logged out meanwhile */
      if (!answer.ok) throw new Error(answer.statusText);
      show(words, await answer.text());
    } catch (error) {
      if (error.name !== "AbortError") tell(box.dataset.away);
      return;
    } finally {
      if (words === field.value.trim()) box.classList.remove("is-asking");
    }
  }
  function show(words, html) {
    if (words !== field.value.trim()) return;
    list.innerHTML = html;
    shown = words;
    const empty = list.querySelector("[data-search-empty]");
    if (empty) { tell("", empty); shown = words; return; }
    note.hidden = true;
    if (!words) recent();
    const count = options().length;
    list.hidden = !count;
    list.scrollTop = 0;
    field.setAttribute("aria-expanded", String(Boolean(count)));
    said.textContent = words ? box.dataset.some.replace("{n}", String(count)) : "";
    choose(words ? 0 : -1);
    if (eager) follow();
  }
  function tell(text, node) {
    list.hidden = true;
    list.replaceChildren();
    shown = null;
    choose(-1);
    field.setAttribute("aria-expanded", "false");
    if (node) note.replaceChildren(node); else note.textContent = text;
    note.hidden = false;
    said.textContent = node ? box.dataset.none : text;
  }

  /* Choosing */
  function options() { return [...list.querySelectorAll("[role=option]")]; }
  function chosen() { return list.querySelector("[aria-selected=true]"); }
  function choose(place) {
    const all = options();
    for (const option of all) option.setAttribute("aria-selected", "false");
    const option = all[place];
    if (!option) { field.removeAttribute("aria-activedescendant"); return; }
    option.setAttribute("aria-selected", "true");
    field.setAttribute("aria-activedescendant", option.id);
    if (place === 0) list.scrollTop = 0; else option.scrollIntoView({ block: "nearest" });
  }
  function follow() {
    eager = false;
    const option = chosen();
    if (option) option.click();
  }
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const all = options();
    const now = all.indexOf(chosen());
    if (event.key === "ArrowDown") { event.preventDefault(); choose(now + 1 < all.length ? now + 1 : 0); }
    if (event.key === "ArrowUp") { event.preventDefault(); choose(now > 0 ? now - 1 : all.length - 1); }
    if (event.key === "Enter") {
      event.preventDefault();
      const words = field.value.trim();
      if (words !== shown) { clearTimeout(timer); ask(words); eager = true; } else follow();
    }
  });
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (!option) return;
    keep(option);
    /* The same page under another anchor would leave the box open. */
    if (!event.ctrlKey && !event.metaKey && !event.shiftKey) box.close();
  });
  list.addEventListener("pointermove", (event) => {
    const option = event.target.closest("[role=option]");
    if (option && option !== chosen()) { const top = list.scrollTop; choose(options().indexOf(option)); list.scrollTop = top; }
  });

  /* What this account opened lately stays in this browser until logout; people are never kept. */
  function kept() {
    try {
      const found = JSON.parse(localStorage.getItem(key) || "[]");
      return found.filter((one) => typeof one.title === "string" && /^\/(?!\/)/.test(one.href));
    } catch { return []; }
  }
  function keep(option) {
    if (!option.dataset.keep) return;
    const href = option.getAttribute("href");
    const text = (name) => { const part = option.querySelector(name); return part ? part.textContent : ""; };
    const one = { href, icon: option.dataset.keep, title: text(".hit-title"), hint: text(".hit-hint") };
    const all = [one, ...kept().filter((other) => other.href !== href)].slice(0, KEPT);
    try { localStorage.setItem(key, JSON.stringify(all)); } catch { /* private windows keep nothing */ }
  }
  function forget() {
    try { localStorage.removeItem(key); } catch { /* nothing was kept */ }
  }
  document.addEventListener("submit", (event) => {
    if ((event.target.getAttribute("action") || "").startsWith("/logout")) forget();
  });
  function recent() {
    const all = kept();
    if (!all.length) return;
    const group = made("div", "", "");
    group.setAttribute("role", "group");
    group.setAttribute("aria-labelledby", "found-recent");
    const head = made("div", "hit-head", box.dataset.recent);
    head.id = "found-recent";
    head.setAttribute("role", "presentation");
    group.append(head, ...all.map(line));
    list.prepend(group);
    const clear = made("button", "btn btn-ghost search-forget", box.dataset.clear);
    clear.type = "button";
    clear.dataset.searchForget = "";
    note.replaceChildren(clear);
    note.hidden = false;
  }
  function line(one, place) {
    const option = made("a", "hit", "");
    option.id = `hit-recent-${place + 1}`;
    option.href = one.href;
    option.tabIndex = -1;
    option.dataset.keep = one.icon;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    const mark = made("span", "hit-mark", "");
    const icon = box.querySelector(".icon").cloneNode(true);
    icon.firstElementChild.setAttribute("href", `${box.dataset.sprite}#${String(one.icon).replace(/[^a-z0-9-]/g, "")}`);
    mark.append(icon);
    const text = made("span", "hit-text", "");
    text.append(made("span", "hit-title", one.title));
    if (one.hint) text.append(made("span", "hit-hint", one.hint));
    option.append(mark, text);
    return option;
  }
  function made(tag, name, text) {
    const node = document.createElement(tag);
    node.className = name;
    node.textContent = text;
    return node;
  }
})();
