// Draws the graph of a record with cytoscape. The page says the same in tables without this file.
(function () {
  "use strict";
  var box = document.getElementById("graph"), words = document.getElementById("graph-words").dataset;
  var data = JSON.parse(document.getElementById("graph-data").textContent);
  var page = document.querySelector("main"), aside = document.getElementById("around"), marks = document.getElementById("graph-marks");
  var token = document.querySelector("[data-keep] [name=csrfmiddlewaretoken]").value;
  var cytoscape = window.cytoscape;
  if (!cytoscape || !window.cytoscapeFcose) { return; }
  cytoscape.use(window.cytoscapeFcose);
  page.querySelectorAll(".gr-script").forEach(function (part) { part.hidden = false; });
  page.classList.add("gr-drawn");

  function say(pattern, n, m) { return pattern.replace("%n", n).replace("%m", m); }
  function tell(text) { page.querySelector("[data-said]").textContent = text; }
  function colour(name) { return getComputedStyle(document.documentElement).getPropertyValue("--tw-" + name).trim(); }
  function pictureOf(kind) { return words.icons.replace("person.svg", kind + ".svg"); }
  var SHAPES = { person: "ellipse", company: "rectangle", "case": "polygon", phone: "diamond", email: "diamond", address: "diamond", document: "diamond" };

  // ---- what it looks like: the page's own colours, light or dark
  function style() {
    var ink = colour("ink"), line = colour("line-2"), surface = colour("surface"), paper = colour("paper"), tide = colour("tide");
    return [
      { selector: "node", style: { shape: "data(shape)", width: 34, height: 34, "background-color": surface, "border-width": 2, "border-color": colour("ink-2"),
        "background-image": "data(picture)", "background-width": 19, "background-height": 19, "background-image-smoothing": "yes",
        label: "data(label)", "font-family": "Plex, Plex Arabic, system-ui, Noto Sans, sans-serif", "font-size": 12, "font-weight": 500, color: ink, "text-valign": "bottom", "text-margin-y": 4,
        "text-wrap": "ellipsis", "text-max-width": 130, "text-background-color": paper, "text-background-opacity": .8, "text-background-padding": 1, "min-zoomed-font-size": 7 } },
      { selector: "node[kind='case']", style: { "shape-polygon-points": "-1 -1 .3 -1 1 -.3 1 1 -1 1" } },
      { selector: "node[kind='person']", style: { "border-color": colour("name") } },
      { selector: "node[?value]", style: { width: 40, height: 40, "background-width": 15, "background-height": 15, "font-size": 11 } },
      { selector: "node[?way]", style: { shape: "hexagon", width: 40 } },
      { selector: "node[common > 0]", style: { "border-style": "dashed", "border-color": colour("warn"), "background-color": colour("warn-bg") } },
      { selector: "edge", style: { "curve-style": "haystack", "haystack-radius": 0, width: 1.4, "line-color": colour("field"), label: "data(label)", "font-family": "Plex, Plex Arabic, system-ui, Noto Sans, sans-serif", "font-size": 10, color: colour("ink-2"),
        "text-background-color": paper, "text-background-opacity": .9, "text-background-padding": 1, "text-wrap": "ellipsis", "text-max-width": 110, "min-zoomed-font-size": 8 } },
      { selector: "edge[?weak]", style: { "line-style": "dotted" } },
      { selector: "edge.path", style: { width: 5, "line-color": tide, "line-style": "solid", "z-index": 9 } },
      { selector: "node.path", style: { "border-color": tide, "border-width": 3 } },
      { selector: "node:selected", style: { "border-color": tide, "border-width": 3, "background-color": colour("tint"), "underlay-color": tide, "underlay-opacity": .25, "underlay-padding": 6 } },
      { selector: "edge:selected", style: { "line-color": tide, width: 2.5 } },
      { selector: ".past", style: { visibility: "hidden" } },
      { selector: ".gone", style: { display: "none" } }
    ];
  }
  function nodeOf(one, at) {
    var made = { group: "nodes", data: { id: one.id, kind: one.kind, of: one.group, ref: one.ref, caption: one.caption, label: one.caption, neighbours: one.neighbours, common: one.common,
      shape: SHAPES[one.kind] || "hexagon", value: one.ref ? 0 : 1, way: one.group === "conveyances" ? 1 : 0, picture: pictureOf(one.kind) } };
    if (at) { made.position = { x: at[0], y: at[1] }; }
    return made;
  }
  function edgeId(one) { return [one.source, one.target].sort().join("~"); }
  function edgeOf(one) {
    return { group: "edges", data: { id: edgeId(one), source: one.source, target: one.target, label: one.words.slice(0, 2).join(", "), words: one.words.join(", "), begins: one.begins, ends: one.ends, weak: one.one_source ? 1 : 0 } };
  }
  var MANY = 400;  // so many are moved as one picture, and drawn anew when they rest
  var places = data.places || {};
  var cy = cytoscape({ container: box, style: style(), elements: [], layout: { name: "preset" }, minZoom: .05, maxZoom: 3, boxSelectionEnabled: true,
    textureOnViewport: data.nodes.length > MANY, pixelRatio: Math.min(window.devicePixelRatio || 1, 2) });
  var chosen = data.start, path = [], order = [];

  // ---- adding: new things begin beside their neighbour, and they alone are laid out
  function add(found, beside) {
    var fresh = [];
    cy.batch(function () {
      found.nodes.forEach(function (one) {
        var there = cy.getElementById(one.id);
        if (there.length) { there.data({ neighbours: one.neighbours, common: one.common }); there.removeClass("gone"); return; }
        fresh.push(cy.add(nodeOf(one, places[one.id])));
        order.push(one.id);
      });
      found.edges.forEach(function (one) {
        if (!cy.getElementById(edgeId(one)).length && cy.getElementById(one.source).length && cy.getElementById(one.target).length) { cy.add(edgeOf(one)); }
      });
    });
    var unplaced = cy.collection();
    fresh.forEach(function (one) { if (!places[one.id()]) { unplaced = unplaced.union(one.data("fresh", 1)); } });
    if (unplaced.length) { layOut(unplaced, beside); }
    cy.renderer().textureOnViewport = cy.nodes().length > MANY;
    timeAnew();
    drawTables();
    return fresh.length;
  }
  function layOut(fresh, beside) {
    var anchor = beside && cy.getElementById(beside).length ? cy.getElementById(beside) : cy.collection();
    var old = cy.nodes().difference(fresh), at = anchor.length ? anchor.position() : { x: 0, y: 0 };
    if (!anchor.length && !old.length) { at = { x: 0, y: 0 }; }
    var origin = { x: at.x, y: at.y };
    fresh.forEach(function (one, i) {  // a sunflower about the neighbour: none lies on another
      var angle = i * 2.39996, far = 90 + 34 * Math.sqrt(i);
      one.position({ x: origin.x + far * Math.cos(angle), y: origin.y + far * Math.sin(angle) });
    });
    var part = fresh.union(anchor), inner = part.edgesWith(part);
    if (fresh.length > 1 && inner.length) {
      part.union(inner).layout({ name: "fcose", animate: false, fit: false, randomize: false, quality: "default", nodeSeparation: 90, idealEdgeLength: 85, nodeRepulsion: 5000, nodeDimensionsIncludeLabels: true, packComponents: true, tile: true,
        fixedNodeConstraint: anchor.length ? [{ nodeId: anchor.id(), position: { x: origin.x, y: origin.y } }] : undefined }).run();
      if (anchor.length) { anchor.position(origin); }
    }
    if (old.length > 1) { intoTheFree(fresh, old, origin); }
  }
  function intoTheFree(fresh, old, origin) {  // the whole lot moves to where it covers least of what stands already
    var wide = 65, tall = 30, taken = {};
    function over(x, y, deed) {  // the cells that a thing and its words cover
      for (var i = Math.round((x - 60) / wide); i <= Math.round((x + 60) / wide); i += 1) {
        for (var j = Math.round((y - 20) / tall); j <= Math.round((y + 40) / tall); j += 1) { deed(i + ":" + j); }
      }
    }
    old.forEach(function (one) { var at = one.position(); over(at.x, at.y, function (cell) { taken[cell] = 1; }); });
    var spots = fresh.map(function (one) { var at = one.position(); return [at.x, at.y]; });
    var middle = [0, 1].map(function (axis) { return spots.reduce(function (sum, spot) { return sum + spot[axis]; }, 0) / spots.length; });
    var best = null;
    for (var ring = 0; ring < 14; ring += 1) {
      for (var turn = 0; turn < (ring ? 16 : 1); turn += 1) {
        var far = ring * 110, dx = far * Math.cos(turn * Math.PI / 8), dy = far * Math.sin(turn * Math.PI / 8);
        if (!ring) { dx = dy = 0; } else { dx += origin.x - middle[0]; dy += origin.y - middle[1]; }
        var hits = 0;
        spots.forEach(function (spot) { over(spot[0] + dx, spot[1] + dy, function (cell) { hits += taken[cell] || 0; }); });
        if (best === null || hits * 400 + far < best[0]) { best = [hits * 400 + far, dx, dy]; }
      }
      if (best[0] <= ring * 110) { break; }
    }
    cy.batch(function () { fresh.forEach(function (one) { var at = one.position(); one.position({ x: at.x + best[1], y: at.y + best[2] }); }); });
  }

  // ---- asking the node
  function ask(step, fields, ref) {
    var body = new FormData();
    Object.keys(fields).forEach(function (name) { [].concat(fields[name]).forEach(function (value) { body.append(name, value); }); });
    body.append("csrfmiddlewaretoken", token);
    return fetch(step === "keep" ? page.querySelector("[data-keep]").action : words.step.replace("REF", ref) + step + "/", { method: "POST", body: body, redirect: "error" })
      .then(function (answer) {
        var kind = answer.headers.get("Content-Type") || "";
        if (kind.indexOf("json") < 0) { return answer.ok ? answer.text() : Promise.reject(new Error(words.failed)); }
        return answer.json().then(function (said) { return answer.ok ? said : Promise.reject(new Error(said.sentence)); });
      });
  }
  function refused(error) { tell(error.message || words.failed); }
  function whose(node) {  // a value is asked for by a record that says it of itself
    if (node.data("ref")) { return { ref: node.data("ref"), value: "" }; }
    var near = node.neighborhood("node[ref != '']");
    return { ref: near.length ? near[0].data("ref") : "", value: node.id() };
  }
  function drawnIds() { return cy.nodes().map(function (one) { return one.id(); }).join(" "); }
  function expand(id, form) {
    var of = whose(cy.getElementById(id)), fields = { drawn: drawnIds(), value: of.value, show: form.get("show"), ask: form.getAll("ask") };
    var begun = performance.now();
    return ask("expand", fields, of.ref).then(function (found) {
      var number = add(found, id);
      tell(say(words.added, number) + (found.left_off ? " · " + say(words.left, found.left_off) : ""));
      countDrawn();
      box.dataset.took = Math.round(performance.now() - begun);
    }).catch(refused);
  }
  var asking = 0;
  function choose(id, quietly) {
    var node = cy.getElementById(id);
    if (!node.length) { return; }
    cy.batch(function () { cy.elements(":selected").unselect(); node.select(); });
    if (id === chosen && quietly) { countDrawn(); return; }
    chosen = id;
    var of = whose(node), mine = (asking += 1);
    if (!of.ref) { return; }
    ask("around", { value: of.value }, of.ref).then(function (text) {
      if (mine !== asking) { return; }
      var page = new DOMParser().parseFromString(text, "text/html"); // a page of the node: it runs nothing
      aside.replaceChildren.apply(aside, Array.from(page.body.childNodes));
      countDrawn();
    }).catch(refused);
  }
  function countDrawn() {
    var near = {};
    cy.getElementById(chosen).neighborhood("node").forEach(function (one) { if (!one.hasClass("gone") && !one.data("common")) { near[one.data("of")] = (near[one.data("of")] || 0) + 1; } });
    aside.querySelectorAll("[data-drawn]").forEach(function (cell) { cell.textContent = near[cell.dataset.drawn] || 0; });
    page.querySelector("[data-count]").textContent = say(cy.nodes().not(".gone").length === 1 ? words.thing : words.things, cy.nodes().not(".gone").length, cy.edges().length);
  }

  // ---- the path
  function showPath(ids) {
    path = ids;
    cy.batch(function () {
      cy.elements(".path").removeClass("path");
      ids.forEach(function (id, i) {
        cy.getElementById(id).addClass("path").removeClass("gone");
        if (i) { cy.getElementById([ids[i - 1], id].sort().join("~")).addClass("path"); }
      });
    });
    page.querySelector("[data-path-said]").hidden = !ids.length;
    page.querySelector("[data-path-words]").textContent = ids.length
      ? say(ids.length === 2 ? words.pathOne : words.path, ids.length - 1).replace("%a", cy.getElementById(ids[0]).data("caption")).replace("%b", cy.getElementById(ids[ids.length - 1]).data("caption")) : "";
  }
  function findPath(to) {
    var of = whose(cy.getElementById(chosen));
    ask("path", { to: to, drawn: drawnIds() }, of.ref).then(function (found) {
      if (found.state !== "found") {
        showPath([]);
        tell(found.state === "same" ? words.same : found.state === "ended" ? say(words.ended, found.visited) : say(words.none, found.most_steps));
        return;
      }
      add(found, chosen);
      showPath(found.path);
      tell("");
      countDrawn();
    }).catch(refused);
  }

  // ---- time: hides, never moves
  var since = document.getElementById("since"), until = document.getElementById("until"), months = document.getElementById("months"), first = 0;
  function monthOf(day, last) {
    if (!day) { return null; }
    return Number(day.slice(0, 4)) * 12 + (day.length > 4 ? Number(day.slice(5, 7)) - 1 : last ? 11 : 0);
  }
  function named(month) { return new Date(Date.UTC(Math.floor(month / 12), month % 12, 1)).toLocaleDateString(document.documentElement.lang, { month: "long", year: "numeric", timeZone: "UTC" }); }
  function timeAnew() {
    var counts = {}, low = Infinity, high = -Infinity;
    cy.edges().forEach(function (edge) {
      var begins = monthOf(edge.data("begins"), false), ends = monthOf(edge.data("ends"), true), month = begins === null ? ends : begins;
      if (month === null) { return; }
      counts[month] = (counts[month] || 0) + 1;
      low = Math.min(low, month);
      high = Math.max(high, month, ends === null ? month : ends);
    });
    var section = page.querySelector(".gr-ends");
    section.hidden = months.hidden = low === Infinity;
    if (low === Infinity) { filter(); return; }
    var whole = Number(since.value) === 0, full = until.value === until.max, kept = [first + Number(since.value), first + Number(until.value)];
    first = low;
    since.max = until.max = high - low;
    since.value = whole ? 0 : Math.max(0, kept[0] - low);
    until.value = full ? high - low : Math.min(high - low, kept[1] - low);
    var number = high - low + 1, most = Math.max.apply(null, Object.values(counts));
    months.setAttribute("viewBox", "0 0 " + number * 10 + " 44");
    months.replaceChildren.apply(months, Object.keys(counts).map(function (month) {
      var bar = document.createElementNS("http://www.w3.org/2000/svg", "rect"), tall = Math.max(2, 42 * counts[month] / most);
      bar.setAttribute("x", (month - low) * 10 + 1); bar.setAttribute("width", 8); bar.setAttribute("y", 44 - tall); bar.setAttribute("height", tall);
      bar.dataset.month = month;
      return bar;
    }));
    filter();
  }
  function filter() {
    var from = first + Number(since.value), to = first + Number(until.value), seen = 0, undated = 0, whole = since.value === "0" && until.value === until.max;
    cy.batch(function () {
      cy.edges().forEach(function (edge) {
        var begins = monthOf(edge.data("begins"), false), ends = monthOf(edge.data("ends"), true);
        var past = !whole && ((ends !== null && ends < from) || (begins !== null && begins > to));  // without an end it lasts
        if (begins === null && ends === null) { undated += 1; }
        if (!past) { seen += 1; }
        if (past !== edge.hasClass("past")) { edge.toggleClass("past", past); }
      });
      cy.nodes().forEach(function (node) {
        var near = node.connectedEdges(), past = !whole && near.length > 0 && near.every(function (edge) { return edge.hasClass("past"); }) && node.id() !== chosen && node.id() !== data.start;
        if (past !== node.hasClass("past")) { node.toggleClass("past", past); }
      });
    });
    months.querySelectorAll("rect").forEach(function (bar) { bar.classList.toggle("in", bar.dataset.month >= from && bar.dataset.month <= to); });
    requestAnimationFrame(mark);
    page.querySelector("[data-time-said]").textContent = first ? named(from) + " – " + named(to) : "";
    page.querySelector("[data-time-count]").textContent = say(words.hidden, seen, cy.edges().length) + (undated ? " · " + say(words.undated, undated) : "");
  }
  var waiting = 0;
  [since, until].forEach(function (end) {
    end.addEventListener("input", function () {
      if (Number(since.value) > Number(until.value)) { if (end === since) { since.value = until.value; } else { until.value = since.value; } }
      cancelAnimationFrame(waiting);
      waiting = requestAnimationFrame(filter);
    });
  });

  // ---- numbers beside things, and the path's steps: on a canvas of their own, where they can be read at all
  var pen = marks.getContext("2d"), moving = 0;
  function mark() {
    var wide = box.clientWidth, tall = box.clientHeight, ratio = Math.min(window.devicePixelRatio || 1, 2), zoom = cy.zoom(), pan = cy.pan();
    if (marks.width !== wide * ratio || marks.height !== tall * ratio) { marks.width = wide * ratio; marks.height = tall * ratio; }
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, wide, tall);
    if (zoom < .45) { return; }
    pen.textAlign = "center"; pen.textBaseline = "middle";
    pen.font = "600 11px Plex, system-ui, sans-serif";
    var ink = colour("ink"), surface = colour("surface"), tide = colour("tide"), on = colour("on");
    cy.nodes().forEach(function (node) {
      var more = node.data("neighbours"), at = node.position(), x = at.x * zoom + pan.x + 17 * zoom, y = at.y * zoom + pan.y - 17 * zoom;
      if (x < -20 || y < -20 || x > wide + 20 || y > tall + 20 || more < 2 || node.hasClass("past") || node.hasClass("gone")) { return; }
      var text = String(more), size = 11 + 6 * text.length;
      pen.fillStyle = ink; pen.beginPath(); pen.roundRect(x - size / 2, y - 8, size, 16, 8); pen.fill();
      pen.fillStyle = surface; pen.fillText(text, x, y + .5);
    });
    for (var i = 1; i < path.length; i += 1) {
      var one = cy.getElementById(path[i - 1]), other = cy.getElementById(path[i]);
      if (!one.length || !other.length || one.edgesWith(other).hasClass("past")) { continue; }
      var px = (one.position("x") + other.position("x")) / 2 * zoom + pan.x, py = (one.position("y") + other.position("y")) / 2 * zoom + pan.y;
      pen.fillStyle = tide; pen.beginPath(); pen.arc(px, py, 10, 0, 7); pen.fill();
      pen.fillStyle = on; pen.fillText(String(i), px, py + .5);
    }
  }
  cy.on("render", function () { if (!moving) { moving = requestAnimationFrame(function () { moving = 0; mark(); }); } });

  // ---- the same as tables
  function cell(row, text, css) { var made = row.insertCell(); if (css) { made.className = css; } made.appendChild(document.createElement("bdi")).textContent = text; return made; }
  var tables = 0;
  function drawTables() { cancelAnimationFrame(tables); tables = requestAnimationFrame(tablesNow); }
  function tablesNow() {
    var things = document.querySelector("#things tbody"), ties = document.querySelector("#ties tbody"), refs = document.getElementById("drawn-refs"), names = document.getElementById("drawn-names");
    if (page.classList.contains("as-table") || window.innerWidth <= 760) {
      things.replaceChildren(); ties.replaceChildren();
      cy.nodes().not(".gone").forEach(function (node) {
        var row = things.insertRow(), made = cell(row, node.data("caption"), "wrap");
        if (node.data("ref")) {
          var link = document.createElement("a");
          link.className = "row-link";
          link.href = (node.data("kind") === "case" ? words.case : words.step).replace("REF", node.data("ref"));
          link.appendChild(made.firstChild);
          made.appendChild(link);
        }
        cell(row, data.kinds[node.data("kind")]);
        cell(row, node.data("common") ? words.common : node.data("neighbours"), "num");
      });
      cy.edges().not(".past").forEach(function (edge) {
        var row = ties.insertRow(), ends = edge.data("ends");
        cell(row, edge.source().data("caption"), "wrap");
        cell(row, edge.data("words"), "wrap ink2");
        cell(row, edge.target().data("caption"), "wrap");
        cell(row, edge.data("begins") + (ends && ends !== edge.data("begins") ? " – " + ends : ""), "nowrap");
        cell(row, edge.data("weak") ? words.one : "");
      });
    }
    function options(list, value) {
      list.replaceChildren.apply(list, cy.nodes().slice(0, 300).map(function (node) {
        var made = document.createElement("option");
        made.value = node.data(value) || node.data("caption");
        if (value === "ref") { made.label = node.data("caption"); }
        return made;
      }));
    }
    options(refs, "ref");
    options(names, "caption");
  }

  // ---- what the hand does
  cy.on("tap", "node", function (event) { choose(event.target.id()); box.focus({ preventScroll: true }); });
  cy.on("dragfree", "node", function (event) { event.target.removeData("fresh"); });
  function next(step) {
    var seen = order.filter(function (id) { var node = cy.getElementById(id); return node.length && !node.hasClass("gone") && !node.hasClass("past"); });
    if (!seen.length) { return; }
    var id = seen[(seen.indexOf(chosen) + step + seen.length) % seen.length], at = cy.getElementById(id).renderedPosition();
    cy.batch(function () { cy.elements(":selected").unselect(); cy.getElementById(id).select(); });
    chosen = id;
    if (at.x < 40 || at.y < 40 || at.x > box.clientWidth - 40 || at.y > box.clientHeight - 40) { cy.center(cy.getElementById(id)); }
  }
  box.addEventListener("keydown", function (event) {
    var forward = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (forward) { event.preventDefault(); next(forward); }
    if (event.key === "Enter") { event.preventDefault(); choose(chosen); }
    if (event.key === "+" || event.key === "-") { event.preventDefault(); cy.zoom({ level: cy.zoom() * (event.key === "+" ? 1.25 : .8), renderedPosition: { x: box.clientWidth / 2, y: box.clientHeight / 2 } }); }
  });
  aside.addEventListener("submit", function (event) {
    if (!event.target.matches("[data-expand]")) { return; }
    event.preventDefault();
    var button = event.target.querySelector("button");
    button.disabled = true;
    expand(chosen, new FormData(event.target)).then(function () { button.disabled = false; });
  });
  page.querySelector("[data-path]").addEventListener("submit", function (event) { event.preventDefault(); findPath(event.target.elements.to.value.trim()); });
  page.addEventListener("click", function (event) {
    var hit = event.target.closest("[data-path-off],[data-open],[data-hide],[data-lay],[data-fit],[data-find],[data-show]");
    if (!hit) { return; }
    if (hit.matches("[data-path-off]")) { showPath([]); }
    if (hit.matches("[data-open]")) {
      var shut = aside.querySelector(".nb:not([open])"), open = aside.querySelector(".nb[open]");
      if (open) { open.querySelector("button").click(); } else if (shut) { shut.open = true; shut.querySelector("input[type=checkbox],button").focus(); }
    }
    if (hit.matches("[data-hide]")) { cy.getElementById(chosen).addClass("gone"); countDrawn(); drawTables(); }
    if (hit.matches("[data-lay]")) { var fresh = cy.nodes("[?fresh]"); if (fresh.length) { layOut(fresh, chosen); } }
    if (hit.matches("[data-fit]")) { cy.fit(cy.elements().not(".gone"), 50); }
    if (hit.matches("[data-find]")) { find(); }
    if (hit.matches("[data-show]")) {
      page.classList.toggle("as-table", hit.dataset.show === "table");
      page.querySelectorAll("[data-show]").forEach(function (one) { one.setAttribute("aria-pressed", String(one === hit)); });
      cy.resize();
      drawTables();
    }
  });
  function find() {
    var said = document.getElementById("find-drawn").value.trim().toLowerCase();
    var met = said && cy.nodes().not(".gone").filter(function (node) { return node.data("caption").toLowerCase().indexOf(said) >= 0; });
    if (met && met.length) { choose(met[0].id()); cy.animate({ center: { eles: met[0] }, zoom: Math.max(cy.zoom(), .8) }, { duration: 200 }); }
  }
  document.getElementById("find-drawn").addEventListener("change", find);
  page.querySelector("[data-keep]").addEventListener("submit", function (event) {
    event.preventDefault();
    var form = event.target, nodes = {};
    cy.nodes().not(".gone").forEach(function (node) { nodes[node.id()] = [node.position("x"), node.position("y")]; });
    ask("keep", { title: form.elements.title.value, begun_at: form.elements.begun_at.value, ref: form.elements.ref.value, version: form.elements.version.value, nodes: JSON.stringify(nodes) })
      .then(function (kept) {
        form.elements.ref.value = kept.ref;
        form.elements.version.value = kept.version;
        document.getElementById("graph-title").textContent = kept.title;
        cy.nodes().removeData("fresh");
        window.history.replaceState(null, "", words.kept.replace("REF", kept.ref));
        tell(kept.sentence);
      }).catch(refused);
  });
  new MutationObserver(function () { cy.style(style()); mark(); }).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
  new ResizeObserver(function () { cy.resize(); mark(); }).observe(box);

  // ---- what the page came with
  add(data, data.start);
  if (data.path) { showPath(data.path); }
  choose(data.start, true);
  if (cy.nodes().length > 1) { cy.fit(undefined, 50); if (cy.zoom() > 1.3) { cy.zoom(1.3); cy.center(); } } else { cy.zoom(1.2); cy.center(); }
  if (data.left_off) { tell(say(words.left, data.left_off)); }
  box.graph = cy;
})();
