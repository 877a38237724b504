// Passkeys: a form with data-passkey asks the browser for one («get») or has one made («create»), and sends the answer.
(function () {
  "use strict";
  function bytes(text) {
    var raw = window.atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(raw, function (sign) { return sign.charCodeAt(0); });
  }
  function text(buffer) {
    var raw = "";
    new Uint8Array(buffer).forEach(function (one) { raw += String.fromCharCode(one); });
    return window.btoa(raw).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }
  function read(asked) {
    var key = asked.publicKey;
    key.challenge = bytes(key.challenge);
    if (key.user) { key.user.id = bytes(key.user.id); }
    ["excludeCredentials", "allowCredentials"].forEach(function (list) {
      (key[list] || []).forEach(function (one) { one.id = bytes(one.id); });
    });
    return asked;
  }
  function written(credential) {
    var said = credential.response, answer = {};
    ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"].forEach(function (name) {
      if (said[name]) { answer[name] = text(said[name]); }
    });
    return JSON.stringify({
      id: credential.id, rawId: text(credential.rawId), type: credential.type, response: answer,
      clientExtensionResults: credential.getClientExtensionResults()
    });
  }
  function asked(form) {
    if (form.hasAttribute("data-options")) { return Promise.resolve(JSON.parse(form.getAttribute("data-options"))); }
    return window.fetch(form.action, { headers: { Accept: "application/json" } }).then(function (answer) {
      if (!answer.ok) { throw new Error("asked too often"); }
      return answer.json();
    }).then(function (data) { return data.request_options; });
  }
  document.querySelectorAll("form[data-passkey]").forEach(function (form) {
    var field = form.querySelector("[name=credential]"), failed = form.querySelector("[data-passkey-failed]");
    if (!window.PublicKeyCredential || !navigator.credentials) { return; }
    form.hidden = false;
    form.addEventListener("submit", function (event) {
      if (field.value) { return; }
      event.preventDefault();
      failed.hidden = true;
      asked(form).then(function (options) {
        return navigator.credentials[form.getAttribute("data-passkey")](read(options));
      }).then(function (credential) {
        field.value = written(credential);
        form.submit();
      }).catch(function () { failed.hidden = false; });
    });
  });
})();
