/* The result is with the superior: this device need keep nothing of it any more. */
(function () {
  "use strict";
  const place = document.querySelector("[data-filing-gone]");
  const key = `nep-filing:${place.dataset.filingGone}`;
  let held = null;
  try { held = JSON.parse(localStorage.getItem(key) || "null"); } catch { /* nothing readable is kept */ }
  if (!held) return;
  const drop = () => { try { localStorage.removeItem(key); } catch { /* nothing is kept */ } };
  const left = Object.keys(held.mine || {}).length > 0;
  // Its own sending went through, or all was with the server already.
  if (held.out?.send || held.wanted || !left || !place.querySelector("[data-after]")) { drop(); return; }
  const line = place.querySelector("[data-say-left]");
  line.hidden = false;
  line.querySelector("[data-drop-left]").addEventListener("click", () => { drop(); line.hidden = true; });
})();
