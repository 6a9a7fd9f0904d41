/* The fields of a filing as one flat map of texts: read from the page, and written into it. */
(function () {
  "use strict";
  window.nepFiling = window.nepFiling || {};
  const tidy = (text) => text.replace(/\r\n?/g, "\n").normalize("NFC").trim();

  nepFiling.tidy = tidy;
  nepFiling.fields = function (form) {
    const skipped = new Set(["csrf_token", "then", "agenda-item"]);
    const agenda = form.querySelector("[data-agenda-items]");
    const tasks = form.querySelector("[data-tasks]");

    function automatic(field, text) {
      const item = field.closest("[data-criterion]");
      return item && item.dataset.auto !== "" && text === item.dataset.auto ? "" : text;
    }

    function read() {
      const found = {};
      for (const field of form.elements) {
        const { name, type } = field;
        if (!name || type === "submit" || type === "button" || skipped.has(name) || "skip" in field.dataset) continue;
        if (type === "radio") {
          if (field.checked) found[name] = name.startsWith("points-") ? automatic(field, field.value) : field.value;
          else found[name] ??= "";
        } else if (type === "checkbox") found[name] = field.checked ? "1" : "";
        else found[name] = name.startsWith("points-") ? automatic(field, tidy(field.value)) : tidy(field.value);
      }
      found.agenda = [...agenda.querySelectorAll("input:checked")].map((box) => box.value).join("\n");
      return found;
    }

    function addItem(text, checked) {
      const line = form.querySelector("[data-agenda-line]").content.firstElementChild.cloneNode(true);
      line.querySelector("input").value = text;
      line.querySelector("input").checked = checked;
      line.querySelector("span").textContent = text;
      agenda.append(line);
    }
    function addTask(key) {
      const made = form.querySelector("[data-task-line]").content.firstElementChild.cloneNode(true);
      made.dataset.task = key;
      for (const one of made.querySelectorAll("[id], [name], [for]")) {
        for (const part of ["id", "name", "for"]) {
          if (one.hasAttribute(part)) one.setAttribute(part, one.getAttribute(part).replace("KEY", key));
        }
      }
      tasks.append(made);
      window.nepFields?.dress(made);
      return made;
    }
    function dropTask(key) {
      tasks.querySelector(`[data-task="${CSS.escape(key)}"]`)?.remove();
    }

    function write(name, text) {
      if (name === "agenda") {
        const lines = text.split("\n").filter(Boolean);
        for (const box of agenda.querySelectorAll("input")) box.checked = lines.includes(box.value);
        const known = new Set([...agenda.querySelectorAll("input")].map((box) => box.value));
        for (const line of lines) if (!known.has(line)) addItem(line, true);
        return;
      }
      const task = /^task-(.+)-(title|who|due|gone)$/.exec(name);
      if (task && !tasks.querySelector(`[data-task="${CSS.escape(task[1])}"]`)) {
        if (!text || task[2] === "gone") return;
        addTask(task[1]);
      }
      for (const field of [...form.elements].filter((one) => one.name === name)) {
        const auto = name.startsWith("points-") && !text ? field.closest("[data-criterion]").dataset.auto : text;
        if (field.type === "radio") field.checked = field.value === auto;
        else if (field.type === "checkbox") field.checked = text === "1";
        else field.value = auto;
      }
    }

    /* The facts have given a criterion other points, or none: the page follows where nobody typed. */
    function follow(key, auto, why) {
      const item = form.querySelector(`[data-criterion="${key}"]`);
      if (!item) return;
      const name = `points-${key}`;
      const own = read()[name];
      item.dataset.auto = auto;
      if (!own) write(name, "");
      const line = item.querySelector("[data-why]");
      line.hidden = !why;
      line.querySelector("span").textContent = why;
    }

    return { read, write, addItem, addTask, dropTask, follow };
  };
})();
