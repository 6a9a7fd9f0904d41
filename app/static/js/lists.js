/* Lists: rows chosen for a bulk action, menus, the panel of filters. */
(function () {
  "use strict";

  for (const list of document.querySelectorAll("[data-list]")) {
    const bar = list.querySelector("[data-bulk]");
    if (bar) bulk(list, bar);
  }

  function bulk(list, bar) {
    const boxes = [...list.querySelectorAll("[data-row-box]")];
    const head = list.querySelector("[data-row-all]");
    const all = bar.querySelector("[data-bulk-all]");
    const asking = [...bar.querySelectorAll("[data-confirm]")].map((button) => [button, button.dataset.confirm]);
    const show = () => {
      const chosen = boxes.filter((box) => box.checked);
      const whole = boxes.length > 0 && chosen.length === boxes.length;
      if (all && !whole) all.checked = false;
      const every = Boolean(all && all.checked);
      bar.querySelector("[data-bulk-count]").textContent = chosen.length;
      bar.classList.toggle("every", every);
      list.classList.toggle("picking", chosen.length > 0);
      bar.querySelector("[data-bulk-page]").hidden = whole;
      for (const box of boxes) box.closest("tr, li").classList.toggle("chosen", box.checked);
      if (head) { head.checked = whole; head.indeterminate = chosen.length > 0 && !whole; }
      // Several rows are shown before anything is done: no second question.
      for (const [button, text] of asking) {
        if (chosen.length > 1 || every) delete button.dataset.confirm;
        else button.dataset.confirm = text;
      }
    };
    const set = (checked) => { for (const box of boxes) box.checked = checked; show(); };
    list.addEventListener("change", (event) => {
      if (event.target === head) set(head.checked);
      else if (event.target === all && all.checked) set(true);
      else if (event.target === all || boxes.includes(event.target)) show();
    });
    bar.querySelector("[data-bulk-page]").addEventListener("click", () => set(true));
    bar.querySelector("[data-bulk-clear]").addEventListener("click", () => { set(false); boxes[0]?.focus(); });
    // On a phone the bar lies over the list, as high as it has lines: what is reached keeps clear of it.
    new ResizeObserver(() => list.style.setProperty("--nep-bar", `${bar.offsetHeight}px`)).observe(bar);
    addEventListener("pageshow", show);
    show();
  }

  /* Work on many rows takes seconds: the button says so. */
  for (const form of document.querySelectorAll("form[data-busy]")) {
    const button = form.querySelector("button[type=submit]");
    const words = button && button.lastChild.textContent;
    form.addEventListener("submit", () => {
      button.setAttribute("aria-busy", "true");
      button.lastChild.textContent = form.dataset.busy;
    });
    addEventListener("pageshow", () => {
      if (!button || !button.hasAttribute("aria-busy")) return;
      button.removeAttribute("aria-busy");
      button.lastChild.textContent = words;
    });
  }

  /* Menus are <details>: they open without scripts; these close them as people expect. */
  const menus = [...document.querySelectorAll("[data-menu]")];
  document.addEventListener("click", (event) => {
    for (const menu of menus) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of menus.filter((one) => one.open)) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  /* Flask-AppBuilder reads filters as _flt_<operator>_<column>=<value>. */
  for (const form of document.querySelectorAll("[data-filters]")) {
    const rows = [...form.querySelectorAll("[data-filter]")].map((row) => new FilterRow(row));
    for (const [column, operator, value] of JSON.parse(form.dataset.filters)) {
      const row = rows.find((one) => one.column === column);
      if (row) row.set(operator, Array.isArray(value) ? value[0] : value);
    }
    form.addEventListener("submit", (event) => {
      if (rows.every((row) => row.check())) for (const row of rows) row.name();
      else event.preventDefault();
    });
  }

  function FilterRow(row) {
    const operator = row.querySelector(".filter-operator");
    const field = row.querySelector(".filter-value").matches("select")
      ? row.querySelector(".filter-value") : row.querySelector(".filter-value :is(input, select, textarea)");
    const truth = field.hasAttribute("data-truth");
    const label = row.querySelector("legend").textContent.trim();
    const operators = JSON.parse(row.dataset.operators);
    this.column = row.dataset.filter;
    field.setAttribute("aria-label", label);
    field.removeAttribute("required");
    field.removeAttribute("id");
    if (field.matches("select") && !truth && !field.multiple && !field.querySelector('option[value=""]')) {
      field.prepend(new Option("", "", false, false));
    }
    if (!truth && !field.dataset.keepValue) field.value = "";
    const iso = () => (field.dataset.kind ? nepFields.toIso(field.value, field.dataset.kind) : field.value);

    Object.defineProperty(this, "value", { get: () => (field.multiple ? [...field.selectedOptions].map((o) => o.value)[0] : field.value) });
    this.set = (name, value) => {
      const index = Math.max(0, operators.indexOf(name));
      operator.value = String(index);
      if (truth) field.value = String(index);
      else if (field.dataset.lookupUrl) return nepFields.choose(field, value);
      else field.value = field.dataset.kind ? nepFields.fromIso(value, field.dataset.kind) : value;
      if (field.tomselect) field.tomselect.sync();
      return null;
    };
    // A date that is none is told beside its field, before the list is left.
    this.check = () => {
      if (!field.dataset.kind) return true;
      field.setCustomValidity(nepFields.isReadable(field.value, field.dataset.kind) ? "" : field.dataset.wrong);
      return field.reportValidity();
    };
    field.addEventListener("input", () => field.setCustomValidity(""));
    this.name = () => {
      operator.removeAttribute("name");
      field.removeAttribute("name");
      if (!this.value) return;
      const sent = document.createElement("input");
      sent.type = "hidden";
      sent.name = `_flt_${truth ? field.value : operator.value}_${this.column}`;
      sent.value = truth ? "y" : iso();
      row.append(sent);
    };
  }
})();
