"use strict";
// Brings what is kept on the device to the server: in batches, again and again until it is there. Sending something twice does no harm.
(function () {
  var FIRST_WAIT = 4000, LONGEST_WAIT = 60000, AFTER_CHANGE = 700, LOOK_AROUND = 30000, BATCH = 200;

  // told(kind, value): "state" (what the server says), "sent", "conflicts", "refused", "status" (saved, saving, offline, signin, stopped), "file".
  function Sync(urls, csrf, store, told) {
    this.urls = urls;
    this.csrf = csrf;
    this.store = store;
    this.told = told;
    this.records = {};
    this.running = null;
    this.again = false;
    this.wait = FIRST_WAIT;
    this.timer = null;
  }

  Sync.prototype.later = function (after) {
    var self = this;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(function () { self.flush(); }, after);
  };
  Sync.prototype.changed = function () { this.later(AFTER_CHANGE); };

  Sync.prototype.dirty = function () {
    var records = this.records;
    return Object.keys(records).map(function (line) { return records[line]; }).filter(function (row) { return row.dirty; });
  };

  function NeedsSignIn() { this.message = "sign in"; }
  function Stopped(status, body) { this.message = "refused"; this.status = status; this.body = body; }

  Sync.prototype.ask = function (url, options) {
    var settings = Object.assign({ credentials: "same-origin", redirect: "manual", cache: "no-store" }, options);
    settings.headers = Object.assign({ Accept: "application/json" }, settings.headers || {});
    return window.fetch(url, settings).then(function (answer) {
      if (answer.type === "opaqueredirect" || answer.status === 401) { throw new NeedsSignIn(); }
      var is_json = (answer.headers.get("Content-Type") || "").indexOf("application/json") === 0;
      if (answer.status >= 500 || answer.status === 429) { throw new TypeError("try later"); }
      return (is_json ? answer.json() : Promise.resolve({})).then(function (body) {
        if (!answer.ok) { throw new Stopped(answer.status, body); }
        return body;
      });
    });
  };

  // A page that was kept may carry a token of before the last sign-in: a fresh one is fetched once.
  Sync.prototype.post = function (url, options) {
    var self = this;
    function once() {
      options.headers = Object.assign({}, options.headers, { "X-CSRFToken": self.csrf });
      return self.ask(url, Object.assign({ method: "POST" }, options));
    }
    return once().catch(function (problem) {
      if (!(problem instanceof Stopped) || problem.status !== 403) { throw problem; }
      return self.look().then(once);
    });
  };

  Sync.prototype.look = function () {
    var self = this;
    return this.ask(this.urls.answers).then(function (body) {
      self.csrf = body.csrf;
      self.told("state", body);
      return body;
    });
  };

  Sync.prototype.flush = function () {
    var self = this;
    if (this.running) { this.again = true; return this.running; }
    window.clearTimeout(this.timer);
    this.running = this.sendAnswers().then(function () { return self.sendFiles(); }).then(function () {
      self.wait = FIRST_WAIT;
      self.told("status", "saved");
    }).catch(function (problem) {
      if (problem instanceof NeedsSignIn) { self.told("status", "signin"); self.later(LONGEST_WAIT); return; }
      if (problem instanceof Stopped) { self.told("stopped", problem.body.problems || []); self.told("status", "stopped"); self.later(LONGEST_WAIT); return; }
      self.told("status", "offline");
      self.later(self.wait);
      self.wait = Math.min(self.wait * 2, LONGEST_WAIT);
    }).then(function () {
      self.running = null;
      if (self.again) { self.again = false; self.later(0); }
    });
    return this.running;
  };

  Sync.prototype.sendAnswers = function () {
    var self = this;
    var rows = this.dirty().slice(0, BATCH);
    if (!rows.length) { return Promise.resolve(); }
    this.told("status", "saving");
    var sent = rows.map(function (row) {
      return { line: row.line, grade: row.grade, note: row.note, sample: row.sample, revision: row.revision, base: row.base, edited_at: row.edited_at, device: row.device };
    });
    return this.post(this.urls.answers, { body: JSON.stringify({ entries: sent }), headers: { "Content-Type": "application/json" } }).then(function (body) {
      var kept = sent.map(function (entry) { return self.settle(entry, body); });
      self.told("state", body);
      if (body.conflicts.length) { self.told("conflicts", body.conflicts); }
      return Promise.all(kept).then(function () { return self.dirty().length ? self.sendAnswers() : undefined; });
    });
  };

  // The server has this entry. What was typed meanwhile stays to be sent, on top of what stands there now.
  Sync.prototype.settle = function (entry, body) {
    var row = this.records[entry.line];
    if (body.refused[entry.line]) { this.told("refused", entry.line); row.dirty = false; return this.store.keepAnswer(row).catch(function () {}); }
    var stands = body.mine[entry.line];
    if (row.edited_at === entry.edited_at) {
      Object.assign(row, { grade: stands.grade, note: stands.note, sample: stands.sample, revision: stands.revision, base: stands.revision, dirty: false });
    } else {
      row.base = stands.revision;
      row.revision = Math.max(row.revision, stands.revision) + 1;
    }
    this.told("sent", row.line);
    return this.store.keepAnswer(row).catch(function () {});
  };

  Sync.prototype.sendFiles = function () {
    var self = this;
    return this.store.files().catch(function () { return []; }).then(function (rows) {
      return rows.filter(function (row) { return !row.problem; }).reduce(function (before, row) {
        return before.then(function () { return self.sendFile(row); });
      }, Promise.resolve());
    });
  };

  Sync.prototype.sendFile = function (row) {
    var self = this, form = new FormData();
    this.told("status", "saving");
    ["line", "key", "kind", "note", "taken_at"].forEach(function (name) { form.append(name, row[name]); });
    if (row.permitted) { form.append("permitted", "on"); }
    form.append("file", row.blob, row.name);
    return this.post(this.urls.evidence, { body: form }).then(function (body) {
      return self.store.forgetFile(row.key).then(function () { self.told("state", body); self.told("file", row.line); });
    }, function (problem) {
      if (!(problem instanceof Stopped)) { throw problem; }
      row.problem = (problem.body.problems || []).map(function (one) { return one.message; }).join(" ") || String(problem.status);
      return self.store.keepFile(row).then(function () { self.told("file", row.line); });
    });
  };

  Sync.prototype.start = function () {
    var self = this;
    window.addEventListener("online", function () { self.wait = FIRST_WAIT; self.later(0); });
    window.addEventListener("offline", function () { self.told("status", "offline"); });
    document.addEventListener("visibilitychange", function () { if (document.visibilityState === "visible") { self.later(0); } });
    window.setInterval(function () {
      if (document.visibilityState === "visible" && !self.running && !self.dirty().length) { self.look().catch(function () {}); }
    }, LOOK_AROUND);
    return this.flush();
  };

  window.YantarSpotSync = Sync;
}());
