// Layers of dots: points, those on their way, and the ellipses of normal variables.

import { numbers } from "../../socket.js";
import { groups, levels, line, paint, rampOf } from "./shared.js";

const MANY = 1000; // travellers, from which on they are drawn in haste
const EDGE = 0.6; // pixels of background around a point
const TINY = 1.3; // pixels of a radius
const SQUARE = Math.sqrt(Math.PI) / 2; // half the side of a square for each radius of a disc as large
const LARGE = 60; // pixels of an ellipse whose corners would be seen

export const DOTS = {
  /** (n, 2) or, with a size between 0 and 1, (n, 3). */
  points(sheet, layer) {
    const { pen, x, y, wide, tall, array, palette } = sheet;
    const { data, step, count } = places(array(layer.at));
    const sizes = layer.sizes && numbers(array(layer.sizes));
    for (const [color, alpha, rows] of groups(layer, sheet, count)) {
      const found = [];
      for (const row of rows) {
        const [left, top] = [x(data[step * row]), y(data[step * row + 1])];
        if (!(left > -20 && left < wide + 20 && top > -20 && top < tall + 20)) continue;
        found.push(left, top, layer.size * (sizes ? Math.sqrt(sizes[row]) : step > 2 ? Math.sqrt(data[step * row + 2]) : 1));
      }
      pen.globalAlpha = alpha;
      pen.strokeStyle = pen.fillStyle = color;
      if (layer.hollow) {
        pen.lineWidth = layer.width;
        pen.beginPath();
        for (let at = 0; at < found.length; at += 3) disc(pen, found[at], found[at + 1], found[at + 2]);
        pen.stroke();
        continue;
      }
      if (layer.edge) { // against the background, below the points themselves
        pen.fillStyle = palette.look.background;
        discs(pen, found, EDGE, alpha);
        pen.fillStyle = color;
      }
      discs(pen, found, 0, alpha);
    }
  },

  /** From and to (n, 4): dots, or pictures (n, h, w), so much of the way along as the sheet's `share` says. */
  travellers(sheet, layer) {
    const { pen, x, y, array, share } = sheet;
    const [ways, pictures] = [array(layer.at), layer.array ? array(layer.array) : null];
    const data = numbers(ways);
    const at = (row) => [0, 1].map((axis) => data[4 * row + axis] + share * (data[4 * row + 2 + axis] - data[4 * row + axis]));
    if (pictures) {
      const [count, height, width] = pictures.shape;
      const [across, down] = [x(layer.size) - x(0), ((x(layer.size) - x(0)) * height) / width];
      layer.patch ??= document.createElement("canvas");
      if (!count) return;
      paint(layer.patch, levels(pictures), width, count * height, (layer.ramp ??= rampOf(layer, sheet.palette)));
      pen.imageSmoothingEnabled = false;
      for (let row = 0; row < count; row += 1) {
        const [left, top] = [x(at(row)[0]) - across / 2, y(at(row)[1]) - down / 2];
        pen.drawImage(layer.patch, 0, row * height, width, height, left, top, across, down);
        pen.strokeRect(left, top, across, down);
      }
      return;
    }
    const many = ways.shape[0] > MANY; // squares are drawn far faster than discs
    for (const [color, alpha, rows] of drawnAgain(layer, sheet, ways)) {
      pen.globalAlpha = alpha;
      pen.fillStyle = color;
      if (!many) pen.beginPath();
      for (const row of rows) {
        const from = 4 * row;
        const left = x(data[from] + share * (data[from + 2] - data[from]));
        const top = y(data[from + 1] + share * (data[from + 3] - data[from + 1]));
        if (many) pen.fillRect(left - layer.size, top - layer.size, 2 * layer.size, 2 * layer.size);
        else pen.moveTo(left + layer.size, top), pen.arc(left, top, layer.size, 0, 7);
      }
      if (!many) pen.fill();
    }
  },

  /** Means (n, 2) and covariances (n, 2, 2): where a normal variable is `deviations` standard deviations away. */
  ellipses(sheet, layer) {
    const { pen, x, y, array } = sheet;
    const [mean, cov] = [numbers(array(layer.mean)), numbers(array(layer.cov))];
    for (const [color, alpha, rows] of groups(layer, sheet, mean.length / 2)) {
      pen.beginPath();
      for (const row of rows) {
        const [a, b, c] = [cov[4 * row], cov[4 * row + 1], cov[4 * row + 3]];
        const l = Math.sqrt(Math.max(a, 0)); // Cholesky: [[l, 0], [m, k]]
        const m = l > 0 ? b / l : 0;
        const k = Math.sqrt(Math.max(c - m * m, 0));
        const turns = (x(l) - x(0)) * layer.deviations > LARGE ? 96 : 32;
        for (let turn = 0; turn <= turns; turn += 1) {
          const [cos, sin] = [Math.cos((2 * turn * Math.PI) / turns), Math.sin((2 * turn * Math.PI) / turns)].map((part) => part * layer.deviations);
          pen[turn ? "lineTo" : "moveTo"](x(mean[2 * row] + l * cos), y(mean[2 * row + 1] + m * cos + k * sin));
        }
      }
      pen.globalAlpha = alpha;
      pen.strokeStyle = pen.fillStyle = color;
      line(pen, layer);
      if (layer.filled) pen.fill();
      else pen.stroke();
    }
  },
};

/**
 * Filled discs (left, top, radius, …), each so much larger. Where none shines through another each is filled by itself,
 * which takes half as long as all as one path; what is too small to be seen round is a square as large.
 */
function discs(pen, found, more, alpha) {
  const singly = alpha === 1;
  pen.beginPath();
  for (let at = 0; at < found.length; at += 3) {
    const [left, top, radius] = [found[at], found[at + 1], found[at + 2] + more];
    const half = SQUARE * radius;
    if (radius < TINY) pen[singly ? "fillRect" : "rect"](left - half, top - half, 2 * half, 2 * half);
    else {
      if (singly) pen.beginPath();
      disc(pen, left, top, radius);
      if (singly) pen.fill();
    }
  }
  if (!singly) pen.fill();
}

function disc(pen, left, top, radius) {
  pen.moveTo(left + radius, top);
  pen.arc(left, top, radius, 0, 7);
}

/** The groups of a layer whose array is the one of last time. */
function drawnAgain(layer, sheet, array) {
  if (layer.groups?.array !== array || layer.groups.alpha !== layer.alpha)
    layer.groups = { array, alpha: layer.alpha, found: [...groups(layer, sheet, array.shape[0])] };
  return layer.groups.found;
}

/** The places of an array (n, 2), or (n, 3) with a size in the last column, of a layer. */
function places(array) {
  return { data: numbers(array), step: array.shape[1], count: array.shape[0] };
}
