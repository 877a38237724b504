// A room's page hears what happens (server-sent events) and asks for the new cards; where the line is bad it looks by itself.
(function () {
  "use strict";
  var list = document.getElementById("msgs"), line = document.getElementById("line");
  if (!list || !window.fetch) { return; }
  var last = Number(list.getAttribute("data-last")), timer = null, asking = false, again = false;
  var still = list.hasAttribute("data-still");  // a narrowed list does not grow by itself
  function told(bad) {
    if (!line) { return; }
    var words = line.getAttribute(bad ? "data-bad" : "data-live");
    if (line.textContent !== words) { line.textContent = words; }
    line.classList.toggle("off", bad);
  }
  function look() {
    if (still) { return; }
    if (asking) { again = true; return; }
    asking = true;
    fetch(list.getAttribute("data-cards") + "?since=" + last, { credentials: "same-origin" }).then(function (answer) {
      if (answer.status === 404 || answer.status === 422 || answer.redirected) { window.location.reload(); return ""; }
      if (!answer.ok) { throw new Error(String(answer.status)); }
      last = Math.max(last, Number(answer.headers.get("X-Last-Number") || last));
      return answer.text();
    }).then(function (text) {
      var box = new DOMParser().parseFromString(text, "text/html");
      Array.prototype.slice.call(box.querySelectorAll("li.msg")).reverse().forEach(function (card) {
        if (!document.getElementById(card.id)) { list.insertBefore(card, list.firstChild); }
      });
    }).catch(function () { told(true); }).then(function () {
      asking = false;
      if (again) { again = false; look(); }
    });
  }
  function renew(number) {  // a card that was corrected or withdrawn, in its place
    var old = document.getElementById("m" + number);
    if (!old) { return; }
    fetch(list.getAttribute("data-cards") + "?only=" + number, { credentials: "same-origin" }).then(function (answer) {
      return answer.ok && !answer.redirected ? answer.text() : "";
    }).then(function (text) {
      var card = new DOMParser().parseFromString(text, "text/html").querySelector("li.msg");
      if (card && old.parentNode) { old.parentNode.replaceChild(card, old); }
    }).catch(function () { told(true); });
  }
  function every() { if (!timer) { timer = window.setInterval(look, 15000); } }
  if (!window.EventSource) { told(true); every(); return; }
  var source = null, soon = null, place = list.getAttribute("data-event");
  function kept(event) { if (event.lastEventId) { place = event.lastEventId; } }
  function listen() {
    source = new EventSource(list.getAttribute("data-stream") + "?last=" + encodeURIComponent(place));
    source.addEventListener("hello", function (event) {
      kept(event);
      told(false);
      if (timer) { window.clearInterval(timer); timer = null; }
    });
    source.addEventListener("message", function (event) {
      kept(event);
      // a third of a second at most: not all of a thousand ask in the same moment, and a burst is asked for once
      if (!soon) { soon = window.setTimeout(function () { soon = null; look(); }, Math.random() * 300); }
    });
    ["corrected", "withdrawn"].forEach(function (kind) {
      source.addEventListener(kind, function (event) {
        var number = JSON.parse(event.data).number;
        kept(event);
        window.setTimeout(function () { renew(number); }, Math.random() * 300);
      });
    });
    ["reload", "ended", "closed", "wiped"].forEach(function (kind) {
      source.addEventListener(kind, function () { source.close(); window.location.reload(); });
    });
    source.onerror = function () {
      told(true);
      every();
      // a browser comes again by itself where the line broke, and never where it was answered with an error (a node
      // that has just started and is asked by a thousand at once)
      if (source.readyState === 2) { window.setTimeout(listen, 3000 + Math.random() * 7000); }
    };
  }
  listen();
  window.addEventListener("pagehide", function () { source.close(); });
  window.addEventListener("pageshow", function (event) {  // come back to by «back», as the browser kept it
    if (event.persisted) { listen(); look(); }
  });
})();
