// A Plotly figure authored in Python, its traces fed from the stream and updated in place: zoom survives.
// A bind is {name, what, source, to, column}, as declared in ui/views/figure.py; `to` is a path in the figure such as "data.0.y".

import { View, count, mount } from "../mount.js";
import { labels, named, steady } from "../parts/chart.js";
import { element } from "../parts/dom.js";
import { Look } from "../parts/looks.js";
import { Palette } from "../parts/palette.js";
import { touchable } from "../parts/pointer.js";
import { numbers } from "../socket.js";

const MARK = 10; // pixels within which a marked place is meant
const SLIP = 4; // pixels by which a hand may slip in a click
const FAR = 1e12; // no axis goes so far

let Plotly; // four megabytes of script, fetched when the first frame is out of its way
const fetchPlotly = async (live) => {
  await live.firstFrame;
  Plotly ??= (await import("../../plotly.js")).default;
};

export default (component) => mount(component, (root, data, live) => new Figure(root, data, live));

class Figure extends View {
  constructor(root, data, live) {
    super(root, data, live);
    root.classList.add("mg-figure");
    this.plot = element("div", { class: "mg-plot" });
    this.plot.style.height = `${data.height}px`;
    root.append(this.plot);
    this.seen = new Look(live, data.key);
    this.sources = {};
    this.waiting = new Set();
    this.nextDraw = 0;
    this.inSight = true;
    this.author(data);
    this.closed = new AbortController();
    this.ready = this.begin();
  }

  async begin() {
    await fetchPlotly(this.live);
    if (!this.root.isConnected) return;
    this.configured();
    await Plotly.newPlot(this.plot, this.figure.data, this.figure.layout, this.config);
    this.tell();
    this.pickable();
    if (this.data.zoom) {
      this.plot.on("plotly_relayout", (event) => this.zoomed(event));
      this.plot.on("plotly_doubleclick", () => this.whole());
      this.holdable();
    }
    this.resizer = new ResizeObserver(() => this.plot.offsetWidth && this.fit());
    this.resizer.observe(this.root);
  }

  /** The picture has its words; what Plotly lays over it, and its buttons, are not in it. */
  tell() {
    this.plot.querySelectorAll(".main-svg").forEach((svg, index) => {
      if (index === 0) svg.setAttribute("role", "img"), svg.setAttribute("aria-label", this.data.alt);
      else svg.setAttribute("aria-hidden", "true");
    });
  }

  /** Made once: Plotly builds a figure anew when its button does another thing. */
  configured() {
    const whole = { name: "whole", title: "Show all", icon: Plotly.Icons.home, click: () => this.whole() };
    this.config = { displaylogo: false, responsive: false, displayModeBar: this.data.zoom ? "hover" : false, staticPlot: false, scrollZoom: false, doubleClick: false,
      modeBarButtons: [["zoom2d", "pan2d", whole]], plotlyServerURL: "", showSendToCloud: false, showEditInChartStudio: false };
  }

  fit() {
    this.right = 0;
    Plotly.Plots.resize(this.plot);
    if (this.curves.length) this.draw();
  }

  link() {
    if (!this.data.pick) return;
    touchable(this.plot, this.live);
    const owner = this.live.role === "owner";
    this.plot.style.cursor = owner ? "crosshair" : "";
    const { alt, pick } = this.data;
    this.plot.setAttribute("aria-label", owner ? `${alt} A click moves ${pick.x.label} and ${pick.y.label} there, as their sliders do.` : alt);
  }

