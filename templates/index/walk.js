// The lots around one lot: a picture to walk and zoom, and the same as two lists.
const SVG = "http://www.w3.org/2000/svg";
function shape(tag, attributes, text) {
  const node = document.createElementNS(SVG, tag);
  Object.keys(attributes).forEach((name) => node.setAttribute(name, attributes[name]));
  if (text) { node.textContent = text; }
  return node;
}

class Walk {
  constructor(data, told) {
    this.data = data;
    this.told = told;
    this.depth = 2;
    this.most = 8;
    this.width = 190;
    this.height = 46;
    this.past = [];
    this.focus = null;
    this.from = data.lots.map(() => []);
    this.into = data.lots.map(() => []);
    data.links.forEach((link) => {
      this.from[link[1]].push([link[0], link[2], link[3]]);
      this.into[link[0]].push([link[1], link[2], link[3]]);
    });
    this.open = new Map();
    data.verdicts.forEach((row) => {
      if (row[0] === "gap") { row[6].forEach((lot) => this.open.set(lot, (this.open.get(lot) || 0) + 1)); }
    });
    this.canvas = document.getElementById("canvas");
    this.back = document.getElementById("walk-back");
    this.bind();
  }

  bind() {
    const search = document.getElementById("walk-search");
    const names = new Map();
    this.data.lots.forEach((lot, place) => { if (!names.has(lot[0])) { names.set(lot[0], place); } });
    search.addEventListener("input", () => {
      const text = search.value.trim().toLowerCase();
      const found = [];
      for (const name of names.keys()) {
        if (found.length < 40 && name.toLowerCase().includes(text)) { found.push(name); }
      }
      const list = document.getElementById("walk-found");
      list.replaceChildren(...found.map((name) => { const option = make("option"); option.value = name; return option; }));
      if (names.has(search.value.trim())) { this.go(names.get(search.value.trim())); }
    });
    document.getElementById("walk-form").addEventListener("submit", (event) => event.preventDefault());
    this.back.addEventListener("click", () => { this.focus = null; this.go(this.past.pop()); });
    document.getElementById("zoom-in").addEventListener("click", () => this.zoom(0.8));
    document.getElementById("zoom-out").addEventListener("click", () => this.zoom(1.25));
    document.getElementById("zoom-fit").addEventListener("click", () => this.fit());
  }

  go(lot) {
    if (lot === this.focus || lot === undefined) { return; }
    if (this.focus !== null) { this.past.push(this.focus); }
    this.focus = lot;
    this.back.disabled = !this.past.length;
    this.draw();
    this.side("walk-from", this.from[lot]);
    this.side("walk-into", this.into[lot]);
    const gaps = this.open.get(lot) || 0;
    this.told(lot, gaps);
  }

  side(id, links) {
    const list = document.getElementById(id);
    list.replaceChildren(...links.slice(0, 200).map(([lot, amount, kind]) => {
      const item = make("li");
      const button = make("button", "linklike name", this.data.lots[lot][0]);
      button.type = "button";
      button.addEventListener("click", () => this.go(lot));
      item.append(button, " ", make("span", "muted", [this.data.lots[lot][1], amount, kind].filter(Boolean).join(" · ")));
      return item;
    }));
    if (links.length > 200) { list.append(make("li", "muted", (links.length - 200) + " more in ../evidence/lot_links.csv")); }
    if (!links.length) { list.append(make("li", "muted", "No link recorded.")); }
  }

  layers() {
    const layers = new Map([[0, [this.focus]]]);
    const seen = new Set([this.focus]);
    [[-1, this.from], [1, this.into]].forEach(([step, links]) => {
      let before = [this.focus];
      for (let depth = 1; depth <= this.depth; depth += 1) {
        const next = [];
        before.forEach((lot) => links[lot].forEach(([other]) => {
          if (!seen.has(other)) { seen.add(other); next.push(other); }
        }));
        if (next.length) { layers.set(step * depth, next); }
        before = next;
      }
    });
    return layers;
  }

