// A plane on a canvas: layers fed from the stream over each other, switches for them, and a hand that touches or paints.

import { View, mount } from "../mount.js";
import { element, owners, put, short } from "../parts/dom.js";
import { Kin } from "../parts/kin.js";
import { rampOf } from "../parts/layers.js";
import { Look } from "../parts/looks.js";
import { Overlays } from "../parts/overlays.js";
import { Palette, gradient } from "../parts/palette.js";
import { onPointed, point, points } from "../parts/pointed.js";
import { Pointer } from "../parts/pointer.js";
import { boundsOf, paint, sharpen, sheetOf, sourceOf } from "../parts/sheet.js";
import { numbers } from "../socket.js";

const NEAR = 16; // pixels within which a point is meant
const FAINT = 0.12; // how strong the others are while one is pointed at

export default (component) => mount(component, (root, data, live) => new Plane(root, data, live));

class Plane extends View {
  constructor(root, data, live) {
    super(root, data, live);
    root.classList.add("mg-plane");
    this.tool = 0;
    this.seen = new Look(live, data.key);
    this.usual = new Set(data.layers.filter((layer) => layer.toggle && !layer.shown).map((layer) => layer.toggle)); // hidden
    this.hidden = new Set(data.layers.map((layer) => layer.toggle).filter((toggle) => toggle && !this.seen.flag(toggle, !this.usual.has(toggle))));
    this.canvas = element("canvas", { class: "mg-canvas", "data-testid": "plane",
      role: data.touch || data.brushes.length ? "application" : "img", "aria-label": data.alt });
    this.box = element("div", { class: "mg-box", style: `--mg-aspect: ${data.aspect}` }, this.canvas);
    if (data.touch || data.brushes.length)
      this.pointer = new Pointer(this.canvas, live, {
        place: (u, v) => this.place(u, v),
        act: (to, from) => this.touch(to, from),
        brush: data.brushes.length ? () => this.brushWidth() : null,
        tap: Boolean(data.touch?.tap),
        aim: (here) => (here ? this.aim(here) : this.lose()),
      });
    this.canvas.addEventListener("pointermove", (event) => this.hover(event));
    this.canvas.addEventListener("pointerleave", () => this.lose());
    if (data.height) root.style.setProperty("--mg-picture-height", `${data.height}rem`);
    root.append(this.box, this.legend(), this.toolbar(), this.hint());
    this.tip = this.box.appendChild(element("div", { class: "mg-tip", role: "status", hidden: true }));
    this.begin();
    this.gone = null;
    this.spot = ""; // the switch whose layers are pointed at elsewhere
    this.unhear = onPointed(live.run, ({ name, where }) => where !== "picture" && this.bringOut(name));
    this.kin = data.kin ? new Kin(live.run, data.kin, () => this.last && this.draw()) : null;
    this.resizer = new ResizeObserver(() => this.redraw());
    this.resizer.observe(this.box);
  }

  /** The page has been drawn again, perhaps in other colours. */
  update(data) {
    this.data = data;
    this.begin();
    this.redraw();
  }

  /** What to do, for who may; on a telephone, which has none, without the keys. */
  hint() {
    const [first, ...keys] = this.data.hint.split(";");
    return owners(element("p", { class: "mg-hint", hidden: !first }, first, keys.length ? element("span", { class: "mg-keys" }, `;${keys.join(";")}`) : null));
  }

  begin() {
    this.palette = new Palette(this.root, this.data.dark);
    this.overlays = new Overlays(this.canvas, (canvas) => this.sheet(canvas, sharpen(this.canvas)),
      (layer, sheet) => paint(layer, sheet, this.spot && layer.toggle !== this.spot ? FAINT : 1));
    this.data.layers.forEach((layer, number) => Object.assign(layer, { number, ramp: null }));
    const surface = this.data.layers.find((layer) => layer.kind === "surface");
    if (surface) {
      const colors = rampOf(surface, this.palette);
      this.bar.style.background = gradient([0, 127, 255].map((level) => [...colors.slice(4 * level, 4 * level + 3)]));
    }
    for (const [mark, color] of this.marks ?? []) mark.style.background = this.palette.color(color);
  }

  link() {
    this.pointer?.link();
  }

  close() {
    this.unhear();
    this.kin?.close();
    cancelAnimationFrame(this.travelling);
    this.resizer.disconnect();
  }

