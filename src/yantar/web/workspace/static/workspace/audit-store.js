"use strict";
// What an auditor notes stays on the device until the server has it: two shelves in IndexedDB, answers and files.
(function () {
  var NAME = "yantar-spot";

  function open() {
    return new Promise(function (resolve, reject) {
      if (!window.indexedDB) { reject(new Error("no IndexedDB")); return; }
      var wish = window.indexedDB.open(NAME, 1);
      wish.onupgradeneeded = function () {
        wish.result.createObjectStore("answers", { keyPath: ["user", "audit", "line"] });
        wish.result.createObjectStore("files", { keyPath: "key" });
      };
      wish.onsuccess = function () { resolve(wish.result); };
      wish.onerror = function () { reject(wish.error); };
    });
  }

  function Store(user, audit) {
    this.user = user;
    this.audit = audit;
    this.ready = open();
  }

  // One transaction; resolves when the browser says that it is kept.
  Store.prototype.on = function (shelf, mode, act) {
    return this.ready.then(function (db) {
      return new Promise(function (resolve, reject) {
        var work = db.transaction(shelf, mode);
        var wish = act(work.objectStore(shelf));
        work.oncomplete = function () { resolve(wish ? wish.result : undefined); };
        work.onerror = work.onabort = function () { reject(work.error); };
      });
    });
  };

  Store.prototype.mine = function (rows) {
    var self = this;
    return rows.filter(function (row) { return row.user === self.user && row.audit === self.audit; });
  };

  Store.prototype.answers = function () {
    var self = this;
    return this.on("answers", "readonly", function (shelf) { return shelf.getAll(); }).then(function (rows) { return self.mine(rows); });
  };
  Store.prototype.keepAnswer = function (row) {
    return this.on("answers", "readwrite", function (shelf) { return shelf.put(row); });
  };
  Store.prototype.files = function () {
    var self = this;
    return this.on("files", "readonly", function (shelf) { return shelf.getAll(); }).then(function (rows) { return self.mine(rows); });
  };
  Store.prototype.keepFile = function (row) {
    return this.on("files", "readwrite", function (shelf) { return shelf.put(row); });
  };
  Store.prototype.forgetFile = function (key) {
    return this.on("files", "readwrite", function (shelf) { return shelf.delete(key); });
  };

  window.YantarSpotStore = Store;
}());
