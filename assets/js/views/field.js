// A field as a picture: one array or two, levels or colours, a stack as tiles; painted on with pointer, touch or keys;
// the same field as a relief in 3D on request. Row 0 lies on top; touches arrive in cells, y upwards.

import { View, mount } from "../mount.js";
import { element, owners, put, short } from "../parts/dom.js";
import { GAP, GLField, SHOW } from "../parts/glfield.js";
import { Kin } from "../parts/kin.js";
import { levels } from "../parts/layers.js";
import { Look } from "../parts/looks.js";
import { Palette, gradient, rgb } from "../parts/palette.js";
import { Pointer } from "../parts/pointer.js";

export default (component) => mount(component, (root, data, live) => new Field(root, data, live));

class Field extends View {
  constructor(root, data, live) {
    super(root, data, live);
    this.seen = new Look(live, data.key);
    this.show = data.compare ? SHOW.beside : SHOW.first;
    this.tool = 0;
    this.radius = this.keptRadius() ?? data.radius?.value ?? 0;
    root.classList.add("mg-field");
    const touched = data.brushes.length || data.touch;
    this.canvas = element("canvas", { class: "mg-canvas", role: touched ? "application" : "img", "data-testid": "field",
      "aria-label": data.alt });
    root.style.setProperty("--mg-aspect", data.aspect);
    this.box = element("div", { class: "mg-box" }, this.canvas);
    if (data.height) root.style.setProperty("--mg-picture-height", `${data.height}rem`);
    if (touched)
      this.pointer = new Pointer(this.canvas, live, {
        place: (u, v) => this.place(u, v),
        act: (to, from) => this.touch(to, from),
        brush: data.brushes.length ? () => this.brushWidth() : null,
        tap: Boolean(data.touch?.tap),
        aim: data.kin ? (here) => (here ? this.aim(here) : this.kin.tell([])) : null,
      });
    if (data.kin) this.follow(data.kin);
    this.rows = element("div", { class: "mg-rows", hidden: !data.rows });
    this.columns = element("div", { class: "mg-columns", hidden: !data.columns });
    root.append(element("div", { class: "mg-frame" }, this.rows, this.box, this.columns), this.scale(), (this.tools = this.toolbar()));
    this.resizer = new ResizeObserver(([entry]) => {
      this.size = entry.contentRect;
      this.redraw();
    });
    this.resizer.observe(this.box);
    this.start();
    if (this.reliefButton && this.seen.flag("relief", false)) this.toggleRelief(this.reliefButton);
    this.canvas.addEventListener("webglcontextlost", (event) => event.preventDefault());
    this.canvas.addEventListener("webglcontextrestored", () => { this.start(); this.redraw(); });
  }

  /** How broad the brush is, if a link says so and it can be. */
  keptRadius() {
    const { radius } = this.data;
    const [kept] = (radius && this.seen.numbers("radius", 1, radius.max)) ?? [];
    return kept >= radius?.min ? kept : undefined;
  }

  start() {
    this.field = new GLField(this.canvas, this.data);
    if (this.field.gl) this.look();
    else this.box.replaceChildren(element("p", { class: "mg-note" }, "This browser has no WebGL 2, which the picture needs."));
  }

  update(data) {
    this.data = data;
    this.look();
    this.redraw();
  }

  /** The page's colours, and the map that is chosen. */
  look() {
    if (!this.field.gl) return;
    this.palette = new Palette(this.root, this.data.dark);
    this.ground = rgb(this.palette.look.background);
    this.colors = this.data.maps[this.mapName] ?? Object.values(this.data.maps)[0];
    this.field.setMap(this.colors);
    this.bar.style.background = gradient(this.colors);
    this.relief?.paint(this.colors);
  }

  link() {
    this.pointer?.link();
  }

  close() {
    this.resizer.disconnect();
    this.relief?.close();
    this.kin?.close();
    this.field.close();
  }

  // ---- drawing -----------------------------------------------------------------------------------------

  frame(frame) {
    this.last = frame;
    // slow motion may put a spotlight on the part of the step under way
    const part = frame.arrays[this.data.spotlight];
    const found = part ? [part] : this.data.channels.map((name) => frame.arrays[name] ?? this.live.scene?.arrays[name]);
    if (!this.field.gl || !found[0]) return false;
    this.arrays = found.filter(Boolean).map((array) => this.read(array));
    if (this.relief) this.relief.draw({ shape: found[this.chosen()].shape, data: this.arrays[this.chosen()].data });
    else this.paint();
    this.legend(found);
    this.label(this.rows, this.data.rows);
    this.label(this.columns, this.data.columns);
    return true;
  }

