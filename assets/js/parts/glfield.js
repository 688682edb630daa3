// A WebGL canvas that shows arrays of bytes: mapped to colours, mixed, side by side, or a stack laid out as tiles.

import { isSlow, wholeWhereCut } from "./dom.js";

const VERTEX = `#version 300 es
in vec2 corner; out vec2 at;
void main() { at = vec2((corner.x + 1.0) * 0.5, (1.0 - corner.y) * 0.5); gl_Position = vec4(corner, 0.0, 1.0); }`;
// SHOW (0 first, 1 second, 2 both mixed, 3 side by side), COLOURED (the arrays hold colours, not levels) and TILED are
// compiled in: a processor that draws takes three times as long for a shader that has to ask
const FRAGMENT = `precision highp float;
in vec2 at; out vec4 color;
uniform sampler2D first, second, map;
uniform ivec3 tiles; // columns, rows, and how many there are
uniform vec2 cells; // of one tile
uniform vec3 ground;
const float GAP = 0.06; // between tiles, as a part of one; half as wide between two sides
vec4 shown(sampler2D field, vec2 at) {
  vec4 texel = texture(field, at);
  return vec4(COLOURED == 1 ? texel.rgb : texture(map, vec2(texel.r, 0.5)).rgb, 1.0);
}
#if TILED == 1
vec4 tiled(sampler2D field, vec2 at) {
  vec2 place = at * vec2(tiles.xy);
  int tile = int(place.y) * tiles.x + int(place.x);
  vec2 inside = (fract(place) - 0.5 * GAP) / (1.0 - GAP);
  if (tile >= tiles.z || any(lessThan(inside, vec2(0.0))) || any(greaterThan(inside, vec2(1.0)))) return vec4(ground, 1.0);
  inside = clamp(inside, 0.5 / cells, 1.0 - 0.5 / cells); // nothing of the neighbours
  return shown(field, vec2(inside.x, (float(tile) + inside.y) / float(tiles.z)));
}
#else
#define tiled shown
#endif
void main() {
#if SHOW == 0
  color = tiled(first, at);
#elif SHOW == 1
  color = tiled(second, at);
#elif SHOW == 2 // orange and blue light, told apart by every common kind of colour vision
  color = vec4(texture(first, at).r * vec3(0.90, 0.62, 0.0) + texture(second, at).r * vec3(0.10, 0.45, 0.90), 1.0);
#else
  float wide = 0.5 - 0.25 * GAP; // of one side
  if (at.x < wide) color = tiled(first, vec2(at.x / wide, at.y));
  else if (at.x > 1.0 - wide) color = tiled(second, vec2((at.x - 1.0) / wide + 1.0, at.y));
  else color = vec4(ground, 1.0);
#endif
}`;
export const SHOW = { first: 0, second: 1, mixed: 2, beside: 3 };
export const GAP = 0.06; // as in the shader

export class GLField {
  /** `wrap`: the field is periodic; `smooth`: cells pass into each other. */
  constructor(canvas, { wrap, smooth }) {
    this.canvas = canvas;
    const gl = (this.gl = canvas.getContext("webgl2", { antialias: false, alpha: false }));
    if (!gl) return;
    this.slow = isSlow(gl);
    if (this.slow) wholeWhereCut(canvas);
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([-1, -1, 1, -1, -1, 1, 1, 1]), gl.STATIC_DRAW);
    gl.enableVertexAttribArray(0);
    gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    this.programs = {};
    this.textures = ["first", "second", "map"].map((name, unit) => {
      const texture = gl.createTexture();
      gl.activeTexture(gl.TEXTURE0 + unit);
      gl.bindTexture(gl.TEXTURE_2D, texture);
      const edge = name !== "map" && wrap ? gl.REPEAT : gl.CLAMP_TO_EDGE;
      const filter = name === "map" || smooth ? gl.LINEAR : gl.NEAREST;
      for (const [key, value] of [["MIN_FILTER", filter], ["MAG_FILTER", filter], ["WRAP_S", edge], ["WRAP_T", edge]])
        gl.texParameteri(gl.TEXTURE_2D, gl[`TEXTURE_${key}`], value);
      return { texture, size: "" };
    });
  }

  /** Take the program for what is shown into use, and answer where its uniforms are. */
  use(show, coloured, tiled) {
    const { gl } = this;
    const kind = `#define SHOW ${show}\n#define COLOURED ${Number(coloured)}\n#define TILED ${Number(tiled)}\n`;
    const { program, at } = (this.programs[kind] ??= this.compile(kind));
    gl.useProgram(program);
    return at;
  }

  compile(kind) {
    const { gl } = this;
    const program = gl.createProgram();
    for (const [type, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, `#version 300 es\n${kind}${FRAGMENT}`]]) {
      const shader = gl.createShader(type);
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.bindAttribLocation(program, 0, "corner");
    gl.linkProgram(program);
    gl.useProgram(program);
    ["first", "second", "map"].forEach((name, unit) => gl.uniform1i(gl.getUniformLocation(program, name), unit));
    const at = Object.fromEntries(["tiles", "cells", "ground"].map((name) => [name, gl.getUniformLocation(program, name)]));
    return { program, at };
  }

  /** Rows of red, green and blue, from the least level to the greatest. */
  setMap(colors) {
    const { gl } = this;
    const bytes = Uint8Array.from(colors.flatMap((color) => [...color, 255]));
    gl.activeTexture(gl.TEXTURE2);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, colors.length, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, bytes);
  }

  /** Show arrays {data, width, height, count, columns, coloured}, the first two of them as `show` says. */
  draw(arrays, show, ground) {
    const { gl } = this;
    arrays.slice(0, 2).forEach(({ data, width, height, count, coloured }, unit) => {
      const [slot, rows, format] = [this.textures[unit], height * count, coloured ? gl.RGB : gl.RED];
      const size = `${width}x${rows}x${format}`;
      gl.activeTexture(gl.TEXTURE0 + unit);
      if (slot.size === size) gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, width, rows, format, gl.UNSIGNED_BYTE, data);
      else gl.texImage2D(gl.TEXTURE_2D, 0, coloured ? gl.RGB8 : gl.R8, width, rows, 0, format, gl.UNSIGNED_BYTE, data);
      slot.size = size;
    });
    const { width, height, count, columns, coloured } = arrays[0];
    gl.viewport(0, 0, this.canvas.width, this.canvas.height);
    const at = this.use(show, coloured, count > 1);
    gl.uniform3i(at.tiles, columns, Math.ceil(count / columns), count);
    gl.uniform2f(at.cells, width, height);
    gl.uniform3f(at.ground, ...ground.map((channel) => channel / 255));
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  }

  close() {
    this.gl?.getExtension("WEBGL_lose_context")?.loseContext();
  }
}
