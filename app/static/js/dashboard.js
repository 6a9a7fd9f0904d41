/* Copies a text to be pasted into a message. */
(function () {
  "use strict";
  for (const button of document.querySelectorAll("[data-copy]")) {
    const label = button.querySelector("span");
    const said = label.textContent;
    button.addEventListener("click", async () => {
      const field = document.getElementById(button.dataset.copy);
      field.select();
      // Without TLS the browser offers no clipboard: what is selected can still be copied.
      if (navigator.clipboard) await navigator.clipboard.writeText(field.value);
      else document.execCommand("copy");
      label.textContent = button.dataset.copied;
      setTimeout(() => { label.textContent = said; }, 3000);
    });
  }
})();
