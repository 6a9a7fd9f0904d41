/* The desk: a result that this device has not sent yet says so on its card. */
(function () {
  "use strict";
  const cards = document.querySelector("[data-duties]");
  const line = document.querySelector("template[data-unsent]");
  if (!cards || !line) return;
  const { storage } = nepFiling;
  for (const link of cards.querySelectorAll("a[href^='/filing/']")) {
    const [, meeting] = /(\d+)\/$/.exec(link.pathname) || [];
    const held = storage.all(cards.dataset.duties, meeting);
    if (held.some(([, one]) => storage.unsent(one))) link.before(line.content.cloneNode(true));
  }
})();
