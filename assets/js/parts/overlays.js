// What stays as it is from frame to frame is painted once, on a canvas of its own, and then laid over every frame.

import { element } from "./dom.js";

const travels = (layer) => layer.kind === "travellers";

export class Overlays {
  /**
   * @param {HTMLCanvasElement} picture
   * @param {(canvas: HTMLCanvasElement) => any} sheetOver makes a sheet over a canvas as large as the picture
   * @param {(layer: any, sheet: any) => void} paint
   */
  constructor(picture, sheetOver, paint) {
    this.picture = picture;
    this.sheetOver = sheetOver;
    this.paint = paint;
    this.forget();
  }

  /** What has been painted before is no longer so. */
  forget() {
    this.stills = new Map(); // neighbouring layers -> a canvas with them, good for a scene
    this.stands = { frame: null, kept: new Map() }; // the same, of all below what travels, good for a frame
  }

  /** Draw layers; while something travels a frame is drawn again and again, and nothing else in it moves. */
  draw(layers, sheet, frame) {
    const going = layers.findIndex(travels);
    if (this.stands.frame !== frame) this.stands = { frame, kept: new Map() };
    if (going > 0) this.over(this.stands.kept, layers.slice(0, going), sheet, (on) => this.lay(layers.slice(0, going), on, frame));
    this.lay(layers.slice(Math.max(going, 0)), sheet, frame);
  }

  /** What depends on the scene alone is painted with its neighbours of this kind. */
  lay(layers, sheet, frame) {
    const still = (layer) => layer.needs.length > 0 && layer.needs.every((name) => !frame.arrays[name]);
    for (let from = 0, to = 0; from < layers.length; from = to) {
      while (to < layers.length && still(layers[to])) to += 1;
      const group = layers.slice(from, to);
      if (group.length) this.over(this.stills, group, sheet, (on) => group.forEach((layer) => this.paint(layer, on)));
      else this.paint(layers[to++], sheet);
    }
  }

  /** Lay a canvas with these layers over a sheet; if there is none yet, `fill` it first. */
  over(kept, layers, sheet, fill) {
    const name = layers.map((layer) => layer.number).join();
    let canvas = kept.get(name);
    if (!canvas) {
      kept.set(name, (canvas = element("canvas", { width: this.picture.width, height: this.picture.height })));
      fill(this.sheetOver(canvas));
    }
    sheet.pen.drawImage(canvas, 0, 0, sheet.wide, sheet.tall);
  }
}
