// Layers of lines: arrows, paths, links, segments and lattices.

import { numbers } from "../../socket.js";
import { SIGNS, outline } from "../palette.js";
import { line } from "./shared.js";

const REACH = 0.09; // the longest arrow of saturating length, as a fraction of the picture
const HALF = 0.3; // the vector whose arrow is half as long
const FADES = 8; // pieces of a path that fades towards its beginning

export const LINES = {
  /** From places (n, 2) along vectors (m, 2), m <= n; or (n, 4), middle and direction in data units. */
  arrows({ pen, x, y, wide, array }, layer) {
    const at = array(layer.at);
    const along = layer.along ? array(layer.along) : null;
    if (layer.along && !along) return;
    const [from, step, vectors] = [numbers(at), at.shape[1], along && numbers(along)];
    pen.beginPath();
    for (let row = 0; row < (along ?? at).shape[0]; row += 1) {
      const [px, py] = [from[step * row], from[step * row + 1]];
      const [vx, vy] = vectors ? [vectors[2 * row], vectors[2 * row + 1]] : [from[step * row + 2], from[step * row + 3]];
      const length = Math.hypot(vx, vy);
      if (!(length > 1e-9)) continue;
      if (layer.length === "saturating") { // however long the vector, the arrow stays in the picture
        const reach = (REACH * wide * length) / (length + HALF);
        if (reach >= 1) barb(pen, [x(px), y(py)], [x(px) + (reach * vx) / length, y(py) - (reach * vy) / length], Math.min(4, reach / 2));
      } else {
        const [right, up] = [x(px + vx / 2), y(py + vy / 2)];
        barb(pen, [x(px - vx / 2), y(py - vy / 2)], [right, up], Math.hypot(right - x(px), up - y(py)) / 2);
      }
    }
    line(pen, layer);
    pen.stroke();
  },

  /** (m, n, 2): a path each, fading towards its beginning, with a sign at its end; `mask` (m,) hides some. */
  paths({ pen, x, y, array, palette }, layer) {
    const found = array(layer.at);
    const [data, [count, length]] = [numbers(found), found.shape];
    const mask = layer.mask && array(layer.mask)?.data;
    /** @returns {[number, number]} */
    const at = (path, i) => [x(data[2 * (path * length + i)]), y(data[2 * (path * length + i) + 1])];
    const finite = ([left, top]) => Number.isFinite(left + top);
    const color = (path) => palette.color(layer.palette[path % layer.palette.length] ?? layer.color);
    const shown = Array.from({ length: count }, (_, path) => path).filter((path) => !mask || mask[path]);
    line(pen, layer);
    for (const path of shown) {
      pen.strokeStyle = color(path);
      const pieces = layer.fade ? FADES : 1;
      for (let piece = 0; piece < pieces; piece += 1) {
        const [first, last] = [piece, piece + 1].map((edge) => Math.floor((edge * (length - 1)) / pieces));
        pen.globalAlpha = layer.alpha * (layer.fade ? 0.12 + (0.88 * (piece + 1)) / pieces : 1);
        pen.beginPath();
        for (let i = first; i <= last; i += 1) if (finite(at(path, i))) pen.lineTo(...at(path, i));
        pen.stroke();
      }
    }
    pen.globalAlpha = 1;
    pen.setLineDash([]);
    if (!layer.ends) return;
    for (const path of shown) {
      const [left, top] = at(path, length - 1);
      if (!finite([left, top])) continue;
      pen.fillStyle = color(path);
      pen.strokeStyle = palette.look.background;
      pen.lineWidth = 1.5;
      outline(pen, SIGNS[path % SIGNS.length], left, top, layer.ends);
      pen.fill(), pen.stroke();
    }
  },

  /** Pairs (m, 2) of rows of nodes (n, 2), as wide as their weight (m,) between 0 and 1 says. */
  links({ pen, x, y, array }, layer) {
    const [nodes, pairs] = [numbers(array(layer.nodes)), array(layer.pairs)];
    const weight = layer.weight ? numbers(array(layer.weight)) : null;
    pen.setLineDash(layer.dash);
    for (let row = 0; row < pairs.shape[0]; row += 1) {
      const [a, b] = [pairs.data[2 * row], pairs.data[2 * row + 1]];
      pen.lineWidth = layer.width * (weight ? weight[row] : 1);
      if (!(pen.lineWidth > 0)) continue;
      pen.beginPath();
      pen.moveTo(x(nodes[2 * a]), y(nodes[2 * a + 1])), pen.lineTo(x(nodes[2 * b]), y(nodes[2 * b + 1]));
      pen.stroke();
    }
  },

  /** (n, 4), or (n, 5) with a width between 0 and 1; a colour each where there is a palette, a ring at the end where there are `ends`. */
  segments({ pen, x, y, array, palette }, layer) {
    const found = array(layer.at);
    const [data, [count, step]] = [numbers(found), found.shape];
    const mask = layer.mask && array(layer.mask)?.data;
    pen.lineCap = step > 4 ? "butt" : "round";
    for (let row = 0; row < count; row += 1) {
      const [ax, ay, bx, by, share] = data.slice(step * row, step * row + step);
      if ((mask && !mask[row]) || (step > 4 && !(share > 0))) continue;
      if (layer.palette.length) pen.strokeStyle = palette.color(layer.palette[row % layer.palette.length]);
      line(pen, layer);
      if (step > 4) pen.lineWidth = layer.width * share;
      pen.beginPath();
      pen.moveTo(x(ax), y(ay)), pen.lineTo(x(bx), y(by));
      pen.stroke();
      pen.setLineDash([]);
      if (layer.ends) pen.beginPath(), pen.arc(x(bx), y(by), layer.ends, 0, 7), pen.stroke();
    }
    pen.lineCap = "round";
  },

  /** (r, c, 2): a bent lattice; with `fill`, cells are the denser the smaller they are. */
  mesh({ pen, x, y, wide, tall, array, palette }, layer) {
    const found = array(layer.at);
    const [data, [rows, columns]] = [numbers(found), found.shape];
    const at = (row, column) => [x(data[2 * (row * columns + column)]), y(data[2 * (row * columns + column) + 1])];
    if (layer.fill) {
      pen.fillStyle = palette.color(layer.fill);
      for (let row = 0; row + 1 < rows; row += 1)
        for (let column = 0; column + 1 < columns; column += 1) {
          const corners = [at(row, column), at(row, column + 1), at(row + 1, column + 1), at(row + 1, column)];
          const area = Math.abs(corners.reduce((sum, [ax, ay], i) => sum + ax * corners[(i + 1) % 4][1] - ay * corners[(i + 1) % 4][0], 0)) / 2;
          pen.globalAlpha = layer.alpha * Math.min(0.9, 0.9 * Math.sqrt((wide * tall) / 4000 / Math.max(area, 1e-9)));
          pen.beginPath();
          for (const corner of corners) pen.lineTo(...corner);
          pen.fill();
        }
    }
    pen.globalAlpha = layer.alpha;
    pen.beginPath();
    for (let row = 0; row < rows; row += 1) for (let column = 0; column < columns; column += 1) pen[column ? "lineTo" : "moveTo"](...at(row, column));
    if (rows > 1) for (let column = 0; column < columns; column += 1) for (let row = 0; row < rows; row += 1) pen[row ? "lineTo" : "moveTo"](...at(row, column));
    line(pen, layer);
    pen.stroke();
  },
};

function barb(pen, [fromX, fromY], [tipX, tipY], head) {
  const length = Math.hypot(tipX - fromX, tipY - fromY) || 1;
  const [ux, uy] = [(head * (tipX - fromX)) / length, (head * (tipY - fromY)) / length];
  pen.moveTo(fromX, fromY), pen.lineTo(tipX, tipY);
  pen.moveTo(tipX - ux - 0.6 * uy, tipY - uy + 0.6 * ux), pen.lineTo(tipX, tipY);
  pen.lineTo(tipX - ux + 0.6 * uy, tipY - uy - 0.6 * ux);
}
