"use strict";
// Progressive enhancement only: every page works without this file.
(function () {
  var root = document.documentElement;
  root.classList.add("js");

  function remembered(name) {
    try { return window.localStorage.getItem(name); } catch (error) { return null; }
  }
  function remember(name, value) {
    try { window.localStorage.setItem(name, value); } catch (error) { /* a browser that keeps nothing */ }
  }
  if (remembered("yantar-large") === "1") { root.classList.add("large"); }

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
    document.querySelectorAll("[data-large]").forEach(function (button) {
      button.setAttribute("aria-pressed", String(root.classList.contains("large")));
    });
    document.body.addEventListener("htmx:load", function (event) { labelCards(event.target); });
  });

  document.addEventListener("click", function (event) {
    var toggle = event.target.closest("[data-toggle]");
    if (toggle) {
      var target = document.getElementById(toggle.getAttribute("data-toggle"));
      toggle.setAttribute("aria-expanded", String(target.classList.toggle("open")));
    }
    var large = event.target.closest("[data-large]");
    if (large) {
      var on = root.classList.toggle("large");
      large.setAttribute("aria-pressed", String(on));
      remember("yantar-large", on ? "1" : "0");
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
