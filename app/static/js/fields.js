/* Fields: choices found by typing, and dates that can be typed or picked. */
(function () {
  "use strict";

  function lookup(select) {
    let away = false;
    return new TomSelect(select, {
      valueField: "id",
      labelField: "text",
      searchField: [],
      maxOptions: 50,
      preload: "focus",
      loadThrottle: 250,
      closeAfterSelect: true,
      plugins: select.multiple ? ["remove_button"] : ["clear_button"],
      score: () => () => 1,
      load(words, done) {
        const url = new URL(select.dataset.lookupUrl, location.href);
        url.searchParams.set("q", words);
        fetch(url, { headers: { Accept: "application/json" } })
          .then((answer) => (answer.ok && !answer.redirected ? answer.json() : Promise.reject(answer)))
          .then((found) => { away = false; this.clearOptions(); done(found.results); })
          .catch(() => {
            // Without network, or sent to the login: nothing was looked up, so ask again next time.
            away = true;
            done();
            delete this.loadedSearches[words];
          });
      },
      render: {
        option: (row, escape) => `<div class="option">${escape(row.text)}${row.hint ? `<span class="option-hint">${escape(row.hint)}</span>` : ""}</div>`,
        item: (row, escape) => `<div class="item">${escape(row.text)}</div>`,
        no_results: () => `<div class="no-results">${(away ? select.dataset.away : select.dataset.none) || ""}</div>`,
        loading: () => `<div class="no-results">…</div>`,
      },
    });
  }

  function plainSelect(select) {
    return new TomSelect(select, {
      plugins: select.multiple ? ["remove_button"] : [],
      maxOptions: null,
      allowEmptyOption: true,
      hidePlaceholder: true,
    });
  }

  function dress(root) {
    if (!window.TomSelect) return;
    for (const select of root.querySelectorAll("select[data-lookup-url], select.my_select2, select[data-search]")) {
      if (select.tomselect) continue;
      // A short list is quicker with the device's own control, above all on a phone.
      if (!select.dataset.lookupUrl && !select.multiple && select.options.length < 12) continue;
      // Tom Select would give its wrapper these classes, and the page a frame within a frame.
      select.classList.remove("form-select", "form-control");
      const made = select.dataset.lookupUrl ? lookup(select) : plainSelect(select);
      for (const name of ["aria-label", "aria-describedby", "aria-invalid"]) {
        const value = select.getAttribute(name);
        if (value) made.control_input.setAttribute(name, value);
      }
      // The label now belongs to the input that people see; the select only carries the value.
      select.setAttribute("aria-hidden", "true");
    }
    for (const field of root.querySelectorAll("input[data-kind]")) date(field);
    for (const select of root.querySelectorAll("select[data-narrow-url]")) narrow(select);
  }

  /* Choices that depend on other fields: once one of these changes, only those that fit are offered. */
  function narrow(select) {
    const names = select.dataset.narrowBy.split(" ");
    let latest = 0;
    async function ask() {
      const mine = ++latest;
      const url = new URL(select.dataset.narrowUrl, location.href);
      for (const name of names) url.searchParams.set(name, select.form.elements[name].value);
      try {
        const answer = await fetch(url, { headers: { Accept: "application/json" } });
        const { choices } = await answer.json();
        if (mine === latest) offer(select, choices);
      } catch { /* all stay, and the server says which do not fit */ }
    }
    select.form.addEventListener("change", (event) => { if (names.includes(event.target.name)) ask(); });
  }

  function offer(select, choices) {
    const fits = !select.value || choices.some(([value]) => value === select.value);
    const blank = select.value ? [] : [...select.options].filter((option) => !option.value);
    const chosen = fits ? select.value : choices[0][0];
    select.replaceChildren(...blank, ...choices.map(([value, text]) => new Option(text, value, false, value === chosen)));
    if (!fits) select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /* Dates: shown as dd/MM/yyyy, sent so too; the button opens the device's calendar. */
  const NATIVE = { date: "date", datetime: "datetime-local", month: "month" };

  function toIso(text, kind) {
    const words = text.trim().replace(/^(\d\d)(\d\d)(\d{4})$/, "$1/$2/$3").match(/\d+/g) || [];
    const numbers = words.map((word) => word.padStart(2, "0"));
    if (/^\d{4}-/.test(text.trim())) return text.trim().replace(" ", "T");
    if (kind === "month") return numbers.length >= 2 ? `${numbers[1]}-${numbers[0]}` : "";
    if (numbers.length < 3) return "";
    // Of two digits the year is of this century or the last, as app/core/typed.py reads it.
    if (numbers[2].length === 2) numbers[2] = `${Number(numbers[2]) < 50 ? 20 : 19}${numbers[2]}`;
    const day = `${numbers[2]}-${numbers[1]}-${numbers[0]}`;
    // A day without an hour stays one: nobody means its midnight.
    return kind === "date" || numbers.length < 4 ? day : `${day}T${numbers[3]}:${numbers[4] || "00"}`;
  }

  function fromIso(text, kind) {
    const n = String(text || "").match(/\d+/g) || [];
    if (!/^\d{4}-/.test(text || "")) return text || "";
    if (kind === "month") return `${n[1]}/${n[0]}`;
    const day = `${n[2]}/${n[1]}/${n[0]}`;
    return kind === "date" || n.length < 4 ? day : `${day} ${n[3]}:${n[4] || "00"}`;
  }

  /* Whether a text is empty or a day (month, moment) that exists. */
  function isReadable(text, kind) {
    if (!text.trim()) return true;
    const iso = toIso(text, kind);
    const found = iso.match(kind === "month" ? /^(\d{4})-(\d\d)/ : /^(\d{4})-(\d\d)-(\d\d)/);
    if (!found) return false;
    const [year, month, day] = found.slice(1).map(Number);
    const made = new Date(year, month - 1, day || 1);
    return made.getMonth() === month - 1;
  }

  function date(field) {
    const tool = field.parentElement.querySelector("[data-picker]");
    if (!tool || tool.dataset.ready) return;
    tool.dataset.ready = "1";
    const native = document.createElement("input");
    native.type = NATIVE[field.dataset.kind];
    native.className = "native-picker";
    native.tabIndex = -1;
    native.setAttribute("aria-hidden", "true");
    tool.after(native);
    tool.hidden = false;
    tool.addEventListener("click", () => {
      const iso = toIso(field.value, field.dataset.kind).slice(0, field.dataset.kind === "month" ? 7 : 16);
      native.value = native.type === "datetime-local" && iso.length === 10 ? `${iso}T00:00` : iso;
      native.showPicker();
    });
    native.addEventListener("change", () => {
      if (!native.value) return;
      field.value = fromIso(native.value, field.dataset.kind);
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
    // "5/3/26 7:30" becomes what will be stored, so that people see how it was understood.
    field.addEventListener("change", () => {
      const iso = toIso(field.value, field.dataset.kind);
      if (/^\d{4}-\d\d/.test(iso)) field.value = fromIso(iso, field.dataset.kind);
    });
  }

  async function choose(select, id) {
    const url = new URL(select.dataset.lookupUrl, location.href);
    url.searchParams.set("id", id);
    select.add(new Option(String(id), id, true, true));
    try {
      const found = await (await fetch(url)).json();
      const row = found.results[0];
      if (!row) return;
      for (const option of select.options) if (option.value === String(id)) option.textContent = row.text;
      if (select.tomselect) { select.tomselect.addOption(row); select.tomselect.setValue(String(id), true); }
    } catch { /* the number itself is still shown */ }
  }

  window.nepFields = { dress, toIso, fromIso, isReadable, choose };
  dress(document);
})();
