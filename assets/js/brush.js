// A brush over a picture, led by pointer, touch or keys. Places run from 0 to 1, rightwards and downwards.

import { element, touchable } from "./live.js";

const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const inside = (value) => Math.min(Math.max(value, 0), 1);

/** Who owns the run paints on `canvas`: `dab(from, to)` is called for every stroke. `width()` is the brush's on screen. */
export class Brush {
  constructor(canvas, live, { width, dab }) {
    Object.assign(this, { canvas, live, width, dab });
    this.cursor = { x: 0.5, y: 0.5 };
    this.ring = element("div", { class: "mg-ring", hidden: true });
    canvas.after(this.ring);
    canvas.addEventListener("pointerdown", (event) => this.down(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => (this.stroke = null));
    for (const name of ["pointerleave", "blur"]) canvas.addEventListener(name, () => (this.ring.hidden = true));
    canvas.addEventListener("keydown", (event) => this.key(event));
  }

  get allowed() {
    return this.live.role === "owner";
  }

  link() {
    touchable(this.canvas, this.live);
  }

  where(event) {
    const box = this.canvas.getBoundingClientRect();
    return { x: inside((event.clientX - box.left) / box.width), y: inside((event.clientY - box.top) / box.height) };
  }

  down(event) {
    if (event.button !== 0 || !this.allowed) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.stroke = this.where(event);
    this.dab(this.stroke, this.stroke);
  }

  move(event) {
    const here = this.where(event);
    this.encircle(here);
    if (!this.stroke) return;
    this.dab(this.stroke, here);
    this.stroke = here;
  }

  encircle(here) {
    const width = this.width(); // 0 before the first frame
    Object.assign(this.ring.style, { left: `${100 * here.x}%`, top: `${100 * here.y}%`, width: `${width}px`, height: `${width}px` });
    this.ring.hidden = !(this.allowed && width);
  }

  /** Arrow keys move the brush over the picture, Enter paints with it. */
  key(event) {
    const move = MOVES[event.key];
    if (!move && event.key !== "Enter") return;
    event.preventDefault();
    const step = event.shiftKey ? 0.1 : 0.02;
    if (move) this.cursor = { x: inside(this.cursor.x + step * move[0]), y: inside(this.cursor.y + step * move[1]) };
    this.encircle(this.cursor);
    if (event.key === "Enter" && this.allowed) this.dab(this.cursor, this.cursor);
  }
}
