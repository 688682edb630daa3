// What every 3D view shares: three.js scenes under one orbiting camera that stays where it is while data stream.

import * as THREE from "../../vendor/three/three.module.js";
import { OrbitControls } from "../../vendor/three/OrbitControls.js";
import { isSlow, wholeWhereCut } from "./dom.js";

export { THREE };

const [NEAREST, FARTHEST] = [0.1, 40]; // that a link may put the camera

export class Stage3D {
  /**
   * Fill `box` with a canvas seen by an orbiting camera at `eye`: `panels` scenes side by side under the same camera.
   * Where the processor draws, it draws `slowly` pixels at most.
   */
  constructor(box, alt, eye, panels = 1, slowly = Infinity) {
    this.box = box;
    this.slowly = slowly;
    this.renderer = new THREE.WebGLRenderer({ antialias: false, alpha: true });
    this.canvas = this.renderer.domElement;
    Object.assign(this.canvas, { className: "mg-canvas mg-3d", tabIndex: 0 });
    this.canvas.setAttribute("role", "application");
    this.canvas.setAttribute("aria-label", `${alt} Drag or use the arrow keys to turn, + and − to zoom.`);
    box.append(this.canvas);
    this.slow = isSlow(this.renderer.getContext());
    if (this.slow) wholeWhereCut(this.canvas);
    this.scenes = Array.from({ length: panels }, () => new THREE.Scene());
    this.camera = new THREE.PerspectiveCamera(40, 1, 0.05, 50);
    this.camera.position.set(...eye);
    this.controls = new OrbitControls(this.camera, this.canvas);
    this.controls.addEventListener("change", () => this.render());
    this.canvas.addEventListener("keydown", (event) => this.key(event));
    this.resizer = new ResizeObserver(() => this.resize());
    this.resizer.observe(box);
    this.resize();
  }

  /** The camera is part of the link: it is where a look has it, and is kept there when it is turned. */
  remember(look) {
    const usual = this.eye();
    const kept = look.numbers("eye", 3, FARTHEST);
    if (kept && Math.hypot(...kept) > NEAREST) {
      this.camera.position.set(...kept);
      this.controls.update();
    }
    this.controls.addEventListener("change", () => {
      clearTimeout(this.keeping);
      this.keeping = setTimeout(() => look.keep("eye", this.eye(), usual), 200);
    });
    this.render();
  }

  eye() {
    return this.camera.position.toArray().map((value) => Number(value.toFixed(4))).join(",");
  }

  get scene() {
    return this.scenes[0];
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.box;
    if (!width || !height) return;
    const most = this.slow ? Math.sqrt(this.slowly / (width * height)) : Infinity;
    this.renderer.setPixelRatio(Math.min(devicePixelRatio, 1.5, most));
    this.renderer.setSize(width, height, false);
    this.camera.aspect = width / this.scenes.length / height;
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

  /** Where points (n, 3) are on the canvas: pixels from the upper left corner of their panel, and whether in front. */
  project(data) {
    this.camera.updateMatrixWorld();
    const [width, height] = [this.box.clientWidth / this.scenes.length, this.box.clientHeight];
    const [place, found] = [new THREE.Vector3(), []];
    for (let row = 0; row + 2 < data.length; row += 3) {
      place.set(data[row], data[row + 1], data[row + 2]).project(this.camera);
      found.push({ left: ((place.x + 1) / 2) * width, top: ((1 - place.y) / 2) * height, front: place.z < 1 });
    }
    return found;
  }

  /** Where the camera is, as text, for tests and the curious. */
  where() {
    return this.camera.position.toArray().map((value) => value.toFixed(4)).join(" ");
  }

  render() {
    this.canvas.dataset.camera = this.where();
    const [width, height] = [this.box.clientWidth / this.scenes.length, this.box.clientHeight];
    this.renderer.setScissorTest(this.scenes.length > 1);
    this.scenes.forEach((scene, panel) => {
      if (this.scenes.length > 1) {
        this.renderer.setViewport(panel * width, 0, width, height);
        this.renderer.setScissor(panel * width, 0, width, height);
      }
      this.renderer.render(scene, this.camera);
    });
  }

  close() {
    clearTimeout(this.keeping);
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
