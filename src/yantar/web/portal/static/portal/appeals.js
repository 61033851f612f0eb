"use strict";
// Small helps for pages of appeals: everything works without them.
(function () {
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-copy]");
    if (!button || !navigator.clipboard) { return; }
    var source = document.getElementById(button.getAttribute("data-copy"));
    navigator.clipboard.writeText(source.textContent.trim()).then(function () {
      var said = document.querySelector("[data-copied]");
      if (said) { said.textContent = said.getAttribute("data-copied"); }
      button.classList.add("btn-success");
    });
  });
  // A second press while the first is on its way sends nothing more; coming back by "back" it may be pressed again.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    // The proof of work may hold the form back and send it again when it is ready.
    if (event.defaultPrevented || !form.hasAttribute("data-once")) { return; }
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-once]").forEach(function (form) { delete form.dataset.sent; });
  });
}());
