"use strict";
(function () {
  var form = document.getElementById("filters");
  var search = document.getElementById("search");
  var severity = document.getElementById("severity");
  var map = document.getElementById("map");
  var shown = document.getElementById("shown");
  var none = document.getElementById("none");
  var chips = Array.from(document.querySelectorAll(".chip"));
  var entries = Array.from(document.querySelectorAll(".finding")).map(function (node) {
    return { node: node, text: node.textContent.toLowerCase().replace(/\s+/g, " "), data: node.dataset };
  });

  function pressed() {
    return chips.filter(function (chip) { return chip.getAttribute("aria-pressed") === "true"; })
      .map(function (chip) { return chip.dataset.state; });
  }

  function apply() {
    var words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    var wanted = pressed();
    var count = 0;
    entries.forEach(function (entry) {
      var fits = (!wanted.length || wanted.indexOf(entry.data.state) >= 0) &&
        (!severity.value || entry.data.severity === severity.value) &&
        (!map.value || entry.data.map === map.value) &&
        words.every(function (word) { return entry.text.indexOf(word) >= 0; });
      entry.node.hidden = !fits;
      count += fits ? 1 : 0;
    });
    shown.textContent = count.toLocaleString("en") + " of " + entries.length.toLocaleString("en");
    none.hidden = count > 0;
    remember(wanted);
  }

  function remember(wanted) {
    var kept = new URLSearchParams();
    if (search.value) { kept.set("q", search.value); }
    if (wanted.length) { kept.set("state", wanted.join(",")); }
    if (severity.value) { kept.set("severity", severity.value); }
    if (map.value) { kept.set("map", map.value); }
    var text = kept.toString();
    try { history.replaceState(null, "", text ? "#?" + text : location.pathname); } catch (error) { return; }
  }

  function recall() {
    if (location.hash.indexOf("#?") !== 0) {
      // what is met is counted above; the page opens on what is not
      chips.forEach(function (chip) {
        if (chips.length > 1) { chip.setAttribute("aria-pressed", String(chip.dataset.state !== "met")); }
      });
      return;
    }
    var kept = new URLSearchParams(location.hash.slice(2));
    search.value = kept.get("q") || "";
    severity.value = kept.get("severity") || "";
    map.value = kept.get("map") || "";
    var wanted = (kept.get("state") || "").split(",");
    chips.forEach(function (chip) { chip.setAttribute("aria-pressed", String(wanted.indexOf(chip.dataset.state) >= 0)); });
  }

  chips.forEach(function (chip) {
    chip.addEventListener("click", function () {
      chip.setAttribute("aria-pressed", String(chip.getAttribute("aria-pressed") !== "true"));
      apply();
    });
  });
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("input", apply);
  document.addEventListener("keydown", function (event) {
    if (event.key === "/" && document.activeElement !== search) { event.preventDefault(); search.focus(); }
  });
  var linked = location.hash.indexOf("#gap-") === 0 && document.getElementById(location.hash.slice(1));
  if (linked) { linked.open = true; linked.scrollIntoView(); }
  form.hidden = false;
  recall();
  var hash = location.hash;
  apply();
  if (hash && hash.indexOf("#?") !== 0) { try { history.replaceState(null, "", hash); } catch (error) { return; } }
})();
