// What every 3D view shares: a three.js scene with orbit controls that keeps its camera while data stream.

import * as THREE from "../vendor/three/three.module.js";
import { OrbitControls } from "../vendor/three/OrbitControls.js";

export { THREE };

export class Stage {
  /** Fill `box` with a canvas seen by an orbiting camera at `eye`. */
  constructor(box, alt, eye) {
    this.box = box;
    this.renderer = new THREE.WebGLRenderer({ antialias: false, alpha: true });
    this.canvas = this.renderer.domElement;
    Object.assign(this.canvas, { className: "mg-canvas mg-3d", tabIndex: 0 });
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", `${alt} Drag or use the arrow keys to turn, + and − to zoom.`);
    box.append(this.canvas);
    this.scene = new THREE.Scene();
    this.camera = new THREE.PerspectiveCamera(40, 1, 0.05, 50);
    this.camera.position.set(...eye);
    this.controls = new OrbitControls(this.camera, this.canvas);
    this.controls.addEventListener("change", () => this.render());
    this.canvas.addEventListener("keydown", (event) => this.key(event));
    this.resizer = new ResizeObserver(() => this.resize());
    this.resizer.observe(box);
    this.resize();
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.box;
    if (!width || !height) return;
    this.renderer.setPixelRatio(Math.min(devicePixelRatio, 1.5));
    this.renderer.setSize(width, height, false);
    this.camera.aspect = width / height;
    this.camera.updateProjectionMatrix();
    this.render();
  }

  key(event) {
    const turn = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, -0.1], ArrowDown: [0, 0.1] }[event.key];
    const zoom = { "+": 0.9, "=": 0.9, "-": 1.1 }[event.key];
    if (!turn && !zoom) return;
    event.preventDefault();
    const around = this.controls.target;
    const at = new THREE.Spherical().setFromVector3(this.camera.position.clone().sub(around));
    if (turn) {
      at.theta += turn[0];
      at.phi = Math.min(Math.max(at.phi + turn[1], 0.05), Math.PI - 0.05);
    } else at.radius *= zoom;
    this.camera.position.setFromSpherical(at).add(around);
    this.controls.update();
    this.render();
  }

  /** Where the camera is, as text, for tests and the curious. */
  where() {
    return this.camera.position.toArray().map((value) => value.toFixed(4)).join(" ");
  }

  render() {
    this.canvas.dataset.camera = this.where();
    this.renderer.render(this.scene, this.camera);
  }

  close() {
    this.resizer.disconnect();
    this.controls.dispose();
    this.renderer.dispose();
    this.renderer.forceContextLoss();
    this.canvas.remove();
  }
}

/** A colour map as a texture of one row. */
export function mapTexture(colors) {
  const bytes = Uint8Array.from(colors.flatMap((color) => [...color, 255]));
  const texture = new THREE.DataTexture(bytes, colors.length, 1);
  texture.magFilter = texture.minFilter = THREE.LinearFilter;
  texture.needsUpdate = true;
  return texture;
}
