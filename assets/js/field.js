// A field as a picture: WebGL canvas with the colour map in the shader, painted on with pointer, touch or keys;
// the same field as a relief in 3D on request.

import { Brush } from "./brush.js";
import { element, mount, short } from "./live.js";

const VERTEX = `#version 300 es
in vec2 corner; out vec2 at;
void main() { at = vec2((corner.x + 1.0) * 0.5, (1.0 - corner.y) * 0.5); gl_Position = vec4(corner, 0.0, 1.0); }`;
const FRAGMENT = `#version 300 es
precision highp float;
in vec2 at; out vec4 color;
uniform sampler2D first, second, map;
uniform int show; // 0 first, 1 second, 2 both
vec3 mapped(float level) { return texture(map, vec2(level, 0.5)).rgb; }
void main() {
  if (show == 0) color = vec4(mapped(texture(first, at).r), 1.0);
  else if (show == 1) color = vec4(mapped(texture(second, at).r), 1.0);
  // both at once: orange and blue light, told apart by every common kind of colour vision
  else color = vec4(texture(first, at).r * vec3(0.90, 0.62, 0.0) + texture(second, at).r * vec3(0.10, 0.45, 0.90), 1.0);
}`;

const CORNERS = `<svg viewBox="0 0 16 16" width="14" height="14" fill="none" stroke="currentColor" stroke-width="1.8" aria-hidden="true">
<path d="M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4"/></svg>`;

export default (component) => mount(component, (root, data, live) => new Field(root, data, live));

class Field {
  constructor(root, data, live) {
    Object.assign(this, { root, data, live });
    this.show = 0;
    this.tool = 0;
    this.radius = data.brush?.value ?? 0;
    root.classList.add("mg-field");
    this.canvas = element("canvas", {
      class: "mg-canvas", tabindex: "0", role: "img", "data-testid": "field",
      "aria-label": data.tools?.length ? `${data.alt} Arrow keys move the brush, Enter paints.` : data.alt,
    });
    this.box = element("div", { class: "mg-box" }, this.canvas);
    if (data.tools?.length) {
      this.brush = new Brush(this.canvas, live, { width: () => this.brushWidth(), dab: (from, to) => this.dab(from, to) });
    }
    if (data.aspect) this.box.style.aspectRatio = data.aspect;
    root.append(this.box, this.scale(), this.toolbar());
    this.resizer = new ResizeObserver(([entry]) => {
      this.size = entry.contentRect;
      this.redraw();
    });
    this.resizer.observe(this.box);
    this.start();
    this.canvas.addEventListener("webglcontextlost", (event) => event.preventDefault());
    this.canvas.addEventListener("webglcontextrestored", () => { this.start(); this.redraw(); });
  }

  update(data) {
    const sameMap = JSON.stringify(data.maps) === JSON.stringify(this.data.maps);
    this.data = data;
    if (!sameMap) this.chooseMap();
    this.redraw();
  }

  link() {
    this.brush?.link();
  }

  close() {
    this.resizer.disconnect();
    this.relief?.close();
    this.gl?.getExtension("WEBGL_lose_context")?.loseContext();
  }

  // ---- drawing -----------------------------------------------------------------------------------------

  start() {
    const gl = (this.gl = this.canvas.getContext("webgl2", { antialias: false, alpha: false }));
    if (!gl) {
      this.box.replaceChildren(element("p", { class: "mg-note" }, "This browser has no WebGL 2, which the picture needs."));
      return;
    }
    const program = gl.createProgram();
    for (const [type, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
      const shader = gl.createShader(type);
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.bindAttribLocation(program, 0, "corner");
    gl.linkProgram(program);
    gl.useProgram(program);
    const about = gl.getExtension("WEBGL_debug_renderer_info");
    this.slow = /swiftshader|llvmpipe|software|basic render/i.test(gl.getParameter(about ? about.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([-1, -1, 1, -1, -1, 1, 1, 1]), gl.STATIC_DRAW);
    gl.enableVertexAttribArray(0);
    gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    this.at = {};
    for (const name of ["first", "second", "map", "show"]) this.at[name] = gl.getUniformLocation(program, name);
    this.textures = ["first", "second", "map"].map((name, unit) => {
      const texture = gl.createTexture();
      gl.activeTexture(gl.TEXTURE0 + unit);
      gl.bindTexture(gl.TEXTURE_2D, texture);
      const edge = name !== "map" && this.data.wrap ? gl.REPEAT : gl.CLAMP_TO_EDGE;
      for (const [key, value] of [["MIN_FILTER", gl.LINEAR], ["MAG_FILTER", gl.LINEAR], ["WRAP_S", edge], ["WRAP_T", edge]])
        gl.texParameteri(gl.TEXTURE_2D, gl[`TEXTURE_${key}`], value);
      gl.uniform1i(this.at[name], unit);
      return { texture, size: "" };
    });
    this.chooseMap();
  }

  chooseMap() {
    const gl = this.gl;
    if (!gl) return;
    const name = this.mapName ?? Object.keys(this.data.maps)[0];
    this.colors = this.data.maps[name] ?? Object.values(this.data.maps)[0];
    const bytes = Uint8Array.from(this.colors.flatMap((color) => [...color, 255]));
    gl.activeTexture(gl.TEXTURE2);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, this.colors.length, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, bytes);
    this.bar.style.background = `linear-gradient(to right, ${this.colors.map((c) => `rgb(${c})`).join(",")})`;
    this.relief?.paint(this.colors);
  }

  frame(frame) {
    this.last = frame;
    // slow motion may put a spotlight on the part of the step under way
    const part = frame.arrays[this.data.spotlight];
    const arrays = part ? [part] : this.data.channels.map((name) => frame.arrays[name]);
    if (!this.gl || !arrays[0]) return false;
    this.shape = arrays[0].shape;
    if (this.relief) this.relief.draw(arrays[Math.min(this.show, arrays.length - 1)]);
    else this.paintFrame(arrays);
    this.legend(arrays);
    return true;
  }

  paintFrame(arrays) {
    const gl = this.gl;
    arrays.slice(0, 2).forEach((array, unit) => {
      const [height, width] = array.shape;
      const slot = this.textures[unit];
      const size = `${width}x${height}`;
      gl.activeTexture(gl.TEXTURE0 + unit);
      if (slot.size === size) gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, width, height, gl.RED, gl.UNSIGNED_BYTE, array.data);
      else gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8, width, height, 0, gl.RED, gl.UNSIGNED_BYTE, array.data);
      slot.size = size;
    });
    const [wide, tall] = this.resolution();
    if (wide && (this.canvas.width !== wide || this.canvas.height !== tall)) {
      this.canvas.width = wide;
      this.canvas.height = tall;
    }
    gl.viewport(0, 0, this.canvas.width, this.canvas.height);
    gl.uniform1i(this.at.show, arrays.length > 1 ? this.show : 0);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  }

