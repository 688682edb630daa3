// What is drawn into a plane of samples. A pen is {context, x, y, wide, tall, ratio, extent, colors}: x and y take the
// units of the data to pixels.

import { numbers } from "./live.js";

const REACH = 0.09; // the longest arrow, as a fraction of the picture
const HALF = 0.3; // the gradient whose arrow is half as long

export function drawDots({ context, x, y, ratio, extent, colors }, array, color, radius) {
  if (!array) return;
  const { data } = array;
  const size = radius * ratio;
  context.fillStyle = color;
  context.beginPath();
  for (let index = 0; index + 1 < data.length; index += 2) {
    if (!(Math.abs(data[index]) <= extent && Math.abs(data[index + 1]) <= extent)) continue;
    const [left, top] = [x(data[index]), y(data[index + 1])];
    context.moveTo(left + size, top);
    context.arc(left, top, size, 0, 2 * Math.PI);
  }
  if (radius > 2) { // an edge against the background, below the dots themselves
    context.strokeStyle = colors.background;
    context.lineWidth = 1.2 * ratio;
    context.stroke();
  }
  context.fill();
}

/** Each arrow begins at its sample; however long the gradient, the arrow stays in the picture. */
export function drawArrows({ context, x, y, wide, ratio, colors }, points, arrows) {
  if (!points || !arrows) return;
  context.strokeStyle = colors.gradient;
  context.lineWidth = 1.3 * ratio;
  context.beginPath();
  for (let row = 0; row < arrows.shape[0]; row += 1) {
    const [dx, dy] = [arrows.data[2 * row], -arrows.data[2 * row + 1]];
    const length = Math.hypot(dx, dy);
    if (!(length > 1e-9)) continue;
    const reach = (REACH * wide * length) / (length + HALF);
    if (reach < 1) continue;
    const [ux, uy] = [dx / length, dy / length];
    const [left, top] = [x(points.data[2 * row]), y(points.data[2 * row + 1])];
    const [tipX, tipY, head] = [left + reach * ux, top + reach * uy, Math.min(4 * ratio, reach / 2)];
    context.moveTo(left, top);
    context.lineTo(tipX, tipY);
    context.moveTo(tipX - head * (ux + 0.6 * uy), tipY - head * (uy - 0.6 * ux));
    context.lineTo(tipX, tipY);
    context.lineTo(tipX - head * (ux - 0.6 * uy), tipY - head * (uy + 0.6 * ux));
  }
  context.stroke();
}

/** The image of a lattice of equally probable latent cells: the smaller a cell, the denser the generated samples in it. */
export function drawManifold({ context, x, y, extent, ratio, colors }, array) {
  const [rows, columns] = array.shape;
  const data = numbers(array);
  const at = (row, column) => 2 * (row * columns + column);
  const least = (2 * extent) ** 2 / 4000;
  context.fillStyle = colors.generated;
  for (let row = 0; row + 1 < rows; row += 1)
    for (let column = 0; column + 1 < columns; column += 1) {
      const corners = [at(row, column), at(row, column + 1), at(row + 1, column + 1), at(row + 1, column)];
      let twice = 0;
      for (let i = 0; i < 4; i += 1) {
        const [a, b] = [corners[i], corners[(i + 1) % 4]];
        twice += data[a] * data[b + 1] - data[b] * data[a + 1];
      }
      context.globalAlpha = Math.min(0.7, 0.7 * Math.sqrt(least / Math.max(Math.abs(twice) / 2, 1e-9)));
      context.beginPath();
      for (const corner of corners) context.lineTo(x(data[corner]), y(data[corner + 1]));
      context.fill();
    }
  context.globalAlpha = 0.75;
  context.strokeStyle = colors.prior;
  context.lineWidth = (rows > 1 ? 0.8 : 2) * ratio;
  context.beginPath();
  for (let row = 0; row < rows; row += 1)
    for (let column = 0; column < columns; column += 1)
      context[column ? "lineTo" : "moveTo"](x(data[at(row, column)]), y(data[at(row, column) + 1]));
  if (rows > 1)
    for (let column = 0; column < columns; column += 1)
      for (let row = 0; row < rows; row += 1)
        context[row ? "lineTo" : "moveTo"](x(data[at(row, column)]), y(data[at(row, column) + 1]));
  context.stroke();
  context.globalAlpha = 1;
}

export function drawNote({ context, wide, tall, ratio, colors }, text) {
  context.font = `${14 * ratio}px sans-serif`;
  context.textAlign = "center";
  context.fillStyle = colors.text;
  const words = text.split(" ");
  const lines = [""];
  for (const word of words) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (context.measureText(longer).width > 0.85 * wide) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  lines.forEach((line, index) => context.fillText(line, wide / 2, tall * 0.08 + 20 * ratio * index));
}
