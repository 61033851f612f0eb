"use strict";
// A kiosk goes back to its beginning by itself: after thanks, and when somebody walked away in the middle.
(function () {
  document.addEventListener("DOMContentLoaded", function () {
    var after = Number(document.body.getAttribute("data-return-after"));
    var to = document.body.getAttribute("data-return-to");
    if (!after || !to) { return; }
    var timer = null;
    function again() {
      window.clearTimeout(timer);
      timer = window.setTimeout(function () { window.location.replace(to); }, after * 1000);
    }
    if (document.body.hasAttribute("data-return-idle")) {
      ["pointerdown", "keydown", "input"].forEach(function (kind) { document.addEventListener(kind, again); });
    }
    again();
  });
}());