  draw() {
    const layers = this.layers();
    const lowest = Math.min(...layers.keys());
    const places = new Map();
    const boxes = [];
    let tallest = 1;
    layers.forEach((lots) => { tallest = Math.max(tallest, Math.min(lots.length, this.most + 1)); });
    layers.forEach((lots, layer) => {
      const shown = lots.length > this.most + 1 ? lots.slice(0, this.most) : lots;
      const count = shown.length + (shown.length < lots.length ? 1 : 0);
      const top = (tallest - count) * (this.height + 12) / 2;
      shown.forEach((lot, row) => {
        const box = { lot, x: (layer - lowest) * (this.width + 90), y: top + row * (this.height + 12) };
        places.set(lot, box);
        boxes.push(box);
      });
      if (shown.length < lots.length) {
        const box = { more: lots.length - shown.length, x: (layer - lowest) * (this.width + 90), y: top + shown.length * (this.height + 12) };
        lots.slice(shown.length).forEach((lot) => places.set(lot, box));
        boxes.push(box);
      }
    });
    this.whole = [-12, -12, layers.size * (this.width + 90) - 66, tallest * (this.height + 12) + 12];
    const picture = shape("svg", { role: "group", "aria-label": "Lots around " + this.data.lots[this.focus][0] });
    this.arrows(picture, places);
    boxes.forEach((box) => picture.append(box.more ? this.fold(box) : this.box(box)));
    this.canvas.replaceChildren(picture);
    this.picture = picture;
    this.drag(picture);
    this.fit();
  }

  arrows(picture, places) {
    const drawn = new Set();
    places.forEach((end, lot) => this.from[lot].forEach(([parent]) => {
      const start = places.get(parent);
      if (!start || start === end) { return; }
      const path = `M${start.x + this.width} ${start.y + this.height / 2} C${start.x + this.width + 45} ${start.y + this.height / 2} ${end.x - 45} ${end.y + this.height / 2} ${end.x} ${end.y + this.height / 2}`;
      if (!drawn.has(path)) { drawn.add(path); picture.append(shape("path", { d: path, class: "s-arrow", fill: "none" })); }
    }));
  }

  box(box) {
    const [name, material] = this.data.lots[box.lot];
    const gaps = this.open.get(box.lot) || 0;
    const isFocus = box.lot === this.focus;
    const node = shape("g", { transform: `translate(${box.x} ${box.y})`, tabindex: "0", role: "button", class: "walkbox" });
    node.setAttribute("aria-label", `${name}, ${material}${gaps ? ", gaps: " + gaps : ""}${isFocus ? ", shown now" : ""}`);
    node.append(shape("rect", { width: this.width, height: this.height, rx: 5, class: gaps ? "s-gap" : (isFocus ? "s-behind s-focus" : "s-box") }));
    if (isFocus) { node.append(shape("rect", { x: 0, y: 0, width: 4, height: this.height, rx: 2, class: "s-bar" })); }
    node.append(shape("text", { x: 12, y: 19, class: "s-ink s-name" }, this.cut(name, 22)));
    node.append(shape("text", { x: 12, y: 36, class: "s-muted" }, this.cut(material || "material not known", 27)));
    if (gaps) { node.append(shape("text", { x: this.width - 10, y: 19, "text-anchor": "end", class: "s-sign s-name" }, "▲ " + gaps)); }
    const go = () => this.go(box.lot);
    node.addEventListener("click", () => { if (!this.moved) { go(); } });
    node.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); go(); } });
    node.append(shape("title", {}, `${name} · ${material}`));
    return node;
  }

  fold(box) {
    const node = shape("g", { transform: `translate(${box.x} ${box.y})` });
    node.append(shape("rect", { width: this.width, height: this.height, rx: 5, class: "s-behind", "stroke-dasharray": "3 3" }));
    node.append(shape("text", { x: 12, y: 28, class: "s-muted" }, box.more + " more lots"));
    return node;
  }

  cut(text, most) { return text.length > most ? text.slice(0, most - 1) + "…" : text; }

  fit() { this.look(this.whole.slice()); }

  look(view) { this.view = view; this.picture.setAttribute("viewBox", view.join(" ")); }

  zoom(by) {
    const [x, y, width, height] = this.view;
    this.look([x + width * (1 - by) / 2, y + height * (1 - by) / 2, width * by, height * by]);
  }

  drag(picture) {
    let start = null;
    picture.addEventListener("pointerdown", (event) => { start = [event.clientX, event.clientY, ...this.view]; this.moved = false; });
    picture.addEventListener("pointermove", (event) => {
      if (!start || !event.buttons) { return; }
      const scale = start[4] / picture.clientWidth;
      const [dx, dy] = [event.clientX - start[0], event.clientY - start[1]];
      if (Math.abs(dx) + Math.abs(dy) > 4) { this.moved = true; }
      if (this.moved) { this.look([start[2] - dx * scale, start[3] - dy * scale, start[4], start[5]]); }
    });
    picture.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) { return; }
      event.preventDefault();
      this.zoom(event.deltaY < 0 ? 0.9 : 1.1);
    }, { passive: false });
  }
}
