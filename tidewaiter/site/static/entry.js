// The entry of a case: meanings taken by a click, keys, legs that are dragged. Every deed works without this file.
(function () {
  "use strict";
  var form = document.querySelector("form[data-whole]");
  if (!form) { return; }
  form.classList.add("scripted");
  // Pictures can be dropped on their block.
  form.addEventListener("dragover", function (event) { if (event.target.closest("#block-photos")) { event.preventDefault(); } });
  form.addEventListener("drop", function (event) {
    var block = event.target.closest("#block-photos"), field = block && block.querySelector("[data-drop-here]");
    if (!field || !event.dataTransfer.files.length) { return; }
    event.preventDefault();
    field.files = event.dataTransfer.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
  function reveal(element) {
    for (var at = element; at; at = at.parentElement) { if (at.tagName === "DETAILS" && !at.classList.contains("menu")) { at.open = true; } }
  }
  function fieldIn(element) {
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(element.tagName)) { return element; }
    return element.querySelector("input:not([type=hidden]),select,textarea") || element.querySelector("button");
  }
  function goTo(element) {
    reveal(element);
    var inside = element.tagName === "DETAILS" ? element.lastElementChild : element, field = fieldIn(inside);
    if (field) { field.focus(); }
    element.scrollIntoView({ block: "nearest" });
  }
  // A link to a field or a block opens what it lies in, and the cursor goes there.
  document.addEventListener("click", function (event) {
    var link = event.target.closest('main a[href^="#"]');
    var target = link && document.getElementById(decodeURIComponent(link.getAttribute("href").slice(1)));
    if (target) { event.preventDefault(); goTo(target); }
  });
  // One of several meanings.
  form.addEventListener("click", function (event) {
    var button = event.target.closest("[data-take]");
    var field = button && document.getElementById(button.getAttribute("data-for"));
    if (!field) { return; }
    event.preventDefault();
    field.value = button.getAttribute("data-take");
    field.focus();
    button.closest(".echo").textContent = "";  // what it became comes in its place
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  // The unit beside a quantity is the one that stands in its box.
  document.addEventListener("htmx:afterSettle", function (event) {
    var told = event.target.querySelector && event.target.querySelector("[data-unit]");
    var box = told && told.closest(".ctx"), unit = box && box.querySelector("select[data-units]");
    if (unit && unit.value !== told.getAttribute("data-unit")) {
      unit.value = told.getAttribute("data-unit");
      form.dispatchEvent(new Event("change"));
    }
    if (event.target.hasAttribute && event.target.hasAttribute("data-block")) {
      form.dispatchEvent(new Event("change"));
      form.dispatchEvent(new Event("input"));
    }
  });
  var first = form.querySelector("[autofocus]");  // under the bars of a phone a field that has the cursor may not lie
  if (first) { first.focus(); first.scrollIntoView({ block: "center" }); }
  function nextBlock(back) {
    var blocks = Array.prototype.slice.call(form.querySelectorAll("[data-block]"));
    var here = document.activeElement.closest("[data-block]"), at = blocks.indexOf(here) + (back ? -1 : 1);
    if (blocks[at]) { goTo(blocks[at]); }
  }
  document.addEventListener("keydown", function (event) {
    if (!event.altKey || event.ctrlKey || event.metaKey) { return; }
    var key = event.code.replace(/^Key/, "").toLowerCase();
    var button = form.querySelector('[data-alt="' + CSS.escape(key) + '"]');
    if (key === "b") { event.preventDefault(); nextBlock(event.shiftKey); }
    else if (button) { event.preventDefault(); button.click(); }
  });
  // Legs are dragged by their grip; the server puts them in order, as for the buttons.
  var dragged = null;
  form.addEventListener("pointerdown", function (event) {
    var grip = event.target.closest(".grip");
    if (grip) { event.preventDefault(); dragged = grip.closest("[data-leg]"); dragged.classList.add("dragged"); }
  });
  function over(event) {
    var below = document.elementFromPoint(event.clientX, event.clientY);
    return below && below.closest("[data-leg]");
  }
  document.addEventListener("pointermove", function (event) {
    if (!dragged) { return; }
    var row = over(event);
    form.querySelectorAll("[data-leg].over").forEach(function (one) { one.classList.remove("over"); });
    if (row && row !== dragged) { row.classList.add("over"); }
  });
  document.addEventListener("pointerup", function (event) {
    if (!dragged) { return; }
    var row = over(event), start = dragged.getAttribute("data-leg"), move = form.querySelector("[data-move]");
    dragged.classList.remove("dragged");
    dragged = null;
    if (row && row.getAttribute("data-leg") !== start) {
      move.value = "row-move:" + start + ":" + row.getAttribute("data-leg");
      move.click();
    }
  });
  var kept = document.querySelector("[data-kept]");
  document.addEventListener("tw:kept", function () {
    if (kept) { kept.textContent = kept.getAttribute("data-words") + " " + new Date().toLocaleTimeString(document.documentElement.lang); }
  });
})();
