/* Runs before the first paint, so that a dark page never flashes white. */
(function () {
  "use strict";
  const dark = matchMedia("(prefers-color-scheme: dark)");
  function chosen() {
    try { return localStorage.getItem("nep-theme") || "auto"; } catch { return "auto"; }
  }
  function apply() {
    const choice = chosen();
    const theme = choice === "auto" ? (dark.matches ? "dark" : "light") : choice;
    document.documentElement.dataset.bsTheme = theme;
    document.dispatchEvent(new CustomEvent("nep:theme", { detail: { choice, theme } }));
  }
  window.nepTheme = {
    chosen,
    choose(choice) {
      try { localStorage.setItem("nep-theme", choice); } catch { /* private windows keep nothing */ }
      apply();
    },
  };
  dark.addEventListener("change", apply);
  apply();
})();