  /** (H, W) levels, (H, W, 3) colours, or (n, h, w) levels of a stack. */
  read(array) {
    const { shape } = array;
    const coloured = shape.length === 3 && shape[2] === 3 && !this.data.stack;
    const [count, height, width] = shape.length === 3 && !coloured ? shape : [1, ...shape];
    const columns = Math.min(count, this.data.stack || count);
    return { data: coloured ? array.data : levels(array), width, height, count, columns, coloured };
  }

  /** Which of the arrays is shown where only one can be. */
  chosen() {
    return this.show === SHOW.second && this.arrays.length > 1 ? 1 : 0;
  }

  paint() {
    const [wide, tall] = this.resolution();
    const resized = wide && (this.canvas.width !== wide || this.canvas.height !== tall);
    if (resized) Object.assign(this.canvas, { width: wide, height: tall });
    else if (this.painted && alike(this.painted, this.arrays)) return; // it stands there already
    this.painted = this.arrays;
    this.field.draw(this.arrays, this.arrays.length > 1 ? this.show : SHOW.first, this.ground);
  }

  /** Cells across and down the whole picture. */
  cells() {
    const { width, height, count, columns } = this.arrays[0];
    const beside = this.show === SHOW.beside && this.arrays.length > 1 ? 2 : 1;
    return [width * columns * beside, height * Math.ceil(count / columns)];
  }

  /** One pixel per screen pixel on a graphics card; where the processor draws, no more than the field has cells. */
  resolution() {
    const ratio = Math.min(devicePixelRatio, 2);
    const screen = [this.size?.width ?? 0, this.size?.height ?? 0].map((length) => Math.round(length * ratio));
    if (!this.field.slow) return screen;
    return screen.map((length, axis) => Math.min(length, Math.max(256, this.cells()[axis])));
  }

  redraw() {
    this.painted = null;
    if (this.last) this.frame(this.last);
  }

  // ---- legend and tools ------------------------------------------------------------------------------------

  scale() {
    this.bar = element("span", { class: "mg-bar", "aria-hidden": "true" });
    this.what = element("span", { class: "mg-what" });
    this.low = element("span");
    this.high = element("span");
    const row = element("div", { class: "mg-scale" }, this.what, this.low, this.bar, this.high);
    if (this.data.relief)
      row.append((this.reliefButton = element("button", { type: "button", "aria-pressed": "false", "data-tool": "relief",
        title: "Show the field as a landscape", onclick: (event) => this.toggleRelief(event.currentTarget) }, "3D")));
    return row;
  }

  legend(found) {
    const mixed = this.show === SHOW.mixed && found.length > 1;
    const [low, high] = found[this.chosen()].range ?? [0, 1];
    const beside = this.show === SHOW.beside && found.length > 1;
    const name = this.last.arrays[this.data.spotlight] ? "being added" : beside ? [...new Set(this.data.labels.slice(0, 2))].join(" | ") : this.data.labels[this.chosen()];
    put(this.what, mixed ? `${this.data.labels.slice(0, 2).join(" orange, ")} blue` : name);
    put(this.low, mixed ? "low" : short(low));
    put(this.high, mixed ? "high" : short(high));
    this.bar.style.visibility = mixed ? "hidden" : "visible";
    for (const each of [this.low, this.bar, this.high, this.tools]) each.hidden = this.arrays[0].coloured;
  }

  /** Names of rows or columns, from a word of the frame or scene. */
  label(box, name) {
    if (!name) return;
    const text = this.last.words[name] ?? this.live.scene?.words[name] ?? "";
    if (box.dataset.text === text) return;
    box.dataset.text = text;
    box.replaceChildren(...text.split(",").map((each) => element("span", {}, each)));
  }

  toolbar() {
    const bar = element("div", { class: "mg-tools", role: "toolbar", "aria-label": "Picture and brush" });
    if (this.data.brushes.length) {
      bar.append(owners(this.seen.choice("brush", "Brush", this.data.brushes.map((brush) => brush.label), (index) => (this.tool = index))));
      const size = element("input", { type: "range", ...this.data.radius, value: this.radius, "aria-label": "Brush radius in cells", "data-tool": "radius",
        oninput: () => this.seen.keep("radius", String(this.radius = Number(size.value)), String(this.data.radius.value)) });
      bar.append(owners(element("label", {}, "Size", size)));
    }
    if (this.data.labels.length > 1 && !this.data.compare)
      bar.append(this.seen.choice("show", "Show", [...this.data.labels, "both"], (index) => { this.show = index; this.redraw(); }));
    const maps = Object.keys(this.data.maps);
    if (maps.length > 1) bar.append(this.seen.choice("colours", "Colours", maps, (_, value) => { this.mapName = value; if (this.field) this.look(); this.redraw(); }));
    return bar;
  }

