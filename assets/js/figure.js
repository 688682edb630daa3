// A Plotly figure authored in Python, its traces fed from the stream and updated in place: zoom survives.
// A binding is {from: "frame" | "scene" | "history", name, to}; a name "metric:x" or "word:x" takes a single value, "words:x" a comma-separated list,
// and `to` is a path in the figure such as "data.0.y" or "layout.title.text".

import { count, element, mount, numbers, theme, touchable } from "./live.js";

let Plotly; // four megabytes of script, fetched when the first frame is out of its way
const fetchPlotly = async (live) => {
  await live.firstFrame;
  Plotly ??= (await import("../plotly.js")).default;
};

// stand-ins for the page's own colours, as in ui/theme.py
const TEXT = "#010203";
const BACKGROUND = "#fdfeff";

export default (component) => mount(component, (root, data, live) => new Figure(root, data, live));

class Figure {
  constructor(root, data, live) {
    Object.assign(this, { root, data, live });
    root.classList.add("mg-figure");
    this.plot = element("div", { class: "mg-plot", role: "img", "aria-label": data.alt });
    this.plot.style.height = `${data.height}px`;
    root.append(this.plot);
    this.sources = {};
    this.waiting = new Set();
    this.nextDraw = 0;
    this.inSight = true;
    this.author(data);
    this.ready = this.begin();
  }

  async begin() {
    await fetchPlotly(this.live);
    if (!this.root.isConnected) return;
    await Plotly.newPlot(this.plot, this.figure.data, this.figure.layout, this.config());
    this.pickable();
    this.resizer = new ResizeObserver(() => this.plot.offsetWidth && Plotly.Plots.resize(this.plot));
    this.resizer.observe(this.root);
  }

  config() {
    return { displaylogo: false, responsive: false, displayModeBar: this.data.zoom ? "hover" : false, staticPlot: false, scrollZoom: false,
      modeBarButtonsToRemove: ["select2d", "lasso2d", "toImage", "autoScale2d"] };
  }

  link() {
    if (!this.data.pick) return;
    touchable(this.plot, this.live);
    this.plot.style.cursor = this.live.role === "owner" ? "crosshair" : "";
  }

  update(data) {
    this.data = data;
    this.author(data);
    for (const source of Object.keys(this.sources)) this.take(source);
    this.draw();
  }

  close() {
    clearTimeout(this.later);
    this.resizer?.disconnect();
    Plotly?.purge(this.plot);
  }

  author(data) {
    const figure = JSON.parse(data.figure);
    const look = theme(this.root);
    const layout = figure.layout;
    layout.font = { ...layout.font, color: look.text, family: look.font };
    layout.paper_bgcolor = layout.plot_bgcolor = "rgba(0,0,0,0)";
    layout.uirevision = "kept";
    layout.autosize = true;
    layout.height = data.height;
    layout.dragmode = data.zoom ? "zoom" : false;
    layout.hoverlabel = { bgcolor: look.secondary, font: { color: look.text } };
    for (const axis of Object.keys(layout).filter((name) => /^[xy]axis/.test(name)))
      layout[axis] = { gridcolor: look.border, zerolinecolor: look.border, linecolor: look.border, fixedrange: !data.zoom, ...layout[axis] };
    const paint = (node) => {
      for (const [key, value] of Object.entries(node ?? {})) {
        if (value === TEXT) node[key] = look.text;
        else if (value === BACKGROUND) node[key] = look.background;
        else if (value && typeof value === "object") paint(value);
      }
    };
    paint(figure);
    this.figure = figure;
  }

  frame(frame) {
    this.sources.frame = frame;
    if (this.data.bindings.some((binding) => binding.from === "frame")) this.refresh("frame");
    return false; // counted where it is drawn, which may be later
  }

  scene(scene) {
    this.sources.scene = scene;
    this.refresh("scene");
  }

  history(history) {
    this.sources.history = history;
    this.refresh("history");
  }

  /** Draw when the picture leaves time, and not sooner than at the figure's own pace. */
  refresh(source) {
    this.waiting.add(source);
    if (!this.inSight) return;
    const due = () => this.live.whenSpare(this, () => this.catchUp());
    this.later ??= setTimeout(() => this.ready.then(due), Math.max(0, this.nextDraw - performance.now()));
  }

  sight(inSight) {
    this.inSight = inSight;
    for (const source of this.waiting) this.refresh(source);
  }

  catchUp() {
    this.later = null;
    if (!this.root.isConnected) return;
    for (const source of this.waiting) this.take(source);
    if (this.waiting.has("frame")) count(this.root, this.sources.frame);
    this.waiting.clear();
    this.nextDraw = performance.now() + this.data.pause_ms;
    return this.draw();
  }

  take(source) {
    const message = this.sources[source];
    for (const binding of this.data.bindings) {
      if (binding.from !== source) continue;
      const value = read(message, binding);
      if (value !== undefined) write(this.figure, binding.to, value);
    }
  }

  draw() {
    return (this.drawing ??= this.ready.then(() => { // what comes until then is drawn with it
      this.drawing = null;
      if (!this.root.isConnected || !Plotly) return;
      this.figure.layout.datarevision = (this.figure.layout.datarevision ?? 0) + 1;
      Plotly.react(this.plot, this.figure.data, this.figure.layout, this.config());
    }));
  }

  /** Clicking or dragging in the plot moves two live parameters there. */
  pickable() {
    const pick = this.data.pick;
    if (!pick) return;
    const go = (event) => {
      const { xaxis, yaxis } = this.plot._fullLayout;
      const box = this.plot.getBoundingClientRect();
      const at = { x: xaxis.p2d(event.clientX - box.left - xaxis._offset), y: yaxis.p2d(event.clientY - box.top - yaxis._offset) };
      const values = { [pick.x.name]: snap(at.x, pick.x), [pick.y.name]: snap(at.y, pick.y) };
      cancelAnimationFrame(this.sending);
      this.sending = requestAnimationFrame(() => this.live.send({ do: "set", values }));
    };
    this.plot.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || this.live.role !== "owner") return;
      this.picking = true;
      this.plot.setPointerCapture(event.pointerId);
      go(event);
      event.preventDefault();
    }, true);
    this.plot.addEventListener("pointermove", (event) => this.picking && go(event), true);
    for (const name of ["pointerup", "pointercancel"]) this.plot.addEventListener(name, () => (this.picking = false), true);
  }
}

function snap(value, knob) {
  const bounded = Math.min(Math.max(value, knob.minimum), knob.maximum);
  return Number((knob.minimum + Math.round((bounded - knob.minimum) / knob.step) * knob.step).toFixed(8));
}

function read(message, { name, column }) {
  if (name.startsWith("metric:")) return message.metrics[name.slice(7)];
  if (name.startsWith("word:")) return message.words[name.slice(5)];
  if (name.startsWith("words:")) return message.words[name.slice(6)]?.split(",");
  const array = message.arrays[name];
  if (!array) return undefined;
  const data = numbers(array);
  if (array.shape.length < 2) return data;
  const [rows, columns] = array.shape;
  if (column != null) return Array.from({ length: rows }, (_, row) => data[row * columns + column]);
  return Array.from({ length: rows }, (_, row) => data.subarray(row * columns, (row + 1) * columns));
}

function write(figure, path, value) {
  const keys = path.split(".");
  const last = keys.pop();
  let node = figure;
  for (const key of keys) node = node[key] ??= {};
  // a single number belongs into a list where the figure has one, such as the x of a point
  node[last] = Array.isArray(node[last]) && !(typeof value === "object") ? [value] : value;
}
