// Points in space, turned with the pointer or the arrow keys; the camera stays put while data stream.

import { mount, numbers } from "./live.js";
import { Stage, THREE } from "./stage.js";

export default (component) => mount(component, (root, data, live) => new Cloud(root, data));

class Cloud {
  constructor(root, data) {
    this.data = data;
    root.classList.add("mg-cloud");
    this.box = document.createElement("div");
    this.box.className = "mg-box";
    root.append(this.box);
    this.stage = new Stage(this.box, data.alt, [1.6, 1.1, 1.9]);
    this.sets = data.sets.map((set) => this.points(set));
  }

  points(set) {
    const geometry = new THREE.BufferGeometry();
    const material = new THREE.PointsMaterial({ size: set.size, color: set.color, vertexColors: Boolean(set.colors) });
    const points = new THREE.Points(geometry, material);
    points.frustumCulled = false;
    this.stage.scene.add(points);
    return { ...set, points, geometry };
  }

  scene(scene) {
    this.place(scene);
    this.stage.render();
  }

  frame(frame) {
    this.place(frame);
    this.stage.render();
    return true;
  }

  place(message) {
    for (const { array, colors, geometry } of this.sets) {
      this.fill(geometry, "position", message.arrays[array], false);
      if (colors) this.fill(geometry, "color", message.arrays[colors], true);
    }
  }

  fill(geometry, name, array, bytes) {
    if (!array) return;
    const data = bytes && array.data instanceof Uint8Array ? array.data : numbers(array);
    const old = geometry.getAttribute(name);
    if (old?.array.length === data.length && old.array.constructor === data.constructor) {
      old.array.set(data);
      old.needsUpdate = true;
    } else geometry.setAttribute(name, new THREE.BufferAttribute(data.slice(), 3, data instanceof Uint8Array));
  }

  update(data) {
    data.sets.forEach((set, index) => this.sets[index]?.points.material.color.set(set.color));
    this.stage.render();
  }

  close() {
    for (const { geometry, points } of this.sets) {
      geometry.dispose();
      points.material.dispose();
    }
    this.stage.close();
  }
}
