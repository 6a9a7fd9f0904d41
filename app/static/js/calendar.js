/* A day opens in place: below the dots on a phone, in a window of its own elsewhere. */
(function () {
  "use strict";
  const narrow = matchMedia("(max-width: 767.98px)");

  async function panelOf(address) {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const panel = page.getElementById("day");
    if (!panel) throw new Error("no day");
    return document.adoptNode(panel);
  }

  function below(panel, address, cell) {
    document.getElementById("day").replaceWith(panel);
    for (const one of document.querySelectorAll(".cal-chosen")) one.classList.remove("cal-chosen");
    cell.classList.add("cal-chosen");
    history.replaceState(null, "", address);
    panel.focus({ preventScroll: true });
    panel.scrollIntoView({ block: "nearest" });
  }

  function window_(panel) {
    const dialog = document.createElement("dialog");
    dialog.className = "ask cal-dialog";
    panel.removeAttribute("id");
    panel.removeAttribute("tabindex");
    const title = panel.querySelector("h2");
    title.id = "day-window";
    panel.setAttribute("aria-labelledby", title.id);
    dialog.setAttribute("aria-labelledby", title.id);
    const close = document.createElement("button");
    close.type = "button";
    close.className = "btn-close";
    close.setAttribute("aria-label", document.querySelector("[data-close]").dataset.close);
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
    dialog.addEventListener("close", () => dialog.remove());
    dialog.append(panel, close);
    document.body.append(dialog);
    dialog.showModal();
  }

  document.addEventListener("click", async (event) => {
    const link = event.target.closest("[data-day]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    try {
      const panel = await panelOf(link.href);
      if (narrow.matches) below(panel, link.href, link.closest("td"));
      else window_(panel);
    } catch {
      location.assign(link.href);
    }
  });
})();
