/* Four steps on one page: roll-call, content, scoring, review. */
(function () {
  "use strict";
  const form = document.querySelector("[data-filing]");
  if (!form) return;
  const data = JSON.parse(document.getElementById("filing-data").textContent);
  const fields = nepFiling.fields(form);
  const parts = [...form.querySelectorAll("[data-step]")];
  const one = (selector, root = form) => root.querySelector(selector);
  const all = (selector, root = form) => [...root.querySelectorAll(selector)];
  const locale = document.documentElement.lang || "vi";
  const shown = (number) => number.toLocaleString(locale, { maximumFractionDigits: 2 });
  let errors = { ...data.errors };
  form.classList.add("filing-live");
  for (const plain of all(".filing-plain")) plain.remove();

  /* Sums */
  const items = all("[data-criterion]");
  const control = (item) => one("input[type=radio]:checked", item) || one("input:not([type=radio]):not([type=hidden])", item);
  const typed = (item) => (control(item)?.value || "").trim();
  function points(item) {
    const text = typed(item).replace(/\s/g, "").replace(",", ".");
    return /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  }
  function wrong(item) {
    if (!typed(item)) return "";
    const given = points(item);
    if (Number.isNaN(given)) return review.words.unreadable;
    if (given > Number(item.dataset.max)) return review.words.most.replace("#", shown(Number(item.dataset.max)));
    return (given * 2) % 1 ? review.words.half : "";
  }
  const good = () => items.map((item) => (wrong(item) ? NaN : points(item)));
  const sums = {
    share() {
      const values = fields.read();
      const numbers = data.byNames
        ? nepTally.count(all("[data-line]").map((line) => [line.dataset.state, values[`member-${line.dataset.line}`] || line.dataset.usual]))
        : Object.fromEntries(nepTally.NAMES.map((name) => [name, parseInt(values[name], 10) || 0]));
      return nepTally.percent(nepTally.share(numbers, data));
    },
    sum: () => good().reduce((sum, given) => sum + (given || 0), 0),
    left: () => good().filter(Number.isNaN).length,
    firstLeft: () => `points-${items[good().findIndex(Number.isNaN)]?.dataset.criterion}`,
    wrong: (key) => { const item = one(`[data-criterion="${key}"]`); return item && (!typed(item) || wrong(item)); },
    rating() {
      const sum = sums.sum();
      return sums.left() ? "" : data.bands.find(([lowest]) => sum >= lowest)?.[1] || "";
    },
    points: () => [`${shown(sums.sum())}/${data.score.of}`, sums.rating()].filter(Boolean),
  };
  const review = nepFiling.review(form, data, sums);

  function draw() {
    one("[data-share]").textContent = sums.share();
    if (data.score) {
      one("[data-sum]").textContent = shown(sums.sum());
      one("[data-rating]").textContent = sums.rating();
    }
    all("[data-line]").forEach(drawLine);
    for (const item of items) {
      const text = wrong(item);
      tellError(`points-${item.dataset.criterion}`, text || (typed(item) ? "" : errors[`points-${item.dataset.criterion}`] || ""));
      const auto = item.dataset.auto !== "" && typed(item) === item.dataset.auto;
      item.classList.toggle("filing-auto", auto);
      item.classList.toggle("filing-full-now", points(item) === Number(item.dataset.full));
    }
    drawWhen();
    if (now === 4) drawReview();
  }
  function drawReview() {
    const lacks = review.draw(fields.read(), errors);
    const button = one("[data-send]");
    if (button) button.disabled = lacks > 0;
  }
  function drawWhen() {
    const values = fields.read();
    const times = [values.started, values.ended].filter(Boolean).join("–");
    one("[data-when]").textContent = [values.held_on, times, values.place, values.chair].filter(Boolean).join(" · ");
  }
  function drawLine(line) {
    const said = one("input[type=radio]:checked", line)?.value || line.dataset.usual;
    const off = said !== line.dataset.usual;
    const away = line.dataset.usual !== "PRESENT";
    line.classList.toggle("filing-off-now", off && !away);
    line.classList.toggle("filing-came", off && away);
    one("[data-toggle]", line)?.setAttribute("data-off", String(off));
    one("[data-absent]", line).hidden = !off || away;
    const reason = one("[data-reason]", line);
    if (!reason) return;
    reason.classList.toggle("filing-no-reason", said === "UNEXCUSED");
    const text = nepFiling.tidy(one("input.form-control", reason).value);
    for (const chip of all("[data-say]", reason)) chip.setAttribute("aria-pressed", String(chip.dataset.say === text));
  }
  function tellError(name, text) {
    const line = one(`[data-error-of="${CSS.escape(name)}"]`);
    if (!line) return;
    line.hidden = !text;
    if (text) line.closest("details.filing-note")?.setAttribute("open", "");
    one("span", line).textContent = text;
    const field = one(`#${CSS.escape(`f-${name}`)}`);
    field?.classList.toggle("is-invalid", Boolean(text));
    field?.setAttribute("aria-invalid", String(Boolean(text)));
  }
  function drawErrors() {
    for (const line of all("[data-error-of]")) {
      if (!line.dataset.errorOf.startsWith("points-")) tellError(line.dataset.errorOf, errors[line.dataset.errorOf] || "");
    }
    for (const row of all("[data-task]")) {
      const text = ["title", "who", "due"].map((part) => errors[`task-${row.dataset.task}-${part}`]).find(Boolean) || "";
      const line = one("[data-task-error]", row);
      line.hidden = !text;
      one("span", line).textContent = text;
    }
  }

  /* Steps: the address says which, so that the device's own back button works. */
  let now = 0;
  function wantedStep() {
    return Number(/^#step-([1-4])$/.exec(location.hash)?.[1] || 1);
  }
  function go(step, focus = true) {
    const before = now;
    now = step;
    for (const part of parts) part.hidden = Number(part.dataset.step) !== step;
    one("[data-step-count]").textContent = `${step}/4`;
    one("[data-step-name]").textContent = parts[step - 1].dataset.name;
    all(".filing-bars i").forEach((bar, index) => bar.classList.toggle("filing-bar-done", index < step));
    one("[data-next-step]").hidden = step === 4;
    one("[data-back-step]").classList.toggle("invisible", step === 1);
    for (const last of all("[data-send], [data-done]")) last.hidden = step !== 4;
    if (before === 1 && step > 1 && !one("[data-called]").value && (all("[data-line]").length || !data.byNames)) {
      // Having seen the list and gone on, the roll is called, even with nobody absent.
      one("[data-called]").value = "1";
      keeper.changed();
    } else if (before) keeper.flush();
    if (before) say("restored", false);
    if (step === 4) drawReview();
    if (!focus) return;
    // The first step shows whose result it is; the others begin right below the bar.
    scrollTo(0, step === 1 ? 0 : form.getBoundingClientRect().top + scrollY);
    one("h2", parts[step - 1]).focus({ preventScroll: true });
  }
  function show(name) {
    const field = one(`[name="${CSS.escape(name)}"]`) || one(`[data-line="${name.replace(/^\D+/, "")}"] input`);
    if (!field) return;
    field.closest("details")?.setAttribute("open", "");
    field.scrollIntoView({ block: "center" });
    field.focus({ preventScroll: true });
  }
  addEventListener("hashchange", () => go(wantedStep()));
  one("[data-next-step]").addEventListener("click", () => { location.hash = `#step-${Math.min(4, now + 1)}`; });
  one("[data-back-step]").addEventListener("click", () => { location.hash = `#step-${Math.max(1, now - 1)}`; });

  /* What the keeper of the draft asks of the page, and what it has to say. */
  const say = (name, on) => { const line = one(`[data-say-${name}]`); if (line) line.hidden = !on; };
  const page = {
    read: fields.read,
    dropTask: fields.dropTask,
    write(name, text) { fields.write(name, text); },
    tell(state, more = {}) {
      const { words } = review;
      const local = ["offline", "busy", "login"].includes(state);
      const saved = one("[data-saved]");
      saved.dataset.saved = local ? "local" : state;
      one("[data-saved-text]").textContent = local ? words.local
        : { saving: words.saving, sending: words.saving, partly: words.partly, saved: more.at ? words.saved.replace("#", more.at) : words.kept, refused: words.unsaved }[state] || one("[data-saved-text]").textContent;
      if (state === "full") { say("full", true); return; }
      if (state === "restored") { say("restored", true); return; }
      if (state === "saving" || state === "sending") return;
      say("offline", state === "offline" && !more.queued);
      say("busy", state === "busy" && !more.queued);
      say("login", state === "login");
      say("queued", local && Boolean(more.queued));
      if (state === "saved") say("restored", false);
      say("refused", state === "refused");
      const button = one("[data-send]");
      if (button && !more.queued) button.classList.remove("filing-waiting");
      if (state === "refused") {
        errors = { ...errors, ...more.errors };
        one("[data-refused-text]").textContent = more.text;
        drawErrors();
        draw();
        one("[data-say-refused]").focus();
      }
    },
    took(told, clashes = {}) {
      if (told) {
        errors = { ...told.errors };
        for (const [key, { auto, why }] of Object.entries(told.score?.criteria || {})) fields.follow(key, auto, why);
      }
      drawErrors();
      drawClashes(clashes);
      draw();
    },
    gone(told) {
      form.hidden = true;
      const after = document.querySelector("[data-after]");
      after.hidden = false;
      document.querySelector("[data-after-share]").textContent = told.share;
      history.replaceState(null, "", location.pathname);
      scrollTo(0, 0);
      after.querySelector("h2").focus();
    },
  };
  const keeper = nepFiling.keeper(data, page, one("[name=csrf_token]")?.value || "");

  function drawClashes(clashes) {
    const names = Object.keys(clashes);
    const card = one("[data-clashes]");
    const was = card.hidden;
    card.hidden = !names.length;
    const values = fields.read();
    one("[data-clash-list]").replaceChildren(...names.map((name) => {
      const line = one("[data-clash]").content.firstElementChild.cloneNode(true);
      one("[data-label]", line).textContent = labelOf(name);
      one("[data-mine]", line).textContent = worded(name, values[name]);
      one("[data-theirs]", line).textContent = worded(name, clashes[name]);
      for (const [selector, mine] of [["[data-keep-mine]", true], ["[data-take-theirs]", false]]) {
        one(selector, line).addEventListener("click", () => {
          keeper.resolve(name, mine);
          drawClashes(keeper.clashes());
          draw();
        });
      }
      return line;
    }));
    if (was && names.length) card.focus();
  }
  function labelOf(name) {
    const line = one(`[data-line="${name.replace(/^\D+-/, "")}"]`);
    if (line && /^(member|reason)-/.test(name)) return one("legend", line).textContent;
    const carried = one(`[data-carried="${/^review-\d+/.exec(name)?.[0]}"] legend`);
    if (carried) return carried.textContent.trim();
    return one(`label[for="f-${CSS.escape(name)}"]`)?.textContent.trim() || one(`[name="${CSS.escape(name)}"]`)?.closest("label, .filing-criterion")?.innerText.trim().split("\n")[0] || name;
  }
  function worded(name, text) {
    const said = one(`input[name="${CSS.escape(name)}"][value="${CSS.escape(text || "")}"] + span`);
    if (said && /^(member|review)-/.test(name)) return said.textContent;
    return text === "1" && /_(present|done)$/.test(name) ? "✓" : text || "—";
  }

  /* Taps */
  function changed() {
    say("restored", false);
    draw();
    keeper.changed();
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  /* The way through the door leads back to the step, which no server is told of. */
  const door = one("[data-say-login] a");
  const way = door?.getAttribute("href");
  door?.addEventListener("click", () => { door.href = way + encodeURIComponent(location.hash); });
  form.addEventListener("input", (event) => { if (!("skip" in event.target.dataset)) changed(); });
  form.addEventListener("change", (event) => { if (!("skip" in event.target.dataset)) changed(); });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
    event.preventDefault();
    if ("agendaNew" in event.target.dataset) addAgenda();
  });
  function addAgenda() {
    const box = one("[data-agenda-new]");
    const text = nepFiling.tidy(box.value);
    if (!text) { box.focus(); return; }
    fields.addItem(text, true);
    box.value = "";
    box.focus();
    changed();
  }
  function put(item, number) {
    const radios = all("input[type=radio]", item);
    if (radios.length) for (const radio of radios) radio.checked = Number(radio.value.replace(",", ".")) === number;
    else control(item).value = shown(number);
  }
  function step(item, by) {
    const most = Number(item.dataset.max);
    const given = points(item);
    const next = Number.isNaN(given) ? most : given + by;
    put(item, Math.min(most, Math.max(0, Math.round(next * 2) / 2)));
    changed();
  }
  function toggle(line) {
    const said = one("input[type=radio]:checked", line)?.value;
    const usual = line.dataset.usual;
    const then = said === usual ? (usual === "PRESENT" ? "EXCUSED" : "PRESENT") : usual;
    one(`input[type=radio][value=${then}]`, line).checked = true;
    changed();
  }
  const TAPS = {
    "[data-toggle]": (button) => toggle(button.closest("[data-line]")),
    "[data-say]": (chip) => {
      const line = chip.closest("[data-line]");
      const box = one("[data-reason] input.form-control", line);
      box.value = box.value === chip.dataset.say ? "" : chip.dataset.say;
      one("input[value=EXCUSED]", line).checked = true;
      changed();
    },
    "[data-agenda-add]": addAgenda,
    "[data-task-add]": () => {
      const made = fields.addTask(`n${Date.now().toString(36)}${Math.floor(Math.random() * 1e6).toString(36)}`);
      one("input", made).focus();
    },
    "[data-task-gone]": (button) => {
      const row = button.closest("[data-task]");
      const mark = document.createElement("input");
      Object.assign(mark, { type: "hidden", name: `task-${row.dataset.task}-gone`, value: "1" });
      row.append(mark);
      row.hidden = true;
      one("[data-task-add]").focus();
      changed();
    },
    "[data-count]": (button) => {
      const box = one("[name=speakers]");
      box.value = Math.max(0, (parseInt(box.value, 10) || 0) + Number(button.dataset.count));
      changed();
    },
    "[data-less]": (button) => step(button.closest("[data-criterion]"), -0.5),
    "[data-more]": (button) => step(button.closest("[data-criterion]"), 0.5),
    "[data-full-one]": (button) => { const item = button.closest("[data-criterion]"); put(item, Number(item.dataset.full)); changed(); },
    "[data-full-all]": () => { for (const item of items) if (!typed(item)) put(item, Number(item.dataset.full)); changed(); },
    "[data-go]": (link, event) => {
      event.preventDefault();
      location.hash = link.getAttribute("href");
      setTimeout(() => show(link.dataset.go), 60);
    },
    "[data-send]": (button) => { button.classList.add("filing-waiting"); keeper.send(); },
    "[data-take-back]": () => { keeper.takeBack(); say("queued", false); },
  };
  document.addEventListener("click", (event) => {
    for (const [selector, act] of Object.entries(TAPS)) {
      const found = event.target.closest(selector);
      if (found) { act(found, event); return; }
    }
  });
  one("[data-find]")?.addEventListener("input", (event) => {
    const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();
    const words = fold(event.target.value.trim());
    for (const line of all("[data-line]")) line.hidden = Boolean(words) && !fold(one("legend", line).textContent).includes(words);
  });

  go(wantedStep(), Boolean(location.hash));
  keeper.restore();
  drawErrors();
  draw();
})();
