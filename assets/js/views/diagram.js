// Boxes and arrows with a number each, live pictures in boxes; a word of the frame says which of them are at work,
// forwards or backwards. A box and what shows the same in the page's picture point at each other.

import { View, mount } from "../mount.js";
import { READABLE_MS, digits, element, every, put } from "../parts/dom.js";
import { Palette } from "../parts/palette.js";
import { onPointed, point, points } from "../parts/pointed.js";
import { boundsOf, paint, sharpen, sheetOf, sourceOf } from "../parts/sheet.js";

const SVG = "http://www.w3.org/2000/svg";
const HEAD = 17; // of a box with a picture: the strip with its label
const EDGE = 3; // between a box and its picture

export default (component) => mount(component, (root, data, live) => new Diagram(root, data, live));

class Diagram extends View {
  constructor(root, data, live) {
    super(root, data, live);
    root.classList.add("mg-diagram");
    this.parts = new Map();
    this.said = [];
    this.pressed = ""; // what stays pointed at
    this.due = every(READABLE_MS);
    const [wide, tall] = data.size;
    this.sheet = element("div", { class: "mg-drawing", role: "group", "aria-label": data.alt, style: `aspect-ratio: ${wide} / ${tall}; max-width: ${wide * 1.6}px` }, this.draw());
    this.pictures = data.nodes.filter((node) => node.picture.length);
    // one canvas for all of them: each would be a layer that the browser lays over the page
    if (this.pictures.length) this.sheet.append((this.thumbs = element("canvas", { class: "mg-thumbs", "aria-hidden": "true" })));
    root.append(this.sheet);
    this.paint();
    this.unhear = onPointed(live.run, ({ name, where }) => where !== "diagram" && this.mark(name));
  }

  close() {
    this.unhear();
  }

  draw() {
    const { nodes, wires, size } = this.data;
    const svg = make("svg", { viewBox: `0 0 ${size[0]} ${size[1]}` });
    const places = new Map(nodes.map((node) => [node.name, node]));
    for (const wire of wires) {
      const path = make("path", { d: course(places.get(wire.start), places.get(wire.end)), class: "mg-wire", "data-part": `${wire.start}-${wire.end}`, "aria-hidden": "true" });
      this.parts.set(`${wire.start}-${wire.end}`, path);
      svg.append(path);
    }
    for (const node of nodes) svg.append(this.box(node));
    for (const { metric, label, at: [x, y] } of this.data.numbers) {
      const text = make("text", { x, y, class: "mg-said", "data-metric": metric }, "");
      this.said.push({ metric, label, text });
      svg.append(text);
    }
    return svg;
  }

  box({ name, label, at: [left, top], width, height, shape, shows, picture }) {
    const group = make("g", { class: "mg-part", "data-part": name });
    group.append(make("rect", { x: left, y: top, width, height, rx: shape === "pill" ? height / 2 : picture.length ? 7 : 4 }));
    group.append(make("text", { x: left + width / 2, y: picture.length ? top + HEAD - 4 : top + height / 2 + 5 }, label));
    this.parts.set(name, group);
    if (shows) this.pointing(group, shows, label);
    return group;
  }

  /** Pointed at, in focus or pressed, a box brings out what shows the same in the picture. */
  pointing(group, shows, label) {
    for (const [name, value] of Object.entries({ tabindex: "0", role: "button", "aria-pressed": "false", "aria-label": `${label}: bring out ${shows} in the picture` })) group.setAttribute(name, value);
    points(group, this.live.run, shows, "diagram", () => this.pressed);
    const press = () => {
      const on = group.getAttribute("aria-pressed") !== "true";
      for (const part of this.parts.values()) if (part.hasAttribute("aria-pressed")) part.setAttribute("aria-pressed", "false");
      group.setAttribute("aria-pressed", String(on));
      this.pressed = on ? shows : "";
      point(this.live.run, this.pressed, "diagram");
    };
    group.addEventListener("click", press);
    group.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      event.stopPropagation(); // the space bar would play and pause
      press();
    });
  }

  /** Light up the boxes that show what is pointed at elsewhere. */
  mark(shown) {
    for (const { name, shows } of this.data.nodes) this.parts.get(name).classList.toggle("mg-shown", Boolean(shows) && shows === shown);
  }

  /** Colours of the page's own light or dark. */
  paint() {
    this.palette = new Palette(this.root, this.data.dark);
    for (const layer of this.data.nodes.flatMap((node) => node.picture)) layer.ramp = null; // its colours, as they were
    for (const { name, color } of this.data.nodes) this.parts.get(name).style.setProperty("--mg-part", this.palette.color(color));
    this.root.style.setProperty("--mg-back", this.palette.color(this.data.back));
  }

  update(data) {
    this.data = data;
    this.paint();
  }

  frame(frame) {
    const phase = frame.words[this.data.phase] ?? "";
    if (!this.due(Boolean(phase) || frame.status !== "running")) return false;
    for (const { metric, label, text } of this.said) put(text, `${label} ${digits(frame.metrics[metric])}`.trim());
    this.look(frame);
    if (phase === this.shown) return true;
    this.shown = phase;
    const lit = new Set(this.data.lit[phase] ?? []);
    for (const [name, part] of this.parts) {
      part.classList.toggle("mg-on", lit.has(name));
      part.classList.toggle("mg-back", lit.has(name) && this.data.backwards.includes(phase));
    }
    this.root.dataset.phase = phase;
    return true;
  }

  /** The pictures in the boxes, of the same arrays as the page's large one. */
  look(frame) {
    if (!this.thumbs) return;
    const [source, size] = [sourceOf(frame, this.live.scene), sharpen(this.thumbs)];
    if (!size.wide) return;
    const [pen, scale] = [this.thumbs.getContext("2d"), size.wide / this.data.size[0]];
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, this.thumbs.width, this.thumbs.height);
    for (const { name } of this.pictures) {
      const { picture, bounds, at: [left, top], width, height } = this.data.nodes.find((node) => node.name === name);
      const [wide, tall] = [(width - 2 * EDGE) * scale, (height - HEAD - EDGE) * scale];
      pen.save();
      const sheet = sheetOf(this.thumbs, { ...size, wide, tall }, boundsOf(bounds, source), this.palette, source);
      pen.setTransform(size.sharp, 0, 0, size.sharp, (left + EDGE) * scale * size.sharp, (top + HEAD) * scale * size.sharp);
      pen.beginPath();
      pen.roundRect(0, 0, wide, tall, EDGE);
      pen.clip();
      for (const layer of picture) if (layer.needs.every((each) => source.array(each))) paint(layer, sheet);
      pen.restore();
    }
  }
}

/** From the right of one box to the left of another, level where they are on one height; straight down to one below. */
function course({ at: [left, top], width, height }, { at: [x, y], width: wide, height: tall }) {
  if (x < left + width && left < x + wide) return `M${x + wide / 2} ${top + height}V${y}`;
  const [startX, startY, endY] = [left + width, top + height / 2, y + tall / 2];
  if (startY === endY) return `M${startX} ${startY}H${x}`;
  const middle = (startX + x) / 2;
  return `M${startX} ${startY}C${middle} ${startY} ${middle} ${endY} ${x} ${endY}`;
}

function make(tag, attributes, text) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text) node.textContent = text;
  return node;
}
