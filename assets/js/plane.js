// Samples in the plane on what D says of it: real and generated points, the gradients that reach the latter, the warped
// latent plane, and a brush. One-dimensional data are handed to line.js.

import { Brush } from "./brush.js";
import { drawLine } from "./line.js";
import { element, mount, short, theme } from "./live.js";
import { drawArrows, drawDots, drawManifold, drawNote } from "./strokes.js";

const LAYERS = [
  ["surface", "background"],
  ["real", "real"],
  ["fakes", "generated"],
  ["arrows", "gradients"],
  ["manifold", "latent grid"],
];

export default (component) => mount(component, (root, data, live) => new Plane(root, data, live));

class Plane {
  constructor(root, data, live) {
    Object.assign(this, { root, data, live });
    root.classList.add("mg-plane");
    this.shown = { surface: true, real: true, fakes: true, arrows: true, manifold: false };
    this.tool = 0;
    this.canvas = element("canvas", { class: "mg-canvas", tabindex: "0", role: "img", "aria-label": data.alt, "data-testid": "plane" });
    this.box = element("div", { class: "mg-box" }, this.canvas);
    if (data.tools.length) {
      this.brush = new Brush(this.canvas, live, { width: () => this.brushWidth(), dab: (_, here) => this.dab(here) });
    }
    root.append(this.box, this.legend(), this.toolbar());
    this.patch = document.createElement("canvas"); // the surface, one pixel a cell
    this.dots = document.createElement("canvas"); // the real samples, which seldom change
    this.look();
    this.resizer = new ResizeObserver(() => this.redraw(true));
    this.resizer.observe(this.box);
  }

  update(data) {
    this.data = data;
    this.look();
    this.redraw(true);
  }

  link() {
    this.brush?.link();
  }

  close() {
    this.resizer.disconnect();
  }

  scene(scene) {
    this.sceneNow = scene;
    this.redraw(true);
  }

  frame(frame) {
    this.last = frame;
    return this.draw();
  }

  redraw(everything) {
    if (everything) this.stale = true;
    if (this.last) this.draw();
  }

  // ---- colours -------------------------------------------------------------------------------------------

  /** The page's own colours, and the ramp from generated over neutral to real. */
  look() {
    this.page = theme(this.root);
    this.colors = { ...this.data.colors, text: this.page.text, background: this.page.background };
    const [low, middle, high] = [this.data.colors.generated, this.page.background, this.data.colors.real].map(rgb);
    const dark = middle[0] + middle[1] + middle[2] < 384;
    if (dark) this.colors.real = `rgb(${high.map((channel) => Math.round(channel + 0.45 * (255 - channel)))})`;
    this.ramp = new Uint8ClampedArray(256 * 4);
    for (let level = 0; level < 256; level += 1) {
      const side = level < 128 ? low : high;
      const weight = (dark ? 0.42 : 0.5) * Math.abs(level - 127.5) / 127.5;
      for (let channel = 0; channel < 3; channel += 1)
        this.ramp[4 * level + channel] = middle[channel] + weight * (side[channel] - middle[channel]);
      this.ramp[4 * level + 3] = 255;
    }
    this.bar.style.background = `linear-gradient(to right, ${[0, 127, 255].map((level) => `rgb(${this.ramp.slice(4 * level, 4 * level + 3)})`)})`;
    this.stale = true;
  }

  legend() {
    this.bar = element("span", { class: "mg-bar", "aria-hidden": "true" });
    [this.what, this.low, this.high] = [element("span", { class: "mg-what" }), element("span"), element("span")];
    this.scale = element("div", { class: "mg-scale" }, this.what, this.low, this.bar, this.high);
    return this.scale;
  }

  say(frame) {
    const range = frame.arrays.surface?.range ?? [0, 1];
    const texts = [frame.words.surface ?? "", short(range[0]), short(range[1])];
    if (this.said === texts.join()) return;
    this.said = texts.join();
    [this.what.textContent, this.low.textContent, this.high.textContent] = texts;
    this.scale.style.visibility = frame.arrays.surface ? "visible" : "hidden";
  }

  toolbar() {
    const bar = element("div", { class: "mg-tools", role: "toolbar", "aria-label": "What the picture shows" });
    for (const [name, label] of LAYERS) {
      if (this.data.dimension === 1 && ["surface", "manifold"].includes(name)) continue;
      const box = element("input", { type: "checkbox", "data-layer": name, onchange: () => { this.shown[name] = box.checked; this.redraw(); } });
      box.checked = this.shown[name];
      const mark = this.data.marks[name] ? element("i", { class: "mg-mark", style: `background:${this.data.marks[name]}` }) : null;
      bar.append(element("label", {}, box, mark, label));
    }
    if (this.data.tools.length) {
      bar.append(element("label", {}, "Brush", element("select", { "data-tool": "brush", onchange: (event) => (this.tool = event.target.selectedIndex) },
        ...this.data.tools.map((tool) => element("option", {}, tool.label)))));
      bar.append(element("button", { type: "button", "data-tool": "clear", onclick: () => this.live.send({ do: "poke", event: { kind: "clear" } }) }, "Clear"));
    }
    return bar;
  }

