"use strict";
// Proof of work of a public form: fetched when somebody begins to fill the form in, computed by a worker of our own server (altcha), put
// into the hidden field "altcha". Where a browser can't compute it, the form goes without, and the page asks for an e-mail instead.
(function () {
  var LONGEST = 60000;

  function prepare(place) {
    var form = place.closest("form");
    var field = form.querySelector("input[name=altcha]");
    var state = "idle";
    var waiting = null;

    function say(text) { place.textContent = text || ""; }

    function finish(payload) {
      field.value = payload;
      state = payload ? "solved" : "failed";
      say("");
      if (waiting !== null) {
        var button = waiting;
        waiting = null;
        form.removeAttribute("aria-busy");
        form.requestSubmit(button || undefined);
      }
    }

    function solve(task) {
      var worker = new Worker(place.getAttribute("data-worker"));
      var timer = window.setTimeout(function () { worker.terminate(); finish(""); }, LONGEST);
      worker.onerror = function () { window.clearTimeout(timer); worker.terminate(); finish(""); };
      worker.onmessage = function (event) {
        window.clearTimeout(timer);
        worker.terminate();
        var found = event.data;
        if (!found || found.error) { finish(""); return; }
        finish(window.btoa(JSON.stringify({ challenge: task, solution: found })));
        // Before the task runs out on a form that lies open, another one is computed.
        window.setTimeout(begin, Math.max(1000, task.parameters.expiresAt * 1000 - Date.now() - 60000));
      };
      worker.postMessage({ type: "work", challenge: task, counterStart: 0, counterStep: 1, timeout: LONGEST });
    }

    function begin() {
      if (state === "working") { return; }
      if (!window.Worker || !window.crypto || !window.crypto.subtle || !form.requestSubmit) { finish(""); return; }
      state = "working";
      field.value = "";
      window.fetch(place.getAttribute("data-captcha"), { credentials: "omit", cache: "no-store" })
        .then(function (answer) {
          if (!answer.ok) { throw new Error("no task"); }
          return answer.json();
        })
        .then(solve)
        .catch(function () { finish(""); });
    }

    form.addEventListener("focusin", function () { if (state === "idle") { begin(); } });
    form.addEventListener("change", function () { if (state === "idle") { begin(); } });
    form.addEventListener("submit", function (event) {
      if (state === "solved" || state === "failed") { return; }
      event.preventDefault();
      if (waiting !== null) { return; }
      waiting = event.submitter || false;
      form.setAttribute("aria-busy", "true");
      say(place.getAttribute("data-working"));
      begin();
    });
    // Back from the page after sending: that answer was spent.
    window.addEventListener("pageshow", function (event) {
      if (event.persisted) { state = "idle"; field.value = ""; }
    });
  }

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("[data-captcha]").forEach(prepare);
  });
}());
