/* The score sheet adds up while it is filled in, and keeps what was typed through a reload. */
(function () {
  "use strict";
  const form = document.querySelector("[data-scoresheet]");
  if (!form) return;
  const told = form.dataset;
  const bands = JSON.parse(told.bands);
  const locale = document.documentElement.lang || "vi";
  const items = [...form.querySelectorAll("[data-criterion]")];
  const shown = (number) => number.toLocaleString(locale, { maximumFractionDigits: 2 });

  function control(item) {
    return item.querySelector("input[type=radio]:checked") || item.querySelector("input:not([type=radio])");
  }
  function text(item) {
    const field = control(item);
    return field ? field.value.trim() : "";
  }
  function points(item) {
    const typed = text(item).replace(/\s/g, "").replace(",", ".");
    return /^\d+(\.\d+)?$/.test(typed) ? Number(typed) : NaN;
  }
  function put(item, number) {
    const radios = item.querySelectorAll("input[type=radio]");
    if (radios.length) {
      for (const radio of radios) radio.checked = Number(radio.value.replace(",", ".")) === number;
    } else {
      control(item).value = shown(number);
    }
  }

  function wrong(item) {
    if (!text(item)) return "";
    const given = points(item);
    if (Number.isNaN(given)) return told.noNumber;
    if (given > Number(item.dataset.max)) return told.tooMany.replace("#", shown(Number(item.dataset.max)));
    return (given * 2) % 1 ? told.half : "";
  }
  function check(item) {
    const message = wrong(item);
    const line = item.querySelector("[data-error]");
    line.hidden = !message;
    line.querySelector("span").textContent = message;
    item.classList.toggle("field-wrong", Boolean(message));
    const field = control(item);
    if (field && field.type !== "radio") {
      field.classList.toggle("is-invalid", Boolean(message));
      field.setAttribute("aria-invalid", String(Boolean(message)));
    }
  }
  function count() {
    // Points that break a rule count as not given.
    const given = items.map((item) => (wrong(item) ? NaN : points(item)));
    const known = given.filter((one) => !Number.isNaN(one));
    const sum = known.reduce((all, one) => all + one, 0);
    const left = given.length - known.length;
    const band = left ? null : bands.find(([lowest]) => sum >= lowest);
    form.querySelector("[data-sum]").textContent = shown(sum);
    form.querySelector("[data-rating]").textContent = band ? band[1] : told.unrated;
    form.querySelector("[data-missing]").textContent = left ? told.left.replace("#", String(left)) : told.complete;
  }

  /* What is typed is kept in this tab until the server has it: a reload or a lost network costs nothing.
     But for a note that the server refused as secret, as long as it still says that. */
  const refused = new Map([...form.querySelectorAll("[data-secret]")].map((field) => [field.name, field.value]));
  const place = `nep-score:${location.pathname}${location.search}`;
  function keep() {
    const fields = [...new FormData(form)].filter(([name]) => /^(points|note)-/.test(name) && refused.get(name) !== form.elements[name].value);
    try {
      sessionStorage.setItem(place, JSON.stringify({ version: told.version, fields }));
    } catch { /* private windows keep nothing */ }
  }
  function restore() {
    let kept = null;
    try {
      kept = JSON.parse(sessionStorage.getItem(place) || "null");
    } catch { /* nothing readable was kept */ }
    if (!kept || kept.version !== told.version || document.querySelector("[data-focus]")) return;
    let changed = false;
    for (const [name, value] of kept.fields) {
      const field = form.elements[name];
      if (!field || field.value === value) continue;
      field.value = value;
      changed = true;
    }
    form.querySelector("[data-restored]").hidden = !changed;
    items.forEach(check);
  }

  function changed(item) {
    check(item);
    count();
    keep();
  }

  for (const item of items) {
    for (const [selector, step] of [["[data-less]", -0.5], ["[data-more]", 0.5]]) {
      const button = item.querySelector(selector);
      if (!button) continue;
      button.hidden = false;
      button.addEventListener("click", () => {
        const now = points(item);
        const most = Number(item.dataset.max);
        // The first tap of an empty box means full points, or half a point less than that.
        const next = (Number.isNaN(now) ? most + (step < 0 ? 0 : -0.5) : now) + step;
        put(item, Math.min(most, Math.max(0, Math.round(next * 2) / 2)));
        changed(item);
      });
    }
    item.addEventListener("input", () => { count(); keep(); });
    item.addEventListener("change", () => changed(item));
  }
  form.querySelector("[data-full]").addEventListener("click", (event) => {
    event.preventDefault();
    for (const item of items) {
      if (!text(item)) put(item, Number(item.dataset.fullPoints));
      check(item);
    }
    count();
    keep();
    form.dispatchEvent(new Event("change", { bubbles: true }));
  });
  restore();
  if (refused.size) keep();
  count();
})();
