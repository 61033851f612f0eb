"use strict";
// Progressive enhancement only: every page works without this file.
(function () {
  var root = document.documentElement;
  root.classList.add("js");

  function labelCards(scope) {
    scope.querySelectorAll("table.table-cards").forEach(function (table) {
      var heads = Array.prototype.map.call(table.querySelectorAll("thead th"), function (th) { return th.textContent.trim(); });
      table.querySelectorAll("tbody tr").forEach(function (row) {
        Array.prototype.forEach.call(row.cells, function (cell, index) {
          if (!cell.hasAttribute("data-label") && heads[index]) { cell.setAttribute("data-label", heads[index]); }
        });
      });
    });
  }

  document.addEventListener("DOMContentLoaded", function () {
    labelCards(document);
    document.body.addEventListener("htmx:load", function (event) { labelCards(event.target); });
  });

  document.addEventListener("click", function (event) {
    var toggle = event.target.closest("[data-toggle]");
    if (toggle) {
      var target = document.getElementById(toggle.getAttribute("data-toggle"));
      toggle.setAttribute("aria-expanded", String(target.classList.toggle("open")));
    }
    if (event.target.closest("[data-print]")) { window.print(); }
    document.querySelectorAll("details.user-menu[open]").forEach(function (menu) {
      if (!menu.contains(event.target)) { menu.open = false; }
    });
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") { return; }
    document.querySelectorAll("details.user-menu[open]").forEach(function (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });
}());
