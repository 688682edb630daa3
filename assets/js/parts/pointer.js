// A hand on a picture: pointer, touch or keys. What it does arrives in the units of the picture's data, y upwards.

import { element } from "./dom.js";

const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const STEP = 0.02; // of the picture, for an arrow key; with shift five times as far
const inside = (value) => Math.min(Math.max(value, 0), 1);

/** Who touches a picture to change it cannot scroll with the same finger, unless by a `tap`; who only watches can. */
export function touchable(node, live, tap = false) {
  node.style.touchAction = live.role !== "owner" ? "auto" : tap ? "pan-y" : "none";
}

/**
 * Listens on `canvas` for who owns the run.
 *
 * place(u, v) takes fractions of the picture, rightwards and upwards, to data units {x, y};
 * act(to, from) is called for every touch: `from` is where a brush was before, or where a drag began;
 * of a `tap` it is called once, when the finger is lifted, with where it was put down;
 * brush() is the diameter of the brush on screen in pixels, 0 for none: then a cross shows where keys have led;
 * aim(place) is called where keys have led, in fractions, as a mouse is heard of by itself, and with null when they leave.
 */
export class Pointer {
  constructor(canvas, live, { place, act, brush = null, aim = null, tap = false }) {
    this.canvas = canvas;
    this.live = live;
    this.place = place;
    this.act = act;
    this.brush = brush;
    this.tap = tap;
    this.aim = aim;
    this.cursor = { u: 0.5, v: 0.5 };
    this.mark = element("div", { class: brush ? "mg-ring" : "mg-cross", hidden: true });
    canvas.after(this.mark);
    this.alt = canvas.getAttribute("aria-label"); // the picture in words; how to touch it is added for who may
    canvas.addEventListener("pointerdown", (event) => this.down(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    canvas.addEventListener("pointerup", () => this.up());
    canvas.addEventListener("pointercancel", () => (this.from = null));
    for (const name of ["pointerleave", "blur"]) canvas.addEventListener(name, () => (this.mark.hidden = true));
    canvas.addEventListener("blur", () => this.aim?.(null));
    canvas.addEventListener("keydown", (event) => this.key(event));
  }

  get allowed() {
    return this.live.role === "owner";
  }

  /** A picture that can be touched is something to operate; for who only watches, it is a picture. */
  link() {
    touchable(this.canvas, this.live, this.tap);
    const alt = this.alt;
    this.canvas.setAttribute("role", this.allowed ? "application" : "img");
    this.canvas.setAttribute("aria-label", this.allowed ? `${alt} Arrow keys move over the picture, Enter touches there.` : alt);
    this.canvas.tabIndex = this.allowed ? 0 : -1;
    this.canvas.style.cursor = this.allowed ? "" : "default";
  }

  where(event) {
    const box = this.canvas.getBoundingClientRect();
    return { u: inside((event.clientX - box.left) / box.width), v: inside(1 - (event.clientY - box.top) / box.height) };
  }

  down(event) {
    if (event.button !== 0 || !this.allowed) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.from = this.where(event);
    if (!this.tap) this.touch(this.from, this.from);
  }

  move(event) {
    const here = this.where(event);
    if (this.brush) this.show(here);
    if (!this.from || this.tap) return;
    this.touch(here, this.from);
    if (this.brush) this.from = here;
  }

  up() {
    if (this.tap && this.from) this.touch(this.from, this.from);
    this.from = null;
  }

  /** A brush leaves no gap; of a drag only the newest place counts, once per frame on screen. */
  touch(to, from) {
    const send = () => this.act(this.place(to.u, to.v), this.place(from.u, from.v));
    if (this.brush) return send();
    cancelAnimationFrame(this.sending);
    this.sending = requestAnimationFrame(send);
  }

  show({ u, v }) {
    const width = this.brush?.(); // 0 before the first frame
    Object.assign(this.mark.style, { left: `${100 * u}%`, top: `${100 * (1 - v)}%` });
    if (this.brush) Object.assign(this.mark.style, { width: `${width}px`, height: `${width}px` });
    this.mark.hidden = !this.allowed || width === 0;
  }

  /** Arrow keys move the mark over the picture, Enter touches there. */
  key(event) {
    const move = MOVES[event.key];
    if ((!move && event.key !== "Enter") || !this.allowed) return;
    event.preventDefault();
    const step = event.shiftKey ? 5 * STEP : STEP;
    if (move) this.cursor = { u: inside(this.cursor.u + step * move[0]), v: inside(this.cursor.v + step * move[1]) };
    this.show(this.cursor);
    this.aim?.(this.cursor);
    if (event.key === "Enter" && this.allowed) this.touch(this.cursor, this.cursor);
  }
}
