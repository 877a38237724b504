// Copies all indicators of a warning as they stand on the page: defanged.
(function () {
  "use strict";
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-copy-from]");
    if (!button) { return; }
    var text = document.getElementById(button.getAttribute("data-copy-from"));
    if (!text) { return; }
    if (navigator.clipboard && window.isSecureContext) {
      navigator.clipboard.writeText(text.value);
    } else {
      text.select();
      document.execCommand("copy");
    }
    button.classList.add("done");
  });
})();
