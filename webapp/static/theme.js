/* Light or dark, before anything is painted: what the person chose, else what the device says. */
(function () {
  "use strict";
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  function chosen() {
    try {
      return localStorage.getItem("gcrm-theme");
    } catch {
      return null;
    }
  }
  function apply() {
    const theme = chosen() || (dark.matches ? "dark" : "light");
    document.documentElement.dataset.bsTheme = theme;
  }
  dark.addEventListener("change", apply);
  document.addEventListener("gcrm:theme", apply);
  apply();
})();
