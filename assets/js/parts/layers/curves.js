// Layers of a chart: curves, bars, levels and axes; and words.

import { numbers } from "../../socket.js";
import { line } from "./shared.js";

export const CURVES = {
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

  /** A letter or a short word at each place (n, 2), of a comma-separated word; with a rim, to be read on any colour. */
  letters({ pen, x, y, array, word, palette }, layer) {
    const places = array(layer.at);
    const [data, step] = [numbers(places), places.shape[1]];
    pen.font = `600 ${layer.size}px ${palette.look.font}`;
    [pen.textAlign, pen.textBaseline] = ["center", "middle"];
    [pen.strokeStyle, pen.lineWidth] = [palette.look.background, 1.5];
    for (const [row, letter] of word(layer.letters).split(",").slice(0, places.shape[0]).entries()) {
      const place = [x(data[step * row]), y(data[step * row + 1]) + 0.5];
      pen.strokeText(letter, ...place), pen.fillText(letter, ...place);
    }
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

/** Lay a path along a curve; answers where it begins and ends, in pixels. */
function trace({ pen, x, y, wide, array }, layer) {
  const heights = numbers(array(layer.array));
  const at = layer.x ? numbers(array(layer.x)) : null;
  const across = (index) => (at ? x(at[index]) : (index * wide) / (heights.length - 1));
  pen.beginPath();
  heights.forEach((height, index) => pen.lineTo(across(index), y(layer.base + layer.scale * height)));
  return [across(0), across(heights.length - 1)];
}
