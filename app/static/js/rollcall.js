/* The running total of the roll-call. The server counts again when it is kept. */
(function () {
  "use strict";
  const form = document.querySelector("[data-roll-call]");
  if (!form) return;

  function numbers() {
    const lines = [...form.querySelectorAll("[data-line]")];
    if (lines.length) {
      return nepTally.count(lines.map((line) => [line.dataset.state, line.querySelector("input[type=radio]:checked").value]));
    }
    return Object.fromEntries(nepTally.NAMES.map((name) => [name, parseInt(form.elements[name].value, 10) || 0]));
  }

  function show() {
    const n = numbers();
    const share = nepTally.share(n, { excusedIn: form.dataset.excusedIn, voluntary: form.dataset.voluntary });
    form.querySelector("[data-share]").textContent = nepTally.percent(share);
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
