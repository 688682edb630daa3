// A field as a landscape: one grid of triangles, lifted and lit in the shader.

import { Stage3D, THREE, mapTexture } from "./stage3d.js";

const MOST = 128; // triangles cost more than pixels: a finer field is sampled
const SLOWLY = 400 ** 2; // pixels, where there is no graphics card
const VERTEX = `
uniform sampler2D field; uniform float lift; uniform vec2 cell;
varying float level; varying vec3 facing;
float h(vec2 at) { return texture2D(field, at).r; }
void main() {
  vec2 w = 1.5 * cell;
  // a small average hides the 256 levels a field travels in
  level = 0.4 * h(uv) + 0.15 * (h(uv + vec2(w.x, 0.0)) + h(uv - vec2(w.x, 0.0)) + h(uv + vec2(0.0, w.y)) + h(uv - vec2(0.0, w.y)));
  vec2 s = 2.0 * cell;
  float dx = (h(uv + vec2(s.x, 0.0)) - h(uv - vec2(s.x, 0.0))) * lift / (2.0 * s.x);
  float dy = (h(uv + vec2(0.0, s.y)) - h(uv - vec2(0.0, s.y))) * lift / (2.0 * s.y);
  facing = normalize(vec3(-dx, 1.0, -dy));
  vec3 lifted = vec3(position.x, level * lift, position.z);
  gl_Position = projectionMatrix * modelViewMatrix * vec4(lifted, 1.0);
}`;
const FRAGMENT = `
uniform sampler2D map; varying float level; varying vec3 facing;
void main() {
  float light = 0.55 + 0.45 * max(dot(normalize(facing), normalize(vec3(0.5, 0.8, 0.35))), 0.0);
  gl_FragColor = vec4(texture2D(map, vec2(level, 0.5)).rgb * light, 1.0);
}`;

export class Relief {
  constructor(box, colors, alt) {
    this.space = new Stage3D(box, alt, [0, 1.15, 1.42], 1, SLOWLY);
    this.material = new THREE.ShaderMaterial({
      vertexShader: VERTEX, fragmentShader: FRAGMENT, side: THREE.DoubleSide,
      uniforms: { field: { value: null }, map: { value: mapTexture(colors) }, lift: { value: 0.16 }, cell: { value: new THREE.Vector2() } },
    });
  }

  paint(colors) {
    this.material.uniforms.map.value.dispose();
    this.material.uniforms.map.value = mapTexture(colors);
  }

  draw(array) {
    const [height, width] = array.shape;
    if (this.size !== `${width}x${height}`) this.build(width, height);
    this.texture.image.data.set(array.data);
    this.texture.needsUpdate = true;
    this.space.render();
  }

  build(width, height) {
    this.size = `${width}x${height}`;
    this.mesh?.geometry.dispose();
    if (this.mesh) this.space.scene.remove(this.mesh);
    this.texture?.dispose();
    this.texture = new THREE.DataTexture(new Uint8Array(width * height), width, height, THREE.RedFormat);
    this.texture.magFilter = this.texture.minFilter = THREE.LinearFilter;
    this.texture.unpackAlignment = 1;
    const columns = Math.min(MOST, width - 1);
    const geometry = new THREE.PlaneGeometry(1, height / width, columns, Math.max(1, Math.round((columns * height) / width)));
    geometry.rotateX(-Math.PI / 2);
    // row 0 of the field lies at the back, as it lies at the top of the flat picture
    const uv = geometry.attributes.uv;
    for (let index = 0; index < uv.count; index += 1) uv.setY(index, 1 - uv.getY(index));
    this.mesh = new THREE.Mesh(geometry, this.material);
    this.mesh.frustumCulled = false;
    this.material.uniforms.field.value = this.texture;
    this.material.uniforms.cell.value.set(1 / width, 1 / height);
    this.space.scene.add(this.mesh);
  }

  close() {
    this.texture?.dispose();
    this.mesh?.geometry.dispose();
    this.material.dispose();
    this.space.close();
  }
}
