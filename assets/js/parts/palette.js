// Colours as they are here and now: stand-ins and concepts of ui/theme.py in the page's own light or dark.

import { element } from "./dom.js";

const TEXT = "#010203"; // stand-ins for the page's own colours, as in ui/theme.py
const BACKGROUND = "#fdfeff";

/** Streamlit's theme as seen from an element. */
export function theme(node) {
  const css = getComputedStyle(node);
  const get = (name, otherwise) => css.getPropertyValue(name).trim() || otherwise;
  return {
    text: get("--st-text-color", "#31333f"),
    background: get("--st-background-color", "#ffffff"),
    secondary: get("--st-secondary-background-color", "#f0f2f6"),
    border: get("--st-border-color", "#d0d3da"),
    primary: get("--st-primary-color", "#0072b2"),
    font: get("--st-font", "sans-serif"),
  };
}

/** The page's look, and how colours named in Python appear in it. `dark` maps colours to what they are in the dark. */
export class Palette {
  constructor(node, dark) {
    this.look = theme(node);
    this.isDark = rgb(this.look.background).reduce((sum, channel) => sum + channel) < 384;
    this.swaps = new Map(this.isDark ? Object.entries(dark) : []);
    this.swaps.set(TEXT, this.look.text).set(BACKGROUND, this.look.background);
  }

  /** A colour of the picture; one with an opacity behind it ("#0072B233") keeps that. */
  color(name) {
    if (!name) return this.look.text;
    return this.swaps.get(name) ?? (this.swaps.get(name.slice(0, 7)) ?? name.slice(0, 7)) + name.slice(7);
  }

  /** Stops of a scale from one colour to another through the page's background, so that what lies on it stays visible. */
  diverging({ colors: [low, high], strength }) {
    const middle = rgb(this.look.background);
    const weight = strength * (this.isDark ? 0.84 : 1);
    const end = (color) => rgb(color).map((channel, index) => middle[index] + weight * (channel - middle[index]));
    return [end(low), middle, end(high)];
  }

  /** Replace every colour in a tree of plain objects, in place. */
  paint(node) {
    for (const [key, value] of Object.entries(node ?? {})) {
      if (typeof value === "string" && value[0] === "#") node[key] = this.color(value);
      else if (value && typeof value === "object") this.paint(value);
    }
  }
}

let swatch;

/** Red, green and blue of any CSS colour. */
export function rgb(color) {
  swatch ??= document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  swatch.fillStyle = color;
  swatch.fillRect(0, 0, 1, 1);
  return [...swatch.getImageData(0, 0, 1, 1).data].slice(0, 3);
}

/** 256 colours, four bytes each, through the given ones (rows of red, green, blue) at even distances. */
export function ramp(colors) {
  const bytes = new Uint8ClampedArray(256 * 4);
  for (let level = 0; level < 256; level += 1) {
    const place = (level / 255) * (colors.length - 1);
    const first = Math.min(Math.floor(place), colors.length - 2);
    for (let channel = 0; channel < 3; channel += 1) {
      const [low, high] = [colors[first][channel], colors[first + 1][channel]];
      bytes[4 * level + channel] = low + (place - first) * (high - low);
    }
    bytes[4 * level + 3] = 255;
  }
  return bytes;
}

/** CSS for a bar that shows a scale. */
export const gradient = (colors) => `linear-gradient(to right, ${colors.map((color) => `rgb(${color.map(Math.round)})`).join(",")})`;

// signs beside colours, so that colour is not all that tells things apart
export const SIGNS = ["circle", "square", "triangle", "diamond", "cross"];
const CORNERS = {
  square: [[-1, -1], [1, -1], [1, 1], [-1, 1]],
  triangle: [[0, -1.3], [1.2, 1], [-1.2, 1]],
  diamond: [[0, -1.4], [1.2, 0], [0, 1.4], [-1.2, 0]],
  cross: [[-1.3, -0.5], [-0.5, -0.5], [-0.5, -1.3], [0.5, -1.3], [0.5, -0.5], [1.3, -0.5], [1.3, 0.5], [0.5, 0.5], [0.5, 1.3], [-0.5, 1.3], [-0.5, 0.5], [-1.3, 0.5]],
};

/** The outline of a sign of about radius `r`, as a path of its own. */
export function outline(pen, sign, x, y, r) {
  pen.beginPath();
  if (!CORNERS[sign]) pen.arc(x, y, r, 0, 7);
  else {
    for (const [dx, dy] of CORNERS[sign]) pen.lineTo(x + 0.85 * r * dx, y + 0.85 * r * dy);
    pen.closePath();
  }
}

/** A sign as an element, for legends and tables. */
export function sign(kind, color) {
  const canvas = element("canvas", { width: 28, height: 28, class: "mg-sign", "aria-hidden": "true" });
  const pen = canvas.getContext("2d");
  pen.fillStyle = color;
  outline(pen, kind, 14, 14, 11);
  pen.fill();
  return canvas;
}
