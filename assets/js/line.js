// The picture of the lectures for one-dimensional data: densities and D above, below them the lines from z to x.

import { numbers } from "./live.js";

const TOP = 0.06; // parts of the picture's height
const FLOOR = 0.66;
const X_AXIS = 0.74;
const Z_AXIS = 0.95;

export function drawLine(pen, frame, scene, shown) {
  const { context, wide, tall, ratio, colors } = pen;
  const at = numbers(scene.arrays.line_x);
  const { line_D: D, line_optimal: best, line_pG: pG, map_z: z, map_Gz: Gz, fakes, arrows } = frame.arrays;
  const real = scene.arrays.line_p;
  const peak = 1.15 * Math.max(...real.data, 0.5);
  const level = (part) => tall * (FLOOR - (FLOOR - TOP) * part);
  const density = (value) => level(Math.min(value / peak, 1.05));
  const says = scale(D.data, scene.metrics.squash);
  if (shown.real) curve(pen, at, real.data, density, colors.real, { fill: 0.25 });
  if (shown.fakes) curve(pen, at, pG.data, density, colors.generated, { fill: 0.25 });
  if (scene.metrics.squash) curve(pen, at, best.data, level, colors.critic, { dash: [4, 4], width: 1.4 });
  curve(pen, at, D.data, (value) => level(says(value)), colors.critic, { width: 2.4 });
  context.strokeStyle = colors.text;
  context.lineWidth = ratio;
  for (const height of [FLOOR, X_AXIS, Z_AXIS]) stroke(context, [[0, tall * height], [wide, tall * height]]);
  mapping(pen, z.data, Gz.data, colors.prior);
  if (shown.fakes) ticks(pen, fakes.data, colors.generated);
  if (shown.arrows) pushes(pen, fakes.data, arrows.data, colors.gradient);
  label(pen, "x", X_AXIS);
  label(pen, "z", Z_AXIS);
  legend(pen, scene.metrics.squash);
}

/** A probability stays as it is; a score is brought to 0 … 1. */
function scale(values, squash) {
  if (squash) return (value) => value;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return (value) => (value - low) / Math.max(high - low, 1e-6);
}

function curve({ context, x, tall, ratio }, at, values, height, color, { fill = 0, dash = [], width = 2 }) {
  context.beginPath();
  at.forEach((value, index) => context.lineTo(x(value), height(values[index])));
  context.strokeStyle = color;
  context.lineWidth = width * ratio;
  context.setLineDash(dash.map((length) => length * ratio));
  context.stroke();
  context.setLineDash([]);
  if (!fill) return;
  context.lineTo(x(at.at(-1)), tall * FLOOR);
  context.lineTo(x(at[0]), tall * FLOOR);
  context.globalAlpha = fill;
  context.fillStyle = color;
  context.fill();
  context.globalAlpha = 1;
}

function stroke(context, points) {
  context.beginPath();
  for (const [left, top] of points) context.lineTo(left, top);
  context.stroke();
}

/** A line from every z to its G(z); the z cut the prior into equal parts, so that lines crowd where p_G is dense. */
function mapping({ context, x, tall, ratio }, z, Gz, color) {
  context.strokeStyle = color;
  context.lineWidth = ratio;
  for (let index = 0; index < z.length; index += 1)
    stroke(context, [[x(z[index]), tall * Z_AXIS], [x(Gz[index]), tall * X_AXIS]]);
}

function ticks({ context, x, tall, ratio }, fakes, color) {
  context.strokeStyle = color;
  context.lineWidth = ratio;
  context.globalAlpha = 0.5;
  for (const value of fakes.slice(0, 200)) stroke(context, [[x(value), tall * (X_AXIS - 0.02)], [x(value), tall * X_AXIS]]);
  context.globalAlpha = 1;
}

function pushes({ context, x, wide, tall, ratio }, fakes, arrows, color) {
  context.strokeStyle = color;
  context.lineWidth = 1.4 * ratio;
  for (let index = 0; index < Math.min(arrows.length, 40); index += 1) {
    const reach = (0.06 * wide * arrows[index]) / (Math.abs(arrows[index]) + 0.3);
    const height = tall * (X_AXIS - 0.024 - 0.001 * (index % 20) * 2);
    if (Math.abs(reach) < 1) continue;
    const head = Math.sign(reach) * Math.min(3 * ratio, Math.abs(reach));
    const [from, to] = [x(fakes[index]), x(fakes[index]) + reach];
    stroke(context, [[from, height], [to, height], [to - head, height - head / 2]]);
  }
}

function label({ context, tall, ratio, colors }, text, height) {
  context.fillStyle = colors.text;
  context.font = `italic ${13 * ratio}px serif`;
  context.textAlign = "left";
  context.fillText(text, 6 * ratio, tall * height - 5 * ratio);
}

function legend({ context, ratio, colors }, squash) {
  const rows = [["p real", colors.real], ["p generated", colors.generated], [squash ? "D(x), 0 to 1" : "D(x), scaled", colors.critic]];
  if (squash) rows.push(["D* = p / (p + p_G), dashed", colors.critic]);
  context.font = `${12 * ratio}px sans-serif`;
  context.textAlign = "left";
  rows.forEach(([text, color], index) => {
    context.fillStyle = color;
    context.fillRect(8 * ratio, (9 + 17 * index) * ratio, 12 * ratio, 3 * ratio);
    context.fillStyle = colors.text;
    context.fillText(text, 26 * ratio, (14 + 17 * index) * ratio);
  });
}
