// A plane on a canvas: arrows, paths, bars, areas and segments fed from the stream, and a pointer that pokes.
// Coordinates run from -1 to 1, to the right and upwards. A layer is {kind, array, color | colors, …}; see DRAW.
// The table below the picture shows numbers per row: a metric named "<column>_<row>".

import { element, mount, theme, touchable } from "./live.js";

const PAUSE_MS = 150; // faster than this nobody can read
const TEXT = "#010203"; // stands for the page's own text colour, as in ui/theme.py
const MARKS = ["circle", "square", "triangle", "diamond", "cross"]; // so that colour is not all that tells paths apart

export default (component) => mount(component, (root, data, live) => new Plane(root, data, live));

class Plane {
  constructor(root, data, live) {
    Object.assign(this, { root, data, live });
    root.classList.add("mg-arena");
    this.canvas = element("canvas", { class: "mg-canvas", tabindex: "0", role: "img", "aria-label": data.alt });
    this.box = element("div", { class: "mg-box" }, this.canvas);
    this.box.style.aspectRatio = data.aspect;
    root.append(this.box, element("p", { class: "mg-hint" }, data.hint));
    if (data.rows.length) root.append(this.table());
    if (data.touch) this.listenToPointer();
    this.resizer = new ResizeObserver(() => this.redraw());
    this.resizer.observe(this.box);
    this.next = 0;
  }

  update(data) {
    this.data = data;
    this.look = null;
    this.redraw();
  }

  link() {
    if (this.data.touch) touchable(this.canvas, this.live);
  }

  close() {
    this.resizer.disconnect();
  }

  scene(scene) {
    this.setting = scene;
    this.redraw();
  }

  frame(frame) {
    this.last = frame;
    this.paint();
    this.fill(frame);
    return true;
  }

  redraw() {
    this.look = null; // the theme may have changed
    if (this.last) this.paint();
  }

  // ---- the picture -----------------------------------------------------------------------------------------

