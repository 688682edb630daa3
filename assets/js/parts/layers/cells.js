// Layers of cells: surfaces, their lines of equal height, and pictures at places.

import { numbers } from "../../socket.js";
import { levels, line, paint, rampOf } from "./shared.js";

export const CELLS = {
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
