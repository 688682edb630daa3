// Space: points, paths, surfaces and links, turned with the pointer or the arrow keys, picked and erased with it; the
// camera stays put while data stream. Panels side by side share it.

import { View, mount } from "../mount.js";
import { element, owners } from "../parts/dom.js";
import { Glide } from "../parts/glide.js";
import { Look } from "../parts/looks.js";
import { Palette, rgb } from "../parts/palette.js";
import { Stage3D, THREE } from "../parts/stage3d.js";
import { numbers } from "../socket.js";

const NEAR = 12; // pixels within which a point is meant
const CLICK = 4; // pixels that a click may slip

export default (component) => mount(component, (root, data, live) => new Space(root, data, live));

class Space extends View {
  constructor(root, data, live) {
    super(root, data, live);
    root.classList.add("mg-space");
    this.box = element("div", { class: "mg-box", style: `--mg-aspect: ${data.aspect}` });
    if (data.height) root.style.setProperty("--mg-picture-height", `${data.height}rem`);
    root.append(this.box);
    this.space = new Stage3D(this.box, data.alt, data.camera, data.panels.length);
    this.seen = new Look(live, data.key);
    this.space.remember(this.seen);
    this.legend = element("p", { class: "mg-caption", hidden: true });
    root.append(this.names(), this.toolbar(), this.legend);
    this.palette = new Palette(root, data.dark);
    this.swatches = {}; // layer -> red, green and blue of its palette
    this.glide = new Glide(() => this.space.render());
    this.parts = data.panels.flatMap((panel, index) => panel.layers.map((layer) => this.part(layer, this.space.scenes[index], index)));
    if (data.touch) this.listen();
  }

  names() {
    return element("div", { class: "mg-panels", hidden: !this.data.panels.some((panel) => panel.label) },
      ...this.data.panels.map((panel) => element("span", {}, panel.label)));
  }

  part(layer, scene, panel) {
    const geometry = new THREE.BufferGeometry();
    const color = this.palette.color(layer.color);
    const vertexColors = Boolean(layer.colors || layer.classes);
    const options = { color: vertexColors ? "#ffffff" : color, vertexColors, transparent: layer.alpha < 1, opacity: layer.alpha };
    const thing = {
      points3: () => new THREE.Points(geometry, new THREE.PointsMaterial({ ...options, size: layer.size })),
      paths3: () => new THREE.LineSegments(geometry, new THREE.LineBasicMaterial(options)),
      links3: () => new THREE.LineSegments(geometry, new THREE.LineBasicMaterial(options)),
      surface3: () => new THREE.Mesh(geometry, new THREE.MeshNormalMaterial({ side: THREE.DoubleSide, transparent: layer.alpha < 1, opacity: layer.alpha })),
    }[layer.kind]();
    thing.frustumCulled = false;
    thing.visible = layer.toggle ? this.seen.flag(layer.toggle, layer.shown) : layer.shown;
    scene.add(thing);
    return { layer, thing, geometry, panel };
  }

  scene() {
    this.place();
  }

  frame(frame) {
    this.last = frame;
    this.glide.frame();
    this.place();
    return true;
  }

  array(name) {
    return this.last?.arrays[name] ?? this.live.scene?.arrays[name];
  }

  place() {
    let changed = !this.drawn;
    for (const { layer, geometry } of this.parts) {
      if (layer.needs.some((name) => !this.array(name))) continue;
      changed = this.put(layer, geometry) || changed;
      if (layer.colors) changed = fill(geometry, "color", this.array(layer.colors).data, 3) || changed;
      else if (layer.classes) changed = fill(geometry, "color", this.colorsOf(layer), 3) || changed;
    }
    this.drawn = true;
    this.tell();
    if (changed) this.space.render(); // six pictures that stand still cost a frame as much as one that moves
  }

  /** Put the things of a layer in their places, or send them there; answers whether they are elsewhere now. */
  put(layer, geometry) {
    const goes = layer.eased && this.glide.send(geometry.getAttribute("position"), numbers(this.array(layer.at)));
    return !goes && BUILD[layer.kind](geometry, layer, (name) => this.array(name));
  }

  /** What the classes are called whose points are shown, each with its colour. */
  tell() {
    const found = this.parts.find(({ layer, thing }) => layer.names && thing.visible)?.layer;
    const names = (found && this.last?.words[found.names])?.split(", ") ?? [];
    this.legend.hidden = !names[0];
    if (this.told === (this.told = names.join())) return;
    this.legend.replaceChildren(...names.map((name, index) => element("span", {},
      element("i", { class: "mg-mark", style: `background:${this.palette.color(found.palette[index % found.palette.length])}` }), name)));
  }

  /** The colour of every point, (n, 3) of bytes, as its class says. */
  colorsOf(layer) {
    const colors = (this.swatches[layer.at] ??= layer.palette.map((name) => rgb(this.palette.color(name))));
    return Uint8Array.from([...this.array(layer.classes).data].flatMap((each) => colors[each % colors.length]));
  }

  update(data) {
    this.data = data;
    this.drawn = this.told = false;
    this.palette = new Palette(this.root, data.dark);
    this.swatches = {};
    for (const { layer, thing } of this.parts) if (!layer.colors && !layer.classes) thing.material.color?.set(this.palette.color(layer.color));
    this.place();
  }

  close() {
    this.glide.close();
    for (const { geometry, thing } of this.parts) {
      geometry.dispose();
      thing.material.dispose();
    }
    this.space.close();
  }

