// Boxes and arrows with a number each; a word of the frame says which of them are at work, forwards or backwards.

import { mount } from "../mount.js";
import { READABLE_MS, every, put, short } from "../parts/dom.js";
import { Palette } from "../parts/palette.js";

const SVG = "http://www.w3.org/2000/svg";
const TALL = 32; // of a box

export default (component) => mount(component, (root, data) => new Diagram(root, data));

class Diagram {
  constructor(root, data) {
    this.root = root;
    this.data = data;
    root.classList.add("mg-diagram");
    this.parts = new Map();
    this.said = [];
    this.due = every(READABLE_MS);
    root.append(this.draw());
    this.paint();
  }

  draw() {
    const { nodes, wires, size, alt } = this.data;
    const svg = make("svg", { viewBox: `0 0 ${size[0]} ${size[1]}`, role: "img", "aria-label": alt });
    const places = new Map(nodes.map((node) => [node.name, node]));
    for (const wire of wires) {
      const path = make("path", { d: course(places.get(wire.start), places.get(wire.end)), class: "mg-wire", "data-part": `${wire.start}-${wire.end}` });
      this.parts.set(`${wire.start}-${wire.end}`, path);
      svg.append(path);
    }
    for (const { name, label, at: [left, top], width, shape } of nodes) {
      const group = make("g", { class: "mg-part", "data-part": name });
      group.append(make("rect", { x: left, y: top, width, height: TALL, rx: shape === "box" ? 4 : TALL / 2 }));
      group.append(make("text", { x: left + width / 2, y: top + 21 }, label));
      this.parts.set(name, group);
      svg.append(group);
    }
    for (const { metric, label, at: [x, y] } of this.data.numbers) {
      const text = make("text", { x, y, class: "mg-said", "data-metric": metric }, "");
      this.said.push({ metric, label, text });
      svg.append(text);
    }
    return svg;
  }

  /** Colours of the page's own light or dark. */
  paint() {
    const palette = new Palette(this.root, this.data.dark);
    for (const { name, color } of this.data.nodes) this.parts.get(name).style.setProperty("--mg-part", palette.color(color));
    this.root.style.setProperty("--mg-back", palette.color(this.data.back));
  }

  update(data) {
    this.data = data;
    this.paint();
  }

  frame(frame) {
    const phase = frame.words[this.data.phase] ?? "";
    if (!this.due(Boolean(phase) || frame.status !== "running")) return false;
    for (const { metric, label, text } of this.said) put(text, `${label} ${short(frame.metrics[metric])}`.trim());
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
}

/** From the right of one box to the left of another, level where they are on one height. */
function course({ at: [left, top], width }, { at: [x, y] }) {
  const [startX, startY, endY] = [left + width, top + TALL / 2, y + TALL / 2];
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