  /** Let the layers of a switch stand out among the others. */
  bringOut(name) {
    this.spot = this.data.layers.some((layer) => layer.toggle && layer.toggle === name) ? name : "";
    this.root.dataset.spot = this.spot;
    this.redraw();
  }

  scene() {
    this.overlays.forget();
  }

  /** Travellers stand still where the run does. */
  state() {
    if (this.gone) this.draw();
  }

  sight(inSight) {
    this.away = !inSight;
    if (this.gone) this.draw();
  }

  frame(frame) {
    this.last = frame;
    return this.draw();
  }

  redraw() {
    this.overlays.forget();
    if (this.last) this.draw();
  }

  // ---- reading ---------------------------------------------------------------------------------------------

  array(name) {
    return this.source.array(name);
  }

  word(name) {
    return this.source.word(name);
  }

  get source() {
    return sourceOf(this.last, this.live.scene);
  }

  /** [left, right, bottom, top] in data units. */
  bounds() {
    return boundsOf(this.data.bounds, this.source);
  }

  place(u, v) {
    const [left, right, bottom, top] = this.bounds();
    return { x: left + u * (right - left), y: bottom + v * (top - bottom) };
  }

  // ---- drawing ---------------------------------------------------------------------------------------------

  draw() {
    const size = sharpen(this.canvas);
    if (!size.wide || !this.live.scene) return false;
    if (size.resized) this.overlays.forget();
    const sheet = this.sheet(this.canvas, size);
    sheet.pen.clearRect(0, 0, size.wide, size.tall);
    const layers = this.data.layers.filter((layer) => this.visible(layer) && layer.alpha !== 0);
    sheet.share = this.travel(layers.find((layer) => layer.kind === "travellers"));
    this.overlays.draw(layers, sheet, this.last);
    this.root.dataset.kin = this.kin?.ring(sheet, this.data.layers.find((layer) => layer.names)) ?? "";
    this.describeSurface();
    return true;
  }

  /** How much of their way travellers have made; while the run plays the picture is drawn again as they go on. */
  travel(layer) {
    cancelAnimationFrame(this.travelling);
    if (!layer) this.gone = null; // seconds that they have been on their way
    if (!layer || matchMedia("(prefers-reduced-motion: reduce)").matches) return 0.5;
    const now = performance.now() / 1000;
    this.gone = this.gone === null ? 0 : this.gone + (this.moving ? now - this.drawn : 0);
    this.drawn = now;
    this.moving = this.live.state?.status === "running" && !this.away;
    if (this.moving) this.travelling = requestAnimationFrame(() => this.last && this.draw());
    const part = (this.gone / layer.seconds) % 1;
    return part * part * (3 - 2 * part); // setting out and arriving gently
  }

  sheet(canvas, size) {
    return sheetOf(canvas, size, this.bounds(), this.palette, this.source);
  }

  /** Whether a layer is switched on, or pointed at, there is what it needs, and it belongs to the phase at hand. */
  visible(layer) {
    if (layer.needs.some((name) => !this.array(name))) return false;
    if (layer.toggle && layer.toggle === this.spot) return true;
    if (this.hidden.has(layer.toggle)) return false;
    return !layer.phases || layer.phases.includes(this.word(this.data.phase));
  }

  // ---- legend and switches -----------------------------------------------------------------------------------

  legend() {
    this.bar = element("span", { class: "mg-bar", "aria-hidden": "true" });
    this.what = element("span", { class: "mg-what" });
    this.low = element("span");
    this.high = element("span");
    this.surface = this.data.layers.find((layer) => layer.kind === "surface" && layer.label);
    return (this.scale = element("div", { class: "mg-scale", hidden: !this.surface }, this.what, this.low, this.bar, this.high));
  }

  describeSurface() {
    if (!this.surface) return;
    const array = this.array(this.surface.array);
    this.scale.style.visibility = array ? "visible" : "hidden";
    const [low, high] = array?.range ?? [0, 1];
    put(this.what, this.word(this.surface.label));
    put(this.low, short(low));
    put(this.high, short(high));
  }

