// Light or dark as the person chose, else as the system wishes; runs before the page is drawn.
(function () {
  var chosen = document.cookie.match(/(?:^|; )(?:__Host-)?theme=(light|dark)/);
  var dark = chosen ? chosen[1] === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.setAttribute("data-bs-theme", dark ? "dark" : "light");
})();