  paint() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const sharp = Math.min(window.devicePixelRatio || 1, 2);
    if (this.canvas.width !== Math.round(width * sharp) || this.canvas.height !== Math.round(height * sharp))
      Object.assign(this.canvas, { width: Math.round(width * sharp), height: Math.round(height * sharp) });
    this.look ??= theme(this.root);
    const pen = this.canvas.getContext("2d");
    pen.setTransform(sharp, 0, 0, sharp, 0, 0);
    pen.clearRect(0, 0, width, height);
    pen.lineJoin = pen.lineCap = "round";
    const at = { x: (u) => ((u + 1) * width) / 2, y: (v) => ((1 - v) * height) / 2, width, height };
    for (const layer of this.data.layers) {
      const array = this.last.arrays[layer.array] ?? this.setting?.arrays[layer.array];
      if (!array) continue;
      pen.globalAlpha = layer.alpha ?? 1;
      pen.strokeStyle = pen.fillStyle = this.color(layer.color);
      pen.lineWidth = layer.width ?? 1;
      DRAW[layer.kind](pen, at, array, layer, this);
    }
    pen.globalAlpha = 1;
    if (this.cursor && document.activeElement === this.canvas) DRAW.cursor(pen, at, this);
  }

  color(name) {
    return name === TEXT || !name ? this.look.text : name;
  }

  words(name) {
    return this.last.words[name] ?? this.setting?.words[name] ?? "";
  }

  // ---- the table ----------------------------------------------------------------------------------------

  table() {
    const { rows, columns, status } = this.data;
    const head = element("tr", {}, element("th", {}), ...columns.map(({ label, help }) => element("th", { scope: "col", title: help }, label)),
      status ? element("th", { scope: "col" }, "") : null);
    this.cells = rows.map(({ name, label, color }, index) => {
      const values = columns.map((column) => element("td", { "data-metric": `${column.name}_${name}` }, "–"));
      const word = status ? element("td", { class: "mg-word", "data-word": `${status}_${name}` }) : null;
      const key = element("th", { scope: "row" }, color ? mark(MARKS[index % MARKS.length], color) : null, ` ${label}`);
      return { name, values, word, row: element("tr", {}, key, ...values, word) };
    });
    return element("table", { class: "mg-table" }, element("thead", {}, head), element("tbody", {}, ...this.cells.map(({ row }) => row)));
  }

  fill(frame) {
    const now = performance.now();
    if (!this.cells || (now < this.next && frame.status === "running")) return;
    this.next = now + PAUSE_MS;
    const put = (node, text) => node && node.textContent !== text && (node.textContent = text);
    for (const { name, values, word } of this.cells) {
      this.data.columns.forEach((column, index) => {
        const which = `${column.name}_${name}`; // a word says what a number cannot, such as infinity
        put(values[index], frame.words[which] ?? digits(frame.metrics[which], column.digits));
      });
      put(word, frame.words[`${this.data.status}_${name}`] ?? "");
    }
  }

  // ---- touching ------------------------------------------------------------------------------------------

  listenToPointer() {
    const canvas = this.canvas;
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || this.live.role !== "owner") return;
      canvas.setPointerCapture(event.pointerId);
      this.from = this.where(event);
      this.poke(this.from);
    });
    canvas.addEventListener("pointermove", (event) => this.from && this.poke(this.where(event)));
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => (this.from = null));
    canvas.addEventListener("keydown", (event) => this.key(event));
    canvas.addEventListener("blur", () => this.redraw());
  }

  where(event) {
    const box = this.canvas.getBoundingClientRect();
    return { x: inside((2 * (event.clientX - box.left)) / box.width - 1), y: inside(1 - (2 * (event.clientY - box.top)) / box.height) };
  }

  poke(to) {
    const from = this.from ?? to;
    cancelAnimationFrame(this.sending);
    this.sending = requestAnimationFrame(() =>
      this.live.send({ do: "poke", event: { ...this.data.touch, x: to.x, y: to.y, x0: from.x, y0: from.y } }));
  }

  /** Arrow keys move a cross over the picture, Enter touches there. */
  key(event) {
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!move && event.key !== "Enter") return;
    event.preventDefault();
    const step = event.shiftKey ? 0.2 : 0.05;
    const from = this.cursor ?? { x: 0, y: 0 };
    this.cursor = move ? { x: inside(from.x + step * move[0]), y: inside(from.y + step * move[1]) } : from;
    if (event.key === "Enter" && this.live.role === "owner") this.poke(this.cursor);
    this.redraw();
  }
}

