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
    if (event.key === "Escape" && typing(event.target)) { event.target.blur(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || (typing(event.target) && !/^(checkbox|radio)$/.test(event.target.type))) { return; }
    if (event.key === "/") {
      var find = document.getElementById("find");
      if (find) { event.preventDefault(); find.focus(); }
      return;
    }
    if (chosenSide(event)) { return; }
    var hit = document.querySelector('[data-key="' + CSS.escape(event.key.toLowerCase()) + '"]');
    if (hit) {
      event.preventDefault();
      hit.click();
      var field = hit.getAttribute("data-focus") && document.querySelector(hit.getAttribute("data-focus"));
      if (field) { field.focus(); }
      return;
    }
    if (event.key === "x") {
      var rowBox = event.target.closest && event.target.closest("tr") && event.target.closest("tr").querySelector("[data-row]");
      if (rowBox) { event.preventDefault(); rowBox.click(); }
      return;
    }
    if (event.key === "j" || event.key === "k") {
      var links = Array.prototype.slice.call(document.querySelectorAll("table.t tbody a.row-link"));
      if (!links.length) { return; }
      var at = links.indexOf(document.activeElement) + (event.key === "j" ? 1 : -1);
      links[Math.max(0, Math.min(links.length - 1, at))].focus();
    }
  });
  // Rows of which one of two sides is chosen: 1 and 2 choose, J and K go to the next row and the one before.
  function chosenSide(event) {
    var rows = Array.prototype.slice.call(document.querySelectorAll("[data-sides]"));
    if (!rows.length || !/^[12jk]$/i.test(event.key)) { return false; }
    var here = rows.indexOf(event.target.closest && event.target.closest("[data-sides]"));
    if (/[12]/.test(event.key)) {
      var side = rows[Math.max(here, 0)].querySelectorAll("input[type=radio]")[Number(event.key) - 1];
      side.click();
      side.focus();
    } else {
      var next = rows[Math.max(0, Math.min(rows.length - 1, here + (event.key.toLowerCase() === "j" ? 1 : -1)))];
      (next.querySelector("input[type=radio]:checked") || next.querySelector("input[type=radio]")).focus();
    }
    event.preventDefault();
    return true;
  }
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-theme-switch]");
    if (!button) { return; }
    var next = document.documentElement.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
    document.documentElement.setAttribute("data-bs-theme", next);
    var shut = window.location.protocol === "https:";  // a cookie of this host alone, as all others of the node
    document.cookie = (shut ? "__Host-" : "") + "theme=" + next + ";path=/;max-age=31536000;samesite=lax" + (shut ? ";secure" : "");
  });
  // Rows that are chosen: their deeds stand over the table, with their number.
  function countRows() {
    var boxes = Array.prototype.slice.call(document.querySelectorAll("[data-row]")), all = document.querySelector("[data-rows]");
    var on = boxes.filter(function (one) { return one.checked; }), deeds = document.querySelector("[data-rows-deeds]");
    boxes.forEach(function (one) { one.closest("tr").classList.toggle("on", one.checked); });
    if (all) { all.hidden = false; all.checked = Boolean(on.length) && on.length === boxes.length; all.indeterminate = Boolean(on.length) && on.length < boxes.length; }
    if (deeds) { deeds.hidden = !on.length; deeds.querySelector("[data-rows-count]").textContent = on.length; }
  }
  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-rows]")) {
      document.querySelectorAll("[data-row]").forEach(function (one) { one.checked = event.target.checked; });
    }
    if (event.target.matches("[data-rows],[data-row]")) { countRows(); }
  });
  window.addEventListener("pageshow", countRows);
  countRows();
  var keys = document.getElementById("keys");
  function showKeys() { if (keys && !keys.open) { keys.showModal(); } }
  document.addEventListener("click", function (event) { if (event.target.closest("[data-keys]")) { showKeys(); } });
  document.addEventListener("keydown", function (event) {
    if (event.key === "?" && !typing(event.target)) { event.preventDefault(); showKeys(); }
  });
  // Fields that are asked for some goods or modes alone, and units by the kind of goods. Nothing that is filled is hidden.
  function fit(form) {
    form.querySelectorAll("[data-asked]").forEach(function (box) {
      var rule = JSON.parse(box.getAttribute("data-asked")), other = document.getElementById(rule[0]);
      var field = box.querySelector("input,select,textarea");
      box.hidden = Boolean(other && other.tagName === "SELECT" && other.value && rule[1].indexOf(other.value) < 0 && !field.value && !field.classList.contains("is-invalid"));
    });
    form.querySelectorAll("select[data-units]").forEach(function (unit) {
      var goods = document.getElementById(unit.id.replace(/unit$/, "subtype"));
      var own = goods && JSON.parse(unit.getAttribute("data-units"))[goods.value];
      Array.prototype.forEach.call(unit.options, function (one) {
        one.hidden = one.disabled = Boolean(one.value && own && own.indexOf(one.value) < 0 && !one.selected);
      });
    });
  }
  // Pictures can be dropped on their form.
  document.querySelectorAll("form[data-drop]").forEach(function (form) {
    var field = form.querySelector("input[type=file]");
    form.addEventListener("dragover", function (event) { event.preventDefault(); form.classList.add("over"); });
    form.addEventListener("dragleave", function () { form.classList.remove("over"); });
    form.addEventListener("drop", function (event) {
      event.preventDefault();
      field.files = event.dataTransfer.files;
      if (field.files.length) { form.requestSubmit(); }
    });
  });
  // Boxes over faces and plates are drawn on the picture; the form holds them in per cent.
  var canvas = document.querySelector("[data-blur-on]");
  if (canvas) {
    var rows = document.querySelector("[data-blur-rows]"), undo = document.querySelector("[data-blur-undo]"), start = null, box = null;
    var at = function (event) {
      var area = canvas.getBoundingClientRect();
      var share = function (value, size) { return Math.max(0, Math.min(100, 100 * value / size)); };
      return [share(event.clientX - area.left, area.width), share(event.clientY - area.top, area.height)];
    };
    var place = function (end) {
      box.style.left = Math.min(start[0], end[0]) + "%";
      box.style.top = Math.min(start[1], end[1]) + "%";
      box.style.width = Math.abs(end[0] - start[0]) + "%";
      box.style.height = Math.abs(end[1] - start[1]) + "%";
    };
    canvas.addEventListener("pointerdown", function (event) {
      event.preventDefault();
      start = at(event);
      box = canvas.appendChild(document.createElement("span"));
      canvas.setPointerCapture(event.pointerId);
      place(start);
    });
    canvas.addEventListener("pointermove", function (event) { if (start) { place(at(event)); } });
    canvas.addEventListener("pointerup", function (event) {
      if (!start) { return; }
      var end = at(event), sides = [Math.min(start[0], end[0]), Math.min(start[1], end[1]), Math.abs(end[0] - start[0]), Math.abs(end[1] - start[1])];
      start = null;
      if (sides[2] < 1 || sides[3] < 1) { box.remove(); return; }
      var field = Array.prototype.filter.call(rows.querySelectorAll("input"), function (one) { return !one.value; })[0];
      if (!field) { field = rows.appendChild(rows.querySelector("input").cloneNode()); }
      field.value = sides.map(function (side) { return side.toFixed(1); }).join(" ");
      undo.hidden = false;
    });
    undo.addEventListener("click", function () {
      var drawn = canvas.querySelectorAll("span"), filled = Array.prototype.filter.call(rows.querySelectorAll("input"), function (one) { return one.value; });
      if (drawn.length) { drawn[drawn.length - 1].remove(); }
      if (filled.length) { filled[filled.length - 1].value = ""; }
      undo.hidden = drawn.length < 2;
    });
  }
  // What is typed is kept in this browser until the server has it; signing out forgets all of it.
  var PREFIX = "tw-draft:";
  function store(deed) { try { return deed(window.localStorage); } catch (refused) { return null; } }
  function forgetDrafts() {
    store(function (box) {
      Object.keys(box).filter(function (key) { return key.indexOf(PREFIX) === 0; }).forEach(function (key) { box.removeItem(key); });
    });
  }
  document.addEventListener("submit", function (event) { if (event.target.matches('form[action$="/logout/"]')) { forgetDrafts(); } });
  var who = document.body.getAttribute("data-who");
  if (who) {  // what somebody else left on this machine is not offered to the next, and does not stay
    store(function (box) {
      Object.keys(box).filter(function (key) { return key.indexOf(PREFIX) === 0 && key.indexOf(PREFIX + who + ":") !== 0; })
        .forEach(function (key) { box.removeItem(key); });
    });
  }
  // What a page fetches by itself says so: it does not keep a session alive.
  document.addEventListener("htmx:configRequest", function (event) {
    if (/\bevery\b/.test(event.detail.elt.getAttribute("hx-trigger") || "")) { event.detail.headers["X-Poll"] = "1"; }
  });
  function fieldsOf(form) {
    return Array.prototype.filter.call(form.elements, function (field) {
      return field.name && !/^(csrfmiddlewaretoken|lines|deed)$/.test(field.name) && !/^(hidden|submit|button|file|password)$/.test(field.type);
    });
  }
  function read(form) {
    return fieldsOf(form).map(function (field) {
      if (field.type === "checkbox" || field.type === "radio") { return field.checked; }
      if (field.multiple) { return Array.prototype.map.call(field.selectedOptions, function (one) { return one.value; }); }
      return field.value;
    });
  }
  // A form whose rows come and go is kept whole, by name, and brought back by the server that makes the rows.
  function whole(form) {
    var pairs = [];
    new FormData(form).forEach(function (value, name) {
      // names of people (`named.`) are not left lying in a browser
      if (typeof value === "string" && !/^(csrfmiddlewaretoken|deed|pictures)$|^named\./.test(name)) { pairs.push([name, value]); }
    });
    return pairs;
  }
  function bringBack(form, pairs) {
    var back = document.createElement("form");
    back.method = "post"; back.action = form.action; back.hidden = true;
    [["csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value], ["deed", "back"]].concat(pairs).forEach(function (pair) {
      var field = back.appendChild(document.createElement("input"));
      field.type = "hidden"; field.name = pair[0]; field.value = pair[1];
    });
    document.body.appendChild(back).submit();
  }
  var careful = document.querySelector("form[data-careful]");
  if (careful && careful.hasAttribute("data-whole")) {
    fit(careful);
    careful.addEventListener("change", function () { fit(careful); });
    var wholeKey = PREFIX + careful.getAttribute("data-draft"), first = JSON.stringify(whole(careful)), soon = 0, changed = false;
    var leftWhole = store(function (box) { return JSON.parse(box.getItem(wholeKey) || "null"); });
    var offer = document.querySelector("[data-recover]");
    if (Array.isArray(leftWhole) && offer && JSON.stringify(leftWhole) !== first) {
      offer.hidden = careful.hasAttribute("data-typed");  // what the server shows back is what was typed last
      offer.querySelector("[data-recover-take]").addEventListener("click", function () { changed = false; bringBack(careful, leftWhole); });
      offer.querySelector("[data-recover-drop]").addEventListener("click", function () {
        store(function (box) { box.removeItem(wholeKey); });
        offer.hidden = true;
      });
    }
    careful.addEventListener("input", function () {
      changed = true;
      window.clearTimeout(soon);
      soon = window.setTimeout(function () {
        store(function (box) { box.setItem(wholeKey, JSON.stringify(whole(careful))); });
        document.dispatchEvent(new CustomEvent("tw:kept"));
      }, 400);
    });
    careful.addEventListener("submit", function (event) {
      changed = false;
      window.clearTimeout(soon);
      if (event.submitter && event.submitter.value === "keep") { store(function (box) { box.removeItem(wholeKey); }); }
    });
    window.addEventListener("beforeunload", function (event) { if (changed) { event.preventDefault(); } });
  } else if (careful) {
    fit(careful);
    careful.addEventListener("change", function () { fit(careful); });
    var touched = false, later = 0, key = PREFIX + careful.getAttribute("data-draft");
    var began = JSON.stringify(read(careful)), banner = document.querySelector("[data-recover]");
    var left = store(function (box) { return JSON.parse(box.getItem(key) || "null"); });
    if (left && banner && left.names.join() === fieldsOf(careful).map(function (f) { return f.name; }).join() && JSON.stringify(left.values) !== began) {
      banner.hidden = false;
      banner.querySelector("[data-recover-take]").addEventListener("click", function () {
        fieldsOf(careful).forEach(function (field, at) {
          var value = left.values[at];
          if (typeof value === "boolean") { field.checked = value; }
          else if (Array.isArray(value)) { Array.prototype.forEach.call(field.options, function (one) { one.selected = value.indexOf(one.value) >= 0; }); }
          else { field.value = value; }
        });
        touched = true;
        banner.hidden = true;
      });
      banner.querySelector("[data-recover-drop]").addEventListener("click", function () {
        store(function (box) { box.removeItem(key); });
        banner.hidden = true;
      });
    }
    careful.addEventListener("input", function () {
      touched = true;
      window.clearTimeout(later);
      later = window.setTimeout(function () {
        store(function (box) { box.setItem(key, JSON.stringify({ names: fieldsOf(careful).map(function (f) { return f.name; }), values: read(careful) })); });
      }, 400);
    });
    careful.addEventListener("submit", function (event) {
      touched = false;
      window.clearTimeout(later);
      if (event.submitter && /^(keep|submit)$/.test(event.submitter.value)) { store(function (box) { box.removeItem(key); }); }
    });
    window.addEventListener("beforeunload", function (event) { if (touched) { event.preventDefault(); } });
  }
})();
