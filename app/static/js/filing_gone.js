/* The result is with the superior: this device need keep nothing of it any more. */
(function () {
  "use strict";
  const { storage } = nepFiling;
  const place = document.querySelector("[data-filing-gone]");
  const left = storage.all(...place.dataset.filingGone.split(":"));
  const drop = () => { for (const [key] of left) storage.drop(key); };
  // Its own sending went through, or all was with the server already.
  const sent = left.some(([, held]) => held.out?.send || held.wanted);
  const words = left.some(([, held]) => Object.keys(held.mine).length);
  if (sent || !words || !place.querySelector("[data-after]")) { drop(); return; }
  const line = place.querySelector("[data-say-left]");
  line.hidden = false;
  line.querySelector("[data-drop-left]").addEventListener("click", () => { drop(); line.hidden = true; });
})();
