/* Lists: rows chosen for a bulk action, the panel of filters and its chips. */
(function () {
  "use strict";

  for (const list of document.querySelectorAll("[data-list]")) {
    const boxes = [...list.querySelectorAll("[data-row-box]")];
    const whole = list.querySelector("[data-row-all]");
    const bar = list.querySelector("[data-bulk]");
    if (!bar) continue;
    const show = () => {
      const chosen = boxes.filter((box) => box.checked);
      bar.hidden = chosen.length === 0;
      bar.querySelector("[data-bulk-count]").textContent = chosen.length;
      for (const box of boxes) box.closest("tr, li").classList.toggle("chosen", box.checked);
      if (whole) {
        whole.checked = boxes.length > 0 && chosen.length === boxes.length;
        whole.indeterminate = chosen.length > 0 && !whole.checked;
      }
    };
    const set = (checked) => { for (const box of boxes) box.checked = checked; show(); };
    list.addEventListener("change", (event) => {
      if (event.target === whole) set(whole.checked);
      else if (boxes.includes(event.target)) show();
    });
    bar.querySelector("[data-bulk-clear]").addEventListener("click", () => set(false));
    show();
  }

  /* Flask-AppBuilder reads filters as _flt_<operator>_<column>=<value>. */
  for (const form of document.querySelectorAll("[data-filters]")) {
    const rows = [...form.querySelectorAll("[data-filter]")].map((row) => new FilterRow(row));
    const given = JSON.parse(form.dataset.filters);
    const named = given.map(([column, operator, value]) => {
      const row = rows.find((one) => one.column === column);
      return row && row.set(operator, Array.isArray(value) ? value[0] : value);
    });
    form.addEventListener("submit", () => { for (const row of rows) row.name(); });
    const list = form.closest("[data-list]");
    const chips = list && list.querySelector("[data-chips]");
    if (chips) Promise.all(named).then(() => showChips(chips, rows, form));
  }

  function showChips(chips, rows, form) {
    for (const row of rows.filter((one) => one.value)) {
      const chip = document.createElement("button");
      chip.type = "button";
      chip.className = "chip active";
      chip.textContent = `${row.describe()} ×`;
      chip.addEventListener("click", () => { row.clear(); form.requestSubmit(); });
      chips.append(chip);
    }
    chips.hidden = !chips.children.length;
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
    this.clear = () => { if (field.tomselect) field.tomselect.clear(); field.value = ""; };
    this.describe = () => {
      const chosen = field.matches("select") ? field.selectedOptions[0]?.textContent.trim() : field.value;
      return field.matches("select") ? `${label}: ${chosen}` : `${label} ${operator.selectedOptions[0].textContent.toLowerCase()} ${chosen}`;
    };
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
