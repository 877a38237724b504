// Keys, the theme switch, and leaving a half-filled form. Every page works without this file.
(function () {
  "use strict";
  function typing(element) {
    return element && (element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName));
  }
  document.addEventListener("keydown", function (event) {
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      var main = document.querySelector("[data-main]");
      if (main) { event.preventDefault(); main.click(); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) { return; }
    if (event.key === "/") {
      var find = document.getElementById("find");
      if (find) { event.preventDefault(); find.focus(); }
      return;
    }
    var hit = document.querySelector('[data-key="' + CSS.escape(event.key.toLowerCase()) + '"]');
    if (hit) { event.preventDefault(); hit.click(); return; }
    if (event.key === "j" || event.key === "k") {
      var links = Array.prototype.slice.call(document.querySelectorAll("table.t tbody a.row-link"));
      if (!links.length) { return; }
      var at = links.indexOf(document.activeElement) + (event.key === "j" ? 1 : -1);
      links[Math.max(0, Math.min(links.length - 1, at))].focus();
    }
  });
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-theme-switch]");
    if (!button) { return; }
    var next = document.documentElement.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
    document.documentElement.setAttribute("data-bs-theme", next);
    document.cookie = "theme=" + next + ";path=/;max-age=31536000;samesite=lax";
  });
  var careful = document.querySelector("form[data-careful]");
  if (careful) {
    var touched = false;
    careful.addEventListener("input", function () { touched = true; });
    careful.addEventListener("submit", function () { touched = false; });
    window.addEventListener("beforeunload", function (event) { if (touched) { event.preventDefault(); } });
  }
})();