  /** While somebody draws a box, or shifts the plot, nothing is drawn anew: Plotly would forget where the hand began. */
  holdable() {
    const letGo = () => {
      if (!this.held) return;
      this.held = false;
      this.draw();
    };
    this.plot.addEventListener("pointerdown", () => (this.held = true), true);
    for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => setTimeout(letGo), { signal: this.closed.signal });
  }

  /** A part of the figure that somebody has zoomed into stays while data stream, and is part of the link. */
  zoomed(event) {
    if (!Object.keys(event).some((name) => name.includes(".range"))) return;
    this.pinned = this.axes().flatMap((name) => this.plot._fullLayout[name].range.map(Number)); // a link has fewer digits
    this.seen.keep("zoom", this.pinned.map((end) => end.toPrecision(4)).join(","), "");
  }

  /** Show the part that was zoomed into, or that a link names, instead of what is authored and bound. */
  zoom() {
    const axes = this.axes();
    const pinned = this.pinned?.length === 2 * axes.length ? this.pinned : null;
    const kept = pinned ?? (this.data.zoom && this.seen.numbers("zoom", 2 * axes.length, FAR));
    if (!kept || kept.some((end, index) => index % 2 && end <= kept[index - 1])) return;
    axes.forEach((name, index) => Object.assign(this.figure.layout[name], { range: kept.slice(2 * index, 2 * index + 2), autorange: false }));
  }

  whole() {
    this.pinned = null;
    this.seen.keep("zoom", "", "");
    this.update(this.data);
  }

  axes() {
    return Object.keys(this.figure.layout).filter((name) => /^[xy]axis/.test(name)).sort();
  }

  update(data) {
    this.data = data;
    this.author(data);
    for (const source of Object.keys(this.sources)) this.take(source);
    this.draw();
  }

  close() {
    clearTimeout(this.later);
    this.closed.abort();
    this.resizer?.disconnect();
    Plotly?.purge(this.plot);
  }

  author(data) {
    const figure = JSON.parse(data.figure);
    const palette = new Palette(this.root, data.dark);
    const { look } = palette;
    palette.paint(figure);
    const { layout } = figure;
    Object.assign(layout, { uirevision: "kept", autosize: true, height: data.height, dragmode: data.zoom ? "zoom" : false });
    layout.xaxis ??= {};
    layout.yaxis ??= {};
    layout.font = { ...layout.font, color: look.text, family: look.font };
    layout.hoverlabel = { bgcolor: look.secondary, font: { color: look.text } };
    for (const axis of Object.keys(layout).filter((name) => /^[xy]axis/.test(name)))
      layout[axis] = { gridcolor: look.border, zerolinecolor: look.border, linecolor: look.border, fixedrange: !data.zoom, uirevision: false, ...layout[axis] };
    this.figure = figure;
    this.notes = layout.annotations ?? [];
    this.right = 0; // pixels that labels take beside the plot
    this.ownRight = layout.margin?.r ?? 8;
    this.curves = named(figure);
    if (this.curves.length) [layout.showlegend, layout.margin] = [false, { t: 8, ...layout.margin }];
    this.spans = new Map(); // of axes whose range is neither authored nor sent
    const bound = new Set(data.binds.map((bind) => bind.to.match(/^layout\.(\w+)\.range$/)?.[1]));
    for (const name of Object.keys(layout).filter((each) => /^yaxis/.test(each)))
      if (!layout[name].range && !layout[name].autorange && !bound.has(name)) this.spans.set(name, null);
  }

  frame(frame) {
    this.sources.frame = frame;
    if (this.data.binds.some((bind) => bind.source === "frame")) this.refresh("frame");
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
    for (const bind of this.data.binds) {
      if (bind.source !== source) continue;
      const value = read(message, bind);
      if (value !== undefined) write(this.figure, bind.to, value);
    }
  }

  draw() {
    return (this.drawing ??= this.ready.then(() => { // what comes until then is drawn with it
      this.drawing = null;
      if (!this.root.isConnected || !Plotly || this.held) return;
      steady(this.figure, this.spans, this.data.settles);
      this.zoom();
      this.label();
      this.figure.layout.datarevision = (this.figure.layout.datarevision ?? 0) + 1;
      Plotly.react(this.plot, this.figure.data, this.figure.layout, this.config);
    }));
  }

  /** Curves are called by name where they end. */
  label() {
    const { layout } = this.figure;
    if (!this.curves.length) return;
    const { notes, right } = labels(this.curves, this.figure, [this.plot.offsetWidth, this.data.height], this.right);
    this.right = right;
    layout.annotations = [...this.notes, ...notes];
    layout.margin = { ...layout.margin, r: Math.max(this.ownRight, right) };
  }

  /** Clicking or dragging in the plot moves two live parameters there; a click on one of the marked places starts anew from it. */
  pickable() {
    const pick = this.data.pick;
    if (!pick) return;
    const pixels = (event) => {
      const { xaxis, yaxis } = this.plot._fullLayout;
      const box = this.plot.getBoundingClientRect();
      return [event.clientX - box.left - xaxis._offset, event.clientY - box.top - yaxis._offset];
    };
    /** @param {number[]} a @param {number[]} b */
    const far = ([x, y], [u, v]) => Math.hypot(x - u, y - v);
    const marked = (at) => {
      const { xaxis, yaxis } = this.plot._fullLayout;
      const near = (this.data.starts ?? []).map((start) => [far(at, [xaxis.d2p(start.x), yaxis.d2p(start.y)]), start]);
      return near.sort((a, b) => a[0] - b[0]).find(([distance]) => distance < MARK)?.[1];
    };
    const go = (event) => {
      const { xaxis, yaxis } = this.plot._fullLayout;
      const [x, y] = pixels(event);
      const at = { x: xaxis.p2d(x), y: yaxis.p2d(y) };
      const values = { [pick.x.name]: snap(at.x, pick.x), [pick.y.name]: snap(at.y, pick.y) };
      cancelAnimationFrame(this.sending);
      this.sending = requestAnimationFrame(() => this.live.send({ do: "set", values }));
    };
    this.plot.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || this.live.role !== "owner") return;
      this.picking = true;
      this.plot.setPointerCapture(event.pointerId);
      this.pressed = { at: pixels(event), start: marked(pixels(event)) };
      if (!this.pressed.start) go(event);
      event.preventDefault();
    }, true);
    this.plot.addEventListener("pointermove", (event) => {
      if (!this.picking || (this.pressed.start && far(this.pressed.at, pixels(event)) < SLIP)) return;
      this.pressed.start = null; // a drag
      go(event);
    }, true);
    this.plot.addEventListener("pointerup", () => {
      const start = this.picking && this.pressed.start;
      this.picking = false;
      if (!start) return;
      this.live.send({ do: "reset", values: start.values });
      this.live.send({ do: "play" });
    }, true);
    this.plot.addEventListener("pointercancel", () => (this.picking = false), true);
  }
}

function snap(value, knob) {
  const bounded = Math.min(Math.max(value, knob.minimum), knob.maximum);
  return Number((knob.minimum + Math.round((bounded - knob.minimum) / knob.step) * knob.step).toFixed(8));
}

function read(message, { name, what, column }) {
  if (what === "metric") return message.metrics[name];
  if (what === "word") return message.words[name];
  if (what === "words") return message.words[name]?.split(",");
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
  // plotly has set this on drawing without a range, and would go on to overlook one
  if (last === "range") node.autorange = false;
  // a single number belongs into a list where the figure has one, such as the x of a point
  node[last] = Array.isArray(node[last]) && !(typeof value === "object") ? [value] : value;
}