const DRAW = {
  /** Marks on both axes, or rings: (n,) positions outwards, the word of the same name says what they mean. */
  ticks(pen, at, { data }, layer, plane) {
    const labels = plane.words(layer.array).split(",");
    const rings = plane.words("rings") !== "";
    pen.beginPath();
    pen.moveTo(0, at.y(0)), pen.lineTo(at.width, at.y(0)), pen.moveTo(at.x(0), 0), pen.lineTo(at.x(0), at.height);
    for (const mark of data) {
      if (rings) pen.moveTo(at.x(mark), at.y(0)), pen.arc(at.x(0), at.y(0), at.x(mark) - at.x(0), 0, 7);
      else for (const side of [mark, -mark]) {
        pen.moveTo(at.x(side), at.y(0) - 3), pen.lineTo(at.x(side), at.y(0) + 3);
        pen.moveTo(at.x(0) - 3, at.y(side)), pen.lineTo(at.x(0) + 3, at.y(side));
      }
    }
    pen.stroke();
    pen.font = `11px ${plane.look.font}`;
    pen.globalAlpha = 0.75;
    let free = 0; // where the next label has room
    data.forEach((mark, index) => {
      const [label, x] = [labels[index] ?? "", at.x(mark) + 3];
      if (x < free) return;
      pen.fillText(label, x, at.y(0) - 4);
      free = x + pen.measureText(label).width + 6;
    });
    pen.globalAlpha = 0.9;
    pen.fillText(plane.words("y"), at.x(0) + 5, 12);
    const right = plane.words("x");
    pen.fillText(right, at.width - pen.measureText(right).width - 4, at.y(0) + 14);
  },

  /** (n, 4): middle and direction. */
  arrows(pen, at, { data }) {
    pen.beginPath();
    for (let i = 0; i < data.length; i += 4) {
      const [x, y] = [at.x(data[i]), at.y(data[i + 1])];
      const [dx, dy] = [(data[i + 2] * at.width) / 4, (-data[i + 3] * at.height) / 4];
      const [tx, ty] = [x + dx, y + dy];
      pen.moveTo(x - dx, y - dy), pen.lineTo(tx, ty);
      pen.moveTo(tx - 0.5 * dx + 0.35 * dy, ty - 0.5 * dy - 0.35 * dx), pen.lineTo(tx, ty);
      pen.lineTo(tx - 0.5 * dx - 0.35 * dy, ty - 0.5 * dy + 0.35 * dx);
    }
    pen.stroke();
  },

  /** (m, n, 2), a path per colour that fades towards its beginning, with a mark at its end; `mask` (m,) hides some. */
  trails(pen, at, { data, shape }, layer, plane) {
    const [count, length] = shape;
    const mask = plane.last.arrays[layer.mask]?.data;
    const pieces = 8;
    for (let path = 0; path < count; path += 1) {
      if (mask && !mask[path]) continue;
      const x = (i) => at.x(data[2 * (path * length + i)]);
      const y = (i) => at.y(data[2 * (path * length + i) + 1]);
      pen.strokeStyle = pen.fillStyle = layer.colors[path];
      for (let piece = 0; piece < pieces; piece += 1) {
        const [first, last] = [Math.floor((piece * (length - 1)) / pieces), Math.floor(((piece + 1) * (length - 1)) / pieces)];
        pen.globalAlpha = 0.12 + (0.88 * (piece + 1)) / pieces;
        pen.beginPath();
        for (let i = first; i <= last; i += 1) if (Number.isFinite(x(i) + y(i))) pen.lineTo(x(i), y(i));
        pen.stroke();
      }
    }
    for (let path = 0; path < count; path += 1) {
      if (mask && !mask[path]) continue;
      const [x, y] = [at.x(data[2 * (path * length + length - 1)]), at.y(data[2 * (path * length + length - 1) + 1])];
      if (!Number.isFinite(x + y)) continue;
      pen.globalAlpha = 1;
      pen.fillStyle = layer.colors[path];
      pen.strokeStyle = plane.look.background;
      pen.lineWidth = 1.5;
      outline(pen, MARKS[path % MARKS.length], x, y, 6);
      pen.fill(), pen.stroke();
      pen.lineWidth = layer.width ?? 1;
    }
  },

  /** (n, 2) or, with a size between 0 and 1, (n, 3). */
  points(pen, at, { data, shape }, layer) {
    const step = shape[1];
    for (let i = 0; i < data.length; i += step) {
      pen.beginPath();
      pen.arc(at.x(data[i]), at.y(data[i + 1]), step > 2 ? layer.size * Math.sqrt(data[i + 2]) : layer.size, 0, 7);
      if (layer.hollow) pen.stroke();
      else pen.fill();
    }
  },

  /** (n, 4), or (n, 5) with a width between 0 and 1; a colour each where there are `colors`, a ring at the end where there are `ends`. */
  segments(pen, at, { data, shape }, layer, plane) {
    const step = shape[1];
    const mask = plane.last.arrays[layer.mask]?.data;
    if (step > 4) pen.lineCap = "butt";
    for (let i = 0; i < data.length; i += step) {
      const row = i / step;
      if ((mask && !mask[row]) || (step > 4 && !(data[i + 4] > 0))) continue;
      if (layer.colors) pen.strokeStyle = layer.colors[row % layer.colors.length];
      if (step > 4) pen.lineWidth = layer.width * data[i + 4];
      pen.setLineDash(layer.dash ?? []);
      pen.beginPath();
      pen.moveTo(at.x(data[i]), at.y(data[i + 1])), pen.lineTo(at.x(data[i + 2]), at.y(data[i + 3]));
      pen.stroke();
      pen.setLineDash([]);
      if (layer.ends) pen.beginPath(), pen.arc(at.x(data[i + 2]), at.y(data[i + 3]), layer.ends, 0, 7), pen.stroke();
    }
    pen.lineCap = "round";
  },

  /** (n,): horizontal lines across the picture. */
  levels(pen, at, { data }) {
    pen.setLineDash([5, 4]);
    pen.beginPath();
    for (const level of data) pen.moveTo(0, at.y(level)), pen.lineTo(at.width, at.y(level));
    pen.stroke();
    pen.setLineDash([]);
  },

  /** (n,): heights of bars side by side, from `base` in the direction and size of `scale`. */
  bars(pen, at, { data }, layer) {
    const width = at.width / data.length;
    data.forEach((height, index) => {
      const [from, to] = [at.y(layer.base), at.y(layer.base + layer.scale * height)];
      pen.fillRect(index * width + 0.08 * width, Math.min(from, to), 0.84 * width, Math.abs(from - to));
    });
  },

  /** (n,): a curve across the whole width over `base`, filled. */
  area(pen, at, { data }, layer) {
    const y = (height) => at.y(layer.base + layer.scale * height);
    pen.beginPath();
    pen.moveTo(0, at.y(layer.base));
    data.forEach((height, index) => pen.lineTo((index * at.width) / (data.length - 1), y(height)));
    pen.lineTo(at.width, at.y(layer.base));
    pen.globalAlpha = 0.3;
    pen.fill();
    pen.globalAlpha = 1;
    pen.stroke();
  },

  cursor(pen, at, plane) {
    const [x, y] = [at.x(plane.cursor.x), at.y(plane.cursor.y)];
    pen.strokeStyle = plane.look.text;
    pen.lineWidth = 1.5;
    pen.beginPath();
    pen.moveTo(x - 9, y), pen.lineTo(x + 9, y), pen.moveTo(x, y - 9), pen.lineTo(x, y + 9);
    pen.stroke();
  },
};