  toolbar() {
    const bar = element("div", { class: "mg-tools", role: "toolbar", "aria-label": "What the picture shows" });
    if (this.data.touch?.erase) bar.append(this.eraser()); // first: it is what a hand can do here
    for (const toggle of new Set(this.data.panels.flatMap((panel) => panel.layers.map((layer) => layer.toggle)).filter(Boolean))) {
      const box = element("input", { type: "checkbox", "data-layer": toggle, onchange: () => {
        for (const { layer, thing } of this.parts) if (layer.toggle === toggle) thing.visible = box.checked;
        this.seen.keep(toggle, box.checked ? "on" : "off", usual ? "on" : "off");
        this.tell();
        this.space.render();
      } });
      const usual = this.data.panels.some((panel) => panel.layers.some((layer) => layer.toggle === toggle && layer.shown));
      box.checked = this.seen.flag(toggle, usual);
      bar.append(element("label", {}, box, toggle));
    }
    bar.hidden = !bar.children.length;
    return bar;
  }

  eraser() {
    this.erasing = element("input", { type: "checkbox", "data-tool": "erase", onchange: () => (this.space.controls.enabled = !this.erasing.checked) });
    return owners(element("label", {}, this.erasing, element("strong", {}, "erase")));
  }

  // ---- touching ------------------------------------------------------------------------------------------

  listen() {
    const { canvas } = this.space;
    if (this.data.touch.choose) canvas.style.cursor = "pointer";
    let down = null;
    canvas.addEventListener("pointerdown", (event) => {
      down = { left: event.offsetX, top: event.offsetY };
      if (this.erasing?.checked) this.erase(event);
    });
    canvas.addEventListener("pointermove", (event) => down && this.erasing?.checked && this.erase(event));
    canvas.addEventListener("pointerup", (event) => {
      const still = down && Math.hypot(event.offsetX - down.left, event.offsetY - down.top) < CLICK;
      down = null;
      if (still && !this.erasing?.checked) this.pick(event);
    });
  }

  /** Rows of the touched layer's points within so many pixels of the pointer, with their distance; nearest first. */
  under(event, radius) {
    const array = this.array(this.data.touch.layer);
    if (!array || this.live.role !== "owner") return [];
    const panel = this.box.clientWidth / this.space.scenes.length;
    const [left, top] = [event.offsetX % panel, event.offsetY];
    return this.space.project(numbers(array))
      .map((place, row) => ({ row, away: place.front ? Math.hypot(place.left - left, place.top - top) : Infinity }))
      .filter(({ away }) => away < radius).sort((a, b) => a.away - b.away);
  }

  pick(event) {
    const { choose } = this.data.touch;
    if (choose) {
      const panel = Math.floor((event.offsetX / this.box.clientWidth) * this.space.scenes.length);
      if (this.live.role === "owner") this.live.send({ do: "set", values: { [choose]: panel + 1 } });
      return;
    }
    const [nearest] = this.under(event, NEAR);
    if (nearest) this.live.send({ do: "poke", event: { ...this.data.touch.event, index: nearest.row } });
  }

  erase(event) {
    const rows = this.under(event, this.data.touch.erase).map(({ row }) => row);
    if (rows.length) this.live.send({ do: "poke", event: { ...this.data.touch.event, erase: rows } });
  }
}

/** Each answers whether anything has changed. */
const BUILD = {
  /** (n, 3). */
  points3(geometry, layer, array) {
    return fill(geometry, "position", numbers(array(layer.at)), 3);
  },
  /** (m, n, 3): a path each. */
  paths3(geometry, layer, array) {
    const found = array(layer.at);
    const [data, [count, length]] = [numbers(found), found.shape];
    const ends = new Float32Array(count * (length - 1) * 6);
    let next = 0;
    for (let path = 0; path < count; path += 1)
      for (let i = 0; i + 1 < length; i += 1, next += 6) ends.set(data.subarray(3 * (path * length + i), 3 * (path * length + i + 2)), next);
    return fill(geometry, "position", ends, 3);
  },
  /** Pairs (m, 2) of rows of nodes (n, 3). */
  links3(geometry, layer, array) {
    const [nodes, pairs] = [numbers(array(layer.nodes)), array(layer.pairs).data];
    const ends = new Float32Array(pairs.length * 3);
    pairs.forEach((node, index) => ends.set(nodes.subarray(3 * node, 3 * node + 3), 3 * index));
    return fill(geometry, "position", ends, 3);
  },
  /** Vertices (n, 3) and triangles (m, 3). */
  surface3(geometry, layer, array) {
    const changed = fill(geometry, "position", numbers(array(layer.vertices)), 3);
    const triangles = array(layer.triangles).data;
    if (!changed && geometry.index && same(geometry.index.array, triangles)) return false;
    if (geometry.index?.array.length === triangles.length) geometry.index.array.set(triangles), (geometry.index.needsUpdate = true);
    else geometry.setIndex(new THREE.BufferAttribute(Uint32Array.from(triangles), 1));
    geometry.computeVertexNormals();
    return true;
  },
};

/** Answers whether anything has changed. */
function fill(geometry, name, data, size) {
  const old = geometry.getAttribute(name);
  if (old?.array.length === data.length && old.array.constructor === data.constructor) {
    if (same(old.array, data)) return false;
    old.array.set(data);
    old.needsUpdate = true;
  } else geometry.setAttribute(name, new THREE.BufferAttribute(data.slice(), size, data instanceof Uint8Array));
  return true;
}

function same(one, other) {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}
