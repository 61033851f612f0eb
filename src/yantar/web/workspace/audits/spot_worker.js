"use strict";
// Keeps the page of the questions, so that it opens without a connection. It answers for nothing else and sends nothing.
var SHELF = "yantar-spot-1";

self.addEventListener("install", function () { self.skipWaiting(); });
self.addEventListener("activate", function (event) {
  event.waitUntil(self.clients.claim());
});

function isPage(url) { return /\/workspace\/audits\/[^/]+\/spot\/$/.test(url.pathname); }

function keep(shelf, address) {
  return fetch(address, { credentials: "same-origin", redirect: "manual" }).then(function (answer) {
    if (answer.ok && answer.type === "basic") { return shelf.put(address, answer); }
    return undefined;
  });
}

self.addEventListener("message", function (event) {
  if (!event.data || !event.data.keep) { return; }
  event.waitUntil(caches.open(SHELF).then(function (shelf) {
    return shelf.keys().then(function (kept) {
      // Pages of whoever used this device before are not shown to the next.
      return shelf.match("/of-user").then(function (mark) { return mark ? mark.text() : ""; }).then(function (user) {
        var others = user !== String(event.data.user) ? kept : [];
        return Promise.all(others.map(function (one) { return shelf.delete(one); }));
      });
    }).then(function () { return shelf.put("/of-user", new Response(String(event.data.user))); }).then(function () {
      return Promise.all(event.data.keep.map(function (address) { return keep(shelf, address).catch(function () {}); }));
    });
  }));
});

self.addEventListener("fetch", function (event) {
  var request = event.request, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) { return; }
  if (request.mode === "navigate" ? !isPage(url) : url.pathname.indexOf("/static/") !== 0) { return; }
  event.respondWith(fetch(request).then(function (answer) {
    if (request.mode === "navigate" && answer.ok && answer.type === "basic" && !answer.redirected) {
      var copy = answer.clone();
      event.waitUntil(caches.open(SHELF).then(function (shelf) { return shelf.put(url.pathname, copy); }));
    }
    return answer;
  }).catch(function (problem) {
    return caches.open(SHELF).then(function (shelf) { return shelf.match(url.pathname); }).then(function (answer) {
      if (answer) { return answer; }
      throw problem;
    });
  }));
});