function outline(pen, kind, x, y, r) {
  const corners = { square: [[-1, -1], [1, -1], [1, 1], [-1, 1]], triangle: [[0, -1.3], [1.2, 1], [-1.2, 1]], diamond: [[0, -1.4], [1.2, 0], [0, 1.4], [-1.2, 0]],
    cross: [[-1.3, -0.5], [-0.5, -0.5], [-0.5, -1.3], [0.5, -1.3], [0.5, -0.5], [1.3, -0.5], [1.3, 0.5], [0.5, 0.5], [0.5, 1.3], [-0.5, 1.3], [-0.5, 0.5], [-1.3, 0.5]] }[kind];
  pen.beginPath();
  if (!corners) return pen.arc(x, y, r, 0, 7);
  for (const [dx, dy] of corners) pen.lineTo(x + 0.85 * r * dx, y + 0.85 * r * dy);
  pen.closePath();
}

/** A mark of the table, the same as in the picture. */
function mark(kind, color) {
  const canvas = element("canvas", { width: 28, height: 28, class: "mg-sign", "aria-hidden": "true" });
  const pen = canvas.getContext("2d");
  pen.fillStyle = color;
  outline(pen, kind, 14, 14, 11);
  pen.fill();
  return canvas;
}

function digits(value, places) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  if (places !== undefined && places !== null) return value.toFixed(places);
  return value !== 0 && (Math.abs(value) < 1e-2 || Math.abs(value) >= 1e4) ? value.toExponential(1) : value.toPrecision(3);
}

const inside = (value) => Math.min(Math.max(value, -1), 1);
