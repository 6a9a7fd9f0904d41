/* The running total of the roll-call. The server counts again when it is kept. */
(function () {
  "use strict";
  const form = document.querySelector("[data-roll-call]");
  if (!form) return;
  const away = { EXEMPT: "exempt", TEMP_OUT: "temp_out", SPECIAL_DUTY: "special_duty" };
  const said = { PRESENT: "present", EXCUSED: "excused", UNEXCUSED: "unexcused", ...away };
  const names = ["on_roll", "temp_in", "temp_out", "exempt", "special_duty", "voluntary", "present", "excused", "unexcused"];

  function byNames() {
    const n = Object.fromEntries(names.map((name) => [name, 0]));
    for (const line of form.querySelectorAll("[data-line]")) {
      const status = line.querySelector("input[type=radio]:checked").value;
      const state = line.dataset.state;
      n[state === "TEMP_IN" ? "temp_in" : "on_roll"] += 1;
      n[said[status]] += 1;
      if (state in away && status === "PRESENT") { n[away[state]] += 1; n.voluntary += 1; }
    }
    return n;
  }

  function byNumbers() {
    return Object.fromEntries(names.map((name) => [name, parseInt(form.elements[name].value, 10) || 0]));
  }

  function percent(part, whole) {
    if (whole <= 0 || part < 0) return "—";
    const tenths = Math.floor((2000 * part + whole) / (2 * whole));
    const text = `${Math.floor(tenths / 10)}.${tenths % 10}`;
    const english = document.documentElement.lang.startsWith("en");
    return `${part}/${whole} = ${english ? `${text}%` : `${text.replace(".", ",")} %`}`;
  }

  function show() {
    const n = form.querySelector("[data-line]") ? byNames() : byNumbers();
    let whole = n.on_roll - n.temp_out - n.exempt - n.special_duty + n.temp_in;
    let part = n.present;
    if (form.dataset.voluntary) whole += n.voluntary; else part -= n.voluntary;
    if (!form.dataset.excusedIn) whole -= n.excused;
    form.querySelector("[data-share]").textContent = percent(part, whole);
    form.querySelector("[data-excused]").textContent = n.excused;
    form.querySelector("[data-unexcused]").textContent = n.unexcused;
  }

  form.addEventListener("input", show);
  form.addEventListener("change", (event) => {
    show();
    const line = event.target.closest("[data-line]");
    if (line && event.target.type === "radio" && event.target.value === "EXCUSED") {
      line.querySelector(".roll-reason").focus();
    }
  });
  show();
})();
