// What several families of layers need: values as levels, colours by class or value, and how a line is drawn.

import { ramp } from "../palette.js";

/** Values as whole levels 0 … 255 over their range. */
export function levels(array) {
  if (array.data instanceof Uint8Array && array.range) return array.data;
  let [low, high] = [Infinity, -Infinity];
  for (const value of array.data) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return Uint8Array.from(array.data, (value) => (255 * (value - low)) / Math.max(high - low, 1e-30));
}

/** The ramp of a layer's colour map, for the light or the dark at hand. */
export function rampOf(layer, palette) {
  return ramp(layer.scale.through ? palette.diverging(layer.scale) : layer.scale.colors);
}

/** Paint an array (H, W) of levels into a canvas, a pixel a cell, row 0 on top. */
export function paint(canvas, data, width, height, colors) {
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  const [from, to] = [new Uint32Array(colors.buffer), new Uint32Array(image.data.buffer)];
  for (let cell = 0; cell < to.length; cell += 1) to[cell] = from[data[cell]];
  context.putImageData(image, 0, 0);
}

/** Groups of rows that are drawn alike: [colour, opacity, rows]. */
export function groups(layer, sheet, count) {
  const classes = layer.classes && sheet.array(layer.classes)?.data;
  const mask = layer.mask && sheet.array(layer.mask)?.data;
  const values = layer.values && sheet.array(layer.values);
  const chosen = layer.chosen ? sheet.metric(layer.chosen) : null;
  const found = new Map();
  const level = values && levels(values);
  const colors = values && (layer.ramp ??= rampOf(layer, sheet.palette));
  for (let row = 0; row < count; row += 1) {
    if (mask && !mask[row]) continue;
    const faint = classes && Number.isFinite(chosen) && chosen !== null && classes[row] !== chosen;
    const own = values ? level[row] >> 2 : classes ? classes[row] % layer.palette.length : 0;
    const key = 2 * own + (faint ? 1 : 0);
    if (!found.has(key)) {
      const at = 4 * ((own << 2) + 2);
      const color = values ? `rgb(${colors.slice(at, at + 3)})` : sheet.palette.color(classes ? layer.palette[own] : layer.color);
      found.set(key, [color, (faint ? 0.3 : 1) * layer.alpha, []]);
    }
    found.get(key)[2].push(row);
  }
  return found.values();
}

/** How thick a layer's lines are, and how they are dashed. */
export function line(pen, layer) {
  pen.lineWidth = layer.width;
  pen.setLineDash(layer.dash);
}