  toolbar() {
    const bar = element("div", { class: "mg-tools", role: "toolbar", "aria-label": "What the picture shows" });
    this.marks = [];
    for (const toggle of new Set(this.data.layers.map((layer) => layer.toggle).filter(Boolean))) {
      const box = element("input", { type: "checkbox", "data-layer": toggle, onchange: () => {
        this.hidden[box.checked ? "delete" : "add"](toggle);
        this.seen.keep(toggle, box.checked ? "on" : "off", this.usual.has(toggle) ? "off" : "on");
        this.redraw();
      } });
      box.checked = !this.hidden.has(toggle);
      const color = this.data.layers.find((layer) => layer.toggle === toggle).color;
      const mark = color ? element("i", { class: "mg-mark" }) : null;
      if (mark) this.marks.push([mark, color]);
      const label = element("label", {}, box, mark, toggle);
      points(label, this.live.run, toggle, "switch");
      bar.append(label);
    }
    if (this.data.brushes.length)
      bar.append(owners(this.seen.choice("brush", "Brush", this.data.brushes.map((brush) => brush.label), (index) => (this.tool = index))));
    for (const { label, event } of this.data.buttons)
      bar.append(owners(element("button", { type: "button", "data-tool": label.toLowerCase(), onclick: () => this.live.send({ do: "poke", event }) }, label)));
    bar.hidden = !bar.children.length;
    return bar;
  }

  // ---- touching ------------------------------------------------------------------------------------------

  /** The diameter of the brush in pixels. */
  brushWidth() {
    if (!this.last) return 0;
    const [left, right] = this.bounds();
    return (2 * this.data.brushes[this.tool].radius * this.canvas.clientWidth) / (right - left);
  }

  touch(to, from) {
    const brush = this.data.brushes[this.tool];
    const event = { ...(brush ? { ...brush.event, radius: brush.radius } : this.data.touch.event), ...to };
    if (brush || this.data.touch.drag) Object.assign(event, { x0: from.x, y0: from.y });
    if (this.data.touch?.pick) {
      const picked = this.nearest(this.data.touch.pick, from);
      if (picked === null) return;
      event.index = picked;
    }
    this.live.send({ do: "poke", event });
  }

  layer(name) {
    return this.data.layers.find((layer) => layer.kind === "points" && layer.at === name);
  }

  /** The row of the layer's points that is nearest to a place, if one is near; of those a mask hides, none. */
  nearest(name, { x, y }) {
    const array = this.array(name);
    if (!array) return null;
    const [left, right, bottom, top] = this.bounds();
    const [across, up] = [this.canvas.clientWidth / (right - left), this.canvas.clientHeight / (top - bottom)];
    const mask = this.layer(name)?.mask && this.array(this.layer(name).mask)?.data;
    const data = numbers(array);
    let [best, found] = [NEAR, null];
    for (let row = 0; row < array.shape[0]; row += 1) {
      const place = array.shape[1] * row;
      const away = Math.hypot((data[place] - x) * across, (data[place + 1] - y) * up);
      if (away < best && (!mask || mask[row])) [best, found] = [away, row];
    }
    return found;
  }

  hover(event) {
    const box = this.canvas.getBoundingClientRect();
    this.aim({ u: (event.clientX - box.left) / box.width, v: 1 - (event.clientY - box.top) / box.height });
  }

  /** Nothing is pointed at here any more. */
  lose() {
    this.say("");
    this.kin?.tell([]);
    if (this.under) point(this.live.run, (this.under = ""), "picture");
  }

  /** Tell the other views what the pointer, or the keys, are at, and say what it is, where the layer has names for its points. */
  aim(here) {
    if (!this.last) return;
    this.touched(this.place(here.u, here.v));
    const layer = this.data.layers.find((each) => each.names);
    if (!layer) return;
    const row = this.nearest(layer.at, this.place(here.u, here.v));
    this.say(row === null ? "" : (this.word(layer.names).split(",")[row] ?? ""), here);
    this.root.dataset.hovered = row ?? "";
    this.kin?.tell(row === null ? [] : [row]);
  }

  touched(place) {
    const near = this.data.layers.find((layer) => layer.kind === "points" && layer.toggle && this.visible(layer) && this.nearest(layer.at, place) !== null);
    const name = near?.toggle ?? "";
    if (name !== this.under) point(this.live.run, (this.under = name), "picture");
  }

  say(text, { u, v } = { u: 0, v: 0 }) {
    put(this.tip, text);
    this.tip.hidden = !text;
    Object.assign(this.tip.style, { left: `${100 * u}%`, top: `${100 * (1 - v)}%` });
  }
}
