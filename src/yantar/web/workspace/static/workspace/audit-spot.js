"use strict";
// One question a screen. Every change is kept on the device at once and sent when there is a connection.
(function () {
  function read(id) { return JSON.parse(document.getElementById(id).textContent); }
  function by(id) { return document.getElementById(id); }
  function make(tag, text, name) {
    var element = document.createElement(tag);
    if (text) { element.textContent = text; }
    if (name) { element.className = name; }
    return element;
  }
  function fill(pattern, values) {
    return pattern.replace(/\{(\w+)\}/g, function (whole, name) { return name in values ? String(values[name]) : whole; });
  }
  function random() {
    var bytes = new Uint8Array(12);
    window.crypto.getRandomValues(bytes);
    return Array.prototype.map.call(bytes, function (one) { return ("0" + one.toString(16)).slice(-2); }).join("");
  }
  // A tab is a device of its own: two tabs of one person are two places where the same answer can be changed.
  function device() {
    var name = null;
    try { name = window.sessionStorage.getItem("yantar-device"); } catch (error) { /* kept for this page only */ }
    if (!name) {
      name = random();
      try { window.sessionStorage.setItem("yantar-device", name); } catch (error) { /* kept for this page only */ }
    }
    return name;
  }

  document.addEventListener("DOMContentLoaded", function () {
    var data = read("spot-data"), words = read("spot-words");
    var store = new window.YantarSpotStore(data.user, data.audit);
    var here = device(), index = 0, server = data.state, waiting = {}, kept = true;
    var form = by("spot-form");
    var sync = new window.YantarSpotSync(data.urls, data.csrf, store, told);

    function question() { return data.questions[index]; }
    function record(line) {
      if (!sync.records[line]) {
        var known = server.mine[line] || {};
        sync.records[line] = {
          user: data.user, audit: data.audit, line: line, grade: known.grade || "", note: known.note || "", sample: known.sample || "",
          revision: known.revision || 0, base: known.revision || 0, edited_at: known.edited_at || "", device: here, dirty: false
        };
      }
      return sync.records[line];
    }

    // --- what the server and the queue say
    function told(kind, value) {
      if (kind === "state") { takeState(value); }
      if (kind === "status") { status(value); }
      if (kind === "conflicts") { value.forEach(conflict); }
      if (kind === "refused") { notice(fill(words.dropped, { n: place(value) })); }
      if (kind === "stopped") { notice(value.map(function (one) { return one.message; }).join(" ") || words.stopped); }
      if (kind === "file") { loadFiles(); }
      if (kind === "sent" && value === question().id) { progress(); }
    }
    function takeState(state) {
      server = state;
      if (state.state !== "under_way") { notice(words.over); }
      Object.keys(state.mine).forEach(function (line) {
        var row = record(Number(line)), stands = state.mine[line];
        if (row.dirty || stands.revision <= row.revision) { return; }
        Object.assign(row, { grade: stands.grade, note: stands.note, sample: stands.sample, revision: stands.revision, base: stands.revision, edited_at: stands.edited_at });
        store.keepAnswer(row).catch(function () {});
        if (row.line === question().id) { showAnswer(row); }
      });
      beside();
      progress();
    }
    function place(line) {
      var found = data.questions.findIndex(function (one) { return one.id === line; });
      return found < 0 ? line : data.questions[found].order;
    }
    function conflict(one) {
      var box = notice(fill(words.conflict, { n: place(one.line) }));
      box.appendChild(make("blockquote", [one.lost.note, one.lost.sample].filter(Boolean).join(" · ") || words.nothing));
      if (one.line === question().id) { showAnswer(record(one.line)); }
    }
    function notice(text) {
      var list = by("spot-notices"), same = Array.prototype.find.call(list.children, function (child) { return child.dataset.text === text; });
      if (same) { return same; }
      var box = make("div", "", "spot-notice");
      box.dataset.text = text;
      box.appendChild(make("p", text));
      var close = make("button", words.close, "btn btn-sm");
      close.type = "button";
      close.addEventListener("click", function () { box.remove(); });
      box.appendChild(close);
      list.appendChild(box);
      return box;
    }
    function status(code) {
      var line = by("spot-status"), unsent = sync.dirty().length + Object.keys(waiting).reduce(function (sum, key) { return sum + waiting[key].length; }, 0);
      line.dataset.status = code;
      line.textContent = code === "offline" ? fill(kept ? words.offline : words.lost, { n: unsent }) : fill(words[code], { n: unsent });
      by("spot-signin").hidden = code !== "signin";
    }

    // --- one question
    function show(next, focus) {
      index = Math.max(0, Math.min(next, data.questions.length - 1));
      var one = question();
      by("spot-where").textContent = [fill(words.of, { n: one.order, total: data.questions.length }), one.clause, one.process].filter(Boolean).join(" · ");
      by("spot-text").textContent = one.text;
      [["evidence", one.evidence], ["sample-hint", one.sample], ["assigned", one.assigned]].forEach(function (pair) {
        by("spot-" + pair[0]).textContent = pair[1];
        by("spot-" + pair[0] + "-box").hidden = !pair[1];
      });
      showAnswer(record(one.id));
      beside();
      showFiles();
      by("spot-previous").disabled = index === 0;
      by("spot-next").disabled = index === data.questions.length - 1;
      by("spot-raise").href = data.urls.raise + "?line=" + one.id;
      try { window.sessionStorage.setItem("yantar-at-" + data.audit, String(one.id)); } catch (error) { /* begins at the first */ }
      if (focus) { by("spot-text").focus(); window.scrollTo(0, 0); }
    }
    function showAnswer(row) {
      Array.prototype.forEach.call(form.elements.grade, function (radio) { radio.checked = radio.value === row.grade; });
      if (form.elements.note.value !== row.note) { form.elements.note.value = row.note; }
      if (form.elements.sample.value !== row.sample) { form.elements.sample.value = row.sample; }
    }
    function beside() {
      var one = question(), list = by("spot-others");
      list.textContent = "";
      (server.others[one.id] || []).forEach(function (other) {
        var item = make("li");
        item.appendChild(make("strong", other.author + (other.label ? ": " + other.label : "")));
        if (other.note) { item.appendChild(make("p", other.note)); }
        if (other.sample) { item.appendChild(make("p", other.sample, "second")); }
        list.appendChild(item);
      });
      by("spot-others-box").hidden = !list.children.length;
      var raised = (server.raised[one.id] || []).join(", ");
      by("spot-raised").textContent = raised ? fill(words.raised, { numbers: raised }) : "";
      showFiles();
    }
    function answered(line) {
      var row = sync.records[line];
      return Boolean((row && row.grade) || (server.others[line] || []).some(function (other) { return other.grade; }));
    }
    function progress() {
      var done = data.questions.filter(function (one) { return answered(one.id); }).length;
      by("spot-progress").max = data.questions.length;
      by("spot-progress").value = done;
      by("spot-done").textContent = fill(words.done, { n: done, total: data.questions.length });
    }
    function jumps() {
      var list = by("spot-jumps"), only = by("spot-only").value;
      list.textContent = "";
      data.questions.forEach(function (one, number) {
        if ((only === "mine" && !one.mine) || (only === "open" && answered(one.id))) { return; }
        var item = make("li"), button = make("button", "", "spot-jump"), row = sync.records[one.id];
        button.type = "button";
        button.dataset.grade = row && row.grade ? row.grade : answered(one.id) ? "other" : "";
        button.appendChild(make("span", String(one.order), "spot-jump-number"));
        button.appendChild(make("span", one.text));
        button.appendChild(make("span", row && row.grade ? words.grades[row.grade] : answered(one.id) ? words.answered_by_other : words.not_answered, "visually-hidden"));
        if (number === index) { button.setAttribute("aria-current", "true"); }
        button.addEventListener("click", function () { by("spot-list").open = false; show(number, true); });
        item.appendChild(button);
        list.appendChild(item);
      });
      by("spot-no-jumps").hidden = Boolean(list.children.length);
    }

    // --- changes: kept at once, sent soon
    function change() {
      var row = record(question().id), grade = form.querySelector("input[name=grade]:checked");
      var said = { grade: grade ? grade.value : "", note: form.elements.note.value, sample: form.elements.sample.value };
      if (said.grade === row.grade && said.note === row.note && said.sample === row.sample) { return; }
      if (!row.dirty) { row.base = row.revision; row.revision += 1; row.device = here; }
      Object.assign(row, said, { dirty: true, edited_at: new Date().toISOString() });
      store.keepAnswer(row).then(function () { kept = true; }, function () { kept = false; });
      status(navigator.onLine ? "saving" : "offline");
      sync.changed();
      progress();
    }
    form.addEventListener("input", change);
    form.addEventListener("change", change);
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    by("spot-clear").addEventListener("click", function () {
      Array.prototype.forEach.call(form.elements.grade, function (radio) { radio.checked = false; });
      change();
    });

    // --- files
    function loadFiles() {
      return store.files().catch(function () { return []; }).then(function (rows) {
        waiting = {};
        rows.forEach(function (row) { (waiting[row.line] = waiting[row.line] || []).push(row); });
        showFiles();
      });
    }
    function showFiles() {
      var list = by("spot-files"), line = question().id;
      list.textContent = "";
      (server.evidence[line] || []).forEach(function (one) {
        var item = make("li"), link = make(one.name ? "a" : "span", one.name || one.note);
        if (one.name) { link.href = data.urls.file.replace("/0/", "/" + one.id + "/"); }
        item.appendChild(link);
        item.appendChild(make("span", [one.kind, one.by, one.name ? one.note : ""].filter(Boolean).join(" · "), "second"));
        list.appendChild(item);
      });
      (waiting[line] || []).forEach(function (row) {
        var item = make("li", row.name);
        item.appendChild(make("span", row.problem || words.waiting, row.problem ? "second spot-problem" : "second"));
        if (row.problem) {
          var remove = make("button", words.remove, "btn btn-sm");
          remove.type = "button";
          remove.addEventListener("click", function () { store.forgetFile(row.key).then(loadFiles); });
          item.appendChild(remove);
        }
        list.appendChild(item);
      });
    }
    by("spot-file").addEventListener("change", function () {
      var input = by("spot-file"), picture = /^image\//, note = by("spot-file-note"), permitted = by("spot-permitted").checked;
      var chosen = Array.prototype.slice.call(input.files);
      if (chosen.some(function (file) { return picture.test(file.type); }) && !permitted) {
        notice(words.permission);
        input.value = "";
        by("spot-permitted").focus();
        return;
      }
      Promise.all(chosen.map(function (file) {
        return store.keepFile({
          user: data.user, audit: data.audit, line: question().id, key: random(), blob: file, name: file.name, note: note.value.slice(0, 300),
          kind: picture.test(file.type) ? "photo" : "record", permitted: permitted, taken_at: new Date().toISOString()
        });
      })).then(function () {
        input.value = "";
        note.value = "";
        return loadFiles();
      }, function () { notice(words.no_room); }).then(function () { sync.later(0); });
    });

    // --- going about
    by("spot-previous").addEventListener("click", function () { show(index - 1, true); });
    by("spot-next").addEventListener("click", function () { show(index + 1, true); });
    by("spot-list").addEventListener("toggle", function () { if (by("spot-list").open) { jumps(); } });
    by("spot-only").addEventListener("change", jumps);

    function begin() {
      var last = 0;
      try { last = Number(window.sessionStorage.getItem("yantar-at-" + data.audit)); } catch (error) { /* begins at the first */ }
      var asked = Number(new URLSearchParams(window.location.search).get("line")) || last;
      var found = data.questions.findIndex(function (one) { return one.id === asked; });
      var own = data.questions.findIndex(function (one) { return one.mine && !answered(one.id); });
      show(found >= 0 ? found : Math.max(own, 0), false);
      takeState(server);
      by("spot-app").hidden = false;
      loadFiles();
      sync.start();
    }
    data.questions.forEach(function (one) { record(one.id); });
    store.answers().then(function (rows) {
      rows.forEach(function (row) {
        var now = record(row.line);
        // What is kept here and was not sent, or is newer than this page, which may itself have been kept.
        if (row.dirty || row.revision > now.revision) { sync.records[row.line] = row; }
      });
    }, function () { kept = false; notice(words.no_store); }).then(begin);

    if ("serviceWorker" in navigator) {
      navigator.serviceWorker.register(data.urls.worker, { scope: data.urls.scope }).then(function () { return navigator.serviceWorker.ready; }).then(function (found) {
        found.active.postMessage({ keep: data.assets.concat([window.location.pathname]), user: data.user });
      }).catch(function () { /* without it a reload needs a connection; what was noted stays here all the same */ });
    }
  });
}());
