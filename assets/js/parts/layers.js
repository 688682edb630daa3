// What a plane is made of. A layer is {kind, …} as declared in ui/views/plane.py; DRAW has a function for each kind.
//
// A sheet is what they draw on: {pen, x, y, wide, tall, bounds, palette, array, metric, word, share}: x and y take data
// units to pixels, y upwards; array(name), metric(name) and word(name) look into the frame and, behind it, the scene;
// share says how much of their way travellers have made.

import { SIGNS, outline, ramp } from "./palette.js";
import { numbers } from "../socket.js";

const REACH = 0.09; // the longest arrow of saturating length, as a fraction of the picture
const HALF = 0.3; // the vector whose arrow is half as long
const MANY = 1000; // travellers, from which on they are drawn in haste
const FADES = 8; // pieces of a path that fades towards its beginning

/** The places of an array (n, 2), or (n, 3) with a size in the last column, of a layer. */
function places(array) {
  return { data: numbers(array), step: array.shape[1], count: array.shape[0] };
}

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
function paint(canvas, data, width, height, colors) {
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  const [from, to] = [new Uint32Array(colors.buffer), new Uint32Array(image.data.buffer)];
  for (let cell = 0; cell < to.length; cell += 1) to[cell] = from[data[cell]];
  context.putImageData(image, 0, 0);
}

