/* The review of a filing: all of it in short, each part with its way back, and what is missing. */
(function () {
  "use strict";
  window.nepFiling = window.nepFiling || {};

  nepFiling.review = function (form, data, sums) {
    const place = form.querySelector("[data-review]");
    const words = JSON.parse(place.dataset.words);
    const label = (name) => form.querySelector(`label[for="f-${CSS.escape(name)}"]`)?.textContent.trim() || name;
    const carried = (name) => form.querySelector(`[data-carried="${/^review-\d+/.exec(name)?.[0]}"] legend`)?.textContent.trim() || "";
    const person = (key) => form.querySelector(`[data-line="${key}"] legend`)?.textContent || key;

    function make(tag, text, className = "") {
      const made = document.createElement(tag);
      if (className) made.className = className;
      made.textContent = text;
      return made;
    }
    function link(step, text, name = "") {
      const made = make("a", text, "filing-back-to");
      made.href = `#step-${step}`;
      if (name) made.dataset.go = name;
      return made;
    }

    /* What keeps the result from being sent, as [step, text, field]. */
    function missing(values, errors) {
      const found = [];
      const told = new Set();
      if (!values.started || !values.ended || !values.held_on) found.push([1, words.times, "ended"]);
      for (const line of form.querySelectorAll("[data-line]")) {
        const key = line.dataset.line;
        if (values[`member-${key}`] !== "EXCUSED" || values[`reason-${key}`]) continue;
        found.push([1, `${person(key)}: ${words.reason}`, `reason-${key}`]);
        told.add(`member-${key}`);
      }
      for (const row of form.querySelectorAll("[data-carried]")) {
        const name = row.dataset.carried;
        const said = values[`${name}-state`];
        if (said && (said !== "NOT_DONE" || values[`${name}-note`])) continue;
        found.push([2, `${carried(name)}: ${said ? words.why : words.stands}`, `${name}-${said ? "note" : "state"}`]);
        told.add(`${name}-state`).add(`${name}-note`);
      }
      for (const [name, text] of Object.entries(errors)) {
        if (!text || told.has(name) || (name === "ended" && found.some((one) => one[2] === "ended"))) continue;
        if (name.startsWith("points-") && !sums.wrong(name.slice(7))) continue;
        found.push([step(name), `${called(name)}: ${text}`, name]);
      }
      const left = sums.left();
      if (left) found.push([3, words.unscored.replace("#", left), sums.firstLeft()]);
      return found;
    }
    function called(name) {
      if (/^(member|reason)-/.test(name)) return person(name.slice(7));
      if (/^(points|note)-/.test(name)) return words.score;
      if (name.startsWith("review-")) return carried(name) || words.carried;
      return label(name);
    }
    function step(name) {
      const there = form.querySelector(`[name="${CSS.escape(name)}"]`)?.closest("[data-step]");
      return Number(there?.dataset.step || (name.startsWith("review-") ? 2 : 1));
    }

    function rows(values) {
      const absent = [];
      for (const line of form.querySelectorAll("[data-line]")) {
        const key = line.dataset.line;
        const said = values[`member-${key}`];
        if (said === line.dataset.usual) continue;
        const kind = line.querySelector(`input[value="${said}"] + span`)?.textContent || "";
        absent.push([person(key), kind, values[`reason-${key}`]].filter(Boolean).join(" – "));
      }
      const agenda = values.agenda ? values.agenda.split("\n") : [];
      const tasks = [...form.querySelectorAll("[data-task]:not([hidden])")].map((row) => {
        const key = row.dataset.task;
        return ["title", "who", "due"].map((part) => values[`task-${key}-${part}`]).filter(Boolean).join(" – ");
      }).filter(Boolean);
      const before = [...form.querySelectorAll("[data-carried]")].map((row) => {
        const name = row.dataset.carried;
        const said = row.querySelector("input:checked + span")?.textContent || words.empty;
        return [carried(name), said, values[`${name}-note`]].filter(Boolean).join(" – ");
      });
      const first = [
        [words.when, [values.held_on, [values.started, values.ended].filter(Boolean).join(" – ")].filter(Boolean).join(" · ")],
        [words.place, values.place],
        [words.chair, values.chair],
        [words.present, sums.share()],
      ];
      if (data.byNames) first.push([words.absent, absent.length ? absent : [words.none]]);
      return [
        [1, first],
        [2, [
          ...(before.length ? [[words.carried, before]] : []),
          [words.agenda, [...agenda, ...(values.agenda_done ? [`✓ ${words.done}`] : [])]],
          [words.content, values.content],
          [words.resolution, values.resolution_no],
          [words.tasks, tasks],
          [words.speakers, values.speakers],
          [words.minutes, values.minutes_present ? words.yes : words.no],
          [words.papers, values.papers_posted_at],
        ]],
        ...(data.score ? [[3, [[words.score, sums.points()]]]] : []),
      ];
    }

    function draw(values, errors) {
      const lacks = missing(values, errors);
      const ready = place.querySelector("[data-lacks]");
      ready.className = `filing-ready alert ${lacks.length ? "alert-warning" : "alert-success"}`;
      ready.replaceChildren(make("p", lacks.length ? words.lack : words.ready, "mb-0"));
      if (lacks.length) {
        const list = document.createElement("ul");
        for (const [where, text, name] of lacks) {
          const line = document.createElement("li");
          line.append(link(where, text, name));
          list.append(line);
        }
        ready.append(list);
      }
      place.querySelector("[data-review-list]").replaceChildren(...rows(values).map(([where, facts]) => {
        const card = make("section", "", "card filing-short");
        const head = make("div", "", "filing-short-head");
        const title = form.querySelector(`[data-step="${where}"]`).dataset.name;
        const back = link(where, words.change);
        back.setAttribute("aria-label", `${words.change}: ${title}`);
        head.append(make("h3", title, "filing-sub"), back);
        const list = make("dl", "", "facts");
        for (const [name, text] of facts) {
          const pair = document.createElement("div");
          const value = document.createElement("dd");
          const lines = [text].flat().filter(Boolean);
          value.append(...(lines.length ? lines : [words.empty]).map((one) => make("span", one, lines.length ? "" : "text-secondary")));
          pair.append(make("dt", name), value);
          list.append(pair);
        }
        card.append(head, list);
        return card;
      }));
      return lacks.length;
    }

    return { draw, words };
  };
})();
