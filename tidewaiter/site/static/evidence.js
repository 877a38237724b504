// Evidence: a signature drawn on the device, and codes read by the camera where the browser can; else all is typed.
(function () {
  "use strict";
  Array.prototype.forEach.call(document.querySelectorAll("canvas.sigbox"), function (canvas) {
    var into = document.getElementById(canvas.getAttribute("data-into")), pen = canvas.getContext("2d");
    var drawing = false;
    function clear() {
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      into.value = "";
    }
    function at(event) {
      var box = canvas.getBoundingClientRect();
      var wide = canvas.width / box.width, high = canvas.height / box.height;
      return [(event.clientX - box.left) * wide, (event.clientY - box.top) * high];
    }
    clear();
    pen.lineWidth = 3;
    pen.lineCap = "round";
    canvas.addEventListener("pointerdown", function (event) {
      var point = at(event);
      drawing = true;
      pen.beginPath();
      pen.moveTo(point[0], point[1]);
      canvas.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    canvas.addEventListener("pointermove", function (event) {
      if (!drawing) { return; }
      var point = at(event);
      pen.lineTo(point[0], point[1]);
      pen.stroke();
    });
    canvas.addEventListener("pointerup", function () {
      drawing = false;
      into.value = canvas.toDataURL("image/png");
    });
    Array.prototype.forEach.call(document.querySelectorAll("[data-clears=" + into.id + "]"), function (button) {
      button.addEventListener("click", clear);
    });
  });
  var field = document.getElementById("scan"), button = document.getElementById("camera");
  var lens = document.getElementById("lens");
  if (!field) { return; }
  field.focus();
  if (!button || !window.BarcodeDetector || !navigator.mediaDevices) { return; }
  button.hidden = false;
  button.addEventListener("click", function () {
    var reader = new window.BarcodeDetector({ formats: ["qr_code", "code_128"] });
    navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }).then(function (stream) {
      lens.srcObject = stream;
      lens.hidden = false;
      return lens.play().then(function () {
        (function look() {
          reader.detect(lens).then(function (found) {
            if (!found.length) { window.setTimeout(look, 150); return; }
            stream.getTracks().forEach(function (track) { track.stop(); });
            field.value = found.map(function (one) { return one.rawValue; }).join(" ");
            document.getElementById("scanned").click();
          }, function () { window.setTimeout(look, 500); });
        })();
      });
    }).catch(function () { button.hidden = true; });
  });
})();
