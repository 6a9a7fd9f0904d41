/* The tree of units opens in place, by mouse and by keyboard (ARIA: tree). Without this file its links do. */
(function () {
  "use strict";
  const tree = document.querySelector("[data-tree]");
  if (!tree) return;
  const root = tree.querySelector("ul");
  const items = () => [...tree.querySelectorAll("[role=treeitem]")].filter((item) => item.offsetParent !== null);
  const toggleOf = (item) => item.querySelector(":scope > .tree-row > [data-toggle]");
  const groupOf = (item) => item.querySelector(":scope > ul");
  const above = (item) => item.parentElement.closest("[role=treeitem]");

  function dress(list) {
    list.setAttribute("role", list === root ? "tree" : "group");
    for (const item of list.children) {
      item.setAttribute("role", "treeitem");
      item.tabIndex = -1;
      for (const link of item.querySelectorAll(":scope > a, :scope > .tree-row > a")) link.tabIndex = -1;
      if (toggleOf(item)) item.setAttribute("aria-expanded", String(Boolean(groupOf(item))));
      if (item.querySelector(":scope > .tree-wanted")) item.setAttribute("aria-selected", "true");
      if (groupOf(item)) dress(groupOf(item));
    }
  }

  function focus(item) {
    if (!item) return;
    for (const other of tree.querySelectorAll("[role=treeitem][tabindex='0']")) other.tabIndex = -1;
    item.tabIndex = 0;
    item.focus();
  }

  async function fetched(link) {
    const answer = await fetch(link.dataset.below, { headers: { "X-Requested-With": "fetch" } });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const holder = document.createElement("template");
    holder.innerHTML = await answer.text();
    return holder.content.querySelector("ul");
  }

  function show(item, open) {
    const toggle = toggleOf(item);
    item.setAttribute("aria-expanded", String(open));
    toggle.classList.toggle("tree-opened", open);
    groupOf(item).hidden = !open;
    const at = open ? item : above(item);
    const address = new URL(location.href);
    if (at) address.searchParams.set("open", at.dataset.unit); else address.searchParams.delete("open");
    address.searchParams.delete("after");
    history.replaceState(null, "", address);
  }

  async function turn(item, open) {
    const toggle = toggleOf(item);
    if (!toggle || toggle.classList.contains("tree-busy")) return;
    if (open && !groupOf(item)) {
      toggle.classList.add("tree-busy");
      try {
        const list = await fetched(toggle);
        item.append(list);
        dress(list);
      } catch { location.href = toggle.href; return; }
      toggle.classList.remove("tree-busy");
    }
    show(item, open);
  }

  async function more(link) {
    const item = link.closest("[role=treeitem]");
    const list = item.parentElement;
    let rest;
    try { rest = await fetched(link); } catch { location.href = link.href; return; }
    const known = new Set([...list.children].map((one) => one.dataset.unit));
    const added = [...rest.children].filter((one) => !one.dataset.unit || !known.has(one.dataset.unit));
    item.replaceWith(...added);
    dress(list);
    focus(added[0] || list.lastElementChild);
  }

  tree.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const toggle = event.target.closest("[data-toggle]");
    const next = event.target.closest("[data-more]");
    const item = event.target.closest("[role=treeitem]");
    if (toggle) { event.preventDefault(); focus(item); turn(item, item.getAttribute("aria-expanded") !== "true"); }
    if (next) { event.preventDefault(); more(next); }
  });

  let typed = "";
  let typedAt = 0;
  function byLetters(key, item) {
    typed = Date.now() - typedAt > 600 ? key : typed + key;
    typedAt = Date.now();
    const all = items();
    const start = all.indexOf(item) + (typed.length === 1 ? 1 : 0);
    const named = (one) => one.querySelector(".tree-name").textContent.trim().toLowerCase().startsWith(typed.toLowerCase());
    focus([...all.slice(start), ...all.slice(0, start)].find(named));
  }

  tree.addEventListener("keydown", (event) => {
    const item = event.target.closest("[role=treeitem]");
    if (!item || event.ctrlKey || event.metaKey || event.altKey) return;
    const all = items();
    const at = all.indexOf(item);
    const expanded = item.getAttribute("aria-expanded");
    const link = item.querySelector(".tree-name");
    const does = {
      ArrowDown: () => focus(all[at + 1]),
      ArrowUp: () => focus(all[at - 1]),
      Home: () => focus(all[0]),
      End: () => focus(all[all.length - 1]),
      ArrowRight: () => (expanded === "false" ? turn(item, true) : expanded && focus(groupOf(item).firstElementChild)),
      ArrowLeft: () => (expanded === "true" ? turn(item, false) : focus(above(item))),
      " ": () => (expanded ? turn(item, expanded !== "true") : link.click()),
      Enter: () => link.click(),
    }[event.key];
    if (does) { event.preventDefault(); does(); }
    else if (event.key.length === 1 && /\p{L}|\p{N}/u.test(event.key)) byLetters(event.key, item);
  });

  dress(root);
  const wanted = tree.querySelector("[aria-selected=true]") || root.firstElementChild;
  if (wanted) wanted.tabIndex = 0;
  if (new URL(location.href).searchParams.has("open")) wanted.scrollIntoView({ block: "center" });
})();
