/* Copies a text to be pasted into a message; of a reminder the server keeps a note. */
(function () {
  "use strict";
  const copy = async (text, field) => {
    // Without TLS the browser offers no clipboard, or refuses it: what is selected can still be copied.
    if (await navigator.clipboard?.writeText(text).then(() => true, () => false)) return;
    const shown = field || document.body.appendChild(document.createElement("textarea"));
    if (!field) shown.value = text;
    shown.select();
    document.execCommand("copy");
    if (!field) shown.remove();
  };
  const copied = async (button) => {
    const label = button.querySelector("span");
    const said = label.textContent;
    const field = button.dataset.copy && document.getElementById(button.dataset.copy);
    if (field) field.select();
    await copy(field ? field.value : button.dataset.say, field);
    label.textContent = button.dataset.copied;
    setTimeout(() => { label.textContent = said; }, 3000);
  };
  for (const form of document.querySelectorAll("form[data-remind]")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        await copied(form.querySelector("button"));
        const noted = await fetch(form.action, { method: "POST", body: new FormData(form) });
        if (!noted.ok) throw new Error("not noted");
      } catch {
        // The page that the server answers with shows the text, or says what is wrong.
        form.submit();
      }
    });
  }
  for (const button of document.querySelectorAll("[data-copy][type=button]")) {
    button.addEventListener("click", () => copied(button));
  }
})();
