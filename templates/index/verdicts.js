"use strict";
// Verdicts as data, searched in memory and drawn a page at a time: tens of thousands stay readable.
function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) { node.className = className; }
  if (text) { node.textContent = text; }
  return node;
}

class Verdicts {
  constructor(data, showLot) {
    this.data = data;
    this.showLot = showLot;
    this.page = 100;
    this.list = document.getElementById("list");
    this.all = data.verdicts.map((row, place) => this.unfold(row, place));
    this.found = this.all;
    this.drawn = 0;
  }

  unfold(row, place) {
    const asked = this.data.requirements[row[1]];
    return {
      place, state: row[0], clause: row[1], map: asked[0], label: asked[1], title: asked[2], severity: asked[3],
      subject: this.data.texts[row[2]], sentence: this.data.texts[row[3]], number: row[4], note: row[5], lots: row[6], when: row[7],
    };
  }

  text(entry) {
    if (entry.text === undefined) {
      const asked = this.data.requirements[entry.clause];
      const rows = (this.data.rows[entry.place] || []).map((row) => row.join(" ")).join(" ");
      const lots = entry.lots.slice(0, 20).map((lot) => this.data.lots[lot][0]).join(" ");
      entry.text = [asked.join(" "), entry.subject, entry.sentence, entry.number, entry.note, lots, rows].join(" ").toLowerCase();
    }
    return entry.text;
  }

  filter(wanted) {
    const words = wanted.words.toLowerCase().split(/\s+/).filter(Boolean);
    this.found = this.all.filter((entry) =>
      (!wanted.states.length || wanted.states.includes(entry.state)) &&
      (!wanted.severity || entry.severity === wanted.severity) &&
      (!wanted.map || entry.map === wanted.map) &&
      (wanted.clause === "" || entry.clause === Number(wanted.clause)) &&
      (wanted.lot === null || entry.lots.includes(wanted.lot)) &&
      words.every((word) => this.text(entry).includes(word)));
    this.list.replaceChildren();
    this.drawn = 0;
    this.draw(this.page);
  }

  draw(count) {
    const part = document.createDocumentFragment();
    this.found.slice(this.drawn, this.drawn + count).forEach((entry) => part.append(this.entry(entry)));
    this.drawn = Math.min(this.found.length, this.drawn + count);
    this.list.append(part);
  }

  rest() { return this.found.length - this.drawn; }

  entry(entry) {
    const node = make("details", "finding");
    if (entry.number) { node.id = "gap-" + entry.number; }
    const head = make("summary");
    const mark = make("span", "mark is-" + entry.state);
    const sign = make("span", "sign", this.data.states[entry.state][0]);
    sign.setAttribute("aria-hidden", "true");
    mark.append(sign, " " + this.data.states[entry.state][1]);
    const what = make("span", "what", entry.sentence || entry.title);
    if (!entry.sentence) { what.append(" ", make("span", "muted", entry.subject)); }
    head.append(mark, make("span", "clause", entry.label), what, make("span", "severity", entry.severity));
    node.append(head);
    node.addEventListener("toggle", () => { if (node.open && node.children.length === 1) { node.append(this.detail(entry)); } });
    return node;
  }

  detail(entry) {
    const asked = this.data.requirements[entry.clause];
    const node = make("div", "detail");
    const lines = make("dl", "lines");
    const isOpen = entry.state === "gap" || entry.state === "accepted_risk";
    [["Requires", entry.title], ["Subject", entry.subject], ["When", entry.when], ["Rule", asked[4]], ["To close", isOpen ? asked[5] : ""],
      ["Cites", asked[6]], ["Map", entry.map], ["Note", entry.note], ["Gap", entry.number]].forEach((pair) => {
      if (pair[1]) { lines.append(make("dt", "", pair[0]), make("dd", "", pair[1])); }
    });
    node.append(lines);
    if (entry.lots.length) { node.append(this.lotsOf(entry)); }
    const rows = this.data.rows[entry.place];
    if (rows) { node.append(this.rows(rows)); }
    return node;
  }

  lotsOf(entry) {
    const line = make("p", "walkto");
    entry.lots.slice(0, 8).forEach((lot) => {
      const button = make("button", "chip", "Walk from " + this.data.lots[lot][0]);
      button.type = "button";
      button.addEventListener("click", () => this.showLot(lot, true));
      line.append(button);
    });
    return line;
  }

  rows(rows) {
    const wide = make("div", "wide");
    wide.tabIndex = 0;
    wide.setAttribute("role", "region");
    wide.setAttribute("aria-label", "Rows that decided");
    const table = make("table");
    const head = make("tr");
    ["Record", "What", "Original, row", "When (local)", "Part", "Hash"].forEach((name) => {
      const cell = make("th", "", name);
      cell.scope = "col";
      head.append(cell);
    });
    const top = make("thead");
    top.append(head);
    const body = make("tbody");
    rows.forEach((row) => this.row(row).forEach((line) => body.append(line)));
    table.append(top, body);
    wide.append(table);
    return wide;
  }

  row(row) {
    const [record, source, when, part, digest, what, file, sent] = row;
    const line = make("tr");
    const first = make("th", "plain", record);
    first.scope = "row";
    const original = make("td");
    if (file) {
      const link = make("a", "", source);
      link.href = file;
      original.append(link);
    } else {
      original.textContent = source;
    }
    line.append(first, make("td", "", what), original, make("td", "nowrap", when), make("td", "", part), make("td", "mono nowrap", digest));
    if (!sent) { return [line]; }
    const below = make("tr", "sent");
    const cell = make("td");
    cell.colSpan = 6;
    cell.append(make("span", "muted", "As sent "), make("code", "", sent));
    below.append(cell);
    return [line, below];
  }
}