  /** One pixel per screen pixel on a graphics card; where the processor draws, no more than the field has cells. */
  resolution() {
    const ratio = Math.min(devicePixelRatio, 2);
    const screen = [this.size?.width ?? 0, this.size?.height ?? 0].map((length) => Math.round(length * ratio));
    if (!this.slow) return screen;
    return screen.map((length, axis) => Math.min(length, Math.max(256, this.shape[1 - axis])));
  }

  redraw() {
    if (this.last) this.frame(this.last);
  }

  scale() {
    this.bar = element("span", { class: "mg-bar", "aria-hidden": "true" });
    this.low = element("span", {}, "");
    this.high = element("span", {}, "");
    this.what = element("span", { class: "mg-what" }, "");
    const row = element("div", { class: "mg-scale" }, this.what, this.low, this.bar, this.high);
    if (this.data.relief)
      row.append(element("button", { type: "button", "aria-pressed": "false", "data-tool": "relief", title: "Show the field as a landscape",
        onclick: (event) => this.toggleRelief(event.currentTarget) }, "3D"));
    const full = element("button", { type: "button", title: "Fill the screen, for a projector", "aria-label": "Full screen", "data-tool": "full",
      onclick: () => (document.fullscreenElement ? document.exitFullscreen() : this.box.requestFullscreen?.()) });
    full.innerHTML = CORNERS;
    row.append(full);
    return row;
  }

  legend(arrays) {
    const both = this.show === 2 && arrays.length > 1;
    const array = arrays[Math.min(this.show, arrays.length - 1)];
    const [low, high] = array.range ?? [0, 1];
    const texts = both
      ? [this.data.labels.slice(0, 2).join(" orange, ") + " blue", "low", "high"]
      : [this.last.arrays[this.data.spotlight] ? "being added" : this.data.labels[Math.min(this.show, arrays.length - 1)], short(low), short(high)];
    if (this.texts === texts.join()) return;
    this.texts = texts.join();
    [this.what.textContent, this.low.textContent, this.high.textContent] = texts;
    this.bar.style.visibility = both ? "hidden" : "visible";
  }

  // ---- tools ---------------------------------------------------------------------------------------------

  toolbar() {
    const choice = (label, options, act, id) =>
      element("label", {}, label, element("select", { "data-tool": id, onchange: (event) => act(event.target.selectedIndex, event.target.value) },
        ...options.map((option) => element("option", {}, option))));
    const bar = element("div", { class: "mg-tools", role: "toolbar", "aria-label": "Picture and brush" });
    if (this.data.tools?.length) {
      bar.append(choice("Brush", this.data.tools.map((tool) => tool.label), (index) => (this.tool = index), "brush"));
      const size = element("input", { type: "range", ...this.data.brush, "aria-label": "Brush radius in cells", "data-tool": "radius",
        oninput: () => (this.radius = Number(size.value)) });
      bar.append(element("label", {}, "Size", size));
    }
    if (this.data.labels.length > 1)
      bar.append(choice("Show", [...this.data.labels, "both"], (index) => { this.show = index; this.redraw(); }, "show"));
    bar.append(choice("Colours", Object.keys(this.data.maps), (index, value) => { this.mapName = value; this.chooseMap(); this.redraw(); }, "colours"));
    return bar;
  }

  async toggleRelief(button) {
    const on = !this.relief && !this.loading;
    button.setAttribute("aria-pressed", String(on));
    if (!on) {
      this.relief?.close();
      this.relief = null;
      this.canvas.hidden = false;
      this.redraw();
      return;
    }
    this.loading = true;
    try {
      const { Relief } = await import("./relief.js");
      if (!this.root.isConnected) return;
      this.relief = new Relief(this.box, this.colors, this.data.alt);
      this.canvas.hidden = true;
    } catch (error) {
      console.error(error);
      button.setAttribute("aria-pressed", "false");
    } finally {
      this.loading = false;
    }
    this.redraw();
  }

  // ---- painting ------------------------------------------------------------------------------------------

  /** The diameter of the brush in pixels. */
  brushWidth() {
    return this.shape ? (2 * this.radius * this.canvas.clientWidth) / this.shape[1] : 0;
  }

  dab(from, to) {
    const event = { ...this.data.tools[this.tool].event, x: to.x, y: to.y, x0: from.x, y0: from.y, radius: this.radius };
    this.live.send({ do: "poke", event });
  }
}