  async toggleRelief(button) {
    const on = !this.relief && !this.loading;
    button.setAttribute("aria-pressed", String(on));
    this.seen.keep("relief", on ? "on" : "off", "off");
    if (!on) {
      this.relief?.close();
      this.relief = null;
      this.canvas.hidden = false;
      this.redraw();
      return;
    }
    this.loading = true;
    try {
      const { Relief } = await import("../parts/relief.js");
      if (!this.root.isConnected) return;
      this.relief = new Relief(this.box, this.colors, this.data.alt);
      this.relief.space.remember(this.seen);
      this.canvas.hidden = true;
    } catch (error) {
      console.error(error);
      button.setAttribute("aria-pressed", "false");
    } finally {
      this.loading = false;
    }
    this.redraw();
  }

  // ---- what rows and columns stand for -----------------------------------------------------------------------

  /** Bars over the row and the column of what is pointed at, here or in another view. */
  follow(name) {
    this.bars = ["mg-kin-row", "mg-kin-column"].map((kind) => this.box.appendChild(element("div", { class: kind, hidden: true })));
    this.kin = new Kin(this.live.run, name, () => this.mark());
    this.canvas.addEventListener("pointerleave", () => this.kin.tell([]));
    this.canvas.addEventListener("pointermove", (event) => {
      const box = this.canvas.getBoundingClientRect();
      this.aim({ u: (event.clientX - box.left) / box.width, v: 1 - (event.clientY - box.top) / box.height });
    });
  }

  /** Tell the other views which row and column the pointer, or the keys, are at. */
  aim({ u, v }) {
    if (!this.arrays) return;
    const { height } = this.arrays[0];
    const of = (share) => this.lines().indexOf(Math.min(Math.max(Math.floor(share * height), 0), height - 1));
    this.kin.tell([...new Set([of(1 - v), of(u)])].filter((thing) => thing >= 0));
  }

  /** The row, and column, of each thing. */
  lines() {
    return [...(this.last?.arrays[this.data.lines] ?? this.live.scene?.arrays[this.data.lines])?.data ?? []];
  }

  /** One thing has its row and its column; of two the first has a row, the second a column. */
  mark() {
    const { height } = this.arrays?.[0] ?? { height: 1 };
    const [from, to = from] = this.kin.rows.map((thing) => this.lines()[thing]);
    this.root.dataset.kin = this.kin.rows.join(" ");
    [from, to].forEach((line, axis) => {
      const [start, length] = axis ? ["left", "width"] : ["top", "height"];
      this.bars[axis].hidden = line === undefined;
      Object.assign(this.bars[axis].style, { [start]: `${(100 * line) / height}%`, [length]: `${100 / height}%` });
    });
  }

  // ---- touching ------------------------------------------------------------------------------------------

  /** The diameter of the brush in pixels. */
  brushWidth() {
    return this.arrays ? (2 * this.radius * this.canvas.clientWidth) / this.cells()[0] : 0;
  }

  /** Cells of the array, from its lower left corner; of a stack those of one tile, and which. */
  place(u, v) {
    const { width, height, count, columns } = this.arrays[0];
    if (this.show === SHOW.beside && this.arrays.length > 1) {
      const wide = 0.5 - GAP / 4; // of one side
      return { x: Math.min(Math.max(u < 0.5 ? u / wide : (u - 1) / wide + 1, 0), 1) * width, y: v * height, side: u < 0.5 ? 0 : 1 };
    }
    if (count === 1) return { x: u * width, y: v * height };
    const rows = Math.ceil(count / columns);
    const [column, row] = [Math.min(Math.floor(u * columns), columns - 1), Math.min(Math.floor((1 - v) * rows), rows - 1)];
    const [across, down] = [u * columns - column, (1 - v) * rows - row];
    return { x: within(across, GAP) * width, y: (1 - within(down, GAP)) * height, index: Math.min(row * columns + column, count - 1) };
  }

  touch(to, from) {
    if (!this.arrays) return;
    const brush = this.data.brushes[this.tool];
    const event = { ...(brush ? { ...brush.event, radius: this.radius } : this.data.touch.event), ...to };
    if (brush || this.data.touch.drag) Object.assign(event, { x0: from.x, y0: from.y });
    this.live.send({ do: "poke", event });
  }
}

/** Whether two lists of arrays look the same, value by value. */
function alike(before, now) {
  const measures = ["width", "height", "count", "columns", "coloured"];
  return before.length === now.length && before.every(({ data, ...was }, index) =>
    measures.every((name) => was[name] === now[index][name]) && data.every((value, at) => value === now[index].data[at]));
}

/** A place in a tile, 0 … 1, whose margins are not part of it. */
function within(place, gap) {
  return Math.min(Math.max((place - gap / 2) / (1 - gap), 0), 1);
}
