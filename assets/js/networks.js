// The two players as a diagram whose parts light up in slow motion, and lamps for what goes wrong.

import { element, mount, short } from "./live.js";

const SVG = "http://www.w3.org/2000/svg";
const PAUSE_MS = 150; // faster than this nobody can read
const PARTS = {
  sample: ["z", "x"],
  generate: ["z", "G", "z-G", "fake", "G-fake"],
  score: ["x", "fake", "x-D", "fake-D", "D", "loss"],
  "teach D": ["D", "loss"],
  gradients: ["D", "fake", "fake-D"],
  "teach G": ["G", "G-fake", "fake", "fake-D"],
};
const BACKWARD = new Set(["gradients", "teach G"]);
const BOXES = { z: [8, 64, 34], G: [78, 64, 44], fake: [158, 64, 56], x: [158, 12, 56], D: [254, 38, 44], loss: [334, 38, 62] };
const WIRES = { "z-G": "M42 80H78", "G-fake": "M122 80H158", "fake-D": "M214 80C238 80 236 60 254 60", "x-D": "M214 28C238 28 236 48 254 48", "D-loss": "M298 54H334" };

export default (component) => mount(component, (root, data) => new Networks(root, data));

class Networks {
  constructor(root, data) {
    Object.assign(this, { root, data });
    this.next = 0;
    root.classList.add("mg-networks");
    this.parts = {};
    root.append(this.diagram(), this.row());
  }

  diagram() {
    const make = (tag, attributes, text) => {
      const node = document.createElementNS(SVG, tag);
      for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
      if (text) node.textContent = text;
      return node;
    };
    const svg = make("svg", { viewBox: "0 0 404 112", role: "img", "aria-label": this.data.alt });
    for (const [name, path] of Object.entries(WIRES)) svg.append((this.parts[name] = make("path", { d: path, class: "mg-wire" })));
    const names = { z: "z", G: "G", fake: "G(z)", x: "x", D: "D", loss: "losses" };
    for (const [name, [left, top, width]] of Object.entries(BOXES)) {
      const group = (this.parts[name] = make("g", { class: "mg-part", style: `--mg-part: ${this.data.colors[name]}` }));
      group.append(make("rect", { x: left, y: top, width, height: 32, rx: ["G", "D"].includes(name) ? 4 : 16 }));
      group.append(make("text", { x: left + width / 2, y: top + 21 }, names[name]));
      svg.append(group);
    }
    const said = (x, y) => svg.appendChild(make("text", { x, y, class: "mg-said" }, ""));
    this.said = { D_real: said(236, 22), D_fake: said(236, 100), gradient: said(140, 108), loss_D: said(365, 20), loss_G: said(365, 96) };
    return svg;
  }

  row() {
    this.lamps = this.data.lamps.map(({ name, label, help }) => {
      const lamp = element("span", { class: "mg-lamp", title: help, tabindex: "0", "data-lamp": name, "aria-description": help }, label);
      return { name, lamp, label };
    });
    return element("div", { class: "mg-lamps", role: "group", "aria-label": "What goes wrong" }, ...this.lamps.map(({ lamp }) => lamp));
  }

  frame(frame) {
    const now = performance.now();
    const phase = frame.words.highlight ?? "";
    if (now < this.next && frame.status === "running" && !phase) return false;
    this.next = now + PAUSE_MS;
    const { metrics } = frame;
    const texts = { D_real: `${short(metrics.D_real)}`, D_fake: `${short(metrics.D_fake)}`, gradient: `‖∇‖ ${short(metrics.gradient)}`, loss_D: `D ${short(metrics.loss_D)}`, loss_G: `G ${short(metrics.loss_G)}` };
    for (const [name, text] of Object.entries(texts)) if (this.said[name].textContent !== text) this.said[name].textContent = text;
    for (const { name, lamp, label } of this.lamps) {
      const lit = metrics[name] === 1;
      lamp.classList.toggle("mg-lit", lit);
      lamp.setAttribute("aria-label", `${label}: ${lit ? "yes" : "no"}`);
    }
    if (phase === this.phase) return true;
    this.phase = phase;
    const lit = new Set(PARTS[phase] ?? []);
    for (const [name, part] of Object.entries(this.parts)) {
      part.classList.toggle("mg-on", lit.has(name));
      part.classList.toggle("mg-back", lit.has(name) && BACKWARD.has(phase));
    }
    this.root.dataset.phase = phase;
    return true;
  }
}
