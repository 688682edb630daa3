// What layers are drawn on: a canvas with the units of the data, and where their arrays, metrics and words come from.

import { DRAW } from "./layers.js";

/** Arrays, metrics and words by name, of a frame and, behind it, of its scene. */
export function sourceOf(frame, scene) {
  return {
    array: (name) => frame.arrays[name] ?? scene?.arrays[name],
    metric: (name) => frame.metrics[name] ?? scene?.metrics[name],
    word: (name) => frame.words[name] ?? scene?.words[name] ?? "",
  };
}

/** [left, right, bottom, top] in data units; a metric's name stands for half the side of a square about the origin. */
export function boundsOf(bounds, source) {
  if (typeof bounds !== "string") return bounds;
  const half = source.metric(bounds);
  return [-half, half, -half, half];
}

const sizes = new WeakMap(); // canvas -> [width, height] on the page; to ask the page each frame would have it laid out anew
const resized = new ResizeObserver((entries) => {
  for (const { target } of entries) sizes.set(target, [target.clientWidth, target.clientHeight]);
});

/** Make a canvas as sharp as the screen; answers its size in pixels of the page, and how many of the screen's they take. */
export function sharpen(canvas) {
  if (!sizes.has(canvas)) {
    sizes.set(canvas, [canvas.clientWidth, canvas.clientHeight]);
    resized.observe(canvas);
  }
  const [wide, tall] = sizes.get(canvas);
  const sharp = Math.min(devicePixelRatio || 1, 2);
  const [width, height] = [Math.round(wide * sharp), Math.round(tall * sharp)];
  const changed = canvas.width !== width || canvas.height !== height;
  if (changed) Object.assign(canvas, { width, height });
  return { wide, tall, sharp, resized: changed };
}

/** A sheet over a canvas, as layers.js describes it. */
export function sheetOf(canvas, { wide, tall, sharp }, bounds, palette, source) {
  const pen = canvas.getContext("2d");
  pen.setTransform(sharp, 0, 0, sharp, 0, 0);
  pen.lineJoin = pen.lineCap = "round";
  const [left, right, bottom, top] = bounds;
  return {
    pen, wide, tall, bounds, palette, share: 0.5, ...source,
    x: (x) => ((x - left) / (right - left)) * wide,
    y: (y) => ((top - y) / (top - bottom)) * tall,
  };
}

/** Draw a layer, as strong as `strength` says. */
export function paint(layer, sheet, strength = 1) {
  const shown = strength === 1 ? layer : Object.assign(Object.create(layer), { alpha: layer.alpha * strength });
  sheet.pen.globalAlpha = shown.alpha;
  sheet.pen.strokeStyle = sheet.pen.fillStyle = sheet.palette.color(layer.color);
  DRAW[layer.kind](sheet, shown);
  sheet.pen.globalAlpha = 1;
  sheet.pen.setLineDash([]);
}