  // ---- drawing -------------------------------------------------------------------------------------------

  draw() {
    const { frame, scene } = { frame: this.last, scene: this.sceneNow };
    if (!scene || !this.box.clientWidth) return false;
    const ratio = Math.min(devicePixelRatio, 2);
    const [wide, tall] = [this.box.clientWidth, this.box.clientHeight].map((length) => Math.round(length * ratio));
    if (this.canvas.width !== wide || this.canvas.height !== tall) {
      Object.assign(this.canvas, { width: wide, height: tall });
      this.stale = true;
    }
    this.context ??= this.canvas.getContext("2d", { alpha: false });
    const pen = { context: this.context, wide, tall, ratio, extent: scene.metrics.extent, colors: this.colors };
    pen.x = (x) => ((x / pen.extent + 1) / 2) * wide;
    pen.y = (y) => ((1 - y / pen.extent) / 2) * tall;
    this.say(frame);
    this.context.fillStyle = this.page.background;
    this.context.fillRect(0, 0, wide, tall);
    if (frame.arrays.line_D) drawLine(pen, frame, scene, this.shown);
    else this.drawPlane(pen, frame, scene);
    if (frame.words.note) drawNote(pen, frame.words.note);
    return true;
  }

  drawPlane(pen, frame, scene) {
    const { arrays, words } = frame;
    const spotlight = words.highlight;
    if (this.shown.surface && arrays.surface) this.drawSurface(pen, arrays.surface);
    if (this.shown.manifold && arrays.manifold) drawManifold(pen, arrays.manifold);
    if (this.shown.real) this.drawReal(pen, scene);
    if (this.shown.fakes && !spotlight) drawDots(pen, arrays.fakes, this.colors.generated, 2.4);
    if (this.shown.arrows && !spotlight) drawArrows(pen, arrays.fakes, arrays.arrows);
    if (!spotlight) return;
    drawDots(pen, arrays.batch_x, this.colors.real, spotlight === "sample" || spotlight === "score" ? 4.5 : 3);
    if (spotlight !== "sample") drawDots(pen, arrays.batch_Gz, this.colors.generated, spotlight === "generate" || spotlight === "score" ? 4.5 : 3);
    if (spotlight === "teach G") drawDots(pen, arrays.fakes, this.colors.generated, 2.4);
    drawArrows(pen, arrays.batch_Gz, arrays.batch_arrows);
  }

  drawSurface(pen, array) {
    const [height, width] = array.shape;
    if (this.patch.width !== width || this.patch.height !== height) Object.assign(this.patch, { width, height });
    const context = this.patch.getContext("2d");
    const image = context.createImageData(width, height);
    const levels = array.data;
    for (let cell = 0; cell < levels.length; cell += 1)
      for (let channel = 0; channel < 4; channel += 1) image.data[4 * cell + channel] = this.ramp[4 * levels[cell] + channel];
    context.putImageData(image, 0, 0);
    pen.context.imageSmoothingEnabled = true;
    pen.context.drawImage(this.patch, 0, 0, pen.wide, pen.tall);
  }

  /** Real samples change seldom: painted once, then laid over every frame. */
  drawReal(pen, scene) {
    if (this.stale) {
      Object.assign(this.dots, { width: pen.wide, height: pen.tall });
      const context = this.dots.getContext("2d");
      const own = { ...pen, context };
      const only = scene.metrics.classes > 1 ? scene.metrics.label : null;
      const labels = scene.arrays.labels.data;
      const { data } = scene.arrays.real;
      for (const [chosen, alpha] of only === null ? [[null, 0.6]] : [[false, 0.18], [true, 0.8]]) {
        context.globalAlpha = alpha;
        const kept = chosen === null ? data : data.filter((_, index) => (labels[index >> 1] === only) === chosen);
        drawDots(own, { data: kept, shape: [kept.length / 2, 2] }, this.colors.real, 1.7);
      }
      this.stale = false;
    }
    pen.context.drawImage(this.dots, 0, 0);
  }

  // ---- a hand that draws -----------------------------------------------------------------------------------

  /** The diameter of the brush in pixels. */
  brushWidth() {
    return 2 * this.data.tools[this.tool].event.radius * this.canvas.clientWidth;
  }

  dab(here) {
    this.live.send({ do: "poke", event: { ...this.data.tools[this.tool].event, ...here } });
  }
}

function rgb(color) {
  const context = (rgb.context ??= document.createElement("canvas").getContext("2d", { willReadFrequently: true }));
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
}
