// A session ends when nothing is done. Whoever types is still there; whoever is not is asked before the end.
(function () {
  "use strict";
  var dialog = document.getElementById("idle");
  if (!dialog || !window.fetch) { return; }
  var WARN = 120, EVERY = 5, ends = 0, acted = false;
  var address = dialog.getAttribute("data-session"), form = dialog.querySelector("form"), shown = dialog.querySelector("[data-idle-left]");
  function left() { return Math.round((ends - Date.now()) / 1000); }
  function leave() {
    window.onbeforeunload = null;
    window.location.assign(dialog.getAttribute("data-login") + "?ended=idle&next=" + encodeURIComponent(window.location.pathname + window.location.search));
  }
  function ask(options) {
    return window.fetch(address, options).then(function (answer) {
      if (answer.redirected && new URL(answer.url).pathname === dialog.getAttribute("data-login")) { leave(); return; }
      if (!answer.ok || answer.redirected) { return; }
      return answer.json().then(function (said) {
        ends = Date.now() + said.left * 1000;
        if (said.left > WARN && dialog.open) { dialog.close(); }
        return said.left;
      });
    }, function () { });
  }
  function stay() {
    acted = false;
    return ask({ method: "POST", body: new FormData(form), credentials: "same-origin" });
  }
  ["keydown", "pointerdown"].forEach(function (name) {
    document.addEventListener(name, function () { if (!dialog.open) { acted = true; } }, true);
  });
  form.addEventListener("submit", function (event) { event.preventDefault(); stay(); });
  function look() {
    if (left() > WARN) { return; }
    if (acted) { stay(); return; }
    ask({}).then(function () {
      if (left() <= 0) { ask({}); return; }
      if (left() <= WARN) {
        shown.textContent = left();
        if (!dialog.open) { dialog.showModal(); }
      }
    });
  }
  ask({}).then(function (first) {
    WARN = Math.min(WARN, (first || 0) / 2);
    window.setInterval(look, EVERY * 1000);
  });
})();
