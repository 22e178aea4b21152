// Puts verdicts and walk together, and keeps what is asked for in the address.
(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const [search, severity, map, clause, form] = ["search", "severity", "map", "clause", "filters"].map(byId);
  const chips = Array.from(document.querySelectorAll(".chip[data-state]"));
  const count = (n) => n.toLocaleString("en");
  let lot = null;
  let walk = null;
  const verdicts = new Verdicts(data, (place, isAsked) => {
    if (!walk) { return; }
    walk.go(place);
    if (isAsked) { byId("lots").scrollIntoView(); }
  });

  function wanted() {
    return {
      words: search.value, severity: severity.value, map: map.value, clause: clause.value, lot,
      states: chips.filter((chip) => chip.getAttribute("aria-pressed") === "true").map((chip) => chip.dataset.state),
    };
  }

  function tell() {
    byId("shown").textContent = count(verdicts.found.length) + " of " + count(verdicts.all.length);
    byId("none").hidden = verdicts.found.length > 0;
    byId("more").hidden = verdicts.rest() === 0;
    byId("more").textContent = "Show more (" + count(verdicts.rest()) + ")";
  }

  function apply() {
    const now = wanted();
    verdicts.filter(now);
    tell();
    byId("about").hidden = lot === null;
    if (lot !== null) { byId("about-lot").textContent = "on lot " + data.lots[lot][0]; }
    remember(now);
  }

  function clauses() {
    const kept = clause.value;
    const fitting = data.requirements.map((asked, place) => [asked, place]).filter(([asked]) => !map.value || asked[0] === map.value);
    clause.replaceChildren(new Option("every clause", ""), ...fitting.map(([asked, place]) => new Option(asked[1] + "  " + asked[2], place)));
    clause.value = fitting.some(([, place]) => String(place) === kept) ? kept : "";
  }

  function remember(now) {
    const kept = new URLSearchParams();
    if (now.words) { kept.set("q", now.words); }
    if (now.states.length) { kept.set("state", now.states.join(",")); }
    ["severity", "map", "clause"].forEach((name) => { if (now[name] !== "") { kept.set(name, now[name]); } });
    if (lot !== null) { kept.set("lot", data.lots[lot][0]); }
    const text = kept.toString();
    try { history.replaceState(null, "", text ? "#?" + text : location.pathname); } catch (error) { return; }
  }

  function recall() {
    if (!location.hash.startsWith("#?")) {
      // what is met is counted above; the page opens on what is not
      if (chips.length > 1) { chips.forEach((chip) => chip.setAttribute("aria-pressed", String(chip.dataset.state !== "met"))); }
      clauses();
      return;
    }
    const kept = new URLSearchParams(location.hash.slice(2));
    search.value = kept.get("q") || "";
    severity.value = kept.get("severity") || "";
    map.value = kept.get("map") || "";
    clauses();
    clause.value = kept.get("clause") || "";
    const named = data.lots.findIndex((each) => each[0] === kept.get("lot"));
    lot = named < 0 ? null : named;
    const states = (kept.get("state") || "").split(",");
    chips.forEach((chip) => chip.setAttribute("aria-pressed", String(states.includes(chip.dataset.state))));
  }

  function openGap() {
    if (!location.hash.startsWith("#gap-")) { return false; }
    const number = location.hash.slice(5);
    const entry = verdicts.all.find((each) => each.number === number);
    if (!entry) { return false; }
    verdicts.found = [entry].concat(verdicts.all.filter((each) => each.state === "gap" && each !== entry));
    verdicts.list.replaceChildren();
    verdicts.drawn = 0;
    verdicts.draw(verdicts.page);
    tell();
    const node = byId("gap-" + number);
    node.open = true;
    node.scrollIntoView();
    return true;
  }

  chips.forEach((chip) => chip.addEventListener("click", () => {
    chip.setAttribute("aria-pressed", String(chip.getAttribute("aria-pressed") !== "true"));
    apply();
  }));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", (event) => { if (event.target === map) { clauses(); } apply(); });
  byId("about-off").addEventListener("click", () => { lot = null; apply(); });
  byId("more").addEventListener("click", () => { verdicts.draw(500); tell(); });
  byId("print").addEventListener("click", () => window.print());
  window.addEventListener("beforeprint", () => { verdicts.draw(Math.max(0, 2000 - verdicts.drawn)); tell(); });
  window.addEventListener("hashchange", openGap);
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) { event.preventDefault(); search.focus(); }
  });
  if (byId("lots")) {
    walk = new Walk(data, (place, gaps) => {
      const told = byId("walk-told");
      const about = make("button", "linklike name", "its verdicts" + (gaps ? " (" + count(gaps) + " gaps)" : ""));
      about.type = "button";
      about.addEventListener("click", () => {
        lot = place;
        chips.forEach((chip) => chip.setAttribute("aria-pressed", "false"));
        apply();
        byId("findings").scrollIntoView();
      });
      const shipments = data.lots[place][3];
      told.replaceChildren(data.lots[place][0] + (shipments ? ", shipped " + count(shipments) + "×" : "") + " · ", about);
    });
    byId("lots").hidden = false;
    walk.go(data.focus);
  }
  // what scrolls sideways is reached by keyboard, too
  document.querySelectorAll("section .wide, section figure").forEach((node) => {
    const heading = node.closest("section").querySelector("h2");
    node.tabIndex = 0;
    node.setAttribute("role", node.tagName === "FIGURE" ? "figure" : "region");
    node.setAttribute("aria-label", (heading ? heading.textContent.trim() : "Table") + ", scrolls sideways");
  });
  form.hidden = false;
  const hash = location.hash;
  recall();
  apply();
  if (hash && !hash.startsWith("#?")) { try { history.replaceState(null, "", hash); } catch (error) { return; } openGap(); }
})();