/** Groups of rows that are drawn alike: [colour, opacity, rows]. */
function groups(layer, sheet, count) {
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

function line(pen, layer) {
  pen.lineWidth = layer.width;
  pen.setLineDash(layer.dash);
}

export const DRAW = {
  /** (H, W): cells over the whole plane, row 0 on top. */
  surface({ pen, wide, tall, palette, array }, layer) {
    const cells = array(layer.array);
    const [height, width] = cells.shape;
    layer.patch ??= document.createElement("canvas");
    paint(layer.patch, levels(cells), width, height, (layer.ramp ??= rampOf(layer, palette)));
    pen.imageSmoothingEnabled = true;
    pen.drawImage(layer.patch, 0, 0, wide, tall);
  },

  /** (H, W): lines of equal height between the middles of cells, row 0 on top. */
  contours({ pen, wide, tall, array }, layer) {
    const cells = array(layer.array);
    const data = numbers(cells);
    const [height, width] = cells.shape;
    const at = (row, column) => data[row * width + column];
    const [dx, dy] = [wide / width, tall / height];
    pen.beginPath();
    for (const level of heights(layer, array, data))
      for (let row = 0; row + 1 < height; row += 1)
        for (let column = 0; column + 1 < width; column += 1) {
          const corners = [[at(row, column), 0, 0], [at(row, column + 1), 1, 0], [at(row + 1, column + 1), 1, 1], [at(row + 1, column), 0, 1]];
          const cuts = [];
          for (let side = 0; side < 4; side += 1) {
            const [[a, ax, ay], [b, bx, by]] = [corners[side], corners[(side + 1) % 4]];
            if (a < level === b < level) continue;
            const share = (level - a) / (b - a);
            cuts.push([(column + 0.5 + ax + share * (bx - ax)) * dx, (row + 0.5 + ay + share * (by - ay)) * dy]);
          }
          for (let cut = 0; cut + 1 < cuts.length; cut += 2) pen.moveTo(...cuts[cut]), pen.lineTo(...cuts[cut + 1]);
        }
    line(pen, layer);
    pen.stroke();
  },

  /** (n, 2) or, with a size between 0 and 1, (n, 3). */
  points(sheet, layer) {
    const { pen, x, y, wide, tall, array, palette } = sheet;
    const { data, step, count } = places(array(layer.at));
    const sizes = layer.sizes && numbers(array(layer.sizes));
    for (const [color, alpha, rows] of groups(layer, sheet, count)) {
      pen.beginPath();
      for (const row of rows) {
        const [left, top] = [x(data[step * row]), y(data[step * row + 1])];
        if (!(left > -20 && left < wide + 20 && top > -20 && top < tall + 20)) continue;
        const r = layer.size * (sizes ? Math.sqrt(sizes[row]) : step > 2 ? Math.sqrt(data[step * row + 2]) : 1);
        pen.moveTo(left + r, top), pen.arc(left, top, r, 0, 7);
      }
      pen.globalAlpha = alpha;
      pen.fillStyle = color;
      if (layer.hollow) {
        pen.strokeStyle = color;
        pen.lineWidth = layer.width;
        pen.stroke();
        continue;
      }
      if (layer.edge) { // against the background, below the points themselves
        pen.strokeStyle = palette.look.background;
        pen.lineWidth = 1.2;
        pen.stroke();
      }
      pen.fill();
    }
  },

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
    for (const [color, alpha, rows] of groups(layer, sheet, ways.shape[0])) {
      pen.globalAlpha = alpha;
      pen.fillStyle = color;
      if (!many) pen.beginPath();
      for (const row of rows) {
        const [right, up] = at(row);
        const [left, top] = [x(right), y(up)];
        if (many) pen.fillRect(left - layer.size, top - layer.size, 2 * layer.size, 2 * layer.size);
        else pen.moveTo(left + layer.size, top), pen.arc(left, top, layer.size, 0, 7);
      }
      if (!many) pen.fill();
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
        for (let turn = 0; turn <= 32; turn += 1) {
          const [cos, sin] = [Math.cos((turn * Math.PI) / 16), Math.sin((turn * Math.PI) / 16)].map((part) => part * layer.deviations);
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

  /** (n, h, w) or (n, h, w, 3) at places (n, 2), so many data units wide, or as wide as a metric says. */
  images({ pen, x, y, array, metric, palette }, layer) {
    const [found, at] = [array(layer.array), numbers(array(layer.at))];
    const [count, height, width, channels] = found.shape;
    layer.patch ??= document.createElement("canvas");
    if (channels === 3) paintRGB(layer.patch, found.data, width, count * height);
    else paint(layer.patch, levels(found), width, count * height, (layer.ramp ??= rampOf(layer, palette)));
    const size = typeof layer.size === "string" ? metric(layer.size) : layer.size;
    const [across, down] = [x(size) - x(0), ((x(size) - x(0)) * height) / width];
    pen.imageSmoothingEnabled = false;
    for (let index = 0; index < count; index += 1) {
      const [left, top] = [x(at[2 * index]) - across / 2, y(at[2 * index + 1]) - down / 2];
      pen.drawImage(layer.patch, 0, index * height, width, height, left, top, across, down);
    }
  },

  /** Heights (n,) over x (n,), or over the whole width at even distances: base + scale times height. */
  curve(sheet, layer) {
    const { pen } = sheet;
    trace(sheet, layer);
    line(pen, layer);
    pen.stroke();
  },

  /** A curve and what is below it, down to the base. */
  area(sheet, layer) {
    const { pen, y } = sheet;
    const [first, last] = trace(sheet, layer);
    line(pen, layer);
    pen.stroke();
    pen.lineTo(last, y(layer.base)), pen.lineTo(first, y(layer.base));
    pen.globalAlpha = 0.3 * layer.alpha;
    pen.fill();
  },

  /** Heights (n,) of bars side by side over the whole width: from the base, scale times height. */
  bars({ pen, y, wide, array }, layer) {
    const data = numbers(array(layer.array));
    const width = wide / data.length;
    data.forEach((height, index) => {
      const [from, to] = [y(layer.base), y(layer.base + layer.scale * height)];
      pen.fillRect((index + 0.08) * width, Math.min(from, to), 0.84 * width, Math.abs(from - to));
    });
  },

  /** (n,): lines across the whole picture at these y. */
  levels({ pen, y, wide, array }, layer) {
    pen.beginPath();
    for (const level of numbers(array(layer.at))) pen.moveTo(0, y(level)), pen.lineTo(wide, y(level));
    line(pen, layer);
    pen.stroke();
  },

  /** Both axes through (0, 0) with marks (n,) outwards from there, as rings where the word `rings` says so. */
  axes({ pen, x, y, wide, tall, array, word, palette }, layer) {
    const marks = numbers(array(layer.ticks));
    const labels = word(layer.labels).split(",");
    const rings = layer.rings && word(layer.rings) !== "";
    pen.beginPath();
    pen.moveTo(0, y(0)), pen.lineTo(wide, y(0)), pen.moveTo(x(0), 0), pen.lineTo(x(0), tall);
    for (const mark of marks) {
      if (rings) pen.moveTo(x(mark), y(0)), pen.arc(x(0), y(0), x(mark) - x(0), 0, 7);
      else for (const side of [mark, -mark]) {
        pen.moveTo(x(side), y(0) - 3), pen.lineTo(x(side), y(0) + 3);
        pen.moveTo(x(0) - 3, y(side)), pen.lineTo(x(0) + 3, y(side));
      }
    }
    line(pen, layer);
    pen.stroke();
    pen.font = `11px ${palette.look.font}`;
    pen.textAlign = "left";
    pen.globalAlpha = 0.75;
    let free = 0; // where the next label has room
    marks.forEach((mark, index) => {
      const [label, left] = [labels[index] ?? "", x(mark) + 3];
      if (left < free) return;
      pen.fillText(label, left, y(0) - 4);
      free = left + pen.measureText(label).width + 6;
    });
    pen.globalAlpha = 0.9;
    pen.fillText(word(layer.up), x(0) + 5, 12);
    const right = word(layer.right);
    pen.fillText(right, wide - pen.measureText(right).width - 4, y(0) + 14);
  },

  /** A letter or a short word at each place (n, 2), of a comma-separated word. */
  letters({ pen, x, y, array, word, palette }, layer) {
    const { data, step, count } = places(array(layer.at));
    pen.font = `600 ${layer.size}px ${palette.look.font}`;
    [pen.textAlign, pen.textBaseline] = ["center", "middle"];
    word(layer.letters).split(",").slice(0, count).forEach((letter, row) => pen.fillText(letter, x(data[step * row]), y(data[step * row + 1]) + 0.5));
    [pen.textAlign, pen.textBaseline] = ["left", "alphabetic"];
  },

  /** A sentence of the frame: across the top, or at a place of the plane. */
  note({ pen, x, y, wide, tall, word, palette }, layer) {
    const text = layer.word ? word(layer.word) : layer.text;
    if (!text) return;
    pen.font = `${layer.italic ? "italic " : ""}${layer.size}px ${layer.italic ? "serif" : palette.look.font}`;
    if (layer.at) {
      pen.textAlign = "left";
      pen.fillText(text, x(layer.at[0]), y(layer.at[1]));
      return;
    }
    pen.textAlign = "center";
    const lines = [""];
    for (const each of text.split(" ")) {
      const longer = `${lines.at(-1)} ${each}`.trim();
      if (pen.measureText(longer).width > 0.85 * wide) lines.push(each);
      else lines[lines.length - 1] = longer;
    }
    lines.forEach((each, index) => pen.fillText(each, wide / 2, tall * 0.08 + 20 * index));
    pen.textAlign = "left";
  },
};

/** Heights at which contours are drawn: of an array, or so many evenly between the least and the greatest value. */
function heights(layer, array, data) {
  if (layer.levels) return numbers(array(layer.levels));
  let [low, high] = [Infinity, -Infinity];
  for (const value of data) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return Array.from({ length: layer.count }, (_, index) => low + ((index + 1) * (high - low)) / (layer.count + 1));
}

function barb(pen, [fromX, fromY], [tipX, tipY], head) {
  const length = Math.hypot(tipX - fromX, tipY - fromY) || 1;
  const [ux, uy] = [(head * (tipX - fromX)) / length, (head * (tipY - fromY)) / length];
  pen.moveTo(fromX, fromY), pen.lineTo(tipX, tipY);
  pen.moveTo(tipX - ux - 0.6 * uy, tipY - uy + 0.6 * ux), pen.lineTo(tipX, tipY);
  pen.lineTo(tipX - ux + 0.6 * uy, tipY - uy - 0.6 * ux);
}

/** Lay a path along a curve; answers where it begins and ends, in pixels. */
function trace({ pen, x, y, wide, array }, layer) {
  const heights = numbers(array(layer.array));
  const at = layer.x ? numbers(array(layer.x)) : null;
  const across = (index) => (at ? x(at[index]) : (index * wide) / (heights.length - 1));
  pen.beginPath();
  heights.forEach((height, index) => pen.lineTo(across(index), y(layer.base + layer.scale * height)));
  return [across(0), across(heights.length - 1)];
}

function paintRGB(canvas, data, width, height) {
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  for (let cell = 0; cell < width * height; cell += 1) {
    for (let channel = 0; channel < 3; channel += 1) image.data[4 * cell + channel] = data[3 * cell + channel];
    image.data[4 * cell + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}
